"""Requests that carry a key: done once, however often they are sent, and answered the same.

A store that does what such a request asks calls `mark_done` inside its own transaction. So after
a crash it is known whether it was done, and of two that hold a key in turn only one can do it.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.errors import BadInput, Conflict, UnderWay
from sufler.domain.ports import Clock, KeptAnswer
from sufler.storage.database import Database
from sufler.storage.tables.requests import requests

KEEP = timedelta(hours=24)
# Whoever has not answered by then is thought to be dead, and the next one may do it.
LONGEST = timedelta(seconds=60)
FIELD = "Idempotency-Key"

_under_way: ContextVar[tuple[str, str] | None] = ContextVar("request_under_way", default=None)


class IdempotencyStore:
    """Fulfils `api.ports.Idempotency`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, name: str, fingerprint: str) -> str | KeptAnswer:
        """The answer that was kept for the request `name`, or a holder that may now do it.

        Raises BadInput when something else was sent under this name, UnderWay while another holder
        does it, and Conflict when it was done, but its answer was lost in a crash.
        """
        try:
            return await self._begin(name, fingerprint)
        except IntegrityError:  # another process began it at this moment
            return await self._begin(name, fingerprint)

    @contextmanager
    def held(self, name: str, holder: str) -> Iterator[None]:
        """Within it, `mark_done` of this task is about the request `name`."""
        token = _under_way.set((name, holder))
        try:
            yield
        finally:
            _under_way.reset(token)

    async def keep(self, name: str, holder: str, answer: KeptAnswer) -> None:
        """Keep the answer, for `KEEP` from when the request began."""
        await self._change(
            name,
            holder,
            done=True,
            status=answer.status,
            headers=dict(answer.headers),
            body=answer.body,
        )

    async def give_up(self, name: str, holder: str) -> None:
        """It failed: it may be sent again at once, unless it was done all the same."""
        mine = (requests.c.name == name, requests.c.holder == holder)
        async with self._database.write() as connection:
            await connection.execute(delete(requests).where(*mine, requests.c.done.is_(False)))
            await connection.execute(update(requests).where(*mine).values(until=self._clock.now()))

    async def _begin(self, name: str, fingerprint: str) -> str | KeptAnswer:
        now, holder = self._clock.now(), uuid.uuid4().hex
        mine = {"fingerprint": fingerprint, "holder": holder, "until": now + LONGEST, "at": now}
        async with self._database.write() as connection:
            await connection.execute(delete(requests).where(requests.c.at < now - KEEP))
            query = select(requests).where(requests.c.name == name).with_for_update()
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                await connection.execute(insert(requests).values(name=name, done=False, **mine))
                return holder
            if row.fingerprint != fingerprint:
                raise BadInput(f"{FIELD}: another request was sent with this key", field=FIELD)
            if row.status is not None:
                return KeptAnswer(row.status, row.headers, row.body)
            if row.until > now:
                raise UnderWay(f"a request with this {FIELD} is under way", field=FIELD)
            if row.done:
                raise Conflict(
                    "this was done, but its answer was lost when the server stopped; "
                    "read what you need of it",
                    field=FIELD,
                )
            await connection.execute(update(requests).where(requests.c.name == name).values(**mine))
            return holder

    async def _change(self, name: str, holder: str, **values: object) -> None:
        query = update(requests).where(requests.c.name == name, requests.c.holder == holder)
        async with self._database.write() as connection:
            await connection.execute(query.values(**values))


async def mark_done(connection: AsyncConnection) -> None:
    """What the request under way asks for is stored by this transaction; without one, nothing.

    Raises Conflict, so that the transaction is rolled back, when another holder took over.
    """
    under_way = _under_way.get()
    if under_way is None:
        return
    name, holder = under_way
    done = await connection.execute(
        update(requests)
        .where(requests.c.name == name, requests.c.holder == holder)
        .values(done=True)
    )
    if done.rowcount == 0:
        raise Conflict(f"another request with this {FIELD} took over", field=FIELD)
