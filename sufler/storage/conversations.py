"""Conversations and their messages: opening, reading, and who owns them. See `turns.py` for the
transaction that ends a turn, and `outbox.py` for what goes out."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.conversation.ports import Answered, Arrived, AtHand, Outcome, Reply, Told
from sufler.domain.conversation import (
    Conversation,
    Customer,
    InboxRow,
    Message,
    Owner,
    Reach,
)
from sufler.domain.decisions import Reason
from sufler.domain.desk import Draft, Used
from sufler.domain.errors import NotFound
from sufler.domain.knowledge import Language
from sufler.storage import (
    admission,
    arrivals,
    event_rows,
    ownership,
    replying,
    turn_at_hand,
    turn_record,
)
from sufler.storage.database import Database
from sufler.storage.idempotency import mark_done
from sufler.storage.lessons import TOPIC as LESSONS
from sufler.storage.rows import conversation_from, message_from
from sufler.storage.tables.conversations import (
    conversations,
    episodes,
    inbox,
    messages,
)


class ConversationStore:
    """Conversations, their messages, their owner, and the log of what was decided."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_for(
        self,
        channel: str,
        customer: Customer,
        language: Language,
        at: datetime,
        row_id: int | None = None,
    ) -> Conversation:
        """The customer's conversation with an open episode; made or opened when needed. A name or
        language that they do not bring this time stays as it was known.

        Raises NotFound when `row_id`, the row of the inbox that wants it, is there no more.
        """
        found = await self.find(channel, customer.external_id)
        if found is not None and found.open and found.customer == _known(found, customer):
            return found
        try:
            async with self._database.write(lasting=False) as connection:
                await _row_is_there(connection, row_id)
                return await _open(connection, channel, customer, language, at)
        except IntegrityError:  # another process made it in the meantime
            async with self._database.write() as connection:
                return await _open(connection, channel, customer, language, at)

    async def find(self, channel: str, customer_id: str) -> Conversation | None:
        """The conversation with this customer of this channel, if there ever was one."""
        async with self._database.read() as connection:
            return await _find(connection, channel, customer_id)

    async def get(self, conversation_id: str) -> Conversation:
        """Raises NotFound."""
        async with self._database.read() as connection:
            return await ownership.read(connection, conversation_id)

    async def waiting(self, limit: int = 200) -> list[Conversation]:
        """Those in the queue, the longest waiting first."""
        query = select(conversations).where(conversations.c.owner == Owner.QUEUE.value)
        return await self._list(
            query.order_by(conversations.c.waiting_since, conversations.c.id).limit(limit)
        )

    async def escalated(self, limit: int = 50) -> list[Conversation]:
        """Those with an operator whose customer has waited for too long, the longest first."""
        query = select(conversations).where(
            conversations.c.owner == Owner.OPERATOR.value, conversations.c.escalated > 0
        )
        return await self._list(query.order_by(conversations.c.unanswered_since).limit(limit))

    async def owned_by(self, operator_id: str, limit: int = 200) -> list[Conversation]:
        """Those that an operator has, the newest talk first."""
        query = select(conversations).where(
            conversations.c.owner == Owner.OPERATOR.value,
            conversations.c.operator_id == operator_id,
        )
        return await self._list(query.order_by(conversations.c.updated_at.desc()).limit(limit))

    async def recent(
        self, limit: int = 50, before: datetime | None = None, owner: Owner | None = None
    ) -> list[Conversation]:
        """All of them, or those of one kind of owner, the newest talk first."""
        query = select(conversations).order_by(conversations.c.updated_at.desc())
        if owner is not None:
            query = query.where(conversations.c.owner == owner.value)
        if before is not None:
            query = query.where(conversations.c.updated_at < before)
        return await self._list(query.limit(limit))

    async def messages(
        self, conversation_id: str, limit: int = 50, before: int | None = None
    ) -> list[Message]:
        """The newest `limit` messages with an id below `before`, oldest first."""
        query = select(messages).where(messages.c.conversation_id == conversation_id)
        if before is not None:
            query = query.where(messages.c.id < before)
        return (await self._messages(query.order_by(messages.c.id.desc()).limit(limit)))[::-1]

    async def messages_after(
        self, conversation_id: str, after: int, limit: int = 200
    ) -> list[Message]:
        """Messages with an id above `after`, oldest first."""
        query = select(messages).where(
            messages.c.conversation_id == conversation_id, messages.c.id > after
        )
        return await self._messages(query.order_by(messages.c.id).limit(limit))

    async def edited_after(
        self, conversation_id: str, after: datetime | None, limit: int = 200
    ) -> list[Message]:
        """The newest `limit` messages that were edited after then, in the order of their edits."""
        query = select(messages).where(
            messages.c.conversation_id == conversation_id, messages.c.edited_at.is_not(None)
        )
        if after is not None:
            query = query.where(messages.c.edited_at > after)
        newest = query.order_by(messages.c.edited_at.desc(), messages.c.id.desc())
        return (await self._messages(newest.limit(limit)))[::-1]

    async def arrived(self, arrived: Arrived) -> bool:
        """A customer's message into its conversation; False when its row was done before."""
        async with self._database.write(lasting=False) as connection:
            return await arrivals.message(connection, arrived)

    async def edited(self, row: InboxRow, conversation_id: str, shown: str, at: datetime) -> bool:
        """Another text for a message; False when there is none such. The row is done."""
        async with self._database.write() as connection:
            return await arrivals.edit(connection, row, conversation_id, shown, at)

    async def told_by_staff(
        self, row: InboxRow, conversation_id: str, shown: str, by: str, at: datetime
    ) -> None:
        """A person wrote from another program, and owns the conversation from now on."""
        async with self._database.write() as connection:
            before = await ownership.read(connection, conversation_id)
            if await arrivals.staff_message(connection, row, conversation_id, shown, by, at):
                await ownership.log(connection, before, "taken", by, at)
                await ownership.note_owner(
                    connection, before, Owner.OPERATOR, "taken", by, operator_id=by
                )

    async def reach(self, row: InboxRow, conversation_id: str, reach: Reach, at: datetime) -> None:
        """Whether the customer can be reached has changed."""
        async with self._database.write() as connection:
            await arrivals.reach(connection, row, conversation_id, reach, at)

    async def dismiss(self, row: InboxRow, at: datetime) -> None:
        """There is nothing to do about this row: it is done."""
        async with self._database.write() as connection:
            await arrivals.finish(connection, row.id, at)

    async def too_fast(self, row: InboxRow, most_a_minute: int) -> bool:
        """Whether this row is above what a customer may send in a minute (0: any number)."""
        if not most_a_minute:
            return False
        async with self._database.read() as connection:
            return await admission.too_fast(connection, row, most_a_minute)

    async def at_hand(self, conversation_id: str, history: int) -> AtHand | None:
        """The open turn with what stands around it; None without one. Raises NotFound."""
        async with self._database.read() as connection:
            return await turn_at_hand.at_hand(connection, conversation_id, history)

    async def store_outcome(self, outcome: Outcome) -> bool:
        """Store a handled turn, all or nothing; False when the conversation has changed."""
        async with self._database.write(lasting=False) as connection:
            stored = await turn_record.store(connection, outcome)
            if stored and any(each.replies for each in outcome.decided):
                await self._database.wakeups.announce("outbox")
            return stored

    async def last_answer(
        self, conversation_id: str, suggestion_id: str | None = None
    ) -> Answered | None:
        """The newest answer of the bot, with the suggestion it was made from."""
        async with self._database.read() as connection:
            return await turn_record.last_answer(connection, conversation_id, suggestion_id)

    async def decided_before(self, conversation: Conversation, reason: Reason) -> bool:
        """Whether a decision of this episode had this reason."""
        async with self._database.read() as connection:
            return await turn_record.decided_before(connection, conversation, reason)

    async def message_of(self, conversation_id: str, external_id: str) -> Message | None:
        """The message with this channel's id."""
        query = select(messages).where(
            messages.c.conversation_id == conversation_id, messages.c.external_id == external_id
        )
        found = await self._messages(query.order_by(messages.c.id.desc()).limit(1))
        return found[0] if found else None

    async def wrote_first(self, conversation: Conversation, run_id: str | None) -> bool:
        """Whether an event began the run, or (None) any flow of the conversation, of a customer
        whose consent holds."""
        async with self._database.read() as connection:
            return await event_rows.wrote_first(connection, conversation, run_id)

    async def last_told(self, conversation_id: str) -> Told | None:
        """The newest decision with its suggestion."""
        async with self._database.read() as connection:
            return await turn_record.last_told(connection, conversation_id)

    async def offered(self, conversation_id: str) -> list[str]:
        """Ids of articles that were offered to choose from lately, newest first."""
        async with self._database.read() as connection:
            return await turn_record.offered(connection, conversation_id)

    async def take(self, conversation_id: str, operator_id: str, at: datetime) -> Conversation:
        """Make the operator its owner unless another one is; what the bot had not yet sent is
        cancelled in the same step. The returned conversation says who has it now."""
        async with self._database.write() as connection:
            await ownership.to_operator(connection, conversation_id, operator_id, at)
            return await ownership.read(connection, conversation_id)

    async def reply(
        self,
        conversation_id: str,
        operator_id: str,
        reply: Reply,
        at: datetime,
        *,
        used: Used | None = None,
        hold_s: float = 0.0,
    ) -> tuple[Conversation, Message | None]:
        """Take it if it waits or the bot has it, and put the reply into the outbox, where it waits
        for `hold_s` seconds; the operator's draft is gone with it.

        The message is None, with nothing stored, when another operator owns it.
        """
        async with self._database.write() as connection:
            owned, message = await replying.reply(
                connection, conversation_id, operator_id, reply, at, used=used, hold_s=hold_s
            )
            if message is not None:
                await self._database.wakeups.announce("outbox")
                if used is not None:
                    await self._database.wakeups.announce(LESSONS)
                await mark_done(connection)
            return owned, message

    async def undo_reply(
        self, conversation_id: str, message_id: int, operator_id: str, at: datetime
    ) -> Draft:
        """Take a reply back that waits to be sent; its text is in the draft. Raises NotFound, and
        Conflict when it is another's or too late."""
        async with self._database.write() as connection:
            back = await replying.undo(connection, conversation_id, message_id, operator_id, at)
            await mark_done(connection)
            return back

    async def edit_reply(
        self, conversation_id: str, message_id: int, author_id: str, text: str, at: datetime
    ) -> Message:
        """Another text for an operator's message. One that waits goes out with it; one that
        arrived is changed there. Raises NotFound, and Conflict for another's or a lost one."""
        async with self._database.write() as connection:
            return await arrivals.edit_reply(
                connection, conversation_id, message_id, author_id, text, at
            )

    async def release(
        self, conversation_id: str, operator_id: str, at: datetime, *, close: bool
    ) -> Conversation | None:
        """Give it back to the bot, closing its episode if asked. None when another owns it."""
        async with self._database.write() as connection:
            owned = await ownership.locked(connection, conversation_id)
            if owned.owner is Owner.OPERATOR and owned.operator_id != operator_id:
                return None
            await ownership.to_bot(connection, owned, at, by=operator_id, close=close)
            return await ownership.read(connection, conversation_id)

    async def counts(self) -> dict[str, int]:
        """Open conversations by owner."""
        query = select(conversations.c.owner, func.count()).where(conversations.c.open)
        async with self._database.read() as connection:
            rows = await connection.execute(query.group_by(conversations.c.owner))
            return {row[0]: row[1] for row in rows}

    async def _list(self, query: Select[Any]) -> list[Conversation]:
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [conversation_from(row) for row in rows]

    async def _messages(self, query: Select[Any]) -> list[Message]:
        async with self._database.read() as connection:
            rows: Sequence[Mapping[Any, Any]] = (await connection.execute(query)).mappings().all()
        return [message_from(row) for row in rows]


def _change(conversation_id: str, *also: ColumnElement[bool]) -> Any:
    return update(conversations).where(conversations.c.id == conversation_id, *also)


async def _find(connection: AsyncConnection, channel: str, customer_id: str) -> Conversation | None:
    query = select(conversations).where(
        conversations.c.channel == channel, conversations.c.customer_id == customer_id
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else conversation_from(row)


async def _row_is_there(connection: AsyncConnection, row_id: int | None) -> None:
    """Raises NotFound when the row was erased with its customer: nothing of it may come back."""
    if row_id is None:
        return
    query = select(inbox.c.id).where(inbox.c.id == row_id).with_for_update()
    if await connection.scalar(query) is None:
        raise NotFound("the message was erased", field="row_id")


def _known(found: Conversation, customer: Customer) -> Customer:
    """The customer as they come now, with what was known before and is not said again."""
    before = found.customer
    if not (customer.name or customer.first_name):
        customer = replace(customer, name=before.name, first_name=before.first_name)
    return replace(customer, language=customer.language or before.language)


async def _open(
    connection: AsyncConnection,
    channel: str,
    customer: Customer,
    language: Language,
    at: datetime,
) -> Conversation:
    found = await _find(connection, channel, customer.external_id)
    if found is not None:
        found = await ownership.locked(connection, found.id)
        customer = _known(found, customer)
    known: dict[str, Any] = {
        "customer_name": customer.name,
        "customer_first_name": customer.first_name,
        "customer_language": customer.language,
    }
    if found is None:
        conversation_id, episode = uuid.uuid4().hex, 0
        row = {
            "id": conversation_id,
            "channel": channel,
            "customer_id": customer.external_id,
            "owner": Owner.BOT.value,
            "language": language,
            "created_at": at,
            "updated_at": at,
            "episode": 0,
            "open": False,
            "ticket": 0,
        }
        await connection.execute(insert(conversations).values(**row, **known))
    else:
        conversation_id, episode = found.id, found.episode
    if found is None or not found.open:
        new = {"conversation_id": conversation_id, "number": episode + 1, "opened_at": at}
        added = await connection.execute(insert(episodes).values(**new))
        key = added.inserted_primary_key
        known |= {"episode": episode + 1, "open": True, "ticket": key[0] if key else 0}
    opened = _change(conversation_id).values(**known).returning(conversations)
    return conversation_from((await connection.execute(opened)).mappings().one())
