"""What was known of topics at one moment, and how each stood; pure, over rows that were read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from sufler.domain.checks import CheckKind, ModeChange, Trial
from sufler.domain.knowledge import Mode, Topic
from sufler.prompter.accuracy.certificate import (
    DEFAULT_TARGET,
    LIVE_CHECKS,
    Certificate,
    certificate,
    coverage,
)
from sufler.prompter.accuracy.ledger import Ledger
from sufler.prompter.accuracy.meter import certified
from sufler.prompter.accuracy.standing import OVERALL, POOL, Share, TopicStanding
from sufler.prompter.accuracy.trials import HOLDS_FOR, enough_evidence
from sufler.prompter.accuracy.watch import Meter, truth_meter

# How far back acceptance, agreement and turns are counted.
BACK: Final = timedelta(days=90)
# Audits that nobody labelled are counted over a month.
UNWATCHED_OF: Final = timedelta(days=30)
# The present rate of checks is that of so many days.
RATE_OF: Final = timedelta(days=14)
# The trend is told by weeks.
TREND_WEEKS: Final = 8
_WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Tally:
    """Of the checks that count for a unit: how many, how many wrong, when the last of these was
    labelled, and how many came a day in RATE_OF."""

    checks: int
    wrong: int
    last_wrong_at: datetime | None
    a_day: float


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that was known at one moment, read once."""

    at: datetime
    topics: Mapping[str, Topic]
    trials: Mapping[str, Trial]
    changes: tuple[ModeChange, ...]
    ledger: Ledger
    # Small topics ask for the POOL's one after the other.
    _counted: dict[str, Ledger] = field(default_factory=dict, repr=False, compare=False)
    _proved: dict[str, Certificate] = field(default_factory=dict, repr=False, compare=False)
    _tallied: dict[str, Tally] = field(default_factory=dict, repr=False, compare=False)

    def is_pooled(self, topic: str) -> bool:
        """A small topic, without a trial of its own."""
        return topic not in self.trials and topic not in {OVERALL, POOL}

    def unit(self, topic: str) -> str:
        """By whose certificate the topic may answer: its own, or the POOL's."""
        return POOL if self.is_pooled(topic) else topic

    def members(self, unit: str) -> list[str] | None:
        """Whose checks count for it; None: everybody's."""
        if unit == OVERALL:
            return None
        if unit == POOL:
            known = {*self.topics, *self.ledger.names}
            return sorted(name for name in known if self.is_pooled(name))
        return [unit]

    def checks(self, unit: str) -> Ledger:
        """What counts in its trial; of a unit without one, all there is."""
        if unit not in self._counted:
            members = self.members(unit)
            found = self.ledger if members is None else self.ledger.of_topics(members)
            trial = self.trials.get(unit)
            self._counted[unit] = found if trial is None else found.of_trial(trial)
        return self._counted[unit]

    def certificate(self, unit: str) -> Certificate:
        """What is proved of it; without a trial nothing is."""
        trial = self.trials.get(unit)
        if trial is None:
            return certificate((), ())
        if unit not in self._proved:
            self._proved[unit] = self.checks(unit).certificate(trial)
        return self._proved[unit]

    def tally(self, unit: str) -> Tally:
        """What counts for it, in numbers."""
        if unit not in self._tallied:
            counted = self.checks(unit)
            wrongs = counted.at[~counted.right]
            last = datetime.fromtimestamp(float(wrongs.max()), UTC) if len(wrongs) else None
            self._tallied[unit] = Tally(len(counted), len(wrongs), last, _a_day(counted, self.at))
        return self._tallied[unit]

    def since(self, topic: str) -> ModeChange | None:
        """How it came to the mode that it is in."""
        found = [
            each for each in self.changes if each.topic == topic and each.before is not each.after
        ]
        return found[-1] if found else None

    def enough(self, unit: str, strict: bool) -> float:
        """What its evidence has to reach in a trial that begins now."""
        return enough_evidence(unit, self.changes, len(self.topics), strict)

    def answers_by_certificate(self, topic: str) -> bool:
        """It answers, and not by somebody's word."""
        found = self.topics.get(topic)
        return found is not None and found.mode is Mode.ANSWERS and not found.without_certificate

    def watch(self, topic: str) -> Meter:
        """The truth meter since it answers; of the POOL, over its topics that answer."""
        if topic != POOL:
            names = [topic]
        else:
            names = [name for name in self.members(POOL) or () if self.answers_by_certificate(name)]
        parts = [self._audits(name) for name in names if self._answers(name)]
        seen = sorted((at, right) for part in parts for at, right in part)
        return truth_meter(right for _, right in seen)

    def _answers(self, topic: str) -> bool:
        found = self.topics.get(topic)
        return found is not None and found.mode is Mode.ANSWERS

    def _audits(self, topic: str) -> list[tuple[float, bool]]:
        since = self.since(topic)
        part = self.ledger.of_topics([topic])
        part = part.of_kinds(CheckKind.AUDIT, since=since.at if since else None)
        return list(zip(part.at.tolist(), part.right.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Around:
    """What is counted of a topic besides checks: the confidences of its last turns, the turns and
    the accepted suggestions of BACK, and the audits that nobody labelled in UNWATCHED_OF."""

    last_turns: Sequence[float] = ()
    turns: int = 0
    accepted: Share = field(default_factory=Share)
    unwatched: int = 0


def standing_of(books: Books, unit: str, around: Around) -> TopicStanding:
    """How it stands; a small topic has the certificate of all small ones."""
    topic = books.topics.get(unit)
    whose = books.unit(unit)
    trial, proved, tally = books.trials.get(whose), books.certificate(whose), books.tally(whose)
    answers = topic is not None and topic.mode is Mode.ANSWERS
    bar = topic.bar if answers and topic is not None and topic.bar is not None else proved.bar
    tested = bar if bar is not None else proved.standings[-1].bar if proved.standings else None
    above, good = books.checks(whose).above(-1.0 if tested is None else tested)
    bad = above - good
    own = _own(books, unit)
    granted = trial.granted_at if trial is not None else None
    return TopicStanding(
        topic=unit,
        mode=topic.mode if topic is not None else None,
        certificate=proved,
        target=topic.target if topic is not None else DEFAULT_TARGET,
        pooled=books.is_pooled(unit),
        without_certificate=topic.without_certificate if topic is not None else None,
        hold_s=topic.hold_s if topic is not None else 0,
        bar=bar,
        precision=certified(good, bad, proved.enough) if tested is not None else 0.0,
        above=above,
        above_wrong=bad,
        coverage=coverage(around.last_turns, tested) if tested is not None else 0.0,
        turns=around.turns,
        checks=tally.checks,
        wrong=tally.wrong,
        last_wrong_at=tally.last_wrong_at,
        agreement=_agreement(own, books.at),
        acceptance=around.accepted,
        watch=books.watch(unit),
        trial=trial,
        needed=_needed(proved),
        a_day=tally.a_day,
        certified_at=granted,
        expires_at=granted + HOLDS_FOR if granted is not None else None,
        trend=_trend(own, books.at),
        unwatched=around.unwatched,
        changed=books.since(unit),
    )


def _needed(proved: Certificate) -> int | None:
    """About how many more checks until it may answer."""
    if proved.may_answer:
        return 0
    live = max(LIVE_CHECKS - proved.live, 0)
    if proved.bar is not None:
        return live
    return None if proved.more is None else max(proved.more, live)


def _a_day(counted: Ledger, now: datetime) -> float:
    recent = counted.at[counted.at >= (now - RATE_OF).timestamp()]
    if not len(recent):
        return 0.0
    # A topic that began yesterday has no two weeks to be spread over.
    first = float(counted.at.min())
    days = min((now.timestamp() - first) / 86400, RATE_OF.days)
    return len(recent) / max(days, 1.0)


def _own(books: Books, unit: str) -> Ledger:
    """The checks of its own turns, also where it is certified together with others."""
    members = books.members(unit) if unit in {OVERALL, POOL} else [unit]
    return books.ledger if members is None else books.ledger.of_topics(members)


def _agreement(own: Ledger, now: datetime) -> Share:
    found = own.of_kinds(CheckKind.HIDDEN, CheckKind.REVIEW, since=now - BACK)
    return Share(int(found.right.sum()), len(found))


def _trend(own: Ledger, now: datetime) -> tuple[Share, ...]:
    """Right ones among the labels of each of the last TREND_WEEKS weeks, the oldest first."""
    age = ((now.timestamp() - own.at) // _WEEK.total_seconds()).astype(np.int64)
    late = (age >= 0) & (age < TREND_WEEKS)
    every = np.bincount(age[late], minlength=TREND_WEEKS)
    right = np.bincount(age[late & own.right], minlength=TREND_WEEKS)
    return tuple(Share(int(r), int(n)) for r, n in zip(right[::-1], every[::-1], strict=True))
