"""When a topic's test begins anew, and with what: never by looking at labels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sufler.domain.checks import ModeChange, ModeReason, Trial
from sufler.prompter.accuracy.certificate import (
    DEFAULT_TARGET,
    candidate_bars,
)
from sufler.prompter.accuracy.meter import ENOUGH, fewest_right

# A certificate holds so long; then the checks since it was granted are tested afresh.
HOLDS_FOR: Final = timedelta(days=90)
# Bars in steps of 5 % of the turns cannot be read off fewer.
FEWEST_TURNS: Final = 20
# From so many turns on a topic's bars are read off its own: off everybody's, a topic that is less
# sure than the others would have strict bars that none of its checks ever reach.
OWN_TURNS: Final = 100
# What it takes in checks without any error: a topic with fewer turns in HOLDS_FOR cannot be
# certified by itself, and is one of the small ones.
SMALL_TURNS: Final = fewest_right(0, DEFAULT_TARGET)
# After these only predictions made since then are evidence; after the first it takes double.
FRESH_AFTER: Final = frozenset(
    {
        ModeReason.WRONG_ANSWERS,
        ModeReason.TWO_OPERATORS,
        ModeReason.NEW_ENCODER,
        ModeReason.DRIFT,
    }
)
# In the numbers of a demotion: it was for the answers of the small topics together.
BY_POOL: Final = "pool"


def in_force(trials: Iterable[Trial]) -> Mapping[str, Trial]:
    """The last trial of each topic; `trials` from the oldest on."""
    return {trial.topic: trial for trial in trials}


def enough_evidence(topic: str, changes: Iterable[ModeChange], topics: int, strict: bool) -> float:
    """What the topic's evidence has to reach: 20, doubled after each demotion for wrong answers of
    its own; in strict mode times the number of `topics`."""
    doubled = sum(
        each.topic == topic
        and each.reason is ModeReason.WRONG_ANSWERS
        and not each.numbers.get(BY_POOL)
        for each in changes
    )
    return ENOUGH * 2.0**doubled * (max(topics, 1) if strict else 1)


def fresh_since(topic: str, changes: Iterable[ModeChange]) -> ModeChange | None:
    """The last demotion after which only new checks count, None without one."""
    found = [
        each
        for each in changes
        if each.topic == topic and each.reason in FRESH_AFTER and not each.numbers.get(BY_POOL)
    ]
    return found[-1] if found else None


def read_off(own: Sequence[float], everybody: Sequence[float]) -> tuple[float, ...]:
    """Candidate bars from the confidences of the topic's last turns; where those are too few, from
    everybody's. Empty while there are too few of any."""
    turns = own if len(own) >= OWN_TURNS else everybody
    return candidate_bars(turns) if len(turns) >= FEWEST_TURNS else ()


def due(
    topic: str,
    last: Trial | None,
    fresh: tuple[datetime, str] | None,
    bars: Sequence[float],
    target: float,
    enough: float,
    now: datetime,
) -> Trial | None:
    """The trial that is to begin now, if one is. `fresh`: since when only new checks count, and
    why; `bars` as `read_off` gives them now."""
    since, why = fresh or (None, "")

    def begun(because: str, of: Sequence[float], start: datetime | None) -> Trial | None:
        if not of:
            return None
        return Trial(0, topic, now, start, because, target, enough, tuple(of))

    if last is None:
        return begun(why or "begins", bars, since)
    if since is not None and (last.since is None or last.since < since):
        return begun(why, bars, since)
    if last.granted_at is not None and now - last.granted_at >= HOLDS_FOR:
        return begun("renewal", bars or last.bars, last.granted_at)
    if last.target != target:
        changed = begun("target", last.bars, last.since)
        # What proved the higher target proves the lower one.
        kept = last.granted_at if target < last.target else None
        return replace(changed, granted_at=kept) if changed else None
    if last.enough != enough and last.granted_at is None:
        return begun("strict", last.bars, last.since)
    return None
