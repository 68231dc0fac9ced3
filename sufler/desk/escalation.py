"""What nobody answers is told to more and more people: to the queue, then to supervisors."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from sufler.conversation.live import LiveEvents
from sufler.desk.duty import members
from sufler.desk.queues import Queues
from sufler.desk.records import WaitingRecords
from sufler.domain.conversation import Conversation
from sufler.domain.events import EventKind
from sufler.domain.queues import Operator, Queue

# The steps, in their order.
TO_QUEUE, TO_SUPERVISORS = 1, 2

_log = structlog.get_logger(__name__)


class Escalation:
    """Each step once for each time that a customer begins to wait; not outside working hours."""

    def __init__(
        self,
        waiting: WaitingRecords,
        queues: Queues,
        live: LiveEvents,
    ) -> None:
        self._waiting = waiting
        self._queues = queues
        self._live = live

    async def __call__(self, now: datetime) -> int:
        """How many alerts were given."""
        queues = await self._queues.by_id()
        given = 0
        for each in [*await self._waiting.in_queues(), *await self._waiting.with_operators()]:
            queue = queues.get(each.queue_id, queues[None])
            level = due_step(each, queue, now)
            if level > each.escalated and await self._waiting.escalate(each, level, now):
                self._tell(each, level, now)
                given += 1
        return given

    def _tell(self, each: Conversation, level: int, now: datetime) -> None:
        """Desks that are open; `alerting.py` tells whoever does not look at one."""
        waited = now - (each.unanswered_since or now)
        _log.warning(
            "customer_waits", conversation=each.id, level=level, seconds=waited.total_seconds()
        )
        self._live.publish(EventKind.ALERT, each.id)


def told_at(level: int, queue: Queue, everybody: Sequence[Operator]) -> list[Operator]:
    """Who of `everybody` is told at this step: the queue's members (also before the first step),
    then supervisors."""
    if level >= TO_SUPERVISORS:
        return [each for each in everybody if each.supervises]
    return members(everybody, queue.members)


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
