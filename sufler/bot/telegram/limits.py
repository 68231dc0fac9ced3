"""Telegram's limits, kept before anything is sent: some 30 messages a second over all, one a second
to a person (a few at once), twenty a minute to a group; and the waits that it asked for (429)."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from itertools import chain
from typing import Final

# A little below what Telegram says: messages that leave evenly may arrive closer together.
OVER_ALL: Final = (27, 1.0)  # messages, in how many seconds
GROUP: Final = (20, 61.0)
PRIVATE_BURST: Final = 4.0
PRIVATE_PER_S: Final = 0.95
# So many chats refused within a second: it is the whole bot that Telegram wants to wait.
_CHATS_OF_ONE_REFUSAL: Final = 3
_NOTHING_S: Final = 0.001  # as short a wait is a rounding error
_SWEEP_AT: Final = 10_000


class Limits:
    """Counts what one process sends; one process at a time sends for a bot, and the next one is
    told what went to groups. Not `own`: only what
    Telegram asks for is kept, as in measurements."""

    def __init__(
        self,
        *,
        own: bool = True,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._own = own
        self._clock = clock
        self._sleep = sleep
        self._all: deque[float] = deque()
        # What went to a group counts from its answer; until that has come, from when it was begun.
        self._groups: dict[int, deque[float]] = {}
        self._on_way: dict[int, deque[float]] = {}
        self._private: dict[int, tuple[float, float]] = {}
        self._held: dict[int, float] = {}
        self._refused: deque[tuple[float, int, float]] = deque()
        self._all_held = 0.0

    def wait(self, chat_id: int) -> float:
        """In how many seconds one more message may go to this chat; 0.0: now."""
        now = self._clock()
        wait = max(self._all_held, self._held.get(chat_id, 0.0)) - now
        if self._own:
            wait = max(wait, _window(self._all, OVER_ALL, now), self._chat(chat_id, now))
        return wait if wait > _NOTHING_S else 0.0

    def spare(self, chat_id: int) -> float:
        """Like `wait`, for what must not keep customers waiting: it may have a third of what goes
        out over all."""
        wait = self.wait(chat_id)
        if self._own:
            count, span = OVER_ALL
            wait = max(wait, _window(self._all, (count // 3, span), self._clock()))
        return wait if wait > _NOTHING_S else 0.0

    def take(self, chat_id: int, count: int = 1) -> None:
        """Count what goes to this chat now."""
        if not self._own:
            return
        now = self._clock()
        self._all.extend([now] * count)
        if chat_id < 0:
            self._on_way.setdefault(chat_id, deque()).extend([now] * count)
        else:
            self._private[chat_id] = (self._tokens(chat_id, now) - count, now)
        self._sweep(now)

    def answered(self, chat_id: int, count: int) -> None:
        """So many messages to this chat have arrived by now, or never will: Telegram may have
        counted them as late as this."""
        on_way = self._on_way.get(chat_id, deque())
        arrived = self._groups.setdefault(chat_id, deque()) if on_way else deque()
        for _ in range(min(count, len(on_way))):
            on_way.popleft()
            arrived.append(self._clock())

    def sent_before(self, chat_id: int, count: int) -> None:
        """Another process sent so many messages to this group lately, nobody knows when exactly: as
        if it had been now."""
        if self._own and chat_id < 0:
            sent = self._groups.setdefault(chat_id, deque())
            sent.extend([self._clock()] * min(count, GROUP[0]))

    async def turn(self, chat_id: int, count: int = 1) -> None:
        """Wait for it, and count."""
        while (wait := self.wait(chat_id)) > 0:
            await self._sleep(wait)
        self.take(chat_id, count)

    def refused(self, chat_id: int, retry_after: float) -> None:
        """Telegram asks this chat to wait, in seconds; or the whole bot, when one chat after
        another is asked."""
        now = self._clock()
        self._held[chat_id] = now + retry_after
        self._refused.append((now, chat_id, now + retry_after))
        while self._refused and self._refused[0][0] < now - 1.0:
            self._refused.popleft()
        if len({chat for _, chat, _ in self._refused}) >= _CHATS_OF_ONE_REFUSAL:
            self._all_held = min(until for _, _, until in self._refused)

    def _chat(self, chat_id: int, now: float) -> float:
        if chat_id < 0:
            sent = [kept.get(chat_id, deque()) for kept in (self._groups, self._on_way)]
            for each in sent:
                _forget(each, now - GROUP[1])
            return _window(deque(sorted(chain(*sent))), GROUP, now)
        return max(0.0, (1.0 - self._tokens(chat_id, now)) / PRIVATE_PER_S)

    def _tokens(self, chat_id: int, now: float) -> float:
        tokens, since = self._private.get(chat_id, (PRIVATE_BURST, now))
        return min(PRIVATE_BURST, tokens + (now - since) * PRIVATE_PER_S)

    def _sweep(self, now: float) -> None:
        """Forget chats that have been quiet for long."""
        if len(self._private) > _SWEEP_AT:
            quiet = [key for key, (_, since) in self._private.items() if since < now - 10]
            for key in quiet:
                del self._private[key]
        if len(self._held) > _SWEEP_AT:
            self._held = {key: until for key, until in self._held.items() if until > now}


def _window(sent: deque[float], limit: tuple[int, float], now: float) -> float:
    """Seconds until fewer than the limit went out within its span."""
    count, span = limit
    _forget(sent, now - span)
    return 0.0 if len(sent) < count else sent[len(sent) - count] + span - now


def _forget(sent: deque[float], before: float) -> None:
    while sent and sent[0] <= before:
        sent.popleft()
