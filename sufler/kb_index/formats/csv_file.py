"""Reading CSV and TSV as a stream: charset and delimiter are told from the file itself."""

import csv
import io
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from sufler.domain.errors import BadInput
from sufler.kb_index.formats.charset import charset_of
from sufler.kb_index.formats.columns import HEADER_WITHIN, find_header
from sufler.kb_index.formats.rows import MAX_CELL, ImportRow, RowRef
from sufler.kb_index.formats.tables import NO_HEADER, Table

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 1 << 20


def read_csv(path: Path, name: str, mapping: Mapping[str, str]) -> Iterator[ImportRow]:
    """Each row of the table as an ImportRow. Raises BadInput naming the file, and the row where
    one cannot be read at all (a quotation mark that never closes, a cell beyond all bounds)."""
    charset = charset_of(path, name)
    delimiter = _delimiter(path, name, charset, mapping)
    with closing(_rows(path, name, charset, delimiter)) as rows:
        yield from Table(rows, mapping, name).articles()


def _rows(path: Path, name: str, charset: str, delimiter: str) -> Generator[list[str]]:
    # The csv module has one limit for the whole process; it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL))
    number = 0
    with path.open(encoding=charset, newline="") as stream:
        reader = csv.reader(_bounded(stream), delimiter=delimiter)
        while True:
            number += 1
            try:
                yield next(reader)
            except StopIteration:
                return
            except csv.Error:
                at = RowRef(name, number)
                raise BadInput(
                    f"{at}: a cell is longer than {MAX_CELL:,} characters, "
                    "or a quotation mark is never closed"
                ) from None


def _bounded(stream: io.TextIOBase) -> Iterator[str]:
    """The lines of the stream; one line without end must not fill the memory."""
    longest = 4 * MAX_CELL
    while line := stream.readline(longest):
        if len(line) >= longest:
            raise csv.Error("a line without end")
        yield line


def _delimiter(path: Path, name: str, charset: str, mapping: Mapping[str, str]) -> str:
    """The delimiter with which the first rows show a header with the most known columns."""
    with path.open(encoding=charset, newline="") as stream:
        sample = stream.read(_SAMPLE)
    best, most, problem = "", 0, None
    for delimiter in _DELIMITERS:
        try:
            header = find_header(_first_rows(sample, delimiter), mapping, name)
        except BadInput as error:
            problem = problem or error
            continue
        if header is not None and len(header.columns) > most:
            best, most = delimiter, len(header.columns)
    if best:
        return best
    raise problem or BadInput(f"{name}: {NO_HEADER}", field="header")


def _first_rows(sample: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) > HEADER_WITHIN:
                break
    except csv.Error:
        pass  # an unclosed quotation mark below the header; reading will name its row
    return rows
