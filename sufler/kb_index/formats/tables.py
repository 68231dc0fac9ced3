"""From rows of cells to articles: the part that CSV and spreadsheets share."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from sufler.kb_index.formats.build import from_cells
from sufler.kb_index.formats.columns import HEADER_WITHIN, Header, find_header
from sufler.kb_index.formats.rows import MAX_CELL, ImportRow, RowRef

NO_HEADER = "no row names the columns of question and answer; name them with --map question=…"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")

Cells = Sequence[str]


def guarded(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


class Table:
    """The rows of one sheet, with its header found. Nothing but its first rows is held."""

    def __init__(self, rows: Iterator[Cells], mapping: Mapping[str, str], file: str) -> None:
        """`rows` yields every row of the sheet, blank ones too. Raises BadInput, see
        `find_header`; `header` is None where there is none."""
        self._file = file
        self._first = list(itertools.islice(rows, HEADER_WITHIN + 1))
        self._rows = rows
        self.header: Header | None = find_header(self._first, mapping, file)

    def articles(self) -> Iterator[ImportRow]:
        """One ImportRow for each row below the header that is not blank."""
        if self.header is None:
            return
        rows = enumerate(itertools.chain(self._first, self._rows), 1)
        for number, cells in itertools.islice(rows, self.header.rows, None):
            if any(cell and not cell.isspace() for cell in cells):
                yield self._article(self.header, number, cells)

    def _article(self, header: Header, number: int, cells: Cells) -> ImportRow:
        at = RowRef(self._file, number)
        if any(len(cell) > MAX_CELL for cell in cells):
            return ImportRow(at, reason=f"a cell is longer than {MAX_CELL:,} characters")
        named = {
            key: cells[place] if place < len(cells) else "" for key, place in header.columns.items()
        }
        if header.own:
            named = {key: unguarded(cell) for key, cell in named.items()}
        return from_cells(at, named, own=header.own)
