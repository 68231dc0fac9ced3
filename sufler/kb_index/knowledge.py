"""The knowledge base in use: articles are changed through it, and its index follows by itself."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sufler.domain.errors import BadInput, NotFound
from sufler.domain.knowledge import (
    Article,
    ArticleRevision,
    ArticleStatus,
    Topic,
)
from sufler.domain.ports import ArticleStore, TextEncoder, VectorStore
from sufler.kb_index.background import Background, load_background
from sufler.kb_index.index import Index
from sufler.kb_index.segment import Progress, Segment
from sufler.kb_index.vectors import StoredVectors

# The small segment is merged into the large one when it holds more than this share of it, and
# never before it holds this many articles: merging costs time, a second segment costs each query.
MERGE_SHARE = 0.1
MERGE_AT_LEAST = 50


class KnowledgeBase:
    """Holds the current `Index` and replaces it whenever the stored base has a newer version."""

    def __init__(self, store: ArticleStore, vectors: VectorStore, encoder: TextEncoder) -> None:
        self._store = store
        self._vectors = StoredVectors(encoder, vectors)
        self._encoder = encoder
        self._background: Background | None = None
        self._refreshing = asyncio.Lock()
        self._index = Index(0, (), (), {})

    @property
    def index(self) -> Index:
        """The current snapshot. Take it once per turn: the next one may be another."""
        return self._index

    @property
    def background(self) -> Background:
        """What customers everywhere write, encoded. There after `start`."""
        assert self._background is not None, "the knowledge base is not started"
        return self._background

    @property
    def topics(self) -> Mapping[str, Topic]:
        """Topics by name, as of the current index."""
        return self._index.topics

    def article(self, article_id: str) -> Article | None:
        """A published article as of the current index, valid now or not; None for any other."""
        return self._index.article(article_id)

    async def start(self, on_progress: Progress | None = None) -> None:
        """Read the base and build its index; only texts without a stored vector are encoded.

        `on_progress(what, done, wanted)` counts those.
        """
        self._background = await load_background(self._vectors)
        async with self._refreshing:
            await self._rebuild(on_progress)

    async def get(self, article_id: str) -> Article:
        """An article as stored, drafts and archived ones too. Raises NotFound."""
        return await self._store.get(article_id)

    async def get_many(self, ids: Sequence[str]) -> dict[str, Article]:
        """Stored articles by id, archived ones too; unknown ids are left out."""
        return await self._store.get_many(ids)

    async def history(self, article_id: str) -> list[ArticleRevision]:
        """Every kept change, newest first. Raises NotFound."""
        return await self._store.history(article_id)

    async def save(self, articles: Iterable[Article], author: str) -> int:
        """Store all or none, and be findable by the next query; returns how many were written.

        Raises BadInput where an article cannot be served.
        """
        written = await self._store.save_many((_checked(each) for each in articles), author)
        await self.refresh()
        return written

    async def archive(self, article_id: str, author: str) -> None:
        """Take an article out of use; its history stays. Raises NotFound."""
        article = await self._store.get(article_id)
        await self.save([replace(article, status=ArticleStatus.ARCHIVED)], author)

    async def restore(self, article_id: str, revision: int, author: str) -> Article:
        """Make an older revision the newest one. Raises NotFound."""
        for kept in await self._store.history(article_id):
            if kept.article.revision == revision:
                await self.save([kept.article], author)
                return await self._store.get(article_id)
        raise NotFound(f"Article {article_id} has no revision {revision}.", field="revision")

    async def set_topic(self, topic: Topic, author: str) -> None:
        """Change a topic's mode."""
        await self._store.set_topic(topic, author)
        await self.refresh()

    async def follow(self, interval_s: float = 1.0) -> None:
        """Follow changes that other processes make, until cancelled."""
        while True:
            await asyncio.sleep(interval_s)
            await self.refresh()

    async def refresh(self) -> bool:
        """Take in what was stored since the current index; False when there was nothing."""
        async with self._refreshing:
            current = self._index
            newest = await self._store.version()
            if newest == current.version:
                return False
            changed = await self._store.changed_since(current.version)
            touched = {change.article.id for change in changed}
            small = current.segments[1:]
            waiting = sum(len(segment.articles) for segment in small) + len(touched)
            first = len(current.segments[0].articles) if current.segments else 0
            if waiting > max(MERGE_AT_LEAST, MERGE_SHARE * first):
                await self._rebuild(None)
            else:
                version = max([newest, *(change.version for change in changed)])
                await self._extend(current, version, [change.article for change in changed])
            return True

    async def _rebuild(self, on_progress: Progress | None) -> None:
        version = await self._store.version()
        articles = [a async for a in self._store.all() if a.status is ArticleStatus.PUBLISHED]
        segment = Segment(articles)
        await segment.load(self._vectors, self.background, None, on_progress)
        topics = {topic.name: topic for topic in await self._store.topics()}
        self._index = Index(version, (segment,), (np.ones(len(articles), dtype=bool),), topics)

    async def _extend(self, current: Index, version: int, changed: list[Article]) -> None:
        """Put `changed`, and what the small segment still holds, into a new small segment."""
        touched = {article.id for article in changed}
        kept = [
            article
            for segment, mask in zip(current.segments[1:], current.live[1:], strict=True)
            for article, alive in zip(segment.articles, mask, strict=True)
            if alive and article.id not in touched
        ]
        fresh = [article for article in changed if article.status is ArticleStatus.PUBLISHED]
        segments: list[Segment] = list(current.segments[:1])
        live: list[NDArray[np.bool_]] = []
        if segments:
            mask = current.live[0].copy()
            for article_id in touched:
                if (number := segments[0].numbers.get(article_id)) is not None:
                    mask[number] = False
            live.append(mask)
        if kept or fresh:
            small = Segment(kept + fresh)
            # A base that began empty has no weights yet that letters could be weighed by.
            grams = segments[0].gram_weights if segments and segments[0].articles else None
            await small.load(self._vectors, self.background, grams)
            segments.append(small)
            live.append(np.ones(len(small.articles), dtype=bool))
        topics = {topic.name: topic for topic in await self._store.topics()}
        self._index = Index(version, tuple(segments), tuple(live), topics)


def _checked(article: Article) -> Article:
    if not article.id or len(article.id) > 200:
        raise BadInput("An article's id has 1 to 200 characters.", field="id")
    if not article.topic.strip():
        raise BadInput(f"Article {article.id} has no topic.", field="topic")
    if not article.translations:
        raise BadInput(f"Article {article.id} has no text in any language.", field="translations")
    for language, translation in article.translations.items():
        if not translation.title.strip() or not translation.answer.strip():
            raise BadInput(
                f"Article {article.id} lacks a title or an answer in {language}.",
                field=f"translations.{language}",
            )
    if article.valid_from and article.valid_until and article.valid_from >= article.valid_until:
        raise BadInput(
            f"Article {article.id} is valid until before it is valid from.", field="valid_until"
        )
    return article
