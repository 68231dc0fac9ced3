"""The certificate of a topic: the confidence bar above which its checks prove the target."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from sufler.domain.checks import Check, CheckKind
from sufler.prompter.accuracy.meter import ENOUGH, certified, fewest_right, more_needed

DEFAULT_TARGET = 0.95
# The shares of a topic's turns that the candidate bars leave above them.
COVERAGES = tuple(round(0.25 + 0.05 * step, 2) for step in range(16))
# How many of the last turns the candidate bars and the coverage are read off.
LAST_TURNS = 300
# History alone never switches a topic on.
LIVE_CHECKS = 30


@dataclass(frozen=True, slots=True)
class Standing:
    """What the checks with a confidence of at least `bar` say; `passed`: they are enough."""

    bar: float
    right: int
    wrong: int
    passed: bool


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is proved of a topic. `bar` is the lowest confidence (0..1) that has passed, None as
    long as not even the strictest has; `precision` is what the checks above it prove now, and
    `more` about how many further checks the next bar needs, None when that cannot be told."""

    target: float
    enough: float
    standings: tuple[Standing, ...]
    bar: float | None
    precision: float
    checks: int
    wrong: int
    live: int
    more: int | None

    @property
    def may_answer(self) -> bool:
        """Whether the topic may be switched to "answers"."""
        return self.bar is not None and self.live >= LIVE_CHECKS


def candidate_bars(confidences: Sequence[float]) -> tuple[float, ...]:
    """Bars, the strictest first, above which the top 25, 30 … 100 % of these turns lie; read
    without labels, when a test starts. Empty without turns."""
    if not confidences:
        return ()
    ordered = np.sort(np.asarray(confidences[-LAST_TURNS:], dtype=np.float64))[::-1]
    places = [max(int(np.ceil(share * len(ordered))), 1) - 1 for share in COVERAGES]
    return tuple(sorted({float(ordered[place]) for place in places}, reverse=True))


def coverage(confidences: Sequence[float], bar: float) -> float:
    """The share (0..1) of the last turns whose confidence is at least `bar`; 0 without turns."""
    last = confidences[-LAST_TURNS:]
    return sum(each >= bar for each in last) / len(last) if last else 0.0


def certificate(
    checks: Sequence[Check],
    bars: Sequence[float],
    target: float = DEFAULT_TARGET,
    enough: float = ENOUGH,
) -> Certificate:
    """Certify from the `checks` that were labelled since the test started.

    The candidate `bars` are tested from the strictest on, and the first that has not passed ends
    it: a fixed sequence, so that testing many costs nothing.
    """
    confidences = np.array([check.confidence for check in checks], dtype=np.float64)
    right = np.array([check.right for check in checks], dtype=bool)
    live = sum(check.kind is not CheckKind.HISTORY for check in checks)
    return certificate_of_columns(confidences, right, live, bars, target, enough)


def certificate_of_columns(
    confidences: NDArray[np.float64],
    right: NDArray[np.bool_],
    live: int,
    bars: Sequence[float],
    target: float = DEFAULT_TARGET,
    enough: float = ENOUGH,
) -> Certificate:
    """The same from the checks' columns, both (checks,); `live` of them are not of history."""
    every = standings(confidences, right, bars, target, enough)
    passed = list(takewhile(lambda each: each.passed, every))
    tested = every[: len(passed) + 1]
    lowest = passed[-1] if passed else None
    return Certificate(
        target=target,
        enough=enough,
        standings=tested,
        bar=lowest.bar if lowest else None,
        precision=certified(lowest.right, lowest.wrong, enough) if lowest else 0.0,
        checks=len(right),
        wrong=int((~right).sum()),
        live=live,
        more=_more(tested, target, enough, len(right)),
    )


def standings(
    confidences: NDArray[np.float64],
    right: NDArray[np.bool_],
    bars: Sequence[float],
    target: float = DEFAULT_TARGET,
    enough: float = ENOUGH,
) -> tuple[Standing, ...]:
    """What the checks at each bar or above say, the strictest first, also of bars behind the first
    that has not passed: for charts."""
    ordered = np.argsort(-confidences, kind="stable")
    rights = np.concatenate(([0], np.cumsum(right[ordered])))
    above = np.searchsorted(-confidences[ordered], [-bar for bar in bars], side="right")
    found = []
    for bar, count in sorted(zip(bars, above, strict=True), reverse=True):
        good = int(rights[count])
        bad = int(count) - good
        found.append(Standing(bar, good, bad, good >= fewest_right(bad, target, enough)))
    return tuple(found)


def _more(standings: Sequence[Standing], target: float, enough: float, checks: int) -> int | None:
    """How many further checks of the topic the first bar that has not passed needs, at the share
    of them that has lain above it."""
    if not standings or standings[-1].passed:
        return 0 if standings else None
    last = standings[-1]
    above = last.right + last.wrong
    needed = more_needed(last.right, last.wrong, target, enough)
    if needed is None or not above:
        return None
    return round(needed * checks / above)
