"""Trials begin when they are due: what the watch does before anything can be certified."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import structlog

from sufler.desk.books import Books
from sufler.desk.certifying import Counts, Trials
from sufler.domain.checks import ModeReason, Trial
from sufler.prompter.accuracy.certificate import DEFAULT_TARGET
from sufler.prompter.accuracy.standing import OVERALL, POOL
from sufler.prompter.accuracy.trials import HOLDS_FOR, SMALL_TURNS, due, fresh_since, read_off

_log = structlog.get_logger(__name__)


class TrialKeeping:
    """Begins trials; labels are never looked at for it."""

    def __init__(self, trials: Trials, counts: Counts, *, strict: bool) -> None:
        self._trials = trials
        self._counts = counts
        self._strict = strict

    async def begin_due(self, books: Books, other: Mapping[str, datetime]) -> list[Trial]:
        """Begin each trial that is due; which ones were begun. `other`: by topic, when something
        was last predicted with another encoder than that of now."""
        now = books.at
        turns = await self._counts.turns(now - HOLDS_FOR, now)
        own = [name for name in books.topics if _has_own(books, name, turns)]
        began = []
        # The small topics only once nobody leaves them: their bars are read off their own turns.
        leaving = not books.trials.keys() >= set(own)
        for unit in (OVERALL, *own, *([] if leaving else [POOL])):
            trial = await self._due(books, unit, other)
            if trial is not None:
                last = books.trials.get(unit)
                begun = await self._trials.begin(trial, last.id if last else None)
                if begun is not None:
                    _log.info("trial_began", topic=unit, why=trial.why, bars=len(trial.bars))
                    began.append(begun)
        return began

    async def _due(self, books: Books, unit: str, other: Mapping[str, datetime]) -> Trial | None:
        last = books.trials.get(unit)
        topic = books.topics.get(unit)
        members = books.members(unit)
        if members is not None and not members:
            return None
        fresh = _fresh(books, unit, members, other)
        enough = books.enough(unit, self._strict)
        target = topic.target if topic is not None and unit != POOL else DEFAULT_TARGET
        bars: tuple[float, ...] = last.bars if last is not None else ()
        expired = (
            last is not None
            and last.granted_at is not None
            and books.at - last.granted_at >= HOLDS_FOR
        )
        renewed = fresh is not None and (
            last is None or last.since is None or last.since < fresh[0]
        )
        if last is None or expired or renewed:
            own = await self._counts.last_confidences(members, books.at)
            everybody = await self._counts.last_confidences(None, books.at)
            bars = read_off(own, everybody)
        return due(unit, last, fresh, bars, target, enough, books.at)


def _has_own(books: Books, name: str, turns: Mapping[str, int]) -> bool:
    """Whether the topic is certified by itself; once it was, it stays so. What answers by the
    certificate of the small topics stays with them."""
    if name in books.trials:
        return True
    if name in {OVERALL, POOL} or books.answers_by_certificate(name):
        return False
    return (
        turns.get(name, 0) >= SMALL_TURNS
        or books.topics[name].target != DEFAULT_TARGET
        or fresh_since(name, books.changes) is not None
    )


def _fresh(
    books: Books,
    unit: str,
    members: Iterable[str] | None,
    other: Mapping[str, datetime],
) -> tuple[datetime, str] | None:
    """Since when only new checks count in it, and why."""
    demoted = fresh_since(unit, books.changes)
    found = [(demoted.at, demoted.reason.value)] if demoted is not None else []
    for name in other if members is None else members:
        if name in other:
            after = other[name] + timedelta(milliseconds=1)
            found.append((after, ModeReason.NEW_ENCODER.value))
    return max(found) if found else None
