"""The ladder observes → suggests → answers: each change of what a topic may do, with its reason."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Protocol

from sufler.desk.certifying import WATCH, Certifying, Modes
from sufler.desk.people import require
from sufler.desk.staffing import act
from sufler.domain.administration import Act
from sufler.domain.checks import ModeChange, ModeReason
from sufler.domain.errors import BadInput, Conflict, NotFound
from sufler.domain.knowledge import Mode, Topic
from sufler.domain.people import Caller, Right, Role
from sufler.domain.ports import Clock
from sufler.prompter.accuracy.standing import POOL
from sufler.prompter.accuracy.trials import BY_POOL

TARGETS: Final = (0.80, 0.98)
LONGEST_HOLD_S: Final = 600
MAX_WORDS: Final = 300


class ModeRecords(Modes, Protocol):
    """`storage.mode_changes.ModeStore`."""

    async def change(
        self,
        before: Topic,
        after: Topic,
        changes: list[ModeChange],
        author: str,
        *,
        act: Act | None = None,
        trial_id: int | None = None,
    ) -> None: ...
    async def note(self, change: ModeChange) -> None: ...


class Serving(Protocol):
    """`kb_index.knowledge.KnowledgeBase`: takes a change in at once, in this process."""

    async def refresh(self) -> bool: ...


class Ladder:
    """Changes modes; each change is a row of history in the transaction of the topic's own row."""

    def __init__(
        self,
        modes: ModeRecords,
        certifying: Certifying,
        clock: Clock,
        knowledge: Serving | None = None,
    ) -> None:
        self._modes = modes
        self._certifying = certifying
        self._clock = clock
        self._knowledge = knowledge

    async def change(self, caller: Caller, topic: str, mode: Mode, words: str = "") -> ModeChange:
        """What a person decides. "Answers" needs a certificate, or words that say why it may
        without one, which everybody sees until it has one. In force for the next turn.

        Raises Forbidden without the right to administer, NotFound, BadInput for words that are too
        long, and Conflict: no certificate and no words (field "words"), or nothing would change
        (field "mode").
        """
        require(caller, Right.ADMINISTER)
        why = _line(words)
        before = await self._topic(topic)
        books = await self._certifying.books()
        unit = books.unit(topic)
        proved = books.certificate(unit)
        trial = books.trials.get(unit)
        reason, trial_id, numbers = ModeReason.CHOSEN, None, {}
        after = replace(before, mode=mode, without_certificate=None, bar=None)
        if mode is Mode.ANSWERS and proved.may_answer and trial is not None:
            reason, trial_id = ModeReason.CERTIFIED, trial.id
            after = replace(after, bar=proved.bar)
            numbers = _proved(proved.precision, proved.bar, proved.checks, proved.wrong)
        elif mode is Mode.ANSWERS:
            if not why:
                raise Conflict(
                    "there is no certificate for this topic: say why it may answer without one",
                    field="words",
                )
            reason, after = ModeReason.WITHOUT_CERTIFICATE, replace(after, without_certificate=why)
        if after == before or (mode is before.mode and mode is not Mode.ANSWERS):
            raise Conflict("the topic is in this mode already", field="mode")
        made = self._row(before, after, caller.id, reason, why, numbers)
        done = act(self._clock, caller, "topic_mode", topic, f"{mode.value} ({reason.value}) {why}")
        author = f"{caller.name} ({caller.id})"
        await self._store(before, after, made, author, done, trial_id)
        return made

    async def may_answer(self, topic: str) -> bool:
        """Whether its certificate allows it, without anybody's word."""
        return (await self._certifying.certificate(topic)).may_answer

    async def tune(
        self,
        caller: Caller,
        topic: str,
        *,
        target: float | None = None,
        hold_s: int | None = None,
    ) -> Topic:
        """The precision that its certificate has to prove, and how many seconds its automatic
        answers wait on the desk; None: as it is. Raises Forbidden, NotFound, BadInput, and Conflict
        where a topic answers by a certificate that does not prove the new target."""
        require(caller, Right.ADMINISTER)
        before = await self._topic(topic)
        if target is not None and not TARGETS[0] <= target <= TARGETS[1]:
            raise BadInput(f"a target is {TARGETS[0]} to {TARGETS[1]}", field="target")
        if hold_s is not None and not 0 <= hold_s <= LONGEST_HOLD_S:
            raise BadInput(f"a hold is 0 to {LONGEST_HOLD_S} seconds", field="hold_s")
        after = replace(
            before,
            target=before.target if target is None else target,
            hold_s=before.hold_s if hold_s is None else hold_s,
        )
        if after == before:
            return before
        if after.target > before.target and before.mode is Mode.ANSWERS:
            await self._must_prove(before, after.target)
        done = act(self._clock, caller, "topic_tuned", topic, f"{after.target:g}, {after.hold_s} s")
        await self._modes.change(before, after, [], f"{caller.name} ({caller.id})", act=done)
        await self._taken_in()
        return after

    async def certified(self, topic: str) -> ModeChange | None:
        """The watch found that its certificate allows what it does already: it answers by it from
        now on, and from a lower bar where one has passed. None: nothing changes."""
        before = await self._topic(topic)
        books = await self._certifying.books()
        unit = books.unit(topic)
        proved, trial = books.certificate(unit), books.trials.get(unit)
        if before.mode is not Mode.ANSWERS or not proved.may_answer or trial is None:
            return None
        kept = before.bar is not None and proved.bar is not None and proved.bar >= before.bar
        if before.without_certificate is None and kept and trial.granted_at is not None:
            return None
        bar = before.bar if kept and trial.granted_at is not None else proved.bar
        after = replace(before, without_certificate=None, bar=bar)
        numbers = _proved(proved.precision, proved.bar, proved.checks, proved.wrong)
        made = self._row(before, after, WATCH, ModeReason.CERTIFIED, "", numbers)
        await self._store(before, after, made, WATCH, None, trial.id)
        return made

    async def demote(
        self, topic: str, reason: ModeReason, numbers: Mapping[str, float]
    ) -> ModeChange | None:
        """Take it back to "suggests", for a reason in numbers; None: it does not answer any more.
        For the POOL: every small topic that answers by its certificate. Administrators are told."""
        if topic == POOL:
            return await self._demote_pool(reason, numbers)
        before = await self._topic(topic)
        if before.mode is not Mode.ANSWERS:
            return None
        after = replace(before, mode=Mode.SUGGESTS, without_certificate=None, bar=None)
        made = self._row(before, after, WATCH, reason, "", numbers)
        await self._store(before, after, made, WATCH, self._by_watch(made), None)
        return made

    async def alarm(self, topic: str, numbers: Mapping[str, float]) -> ModeChange | None:
        """Each of its answers is audited for a while; None: it does not answer any more."""
        before = await self._topic(topic)
        if before.mode is not Mode.ANSWERS:
            return None
        made = self._row(before, before, WATCH, ModeReason.ALARM, "", numbers)
        await self._store(before, before, made, WATCH, self._by_watch(made), None)
        return made

    async def _demote_pool(
        self, reason: ModeReason, numbers: Mapping[str, float]
    ) -> ModeChange | None:
        books = await self._certifying.books()
        members = [name for name in books.members(POOL) or () if books.answers_by_certificate(name)]
        made = [await self.demote(name, reason, {**numbers, BY_POOL: 1.0}) for name in members]
        if not any(made):
            return None
        # What counts the doublings of the small topics' own evidence.
        now = self._clock.now()
        note = ModeChange(POOL, now, WATCH, Mode.ANSWERS, Mode.SUGGESTS, reason, "", numbers)
        await self._modes.note(note)
        return note

    async def _topic(self, name: str) -> Topic:
        found = {topic.name: topic for topic in await self._modes.topics()}.get(name)
        if found is None:
            raise NotFound("There is no topic with this name.", field="name")
        return found

    async def _must_prove(self, topic: Topic, target: float) -> None:
        books = await self._certifying.books()
        trial = books.trials.get(books.unit(topic.name))
        if topic.without_certificate or trial is None:
            return
        checks = books.checks(books.unit(topic.name))
        if not checks.certificate(replace(trial, target=target)).may_answer:
            raise Conflict(
                "the topic answers by a certificate that does not prove this target: "
                "let it suggest first",
                field="target",
            )

    async def _store(
        self,
        before: Topic,
        after: Topic,
        made: ModeChange,
        author: str,
        done: Act | None,
        trial_id: int | None,
    ) -> None:
        await self._modes.change(before, after, [made], author, act=done, trial_id=trial_id)
        await self._taken_in()

    async def _taken_in(self) -> None:
        if self._knowledge is not None:
            await self._knowledge.refresh()

    def _row(
        self,
        before: Topic,
        after: Topic,
        by: str,
        reason: ModeReason,
        words: str,
        numbers: Mapping[str, float],
    ) -> ModeChange:
        now = self._clock.now()
        return ModeChange(
            after.name, now, by, before.mode, after.mode, reason, words, dict(numbers)
        )

    def _by_watch(self, made: ModeChange) -> Act:
        numbers = ", ".join(f"{name} {value:g}" for name, value in sorted(made.numbers.items()))
        details = f"{made.after.value} ({made.reason.value}) {numbers}"
        return Act(made.at, WATCH, WATCH, "topic_mode", made.topic, details)


def console(name: str = "console") -> Caller:
    """Who changes modes on the machine itself, where nobody logs in."""
    return Caller(name, name, Role.ADMINISTRATOR)


def _proved(precision: float, bar: float | None, checks: int, wrong: int) -> dict[str, float]:
    return {"precision": precision, "bar": bar or 0.0, "checks": checks, "wrong": wrong}


def _line(words: str) -> str:
    line = " ".join(words.split())
    if len(line) > MAX_WORDS:
        raise BadInput(f"at most {MAX_WORDS} characters", field="words")
    return line
