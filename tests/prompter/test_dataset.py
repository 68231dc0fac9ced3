"""Folders of messages: what is read from them, and errors that name the file and the row."""

from pathlib import Path

import pytest

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import OTHER_TOPIC
from sufler.prompter.evaluation.dataset import (
    Row,
    family,
    read_dataset,
    some_shots,
    with_phrasings,
)

KB = (
    "article_id,title,answer,section\na,Сколько стоит доставка?,290 ₽,Доставка / Цена\nb,Refund,,\n"
)
TRAIN = "text,article_id\nпочём курьер,a\nmoney back,b\nпогода,\n"
TEST = "text,article_id,kind\nцена доставки,a,in_scope\nкто ты,,oos\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "hint3_shop_ru"
    made.mkdir()
    for name, text in (("kb", KB), ("train", TRAIN), ("test", TEST)):
        (made / f"{name}.csv").write_text(text, encoding="utf-8")
    return made


def test_that_a_folder_is_read_as_it_stands(folder: Path) -> None:
    found = read_dataset(folder)
    assert found.name == "hint3_shop_ru"
    first, second = found.articles
    assert (first.topic, first.translations["ru"].answer) == ("Доставка", "290 ₽")
    assert second.topic == OTHER_TOPIC
    assert second.translations["en"].answer == "Refund", "names only: the title stands for it"
    assert found.train == (Row("почём курьер", "a"), Row("money back", "b"), Row("погода", ""))
    assert found.test == (Row("цена доставки", "a", "in_scope"), Row("кто ты", "", "oos"))
    assert found.oos_dev == ()


def test_that_the_mark_of_utf_8_and_a_missing_train_are_no_fault(folder: Path) -> None:
    (folder / "kb.csv").write_text("\ufeff" + KB, encoding="utf-8")
    (folder / "train.csv").unlink()
    assert [each.id for each in read_dataset(folder).articles] == ["a", "b"]
    assert read_dataset(folder).train == ()


def test_that_alt_titles_are_phrasings(folder: Path) -> None:
    (folder / "kb.csv").write_text(
        "article_id,title,answer,section,alt_titles\na,Доставка,Да,,цена | delivery price | \n"
        "b,Refund,,,\n",
        encoding="utf-8",
    )
    first, second = read_dataset(folder).articles
    assert [(p.text, p.language) for p in first.phrasings] == [
        ("цена", "ru"),
        ("delivery price", "en"),
    ]
    assert second.phrasings == ()


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("test", "text,article_id,kind\nцена,a,\nчто,zzz,\n", r"test\.csv row 3: .*zzz"),
        ("train", "text,article_id\nчто,zzz\n", r"train\.csv row 2: .*zzz"),
        ("kb", "article_id,title\na,Один\n,Без номера\n", r"kb\.csv row 3 lacks"),
        ("kb", "article_id,title\na, \n", r"kb\.csv row 2 lacks"),
        ("kb", "article_id,title\na,Один\na,Два\n", r"kb\.csv has an article_id twice"),
        ("kb", "article_id,title\n", r"kb\.csv holds no articles"),
        ("kb", "", r"kb\.csv holds no articles"),
    ],
)
def test_that_a_fault_is_named_by_file_and_row(
    folder: Path, file: str, text: str, words: str
) -> None:
    (folder / f"{file}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=words):
        read_dataset(folder)


def test_that_files_that_cannot_be_read_are_named(folder: Path) -> None:
    (folder / "test.csv").write_bytes("text,article_id\nцена,a\n".encode("cp1251"))
    with pytest.raises(BadInput, match=r"test\.csv cannot be read"):
        read_dataset(folder)
    (folder / "kb.csv").unlink()
    with pytest.raises(BadInput, match=r"kb\.csv is missing"):
        read_dataset(folder)
    with pytest.raises(BadInput, match="nowhere"):
        read_dataset(folder / "nowhere")


def test_that_rows_without_an_article_are_no_phrasings(folder: Path) -> None:
    found = read_dataset(folder)
    articles = with_phrasings(found.articles, [*found.train, Row(" \x00 ", "a")])
    assert [[p.text for p in each.phrasings] for each in articles] == [
        ["почём курьер"],
        ["money back"],
    ]
    assert found.articles[0].phrasings == ()


def test_that_shots_are_drawn_by_seed_and_leave_the_rest() -> None:
    rows = (*(Row(f"{name}{n}", name) for name in "abc" for n in range(6)), Row("?", ""))
    chosen, rest = some_shots(rows, 2, seed=0)
    assert [row.article_id for row in chosen] == list("aabbcc")
    assert {*chosen, *rest} == {row for row in rows if row.article_id}
    assert not set(chosen) & set(rest)
    assert some_shots(rows, 2, seed=0) == (chosen, rest)
    assert any(some_shots(rows, 2, seed)[0] != chosen for seed in range(1, 4))
    everything, nothing = some_shots(rows, 99, seed=0)
    assert (len(everything), nothing) == (18, [])


def test_that_sister_sets_are_one_family() -> None:
    assert family("hint3_curekart_en") == family("hint3_sofmattress_en") != family("banking77_en")
