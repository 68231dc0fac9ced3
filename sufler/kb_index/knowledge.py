"""The knowledge base in use: articles are changed through it, and its index follows by itself."""

import asyncio
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import structlog

from sufler.domain.errors import BadInput, NotFound
from sufler.domain.knowledge import (
    Article,
    ArticleRevision,
    ArticleStatus,
    Mode,
    PhrasingSource,
    Topic,
)
from sufler.domain.learning import Learned, LearnedKind
from sufler.domain.ports import Announcements, ArticleStore, TextEncoder, VectorStore
from sufler.kb_index.background import Background, load_background
from sufler.kb_index.index import Index
from sufler.kb_index.merging import Merge, due, extended
from sufler.kb_index.nearest import EXACT_ROWS
from sufler.kb_index.negatives import NO_NEGATIVES, Negatives, load_negatives
from sufler.kb_index.ngrams import GramWeights
from sufler.kb_index.segment import Progress, Segment
from sufler.kb_index.vectors import StoredVectors

# Merges of no more rows than this are done before a change is taken as found, others behind it.
MERGED_AT_ONCE = EXACT_ROWS

_log = structlog.get_logger(__name__)


class GivenUpError(Exception):
    """A merge is not wanted any more."""


LOOK_S = 1.0


class KnowledgeBase:
    """Holds the current `Index` and replaces it whenever the stored base has a newer version."""

    def __init__(self, store: ArticleStore, vectors: VectorStore, encoder: TextEncoder) -> None:
        self._store = store
        self._vectors = StoredVectors(encoder, vectors)
        self._encoder = encoder
        self._background: Background | None = None
        self._refreshing = asyncio.Lock()
        self._index = Index(0, (), (), {})
        self._negative: list[Learned] = []
        self._uncleared: frozenset[str] = frozenset()
        self._merging: asyncio.Task[None] | None = None
        # Segments that are being merged: they stay where they are until it is done.
        self._held = 0

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

    def mode_of(self, article: Article) -> Mode:
        """What the bot may do with it: what its topic says; but new facts, which nobody has
        vouched for yet, are only suggested."""
        topic = self._index.topics.get(article.topic)
        mode = topic.mode if topic else Mode.SUGGESTS
        held = mode is Mode.ANSWERS and article.id in self._uncleared
        return Mode.SUGGESTS if held else mode

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

    async def save(
        self,
        articles: Iterable[Article],
        author: str,
        expected: Mapping[str, int] | None = None,
        *,
        import_id: int | None = None,
    ) -> int:
        """Store all or none, and be findable by the next query; returns how many were written.

        `expected`: the revisions that the writer saw, by id, 0 for a new one. Raises Conflict when
        another was stored since, and BadInput where an article cannot be served.
        """
        checked = (_checked(each) for each in articles)
        written = await self._store.save_many(checked, author, expected, import_id=import_id)
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

    async def follow(self, changed: Announcements) -> None:
        """Follow changes that other processes make, until cancelled. `changed` tells of them;
        they are looked for every second as well."""
        while True:
            await changed.wait(LOOK_S)
            await self.refresh()

    async def refresh(self) -> bool:
        """Take in what was stored since the current index; False when there was nothing.

        Merging a large segment goes on in the background after it; see `settled`.
        """
        async with self._refreshing:
            current = self._index
            newest = await self._store.version()
            if newest == current.version:
                return False
            changed = await self._store.changed_since(current.version)
            version = max([newest, *(change.version for change in changed)])
            await self._extend(version, [change.article for change in changed])
            while (merge := due(self._index, self._held)) and merge.rows <= MERGED_AT_ONCE:
                segment = await asyncio.to_thread(merge.build)
                self._index = await asyncio.to_thread(merge.into, self._index, segment)
        if merge is not None and self._merging is None:
            self._merging = asyncio.create_task(self._merge())
        return True

    async def settled(self) -> None:
        """Wait until nothing is being merged."""
        while self._merging is not None:
            await asyncio.wait([self._merging])

    async def close(self) -> None:
        """Give up what is being merged: a restart reads the stored base anyway."""
        if self._merging is not None:
            self._merging.cancel()
            await self.settled()

    async def _rebuild(self, on_progress: Progress | None) -> None:
        version = await self._store.version()
        articles = [a async for a in self._store.all() if a.status is ArticleStatus.PUBLISHED]
        segments: tuple[Segment, ...] = ()
        if articles:
            segments = (await self._loaded(articles, None, on_progress),)
        topics = {topic.name: topic for topic in await self._store.topics()}
        live = tuple(np.ones(len(segment.articles), dtype=bool) for segment in segments)
        self._uncleared = await self._store.uncleared()
        negatives = await self._negatives() or NO_NEGATIVES
        self._index = Index(version, segments, live, topics, version, negatives)

    async def _extend(self, version: int, changed: list[Article]) -> None:
        """Put `changed` into a segment of their own, in place of what they were."""
        current = self._index
        fresh = [article for article in changed if article.status is ArticleStatus.PUBLISHED]
        # A base that began empty has no weights yet that letters could be weighed by.
        grams = current.segments[0].gram_weights if current.segments else None
        segment = await self._loaded(fresh, grams) if fresh else None
        topics = {topic.name: topic for topic in await self._store.topics()}
        touched = [article.id for article in changed]
        self._uncleared = await self._store.uncleared()
        negatives = await self._negatives()
        self._index = extended(current, version, touched, segment, topics, negatives)

    async def without(self, index: Index, learned: Collection[Learned]) -> Index:
        """`index` as if none of these had been learned; nothing is served by it. Their vectors
        are known: milliseconds for each of their articles."""
        taken: dict[str, set[str]] = {}
        for each in learned:
            if each.kind is LearnedKind.PHRASING:
                taken.setdefault(each.article_id, set()).add(each.text)
        lesser = []
        for article_id, texts in taken.items():
            if article := index.article(article_id):
                kept = tuple(
                    phrasing
                    for phrasing in article.phrasings
                    if phrasing.source is not PhrasingSource.LEARNED or phrasing.text not in texts
                )
                lesser.append(replace(article, phrasings=kept))
        ids = {each.id for each in learned}
        rest = [each for each in await self._store.negatives() if each.id not in ids]
        negatives = await load_negatives(rest, self._vectors, self.background)
        segment = await self._loaded(lesser, index.segments[0].gram_weights) if lesser else None
        touched = [article.id for article in lesser]
        return extended(index, index.version, touched, segment, index.topics, negatives)

    async def _negatives(self) -> Negatives | None:
        """All of them; None when they are as they were."""
        found = await self._store.negatives()
        if found == self._negative:
            return None
        self._negative = found
        return await load_negatives(found, self._vectors, self.background)

    async def _loaded(
        self,
        articles: Sequence[Article],
        grams: GramWeights | None,
        on_progress: Progress | None = None,
    ) -> Segment:
        segment = Segment(articles)
        await segment.load(self._vectors, self.background, grams, on_progress)
        return segment

    async def _next_merge(self) -> Merge | None:
        async with self._refreshing:
            merge = due(self._index)
            self._held = merge.last if merge else 0
            return merge

    async def _merge(self) -> None:
        """Merge what is due. Changes are taken in meanwhile, as segments after those merged."""
        given_up = threading.Event()

        def keep_on() -> None:
            if given_up.is_set():
                raise GivenUpError

        try:
            while merge := await self._next_merge():
                segment = await asyncio.to_thread(merge.build, keep_on)
                async with self._refreshing:
                    self._index = await asyncio.to_thread(merge.into, self._index, segment)
                    self._held = 0
        except Exception:
            # What is served stays as it was, and the next change tries again.
            _log.exception("merge_failed", articles=self._index.size)
        finally:
            given_up.set()
            self._held = 0
            self._merging = None


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
