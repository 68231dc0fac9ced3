"""The stored base without an encoder: for imports beside a running Sufler, and the demo."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import structlog

import sufler
from sufler.desk.ladder import Ladder, console
from sufler.domain.errors import SuflerError
from sufler.domain.knowledge import Article, Mode, Topic
from sufler.domain.ports import ArticleStore
from sufler.kb_index.importing import import_files

if TYPE_CHECKING:
    from sufler.desk.flow_book import FlowBook

DEMO_FILE = Path(sufler.__file__).parents[1] / "demo" / "articles.jsonl"
DEMO_AUTHOR = "demo"
DEMO_REASON = "demo"

log = structlog.get_logger(__name__)


class StoredBase:
    """Fulfils `kb_index.importing.Knowledge` on the store alone. What it saves is encoded by the
    process that serves, which follows the store, or at the next start."""

    def __init__(self, store: ArticleStore, topics: Iterable[Topic]) -> None:
        self._store = store
        self._topics = {topic.name: topic for topic in topics}

    @classmethod
    async def over(cls, store: ArticleStore) -> "StoredBase":
        """The base in `store`, with its topics as they are now."""
        return cls(store, await store.topics())

    @property
    def topics(self) -> Mapping[str, Topic]:
        """Topics by name."""
        return self._topics

    async def get_many(self, ids: Sequence[str]) -> Mapping[str, Article]:
        """Stored articles by id, archived ones too."""
        return await self._store.get_many(ids)

    async def save(
        self,
        articles: Iterable[Article],
        author: str,
        expected: Mapping[str, int] | None = None,
        *,
        import_id: int | None = None,
    ) -> int:
        """Store all or none; returns how many were written. Raises Conflict, see the store."""
        return await self._store.save_many(articles, author, expected, import_id=import_id)


class EmptyBase:
    """A base that holds nothing and keeps nothing, for the rehearsal of a first import."""

    topics: Mapping[str, Topic] = MappingProxyType({})

    async def get_many(self, ids: Sequence[str]) -> Mapping[str, Article]:
        """None."""
        return {}

    async def save(
        self,
        articles: Iterable[Article],
        author: str,
        expected: Mapping[str, int] | None = None,
        *,
        import_id: int | None = None,
    ) -> int:
        """Refused: it is for rehearsals."""
        raise SuflerError("a rehearsal stores nothing")


async def load_demo(
    store: ArticleStore, ladder: Ladder, file: Path = DEMO_FILE, flows: "FlowBook | None" = None
) -> int:
    """Put the demo shop, with its `flows`, into an empty base and let its topics answer; how many
    articles it wrote.

    A base that holds, or ever held, anything stays as it is. Raises SuflerError when the demo is
    not there: it comes with a clone, not with a wheel.
    """
    if await store.version():
        return 0
    if not await asyncio.to_thread(file.is_file):
        raise SuflerError(f"the demo {file} is not there; set SUFLER_DEMO=false")
    report = await import_files(file, await StoredBase.over(store), author=DEMO_AUTHOR)
    if report.refused:
        raise SuflerError(f"the demo {file} cannot be loaded: {report.words()[-1]}")
    if flows is not None:
        from sufler.app.flow_publishing import publish_demo

        await publish_demo(flows, DEMO_AUTHOR)
    for topic in await store.topics():
        await ladder.change(console(DEMO_AUTHOR), topic.name, Mode.ANSWERS, DEMO_REASON)
    log.info("demo_loaded", articles=report.saved, topics=len(report.topics))
    return report.saved
