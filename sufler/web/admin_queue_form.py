"""The fields of one queue on /admin/queues, and the queue that they make."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from nicegui import ui

from sufler.desk.queues import MOST_GREETING, MOST_NAME
from sufler.domain.calendar import Calendar
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import LANGUAGES, Language
from sufler.domain.queues import GREETINGS, Operator, Queue, Silence
from sufler.domain.texts import text
from sufler.web.admin_fields import AreaField, LineField, Select
from sufler.web.admin_hours import (
    by_topic_of,
    holidays_of,
    holidays_words,
    hours_of,
    hours_words,
    minutes_of,
)
from sufler.web.elements import heading, named

_MINUTES = ("alert_min", "supervise_min", "release_min")
_SILENCE = ("operator_min", "warn_min", "close_min")
_MOST_LINES = 20_000
# Names of places; the others are abbreviations and old names.
_ZONE = re.compile(
    r"UTC$|(Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/"
)


class Ticks:
    """Boxes to tick, by value and words."""

    def __init__(self, label: str, options: Mapping[str, str], ticked: Sequence[str]) -> None:
        self._ticked = set(ticked)
        # What is not there any more stays until somebody takes it away.
        shown = {**options, **{each: each for each in ticked if each not in options}}
        with named(ui.element("fieldset").classes("ticks"), label):
            with ui.element("legend").classes("field-label"):
                ui.label(label)
            for value, words in shown.items():
                self._box(value, words)

    @property
    def values(self) -> tuple[str, ...]:
        """What is ticked."""
        return tuple(sorted(self._ticked))

    def _box(self, value: str, words: str) -> None:
        def changed(event: Any) -> None:
            (self._ticked.add if event.args else self._ticked.discard)(value)

        with ui.element("label").classes("tick"):
            box = ui.element("input").props("type=checkbox")
            if value in self._ticked:
                box.props("checked")
            box.on("change", changed, js_handler="(event) => emit(event.target.checked)")
            ui.label(words)


class QueueForm:
    """Puts the fields up where it is made."""

    def __init__(
        self,
        queue: Queue,
        language: Language,
        topics: Sequence[str],
        operators: Sequence[Operator],
    ) -> None:
        self._queue = queue
        self._language = language
        with ui.element("div").classes("two"):
            self._names = {
                code: LineField(
                    self._text(f"queue_name_{code}"), queue.name.get(code, ""), most=MOST_NAME
                )
                for code in LANGUAGES
            }
        with ui.element("div").classes("two"):
            people = {each.id: each.name for each in operators}
            self._members = Ticks(self._text("queue_members"), people, queue.members)
            self._topics = Ticks(
                self._text("queue_topics"), {each: each for each in topics}, queue.topics
            )
        self._sharing(queue)
        self._calendar(queue.calendar)
        heading(3, self._text("queue_greetings"))
        ui.label(self._text("queue_greetings_hint")).classes("quiet")
        with ui.element("div").classes("two"):
            self._greetings = {
                (key, code): AreaField(
                    f"{self._text(f'queue_greeting_{key}')}, {self._text(f'queue_in_{code}')}",
                    queue.greetings.get(key, {}).get(code, ""),
                    most=MOST_GREETING,
                    lang=code,
                )
                for key in GREETINGS
                for code in LANGUAGES
            }
        self._waiting(queue)

    def queue(self) -> Queue:
        """What the fields say. Raises BadInput for what cannot be read."""
        minutes = {name: minutes_of(name, self._minutes[name].value) for name in self._minutes}
        release, close = minutes["release_min"], minutes["close_min"]
        capacity = minutes_of("capacity", self._capacity.value)
        if release is None or close is None or capacity is None:
            missing = {"release_min": release, "close_min": close, "capacity": capacity}
            field = next(name for name, value in missing.items() if value is None)
            raise BadInput(f"{field} is needed", field=field)
        return replace(
            self._queue,
            name={code: field.value for code, field in self._names.items()},
            topics=self._topics.values,
            members=self._members.values,
            skills=tuple(self._skills.value.split(",")),
            capacity=capacity,
            automatic=self._automatic.value == "automatic",
            prefer_previous=self._previous.value == "previous",
            calendar=self._calendar_given(),
            greetings=self._greetings_given(),
            alert_min=minutes["alert_min"],
            supervise_min=minutes["supervise_min"],
            release_min=release,
            silence=Silence(
                operator_min=minutes["operator_min"],
                by_topic=by_topic_of(self._by_topic.value),
                warn_min=minutes["warn_min"],
                close_min=close,
            ),
        )

    def _sharing(self, queue: Queue) -> None:
        heading(3, self._text("queue_sharing"))
        with ui.element("div").classes("three"):
            self._automatic = self._select(
                "queue_how", ("manual", "automatic"), "automatic" if queue.automatic else "manual"
            )
            self._previous = self._select(
                "queue_who",
                ("previous", "anybody"),
                "previous" if queue.prefer_previous else "anybody",
            )
            self._capacity = LineField(self._text("queue_capacity"), str(queue.capacity), most=3)
        self._skills = LineField(
            self._text("queue_skills"),
            ", ".join(queue.skills),
            most=1000,
            hint=self._text("queue_skills_hint"),
        )

    def _calendar(self, calendar: Calendar) -> None:
        heading(3, self._text("queue_calendar"))
        with ui.element("div").classes("two"):
            always = "always" if calendar.hours is None else "week"
            self._always = self._select("queue_hours", ("always", "week"), always, self._show_week)
            self._zone = _ZoneField(self._text("queue_zone"), calendar.zone)
        with ui.element("div").classes("week") as self._week:
            self._days = [
                LineField(words, hours_words(calendar.hours, day), most=120)
                for day, words in enumerate(self._text("queue_days").split())
            ]
            ui.label(self._text("queue_week_hint")).classes("hint")
        self._week.set_visibility(calendar.hours is not None)
        self._holidays = AreaField(
            self._text("queue_holidays"), holidays_words(calendar.holidays), most=_MOST_LINES
        )
        ui.label(self._text("queue_holidays_hint")).classes("hint")

    def _waiting(self, queue: Queue) -> None:
        heading(3, self._text("queue_waiting"))
        ui.label(self._text("queue_minutes_hint")).classes("quiet")
        values = {name: getattr(queue, name) for name in _MINUTES}
        values |= {name: getattr(queue.silence, name) for name in _SILENCE}
        with ui.element("div").classes("two"):
            self._minutes = {
                name: LineField(
                    self._text(f"queue_{name}"), "" if value is None else str(value), most=6
                )
                for name, value in values.items()
            }
        lines = "\n".join(f"{topic} = {n}" for topic, n in queue.silence.by_topic.items())
        self._by_topic = AreaField(self._text("queue_by_topic"), lines, most=_MOST_LINES)

    def _select(self, key: str, options: Sequence[str], value: str, changed: Any = None) -> Select:
        words = {each: self._text(f"{key}_{each}") for each in options}
        return Select(words, value, self._text(key), changed, shown=True)

    async def _show_week(self, value: str) -> None:
        self._week.set_visibility(value == "week")

    def _calendar_given(self) -> Calendar:
        hours = None
        if self._always.value == "week":
            given = [hours_of(day, field.value) for day, field in enumerate(self._days)]
            hours = tuple(each for day in given for each in day)
        return Calendar(self._zone.value.strip(), hours, holidays_of(self._holidays.value))

    def _greetings_given(self) -> dict[str, dict[Language, str]]:
        given: dict[str, dict[Language, str]] = {}
        for (key, code), field in self._greetings.items():
            given.setdefault(key, {})[code] = field.value
        return given

    def _text(self, key: str) -> str:
        return text(key, self._language)


class _ZoneField(LineField):
    """A time zone, which the browser helps to find."""

    def __init__(self, label: str, value: str) -> None:
        super().__init__(label, value, most=80)
        self._input.set_autocomplete(_zones())


@cache
def _zones() -> list[str]:
    return sorted(name for name in available_timezones() if _ZONE.match(name))
