"""Leases: rights that one process at a time holds, such as sending for a channel."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from sqlalchemy import delete, select

from sufler.domain.errors import LeaseLost, StorageUnavailable
from sufler.storage.database import Database
from sufler.storage.process_name import process_name
from sufler.storage.sharing import LONGEST, alone, may_take, moment, put
from sufler.storage.tables.processes import leases

# A dead holder's lease is over after HELD_S, and is asked for every ASK_S: taken over within 10 s.
HELD_S = 8.0
RENEW_S = 2.0
ASK_S = 1.0
# The holder stops this much before others may begin, in seconds.
SPARE_S = 1.0

log = structlog.get_logger(__name__)


class Held:
    """A lease that this process has, or had."""

    def __init__(self, limit: asyncio.Timeout) -> None:
        self._limit = limit

    @property
    def lost(self) -> bool:
        """Another process may have it now."""
        return self._limit.expired()


class Leases:
    """Fulfils `domain.ports.Leases`. `me` names this process to the others."""

    def __init__(self, database: Database, me: str | None = None) -> None:
        self._database = database
        self._me = me or process_name()

    async def try_hold(self, name: str, seconds: float = HELD_S) -> bool:
        """Take or renew it for at most 60 seconds from now; False while another holds it."""
        async with self._database.write() as connection:
            await alone(connection, f"lease {name}")
            now = await moment(connection)
            query = select(leases.c.holder, leases.c.until).where(leases.c.name == name)
            row = (await connection.execute(query)).one_or_none()
            if row is not None and not may_take(row.holder, row.until, self._me, now):
                return False
            until = now + min(timedelta(seconds=seconds), LONGEST)
            await put(connection, leases, [{"name": name, "holder": self._me, "until": until}])
        return True

    @asynccontextmanager
    async def holding(self, name: str) -> AsyncIterator["Held"]:
        """Wait until this process holds it, and hold it while the body runs.

        When it is lost (the database was away for too long, or we were stopped), the body is
        cancelled and LeaseLost raised.
        """
        began = await self._wait_for(name)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(began + HELD_S - SPARE_S) as limit:
                keeping = loop.create_task(self._keep(name, limit))
                try:
                    yield Held(limit)
                finally:
                    keeping.cancel()
                    await asyncio.gather(keeping, return_exceptions=True)
        except TimeoutError:
            if not limit.expired():
                raise  # the body's own
            raise LeaseLost(f"another process may hold {name!r} now") from None
        finally:
            await self._give_back(name)

    async def holders(self) -> dict[str, str]:
        """Who holds what now, by name of the lease."""
        async with self._database.read() as connection:
            now = await moment(connection)
            rows = await connection.execute(select(leases).where(leases.c.until > now))
            return {row.name: row.holder for row in rows}

    async def _wait_for(self, name: str) -> float:
        """When, by the event loop's clock, the asking began that was granted."""
        said = ""
        while True:
            began = asyncio.get_running_loop().time()
            try:
                if await self.try_hold(name):
                    return began
                said = ""
            except StorageUnavailable as error:
                # Once for each reason: this can last for days.
                if error.message != said:
                    log.error("database_unavailable", lease=name, error=error.message)
                    said = error.message
            await asyncio.sleep(ASK_S)

    async def _keep(self, name: str, limit: asyncio.Timeout) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(RENEW_S)
            began = loop.time()
            with contextlib.suppress(StorageUnavailable):
                held = await self.try_hold(name)
                if limit.expired():
                    return
                limit.reschedule(began + HELD_S - SPARE_S if held else began)

    async def _give_back(self, name: str) -> None:
        """So that another need not wait. What cannot be given back now ends by itself."""
        mine = delete(leases).where(leases.c.name == name, leases.c.holder == self._me)

        async def give() -> None:
            with contextlib.suppress(StorageUnavailable):
                async with self._database.write() as connection:
                    await connection.execute(mine)

        # A second cancellation must not leave it half-done.
        await asyncio.shield(asyncio.ensure_future(give()))
