"""The worker behind `turn.py`: rows of the inbox in order within a conversation, then each turn
once it is due; conversations in parallel; what fails is retried, then given up."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from sufler.conversation.delivery import Delivery
from sufler.conversation.open_turns import OpenTurn, OpenTurns
from sufler.conversation.ports import Inbox
from sufler.domain.conversation import InboxRow
from sufler.domain.errors import StorageUnavailable
from sufler.domain.ports import Clock

_log = structlog.get_logger(__name__)

# Seconds before the next tries of what failed; after the last one it is given up.
BACK_OFF_S = (1.0, 5.0, 30.0)
# How often rows that another process stored are looked for; our own wake the worker at once.
POLL_S = 1.0
AT_ONCE = 8
# Rows, and turns, that are begun at one look.
AT_A_LOOK = 100
# What a stopping process grants the turns that it has begun.
GRACE_S = 5.0
# A turn is claimed for this long, and renewed while it is being decided: when the process dies,
# another one decides it then.
CLAIM_S = 15.0
RENEWED_S = 5.0
# A customer who waits for longer sees that somebody is typing.
TYPING_AFTER_S = 1.0
TYPING_AGAIN_S = 4.0
TYPING_AT_MOST = 30


class Story(Protocol):
    """`turn.Turns`: what is done with a row and with a turn."""

    async def take_in(self, row: InboxRow) -> str | None: ...
    async def decide(self, conversation_id: str) -> bool: ...
    async def give_up(self, conversation_id: str, error: str) -> None: ...


class Worker:
    """Hands each due row and each due turn to the story."""

    def __init__(
        self,
        inbox: Inbox,
        open_turns: OpenTurns,
        delivery: Delivery,
        clock: Clock,
        story: Story,
    ) -> None:
        self._inbox = inbox
        self._open_turns = open_turns
        self._delivery = delivery
        self._clock = clock
        self._story = story
        self._wake = asyncio.Event()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._busy: dict[Hashable, asyncio.Task[None]] = {}
        self._typing: dict[str, asyncio.Task[None]] = {}
        # What was due while something else of the same one was worked on, and whether a look had
        # not room for all.
        self._waiting: set[Hashable] = set()
        self._more = False
        self._next_at: datetime | None = None

    def wake(self) -> None:
        """There is a new row."""
        self._wake.set()

    async def run(self) -> None:
        """For ever: what is unfinished first, then whatever comes."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._delivery.run())
            group.create_task(self._work())

    async def drain(self) -> None:
        """Handle and send what is due now, and return."""
        while await self._start_due() or self._busy:
            await asyncio.gather(*self._busy.values())
        await self._delivery.drain()

    async def _work(self) -> None:
        await self._resume()
        try:
            while True:
                self._wake.clear()
                await self._start_due()
                # Not wait_for: before Python 3.12 it can swallow a cancellation.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._pause()):
                        await self._wake.wait()
        finally:
            for task in list(self._typing.values()):
                task.cancel()
            await self._let_finish()

    async def _resume(self) -> None:
        with contextlib.suppress(StorageUnavailable):  # then it becomes due by itself
            await self._open_turns.resume(self._delivery.channels, self._clock.now())

    async def _let_finish(self) -> None:
        # What is cut off here is done again, by another process or the next: nothing is lost.
        if self._busy:
            _, late = await asyncio.wait(self._busy.values(), timeout=GRACE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        with contextlib.suppress(StorageUnavailable):
            await self._inbox.release()

    def _pause(self) -> float:
        """Seconds until the next turn is due, at most POLL_S."""
        if self._next_at is None:
            return POLL_S
        return min(max((self._next_at - self._clock.now()).total_seconds(), 0.01), POLL_S)

    async def _start_due(self) -> int:
        now, channels = self._clock.now(), self._delivery.channels
        self._next_at = None
        try:
            rows = await self._inbox.due(channels, now, AT_A_LOOK)
            turns, self._next_at = await self._open_turns.due(channels, now, AT_A_LOOK)
        except StorageUnavailable as error:
            _log.error("inbox_unreadable", error=error.message)
            return 0
        self._more = len(rows) == AT_A_LOOK or len(turns) == AT_A_LOOK
        started = 0
        for row in rows:
            customer = (row.incoming.channel, row.incoming.customer.external_id)
            started += self._start(customer, partial(self._row, row))
        for turn in turns:
            started += self._start(turn.conversation_id, partial(self._turn, turn))
        return started

    def _start(self, key: Hashable, work: Callable[[], Awaitable[bool]]) -> bool:
        if key in self._busy:
            self._waiting.add(key)
            return False
        self._busy[key] = asyncio.create_task(self._one(key, work))
        return True

    async def _one(self, key: Hashable, work: Callable[[], Awaitable[bool]]) -> None:
        """`work` tells whether nothing can have become due by it."""
        ended = False
        try:
            async with self._places:
                ended = await work()
        except StorageUnavailable as error:
            # Nobody's fault, and nothing could be written down: it stays as it is.
            _log.error("database_unavailable", error=error.message)
            await asyncio.sleep(POLL_S)
        finally:
            self._busy.pop(key, None)
            if not ended or self._more or key in self._waiting:
                self._waiting.discard(key)
                self.wake()

    async def _row(self, row: InboxRow) -> bool:
        if not await self._inbox.claim(row.id):
            return False
        try:
            conversation_id = await self._story.take_in(row)
        except StorageUnavailable:
            raise
        except Exception as error:
            words = _failed("row", row.id, row.attempts, error)
            if row.attempts < len(BACK_OFF_S):
                await self._inbox.postpone(row.id, self._later(BACK_OFF_S[row.attempts]), words)
            else:
                await self._inbox.park(row.id, words, self._clock.now())
        else:
            if conversation_id is not None:
                self._type(conversation_id)
        return False

    def _type(self, conversation_id: str) -> None:
        """Let the customer see that somebody is typing, if the answer takes its time."""
        if conversation_id not in self._typing:
            task = asyncio.create_task(self._typed(conversation_id))
            self._typing[conversation_id] = task
            task.add_done_callback(lambda _: self._typing.pop(conversation_id, None))

    async def _typed(self, conversation_id: str) -> None:
        await asyncio.sleep(TYPING_AFTER_S)
        with contextlib.suppress(StorageUnavailable):
            for _ in range(TYPING_AT_MOST):
                if not await self._open_turns.is_open(conversation_id):
                    return
                await self._delivery.typing(conversation_id)
                await asyncio.sleep(TYPING_AGAIN_S)

    async def _turn(self, turn: OpenTurn) -> bool:
        claimed = await self._open_turns.claim(turn, self._later(CLAIM_S))
        if claimed is None:
            return False
        claim = [claimed]
        deciding = asyncio.create_task(self._decide(turn))
        renewing = asyncio.create_task(self._renew(claim, deciding))
        try:
            await asyncio.wait([deciding])
        finally:
            renewing.cancel()
            deciding.cancel()
            await asyncio.gather(deciding, renewing, return_exceptions=True)
        failure = None if deciding.cancelled() else deciding.exception()
        if deciding.cancelled() or failure is not None or deciding.result() is False:
            # Out of date, or not written down: what there is now is read anew.
            await self._open_turns.release(claim[-1], self._clock.now())
            if failure is not None:
                raise failure
            return False
        if deciding.result() is None:
            return False
        if turn.conversation_id in self._typing:
            self._typing[turn.conversation_id].cancel()
        return True

    async def _renew(self, claim: list[OpenTurn], deciding: asyncio.Task[bool | None]) -> None:
        """Until the conversation changes: then what is being decided is out of date."""
        while True:
            await asyncio.sleep(RENEWED_S)
            renewed = await self._open_turns.claim(claim[-1], self._later(CLAIM_S))
            if renewed is None:
                deciding.cancel()
                return
            claim.append(renewed)

    async def _decide(self, turn: OpenTurn) -> bool | None:
        """Whether it is stored; None when it is tried again later, or was given up."""
        conversation_id = turn.conversation_id
        try:
            return await self._story.decide(conversation_id)
        except StorageUnavailable:
            raise
        except Exception as error:
            words = _failed("turn", conversation_id, turn.attempts, error)
            await self._after_failure(turn, words)
            return None

    async def _after_failure(self, turn: OpenTurn, words: str) -> None:
        wait = BACK_OFF_S[min(turn.attempts, len(BACK_OFF_S) - 1)]
        if turn.attempts >= len(BACK_OFF_S):
            try:
                await self._story.give_up(turn.conversation_id, words)
                return
            except StorageUnavailable:
                raise
            except Exception as error:
                _failed("giving_up", turn.conversation_id, turn.attempts, error)
        await self._open_turns.postpone(turn.conversation_id, self._later(wait))

    def _later(self, seconds: float) -> datetime:
        return self._clock.now() + timedelta(seconds=seconds)


def _failed(what: str, which: object, attempts: int, error: Exception) -> str:
    """Log it by the kind of error only: its words may hold what the customer wrote."""
    words = type(error).__name__
    _log.error(f"{what}_failed", which=which, attempt=attempts + 1, error=words)
    _log.debug(f"{what}_failed_details", which=which, exc_info=error)
    return words
