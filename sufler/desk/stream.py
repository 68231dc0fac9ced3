"""The event stream of one process: puts the log in order, and tells those who listen here. What
they are told is read from the log for each of them at their own pace: nothing waits in memory."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from sufler.domain.errors import TooManyTries
from sufler.domain.ports import Wakeups
from sufler.domain.stream import StreamFilter, StreamPage

TOPIC = "stream"
# Seconds between looks for what no wake-up told of.
LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """`longest_s`: seconds of one connection; `connections`: of one caller at once in this process;
    `heartbeat_s`: seconds between signs of life."""

    longest_s: float = 600.0
    connections: int = 10
    heartbeat_s: float = 15.0


class Log(Protocol):
    """`storage.stream.StreamStore`."""

    async def settle(self) -> bool: ...
    async def ends(self) -> tuple[int, int]: ...
    async def page(
        self, after: int, wanted: StreamFilter | None = None, limit: int = ...
    ) -> StreamPage: ...


class Stream:
    """Listeners of this process. `run` must run while anybody listens."""

    def __init__(self, log: Log, wakeups: Wakeups, limits: StreamLimits | None = None) -> None:
        self.limits = limits or StreamLimits()
        self.ending = False
        self._log = log
        self._wakeups = wakeups
        self._seats: Counter[str] = Counter()
        self._reading: dict[tuple[int, int, StreamFilter], asyncio.Task[StreamPage]] = {}
        self._newest = 0
        self._moved = asyncio.Event()
        self._wanted = asyncio.Event()

    async def run(self) -> None:
        """For ever: look into the log when something was told or noted, while anybody listens."""
        heard = self._wakeups.subscribe(TOPIC)
        while True:
            await self._wanted.wait()
            await self._look()
            await heard.wait(LOOK_S)

    @contextmanager
    def seat(self, caller_id: str) -> Iterator[None]:
        """One connection of a caller. Raises TooManyTries when they have as many as they may."""
        most = self.limits.connections
        if self._seats[caller_id] >= most:
            raise TooManyTries(
                f"this key has {most} connections to the stream open; close one, or wait for its "
                "end",
                retry_after=5.0,
            )
        self._seats[caller_id] += 1
        self._wanted.set()
        try:
            yield
        finally:
            self._seats[caller_id] -= 1
            if not self._seats[caller_id]:
                del self._seats[caller_id]
            if not self._seats:
                self._wanted.clear()

    @property
    def connections(self) -> int:
        """How many listen in this process."""
        return self._seats.total()

    async def begin(self, last_id: int | None) -> tuple[int, int | None]:
        """After which id a listener goes on who has seen `last_id` (None: only what comes now), and
        the oldest id that is kept, when events between may be gone."""
        await self._look()
        oldest, newest = await self._log.ends()
        if last_id is None:
            return newest, None
        if last_id > newest:
            return newest, oldest
        return last_id, oldest if last_id < oldest - 1 else None

    async def page(self, after: int, wanted: StreamFilter) -> StreamPage:
        """What comes after. Listeners who stand at one place are read for once."""
        key = (self._newest, after, wanted)
        task = self._reading.get(key)
        if task is None:
            task = asyncio.create_task(self._log.page(after, wanted))
            self._reading[key] = task
            task.add_done_callback(lambda _: self._reading.pop(key, None))
        return await asyncio.shield(task)

    async def wait(self, after: int, seconds: float) -> bool:
        """Until the log has more than `after`, for at most `seconds`; whether it has. At once when
        the process is ending."""
        if self._newest <= after and not self.ending:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._moved.wait()
        return self._newest > after

    def end(self) -> None:
        """Let every connection end now: this process stops."""
        self.ending = True
        self._tell()

    async def _look(self) -> None:
        while await self._log.settle():
            pass
        _, newest = await self._log.ends()
        if newest != self._newest:
            self._newest = newest
            self._tell()

    def _tell(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()
