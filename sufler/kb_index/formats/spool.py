"""Rows waiting on disk between the passes of an import, so that memory stays bounded."""

import tempfile
from collections.abc import Iterator
from types import TracebackType

import orjson

from sufler.domain.errors import StorageUnavailable
from sufler.domain.knowledge import Article
from sufler.kb_index.formats.full_form import to_object, trusted
from sufler.kb_index.formats.rows import ImportRow, RowError, RowRef


class Spool:
    """An unnamed file of rows: it is gone when closed, or when the process is killed."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the context
        self._dead: set[int] = set()

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def put(self, row: ImportRow) -> int:
        """Store a row that has an article; returns its place. Raises StorageUnavailable."""
        if row.article is None:
            raise RowError("a rejected row is not kept")
        record = {
            "at": [row.at.file, row.at.row],
            "article": to_object(row.article),
            "said": sorted(row.said),
            "exact": row.exact,
        }
        try:
            place = self._file.seek(0, 2)
            self._file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
        except OSError as error:
            raise StorageUnavailable(
                f"no room for the import's temporary file: {error.strerror}"
            ) from None
        return place

    def get(self, place: int) -> ImportRow:
        """The row at a place that `put` returned."""
        self._file.seek(place)
        return _row(self._file.readline())

    def drop(self, place: int) -> None:
        """Leave the row at this place out of `rows`."""
        self._dead.add(place)

    def rows(self) -> Iterator[ImportRow]:
        """Every row that was not dropped, in order. One reading at a time, and no `put` during."""
        place = self._file.seek(0)
        for line in self._file:
            if place not in self._dead:
                yield _row(line)
            place += len(line)

    def articles(self) -> Iterator[Article]:
        """The articles of `rows`."""
        for row in self.rows():
            if row.article is not None:
                yield row.article


def _row(line: bytes) -> ImportRow:
    record = orjson.loads(line)
    at = RowRef(*record["at"])
    article = trusted(record["article"])
    return ImportRow(at, article, said=frozenset(record["said"]), exact=record["exact"])
