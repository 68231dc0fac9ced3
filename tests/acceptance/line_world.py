"""A line to Telegram without the rest of Sufler: its inbox, its clock, its leases."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sufler.domain.conversation import Incoming


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


class Inbox:
    """Keeps each message once. `before` may fail or hang, as a database does."""

    def __init__(self) -> None:
        self.rows: dict[str, Incoming] = {}
        self.offered = 0
        self.before: Callable[[Incoming], object] | None = None
        self.hang = False

    async def receive(self, incoming: Incoming) -> bool:
        self.offered += 1
        if self.hang:
            await asyncio.sleep(3600)
        if self.before is not None:
            self.before(incoming)
        news = incoming.external_id not in self.rows
        self.rows.setdefault(incoming.external_id, incoming)
        return news

    @property
    def texts(self) -> list[str]:
        return [incoming.text for incoming in self.rows.values()]


class OneHolder:
    """Leases of several processes in one: each name has one holder at a time."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def holding(self, name: str) -> AsyncIterator[None]:
        async with self._locks.setdefault(name, asyncio.Lock()):
            yield

    async def try_hold(self, name: str, seconds: float = 8.0) -> bool:
        return not self._locks.setdefault(name, asyncio.Lock()).locked()
