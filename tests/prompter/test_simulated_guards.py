"""Guards of the certificate under simulation, each with and without; bars from strict to lax."""

import numpy as np
import pytest

from bench.guards import GUARDS, false_share
from bench.strict_to_lax import Population, certified_over, modest


@pytest.mark.parametrize("guard", GUARDS)
def test_that_without_the_guard_unfit_topics_are_certified(guard: str) -> None:
    kept, gone = GUARDS[guard]
    draw = np.random.default_rng(7)
    assert false_share(draw, kept, runs=60) <= 0.1
    assert false_share(draw, gone, runs=60) >= 0.2


def test_that_strict_to_lax_rarely_certifies_a_bar_that_is_not_right_often_enough() -> None:
    draw = np.random.default_rng(7)
    confidence = draw.beta(5, 2, 4_000)
    right = draw.random(4_000) >= 0.6 * (1 - confidence) ** 1.5
    stream = Population(confidence, right, np.full(4_000, 1 / 4_000))
    found = certified_over(draw, stream, runs=60)
    assert found.false_share <= 0.1
    assert found.coverage > 0.1


def test_that_a_model_that_is_never_very_sure_is_certified_all_the_same() -> None:
    draw = np.random.default_rng(7)
    stream = modest(draw)
    assert stream.confidence.max() <= 0.985
    assert certified_over(draw, stream, runs=20).certified >= 0.9
