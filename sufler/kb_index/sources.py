"""Sources that are imported again: added, run when they are due, and what each run found."""

import asyncio
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

import structlog

from sufler.domain.errors import BadInput, Conflict, SuflerError
from sufler.domain.imports import ImportRun
from sufler.domain.knowledge import LANGUAGES, Language
from sufler.domain.ports import Clock, Leases
from sufler.domain.sources import (
    PageFetcher,
    Source,
    SourceArticle,
    SourceKind,
    SourcePage,
    Vanished,
    checked_schedule,
    next_run,
)
from sufler.kb_index.formats.sitemap import addresses
from sufler.kb_index.formats.texts import clean_line
from sufler.kb_index.importing import Knowledge
from sufler.kb_index.imports import Runs
from sufler.kb_index.source_reading import Read, read_source
from sufler.kb_index.source_taking import Taking
from sufler.kb_index.web_pages import MAX_PAGES, Tell

LEASE = "sources"
LOOK_S = 15.0
AUTHOR = "source: {}"

log = structlog.get_logger(__name__)
Fetchers = Callable[[], AbstractAsyncContextManager[PageFetcher]]


class Kept(Protocol):
    """Where sources are kept: `storage.sources.SourceStore`."""

    async def add(self, source: Source) -> Source: ...
    async def get(self, source_id: int) -> Source: ...
    async def all(self) -> list[Source]: ...
    async def due(self, now: datetime) -> list[Source]: ...
    async def next_at(self, source_id: int, moment: datetime | None) -> None: ...
    async def reschedule(self, source_id: int, schedule: str, moment: datetime | None) -> None: ...
    async def remove(self, source_id: int) -> None: ...
    async def pages(self, source_id: int) -> dict[str, SourcePage]: ...
    async def articles(self, source_id: int) -> dict[str, SourceArticle]: ...
    async def keep(
        self, source_id: int, pages: Iterable[SourcePage], given: Mapping[str, SourceArticle]
    ) -> None: ...


class Sources:
    """The sources of the base. `fetchers` opens a fetcher for one run."""

    def __init__(
        self, kept: Kept, runs: Runs, knowledge: Knowledge, fetchers: Fetchers, clock: Clock
    ) -> None:
        self._kept = kept
        self._runs = runs
        self._knowledge = knowledge
        self._fetchers = fetchers
        self._clock = clock
        self._running: set[int] = set()

    async def add(
        self,
        *,
        address: str,
        author: str,
        name: str = "",
        kind: SourceKind | None = None,
        schedule: str = "manual",
        vanished: Vanished = Vanished.LEAVE,
        language: Language | None = None,
        topic: str | None = None,
    ) -> Source:
        """Keep a source; it is not read yet. Raises BadInput naming the field, and Conflict."""
        address = address.strip()
        kind = kind or kind_of(address)
        _check_address(kind, address)
        if language is not None and language not in LANGUAGES:
            raise BadInput("language: must be ru or en", field="language")
        name = clean_line(name) or _name_of(kind, address)
        if len(name) > 200:
            raise BadInput("name: longer than 200 characters", field="name")
        topic = clean_line(topic or "") or None
        if topic and len(topic) > 200:
            raise BadInput("topic: longer than 200 characters", field="topic")
        schedule = checked_schedule(schedule)
        now = self._clock.now()
        return await self._kept.add(
            Source(
                id=0,
                name=name,
                kind=kind,
                address=address,
                schedule=schedule,
                vanished=vanished,
                created_by=author,
                created_at=now,
                language=language,
                topic=topic,
                next_run_at=next_run(schedule, now),
            )
        )

    async def all(self) -> list[Source]:
        """By name."""
        return await self._kept.all()

    async def get(self, source_id: int) -> Source:
        """Raises NotFound."""
        return await self._kept.get(source_id)

    async def pages(self, source_id: int) -> Sequence[SourcePage]:
        """Its pages as they were last read, by address."""
        return list((await self._kept.pages(source_id)).values())

    async def runs(self, source_id: int, limit: int = 10) -> list[ImportRun]:
        """Its runs, the newest first."""
        return await self._runs.runs(limit, source_id=source_id)

    async def reschedule(self, source_id: int, schedule: str) -> None:
        """Raises BadInput and NotFound."""
        schedule = checked_schedule(schedule)
        await self._kept.reschedule(source_id, schedule, next_run(schedule, self._clock.now()))

    async def remove(self, source_id: int) -> None:
        """Forget it; its articles stay. Raises NotFound."""
        await self._kept.remove(source_id)

    def is_running(self, source_id: int) -> bool:
        """Whether this process is reading it now."""
        return source_id in self._running

    async def run(
        self, source_id: int, author: str | None = None, on_progress: Tell | None = None
    ) -> ImportRun:
        """Read the source now, and take in what changed. What went wrong is in the run. Raises
        NotFound, and Conflict while it is being read already."""
        source = await self._kept.get(source_id)
        if source_id in self._running:
            raise Conflict(f"source {source.name}: is being read already", field="source_id")
        self._running.add(source_id)
        try:
            signed = author or AUTHOR.format(source.name)
            run_id = await self._runs.begin(source.name, signed, source.id)
            try:
                counts, errors = await self._run(source, signed, run_id, on_progress)
            except SuflerError as error:
                counts, errors = {"failed": 1}, [error.message]
            await self._runs.finish(run_id, counts, errors)
        finally:
            self._running.discard(source_id)
            due = next_run(source.schedule, self._clock.now())
            await self._kept.next_at(source.id, due)
        return await self._runs.run(run_id)

    async def follow(self, leases: Leases) -> None:
        """Run what is due, until cancelled; of several processes one does."""
        async with leases.holding(LEASE):
            while True:
                for source in await self._kept.due(self._clock.now()):
                    if source.id not in self._running:
                        run = await self.run(source.id)
                        log.info("source_read", source=source.id, counts=dict(run.counts))
                await asyncio.sleep(LOOK_S)

    async def _run(
        self, source: Source, author: str, run_id: int, on_progress: Tell | None
    ) -> tuple[dict[str, int], list[str]]:
        with tempfile.TemporaryDirectory(prefix="sufler-source-") as folder:
            known = await self._kept.pages(source.id)
            async with self._fetchers() as fetcher:
                read: Read = await read_source(source, fetcher, Path(folder), known, on_progress)
            given = await self._kept.articles(source.id)
            taking = Taking(source, self._knowledge, given, read)
            await taking.take(author, run_id)
        await self._kept.keep(source.id, read.pages.values(), taking.given)
        return taking.counts, taking.errors


def kind_of(address: str) -> SourceKind:
    """What an address is, by its look. Raises BadInput."""
    if "\n" in address.strip():
        return SourceKind.PAGES
    if address.startswith(("http://", "https://")):
        path = address.partition("?")[0].casefold()
        if path.endswith((".xml", ".xml.gz", "/sitemap")):
            return SourceKind.SITEMAP
        files = (".csv", ".tsv", ".xlsx", ".jsonl", ".json", ".zip", ".docx")
        return SourceKind.FILE if path.endswith(files) else SourceKind.PAGES
    return SourceKind.FOLDER


def addresses_in(file: Path) -> str | None:
    """The text of a file of addresses, one a line; None when it is no such file."""
    if file.suffix.lower() != ".txt" or not file.is_file() or file.stat().st_size > 4 << 20:
        return None
    text = file.read_text("utf-8-sig", "replace")
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return f"{text.strip()}\n# {file.name}" if first.startswith(("http://", "https://")) else None


def _check_address(kind: SourceKind, address: str) -> None:
    if not address:
        raise BadInput("address: is empty", field="address")
    if kind is SourceKind.FOLDER:
        if not Path(address).is_absolute():
            raise BadInput("address: a folder needs its whole path", field="address")
        return
    try:
        found = addresses(address, "address")
    except BadInput as error:
        raise BadInput(error.message, field="address") from None
    if any("@" in url.split("/", 3)[2] for url in found):
        raise BadInput("address: holds a login; take it out of the address", field="address")
    if kind is not SourceKind.PAGES and len(found) != 1:
        raise BadInput("address: must be one address", field="address")
    if len(found) > MAX_PAGES:
        raise BadInput(f"address: more than {MAX_PAGES:,} addresses", field="address")


def _name_of(kind: SourceKind, address: str) -> str:
    if kind is SourceKind.FOLDER:
        return Path(address).name
    first = address.split()[0]
    return clean_line(first.split("://", 1)[-1].rstrip("/"))[:200]
