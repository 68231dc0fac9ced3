"""Customers' requests, which flows create for people to do: created once, listed, done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.administration import Act
from sufler.domain.errors import NotFound
from sufler.domain.flows import CustomerRequest
from sufler.storage.audit import write_down
from sufler.storage.database import Database
from sufler.storage.idempotency import mark_done
from sufler.storage.sharing import alone
from sufler.storage.tables.flows import customer_requests as requests


class CustomerRequestStore:
    """Fulfils `desk.customer_requests.RequestRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, *, done: bool | None, before: int | None, limit: int
    ) -> list[CustomerRequest]:
        """At most `limit` with a number below `before`, the newest first. `done`: only those that
        are, or are not; None: all."""
        query = _asked(done).order_by(requests.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(requests.c.number < before)
        async with self._database.read() as connection:
            return [_request(row) for row in await connection.execute(query)]

    async def waiting(self, *, queue: str | None, after: int, limit: int) -> list[CustomerRequest]:
        """At most `limit` that are not done, with a number above `after`, the oldest first; of one
        queue, or (None) of all."""
        query = _asked(False).where(requests.c.number > after)
        if queue is not None:
            query = query.where(requests.c.queue == queue)
        async with self._database.read() as connection:
            found = await connection.execute(query.order_by(requests.c.number).limit(limit))
            return [_request(row) for row in found]

    async def queues(self) -> dict[str, int]:
        """How many are not done, by queue."""
        query = select(requests.c.queue, func.count().label("open_ones"))
        query = query.where(requests.c.done_at.is_(None))
        async with self._database.read() as connection:
            found = await connection.execute(query.group_by(requests.c.queue))
            return {row.queue: row.open_ones for row in found.all()}

    async def get(self, number: int) -> CustomerRequest:
        """Raises NotFound."""
        query = select(requests).where(requests.c.number == number)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise _unknown()
        return _request(row)

    async def finish(
        self, number: int, done_at: datetime | None, done_by: str | None, act: Act
    ) -> CustomerRequest:
        """It is done, or (None) not done after all. Who was first to finish it stays. Raises
        NotFound."""
        other = requests.c.done_at.is_(None) if done_at else requests.c.done_at.is_not(None)
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(requests)
                .where(requests.c.number == number, other)
                .values(done_at=done_at, done_by=done_by)
            )
            query = select(requests).where(requests.c.number == number)
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                raise _unknown()
            if changed.rowcount:
                await write_down(connection, act)
            await mark_done(connection)
        return _request(row)


async def create(
    connection: AsyncConnection,
    key: str,
    conversation_id: str,
    queue: str,
    title: str,
    fields: Mapping[str, str],
    at: datetime,
) -> int:
    """Create a request inside the caller's transaction, and give its number. Asked again with the
    same `key`, it gives the number of the one that there is."""
    await alone(connection, f"request {key}")
    known = await connection.scalar(select(requests.c.number).where(requests.c.key == key))
    if known is not None:
        return int(known)
    made = await connection.execute(
        insert(requests)
        .values(
            key=key,
            conversation_id=conversation_id,
            queue=queue,
            title=title,
            fields=dict(fields),
            created_at=at,
        )
        .returning(requests.c.number)
    )
    return int(made.scalar_one())


def _asked(done: bool | None) -> Select[Any]:
    query = select(requests)
    if done is None:
        return query
    at = requests.c.done_at
    return query.where(at.is_not(None) if done else at.is_(None))


def _request(row: Row[Any]) -> CustomerRequest:
    return CustomerRequest(
        number=row.number,
        conversation_id=row.conversation_id,
        queue=row.queue,
        title=row.title,
        fields=row.fields,
        created_at=row.created_at,
        done_at=row.done_at,
        done_by=row.done_by,
    )


def _unknown() -> NotFound:
    return NotFound("no request has this number", field="number")
