"""Reading XLSX workbooks row by row; an archive that unpacks too far is refused unopened."""

import datetime
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from sufler.domain.errors import BadInput
from sufler.kb_index.formats.archive import refuse_bomb
from sufler.kb_index.formats.rows import ImportRow
from sufler.kb_index.formats.tables import NO_HEADER, Cells, Table

MAX_PARTS = 2_000
_MAX_ROWS, _MAX_COLUMNS = 1_048_576, 200
_DAMAGED = (
    zipfile.BadZipFile,
    InvalidFileException,
    DefusedXmlException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    EOFError,
    OSError,
    RuntimeError,  # its NotImplementedError too: what openpyxl and zipfile do not read
    OverflowError,
)


def read_xlsx(path: Path, name: str, mapping: Mapping[str, str]) -> Iterator[ImportRow]:
    """Each row of each visible sheet that has a header, as an ImportRow whose file is
    "name [sheet]". Raises BadInput naming the file, or when no sheet has a header."""
    refuse_bomb(path, name, "an Excel workbook", most_parts=MAX_PARTS)
    # Opened here: openpyxl would refuse a path that does not end in .xlsx, as an upload's does not.
    with path.open("rb") as opened, closing(_opened(opened, name)) as book:
        any_header = False
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            file = f"{name} [{sheet.title}]"
            table = Table(_rows(sheet, file), mapping, file)
            any_header = any_header or table.header is not None
            yield from table.articles()
    if not any_header:
        raise BadInput(f"{name}: {NO_HEADER}", field="header")


def _opened(file: BinaryIO, name: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which are not read
            return openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except _DAMAGED:
        raise BadInput(f"{name}: is not an Excel workbook, or is damaged") from None


def _rows(sheet: Any, file: str) -> Iterator[Cells]:
    rows = sheet.iter_rows(max_row=_MAX_ROWS, max_col=_MAX_COLUMNS, values_only=True)
    number = 0
    while True:
        number += 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except _DAMAGED:
            raise BadInput(f"{file}, row {number}: the workbook is damaged here") from None
        # A sheet may claim a million blank rows; they must cost next to nothing.
        yield () if row.count(None) == len(row) else [_text(value) for value in row]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("_x000D_", "")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
