"""Messages counted by channel, what did not go out, and parked rows of the inbox."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, func, select, update

from sufler.domain.administration import ParkedRow, Traffic, Undelivered
from sufler.domain.conversation import SendState
from sufler.storage.database import Database
from sufler.storage.tables.conversations import conversations, inbox, messages

_TROUBLED = (SendState.FAILED.value, SendState.UNKNOWN.value)


class TrafficStore:
    """Fulfils `desk.ports.TrafficStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def traffic(self, since: datetime) -> dict[str, Traffic]:
        """By channel; `came` and `sent` are of messages at or after `since`."""
        count = func.count()
        came = (
            select(inbox.c.channel, count)
            .where(inbox.c.received_at >= since)
            .group_by(inbox.c.channel)
        )
        last = select(inbox.c.channel, func.max(inbox.c.received_at)).group_by(inbox.c.channel)
        parked = select(inbox.c.channel, count).where(inbox.c.state == "failed")
        ours = select(conversations.c.channel, messages.c.state, count).select_from(
            messages.join(conversations)
        )
        sent = ours.where(messages.c.state == SendState.SENT.value, messages.c.at >= since)
        stuck = ours.where(
            messages.c.state.in_((*_TROUBLED, SendState.PENDING.value, SendState.SENDING.value))
        )
        by = (conversations.c.channel, messages.c.state)
        found: dict[str, Traffic] = {}

        def put(channel: str, **values: Any) -> None:
            found[channel] = replace(found.get(channel, Traffic()), **values)

        async with self._database.read() as connection:
            for channel, number in await connection.execute(came):
                put(channel, came=number)
            for channel, moment in await connection.execute(last):
                put(channel, last_came=moment)
            for channel, number in await connection.execute(parked.group_by(inbox.c.channel)):
                put(channel, parked=number)
            for channel, _, number in await connection.execute(sent.group_by(*by)):
                put(channel, sent=number)
            for channel, state, number in await connection.execute(stuck.group_by(*by)):
                name = state if state in _TROUBLED else "waiting"
                already = getattr(found.get(channel, Traffic()), name)
                put(channel, **{name: already + number})
        return found

    async def undelivered(self, most: int) -> list[Undelivered]:
        """What failed, may not have arrived, or waits after a failure; the newest first."""
        query = (
            select(messages, conversations.c.channel, conversations.c.customer_name)
            .add_columns(conversations.c.customer_first_name, conversations.c.ticket)
            .select_from(messages.join(conversations))
            .where(
                messages.c.state.in_((*_TROUBLED, SendState.PENDING.value)),
                messages.c.error.is_not(None),
            )
            .order_by(messages.c.id.desc())
            .limit(most)
        )
        async with self._database.read() as connection:
            return [
                Undelivered(
                    row.channel,
                    row.conversation_id,
                    row.customer_name or row.customer_first_name,
                    row.ticket,
                    row.state,
                    row.at,
                    row.attempts,
                    row.error or "",
                )
                for row in await connection.execute(query)
            ]

    async def parked(self, most: int) -> list[ParkedRow]:
        """Customers' messages that were given up; the newest first."""
        talk = (inbox.c.channel == conversations.c.channel) & (
            inbox.c.customer_id == conversations.c.customer_id
        )
        query = (
            select(inbox.c.id, inbox.c.channel, inbox.c.received_at, inbox.c.error)
            .add_columns(conversations.c.id.label("conversation_id"))
            .add_columns(conversations.c.customer_name, conversations.c.customer_first_name)
            .select_from(inbox.outerjoin(conversations, talk))
            .where(inbox.c.state == "failed")
            .order_by(inbox.c.id.desc())
            .limit(most)
        )
        async with self._database.read() as connection:
            return [
                ParkedRow(
                    row.id,
                    row.channel,
                    row.received_at,
                    row.error or "",
                    row.conversation_id,
                    row.customer_name or row.customer_first_name or "",
                )
                for row in await connection.execute(query)
            ]

    async def replay(self, row_id: int) -> bool:
        """Let a parked row be handled again; False when it is not parked (any more)."""
        parked = update(inbox).where(inbox.c.id == row_id, inbox.c.state == "failed")
        async with self._database.write() as connection:
            changed: CursorResult[Any] = await connection.execute(
                parked.values(state="new", attempts=0, next_at=None, error=None, done_at=None)
            )
        return bool(changed.rowcount)
