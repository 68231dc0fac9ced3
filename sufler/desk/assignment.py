"""Who gets which waiting conversation, pure; the chore that gives them; and the one that takes them
back from operators who are gone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sufler.conversation import wording
from sufler.conversation.delivery import Delivery
from sufler.conversation.live import LiveEvents
from sufler.desk.duty import DeskDuty, members
from sufler.desk.prospects import Prospects
from sufler.desk.queues import Queues
from sufler.desk.records import WaitingRecords
from sufler.domain.conversation import Conversation
from sufler.domain.events import EventKind
from sufler.domain.queues import Operator, Queue, Status

BY = "timer"


@dataclass(frozen=True, slots=True)
class Assigned:
    """One conversation for one operator."""

    conversation: Conversation
    operator: Operator


def share_out(
    waiting: Iterable[Conversation],
    queues: Mapping[str | None, Queue],
    operators: Sequence[Operator],
    loads: Mapping[str, int],
) -> list[Assigned]:
    """Who gets which, the longest waiting first: the previous operator of the customer where they
    can have it, otherwise who has the least to do for their capacity. `queues` has the default one
    under None. Nobody is given more than their capacity."""
    load = dict(loads)
    shared = []
    for conversation in sorted(waiting, key=lambda each: each.waiting_since or each.updated_at):
        queue = queues.get(conversation.queue_id, queues[None])
        if not queue.automatic:
            continue
        free = [
            each
            for each in members(operators, queue.members)
            if each.status is Status.ONLINE
            and each.skills >= set(queue.skills)
            and load.get(each.id, 0) < _most(each, queue)
        ]
        if not free:
            continue
        before = conversation.previous_operator_id if queue.prefer_previous else None
        chosen = next((each for each in free if each.id == before), None) or min(
            free, key=lambda each: (load.get(each.id, 0) / _most(each, queue), each.id)
        )
        load[chosen.id] = load.get(chosen.id, 0) + 1
        shared.append(Assigned(conversation, chosen))
    return shared


def _most(operator: Operator, queue: Queue) -> int:
    return queue.capacity if operator.capacity is None else operator.capacity


class Assignment:
    """Gives waiting conversations to operators of queues that assign by themselves."""

    def __init__(
        self, waiting: WaitingRecords, queues: Queues, duty: DeskDuty, live: LiveEvents
    ) -> None:
        self._waiting = waiting
        self._queues = queues
        self._duty = duty
        self._live = live

    async def __call__(self, now: datetime) -> int:
        """How many were given."""
        queues = await self._queues.by_id()
        if not any(each.automatic for each in queues.values()):
            return 0
        waiting = await self._waiting.in_queues()
        if not waiting:
            return 0
        operators, loads = await self._duty.everybody(), await self._waiting.loads()
        given = 0
        for each in share_out(waiting, queues, operators, loads):
            if await self._waiting.to_operator(
                each.conversation, each.operator.id, now, kind="assigned", by=BY
            ):
                self._live.publish(EventKind.OWNER, each.conversation.id)
                given += 1
        return given


class Release:
    """Puts conversations of operators who have been offline for too long back into their queue,
    at the place that the customers' waiting gives them, and tells those who wait."""

    def __init__(
        self,
        waiting: WaitingRecords,
        queues: Queues,
        prospects: Prospects,
        duty: DeskDuty,
        live: LiveEvents,
        delivery: Delivery,
    ) -> None:
        self._waiting = waiting
        self._queues = queues
        self._prospects = prospects
        self._duty = duty
        self._live = live
        self._delivery = delivery

    async def __call__(self, now: datetime) -> int:
        """How many were released."""
        owned = await self._waiting.with_operators()
        gone = await self._duty.gone(now) if owned else {}
        queues = await self._queues.by_id()
        released = 0
        for each in owned:
            queue = queues.get(each.queue_id, queues[None])
            # What somebody was given while they were away begins to count then.
            since = now - each.owned_since if each.owned_since else timedelta.max
            offline = min(gone.get(each.operator_id or "", timedelta(0)), since)
            if offline >= timedelta(minutes=queue.release_min):
                released += await self._release(each, queue, now)
        return released

    async def _release(self, each: Conversation, queue: Queue, now: datetime) -> bool:
        prospect = await self._prospects.of_queue(queue, each, each.language)
        waits = each.unanswered_since is not None
        done = await self._waiting.to_queue(
            each,
            queue.id,
            now,
            kind="released",
            by=BY,
            say=wording.let_go(each.language, prospect) if waits else None,
            told=prospect.awaits.value,
        )
        if done:
            self._live.publish(EventKind.OWNER, each.id)
            self._delivery.wake()
        return done
