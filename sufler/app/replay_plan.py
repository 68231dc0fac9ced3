"""With what a replay predicts: which base, which head, from which confidence on it would answer."""

import asyncio
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from sufler.app.base import DEMO_FILE
from sufler.app.settings import Settings
from sufler.app.wiring import Basis, opened_basis
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Article, ArticleStatus
from sufler.kb_index.formats.read import read_articles
from sufler.storage.past_talks import PastTalks

AUTO: Final = "auto"
CURRENT: Final = "current"
HISTORY: Final = "history"
REFITTED: Final = "refitted"
FIXED: Final = "fixed"


@dataclass(frozen=True, slots=True)
class Plan:
    """`knowledge`: auto, current, history, a knowledge version's number, or a file of articles.
    `head`: refitted (as life would have it), fixed (trained once, on the base at the beginning), or
    a stored head's id. `policy`: the confidence (0..1) from which it would answer, None: as set."""

    knowledge: str = AUTO
    head: str = REFITTED
    policy: float | None = None


@dataclass(frozen=True, slots=True)
class PastBase:
    """The articles that predict; none: they are made of the history's first half. `changed_at` is
    when they last changed, None where that is not known. `name` is told in the report."""

    articles: list[Article]
    name: str
    changed_at: datetime | None = None


def read_plan(words: Sequence[str]) -> Plan:
    """The plan of words such as "knowledge=12" and "head=fixed policy=0.9". Raises BadInput."""
    plan = Plan()
    try:
        parts = [part for each in words for part in shlex.split(each)]
    except ValueError as error:
        raise BadInput(f"this cannot be read: {error}", field="with") from None
    for part in parts:
        name, _, value = part.partition("=")
        if name not in ("knowledge", "head", "policy") or not value:
            raise BadInput(f"{part!r}: knowledge=…, head=… or policy=… is expected", field="with")
        if name == "policy":
            plan = replace(plan, policy=_bar(value))
        elif name == "head":
            plan = replace(plan, head=value)
        else:
            plan = replace(plan, knowledge=value)
    return plan


def _bar(value: str) -> float:
    try:
        bar = float(value)
    except ValueError:
        bar = -1.0
    if not 0 <= bar <= 1:
        raise BadInput(f"policy={value}: a confidence from 0 to 1 is expected", field="with")
    return bar


async def base_of(settings: Settings, plan: Plan, since: datetime | None) -> PastBase:
    """The base that `plan` names; `since`: Sufler's own history is replayed from then on, and what
    was learned since is not in it. Raises BadInput."""
    named = plan.knowledge
    if named == HISTORY:
        return PastBase([], HISTORY)
    if named not in (AUTO, CURRENT) and not named.isdecimal():
        return PastBase(await asyncio.to_thread(_of_file, Path(named)), named)
    async with opened_basis(settings) as basis:
        past = PastTalks(basis.database, basis.clock)
        if named.isdecimal():
            return await _of_version(past, int(named))
        if named == AUTO and since is not None:
            found = await _of_version(past, await past.version_at(since), known=False)
            return found if found.articles else PastBase([], HISTORY)
        return await _current(basis, past, named, since)


async def _current(basis: Basis, past: PastTalks, named: str, since: datetime | None) -> PastBase:
    stored = [article async for article in basis.articles.all()]
    articles = [each for each in stored if each.status is ArticleStatus.PUBLISHED]
    if named == CURRENT and not articles:
        raise BadInput("the knowledge base is empty; use knowledge=history", field="with")
    if named == AUTO and {each.id for each in articles} <= await asyncio.to_thread(_demo):
        return PastBase([], HISTORY)
    if since is not None:
        articles = await past.with_learned(articles, await past.version_at(since))
    return PastBase(articles, CURRENT, await past.changed_at())


async def _of_version(past: PastTalks, version: int, *, known: bool = True) -> PastBase:
    articles = await past.articles_at(version)
    if known and not articles:
        raise BadInput(f"knowledge={version}: no article was published then", field="with")
    return PastBase(articles, f"version {version}", await past.changed_at(version))


def _of_file(file: Path) -> list[Article]:
    if not file.is_file():
        raise BadInput(f"knowledge={file}: there is no such file", field="with")
    articles = [replace(each, status=ArticleStatus.PUBLISHED) for each in read_articles(file)]
    if not articles:
        raise BadInput(f"knowledge={file}: no article is in it", field="with")
    return articles


def _demo() -> set[str]:
    return {each.id for each in read_articles(DEMO_FILE)} if DEMO_FILE.is_file() else set()
