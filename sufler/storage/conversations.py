"""Conversations and their messages: opening, reading, and who owns them. See `turns.py` for the
transaction that ends a turn, and `outbox.py` for what goes out."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.conversation.ports import Outcome, Reply, Told
from sufler.domain.conversation import Author, Conversation, Customer, Message, Owner, SendState
from sufler.domain.errors import NotFound
from sufler.domain.knowledge import Language
from sufler.storage import turn_record
from sufler.storage.database import Database
from sufler.storage.rows import conversation_from, message_from, reply_row
from sufler.storage.tables.conversations import conversations, episodes, events, messages


class ConversationStore:
    """Conversations, their messages, their owner, and the log of what was decided."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_for(
        self, channel: str, customer: Customer, language: Language, at: datetime
    ) -> Conversation:
        """The customer's conversation with an open episode; made or opened when needed."""
        found = await self.find(channel, customer.external_id)
        if found is not None and found.open and found.customer == customer:
            return found
        try:
            async with self._database.write() as connection:
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
            return await _get(connection, conversation_id)

    async def waiting(self, limit: int = 200) -> list[Conversation]:
        """Those in the queue, the longest waiting first."""
        query = select(conversations).where(conversations.c.owner == Owner.QUEUE.value)
        return await self._list(
            query.order_by(conversations.c.waiting_since, conversations.c.id).limit(limit)
        )

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

    async def store_outcome(self, outcome: Outcome) -> bool:
        """Store a handled turn, all or nothing; False when the owner or the row has changed."""
        async with self._database.write() as connection:
            return await turn_record.store(connection, outcome)

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
            await _take(connection, conversation_id, operator_id, at)
            return await _get(connection, conversation_id)

    async def reply(
        self, conversation_id: str, operator_id: str, reply: Reply, at: datetime
    ) -> tuple[Conversation, Message | None]:
        """Take it if it waits or the bot has it, and put the reply into the outbox.

        The message is None, with nothing stored, when another operator owns it.
        """
        async with self._database.write() as connection:
            await _take(connection, conversation_id, operator_id, at)
            owned = await _get(connection, conversation_id)
            if owned.owner is not Owner.OPERATOR or owned.operator_id != operator_id:
                return owned, None
            row = reply_row(conversation_id, reply, at, owned.suggestion_id)
            added = await connection.execute(insert(messages).values(**row).returning(messages))
            message = message_from(added.mappings().one())
            await connection.execute(_change(conversation_id).values(updated_at=at))
            return owned, message

    async def release(
        self, conversation_id: str, operator_id: str, at: datetime, *, close: bool
    ) -> Conversation | None:
        """Give it back to the bot, closing its episode if asked. None when another owns it."""
        async with self._database.write() as connection:
            owned = await _get(connection, conversation_id)
            if owned.owner is Owner.OPERATOR and owned.operator_id != operator_id:
                return None
            values: dict[str, Any] = {
                "owner": Owner.BOT.value,
                "operator_id": None,
                "waiting_since": None,
                "hand_off_reason": None,
                "suggestion_id": None,
                "updated_at": at,
            }
            if close:
                values |= {"open": False, "last_article_id": None}
                await connection.execute(
                    update(episodes)
                    .where(
                        episodes.c.conversation_id == conversation_id,
                        episodes.c.closed_at.is_(None),
                    )
                    .values(closed_at=at)
                )
            await connection.execute(_change(conversation_id).values(**values))
            await _log(connection, owned, "closed" if close else "returned", operator_id, at)
            return await _get(connection, conversation_id)

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


async def _get(connection: AsyncConnection, conversation_id: str) -> Conversation:
    query = select(conversations).where(conversations.c.id == conversation_id)
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFound("no conversation has this id", field="conversation_id")
    return conversation_from(row)


async def _open(
    connection: AsyncConnection,
    channel: str,
    customer: Customer,
    language: Language,
    at: datetime,
) -> Conversation:
    found = await _find(connection, channel, customer.external_id)
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
        opened = {"conversation_id": conversation_id, "number": episode + 1, "opened_at": at}
        added = await connection.execute(insert(episodes).values(**opened))
        key = added.inserted_primary_key
        known |= {"episode": episode + 1, "open": True, "ticket": key[0] if key else 0}
    await connection.execute(_change(conversation_id).values(**known))
    return await _get(connection, conversation_id)


async def _take(
    connection: AsyncConnection, conversation_id: str, operator_id: str, at: datetime
) -> None:
    before = await _get(connection, conversation_id)
    taken = await connection.execute(
        _change(conversation_id, conversations.c.owner != Owner.OPERATOR.value).values(
            owner=Owner.OPERATOR.value, operator_id=operator_id, waiting_since=None, updated_at=at
        )
    )
    if not taken.rowcount:
        return
    await connection.execute(
        update(messages)
        .where(
            messages.c.conversation_id == conversation_id,
            messages.c.author == Author.BOT.value,
            messages.c.state == SendState.PENDING.value,
        )
        .values(state=SendState.CANCELLED.value, error="an operator took the conversation")
    )
    await _log(connection, before, "taken", operator_id, at)


async def _log(
    connection: AsyncConnection, before: Conversation, kind: str, by: str, at: datetime
) -> None:
    body = {"owner_before": before.owner.value, "operator_before": before.operator_id}
    row = {
        "conversation_id": before.id,
        "episode": before.episode,
        "kind": kind,
        "body": body,
        "by": by,
        "at": at,
    }
    await connection.execute(insert(events).values(**row))
