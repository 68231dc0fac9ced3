"""The articles that stand for published flows: what starts a flow is found as articles are."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

from sufler.domain.errors import Conflict
from sufler.domain.knowledge import (
    FLOW_PREFIX,
    FLOW_TOPIC,
    Article,
    ArticleStatus,
    Language,
    Phrasing,
    PhrasingSource,
    Translation,
)
from sufler.flows.model import Flow
from sufler.flows.wording import fill, said

# Between reading the articles and writing them somebody may teach one; then it is read again.
_TRIES: Final = 3


class FlowArticles(Protocol):
    """What of `storage.articles.ArticleStore` is needed."""

    async def get_many(self, ids: Sequence[str]) -> Mapping[str, Article]: ...
    async def save_flows(
        self, articles: Iterable[Article], author: str, expected: Mapping[str, int]
    ) -> int: ...


async def put_in_line(
    base: FlowArticles, flows: Mapping[str, Flow], known: Collection[str], author: str
) -> int:
    """Make the articles those of the published `flows`; how many were changed. `known`: the names
    of all flows that there ever were. Safe to do again at any time."""
    names = sorted({*flows, *known})
    for again in range(_TRIES):
        ids = [FLOW_PREFIX + name for name in names]
        stored = await base.get_many(ids)
        wanted = []
        for name, article_id in zip(names, ids, strict=True):
            before = stored.get(article_id)
            flow = flows.get(name)
            if flow is not None and any(flow.triggers.phrasings.values()):
                wanted.append(article_of(flow, before))
            elif before is not None:
                wanted.append(replace(before, status=ArticleStatus.ARCHIVED))
        changed = [each for each in wanted if each != stored.get(each.id)]
        if not changed:
            return 0
        seen = {each.id: each.revision for each in changed}
        try:
            return await base.save_flows(changed, author, seen)
        except Conflict:
            if again == _TRIES - 1:
                raise
    return 0


def article_of(flow: Flow, before: Article | None = None) -> Article:
    """The article of a published flow, in place of `before`.

    The flow's file says title, topic, and phrasings; those count as imported. What editors have
    added to them by hand, and what was learned, stays.
    """
    texts: dict[Language, Translation] = {}
    for language in flow.languages:
        title = " ".join(fill(said(flow.title, language), {}, {}, language).split())[:500]
        texts[language] = Translation(title, _first_words(flow, language) or title)
    told = tuple(
        Phrasing(" ".join(words.split()), language, PhrasingSource.IMPORTED)
        for language, phrasings in flow.triggers.phrasings.items()
        for words in dict.fromkeys(phrasings)
        if words.strip()
    )
    article_id, topic = FLOW_PREFIX + flow.flow, flow.topic or FLOW_TOPIC
    if before is None:
        return Article(article_id, topic, texts, told)
    have = {(each.language, each.text) for each in told}
    added = tuple(
        each
        for each in before.phrasings
        if each.source is PhrasingSource.LEARNED
        or (each.source is PhrasingSource.EDITOR and (each.language, each.text) not in have)
    )
    return replace(
        before,
        topic=topic,
        translations=texts,
        phrasings=told + added,
        status=ArticleStatus.PUBLISHED,
    )


def _first_words(flow: Flow, language: Language) -> str:
    """What the flow says first, as far as it is known without a customer."""
    return next(iter(_words(flow, language)), "")


def _words(flow: Flow, language: Language) -> Iterator[str]:
    for step in flow.steps:
        text = said(getattr(step, "text", {}), language)
        if shown := fill(text, {}, flow.slots, language).strip():
            yield shown
