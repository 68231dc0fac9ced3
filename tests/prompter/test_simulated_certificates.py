"""The promise of the certificate, simulated with fewer runs than `python -m bench` has."""

import numpy as np
import pytest

from bench.certificates import (
    TYPICAL,
    demotion_delay,
    false_demotions,
    meter_passes,
    passing,
    wilson_passes,
)


@pytest.fixture
def draw() -> np.random.Generator:
    return np.random.default_rng(5)


def test_that_an_unfit_topic_rarely_passes_however_often_one_looks(
    draw: np.random.Generator,
) -> None:
    assert passing(draw, 0.95, meter_passes, runs=800).share <= 0.06


def test_that_looking_at_an_interval_after_every_check_lets_many_unfit_topics_through(
    draw: np.random.Generator,
) -> None:
    assert passing(draw, 0.95, wilson_passes, runs=300).share > 0.2


@pytest.mark.parametrize("true", [0.98, 0.99])
def test_that_a_fit_topic_passes_after_the_typical_number_of_checks(
    draw: np.random.Generator, true: float
) -> None:
    found = passing(draw, true, meter_passes, looks=5_000, runs=400)
    assert found.median == pytest.approx(TYPICAL[true], rel=0.25)


def test_that_a_topic_that_became_worse_is_soon_taken_back_and_a_good_one_is_not(
    draw: np.random.Generator,
) -> None:
    assert demotion_delay(draw, 0.85, runs=300) <= 60
    assert demotion_delay(draw, 0.70, runs=300) <= 22
    assert false_demotions(draw, 0.98, runs=300) <= 0.02
