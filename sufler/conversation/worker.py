"""The worker behind `turn.py`: rows in order within a conversation, conversations in parallel,
a failing row retried, then given up so that others go on."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from sufler.conversation.delivery import Delivery
from sufler.conversation.ports import Inbox
from sufler.domain.conversation import InboxRow
from sufler.domain.errors import StorageUnavailable
from sufler.domain.ports import Clock

_log = structlog.get_logger(__name__)

# Seconds before a failed row's next tries; after the last one it is given up.
BACK_OFF_S = (1.0, 5.0, 30.0)
# How often rows that another process stored are looked for; our own wake the worker at once.
POLL_S = 1.0
AT_ONCE = 8


class Worker:
    """Hands each due row of the inbox to `handle`, and to `give_up` when that fails for good."""

    def __init__(
        self,
        inbox: Inbox,
        delivery: Delivery,
        clock: Clock,
        handle: Callable[[InboxRow], Awaitable[None]],
        give_up: Callable[[InboxRow, str], Awaitable[None]],
    ) -> None:
        self._inbox = inbox
        self._delivery = delivery
        self._clock = clock
        self._handle = handle
        self._give_up = give_up
        self._wake = asyncio.Event()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._busy: dict[tuple[str, str], asyncio.Task[None]] = {}

    def wake(self) -> None:
        """There is a new row."""
        self._wake.set()

    async def run(self) -> None:
        """For ever: what is unfinished first, then whatever comes."""
        await self._begin()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._delivery.run())
            group.create_task(self._work())

    async def drain(self) -> None:
        """Handle and send what is due now, and return."""
        while await self._start_due() or self._busy:
            await asyncio.gather(*self._busy.values())
        await self._delivery.drain()

    async def _begin(self) -> None:
        said = ""
        while True:
            try:
                await self._delivery.begin()
                return
            except StorageUnavailable as error:
                # Once for each reason: this can last for days.
                if error.message != said:
                    _log.error("database_unavailable", error=error.message)
                    said = error.message
                await asyncio.sleep(POLL_S)

    async def _work(self) -> None:
        try:
            while True:
                self._wake.clear()
                await self._start_due()
                # Not wait_for: before Python 3.12 it can swallow a cancellation.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):
                        await self._wake.wait()
        finally:
            # A row that is cut off here is handled again at the next start: nothing is lost.
            for task in list(self._busy.values()):
                task.cancel()

    async def _start_due(self) -> int:
        try:
            due = await self._inbox.due(self._delivery.channels, self._clock.now())
        except StorageUnavailable as error:
            _log.error("inbox_unreadable", error=error.message)
            return 0
        started = 0
        for row in due:
            key = (row.incoming.channel, row.incoming.customer.external_id)
            if key in self._busy:
                continue
            self._busy[key] = asyncio.create_task(self._one(key, row))
            started += 1
        return started

    async def _one(self, key: tuple[str, str], row: InboxRow) -> None:
        try:
            async with self._places:
                await self._attempt(row)
        except StorageUnavailable as error:
            # Not the row's fault, and nothing could be written down: it stays as it is.
            _log.error("database_unavailable", error=error.message)
            await asyncio.sleep(POLL_S)
        finally:
            self._busy.pop(key, None)
            self.wake()

    async def _attempt(self, row: InboxRow) -> None:
        try:
            await self._handle(row)
        except StorageUnavailable:
            raise
        except Exception as error:
            # Only the kind of error is logged: its words may hold what the customer wrote.
            words = type(error).__name__
            _log.error("turn_failed", row=row.id, attempt=row.attempts + 1, error=words)
            _log.debug("turn_failed_details", row=row.id, exc_info=True)
            if row.attempts < len(BACK_OFF_S):
                wait = timedelta(seconds=BACK_OFF_S[row.attempts])
                await self._inbox.postpone(row.id, self._clock.now() + wait, words)
            else:
                await self._park(row, words)

    async def _park(self, row: InboxRow, words: str) -> None:
        try:
            await self._give_up(row, words)
        except StorageUnavailable:
            raise
        except Exception as error:
            _log.error("giving_up_failed", row=row.id, error=type(error).__name__)
            await self._inbox.park(row.id, words, self._clock.now())
