"""What normalisation promises about any text, hostile ones included."""

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sufler.kb_index.normalise import MAX_CHARS, normalise

# Every code point, lone surrogates too; hypothesis leaves those out unless asked.
any_text = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("e\u0301\u200b \ufdfa\u1100\u1161")
)


@given(any_text, st.integers(min_value=0, max_value=40))
@example("e\u200b\u0301", 40)
@example("\u0344\u00a8\u200f\u0301", 3)
def test_that_normalising_twice_changes_nothing(text: str, cap: int) -> None:
    once = normalise(text, cap)
    assert normalise(once, cap) == once


@given(any_text)
def test_that_the_result_is_clean(text: str) -> None:
    clean = normalise(text)
    assert len(clean) <= MAX_CHARS
    assert not {"Cc", "Cf", "Cs", "Zl", "Zp"} & {unicodedata.category(char) for char in clean}
    assert clean == clean.strip()
    assert "  " not in clean
    clean.encode("utf-8")


def test_that_no_single_character_is_changed_by_a_second_pass() -> None:
    for point in range(sys.maxunicode + 1):
        once = normalise(f"a{chr(point)}b")
        assert normalise(once) == once, hex(point)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Где\tмой\r\n заказ?\x00 ", "Где мой заказ?"),
        ("ﬁn № ① ＡＢ", "fin No 1 AB"),
        ("па\u200bро\u00adль\u202e!", "пароль!"),
        ("и\u0306", "й"),
        ("\ud83d\ude00", "😀"),
        ("a\ud800b", "a\ufffdb"),
        ("", ""),
        ("\u200b\u200e\x07", ""),
    ],
)
def test_that_a_text_comes_out_as_expected(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_that_a_character_of_eighteen_does_not_pass_the_cap() -> None:
    assert len(normalise("ﷺ" * 4096)) <= MAX_CHARS
