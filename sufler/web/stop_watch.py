"""What is stopped now, read rarely however many pages ask."""

import asyncio
import time
from collections.abc import Sequence

from sufler.desk.stops import Stops
from sufler.domain.stops import Stop

# As old as an answer may be, in seconds: with a page's own pause it stays below one.
FRESH_S = 0.15


class StopWatch:
    """One for all pages of a process."""

    def __init__(self, stops: Stops) -> None:
        self._stops = stops
        self._known: Sequence[Stop] = ()
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def now(self) -> Sequence[Stop]:
        """The newest first. Raises StorageUnavailable."""
        async with self._reading:
            if time.monotonic() - self._read_at > FRESH_S:
                self._known = tuple(await self._stops.all())
                self._read_at = time.monotonic()
            return self._known

    def forget(self) -> None:
        """Something was changed here: the next page reads it anew."""
        self._read_at = float("-inf")
