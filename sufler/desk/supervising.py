"""What supervisors see and do: the queues, who is there, each conversation, a whisper."""

from datetime import timedelta
from typing import Final

from sufler.conversation.live import LiveEvents
from sufler.desk.duty import DeskDuty
from sufler.desk.people import require
from sufler.desk.prospects import MEASURED_FOR
from sufler.desk.queues import Queues
from sufler.desk.records import WaitingRecords
from sufler.desk.transfers import Transfers
from sufler.domain.conversation import Conversation
from sufler.domain.desk import LineNow, OperatorNow, Overview
from sufler.domain.events import EventKind
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock
from sufler.domain.queues import DEFAULT_QUEUE, Note, Queue

# Usual waits change slowly, and each costs a query: they are measured again after this.
_MEASURED_EVERY: Final = timedelta(seconds=30)


class Supervising:
    """Needs the right to supervise (Forbidden). To look silently is to read a conversation without
    a sign to `watching.py`; to reassign is `Transfers`."""

    def __init__(
        self,
        waiting: WaitingRecords,
        queues: Queues,
        duty: DeskDuty,
        transfers: Transfers,
        live: LiveEvents,
        clock: Clock,
    ) -> None:
        self._waiting = waiting
        self._queues = queues
        self._duty = duty
        self._transfers = transfers
        self._live = live
        self._clock = clock
        self._usual: dict[str, float | None] = {}
        self._measured_at = clock.now() - 2 * _MEASURED_EVERY

    async def overview(self, caller: Caller) -> Overview:
        """Everything at this moment."""
        require(caller, Right.SUPERVISE)
        queues = await self._queues.all()
        known = {each.id for each in queues}
        waiting = await self._waiting.in_queues()
        owned = await self._waiting.with_operators()
        loads = await self._waiting.loads()
        usual = await self._usual_waits(queues)
        by_queue: dict[str, list[Conversation]] = {each.id: [] for each in queues}
        for talk in waiting:
            by_queue[talk.queue_id if talk.queue_id in known else DEFAULT_QUEUE].append(talk)
        return Overview(
            lines=tuple(_line(each, by_queue[each.id], usual) for each in queues),
            operators=tuple(
                OperatorNow(each, loads.get(each.id, 0), _capacity(each.id, each.capacity, queues))
                for each in await self._duty.everybody()
            ),
            conversations=tuple(sorted([*waiting, *owned], key=_urgency)),
        )

    async def whisper(self, caller: Caller, conversation_id: str, text: str) -> Note:
        """A note that alerts the operator who has it; the customer never sees it. Raises NotFound
        and BadInput."""
        require(caller, Right.SUPERVISE)
        note = await self._transfers.add_note(caller, conversation_id, text, whisper=True)
        self._live.publish(EventKind.WHISPER, conversation_id)
        return note

    async def _usual_waits(self, queues: list[Queue]) -> dict[str, float | None]:
        now = self._clock.now()
        missing = any(each.id not in self._usual for each in queues)
        if missing or now - self._measured_at >= _MEASURED_EVERY:
            since = now - MEASURED_FOR
            self._usual = {
                each.id: await self._waiting.usual_wait(each.id, since) for each in queues
            }
            self._measured_at = now
        return self._usual


def _line(queue: Queue, waiting: list[Conversation], usual: dict[str, float | None]) -> LineNow:
    since = [each.waiting_since for each in waiting if each.waiting_since is not None]
    return LineNow(queue, len(waiting), min(since, default=None), usual.get(queue.id))


def _capacity(person_id: str, own: int | None, queues: list[Queue]) -> int:
    """A person's own, or the most that a queue of theirs lets them have."""
    if own is not None:
        return own
    return max(
        (each.capacity for each in queues if not each.members or person_id in each.members),
        default=0,
    )


def _urgency(talk: Conversation) -> tuple[bool, float, str]:
    """Those whose customer waits for words first, the longest of them first of all."""
    since = talk.unanswered_since or talk.waiting_since
    return since is None, (since or talk.updated_at).timestamp(), talk.id
