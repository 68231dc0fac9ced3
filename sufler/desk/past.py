"""What an operator is told before they answer, so that nobody has to repeat themselves."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sufler.conversation.delivery import Delivery
from sufler.desk.people import require
from sufler.domain.conversation import Conversation, Message
from sufler.domain.past import Delay, Tried, Version
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock

# What has waited for less is only on its way.
LATE_AFTER = timedelta(seconds=20)


class PastRecords(Protocol):
    """`storage.past.PastStore`."""

    async def versions(self, conversation_id: str, message_id: int) -> list[Version]: ...
    async def quoted(self, conversation_id: str, external_ids: Sequence[str]) -> list[Message]: ...
    async def tried(self, conversation_id: str, episode: int) -> list[Tried]: ...
    async def closed_by(self, conversation_id: str) -> str | None: ...
    async def delay(self, channel: str, before: datetime) -> Delay | None: ...


class Past:
    """Every call needs the right to converse (Forbidden)."""

    def __init__(self, records: PastRecords, delivery: Delivery, clock: Clock) -> None:
        self._records = records
        self._delivery = delivery
        self._clock = clock

    async def versions(
        self, caller: Caller, conversation_id: str, message_id: int
    ) -> Sequence[Version]:
        """What a message said before its edits, the oldest first."""
        require(caller, Right.CONVERSE)
        return await self._records.versions(conversation_id, message_id)

    async def quoted(
        self, caller: Caller, conversation_id: str, messages: Sequence[Message]
    ) -> Mapping[str, Message]:
        """What these messages quote, by the channel's id."""
        require(caller, Right.CONVERSE)
        there = {each.external_id: each for each in messages if each.external_id}
        wanted = {each.quotes for each in messages if each.quotes}
        found = {id_: there[id_] for id_ in wanted if id_ in there}
        missing = sorted(wanted - set(found))
        if missing:
            more = await self._records.quoted(conversation_id, missing)
            found |= {each.external_id: each for each in more if each.external_id}
        return found

    async def tried(self, caller: Caller, conversation: Conversation) -> Sequence[Tried]:
        """What the bot did in this episode, and why it handed over; the oldest first."""
        require(caller, Right.CONVERSE)
        return await self._records.tried(conversation.id, conversation.episode)

    async def closed_by_customer(self, caller: Caller, conversation_id: str) -> bool:
        """Whether it was the customer who closed the last matter that was closed."""
        require(caller, Right.CONVERSE)
        return await self._records.closed_by(conversation_id) == "customer"

    async def delay(self, caller: Caller, channel: str) -> Delay | None:
        """Why replies on this channel wait; None while they go out."""
        require(caller, Right.CONVERSE)
        late = await self._records.delay(channel, self._clock.now() - LATE_AFTER)
        trouble = self._delivery.troubles.get(channel)
        if trouble is None:
            return late
        waiting = late.waiting if late else 0
        return Delay(waiting, trouble.since, trouble.words, trouble.until)
