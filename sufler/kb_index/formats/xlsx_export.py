"""Writing articles as an Excel workbook; importing what was written changes nothing."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Article
from sufler.kb_index.formats.export import CSV_COLUMNS, cells_of

MAX_CELL = 32_767  # characters, of Excel
_BATCH = 200
_WIDTHS = {"answer": 60, "title": 36, "phrasings": 36, "id": 24, "topic": 20}


async def export_xlsx(articles: AsyncIterator[Article], path: Path) -> int:
    """Write them into a new workbook at `path`; how many there were. Each cell is text, whatever
    it looks like. Raises BadInput naming the article whose texts Excel cannot hold."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("articles")
    sheet.freeze_panes = "B2"
    for place, name in enumerate(CSV_COLUMNS):
        width = _WIDTHS.get(name.rpartition("_")[0] or name, 16)
        sheet.column_dimensions[chr(ord("A") + place)].width = width
    sheet.append([_cell(sheet, name, bold=True) for name in CSV_COLUMNS])
    count = 0
    waiting: list[Article] = []

    def write() -> None:
        for article in waiting:
            sheet.append(_row(sheet, article))
        waiting.clear()

    try:
        async for article in articles:
            waiting.append(article)
            count += 1
            if len(waiting) == _BATCH:
                await asyncio.to_thread(write)
        await asyncio.to_thread(write)
        await asyncio.to_thread(book.save, path)
    finally:
        # A sheet that was not saved leaves its temporary file behind.
        _close(sheet)
    return count


def _row(sheet: Any, article: Article) -> list[Any]:
    cells = []
    for name, text in zip(CSV_COLUMNS, cells_of(article), strict=True):
        # What begins with an apostrophe gets one more: the import takes one off our own export.
        text = f"'{text}" if text.startswith("'") else text
        if len(text) > MAX_CELL:
            raise BadInput(
                f"article {article.id}: {name} has {len(text):,} characters, and a cell of Excel "
                f"holds {MAX_CELL:,}; export as CSV or JSON Lines",
                field="format",
            )
        if ILLEGAL_CHARACTERS_RE.search(text):
            raise BadInput(
                f"article {article.id}: {name} holds control characters, which Excel cannot; "
                "export as CSV or JSON Lines",
                field="format",
            )
        cells.append(_cell(sheet, text))
    return cells


def _cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # "=1+1" is a text here
    cell.number_format = "@"  # and stays one when it is edited: leading zeros, dates
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell


def _close(sheet: Any) -> None:
    writer = getattr(sheet, "_writer", None)
    if writer is not None and os.path.exists(writer.out):
        sheet.close()
        writer.cleanup()
