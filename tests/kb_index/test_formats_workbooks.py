"""XLSX workbooks: headers, several sheets, kinds of cells, and archives meant to do harm."""

import zipfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sufler.domain.errors import BadInput
from sufler.kb_index.formats import read, read_articles, xlsx_file


def saved(tmp_path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, cells in sheets.items():
        sheet = book.create_sheet(title)
        for row in cells:
            sheet.append(row)
    path = tmp_path / "faq.xlsx"
    book.save(path)
    return path


def test_that_a_merged_title_and_header_are_found(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        База=[
            ["База знаний компании", None, None],
            [],
            ["Код", "Русский", None, "English", None],
            [None, "Вопрос", "Ответ", "Question", "Answer"],
            [101, "Где заказ?", "В пути.\nЖдите.", "Where?", "On its way."],
        ],
    )
    book = openpyxl.load_workbook(path)
    sheet = book["База"]
    for cells in ("A1:E1", "A3:A4", "B3:C3", "D3:E3"):
        sheet.merge_cells(cells)
    book.save(path)
    (row,) = read(path)
    assert (row.at.file, row.at.row) == ("faq.xlsx [База]", 5)
    assert row.article is not None
    assert row.article.id == "101"
    assert row.article.translations["ru"].answer == "В пути.\nЖдите."
    assert row.article.translations["en"].title == "Where?"


def test_that_every_sheet_with_a_header_is_read_and_others_are_not(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        Справка=[["как пользоваться"]],
        Первый=[["Вопрос", "Ответ"], ["Где?", "Там."]],
        Второй=[["Вопрос", "Ответ"], ["Когда?", "Завтра."]],
        Скрытый=[["Вопрос", "Ответ"], ["Тайна?", "Да."]],
    )
    book = openpyxl.load_workbook(path)
    book["Скрытый"].sheet_state = "hidden"
    book.save(path)
    assert [row.at.file for row in read(path)] == ["faq.xlsx [Первый]", "faq.xlsx [Второй]"]


def test_that_numbers_and_dates_become_texts(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        A=[
            ["id", "вопрос", "ответ", "действует до"],
            [7.0, "Сколько?", 12.5, datetime(2026, 12, 31)],
        ],
    )
    (article,) = read_articles(path)
    assert article.id == "7"
    assert article.translations["ru"].answer == "12.5"
    assert article.valid_until is not None
    assert article.valid_until.isoformat() == "2027-01-01T00:00:00+00:00"


def test_that_a_workbook_without_a_header_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, A=[[0, 0, 0]] * 30)
    with pytest.raises(BadInput, match=r"faq\.xlsx: no row names the columns"):
        list(read(path))


def test_that_a_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(64):
                part.write(b"0" * (1 << 20))
    with pytest.raises(BadInput, match=r"bomb\.xlsx: unpacks to 64 MB from"):
        list(read(path))


def test_that_a_bomb_whose_list_lies_does_not_unpack(tmp_path: Path) -> None:
    good = saved(tmp_path, A=[["вопрос", "ответ"], ["Где?", "Там."]])
    path = tmp_path / "liar.xlsx"
    with (
        zipfile.ZipFile(good) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for part in source.infolist():
            data = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                data = data.replace(b"</sheetData>", b" " * (32 << 20) + b"</sheetData>")
            archive.writestr(part.filename, data)
        for part in archive.filelist:
            part.file_size = min(part.file_size, 600)
    with pytest.raises(BadInput, match=r"liar\.xlsx.*damaged"):
        list(read(path))


def test_that_xml_entities_are_not_expanded(tmp_path: Path) -> None:
    good = saved(tmp_path, A=[["вопрос", "ответ"], ["Где?", "Там."]])
    path = tmp_path / "laughs.xlsx"
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as archive:
        for part in source.infolist():
            data = source.read(part)
            if part.filename in {"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"}:
                data = bomb + data.split(b"?>", 1)[-1] if data.startswith(b"<?xml") else bomb + data
            archive.writestr(part.filename, data)
    with pytest.raises(BadInput, match=r"laughs\.xlsx.*damaged"):
        list(read(path))


def with_cell(tmp_path: Path, place: str) -> Path:
    good = saved(tmp_path, A=[["вопрос", "ответ"], ["Где?", "Там."]])
    path = tmp_path / "far.xlsx"
    number = "".join(filter(str.isdigit, place))
    row = f'<row r="{number}"><c r="{place}" t="inlineStr"><is><t>x</t></is></c></row>'
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as archive:
        for part in source.infolist():
            data = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                data = data.replace(b"</sheetData>", row.encode() + b"</sheetData>")
            archive.writestr(part.filename, data)
    return path


@pytest.mark.parametrize("place", ["A1048577", "ZZZ3"])
def test_that_a_cell_beyond_the_sheet_costs_nothing(tmp_path: Path, place: str) -> None:
    assert len(read_articles(with_cell(tmp_path, place))) == 1


@pytest.mark.parametrize("place", ["A999999999999", "ZZZZZZZZZZ3"])
def test_that_an_impossible_cell_is_refused_or_passed_over(tmp_path: Path, place: str) -> None:
    with suppress(BadInput):
        assert len(read_articles(with_cell(tmp_path, place))) == 1


@pytest.mark.parametrize("data", [b"PK\x03\x04" + b"\0" * 500, b"question,answer\nq,a\n"])
def test_that_what_is_no_workbook_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "faq.xlsx"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=r"faq\.xlsx: is n"):
        list(read(path))


def test_that_the_limit_holds_for_many_parts(tmp_path: Path) -> None:
    path = tmp_path / "parts.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(xlsx_file.MAX_PARTS + 1):
            archive.writestr(f"p{number}", b"")
    with pytest.raises(BadInput, match="refused"):
        list(read(path))
