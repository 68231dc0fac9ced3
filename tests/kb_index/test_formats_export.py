"""Export and import again: whatever an article holds comes back as it was."""

import csv
import tempfile
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import (
    Article,
    ArticleStatus,
    Language,
    Phrasing,
    PhrasingSource,
    Translation,
)
from sufler.kb_index.formats import export_lines, read, reason_against
from sufler.kb_index.formats.build import unique
from sufler.kb_index.formats.merging import changed_fields, merged
from sufler.kb_index.formats.texts import clean_line, clean_text

NASTY = st.sampled_from(
    ["=1+1", "+7 800", "-нет", "@x", "'кавычка", "'=1", "a; b; c", "a | b", '"', "№ 5", "😀", "«ﷺ»",
     "a,b", "a\tb", "\n- список\n- ещё", "&amp;", "<b>", "\\", "ё", "e\u0301", "👨\u200d👩\u200d👧"]
)  # fmt: skip
texts = st.lists(NASTY | st.text(max_size=8), min_size=1, max_size=5).map("".join)
lines = texts.map(clean_line).filter(bool)
answers = texts.map(clean_text).filter(bool)
languages: st.SearchStrategy[Language] = st.sampled_from(["ru", "en"])
moments = st.datetimes(
    datetime(2000, 1, 1),
    datetime(2100, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=3))]),
)
phrasings = st.builds(
    Phrasing,
    lines,
    languages,
    st.sampled_from(PhrasingSource),
    st.none() | lines,
    st.floats(0, 100),
) | st.builds(Phrasing, lines, languages, st.just(PhrasingSource.IMPORTED))
articles = st.builds(
    Article,
    id=lines,
    topic=lines,
    translations=st.dictionaries(
        languages, st.builds(Translation, lines, answers), min_size=1, max_size=2
    ),
    phrasings=st.lists(phrasings, max_size=5).map(lambda items: unique(items, exact=True)),
    status=st.sampled_from(ArticleStatus),
    valid_from=st.none() | moments,
    valid_until=st.none() | moments,
    owner=st.none() | lines,
    other_language_ok=st.booleans(),
).filter(lambda article: reason_against(article) is None)


def back(exported: list[Article], kind: str) -> list[Article]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"kb.{kind}"
        path.write_text("".join(export_lines(exported, kind)), "utf-8", newline="")
        rows = list(read(path))
    assert [row.reason for row in rows] == [None] * len(exported)
    for row, article in zip(rows, exported, strict=True):
        assert changed_fields(merged(row, article), article) == []
    return [row.article for row in rows if row.article]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
@settings(max_examples=150, deadline=None)
@given(exported=st.lists(articles, min_size=1, max_size=3))
def test_that_what_is_exported_comes_back_unchanged(kind: str, exported: list[Article]) -> None:
    assert back(exported, kind) == exported


@given(text=st.text())
def test_that_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_text(clean_text(text)) == clean_text(text)


def test_that_the_removed_characters_are_those_that_unicode_calls_control_and_format() -> None:
    kept = {"\n", "\t", "\u200c", "\u200d"}
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    breaks = set("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
    gone = {char for char in every if char not in breaks and clean_text(f"a{char}b") == "ab"}
    named = {char for char in every if unicodedata.category(char) in {"Cc", "Cf"}}
    # Some of these became format characters only in the Unicode of later Pythons.
    later = {chr(code) for code in range(0x13430, 0x13440)}
    assert gone - later == named - kept - breaks - later


def test_that_formulas_in_an_exported_table_are_disarmed() -> None:
    article = Article("=1+1", "@topic", {"ru": Translation("+7", "-нет\n=x")})
    text = "".join(export_lines([article], "csv"))
    assert text.startswith("\ufeffid,topic,")
    (_, cells) = csv.reader(text.splitlines(keepends=True))
    assert cells[:4] == ["'=1+1", "'@topic", "'+7", "'-нет\n=x"]
    assert back([article], "csv") == [article]


def test_that_plain_imported_phrasings_are_exported_as_plain_cells() -> None:
    phrasings = tuple(
        Phrasing(t, "ru", PhrasingSource.IMPORTED) for t in ("раз; два; три", "четыре")
    )
    article = Article("a", "Т", {"ru": Translation("В?", "О.")}, phrasings)
    assert "sufler" not in "".join(export_lines([article], "csv")).splitlines()[-1]
    assert back([article], "csv") == [article]


def test_that_an_unknown_format_is_refused() -> None:
    with pytest.raises(BadInput, match="must be one of csv, jsonl"):
        list(export_lines([], "xml"))
