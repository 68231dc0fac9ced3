"""Bodies of queues, operators, transfers and notes, as the API reads and shows them."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from sufler.api.texts import Line
from sufler.domain.calendar import DAY_MINUTES, Calendar, Holiday, Hours
from sufler.domain.conversation import Conversation, Owner
from sufler.domain.knowledge import Language
from sufler.domain.queues import Note, Operator, Queue, Silence, Status

Minutes = Annotated[int, Field(ge=1, le=30 * DAY_MINUTES)]
InLanguages = dict[Language, Annotated[str, Field(max_length=600)]]
Names = dict[Language, Annotated[str, Field(min_length=1, max_length=60)]]
Tags = Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=50)]
_EXAMPLE: JsonDict = {
    "name": {"ru": "Возвраты", "en": "Returns"},
    "topics": ["Возврат"],
    "automatic": True,
    "calendar": {
        "zone": "Europe/Moscow",
        "hours": [{"day": 0, "start": 540, "end": 1080}],
        "holidays": [{"day": "2027-01-01", "name": {"ru": "Новый год"}}],
    },
}


class HoursBody(BaseModel):
    """Open on `day` (0 is Monday) from minute `start` of the day to before minute `end`."""

    model_config = ConfigDict(extra="forbid")

    day: int = Field(ge=0, le=6)
    start: int = Field(ge=0, lt=DAY_MINUTES)
    end: int = Field(gt=0, le=DAY_MINUTES)


class HolidayBody(BaseModel):
    """A day off."""

    model_config = ConfigDict(extra="forbid")

    day: date
    name: Names = Field(default_factory=dict)


class CalendarBody(BaseModel):
    """Working hours by the wall clock of `zone`. `hours` null: always, but for holidays."""

    model_config = ConfigDict(extra="forbid")

    zone: Line = Field(default="UTC", max_length=80)
    hours: Annotated[list[HoursBody], Field(max_length=200)] | None = None
    holidays: list[HolidayBody] = Field(default_factory=list, max_length=400)


class SilenceBody(BaseModel):
    """Minutes of silence and what they lead to; null: to nothing."""

    model_config = ConfigDict(extra="forbid")

    operator_min: Minutes | None = Field(default=None, description="Then back to the bot.")
    by_topic: dict[str, Minutes] = Field(default_factory=dict, description="The same, by topic.")
    warn_min: Minutes | None = Field(default=None, description="Then the customer is warned.")
    close_min: Minutes = Field(default=60, description="After the warning it is closed.")


class QueueBody(BaseModel):
    """The rules of a queue. Without `members` everybody who may converse is one."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    name: Names = Field(default_factory=dict)
    topics: Tags = Field(default_factory=list)
    members: Tags = Field(default_factory=list, description="Ids of people.")
    skills: Tags = Field(default_factory=list, description="What an operator must have.")
    capacity: int = Field(default=5, ge=1, le=100, description="Conversations of one operator.")
    automatic: bool = Field(default=False, description="Assigned, instead of taken.")
    prefer_previous: bool = True
    calendar: CalendarBody = Field(default_factory=CalendarBody)
    greetings: dict[
        Literal["new_open", "new_closed", "returning_open", "returning_closed"], InLanguages
    ] = Field(default_factory=dict)
    alert_min: Minutes | None = 5
    supervise_min: Minutes | None = 15
    release_min: Minutes = 10
    silence: SilenceBody = Field(default_factory=SilenceBody)

    def queue(self, queue_id: str) -> Queue:
        """As the desk has it."""
        calendar = self.calendar
        return Queue(
            id=queue_id,
            name=self.name,
            topics=tuple(self.topics),
            members=tuple(self.members),
            skills=tuple(self.skills),
            capacity=self.capacity,
            automatic=self.automatic,
            prefer_previous=self.prefer_previous,
            calendar=Calendar(
                calendar.zone,
                None
                if calendar.hours is None
                else tuple(Hours(each.day, each.start, each.end) for each in calendar.hours),
                tuple(Holiday(each.day, each.name) for each in calendar.holidays),
            ),
            greetings={str(key): told for key, told in self.greetings.items()},
            alert_min=self.alert_min,
            supervise_min=self.supervise_min,
            release_min=self.release_min,
            silence=Silence(**self.silence.model_dump()),
        )


class QueueShown(QueueBody):
    """A queue with its id; `default` is always there."""

    id: str


class QueueList(BaseModel):
    """Every queue, the default one first."""

    items: list[QueueShown]
    next_cursor: Literal[None] = None


class OperatorShown(BaseModel):
    """A person who may converse. Who has no desk open is offline. `capacity` null: the queue's."""

    id: str
    name: str
    status: Status
    since: datetime
    skills: list[str]
    capacity: int | None


class OperatorList(BaseModel):
    """Everybody who may converse, by name."""

    items: list[OperatorShown]
    next_cursor: Literal[None] = None


class OperatorChange(BaseModel):
    """What a person can do."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"skills": ["en"]}]})

    skills: Tags
    capacity: int | None = Field(default=None, ge=0, le=100)


class StatusChosen(BaseModel):
    """What the caller is doing from now on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"status": "away"}]})

    status: Status


class Transfer(BaseModel):
    """To a queue or to a person, with a note that only staff see."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"queue_id": "default", "note": "waits for a receipt"}]},
    )

    queue_id: str | None = Field(default=None, max_length=64)
    person_id: str | None = Field(default=None, max_length=64)
    note: str = Field(default="", max_length=4000)

    @model_validator(mode="after")
    def _has_one_goal(self) -> Self:
        if (self.queue_id is None) == (self.person_id is None):
            raise ValueError("give either queue_id or person_id")
        return self


class Standing(BaseModel):
    """Where a conversation stands after it was passed on."""

    id: str
    owner: Owner
    operator_id: str | None
    queue_id: str | None
    waiting_since: datetime | None


class NoteGiven(BaseModel):
    """A note for staff."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "waits for a receipt"}]}
    )

    text: str = Field(min_length=1, max_length=4000)


class NoteShown(BaseModel):
    """What staff wrote for staff; customers never see it. A `whisper` is a supervisor's, for the
    operator."""

    id: int
    at: datetime
    by: str
    by_name: str
    text: str
    whisper: bool


class NoteList(BaseModel):
    """The notes about a conversation, the oldest first."""

    items: list[NoteShown]
    next_cursor: Literal[None] = None


class WaitsShown(BaseModel):
    """Seconds of the newest episode: the customer waited for the bot, for a person, and was waited
    for. What a bot took is never a person's."""

    bot_s: float
    person_s: float
    customer_s: float


def queue_shown(queue: Queue) -> QueueShown:
    """A queue for an answer."""
    calendar, silence = queue.calendar, queue.silence
    hours = calendar.hours
    return QueueShown.model_validate(
        {name: getattr(queue, name) for name in QueueShown.model_fields}
        | {
            "calendar": {
                "zone": calendar.zone,
                "hours": None
                if hours is None
                else [{"day": h.day, "start": h.start, "end": h.end} for h in hours],
                "holidays": [{"day": h.day, "name": dict(h.name)} for h in calendar.holidays],
            },
            "silence": {name: getattr(silence, name) for name in SilenceBody.model_fields},
        }
    )


def operator_shown(operator: Operator) -> OperatorShown:
    """An operator for an answer."""
    return OperatorShown(
        id=operator.id,
        name=operator.name,
        status=operator.status,
        since=operator.since,
        skills=sorted(operator.skills),
        capacity=operator.capacity,
    )


def standing_of(conversation: Conversation) -> Standing:
    """A conversation that was passed on."""
    names = Standing.model_fields
    return Standing(**{name: getattr(conversation, name) for name in names})


def note_shown(note: Note) -> NoteShown:
    """A note for an answer."""
    return NoteShown(**{name: getattr(note, name) for name in NoteShown.model_fields})
