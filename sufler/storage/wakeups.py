"""Wake-ups: whoever waits for something learns at once that another process has stored it."""

import asyncio
import contextlib
import json
import uuid
import weakref
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import func, select

from sufler.domain.errors import StorageUnavailable

if TYPE_CHECKING:
    from sufler.storage.database import Database

# PostgreSQL's own name for what we tell and listen to; topics are inside.
CHANNEL = "sufler"
# Whoever does not keep up loses the oldest: a wake-up says that there is something, not what.
QUEUE_LENGTH = 1000
# Seconds before a lost connection is tried again, and between looks whether it still lives.
AGAIN_S = 1.0
ALIVE_S = 15.0

log = structlog.get_logger(__name__)


class Subscription:
    """An async iterator over the payloads of one topic, without end. Dropping it ends it."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[str] = asyncio.Queue(QUEUE_LENGTH)

    def put(self, payload: str) -> None:
        """Never waits."""
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(payload)

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> str:
        return await self._queue.get()

    async def wait(self, seconds: float) -> None:
        """Until something is announced, for at most `seconds`; takes all that was."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._queue.get()
        while not self._queue.empty():
            self._queue.get_nowait()


class Wakeups:
    """Fulfils `domain.ports.Wakeups`: inside this process always, across processes by PostgreSQL
    while `run` runs."""

    def __init__(self, database: "Database") -> None:
        self._database = database
        self._me = uuid.uuid4().hex[:12]
        # Weak: whoever left without a word must not be kept for ever.
        self._subscriptions: dict[str, weakref.WeakSet[Subscription]] = {}

    def subscribe(self, topic: str) -> Subscription:
        """Payloads announced from this call on, by whichever process, each once."""
        subscription = Subscription()
        self._subscriptions.setdefault(topic, weakref.WeakSet()).add(subscription)
        return subscription

    async def announce(self, topic: str, payload: str = "") -> None:
        """Tell every subscriber. Inside `Database.write()`: when that is committed, or never.

        `payload` has at most 7,000 bytes. Outside of a write a database that is away is passed
        over: those who wait look by themselves every second.
        """
        told = json.dumps([self._me, topic, payload])
        notify = select(func.pg_notify(CHANNEL, told))
        write = self._database.current_write
        if write is not None:
            if not self._database.is_sqlite:
                await write.connection.execute(notify)
            write.when_committed.append(lambda: self._tell(topic, payload))
            return
        self._tell(topic, payload)
        if not self._database.is_sqlite:
            with contextlib.suppress(StorageUnavailable):
                async with self._database.write() as connection:
                    await connection.execute(notify)

    async def run(self) -> None:
        """Hear what other processes announce, for ever, over a connection of its own."""
        if self._database.is_sqlite:
            await asyncio.Event().wait()
        said = ""
        while True:
            try:
                await self._listen()
            except StorageUnavailable as error:
                if error.message != said:
                    log.warning("wakeups_interrupted", reason=error.message)
                    said = error.message
            else:
                said = ""
            await asyncio.sleep(AGAIN_S)

    async def _listen(self) -> None:
        """Until the connection ends."""
        ended = asyncio.Event()
        async with self._database.own_connection() as connection:
            connection.add_termination_listener(lambda *_: ended.set())
            await connection.add_listener(CHANNEL, self._heard)
            # Something may have been announced while nobody listened.
            for topic in list(self._subscriptions):
                self._tell(topic, "")
            while not ended.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(ALIVE_S):
                        await ended.wait()
                if not ended.is_set():
                    await connection.execute("SELECT 1", timeout=ALIVE_S)

    def _heard(self, _connection: Any, _pid: int, _channel: str, told: str) -> None:
        sender, topic, payload = json.loads(told)
        if sender != self._me:
            self._tell(topic, payload)

    def _tell(self, topic: str, payload: str) -> None:
        for subscription in list(self._subscriptions.get(topic, ())):
            subscription.put(payload)
