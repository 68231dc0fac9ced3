"""What the Telegram channel remembers for all processes, and over a restart."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from sufler.domain.conversation import SendState
from sufler.storage.database import Database
from sufler.storage.tables.conversations import conversations, messages
from sufler.storage.tables.telegram import connections, moves

_WENT_OUT = [each.value for each in (SendState.SENT, SendState.SENDING, SendState.UNKNOWN)]


class TelegramStore:
    """Groups that moved, and what business accounts allow."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def moves(self) -> dict[int, int]:
        """From a group's first id to the one it has now."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(moves.c.old_chat, moves.c.new_chat))
            return {row.old_chat: row.new_chat for row in rows}

    async def moved(self, old_chat: int, new_chat: int) -> None:
        """Remember that a group has another id now; told twice is no harm."""
        await self._put(moves, {"old_chat": old_chat}, {"new_chat": new_chat})

    async def connections(self) -> dict[str, tuple[str, bool]]:
        """Business connections by id: whose account, and whether the bot may reply there."""
        query = select(connections.c.id, connections.c.owner, connections.c.may_reply)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return {row.id: (row.owner, row.may_reply) for row in rows}

    async def connected(self, id_: str, owner: str, may_reply: bool, at: datetime) -> None:
        """Remember what a business account allows now."""
        values = {"owner": owner, "may_reply": may_reply, "changed_at": at}
        await self._put(connections, {"id": id_}, values)

    async def sent_to_groups(self, since: datetime) -> dict[str, int]:
        """How many of our messages that were made after `since` went out to each member of a group,
        by customer. When each of them went is not stored."""
        query = (
            select(conversations.c.customer_id, func.count())
            .join(messages, messages.c.conversation_id == conversations.c.id)
            .where(
                conversations.c.channel == "telegram",
                conversations.c.customer_id.startswith("g:"),
                messages.c.state.in_(_WENT_OUT),
                messages.c.at >= since,
            )
            .group_by(conversations.c.customer_id)
        )
        async with self._database.read() as connection:
            return {row[0]: row[1] for row in await connection.execute(query)}

    async def _put(self, table: Any, key: dict[str, Any], values: dict[str, Any]) -> None:
        change = update(table).where(*(table.c[name] == value for name, value in key.items()))
        async with self._database.write() as connection:
            if (await connection.execute(change.values(**values))).rowcount:
                return
        try:
            async with self._database.write() as connection:
                await connection.execute(insert(table).values(**key, **values))
        except IntegrityError:  # another process was told the same
            async with self._database.write() as connection:
                await connection.execute(change.values(**values))
