"""The watch over a topic that answers: when it is taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

# A wrong answer costs ten points, a right one earns one back; at forty the topic is taken back.
WRONG_COSTS = 10
DEMOTED_AT = 40
# The fast meter, on every automatic answer.
ALARM_AT = 42.0
# How much worse than usual bad signals must become for the fast meter to rise.
WORSE = 1.75
FEWEST_ANSWERS = 200
# Checks in a row that clear an article whose facts changed.
CLEARED_AFTER = 5
# Of a topic's automatic answers: the first so many, with which chance they are audited.
AUDITS = ((50, 1.0), (250, 0.2))
AUDITED_LATER = 0.05
AUDITED_A_DAY = 5


# Audits that nobody labelled in a month: more than so many, or this share of them all; but one or
# two left lying are nobody's habit.
UNWATCHED = 10
UNWATCHED_SHARE = 0.2
FEWEST_UNWATCHED = 3
# The usual share of far-off turns is taken to be this at least.
USUALLY_FAR = 0.01


@dataclass(frozen=True, slots=True)
class Drift:
    """Far-off turns: `before_far` of `before` turns, and `lately_far` of `lately`."""

    FEWEST: ClassVar[int] = 100

    before_far: int
    before: int
    lately_far: int
    lately: int

    @property
    def doubled(self) -> bool:
        """Their share is twice what it was, and by more than chance: of a rare thing, twice as many
        in a hundred turns are nothing yet (three standard deviations)."""
        if self.lately < self.FEWEST or not self.before:
            return False
        usual = max(self.before_far / self.before, USUALLY_FAR)
        chance = 3 * sqrt(self.lately * usual * (1 - usual))
        return self.lately_far >= max(2 * usual * self.lately, usual * self.lately + chance)


def too_many_unwatched(unwatched: int, audits: int) -> bool:
    """Whether a month's audits, of which nobody labelled `unwatched`, are a watch no more."""
    return unwatched > UNWATCHED or (
        unwatched >= FEWEST_UNWATCHED and unwatched >= UNWATCHED_SHARE * audits
    )


@dataclass(frozen=True, slots=True)
class Meter:
    """`level` now, and after how many outcomes it first reached its limit, None if never."""

    level: float
    reached_after: int | None


def truth_meter(right: Iterable[bool]) -> Meter:
    """The watch on audited answers, in the order of their labels."""
    return _climb(right, WRONG_COSTS, DEMOTED_AT)


def fast_meter(good: Iterable[bool], usual_bad: float) -> Meter:
    """The watch on signals after every automatic answer (bad: asks for a person, repeats the
    question, "not it", reopens). `usual_bad` is the share (0..1) of such signals after operators'
    own answers, over at least FEWEST_ANSWERS."""
    return _climb(good, max(round(1 / (WORSE * max(usual_bad, 1e-3))), 1), ALARM_AT)


def audit_share(answered_before: int, a_day: float) -> float:
    """The chance with which the next automatic answer of a topic is audited, after
    `answered_before` of them since it was switched on; `a_day` is how many it gives a day."""
    for until, share in AUDITS:
        if answered_before < until:
            return share
    return max(AUDITED_LATER, min(1.0, AUDITED_A_DAY / max(a_day, AUDITED_A_DAY)))


def _climb(good: Iterable[bool], costs: float, limit: float) -> Meter:
    level, reached = 0.0, None
    for number, fine in enumerate(good, start=1):
        level = max(0.0, level + (-1.0 if fine else costs))
        if reached is None and level >= limit:
            reached = number
    return Meter(level, reached)
