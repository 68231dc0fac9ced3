"""Sheets as CSV and as an Excel workbook. A cell is never a formula, whatever it says."""

import csv
import io
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from sufler.web.figure_sheets import Cell, Sheet

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MAX_CELL = 32_767  # characters, of Excel
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_csv(sheet: Sheet, zone: ZoneInfo) -> bytes:
    """With a byte order mark, so that Excel reads Russian; moments in `zone`, by ISO 8601."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_guarded(head) for head in sheet.heads)
    writer.writerows([_written(cell, zone) for cell in row] for row in sheet.rows)
    return ("\ufeff" + buffer.getvalue()).encode()


def as_xlsx(sheet: Sheet, zone: ZoneInfo) -> bytes:
    """One worksheet; numbers stay numbers, and moments are in `zone` (Excel knows no zones)."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("figures")
    page.freeze_panes = "A2"
    for place in range(len(sheet.heads)):
        page.column_dimensions[get_column_letter(place + 1)].width = 18
    page.append([_text_cell(page, head, bold=True) for head in sheet.heads])
    for row in sheet.rows:
        page.append([_excel(page, cell, zone) for cell in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _written(cell: Cell, zone: ZoneInfo) -> str | int | float:
    if isinstance(cell, datetime):
        return cell.astimezone(zone).isoformat(timespec="seconds")
    return _guarded(cell) if isinstance(cell, str) else "" if cell is None else cell


def _guarded(words: str) -> str:
    return f"'{words}" if words.startswith(_FORMULA) else words


def _excel(page: Any, cell: Cell, zone: ZoneInfo) -> Any:
    if isinstance(cell, datetime):
        return cell.astimezone(zone).replace(tzinfo=None)
    return _text_cell(page, cell) if isinstance(cell, str) else cell


def _text_cell(page: Any, words: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(page, value=ILLEGAL_CHARACTERS_RE.sub("", words)[:_MAX_CELL])
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell
