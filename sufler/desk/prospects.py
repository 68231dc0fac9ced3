"""What one who waits for a person can be told and have it be true: queue, place, wait, hours."""

from datetime import timedelta

from sufler.desk.duty import DeskDuty, members
from sufler.desk.queues import Queues
from sufler.desk.records import WaitingRecords
from sufler.domain.conversation import Conversation, Owner
from sufler.domain.knowledge import Language
from sufler.domain.ports import Clock
from sufler.domain.queues import Awaits, Prospect, Queue, Status

# How long people waited before says nothing about today.
MEASURED_FOR = timedelta(days=7)


class Prospects:
    """Fulfils `conversation.ports.Duty`."""

    def __init__(
        self, duty: DeskDuty, queues: Queues, waiting: WaitingRecords, clock: Clock
    ) -> None:
        self._duty = duty
        self._queues = queues
        self._waiting = waiting
        self._clock = clock

    async def anybody(self) -> bool:
        """Somebody who may answer is there now."""
        return await self._duty.anybody()

    async def exists(self) -> bool:
        """There is somebody who may answer at all."""
        return await self._duty.exists()

    async def prospect(
        self, conversation: Conversation, language: Language, topic: str = "", queue: str = ""
    ) -> Prospect:
        """For one who waits already, their own queue; otherwise `queue`, or without one that which
        `topic` goes to."""
        if conversation.owner is Owner.QUEUE:
            goes_to = await self._queues.get(conversation.queue_id)
        elif queue:
            goes_to = await self._queues.get(queue)
        else:
            goes_to = await self._queues.for_topic(topic)
        return await self.of_queue(goes_to, conversation, language)

    async def of_queue(
        self, queue: Queue, conversation: Conversation, language: Language
    ) -> Prospect:
        """What is true in this queue, whether the conversation is in it yet or not."""
        now = self._clock.now()
        calendar = queue.calendar
        is_open = calendar.open_at(now)
        visit = "returning" if conversation.episode > 1 else "new"
        greeting = queue.greetings.get(f"{visit}_{'open' if is_open else 'closed'}", {})
        return Prospect(
            queue_id=queue.id,
            awaits=await self._awaits(queue, is_open),
            place=1 + await self._waiting.ahead(queue.id, conversation),
            here=calendar.here(now),
            wait_s=await self._waiting.usual_wait(queue.id, now - MEASURED_FOR),
            opens_at=None if is_open else calendar.next_opening(now),
            greeting=greeting.get(language, ""),
        )

    async def _awaits(self, queue: Queue, is_open: bool) -> Awaits:
        everybody = await self._duty.everybody()
        if not everybody and not await self._duty.machines():
            return Awaits.NOBODY_EXISTS
        if not is_open:
            return Awaits.CLOSED
        serving = members(everybody, queue.members)
        online = any(each.status is Status.ONLINE for each in serving)
        return Awaits.ON_DUTY if online or await self._duty.machines() else Awaits.NOBODY_HERE
