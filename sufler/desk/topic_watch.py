"""The watch over topics: grants certificates, and takes a topic back when its answers became wrong,
unchecked, or are not what was certified. One process at a time, woken by each check."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import structlog

from sufler.desk.books import UNWATCHED_OF, Books
from sufler.desk.certifying import WATCH, Certifying, Counts, Trials
from sufler.desk.fast_watch import FastWatch
from sufler.desk.ladder import Ladder
from sufler.desk.trial_keeping import TrialKeeping
from sufler.domain.administration import Act
from sufler.domain.checks import CheckKind, ModeChange, ModeReason
from sufler.domain.knowledge import Mode
from sufler.domain.ports import Announcements, Clock, Leases
from sufler.prompter.accuracy.standing import POOL, Share
from sufler.prompter.accuracy.watch import (
    CLEARED_AFTER,
    Drift,
    too_many_unwatched,
)

LEASE: Final = "accuracy"
# A wake-up may be lost; and how often what no check announces is looked at, in seconds.
LOOK_S: Final = 1.0
ROUND_S: Final = 5.0
A_DAY: Final = timedelta(days=1)
# Drift: so many days are compared with so many before the certificate.
LATELY: Final = timedelta(days=7)
BEFORE: Final = timedelta(days=28)
# Two operators, and not one twice.
OPERATORS: Final = 2

_log = structlog.get_logger(__name__)


class WatchCounts(Counts, Protocol):
    """`storage.standings.StandingStore`."""

    async def audits(self, topic: str, since: datetime) -> int: ...
    async def far_off(self, topic: str, since: datetime, until: datetime) -> Share: ...
    async def marked_wrong(self, since: datetime) -> list[tuple[str, str, datetime]]: ...
    async def other_encoder(self, model: str) -> dict[str, datetime]: ...
    async def in_a_row(self, article_id: str, since: datetime, most: int) -> int: ...


class Clearances(Protocol):
    """`storage.proposals.ProposalStore`, as far as articles are held and cleared."""

    async def held(self) -> list[Mapping[str, Any]]: ...
    async def release(self, article_id: str, by: str, act: Act | None = None) -> bool: ...


class TopicWatch:
    """Looks after each check, and every few seconds at what no check announces."""

    def __init__(
        self,
        certifying: Certifying,
        ladder: Ladder,
        trials: Trials,
        counts: WatchCounts,
        fast: FastWatch,
        clearances: Clearances,
        clock: Clock,
        model: str,
    ) -> None:
        """`model`: the encoder that predicts from now on."""
        self._certifying = certifying
        self._ladder = ladder
        self._trials = trials
        self._counts = counts
        self._fast = fast
        self._clearances = clearances
        self._clock = clock
        self._model = model
        self._keeping = TrialKeeping(trials, counts, strict=certifying.strict)
        self._other: dict[str, datetime] | None = None
        self._round_at: float | None = None

    async def run(self, leases: Leases, announced: Announcements) -> None:
        """For ever, while this process holds the lease `accuracy`. `announced` tells of checks.
        Raises LeaseLost."""
        async with leases.holding(LEASE):
            while True:
                await self.look()
                now = self._clock.monotonic()
                if self._round_at is None or now - self._round_at >= ROUND_S:
                    await self.round()
                    self._round_at = now
                await announced.wait(LOOK_S)

    async def look(self) -> list[ModeChange]:
        """What checks decide: grants, wider bars, demotions for wrong answers. What was changed."""
        books = await self._certifying.books()
        made = [
            await self._ladder.demote(name, ModeReason.WRONG_ANSWERS, numbers)
            for name, numbers in _wrong_answers(books)
        ]
        if any(made):
            books = await self._certifying.books()
        for unit, trial in books.trials.items():
            if trial.granted_at is None and books.certificate(unit).may_answer:
                await self._trials.grant(trial.id, self._clock.now())
                _log.info("certificate_granted", topic=unit, trial=trial.id)
        for name, topic in books.topics.items():
            if topic.mode is Mode.ANSWERS and books.certificate(books.unit(name)).may_answer:
                made.append(await self._ladder.certified(name))
        return _told(made)

    async def round(self) -> list[ModeChange]:
        """What no check announces: trials that are due, expiry, another encoder, operators' words,
        drift, audits that nobody labels, what customers do after answers; articles are cleared."""
        if self._other is None:
            self._other = await self._counts.other_encoder(self._model)
        books = await self._certifying.books()
        made = [
            await self._ladder.demote(name, reason, numbers)
            for name, (reason, numbers) in (await self._reasons(books)).items()
        ]
        books = await self._certifying.books()
        began = await self._keeping.begin_due(books, self._other)
        if began:
            made += await self.look()
            books = await self._certifying.books()
        made += [
            await self._ladder.demote(name, ModeReason.EXPIRED, numbers)
            for name, numbers in _expired(books)
        ]
        made += [
            await self._ladder.alarm(name, numbers) for name, numbers in await self._alarms(books)
        ]
        await self._clear()
        return _told(made)

    async def _reasons(self, books: Books) -> dict[str, tuple[ModeReason, dict[str, float]]]:
        """The first reason for each topic that is to be taken back now."""
        answering = {
            name: since
            for name, topic in books.topics.items()
            if topic.mode is Mode.ANSWERS and (since := books.since(name)) is not None
        }
        found: dict[str, tuple[ModeReason, dict[str, float]]] = {}
        marked = await self._counts.marked_wrong(books.at - A_DAY) if answering else []
        late = await self._counts.unwatched(books.at - UNWATCHED_OF) if answering else []
        for name, since in answering.items():
            operators = {by for topic, by, at in marked if topic == name and at >= since.at}
            unwatched = sum(topic == name and at >= since.at for topic, at in late)
            if self._is_other(books, name, since):
                found[name] = ModeReason.NEW_ENCODER, {}
            elif len(operators) >= OPERATORS:
                found[name] = ModeReason.TWO_OPERATORS, {"operators": len(operators)}
            elif unwatched and too_many_unwatched(
                unwatched, month := await self._counts.audits(name, books.at - UNWATCHED_OF)
            ):
                found[name] = (
                    ModeReason.NOBODY_CHECKS,
                    {"unwatched": unwatched, "audits": month},
                )
            elif (drift := await self._drift(books, name)) is not None:
                found[name] = ModeReason.DRIFT, drift
        return found

    def _is_other(self, books: Books, name: str, since: ModeChange) -> bool:
        """Its certificate, or what it answered since then, is of another encoder."""
        at = (self._other or {}).get(name)
        if at is None:
            return False
        trial = books.trials.get(books.unit(name))
        if books.answers_by_certificate(name) and trial is not None:
            return trial.since is None or trial.since <= at
        return at >= since.at

    async def _drift(self, books: Books, name: str) -> dict[str, float] | None:
        trial = books.trials.get(books.unit(name))
        if not books.answers_by_certificate(name) or trial is None or trial.granted_at is None:
            return None
        lately = await self._counts.far_off(name, books.at - LATELY, books.at)
        if lately.whole < Drift.FEWEST:
            return None
        before = await self._counts.far_off(name, trial.granted_at - BEFORE, trial.granted_at)
        if not Drift(before.part, before.whole, lately.part, lately.whole).doubled:
            return None
        return {
            "before": before.value or 0.0,
            "lately": lately.value or 0.0,
            "turns": lately.whole,
        }

    async def _alarms(self, books: Books) -> list[tuple[str, dict[str, float]]]:
        found = []
        answering = [name for name, each in books.topics.items() if each.mode is Mode.ANSWERS]
        for name in answering:
            read = await self._fast.reading(name, books.changes)
            if read is None or read.meter is None or read.meter.reached_after is None:
                continue
            numbers: dict[str, float] = {"bad": read.bad.part, "answers": read.bad.whole}
            usual = read.usual.value or 0.0
            found.append((name, {**numbers, "usual": usual, "level": read.meter.level}))
        return found

    async def _clear(self) -> None:
        for row in await self._clearances.held():
            article_id, since = row["article_id"], row["since"]
            right = await self._counts.in_a_row(article_id, since, CLEARED_AFTER)
            if right >= CLEARED_AFTER:
                words = f"{right} checks in a row were right"
                done = Act(self._clock.now(), WATCH, WATCH, "article_cleared", article_id, words)
                await self._clearances.release(article_id, WATCH, done)


def _wrong_answers(books: Books) -> list[tuple[str, dict[str, float]]]:
    """Topics whose truth meter is full, with its numbers; the POOL after its members."""
    names = [name for name, topic in books.topics.items() if topic.mode is Mode.ANSWERS]
    found = []
    for name in names:
        meter = books.watch(name)
        if meter.reached_after is not None:
            found.append((name, _meter_numbers(books, [name], meter.level)))
    together = [n for n in names if books.is_pooled(n) and books.answers_by_certificate(n)]
    if len(together) > 1 and not found:
        meter = books.watch(POOL)
        if meter.reached_after is not None:
            found.append((POOL, _meter_numbers(books, together, meter.level)))
    return found


def _meter_numbers(books: Books, names: list[str], level: float) -> dict[str, float]:
    audits, wrong = 0, 0
    for name in names:
        since = books.since(name)
        part = books.ledger.of_topics([name])
        part = part.of_kinds(CheckKind.AUDIT, since=since.at if since else None)
        audits += len(part)
        wrong += int((~part.right).sum())
    return {"level": level, "audits": audits, "wrong": wrong}


def _expired(books: Books) -> list[tuple[str, dict[str, float]]]:
    """Topics that answer by a certificate whose renewal the checks since then do not prove."""
    found: list[tuple[str, dict[str, float]]] = []
    for name in books.topics:
        trial = books.trials.get(books.unit(name))
        if trial is None or trial.why != "renewal" or trial.granted_at is not None:
            continue
        if books.answers_by_certificate(name):
            proved = books.certificate(books.unit(name))
            found.append((name, {"checks": proved.checks, "wrong": proved.wrong}))
    return found


def _told(made: list[ModeChange | None]) -> list[ModeChange]:
    done = [each for each in made if each is not None]
    for each in done:
        _log.warning(
            "topic_mode_changed",
            topic=each.topic,
            before=each.before.value,
            after=each.after.value,
            reason=each.reason.value,
            **{f"n_{name}": value for name, value in each.numbers.items()},
        )
    return done
