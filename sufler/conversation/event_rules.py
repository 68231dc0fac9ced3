"""Whether an event from outside may start its flow: first what no hour changes, then the hour,
then what may be otherwise tomorrow."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sufler.conversation.ports import Stopped
from sufler.domain.alerts import QuietHours
from sufler.domain.conversation import Conversation, Owner, Reach
from sufler.domain.flows import FlowRun
from sufler.domain.outside_events import Refusal

WEEK = timedelta(days=7)
# A customer who is just being answered is written to after that.
AFTER_A_TURN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Addressee:
    """The customer of an event at one moment. `conversation` None: never seen in that channel.
    `answering`: a turn of theirs waits to be decided. `open_requests` of theirs, and flows that
    `events_started` in the last week, are counts; `run` is the flow that goes on."""

    conversation: Conversation | None
    answering: bool = False
    banned: bool = False
    consent: bool = False
    open_requests: int = 0
    events_started: int = 0
    run: FlowRun | None = None
    stopped: Stopped = field(default_factory=Stopped)


@dataclass(frozen=True, slots=True)
class EventRules:
    """How often, and when not: `quiet` None is never."""

    per_week: int
    quiet: QuietHours | None = None


def verdict(
    customer: Addressee, topic: str | None, rules: EventRules, now: datetime
) -> Refusal | datetime | None:
    """The first rule that refuses, or the moment until which it is put off; None: it may start.
    `topic` is that of the flow; None: no published flow begins with such an event."""
    if topic is None:
        return Refusal.UNKNOWN_TYPE
    if (never := _for_good(customer)) is not None:
        return never
    if rules.quiet is not None and rules.quiet.at(now):
        return rules.quiet.end_after(now)
    if (today := _for_now(customer, topic, rules)) is not None:
        return today
    return now + AFTER_A_TURN if customer.answering else None


def _for_good(customer: Addressee) -> Refusal | None:
    if customer.banned:
        return Refusal.BANNED
    if customer.conversation is None:
        return Refusal.UNKNOWN_CUSTOMER
    if customer.conversation.reach is not Reach.OPEN:
        return Refusal.UNREACHABLE
    return None if customer.consent else Refusal.NO_CONSENT


def _for_now(customer: Addressee, topic: str, rules: EventRules) -> Refusal | None:
    talk = customer.conversation
    if customer.open_requests or talk is None or talk.owner is not Owner.BOT:
        return Refusal.COMPLAINT
    # One that silence has parked makes room: else it would bar every event to come.
    if customer.run is not None and not customer.run.parked:
        return Refusal.UNDER_WAY
    if customer.events_started >= rules.per_week:
        return Refusal.TOO_MANY
    if customer.stopped.everywhere or topic in customer.stopped.topics:
        return Refusal.STOPPED
    return None
