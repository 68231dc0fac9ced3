"""The inbox: what customers sent, each message once, until it is handled."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from sufler.domain.conversation import Attachment, Customer, InboxRow, Incoming, IncomingKind
from sufler.storage.admission import admit
from sufler.storage.database import Database
from sufler.storage.process_name import process_name
from sufler.storage.rows import time_has_come
from sufler.storage.sharing import alone, may_take, moment
from sufler.storage.tables.conversations import inbox

CLAIMED_FOR = timedelta(seconds=15)


class InboxStore:
    """Durable incoming messages in their order."""

    def __init__(self, database: Database, me: str | None = None) -> None:
        self._database = database
        self._me = me or process_name()

    async def add(self, incoming: Incoming, at: datetime, most_an_hour: int = 0) -> bool:
        """Store it; False when this channel already gave a message with this external id, or the
        customer is banned or has sent `most_an_hour` (0: any number): then it is only counted."""
        row = {
            "channel": incoming.channel,
            "external_id": incoming.external_id,
            "customer_id": incoming.customer.external_id,
            "body": _body(incoming),
            "received_at": at,
            "state": "new",
            "attempts": 0,
        }
        try:
            async with self._database.write() as connection:
                # In the order of their ids: nothing comes in before what is worked on already.
                customer = f"{incoming.channel} {incoming.customer.external_id}"
                await alone(connection, f"inbox {customer}")
                if not await admit(connection, incoming, at, most_an_hour):
                    return False
                await connection.execute(insert(inbox).values(**row))
                await self._database.wakeups.announce("inbox")
        except IntegrityError:
            return False
        return True

    async def due(self, channels: Sequence[str], now: datetime, limit: int = 100) -> list[InboxRow]:
        """The first unfinished row of each customer, where its time has come and no other living
        process works on it, oldest first."""
        heads = (
            select(func.min(inbox.c.id))
            .where(inbox.c.state == "new", inbox.c.channel.in_(channels))
            .group_by(inbox.c.channel, inbox.c.customer_id)
        )
        query = (
            select(inbox)
            .where(
                inbox.c.id.in_(heads),
                time_has_come(inbox.c.next_at, now),
            )
            .order_by(inbox.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            by_database = await moment(connection)
            rows = (await connection.execute(query)).mappings().all()
        return [_row(row) for row in rows if self._may_take(row, by_database)]

    async def claim(self, row_id: int) -> bool:
        """Begin to work on it, unless it is finished or another living process does."""
        query = select(inbox.c.claimed_by, inbox.c.claimed_until).where(
            inbox.c.id == row_id, inbox.c.state == "new"
        )
        change = update(inbox).where(inbox.c.id == row_id, inbox.c.state == "new")
        nobodys = inbox.c.claimed_by.is_(None) | (inbox.c.claimed_by == self._me)
        async with self._database.write(lasting=False) as connection:
            now = await moment(connection)
            claim = change.values(claimed_by=self._me, claimed_until=now + CLAIMED_FOR)
            claimed: CursorResult[Any] = await connection.execute(claim.where(nobodys))
            if claimed.rowcount:
                return True
            row = (await connection.execute(query.with_for_update())).mappings().one_or_none()
            if row is None or not self._may_take(row, now):
                return False
            await connection.execute(claim)
        return True

    async def release(self) -> None:
        """This process works on none any more."""
        mine = update(inbox).where(inbox.c.state == "new", inbox.c.claimed_by == self._me)
        async with self._database.write() as connection:
            await connection.execute(mine.values(claimed_by=None))

    def _may_take(self, row: Mapping[Any, Any], now: datetime) -> bool:
        return may_take(row["claimed_by"], row["claimed_until"], self._me, now)

    async def finished(self, row_id: int) -> bool:
        """Whether it was handled or given up."""
        query = select(inbox.c.state).where(inbox.c.id == row_id)
        async with self._database.read() as connection:
            return await connection.scalar(query) != "new"

    async def postpone(self, row_id: int, until: datetime, error: str) -> None:
        """Count one more attempt and wait."""
        change = update(inbox).where(inbox.c.id == row_id, inbox.c.state == "new")
        async with self._database.write() as connection:
            await connection.execute(
                change.values(
                    attempts=inbox.c.attempts + 1,
                    next_at=until,
                    error=error[:500],
                    claimed_by=None,
                )
            )

    async def park(self, row_id: int, error: str, at: datetime) -> None:
        """Give the row up: it is kept as failed, and those behind it go on."""
        change = update(inbox).where(inbox.c.id == row_id, inbox.c.state == "new")
        async with self._database.write() as connection:
            await connection.execute(change.values(state="failed", error=error[:500], done_at=at))

    async def counts(self) -> dict[str, int]:
        """Rows by state."""
        query = select(inbox.c.state, func.count()).group_by(inbox.c.state)
        async with self._database.read() as connection:
            return {row[0]: row[1] for row in await connection.execute(query)}


def _body(incoming: Incoming) -> dict[str, Any]:
    body = asdict(incoming)
    body["at"] = incoming.at.isoformat() if incoming.at else None
    return body


def _row(row: Mapping[Any, Any]) -> InboxRow:
    body = dict(row["body"])
    body["customer"] = Customer(**body["customer"])
    body["kind"] = IncomingKind(body["kind"])
    # Rows that an earlier version stored have none.
    body["attachments"] = tuple(Attachment(**each) for each in body.get("attachments", ()))
    body["at"] = datetime.fromisoformat(body["at"]) if body["at"] else None
    return InboxRow(row["id"], Incoming(**body), row["received_at"], row["attempts"])
