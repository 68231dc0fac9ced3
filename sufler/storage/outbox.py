"""The outbox: messages that must go out, in order within a conversation, with their state."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Row, Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.conversation import Author, Conversation, Message, Owner, Reach, SendState
from sufler.domain.stream import StreamKind
from sufler.storage.database import Database
from sufler.storage.rows import conversation_from, message_from, time_has_come
from sufler.storage.stops import wait_again
from sufler.storage.stream import note
from sufler.storage.tables.conversations import conversations, messages

_WAITING = (SendState.PENDING.value, SendState.SENDING.value)
# What programs outside are told of.
_TOLD = {
    SendState.SENT: StreamKind.SENT,
    SendState.FAILED: StreamKind.FAILED,
    SendState.UNKNOWN: StreamKind.FAILED,
}


class OutboxStore:
    """Durable outgoing messages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(
        self, channels: Sequence[str], now: datetime, limit: int = 1000
    ) -> list[tuple[Conversation, Message]]:
        """The first unsent message of each conversation, where its time has come; those that can
        wait last."""
        heads = (
            select(func.min(messages.c.id))
            .select_from(messages.join(conversations))
            .where(messages.c.state.in_(_WAITING), conversations.c.channel.in_(channels))
            .group_by(messages.c.conversation_id)
        )
        query = (
            select(messages)
            .where(
                messages.c.id.in_(heads),
                # One that is being sent holds back those behind it.
                messages.c.state == SendState.PENDING.value,
                time_has_come(messages.c.next_at, now),
            )
            .order_by(messages.c.low, messages.c.id)
            .limit(limit)
        )
        return await self._with_conversations(query)

    async def edits_due(self, channels: Sequence[str]) -> list[tuple[Conversation, Message]]:
        """Messages that arrived and were edited by us since."""
        query = (
            select(messages)
            .join(conversations)
            .where(
                messages.c.edit_state == SendState.PENDING.value,
                messages.c.state == SendState.SENT.value,
                conversations.c.channel.in_(channels),
            )
            .order_by(messages.c.id)
            .limit(100)
        )
        return await self._with_conversations(query)

    async def _with_conversations(self, query: Select[Any]) -> list[tuple[Conversation, Message]]:
        async with self._database.read() as connection:
            rows = [message_from(row) for row in (await connection.execute(query)).mappings()]
            if not rows:
                return []
            owners = select(conversations).where(
                conversations.c.id.in_({message.conversation_id for message in rows})
            )
            found = [
                conversation_from(row) for row in (await connection.execute(owners)).mappings()
            ]
        by_id = {conversation.id: conversation for conversation in found}
        return [(by_id[message.conversation_id], message) for message in rows]

    async def claim(self, message_id: int) -> bool:
        """pending → sending, in one step with comparing the owner: a bot's message is cancelled
        and False returned when an operator owns the conversation."""
        pending = messages.c.state == SendState.PENDING.value
        operators = (
            select(conversations.c.id)
            .where(
                conversations.c.id == messages.c.conversation_id,
                conversations.c.owner == Owner.OPERATOR.value,
            )
            .exists()
        )
        may_speak = or_(messages.c.author == Author.OPERATOR.value, ~operators)
        owner = select(conversations.c.owner).join(messages).where(messages.c.id == message_id)
        async with self._database.write() as connection:
            # Nobody takes the conversation between the comparison and the release.
            if not self._database.is_sqlite:
                await connection.execute(owner.with_for_update(of=conversations))
            claimed: CursorResult[Any] = await connection.execute(
                update(messages)
                .where(messages.c.id == message_id, pending, may_speak)
                .values(
                    state=SendState.SENDING.value, attempts=messages.c.attempts + 1, next_at=None
                )
            )
            if claimed.rowcount:
                return True
            await connection.execute(
                update(messages)
                .where(messages.c.id == message_id, pending)
                .values(state=SendState.CANCELLED.value, error="an operator took the conversation")
            )
        return False

    async def sent(self, message_id: int, external_id: str | None) -> None:
        """It arrived; `external_id` is the channel's own id of it."""
        await self._set(message_id, state=SendState.SENT, external_id=external_id, error=None)

    async def postpone(self, message_id: int, now: datetime, until: datetime, error: str) -> None:
        """Back to pending: it certainly did not arrive. It is held back where answers were stopped
        while it was on its way."""
        await self._back(message_id, now, {"next_at": until, "error": error[:500]})

    async def put_back(self, message_id: int, now: datetime, error: str) -> None:
        """The same, and not counted as a try: nothing goes out on its channel now."""
        tries = messages.c.attempts - 1
        await self._back(message_id, now, {"attempts": tries, "error": error[:500]})

    async def _back(self, message_id: int, now: datetime, values: Mapping[str, Any]) -> None:
        async with self._database.write() as connection:
            await wait_again(connection, message_id, now, values)

    async def failed(self, message_id: int, error: str, reach: Reach | None = None) -> None:
        """It did not arrive and is not tried again; `reach`: so it stands with its customer."""
        await self._set(message_id, state=SendState.FAILED, reach=reach, error=error[:500])

    async def edited(self, message: Message, state: SendState) -> None:
        """What became of an edit, unless the text was edited again meanwhile."""
        async with self._database.write() as connection:
            await connection.execute(
                update(messages)
                .where(messages.c.id == message.id, messages.c.edited_at == message.edited_at)
                .values(edit_state=state.value)
            )

    async def unknown(self, message_id: int, error: str) -> None:
        """It may have arrived; it must not be sent again."""
        await self._set(message_id, state=SendState.UNKNOWN, error=error[:500])

    async def interrupted(self, channels: Sequence[str], besides: Collection[str] = ()) -> int:
        """What was being sent when a process died becomes unknown, but in the conversations
        `besides`, for which this one still sends. Returns how many."""
        ours = select(conversations.c.id).where(
            conversations.c.channel.in_(channels), conversations.c.id.not_in(besides)
        )
        async with self._database.write() as connection:
            stopped = await connection.execute(
                update(messages)
                .where(
                    messages.c.state == SendState.SENDING.value,
                    messages.c.conversation_id.in_(ours),
                )
                .values(state=SendState.UNKNOWN.value, error="the program ended while sending it")
                .returning(messages.c.id, messages.c.conversation_id)
            )
            rows = stopped.all()
            for row in rows:
                await _note(connection, StreamKind.FAILED, row)
        return len(rows)

    async def counts(self) -> dict[str, int]:
        """Outgoing messages by state."""
        query = select(messages.c.state, func.count()).where(messages.c.state.is_not(None))
        async with self._database.read() as connection:
            rows = await connection.execute(query.group_by(messages.c.state))
            return {row[0]: row[1] for row in rows}

    async def _set(
        self, message_id: int, *, state: SendState, reach: Reach | None = None, **values: Any
    ) -> None:
        # One that is taken back by a loss of power stands as being sent, and becomes unknown.
        lasting = state is not SendState.SENT
        async with self._database.write(lasting=lasting) as connection:
            if reach is not None:  # conversations before their messages, as everybody locks them
                of = select(messages.c.conversation_id).where(messages.c.id == message_id)
                whose = conversations.c.id == of.scalar_subquery()
                await connection.execute(
                    update(conversations).where(whose).values(reach=reach.value)
                )
            changed = await connection.execute(
                update(messages)
                .where(messages.c.id == message_id)
                .values(state=state.value, **values)
                .returning(messages.c.id, messages.c.conversation_id)
            )
            row = changed.one_or_none()
            if row is not None and state in _TOLD:
                await _note(connection, _TOLD[state], row)


async def _note(connection: AsyncConnection, kind: StreamKind, row: Row[int, str]) -> None:
    await note(connection, kind, message_id=row[0], conversation_id=row[1])
