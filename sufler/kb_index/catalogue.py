"""Every stored article, drafts and archived ones too, held for lists: search, filters, order.
Follows the base by its version, as the index does."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sufler.domain.knowledge import LANGUAGES, Article, ArticleStatus, Language
from sufler.domain.ports import ArticleChange


class Versions(Protocol):
    """What of `ArticleStore` tells that something was changed."""

    async def version(self) -> int: ...
    async def changed_since(self, version: int, /) -> list[ArticleChange]: ...


class Only(StrEnum):
    """What a list can be narrowed to."""

    PUBLISHED = "published"
    DRAFT = "draft"
    EXPIRED = "expired"
    UNTRANSLATED = "untranslated"
    NEVER_USED = "never_used"
    ARCHIVED = "archived"


class Order(StrEnum):
    """How a list is sorted."""

    CHANGED = "changed"
    TITLE = "title"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows. Without `only`, everything that is not archived. `words`: all of them
    occur in the id, a title, an answer or a phrasing. `uses` counts uses by article id."""

    topic: str | None = None
    only: Only | None = None
    words: str = ""
    order: Order = Order.CHANGED
    language: Language = "ru"
    uses: Mapping[str, int] = field(default_factory=dict)


class Catalogue:
    """The articles by id. `known` gives the object that the index already holds for an id, so
    that a large base is not in memory twice."""

    def __init__(
        self,
        store: Versions,
        every: Callable[[], AsyncIterator[Article]],
        known: Callable[[str], Article | None],
    ) -> None:
        self._store = store
        self._every = every
        self._known = known
        self._refreshing = asyncio.Lock()
        self._articles: Mapping[str, Article] = {}
        self.version = -1
        self.topics: Mapping[str, int] = {}

    async def refresh(self) -> bool:
        """Take in what was stored since the last time; False when there was nothing."""
        async with self._refreshing:
            newest = await self._store.version()
            if newest == self.version:
                return False
            since = self.version
            # Replaced as a whole: lists are made from the old one in other threads meanwhile.
            articles = dict(self._articles)
            if since < 0:
                since = newest
                async for article in self._every():
                    articles[article.id] = self._shared(article)
            for change in await self._store.changed_since(since):
                articles[change.article.id] = self._shared(change.article)
                newest = max(newest, change.version)
            self._articles, self.version = articles, newest
            self.topics = Counter(
                each.topic
                for each in articles.values()
                if each.status is not ArticleStatus.ARCHIVED
            )
            return True

    def _shared(self, article: Article) -> Article:
        known = self._known(article.id)
        same = known is not None and known.version == article.version
        return known if known is not None and same else article

    def get(self, article_id: str) -> Article | None:
        """An article in whatever status."""
        return self._articles.get(article_id)

    def others(self, article_id: str) -> Iterable[Article]:
        """Every article but this one and the archived ones."""
        return (
            each
            for each in self._articles.values()
            if each.id != article_id and each.status is not ArticleStatus.ARCHIVED
        )

    async def select(self, wanted: Wanted, now: datetime) -> list[str]:
        """The ids of all that is wanted, in order; `now` is aware."""
        return await asyncio.to_thread(_select, self._articles, wanted, now)

    def some(self, ids: Iterable[str]) -> list[Article]:
        """Those of `ids` that are here, in their order."""
        return [found for each in ids if (found := self._articles.get(each)) is not None]


def expired(article: Article, now: datetime) -> bool:
    """Whether its time is over at `now`."""
    return article.valid_until is not None and article.valid_until <= now


def untranslated(article: Article) -> bool:
    """Whether a text is missing in one of the languages."""
    return any(language not in article.translations for language in LANGUAGES)


def _select(articles: Mapping[str, Article], wanted: Wanted, now: datetime) -> list[str]:
    sought = _folded(wanted.words).split()
    found = [
        article
        for article in articles.values()
        if (wanted.topic is None or article.topic == wanted.topic)
        and _is(article, wanted, now)
        and (not sought or _has(article, sought))
    ]
    found.sort(key=lambda article: article.id)
    match wanted.order:
        case Order.CHANGED:
            found.sort(key=_changed, reverse=True)
        case Order.TITLE:
            found.sort(key=lambda each: _folded(each.in_language(wanted.language)[1].title))
        case Order.USED:
            found.sort(key=lambda article: wanted.uses.get(article.id, 0), reverse=True)
    return [article.id for article in found]


def _changed(article: Article) -> float:
    return article.updated_at.timestamp() if article.updated_at else 0.0


def _is(article: Article, wanted: Wanted, now: datetime) -> bool:
    if wanted.only is Only.ARCHIVED or article.status is ArticleStatus.ARCHIVED:
        return wanted.only is Only.ARCHIVED and article.status is ArticleStatus.ARCHIVED
    match wanted.only:
        case Only.DRAFT:
            return article.status is ArticleStatus.DRAFT
        case Only.PUBLISHED:
            return article.status is ArticleStatus.PUBLISHED
        case Only.EXPIRED:
            return expired(article, now)
        case Only.UNTRANSLATED:
            return untranslated(article)
        case Only.NEVER_USED:
            return article.status is ArticleStatus.PUBLISHED and not wanted.uses.get(article.id)
    return True


def _has(article: Article, sought: Sequence[str]) -> bool:
    texts = [article.id, *(phrasing.text for phrasing in article.phrasings)]
    for translation in article.translations.values():
        texts += (translation.title, translation.answer)
    whole = _folded("\n".join(texts))
    return all(word in whole for word in sought)


def _folded(text: str) -> str:
    # People write «ёлка» and «елка» for one word, and «ё» would be sorted after «я».
    return text.casefold().replace("ё", "е")
