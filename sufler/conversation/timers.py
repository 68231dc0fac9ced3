"""What has to happen when nobody acts: one loop for all processes together, a look every second.

Each chore finds by itself, in the database, what is due at a moment; what it does is compared and
stored as any other act, so a chore that is cut off anywhere is simply found due again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import structlog

from sufler.domain.errors import LeaseLost, StorageUnavailable
from sufler.domain.ports import Clock, Leases

LEASE = "timers"
LOOK_S = 1.0

Chore = Callable[[datetime], Awaitable[object]]

_log = structlog.get_logger(__name__)


class Timers:
    """Does the chores, by name, in their order, in the one process that holds the lease."""

    def __init__(self, leases: Leases, clock: Clock, chores: Mapping[str, Chore]) -> None:
        self._leases = leases
        self._clock = clock
        self._chores = dict(chores)

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                async with self._leases.holding(LEASE):
                    while True:
                        await self.look()
                        await asyncio.sleep(LOOK_S)
            except LeaseLost:
                _log.info("timers_elsewhere")

    async def look(self) -> None:
        """Do what is due now. One chore's failure leaves the others alone; raises only
        StorageUnavailable, for nothing can be done then."""
        for name, chore in self._chores.items():
            try:
                await chore(self._clock.now())
            except StorageUnavailable:
                raise
            except Exception:
                _log.exception("chore_failed", chore=name)
