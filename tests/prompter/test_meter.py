"""The meter against the values of the procedure, and what must hold of it everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sufler.prompter.accuracy.meter import (
    certified,
    evidence,
    fewest_right,
    more_needed,
)


@pytest.mark.parametrize(
    ("right", "wrong", "precision"),
    [(88, 0, 0.9502), (134, 1, 0.9504), (300, 5, 0.9545), (98, 2, 0.9147), (480, 20, 0.9295)],
)
def test_that_the_certified_precision_is_the_one_of_the_procedure(
    right: int, wrong: int, precision: float
) -> None:
    assert certified(right, wrong) == pytest.approx(precision, abs=5e-5)


def test_that_the_fewest_checks_are_those_of_the_procedure() -> None:
    assert [fewest_right(wrong, 0.95) + wrong for wrong in range(4)] == [88, 134, 174, 210]


def test_that_without_checks_there_is_no_evidence_and_nothing_is_certified() -> None:
    assert evidence(0, 0, 0.95) == pytest.approx(1.0)
    assert certified(0, 0) == certified(0, 7) == 0.0


@given(st.integers(0, 3000), st.integers(0, 300), st.floats(0.5, 0.999))
def test_that_a_right_check_raises_the_evidence_and_a_wrong_one_lowers_it(
    right: int, wrong: int, precision: float
) -> None:
    here = evidence(right, wrong, precision)
    assert evidence(right + 1, wrong, precision) >= here
    assert evidence(right, wrong + 1, precision) <= here


@given(st.floats(0.5, 0.99), st.integers(0, 500), st.integers(0, 60))
def test_that_the_next_check_raises_no_evidence_on_average_for_an_unfit_topic(
    precision: float, right: int, wrong: int
) -> None:
    """What makes the bound hold: at the precision itself the mean of the next value is this one."""
    here = evidence(right, wrong, precision)
    if not 1e-6 < here < 1e250:
        return
    after = precision * evidence(right + 1, wrong, precision)
    after += (1 - precision) * evidence(right, wrong + 1, precision)
    assert after <= here * (1 + 1e-9)


def test_that_the_estimate_of_what_is_missing_is_what_is_missing() -> None:
    assert more_needed(88, 0, 0.95) == 0
    assert more_needed(40, 0, 0.95) == 48
    assert more_needed(90, 10, 0.95) is None
    assert more_needed(0, 0, 0.95) is None
    assert more_needed(0, 0, 0.95, share=1.0) == 88
