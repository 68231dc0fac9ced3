"""Imports that are remembered: each is a run with a number, and a run can be taken back whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from sufler.domain.errors import Conflict
from sufler.domain.imports import ImportChange, ImportRun, UndoReport
from sufler.domain.knowledge import Article, ArticleStatus
from sufler.kb_index.formats.rows import ImportRow, RowRef
from sufler.kb_index.formats.spool import Spool

PAGE = 500
_TRIES = 3


class Runs(Protocol):
    """Where runs are kept: `storage.imports.ImportStore`."""

    async def begin(self, source: str, author: str, source_id: int | None = None) -> int: ...
    async def finish(
        self, run_id: int, counts: Mapping[str, int], errors: Sequence[str]
    ) -> None: ...
    async def runs(
        self, limit: int = 50, *, before: int | None = None, source_id: int | None = None
    ) -> list[ImportRun]: ...
    async def run(self, run_id: int) -> ImportRun: ...
    async def changes(
        self, run_id: int, *, after: str = "", limit: int = 500
    ) -> list[ImportChange]: ...
    async def undone(self, run_id: int, author: str) -> None: ...


class Restoring(Protocol):
    """What an undo needs of the knowledge base."""

    async def save(
        self,
        articles: Iterable[Article],
        author: str,
        expected: Mapping[str, int] | None = None,
    ) -> int:
        """Store all or none. Raises Conflict when an article of `expected` stands at another
        revision by now."""
        ...


class Imports:
    """The runs, and taking one back."""

    def __init__(self, runs: Runs, knowledge: Restoring) -> None:
        self._runs = runs
        self._knowledge = knowledge

    async def runs(
        self, limit: int = 50, *, before: int | None = None, source_id: int | None = None
    ) -> list[ImportRun]:
        """The newest first; `before`: only those with a smaller id."""
        return await self._runs.runs(limit, before=before, source_id=source_id)

    async def begin(self, source: str, author: str, source_id: int | None = None) -> int:
        """Note that an import begins; returns the run's id."""
        return await self._runs.begin(source, author, source_id)

    async def finish(self, run_id: int, counts: Mapping[str, int], errors: Sequence[str]) -> None:
        """Note how it ended."""
        await self._runs.finish(run_id, counts, errors)

    async def run(self, run_id: int) -> ImportRun:
        """Raises NotFound."""
        return await self._runs.run(run_id)

    async def changes(
        self, run_id: int, *, after: str = "", limit: int = 500
    ) -> list[ImportChange]:
        """What the run changed, by article id, at most `limit` with an id above `after`."""
        return await self._runs.changes(run_id, after=after, limit=limit)

    async def undo(self, run_id: int, author: str) -> UndoReport:
        """Bring back what the run changed, and archive what it made; all of it or nothing.

        Articles that were changed after the run are left alone and listed. Raises NotFound, and
        Conflict when the run was taken back before.
        """
        run = await self._runs.run(run_id)
        if run.undone_at is not None:
            raise Conflict(f"import {run_id} was taken back already", field="import_id")
        for tried in range(_TRIES):
            try:
                report = await self._undo(run_id, author)
            except Conflict:
                # Somebody saved one of the articles in between: look again, and leave it alone.
                if tried == _TRIES - 1:
                    raise
                continue
            break
        await self._runs.undone(run_id, author)
        return report

    async def _undo(self, run_id: int, author: str) -> UndoReport:
        restored = archived = 0
        skipped: list[ImportChange] = []
        expected: dict[str, int] = {}
        with Spool() as spool:
            last = ""
            while changes := await self._runs.changes(run_id, after=last, limit=PAGE):
                for change in changes:
                    if change.since is not None:
                        skipped.append(change)
                        continue
                    after = change.before or replace(change.now, status=ArticleStatus.ARCHIVED)
                    restored += change.before is not None
                    archived += change.before is None
                    expected[change.article_id] = change.now.revision
                    spool.put(ImportRow(RowRef("", 0), after))
                last = changes[-1].article_id
            if expected:
                signed = f"{author}, undo of import {run_id}"
                await self._knowledge.save(spool.articles(), signed, expected)
        return UndoReport(run_id, restored, archived, tuple(skipped))
