"""Differences between two states of an article: in words, whole, and quick."""

from dataclasses import replace

import pytest

from sufler.domain.knowledge import Article, ArticleStatus, Phrasing, Translation
from sufler.web.kb_changes import Kind, Piece, changed_fields, changes, differences

BEFORE = Article(
    "a",
    "Оплата",
    {"ru": Translation("Как платить?", "Картой.")},
    (Phrasing("чем", "ru"), Phrasing("как", "ru")),
)


def shown(old: str, new: str) -> str:
    marks = {Kind.SAME: "{}", Kind.REMOVED: "[-{}]", Kind.ADDED: "[+{}]"}
    return "".join(marks[piece.kind].format(piece.text) for piece in differences(old, new))


@pytest.mark.parametrize(
    ("old", "new", "seen"),
    [
        ("Стоит 290 рублей.", "Стоит 300 рублей.", "Стоит[- 290][+ 300] рублей."),
        ("Картой.", "Картой или так.", "Картой[+ или так]."),
        ("", "Новый ответ", "[+Новый ответ]"),
        ("Было", "", "[-Было]"),
        ("Одно", "Одно", "Одно"),
        ("а\n\nб", "а\nб", "а\n[-\n]б"),
    ],
)
def test_that_a_difference_is_told_in_words(old: str, new: str, seen: str) -> None:
    assert shown(old, new) == seen


@pytest.mark.parametrize(("old", "new"), [("раз " * 9000, "два " * 9000), ("а\n" * 9000, "б\nа\n")])
def test_that_nothing_is_lost_in_a_difference_however_long(old: str, new: str) -> None:
    pieces = differences(old, new)
    assert "".join(p.text for p in pieces if p.kind is not Kind.ADDED) == old
    assert "".join(p.text for p in pieces if p.kind is not Kind.REMOVED) == new


def test_that_only_fields_that_differ_are_named() -> None:
    after = replace(
        BEFORE,
        status=ArticleStatus.DRAFT,
        translations={**BEFORE.translations, "en": Translation("How?", "By card.")},
        phrasings=(Phrasing("как", "ru"), Phrasing("чем", "ru", weight=2), Phrasing("где", "ru")),
    )
    names = ["status", "title.en", "answer.en", "phrasings"]
    assert changed_fields(BEFORE, after) == names
    found = {change.field: change.pieces for change in changes(BEFORE, after)}
    assert list(found) == names
    assert found["phrasings"] == (
        Piece(Kind.REMOVED, "ru: чем\n"),
        Piece(Kind.ADDED, "ru: чем ×2\n"),
        Piece(Kind.ADDED, "ru: где\n"),
    )


def test_that_the_first_revision_is_all_new() -> None:
    assert {p.kind for change in changes(None, BEFORE) for p in change.pieces} == {Kind.ADDED}
    assert changes(BEFORE, BEFORE) == []
