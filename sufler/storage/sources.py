"""Sources that are imported again, and what each gave the last time."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from sufler.domain.errors import Conflict, NotFound
from sufler.domain.ports import Clock
from sufler.domain.sources import Source, SourceArticle, SourceKind, SourcePage, Vanished
from sufler.storage.database import Database
from sufler.storage.idempotency import mark_done
from sufler.storage.tables.imports import source_articles, source_pages, sources

_PAGE = 500
_Row = Row[*tuple[Any, ...]]


class SourceStore:
    """Fulfils `kb_index.sources.Kept`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, source: Source) -> Source:
        """Keep a new source; its id is given here. Raises Conflict when the name is taken."""
        values = asdict(source)
        del values["id"]
        values |= {"kind": source.kind.value, "vanished": source.vanished.value}
        try:
            async with self._database.write() as connection:
                made = await connection.execute(insert(sources).values(**values))
                await mark_done(connection)
        except IntegrityError:
            raise Conflict("name: there is a source with this name", field="name") from None
        key = made.inserted_primary_key
        return await self.get(int(key[0]) if key else 0)

    async def get(self, source_id: int) -> Source:
        """Raises NotFound."""
        async with self._database.read() as connection:
            query = select(sources).where(sources.c.id == source_id)
            row = (await connection.execute(query)).first()
        if row is None:
            raise NotFound(f"there is no source {source_id}", field="source_id")
        return _source(row)

    async def all(self) -> list[Source]:
        """By name."""
        async with self._database.read() as connection:
            return [
                _source(row)
                for row in await connection.execute(select(sources).order_by(sources.c.name))
            ]

    async def due(self, now: datetime) -> list[Source]:
        """Those whose time has come, the longest waiting first."""
        query = select(sources).where(sources.c.next_run_at <= now)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(sources.c.next_run_at))
            return [_source(row) for row in rows]

    async def next_at(self, source_id: int, moment: datetime | None) -> None:
        """When it is due next; None: only by hand."""
        await self._change(source_id, {"next_run_at": moment})

    async def reschedule(self, source_id: int, schedule: str, moment: datetime | None) -> None:
        """Another schedule. Raises NotFound."""
        await self._change(source_id, {"schedule": schedule, "next_run_at": moment})

    async def remove(self, source_id: int) -> None:
        """Forget the source; its articles stay. Raises NotFound."""
        async with self._database.write() as connection:
            for table in (source_pages, source_articles):
                await connection.execute(delete(table).where(table.c.source_id == source_id))
            done = await connection.execute(delete(sources).where(sources.c.id == source_id))
        if not done.rowcount:
            raise NotFound(f"there is no source {source_id}", field="source_id")

    async def pages(self, source_id: int) -> dict[str, SourcePage]:
        """Its pages as they were last read, by address."""
        query = select(source_pages).where(source_pages.c.source_id == source_id)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(source_pages.c.url))
            return {
                row.url: SourcePage(row.url, row.etag, row.modified, row.error, row.read_at)
                for row in rows
            }

    async def articles(self, source_id: int) -> dict[str, SourceArticle]:
        """What it gave, by article id."""
        query = select(source_articles).where(source_articles.c.source_id == source_id)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return {
                row.article_id: SourceArticle(
                    row.article_id, row.page, row.digest, row.revision, row.gone
                )
                for row in rows
            }

    async def keep(
        self, source_id: int, pages: Iterable[SourcePage], given: Mapping[str, SourceArticle]
    ) -> None:
        """Put these in the place of what was known of the source."""
        now = self._clock.now()
        page_rows = [
            {
                "source_id": source_id,
                "key": _key(page.url),
                "url": page.url,
                "etag": (page.etag or "")[:300] or None,
                "modified": (page.modified or "")[:100] or None,
                "error": page.error,
                "read_at": now,
            }
            for page in pages
        ]
        article_rows = [asdict(one) | {"source_id": source_id} for one in given.values()]
        async with self._database.write() as connection:
            for table, rows in ((source_pages, page_rows), (source_articles, article_rows)):
                await connection.execute(delete(table).where(table.c.source_id == source_id))
                for part in _parts(rows):
                    await connection.execute(insert(table), part)

    async def _change(self, source_id: int, values: Mapping[str, Any]) -> None:
        async with self._database.write() as connection:
            done = await connection.execute(
                update(sources).where(sources.c.id == source_id).values(**values)
            )
        if not done.rowcount:
            raise NotFound(f"there is no source {source_id}", field="source_id")


def _parts(rows: Sequence[Mapping[str, Any]]) -> Iterable[Sequence[Mapping[str, Any]]]:
    return (rows[start : start + _PAGE] for start in range(0, len(rows), _PAGE))


def _key(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()


def _source(row: _Row) -> Source:
    return Source(
        id=row.id,
        name=row.name,
        kind=SourceKind(row.kind),
        address=row.address,
        schedule=row.schedule,
        vanished=Vanished(row.vanished),
        created_by=row.created_by,
        created_at=row.created_at,
        language=row.language,
        topic=row.topic,
        next_run_at=row.next_run_at,
    )
