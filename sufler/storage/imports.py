"""Import runs: when, from what, by whom, with which errors, and what each changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, insert, select, tuple_, update

from sufler.domain.errors import Conflict, NotFound
from sufler.domain.imports import ImportChange, ImportRun
from sufler.domain.knowledge import Article
from sufler.domain.ports import Clock
from sufler.storage.article_json import decode
from sufler.storage.database import Database
from sufler.storage.tables.imports import imports
from sufler.storage.tables.knowledge import article_revisions, articles

ERRORS_KEPT = 200
_Row = Row[*tuple[Any, ...]]


class ImportStore:
    """Fulfils `kb_index.imports.Runs`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, source: str, author: str, source_id: int | None = None) -> int:
        """Note that an import begins; returns the run's id."""
        row = {"source": source, "author": author, "source_id": source_id}
        async with self._database.write() as connection:
            made = await connection.execute(
                insert(imports).values(**row, started_at=self._clock.now(), counts={}, errors=[])
            )
        key = made.inserted_primary_key
        return int(key[0]) if key else 0

    async def finish(self, run_id: int, counts: Mapping[str, int], errors: Sequence[str]) -> None:
        """Note how it ended. Of the errors the first ERRORS_KEPT are kept."""
        ended = {
            "finished_at": self._clock.now(),
            "counts": dict(counts),
            "errors": list(errors[:ERRORS_KEPT]),
        }
        async with self._database.write() as connection:
            await connection.execute(update(imports).where(imports.c.id == run_id).values(**ended))

    async def runs(
        self, limit: int = 50, *, before: int | None = None, source_id: int | None = None
    ) -> list[ImportRun]:
        """The newest first; `before`: only those with a smaller id."""
        query = select(imports).order_by(imports.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(imports.c.id < before)
        if source_id is not None:
            query = query.where(imports.c.source_id == source_id)
        async with self._database.read() as connection:
            return [_run(row) for row in await connection.execute(query)]

    async def run(self, run_id: int) -> ImportRun:
        """Raises NotFound."""
        async with self._database.read() as connection:
            query = select(imports).where(imports.c.id == run_id)
            row = (await connection.execute(query)).first()
        if row is None:
            raise NotFound(f"there is no import {run_id}", field="import_id")
        return _run(row)

    async def changes(
        self, run_id: int, *, after: str = "", limit: int = 500
    ) -> list[ImportChange]:
        """What the run changed, by article id, at most `limit` with an id above `after`."""
        revisions = article_revisions.c
        query = (
            select(
                revisions.article_id,
                func.min(revisions.revision).label("first"),
                func.max(revisions.revision).label("last"),
            )
            .where(revisions.import_id == run_id, revisions.article_id > after)
            .group_by(revisions.article_id)
            .order_by(revisions.article_id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            touched = (await connection.execute(query)).all()
            ids = [row.article_id for row in touched]
            found = await connection.execute(select(articles).where(articles.c.id.in_(ids)))
            now = {row.id: row for row in found}
            wanted = [(row.article_id, row.first - 1) for row in touched if row.first > 1]
            wanted += [(row.id, row.revision) for row in now.values()]
            key = tuple_(revisions.article_id, revisions.revision)
            kept = await connection.execute(select(article_revisions).where(key.in_(wanted)))
            known = {(row.article_id, row.revision): row for row in kept}
        return [
            _change(row, now[row.article_id], known) for row in touched if row.article_id in now
        ]

    async def undone(self, run_id: int, author: str) -> None:
        """Note that the run was taken back. Raises Conflict when it was before."""
        async with self._database.write() as connection:
            done = await connection.execute(
                update(imports)
                .where(imports.c.id == run_id, imports.c.undone_at.is_(None))
                .values(undone_at=self._clock.now(), undone_by=author)
            )
        if not done.rowcount:
            raise Conflict(f"import {run_id} was taken back already", field="import_id")


def _change(touched: _Row, now: _Row, known: Mapping[tuple[str, int], _Row]) -> ImportChange:
    before = known.get((touched.article_id, touched.first - 1))
    newest = known.get((now.id, now.revision))
    changed = now.revision != touched.last
    return ImportChange(
        article_id=now.id,
        before=_article(before) if before is not None else None,
        now=decode(now.body, now.revision, now.updated_at),
        since=(newest.author if newest is not None else "") if changed else None,
    )


def _article(row: _Row) -> Article:
    return decode(row.body, row.revision, row.at)


def _run(row: _Row) -> ImportRun:
    return ImportRun(
        id=row.id,
        source=row.source,
        author=row.author,
        started_at=row.started_at,
        finished_at=row.finished_at,
        counts=row.counts,
        errors=tuple(row.errors),
        undone_at=row.undone_at,
        undone_by=row.undone_by,
        source_id=row.source_id,
    )
