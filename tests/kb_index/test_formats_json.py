"""JSON Lines and JSON: the full form, flat objects, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import OTHER_TOPIC, PhrasingSource
from sufler.kb_index.formats import read, read_articles

FULL = {
    "id": "a1",
    "topic": "Доставка / По городу",
    "translations": {"ru": {"title": "Где заказ?", "answer": "В пути."}},
    "phrasings": ["где посылка", {"text": "где?", "language": "ru", "source": "learned",
                                  "author": "пётр", "weight": 0.5}],
    "owner": "Анна",
    "other_language_ok": True,
    "valid_from": "2026-01-01T00:00:00+03:00",
}  # fmt: skip


def lines(tmp_path: Path, *values: Any, name: str = "kb.jsonl") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(json.dumps(value, ensure_ascii=False) for value in values), "utf-8")
    return path


def test_that_the_full_form_is_taken_exactly(tmp_path: Path) -> None:
    (row,) = read(lines(tmp_path, FULL))
    article = row.article
    assert article is not None
    assert article.topic == "Доставка / По городу"
    assert [item.text for item in article.phrasings] == ["где посылка", "где?"]
    assert article.phrasings[1].source is PhrasingSource.LEARNED
    assert article.phrasings[1].weight == 0.5
    assert article.other_language_ok
    assert row.exact
    assert row.said >= {"phrasings", "owner"}
    assert "status" not in row.said


def test_that_a_flat_object_is_named_as_columns_are(tmp_path: Path) -> None:
    value = {"вопрос": "Где?", "answer": "Там.", "раздел": "А / Б", "phrasings": ["раз; два; три"]}
    (article,) = read_articles(lines(tmp_path, value))
    assert article.topic == "А"
    assert [item.text for item in article.phrasings] == ["раз; два; три"]


@pytest.mark.parametrize("wrap", [lambda items: items, lambda items: {"articles": items}])
def test_that_a_json_list_is_read(tmp_path: Path, wrap: Any) -> None:
    path = tmp_path / "kb.json"
    path.write_text(json.dumps(wrap([FULL, {"question": "A?", "answer": "B."}])), "utf-8-sig")
    first, second = read(path)
    assert (first.at.row, second.at.row) == (1, 2)
    assert second.article is not None
    assert second.article.topic == OTHER_TOPIC


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (7, "is not a JSON object"),
        ({**FULL, "colour": 1}, "column colour: is unknown"),
        ({**FULL, "translations": {"de": {}}}, "“de” is not ru or en"),
        ({**FULL, "translations": {}}, "column translations: there is none"),
        ({**FULL, "translations": {"ru": {"title": "А"}}}, "needs title and answer"),
        ({**FULL, "phrasings": "a"}, "column phrasings: must be a list"),
        ({**FULL, "phrasings": [{"text": "a", "weight": "x"}]}, "a weight must be a number"),
        ({**FULL, "phrasings": [{"text": "a", "weight": -1}]}, "weight -1.0 is not within"),
        ({**FULL, "phrasings": [{"text": "a", "source": "x"}]}, "a source must be"),
        ({**FULL, "phrasings": [""]}, "column phrasings: one is empty"),
        ({**FULL, "status": "gone"}, "column status: must be"),
        ({**FULL, "valid_until": "2020-01-01"}, "valid_until: is not later than valid_from"),
        ({**FULL, "other_language_ok": "yes"}, "must be true or false"),
        ({"question": "A?", "answer": {"x": 1}}, "column answer: must be a text"),
        ({"question": "A?"}, "column answer (en): is empty"),
    ],
)
def test_that_a_bad_object_is_a_rejected_row(tmp_path: Path, value: Any, reason: str) -> None:
    _, row = read(lines(tmp_path, FULL, value))
    assert row.article is None
    assert str(row.at) == "kb.jsonl, row 2"
    assert row.reason is not None
    assert reason in row.reason


def test_that_a_line_that_is_no_json_is_a_rejected_row(tmp_path: Path) -> None:
    path = tmp_path / "kb.jsonl"
    path.write_text(json.dumps(FULL) + '\n\n{"id": "\\ud800"}\n{oops\n' + "[" * 5000, "utf-8")
    rows = list(read(path))
    assert [row.at.row for row in rows] == [1, 3, 4, 5]
    assert all("is not JSON" in (row.reason or "") for row in rows[1:])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("[]", "holds no articles"),
        ('{"a": 1}', "must be a list of articles"),
        ("{oops", "is not JSON"),
        ('{"a": 1}\n{"a": 2}', "then name it .jsonl"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_that_hopeless_json_is_refused_by_name(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "kb.json"
    path.write_text(text, "utf-8")
    with pytest.raises(BadInput) as raised:
        list(read(path))
    assert raised.value.message.startswith("kb.json")
    assert words in raised.value.message


def test_that_an_endless_line_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kb.jsonl"
    path.write_text(json.dumps(FULL) + "\n" + "x" * 4_000_001, "utf-8")
    with pytest.raises(BadInput, match=r"kb\.jsonl, row 2: the line is longer"):
        list(read(path))


def test_that_reading_stops_at_the_first_bad_row_when_all_are_wanted(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"kb\.jsonl, row 1: is not a JSON object"):
        read_articles(lines(tmp_path, 7))
