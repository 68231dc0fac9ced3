"""Queues as people set them up: checked, stored and logged; and which one a question goes to."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from sufler.conversation.intake import clean
from sufler.desk.duty import DeskDuty
from sufler.desk.people import may, require
from sufler.desk.records import OperatorRecords, QueueRecords
from sufler.desk.staffing import act
from sufler.domain.calendar import DAY_MINUTES, Calendar, Holiday, Hours
from sufler.domain.errors import BadInput, NotFound
from sufler.domain.knowledge import LANGUAGES, Language
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock
from sufler.domain.queues import DEFAULT_QUEUE, GREETINGS, Choice, Operator, Queue, Status

MOST_QUEUES = 50
MOST_NAME = 60
MOST_GREETING = 600
MOST_MINUTES = 30 * DAY_MINUTES
MOST_CAPACITY = 100
MOST_TAGS = 50
MOST_TAG = 300
MOST_HOLIDAYS = 400


class Queues:
    """Changing needs the right to administer (Forbidden); everybody at the desk may look."""

    def __init__(
        self,
        records: QueueRecords,
        operators: OperatorRecords,
        duty: DeskDuty,
        clock: Clock,
    ) -> None:
        self._records = records
        self._operators = operators
        self._duty = duty
        self._clock = clock

    async def all(self) -> list[Queue]:
        """Every queue, the default one first; it is there also when nobody has set it up."""
        stored = await self._records.all()
        default = [each for each in stored if each.id == DEFAULT_QUEUE]
        others = [each for each in stored if each.id != DEFAULT_QUEUE]
        return [*(default or [Queue(DEFAULT_QUEUE)]), *others]

    async def by_id(self) -> Mapping[str | None, Queue]:
        """Every queue by its id, and the default one for None."""
        found: dict[str | None, Queue] = {each.id: each for each in await self.all()}
        return {**found, None: found[DEFAULT_QUEUE]}

    async def get(self, queue_id: str | None) -> Queue:
        """The queue, or the default one for None and for one that was removed since."""
        found = await self.by_id()
        return found.get(queue_id, found[None])

    async def for_topic(self, topic: str) -> Queue:
        """Where a question of this topic goes."""
        queues = await self.by_id()
        return next((each for each in queues.values() if topic in each.topics), queues[None])

    async def hidden_from(self, caller: Caller, *, ours: bool = False) -> frozenset[str]:
        """Ids of queues that are other people's: what waits there is not in the caller's lists.
        Supervisors and services see every queue; with `ours` they too see only those that are
        theirs. The default queue is everybody's. It is a filter, no lock: a link leads anywhere."""
        if not ours and (caller.person_id is None or may(caller, Right.SUPERVISE)):
            return frozenset()
        others = [
            each
            for each in await self.all()
            if each.members and caller.person_id not in each.members and each.id != DEFAULT_QUEUE
        ]
        able = {each.id for each in await self._duty.everybody()} if others else set()
        # A queue whose members have all left is everybody's.
        return frozenset(each.id for each in others if able & set(each.members))

    async def operators(self, caller: Caller) -> Sequence[Operator]:
        """Everybody who may converse, with what they are doing."""
        require(caller, Right.CONVERSE)
        return await self._duty.everybody()

    async def save(self, caller: Caller, queue: Queue) -> Queue:
        """Store a queue; an empty id makes a new one. Raises BadInput naming the field, NotFound
        for one that was removed meanwhile, and Forbidden."""
        require(caller, Right.ADMINISTER)
        there = await self.by_id()
        new = not queue.id
        if not new and queue.id not in there:
            raise NotFound("there is no queue with this id", field="id")
        if new and len(there) > MOST_QUEUES:
            raise BadInput(f"at most {MOST_QUEUES} queues", field="queue")
        queue = checked(replace(queue, id=queue.id or uuid.uuid4().hex[:12]))
        taken = {
            topic: each for each in there.values() if each.id != queue.id for topic in each.topics
        }
        for topic in queue.topics:
            if topic in taken:
                raise BadInput(f"another queue has the topic {topic!r} already", field="topics")
        what = "queue_added" if new else "queue_changed"
        await self._records.put(queue, act(self._clock, caller, what, name_of(queue, "en")))
        return queue

    async def remove(self, caller: Caller, queue_id: str) -> None:
        """Who waits there waits in the default queue from now on; that one is only set back to
        what it was before anybody changed it. Raises NotFound and Forbidden."""
        require(caller, Right.ADMINISTER)
        gone = (await self.by_id()).get(queue_id)
        name = name_of(gone, "en") if gone else queue_id
        done = act(self._clock, caller, "queue_removed", name)
        if not await self._records.remove(queue_id, done):
            raise NotFound("there is no queue with this id", field="id")

    async def set_up_operator(
        self, caller: Caller, person_id: str, skills: Iterable[str], capacity: int | None
    ) -> None:
        """What a person can do, and how many conversations they have at once (None: as many as
        the queue says). Raises NotFound, BadInput and Forbidden."""
        require(caller, Right.ADMINISTER)
        named = {each.id: each for each in await self._duty.everybody()}
        if person_id not in named:
            raise NotFound("nobody who may converse has this id", field="person_id")
        if capacity is not None:
            _number("capacity", capacity, 0, MOST_CAPACITY)
        tags = frozenset(_tags("skills", skills))
        before = (await self._operators.all()).get(person_id)
        before = before or Choice(Status.ONLINE, self._clock.now())
        told = act(self._clock, caller, "operator_set_up", named[person_id].name)
        chosen = replace(before, skills=tags, capacity=capacity)
        await self._operators.put(person_id, chosen, told)


def name_of(queue: Queue, language: Language) -> str:
    """What the queue is called in this language, or in another one; nothing without a name."""
    return queue.name.get(language) or next(iter(queue.name.values()), "")


def checked(queue: Queue) -> Queue:
    """The queue as it is stored. Raises BadInput naming the field."""
    name = {each: _line("name", queue.name[each]) for each in LANGUAGES if queue.name.get(each)}
    if not name and queue.id != DEFAULT_QUEUE:
        raise BadInput("a queue needs a name in a language", field="name")
    _number("capacity", queue.capacity, 1, MOST_CAPACITY)
    silence = queue.silence
    for field, minutes in (
        ("alert_min", queue.alert_min),
        ("supervise_min", queue.supervise_min),
        ("release_min", queue.release_min),
        ("operator_min", silence.operator_min),
        ("warn_min", silence.warn_min),
        ("close_min", silence.close_min),
        *(("by_topic", each) for each in silence.by_topic.values()),
    ):
        if minutes is not None:
            _number(field, minutes, 1, MOST_MINUTES)
    return replace(
        queue,
        name=name,
        topics=_tags("topics", queue.topics),
        members=_tags("members", queue.members),
        skills=_tags("skills", queue.skills),
        silence=replace(silence, by_topic={_one_line(t): m for t, m in silence.by_topic.items()}),
        calendar=_calendar(queue.calendar),
        greetings=_greetings(queue.greetings),
    )


def _calendar(calendar: Calendar) -> Calendar:
    try:
        ZoneInfo(calendar.zone)
    except (ValueError, OSError, LookupError) as error:
        raise BadInput("the time zone is a name such as Europe/Moscow", field="zone") from error
    for each in calendar.hours or ():
        if not (0 <= each.day <= 6 and 0 <= each.start < each.end <= DAY_MINUTES):
            raise BadInput("hours begin before they end, within one day", field="hours")
    if len(calendar.holidays) > MOST_HOLIDAYS:
        raise BadInput(f"at most {MOST_HOLIDAYS} holidays", field="holidays")
    by_day = {
        each.day: Holiday(
            each.day,
            {code: _line("holidays", said) for code, said in each.name.items() if said.strip()},
        )
        for each in calendar.holidays
    }
    hours = None if calendar.hours is None else _sorted(calendar.hours)
    return replace(calendar, hours=hours, holidays=tuple(by_day[day] for day in sorted(by_day)))


def _sorted(hours: Iterable[Hours]) -> tuple[Hours, ...]:
    return tuple(sorted(set(hours), key=lambda each: (each.day, each.start, each.end)))


def _greetings(
    given: Mapping[str, Mapping[Language, str]],
) -> dict[str, dict[Language, str]]:
    kept: dict[str, dict[Language, str]] = {}
    for key, told in given.items():
        if key not in GREETINGS:
            raise BadInput(f"there is no greeting {key!r}", field="greetings")
        for language, words in told.items():
            said = clean(words)
            if len(said) > MOST_GREETING:
                raise BadInput(f"a greeting is at most {MOST_GREETING} characters", field=key)
            if said:
                kept.setdefault(key, {})[language] = said
    return kept


def _tags(field: str, given: Iterable[str]) -> tuple[str, ...]:
    tags = tuple(dict.fromkeys(tag for each in given if (tag := _one_line(each))))
    if len(tags) > MOST_TAGS or any(len(each) > MOST_TAG for each in tags):
        raise BadInput(f"{field}: at most {MOST_TAGS}, each of {MOST_TAG} characters", field=field)
    return tags


def _line(field: str, given: str) -> str:
    line = _one_line(given)
    if not 1 <= len(line) <= MOST_NAME:
        raise BadInput(f"a name is 1 to {MOST_NAME} characters", field=field)
    return line


def _one_line(given: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in given).split())


def _number(field: str, given: int, least: int, most: int) -> None:
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise BadInput(f"{field} is a whole number from {least} to {most}", field=field)
