"""Letters: what two texts share by their spelling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sufler.kb_index.ngrams import BUCKETS, GramIndex, GramWeights, fold

TEXTS = ["Сколько стоит доставка?", "Как вернуть товар?", "Ошибка E-4017", "Can I pay by card?", ""]
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def cosines(texts: list[str], message: str) -> np.ndarray:
    """The cosine of `message` with each of `texts`, weighed by these texts."""
    weights = GramWeights.of(texts)
    _, buckets, values = weights.vectors([message])
    return GramIndex(texts, weights).cosines(buckets, values)


def dense(weights: GramWeights, text: str) -> np.ndarray:
    _, buckets, values = weights.vectors([text])
    row = np.zeros(BUCKETS)
    np.add.at(row, buckets, values)
    return row


def test_that_the_same_letters_are_the_same_whatever_case_spaces_and_yo() -> None:
    assert fold("  ЕЩЁ  раз\n") == "еще раз"
    assert cosines(TEXTS, "  СКОЛЬКО стоит   доставка? ")[0] == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("скока стоит доствка", 0), ("вирнуть тавар", 1), ("e4017", 2), ("cna i pya by crad", 3)],
)
def test_that_a_mistyped_text_is_nearest_to_what_was_meant(typed: str, meant: int) -> None:
    found = cosines(TEXTS, typed)
    assert found.argmax() == meant
    assert 0.1 < found[meant] < 1.0


def test_that_what_shares_no_letters_is_at_zero() -> None:
    assert cosines(TEXTS, "ЪЪЪ").max() == 0.0
    assert cosines(TEXTS[:-1], "").tolist() == [0.0] * 4
    assert cosines([], "доставка").tolist() == []


def test_that_a_rare_word_tells_more_than_one_that_stands_everywhere() -> None:
    texts = [f"заказ и {word}" for word in ("самовар", "утюг", "чайник", "казан")]
    found = cosines(texts, "заказ самовар")
    assert found.argmax() == 0
    assert found[0] > 2 * found[1]


def test_that_the_end_of_one_text_is_not_read_into_the_next() -> None:
    apart, joined = cosines(["абв", "где", "абвгде"], "вг")[[0, 2]]
    assert joined > apart == 0.0


@settings(max_examples=30, deadline=None)
@given(texts=st.lists(WORDS, min_size=1, max_size=5), message=WORDS)
def test_that_cosines_are_those_of_the_vectors_and_between_0_and_1(
    texts: list[str], message: str
) -> None:
    weights = GramWeights.of([*texts, message])
    _, buckets, values = weights.vectors([message])
    found = GramIndex(texts, weights).cosines(buckets, values)
    wanted = [dense(weights, text) @ dense(weights, message) for text in texts]
    np.testing.assert_allclose(found, wanted, atol=1e-4)
    assert found.shape == (len(texts),)
    assert (found >= 0).all()
    assert (found <= 1 + 1e-4).all()


@settings(max_examples=20, deadline=None)
@given(texts=st.lists(WORDS, min_size=2, max_size=6))
def test_that_a_text_has_the_same_vector_alone_and_in_a_corpus(texts: list[str]) -> None:
    weights = GramWeights.of(texts)
    rows, buckets, values = weights.vectors(texts)
    for number, text in enumerate(texts):
        _, own_buckets, own_values = weights.vectors([text])
        assert buckets[rows == number].tolist() == own_buckets.tolist()
        np.testing.assert_allclose(values[rows == number], own_values, atol=1e-6)


def test_that_a_large_base_still_finds_the_one_text_with_a_rare_word() -> None:
    texts = [f"Как вернуть товар номер {number}?" for number in range(2_500)]
    texts[1_234] = "Как вернуть самовар номер 1234?"
    assert cosines(texts, "вернуть самовар").argmax() == 1_234
