"""Passing a conversation on, to a queue or to a person, and staff's notes about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sufler.conversation import wording
from sufler.conversation.delivery import Delivery
from sufler.conversation.intake import clean
from sufler.conversation.live import LiveEvents
from sufler.desk.duty import DeskDuty
from sufler.desk.people import may, require
from sufler.desk.prospects import Prospects
from sufler.desk.queues import Queues, name_of
from sufler.desk.records import ConversationRecords, WaitingRecords
from sufler.domain.conversation import Conversation, Owner
from sufler.domain.errors import BadInput, Conflict, NotFound
from sufler.domain.events import EventKind
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock
from sufler.domain.queues import Note, Status
from sufler.domain.waits import Waits, measured

MAX_NOTE = 4000
# Times that it is tried again because the customer wrote at that very moment.
RETRIES = 5


@dataclass(frozen=True, slots=True)
class _Wish:
    caller: Caller
    conversation_id: str
    note: str


class Transfers:
    """Needs the right to converse, and for somebody else's conversation the right to supervise:
    otherwise Conflict names who has it."""

    def __init__(
        self,
        *,
        conversations: ConversationRecords,
        waiting: WaitingRecords,
        queues: Queues,
        prospects: Prospects,
        duty: DeskDuty,
        delivery: Delivery,
        live: LiveEvents,
        clock: Clock,
    ) -> None:
        self._conversations = conversations
        self._waiting = waiting
        self._queues = queues
        self._prospects = prospects
        self._duty = duty
        self._delivery = delivery
        self._live = live
        self._clock = clock

    async def to_queue(
        self, caller: Caller, conversation_id: str, queue_id: str, note: str = ""
    ) -> Conversation:
        """Put it into a queue, where the customer keeps their place by how long they have waited,
        and is told so. Raises NotFound for an unknown queue or conversation."""
        wish = _Wish(caller, conversation_id, _checked(note, may_be_empty=True))
        queue = (await self._queues.by_id()).get(queue_id)
        if queue is None:
            raise NotFound("there is no queue with this id", field="queue_id")
        for _ in range(RETRIES):
            before = await self._allowed(wish)
            if before.owner is Owner.QUEUE and (before.queue_id or queue.id) == queue.id:
                return before
            prospect = await self._prospects.of_queue(queue, before, before.language)
            said = wording.moved(before.language, name_of(queue, before.language), prospect)
            if await self._waiting.to_queue(
                before,
                queue.id,
                self._clock.now(),
                kind="transferred",
                by=_id_of(caller),
                say=said,
                told=prospect.awaits.value,
                note=self._note(wish),
            ):
                return await self._passed_on(wish)
        raise _busy()

    async def to_person(
        self, caller: Caller, conversation_id: str, person_id: str, note: str = ""
    ) -> Conversation:
        """Give it to a person who is not offline. Raises NotFound for somebody who may not
        converse, and Conflict for one who is offline: it would wait unseen."""
        wish = _Wish(caller, conversation_id, _checked(note, may_be_empty=True))
        named = {each.id: each for each in await self._duty.everybody()}
        person = named.get(person_id)
        if person is None:
            raise NotFound("nobody who may converse has this id", field="person_id")
        if person.status is Status.OFFLINE and person_id != _id_of(caller):
            raise Conflict(f"{person.name} is offline", field="person_id")
        for _ in range(RETRIES):
            before = await self._allowed(wish)
            if before.operator_id == person_id:
                return before
            if await self._waiting.to_operator(
                before,
                person_id,
                self._clock.now(),
                kind="transferred",
                by=_id_of(caller),
                note=self._note(wish),
            ):
                return await self._passed_on(wish)
        raise _busy()

    async def add_note(
        self, caller: Caller, conversation_id: str, text: str, *, whisper: bool = False
    ) -> Note:
        """Write something down for staff; customers never see it. A `whisper` is a supervisor's
        (`supervising.py`). Raises NotFound and BadInput."""
        require(caller, Right.SUPERVISE if whisper else Right.CONVERSE)
        await self._conversations.get(conversation_id)
        wish = _Wish(caller, conversation_id, _checked(text))
        stored = await self._waiting.add_note(replace(self._note_of(wish), whisper=whisper))
        self._live.publish(EventKind.MESSAGE, conversation_id)
        return stored

    async def notes(self, caller: Caller, conversation_id: str) -> Sequence[Note]:
        """The oldest first. Raises NotFound."""
        require(caller, Right.CONVERSE)
        await self._conversations.get(conversation_id)
        return await self._waiting.notes_of(conversation_id)

    async def waits(self, caller: Caller, conversation_id: str) -> Waits:
        """For whom the newest episode has waited, and for how long. Raises NotFound."""
        require(caller, Right.CONVERSE)
        await self._conversations.get(conversation_id)
        return measured(await self._waiting.marks(conversation_id), self._clock.now())

    async def _allowed(self, wish: _Wish) -> Conversation:
        require(wish.caller, Right.CONVERSE)
        await self._duty.heartbeat(wish.caller)
        before = await self._conversations.get(wish.conversation_id)
        others = before.owner is Owner.OPERATOR and before.operator_id != _id_of(wish.caller)
        if others and not may(wish.caller, Right.SUPERVISE):
            names = {each.id: each.name for each in await self._duty.everybody()}
            who = names.get(before.operator_id or "", "another operator")
            raise Conflict(f"{who} has this conversation", field="conversation_id")
        return before

    def _note(self, wish: _Wish) -> Note | None:
        return self._note_of(wish) if wish.note else None

    def _note_of(self, wish: _Wish) -> Note:
        by, now = wish.caller, self._clock.now()
        return Note(0, wish.conversation_id, now, _id_of(by), by.name, wish.note)

    async def _passed_on(self, wish: _Wish) -> Conversation:
        self._live.publish(EventKind.OWNER, wish.conversation_id)
        self._delivery.wake()
        return await self._conversations.get(wish.conversation_id)


def _id_of(caller: Caller) -> str:
    return caller.person_id or caller.id


def _checked(text: str, *, may_be_empty: bool = False) -> str:
    if len(text) > MAX_NOTE:
        raise BadInput(f"a note is at most {MAX_NOTE} characters", field="note")
    words = clean(text)
    if not words and not may_be_empty:
        raise BadInput("a note needs a text", field="note")
    return words


def _busy() -> Conflict:
    return Conflict("the conversation changes all the time; try again", field="conversation_id")
