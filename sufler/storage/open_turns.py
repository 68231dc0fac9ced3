"""Turns that wait to be decided: a conversation's own columns say since when and until when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, select, update

from sufler.conversation.open_turns import OpenTurn
from sufler.storage.database import Database
from sufler.storage.flow_rows import is_calling
from sufler.storage.rows import time_has_come
from sufler.storage.tables.conversations import conversations


class OpenTurnStore:
    """A claimed turn is due later: when its process dies, it becomes due by itself."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(
        self, channels: Sequence[str], now: datetime, limit: int = 100
    ) -> tuple[list[OpenTurn], datetime | None]:
        """Those whose time has come, the longest due first; and when the next one becomes due. A
        turn waits while its conversation's flow waits for a service."""
        come = time_has_come(conversations.c.turn_due_at, now)
        query = (
            select(
                conversations.c.id,
                conversations.c.changes,
                conversations.c.turn_due_at,
                conversations.c.turn_since,
                conversations.c.turn_attempts,
                come,
            )
            .where(_open(channels), ~is_calling())
            .order_by(come.desc(), conversations.c.turn_due_at, conversations.c.id)
            .limit(limit + 1)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        due = [OpenTurn(row[0], row[1], row[2], row[3] or row[2], row[4]) for row in rows if row[5]]
        return due[:limit], next((row[2] for row in rows if not row[5]), None)

    async def claim(self, turn: OpenTurn, until: datetime) -> OpenTurn | None:
        """Keep it from other processes until then; None when the conversation has changed."""
        async with self._database.write(lasting=False) as connection:
            claimed: CursorResult[Any] = await connection.execute(
                update(conversations)
                .where(
                    conversations.c.id == turn.conversation_id,
                    conversations.c.changes == turn.changes,
                    conversations.c.turn_due_at == turn.due_at,
                )
                .values(turn_due_at=until)
            )
        if not claimed.rowcount:
            return None
        return replace(turn, due_at=until)

    async def is_open(self, conversation_id: str) -> bool:
        """Whether a turn of this conversation waits to be decided."""
        query = select(conversations.c.turn_due_at).where(conversations.c.id == conversation_id)
        async with self._database.read() as connection:
            return await connection.scalar(query) is not None

    async def release(self, turn: OpenTurn, now: datetime) -> None:
        """Give a claim up: the turn is due again, unless the customer's next message set when."""
        async with self._database.write(lasting=False) as connection:
            await connection.execute(
                update(conversations)
                .where(
                    conversations.c.id == turn.conversation_id,
                    conversations.c.turn_due_at == turn.due_at,
                )
                .values(turn_due_at=now)
            )

    async def postpone(self, conversation_id: str, until: datetime) -> None:
        """Count one more failed try and wait."""
        async with self._database.write(lasting=False) as connection:
            await connection.execute(
                update(conversations)
                .where(
                    conversations.c.id == conversation_id,
                    conversations.c.turn_due_at.is_not(None),
                )
                .values(turn_attempts=conversations.c.turn_attempts + 1, turn_due_at=until)
            )

    async def resume(self, channels: Sequence[str], now: datetime) -> None:
        """At start: what a process that died had claimed is due now. With other processes around
        (PostgreSQL) it may be theirs, and becomes due by itself if it is not."""
        if not self._database.is_sqlite:
            return
        async with self._database.write() as connection:
            await connection.execute(
                update(conversations).where(_open(channels)).values(turn_due_at=now)
            )


def _open(channels: Sequence[str]) -> ColumnElement[bool]:
    return conversations.c.turn_due_at.is_not(None) & conversations.c.channel.in_(channels)
