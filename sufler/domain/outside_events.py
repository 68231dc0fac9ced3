"""What other systems of the company tell of a customer, and the customer's consent to be written
to first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventState(StrEnum):
    """WAITING: put off, or not looked at yet; then for ever what came of it."""

    WAITING = "waiting"
    STARTED = "started"
    REFUSED = "refused"


class Refusal(StrEnum):
    """Why an event started nothing; one for each rule of `conversation/event_rules.py`."""

    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_CUSTOMER = "unknown_customer"
    BANNED = "banned"
    UNREACHABLE = "unreachable"
    NO_CONSENT = "no_consent"
    COMPLAINT = "complaint"
    UNDER_WAY = "under_way"
    TOO_MANY = "too_many"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class OutsideEvent:
    """One event. `id` is the sender's, unique among all senders; `data` are slots by their names,
    gone once the event is over. `by` told it. `due_at`: when a waiting one is looked at. `flow` and
    `conversation_id`: what it started, where. An old one keeps its state only."""

    id: str
    type: str
    channel: str
    customer_id: str
    data: Mapping[str, str | int | float | bool]
    at: datetime
    by: str
    state: EventState = EventState.WAITING
    reason: str = ""
    due_at: datetime | None = None
    flow: str = ""
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """The event that begins a flow, and the flow's topic: where answers are stopped there, it does
    not."""

    event_id: str
    topic: str


@dataclass(frozen=True, slots=True)
class Consent:
    """That a customer may, or may not any more, be written to first: who noted it, when, and how
    it was given."""

    channel: str
    customer_id: str
    given: bool
    at: datetime
    by: str
    how: str
