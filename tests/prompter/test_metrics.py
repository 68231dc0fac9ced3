"""The figures of an evaluation against values computed by hand, and what must hold for all."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sufler.prompter.evaluation.metrics import (
    auroc,
    calibration_error,
    coverage_at_precision,
    curve,
    oos_recall,
    percentiles,
)

ROWS = st.lists(
    st.tuples(st.integers(0, 10).map(lambda tenth: tenth / 10), st.booleans(), st.booleans()),
    min_size=1,
    max_size=40,
)


def floats(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def flags(marks: str) -> np.ndarray:
    return np.array([mark == "1" for mark in marks], dtype=bool)


@pytest.mark.parametrize(
    ("scores", "positive", "area"),
    [
        (floats(0.9, 0.8, 0.2, 0.1), "1100", 1.0),
        (floats(0.9, 0.8, 0.2, 0.1), "0011", 0.0),
        (floats(0.5, 0.5, 0.5, 0.5), "1010", 0.5),
        (floats(0.9, 0.5, 0.5, 0.1), "1100", 0.875),  # 3 pairs right, one tied
        (floats(0.3, 0.2, 0.1), "101", 0.5),
    ],
)
def test_that_auroc_is_the_share_of_pairs_in_order_with_ties_as_half(
    scores: np.ndarray, positive: str, area: float
) -> None:
    assert auroc(scores, flags(positive)) == pytest.approx(area)


def test_that_auroc_of_one_class_is_unknown() -> None:
    assert auroc(floats(0.1, 0.2), flags("11")) is None
    assert auroc(floats(0.1, 0.2), flags("00")) is None
    assert auroc(floats(), flags("")) is None


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_that_auroc_counts_pairs(rows: list[tuple[float, bool, bool]]) -> None:
    ones = [score for score, positive, _ in rows if positive]
    zeros = [score for score, positive, _ in rows if not positive]
    assume(ones and zeros)
    pairs = [(a > b) + (a == b) / 2 for a in ones for b in zeros]
    scores, positive = floats(*(r[0] for r in rows)), np.array([r[1] for r in rows])
    assert auroc(scores, positive) == pytest.approx(sum(pairs) / len(pairs))
    assert auroc(scores, ~positive) == pytest.approx(1 - sum(pairs) / len(pairs))


def test_that_the_calibration_error_is_the_mean_gap_of_the_bins() -> None:
    # Bin of 0.9: 3 of 4 right, gap 0.15; bin of 0.3: 1 of 2 right, gap 0.2.
    confidences = floats(0.9, 0.9, 0.9, 0.9, 0.3, 0.3)
    assert calibration_error(confidences, flags("111010"), bins=10) == pytest.approx(
        4 / 6 * 0.15 + 2 / 6 * 0.2
    )
    assert calibration_error(floats(1.0, 0.0), flags("10")) == 0.0
    assert calibration_error(floats(1.0, 0.0), flags("01")) == 1.0
    assert calibration_error(floats(), flags("")) == 0.0


def test_that_coverage_is_the_largest_share_at_which_enough_is_right() -> None:
    confidences = floats(0.9, 0.8, 0.7, 0.6, 0.5)
    right = flags("10111")
    assert coverage_at_precision(confidences, right, 1.0) == pytest.approx(1 / 5)
    assert coverage_at_precision(confidences, right, 0.8) == 1.0  # worse before, better after
    assert coverage_at_precision(confidences, right, 0.81) == pytest.approx(1 / 5)
    assert coverage_at_precision(confidences, flags("00000"), 0.1) == 0.0
    assert coverage_at_precision(floats(), flags(""), 0.9) == 0.0


def test_that_rows_of_one_confidence_are_answered_together_or_not_at_all() -> None:
    confidences = floats(0.9, 0.5, 0.5)
    assert coverage_at_precision(confidences, flags("110"), 0.9) == pytest.approx(1 / 3)
    assert coverage_at_precision(confidences, flags("101"), 0.9) == pytest.approx(1 / 3)


def test_that_a_row_without_any_confidence_is_never_answered() -> None:
    assert coverage_at_precision(floats(0.9, 0.0), flags("11"), 0.9) == 0.5


def test_that_oos_recall_is_taken_at_the_threshold_that_keeps_the_in_scope_figure() -> None:
    confidences = floats(0.9, 0.8, 0.7, 0.6, 0.75, 0.1)
    right, in_scope = flags("111000"), flags("111100")
    assert oos_recall(confidences, right, in_scope, 0.5) == 1.0  # threshold 0.8
    assert oos_recall(confidences, right, in_scope, 0.75) == 0.5  # threshold 0.7
    assert oos_recall(confidences, right, in_scope, 0.76) is None  # top1 is 0.75 at best
    assert oos_recall(confidences[:4], right[:4], in_scope[:4], 0.5) is None
    tied = floats(0.7, 0.7)
    assert oos_recall(tied, flags("10"), flags("10"), 0.9) == 0.0


def test_that_the_curve_has_one_point_for_each_confidence() -> None:
    coverage, precision = curve(floats(0.9, 0.5, 0.5, 0.1), flags("1100"))
    np.testing.assert_allclose(coverage, [0.25, 0.75, 1.0])
    np.testing.assert_allclose(precision, [1.0, 2 / 3, 0.5])


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, precision=st.floats(0.05, 1.0), seed=st.integers(0, 9))
def test_that_the_figures_stay_in_their_range_and_the_order_of_rows_is_nothing(
    rows: list[tuple[float, bool, bool]], precision: float, seed: int
) -> None:
    order = np.random.default_rng(seed).permutation(len(rows))
    confidences = floats(*(r[0] for r in rows))
    right, inside = np.array([r[1] for r in rows]), np.array([r[2] or r[1] for r in rows])
    for figure in (
        lambda c, r, i: calibration_error(c, r),
        lambda c, r, i: coverage_at_precision(c, r, precision),
        lambda c, r, i: oos_recall(c, r, i, precision),
        lambda c, r, i: auroc(c, i),
    ):
        found = figure(confidences, right, inside)
        again = figure(confidences[order], right[order], inside[order])
        if found is None:
            assert again is None
        else:
            assert 0.0 <= found <= 1.0
            assert found == pytest.approx(again)
    assert coverage_at_precision(confidences, right, precision) >= coverage_at_precision(
        confidences, right, min(1.0, precision + 0.1)
    )


def test_that_percentiles_have_their_names() -> None:
    assert percentiles([5.0]) == {"p50": 5.0, "p95": 5.0, "p99": 5.0}
    assert percentiles(list(range(101))) == {"p50": 50.0, "p95": 95.0, "p99": 99.0}
    assert percentiles([]) == {"p50": 0.0, "p95": 0.0, "p99": 0.0}
