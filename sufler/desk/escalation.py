"""What nobody answers is told to more and more people: to the queue, then to supervisors."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from sufler.conversation.live import LiveEvents
from sufler.desk.duty import DeskDuty, members
from sufler.desk.queues import Queues
from sufler.desk.records import WaitingRecords
from sufler.domain.conversation import Conversation
from sufler.domain.events import EventKind
from sufler.domain.queues import Operator, Queue

# The steps, in their order.
TO_QUEUE, TO_SUPERVISORS = 1, 2

_log = structlog.get_logger(__name__)


class Alerts(Protocol):
    """Tells people outside of the desk, such as in their own Telegram chats. Never raises."""

    async def tell(
        self, people: Sequence[Operator], conversation: Conversation, waited: timedelta
    ) -> None:
        """This customer has waited for so long and nobody has answered."""
        ...


class NoAlerts:
    """Nobody is told outside of the desk."""

    async def tell(
        self, people: Sequence[Operator], conversation: Conversation, waited: timedelta
    ) -> None:
        """Nothing."""


class Escalation:
    """Each step once for each time that a customer begins to wait; not outside working hours."""

    def __init__(
        self,
        waiting: WaitingRecords,
        queues: Queues,
        duty: DeskDuty,
        live: LiveEvents,
        alerts: Alerts,
    ) -> None:
        self._waiting = waiting
        self._queues = queues
        self._duty = duty
        self._live = live
        self._alerts = alerts

    async def __call__(self, now: datetime) -> int:
        """How many alerts were given."""
        queues = await self._queues.by_id()
        given = 0
        for each in [*await self._waiting.in_queues(), *await self._waiting.with_operators()]:
            queue = queues.get(each.queue_id, queues[None])
            level = due_step(each, queue, now)
            if level > each.escalated and await self._waiting.escalate(each, level, now):
                await self._tell(each, queue, level, now)
                given += 1
        return given

    async def _tell(self, each: Conversation, queue: Queue, level: int, now: datetime) -> None:
        everybody = await self._duty.everybody()
        people = members(everybody, queue.members)
        if level == TO_SUPERVISORS:
            people = [person for person in everybody if person.supervises]
        waited = now - (each.unanswered_since or now)
        _log.warning(
            "customer_waits", conversation=each.id, level=level, seconds=waited.total_seconds()
        )
        self._live.publish(EventKind.ALERT, each.id)
        await self._alerts.tell(people, each, waited)


def due_step(conversation: Conversation, queue: Queue, now: datetime) -> int:
    """Who should know by now: 0 nobody more, 1 the queue, 2 supervisors."""
    since = conversation.unanswered_since
    if since is None or not queue.calendar.open_at(now):
        return 0
    waited = now - since
    for step, minutes in ((TO_SUPERVISORS, queue.supervise_min), (TO_QUEUE, queue.alert_min)):
        if minutes is not None and waited >= timedelta(minutes=minutes):
            return step
    return 0
