"""The certificate under simulation: how often an unfit topic passes, how long a fit one takes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench import guards, strict_to_lax
from bench.report import Line
from bench.world import Place
from sufler.prompter.accuracy.meter import ENOUGH, fewest_right
from sufler.prompter.accuracy.watch import truth_meter

TARGET = 0.95
LOOKS = 3_000
RUNS = 4_000
SEED = 20_261_122
# Median checks to certify, from accuracy-gate.md.
TYPICAL = {0.97: 628, 0.98: 244, 0.99: 134}
# Audited answers until a topic that became worse is taken back, and how many it may take.
DROPS = {0.85: 50, 0.70: 20}

# From (number of right ones, number of checks), each (looks,), whether the rule passes there.
Rule = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Passing:
    """Over many runs: the share that ever passed, and the median number of checks it took."""

    share: float
    median: float


async def measure(place: Place) -> list[Line]:
    """All of them."""
    draw = np.random.default_rng(SEED)
    unfit = passing(draw, TARGET, meter_passes)
    lines = [
        _line(
            f"unfit topic (right {TARGET}) ever goes live, meter",
            f"{unfit.share:.1%}",
            "at most 5 %",
            unfit.share <= 0.05,
        ),
        _line(
            "the same for Wilson's bound at every look",
            f"{passing(draw, TARGET, wilson_passes).share:.1%}",
        ),
    ]
    for true, typical in TYPICAL.items():
        found = passing(draw, true, meter_passes, looks=20_000, runs=1_000)
        near = abs(found.median - typical) <= 0.1 * typical
        what = f"median checks to go live at {true}"
        lines.append(_line(what, f"{found.median:.0f}", f"{typical} ± 10 %", near))
    for true, most in DROPS.items():
        delay = demotion_delay(draw, true)
        what = f"audited answers until the topic is taken back, right {true}"
        lines.append(_line(what, f"{delay:.0f}", f"median at most {most}", delay <= most))
    lines += await guards.measure(place)
    lines += await strict_to_lax.measure(place)
    false = false_demotions(draw, 0.98)
    lines.append(
        _line("taken back within 1,000 at 0.98", f"{false:.2%}", "at most 1 %", false <= 0.01)
    )
    return lines


def passing(
    draw: np.random.Generator, true: float, rule: Rule, looks: int = LOOKS, runs: int = RUNS
) -> Passing:
    """Look after every check at a topic that is right with the probability `true`."""
    after = np.full(runs, np.inf)
    checks = np.arange(1, looks + 1)
    for run in range(runs):
        right = np.cumsum(draw.random(looks) < true, dtype=np.int64)
        passed = np.flatnonzero(rule(right, checks))
        if len(passed):
            after[run] = passed[0] + 1
    return Passing(float(np.isfinite(after).mean()), float(np.median(after)))


def meter_passes(right: NDArray[np.int64], checks: NDArray[np.int64]) -> NDArray[np.bool_]:
    """The rule of the procedure."""
    wrong = checks - right
    needed = np.array([fewest_right(n, TARGET, ENOUGH) for n in range(int(wrong[-1]) + 1)])
    passes: NDArray[np.bool_] = right >= needed[wrong]
    return passes


def wilson_passes(right: NDArray[np.int64], checks: NDArray[np.int64]) -> NDArray[np.bool_]:
    """The lower end of Wilson's one-sided 95 % interval, looked at as if it were the only look."""
    z = 1.6449
    share = right / checks
    middle = share + z**2 / (2 * checks)
    half = z * np.sqrt(share * (1 - share) / checks + z**2 / (4 * checks**2))
    passes: NDArray[np.bool_] = (middle - half) / (1 + z**2 / checks) >= TARGET
    return passes


def demotion_delay(draw: np.random.Generator, true: float, runs: int = RUNS) -> float:
    """Median number of audited answers until the truth meter takes such a topic back."""
    delays = [truth_meter(draw.random(1_000) < true).reached_after or np.inf for _ in range(runs)]
    return float(np.median(delays))


def false_demotions(draw: np.random.Generator, true: float, runs: int = RUNS) -> float:
    """Share of runs of 1,000 audited answers in which a good topic is taken back."""
    found = [truth_meter(draw.random(1_000) < true).reached_after for _ in range(runs)]
    return float(np.mean([each is not None for each in found]))


def _line(what: str, value: str, aim: str = "", reached: bool | None = None) -> Line:
    return Line("certificates", what, value, aim, reached)
