"""Events that other systems of the company tell, which may begin a flow with a customer; and the
customers' consent to be written to first."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from sufler.conversation.delivery import Delivery
from sufler.conversation.event_rules import WEEK, Addressee, EventRules, verdict
from sufler.conversation.flow_ports import Flows
from sufler.conversation.flowing import Flowing
from sufler.conversation.ports import Outcome
from sufler.desk.customers import named
from sufler.desk.people import require
from sufler.desk.staffing import act
from sufler.domain.administration import Act
from sufler.domain.alerts import QuietHours
from sufler.domain.conversation import Conversation, Owner
from sufler.domain.decisions import DecisionKind
from sufler.domain.errors import BadInput, NotFound, SuflerError
from sufler.domain.knowledge import FLOW_TOPIC
from sufler.domain.outside_events import Begun, Consent, EventState, OutsideEvent, Refusal
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock

MAX_HOW: Final = 500
# Events in one look of the chore.
AT_A_LOOK: Final = 20
# The conversation changes while a flow is begun, at most so often; then it is tried a little later.
RETRIES: Final = 5
A_LITTLE: Final = timedelta(seconds=5)

_log = structlog.get_logger(__name__)

Zone = Callable[[], Awaitable[str]]


class EventRecords(Protocol):
    """`storage.outside_events.OutsideEventStore`."""

    async def add(self, event: OutsideEvent) -> bool: ...
    async def get(self, event_id: str) -> OutsideEvent | None: ...
    async def due(self, now: datetime, limit: int) -> list[OutsideEvent]: ...
    async def addressee(self, event: OutsideEvent, now: datetime, since: datetime) -> Addressee: ...
    async def open_episode(self, conversation_id: str, at: datetime) -> Conversation: ...
    async def refuse(self, event: OutsideEvent, reason: Refusal, at: datetime) -> None: ...
    async def put_off(self, event: OutsideEvent, until: datetime) -> None: ...
    async def consent(self, channel: str, customer_id: str) -> Consent | None: ...
    async def note_consent(self, consent: Consent, act: Act) -> None: ...


class OutsideEvents:
    """Needs the right to converse (Forbidden). `quiet`: minutes of the day from and to which
    nobody is written to first, by the clock of `zone`; `per_week`: flows that events may begin
    with one customer in seven days."""

    def __init__(
        self,
        records: EventRecords,
        flowing: Flowing,
        flows: Flows,
        delivery: Delivery,
        zone: Zone,
        clock: Clock,
        *,
        quiet: tuple[int, int] | None,
        per_week: int,
    ) -> None:
        self._records = records
        self._flowing = flowing
        self._flows = flows
        self._delivery = delivery
        self._zone = zone
        self._clock = clock
        self._quiet = quiet
        self._per_week = per_week

    async def take(
        self,
        caller: Caller,
        event_id: str,
        kind: str,
        channel: str,
        customer_id: str,
        data: Mapping[str, str | int | float | bool],
    ) -> tuple[OutsideEvent, bool]:
        """What came of the event, and whether it was told before: then nothing is done again.
        Raises BadInput for a customer without a name."""
        require(caller, Right.CONVERSE)
        channel, customer_id = named(channel, customer_id)
        now = self._clock.now()
        event = OutsideEvent(event_id, kind, channel, customer_id, data, now, caller.id, due_at=now)
        known = not await self._records.add(event)
        if not known:
            await self._look_at(event)
        found = await self._records.get(event_id)
        return found or event, known

    async def start_due(self, now: datetime) -> int:
        """Begin what was put off until now, and what a process that died has left; how many were
        looked at."""
        due = await self._records.due(now, AT_A_LOOK)
        for event in due:
            await self._look_at(event)
        return len(due)

    async def consent(self, caller: Caller, channel: str, customer_id: str) -> Consent:
        """The one that counts. Raises NotFound when nobody has noted any."""
        require(caller, Right.CONVERSE)
        found = await self._records.consent(*named(channel, customer_id))
        if found is None:
            raise NotFound("nothing is noted of this customer's consent", field="customer")
        return found

    async def note_consent(
        self, caller: Caller, channel: str, customer_id: str, *, given: bool, how: str
    ) -> Consent:
        """Whether the customer may be written to first from now on, and how they said so. Raises
        BadInput without that."""
        require(caller, Right.CONVERSE)
        channel, customer_id = named(channel, customer_id)
        words = " ".join(how.split())[:MAX_HOW]
        if not words:
            raise BadInput("say how the customer has said so", field="how")
        made = Consent(channel, customer_id, given, self._clock.now(), caller.id, words)
        what = "consent_given" if given else "consent_withdrawn"
        done = act(self._clock, caller, what, f"{channel} {customer_id}", words)
        await self._records.note_consent(made, done)
        return made

    async def _look_at(self, event: OutsideEvent) -> None:
        try:
            for _ in range(RETRIES):
                if await self._decided(event):
                    return
            await self._records.put_off(event, self._clock.now() + A_LITTLE)
        except SuflerError:
            raise
        except Exception as error:
            # A flow that cannot be begun would be tried every second for ever.
            _log.error("event_failed", type=event.type, error=type(error).__name__)
            _log.debug("event_failed_details", exc_info=error)
            await self._records.refuse(event, Refusal.FAILED, self._clock.now())

    async def _decided(self, event: OutsideEvent) -> bool:
        """Whether something came of it; False when the conversation changed meanwhile."""
        now = self._clock.now()
        name = self._flow_of(event.type)
        topic = None if name is None else self._flows.flows[name].topic or FLOW_TOPIC
        customer = await self._records.addressee(event, now, now - WEEK)
        found = verdict(customer, topic, await self._rules(), now)
        talk = customer.conversation
        if isinstance(found, Refusal):
            await self._records.refuse(event, found, now)
            return True
        if isinstance(found, datetime):
            await self._records.put_off(event, found)
            return True
        if name is None or topic is None or talk is None:
            raise ValueError("the rules let an event pass that begins nothing")
        if not talk.open:
            try:
                talk = await self._records.open_episode(talk.id, now)
            except NotFound:
                return False  # erased meanwhile: unknown at the next look
        return await self._begin(event, talk, name, topic, now)

    async def _begin(
        self, event: OutsideEvent, talk: Conversation, name: str, topic: str, now: datetime
    ) -> bool:
        moved = await self._flowing.begun(talk, name, event.data)
        handed = any(each.decision.kind is DecisionKind.HAND_OFF for each in moved.decided)
        outcome = Outcome(
            before=talk,
            turn=(),
            language=talk.language,
            decided=moved.decided,
            owner=Owner.QUEUE if handed else talk.owner,
            at=now,
            misses=talk.misses,
            run=moved.run,
            note=moved.note,
            event=Begun(event.id, topic),
        )
        if await self._delivery.deliver(outcome):
            return True
        known = await self._records.get(event.id)
        return known is None or known.state is not EventState.WAITING

    def _flow_of(self, kind: str) -> str | None:
        flows = sorted(self._flows.flows.items())
        return next((name for name, flow in flows if kind in flow.triggers.events), None)

    async def _rules(self) -> EventRules:
        if self._quiet is None:
            return EventRules(self._per_week)
        return EventRules(self._per_week, QuietHours(*self._quiet, await self._zone()))
