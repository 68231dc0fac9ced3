"""What a replay may leave in the base: checks of kind "history", and proposals for the review list.
Nothing is published, and history alone never switches a topic on."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sufler.app.replaying import History, Replayed, Run
from sufler.app.settings import Settings
from sufler.app.wiring import Basis, opened_basis
from sufler.domain.checks import Check, CheckKind
from sufler.domain.errors import BadInput, Conflict
from sufler.domain.knowledge import Article, ArticleStatus
from sufler.domain.learning import Proposal, ProposalKind, ProposalState
from sufler.prompter.learning.masking import masked, masked_reply
from sufler.prompter.turn_kind import language_of
from sufler.replay.report import Predicted
from sufler.storage.checks import CheckStore
from sufler.storage.proposals import ProposalStore

# Older turns tell of another time.
CHECKED_DAYS: Final = 90
BY: Final = "history"
# Questions proposed for one article in one go.
MOST_PHRASINGS: Final = 5


async def store_checks(settings: Settings, history: History, made: Replayed) -> dict[str, int]:
    """Store a check for the first turn of each episode that counts; how many were stored, how many
    were known already, and how many did not count, by why. Raises BadInput where none may."""
    if history.file is None:
        raise BadInput("--store-checks: Sufler's own turns have live checks", field="checks")
    if made.run.texts_until is None:
        raise BadInput(
            "--store-checks: it is not known when the texts that predicted were made",
            field="checks",
        )
    told: Counter[str] = Counter(stored=0, known=0)
    async with opened_basis(settings) as basis:
        store, now = CheckStore(basis.database), basis.clock.now()
        serving = await _serving(basis)
        for each in made.run.predicted:
            reason = _against(each, made.run, serving, now)
            if reason is not None:
                told[reason] += 1
                continue
            try:
                await store.add(_check(each, serving, now), each.versions)
                told["stored"] += 1
            except Conflict:
                told["known"] += 1
    return dict(told)


def _against(turn: Predicted, run: Run, serving: dict[str, Article], now: datetime) -> str | None:
    """Why this turn is no check; None: it is one."""
    if not turn.first:
        return "not_first"
    if turn.at is None:
        return "no_time"
    if not now - timedelta(days=CHECKED_DAYS) <= turn.at <= now:
        return "too_old"
    if run.texts_until is None or turn.at <= run.texts_until:
        return "not_later_than_texts"
    if not turn.suggested:
        return "no_suggestion"
    live = serving.get(turn.suggested[0])
    if live is None:
        return "not_published"
    used = next(each for each in run.articles if each.id == live.id)
    answers = {told.answer for told in live.translations.values()}
    if not answers >= {told.answer for told in used.translations.values()}:
        return "other_text_by_now"
    return None


def _check(turn: Predicted, serving: dict[str, Article], now: datetime) -> Check:
    """A reply in the operator's own words was judged by nobody, so it counts as wrong."""
    assert turn.at is not None, "it was asked for before"
    key = f"{turn.talk_id}\0{turn.at.isoformat()}\0{turn.question}"
    return Check(
        id=0,
        suggestion_id=f"history:{hashlib.sha256(key.encode()).hexdigest()[:40]}",
        topic=serving[turn.suggested[0]].topic,
        article_id=turn.suggested[0],
        kind=CheckKind.HISTORY,
        confidence=turn.confidence,
        right=turn.right,
        propensity=1.0,
        predicted_at=turn.at,
        at=now,
        by=BY,
        overdue=turn.replied is None,
    )


async def _serving(basis: Basis) -> dict[str, Article]:
    return {
        each.id: each
        async for each in basis.articles.all()
        if each.status is ArticleStatus.PUBLISHED
    }


async def store_proposals(settings: Settings, made: Replayed) -> int:
    """Put the articles and phrasings that the history gives into the review list; how many are new
    there. What was proposed before, and dismissed, is not proposed again."""
    async with opened_basis(settings) as basis:
        now, serving = basis.clock.now(), await _serving(basis)
        answers = {t.answer for each in serving.values() for t in each.translations.values()}
        wanted = [
            _article_proposal(each, now)
            for each in made.run.proposed
            if not answers & {told.answer for told in each.translations.values()}
        ]
        wanted += _phrasing_proposals(made.run, serving, now)
        return await ProposalStore(basis.database, basis.clock).add_new(wanted)


def _article_proposal(article: Article, now: datetime) -> Proposal:
    language, told = next(iter(article.translations.items()))
    return Proposal(
        id=0,
        kind=ProposalKind.ARTICLE,
        state=ProposalState.OPEN,
        question=masked(told.title, language) or told.title,
        language=language,
        by=BY,
        at=now,
        after=masked_reply(told.answer),
        count=1 + len(article.phrasings),
        phrasings=tuple(each.text for each in article.phrasings),
    )


def _phrasing_proposals(run: Run, serving: dict[str, Article], now: datetime) -> list[Proposal]:
    """Questions that people answered with a published article's text, and it was not the first
    suggestion."""
    found: dict[str, Proposal] = {}
    taken: Counter[str] = Counter()
    for turn, predicted in zip(run.turns, run.predicted, strict=True):
        article = serving.get(predicted.replied or "")
        if article is None or predicted.right or taken[article.id] >= MOST_PHRASINGS:
            continue
        language = language_of(turn.question, "ru")
        question = masked(turn.question, language)
        if not question or question in found or question in _questions(article):
            continue
        taken[article.id] += 1
        _, told = article.in_language(language)
        found[question] = replace(
            _article_proposal(article, now),
            kind=ProposalKind.PHRASING,
            question=question,
            language=language,
            article_id=article.id,
            after=told.answer,
            base_revision=article.revision,
            count=1,
            phrasings=(),
        )
    return list(found.values())


def _questions(article: Article) -> Sequence[str]:
    titles = [told.title for told in article.translations.values()]
    return [*titles, *(each.text for each in article.phrasings)]
