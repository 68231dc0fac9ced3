"""A workbook that was exported: importing it changes nothing, one edited cell is one change."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Article, Phrasing, PhrasingSource, Translation
from sufler.kb_index.formats import read_articles
from sufler.kb_index.formats.read import read
from sufler.kb_index.formats.report import Outcome
from sufler.kb_index.formats.xlsx_export import export_xlsx
from sufler.kb_index.importing import plan

HOSTILE = [
    "=1+1", "+7 900", "-5 %", "@sum", "'тихо", "'=1", "007", "2026-12-31", "1e5", "TRUE",
    "a\nb\n\nc", "  2 пробела", "₽ «ёлки» 😀", "#N/A",
]  # fmt: skip


def article(number: int, text: str) -> Article:
    return Article(
        id=f"00{number}",
        topic="Доставка / по городу",
        translations={
            "ru": Translation(" ".join(text.split()), text.strip()),
            "en": Translation(f"Title {number}", text.strip()),
        },
        phrasings=(
            Phrasing(" ".join(text.split()), "ru", PhrasingSource.LEARNED, "anna", 0.5),
            Phrasing("where", "en", PhrasingSource.IMPORTED),
        ),
        valid_until=datetime(2027, 1, 1, 12, tzinfo=UTC),
        owner="=owner",
        other_language_ok=True,
    )


async def stream(articles: Sequence[Article]) -> AsyncIterator[Article]:
    for one in articles:
        yield one


ALL = [article(number, text) for number, text in enumerate(HOSTILE, 1)]


async def lookup(ids: Sequence[str]) -> dict[str, Article]:
    return {one.id: one for one in ALL if one.id in ids}


async def test_that_importing_the_exported_workbook_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "articles.xlsx"
    assert await export_xlsx(stream(ALL), path) == len(ALL)
    assert read_articles(path) == ALL
    report = await plan(read(path), lookup)
    assert report.counts == {Outcome.UNCHANGED: len(ALL)}


async def test_that_one_edited_cell_is_one_change(tmp_path: Path) -> None:
    path = tmp_path / "articles.xlsx"
    await export_xlsx(stream(ALL), path)
    book = openpyxl.load_workbook(path)
    (sheet,) = book.worksheets
    column = [cell.value for cell in sheet[1]].index("answer_en") + 1
    sheet.cell(row=4, column=column).value = "Edited"
    book.save(path)
    report = await plan(read(path), lookup)
    assert report.counts[Outcome.CHANGED] == 1
    (row,) = report.listed(Outcome.CHANGED)
    assert (row.article_id, row.detail) == ("003", "answer (en)")


async def test_that_no_cell_is_a_formula_or_a_number(tmp_path: Path) -> None:
    path = tmp_path / "articles.xlsx"
    await export_xlsx(stream(ALL), path)
    (sheet,) = openpyxl.load_workbook(path).worksheets
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}
    assert sheet["A2"].number_format == "@"


async def test_that_what_a_cell_of_excel_cannot_hold_is_refused_by_name(tmp_path: Path) -> None:
    many = tuple(Phrasing(f"вопрос {n} " + "x" * 900, "ru") for n in range(40))
    long = replace(ALL[0], id="long", phrasings=many)
    with pytest.raises(BadInput, match=r"article long: phrasings_ru has 3\d,\d+ characters"):
        await export_xlsx(stream([long]), tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()
