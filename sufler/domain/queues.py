"""Queues (lines) of customers who wait for a person: their rules, and what can be promised."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from sufler.domain.calendar import Calendar
from sufler.domain.knowledge import Language

# The queue of whatever no other queue takes: it is always there, and needs no set-up.
DEFAULT_QUEUE: Final = "default"
DEFAULT_CAPACITY: Final = 5
# Said at the hand-off, before what is true now: "new" in a customer's first episode.
GREETINGS: Final = ("new_open", "new_closed", "returning_open", "returning_closed")


class Status(StrEnum):
    """What an operator is doing. Who has no desk open is offline whatever they chose."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


class Awaits(StrEnum):
    """What a customer who waits for a person can be promised now."""

    ON_DUTY = "on_duty"
    CLOSED = "closed"
    NOBODY_HERE = "nobody_here"
    NOBODY_EXISTS = "nobody_exists"


@dataclass(frozen=True, slots=True)
class Silence:
    """What silence leads to, in minutes; None: to nothing.

    `operator_min`: an operator who has not written for so long gives the conversation back to the
    bot; `by_topic` has other numbers for topics. `warn_min`: a customer who has not answered for
    so long is warned, and `close_min` later the matter is closed.
    """

    operator_min: int | None = None
    by_topic: Mapping[str, int] = field(default_factory=dict)
    warn_min: int | None = None
    close_min: int = 60


@dataclass(frozen=True, slots=True)
class Queue:
    """One line. `topics` go there; empty `members`: everybody who may converse. `skills` are what
    an operator must have. `automatic`: conversations are assigned, otherwise taken.

    Minutes: an unanswered customer is told to the queue after `alert_min`, to supervisors after
    `supervise_min` (None: never); conversations of an operator who went offline are released after
    `release_min`.
    """

    id: str
    name: Mapping[Language, str] = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    capacity: int = DEFAULT_CAPACITY
    automatic: bool = False
    prefer_previous: bool = True
    calendar: Calendar = field(default_factory=Calendar)
    greetings: Mapping[str, Mapping[Language, str]] = field(default_factory=dict)
    alert_min: int | None = 5
    supervise_min: int | None = 15
    release_min: int = 10
    silence: Silence = field(default_factory=Silence)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose to be doing, since when, and what they can do. `capacity` None: as many
    conversations at once as the queue says."""

    status: Status
    at: datetime
    skills: frozenset[str] = frozenset()
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class Operator:
    """A person who may converse, as the queues see them. `capacity` None: the queue's. `since` is
    when they took this status on, or were last seen."""

    id: str
    name: str
    status: Status
    since: datetime
    skills: frozenset[str] = frozenset()
    capacity: int | None = None
    supervises: bool = False


@dataclass(frozen=True, slots=True)
class Prospect:
    """What is true for one who waits in `queue_id`: the place counts from 1; `wait_s` is the
    measured median, None before enough was measured; `opens_at` and `here` (now) are by the
    queue's own clock. `greeting` is the queue's own, in the customer's language."""

    queue_id: str
    awaits: Awaits
    place: int
    here: datetime
    wait_s: float | None = None
    opens_at: datetime | None = None
    greeting: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What staff write for staff about a conversation; never sent to the customer. A `whisper` is a
    supervisor's, and alerts the operator."""

    id: int
    conversation_id: str
    at: datetime
    by: str
    by_name: str
    text: str
    whisper: bool = False
