"""getUpdates, so that nothing is lost: an update is stored, then the next offset acknowledges it.

Next: `receive.py` says what an update is. aiogram's own polling acknowledges before handling.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import Update
from pydantic import ValidationError

from sufler.bot.telegram.connection import GetRawUpdates, in_words
from sufler.bot.telegram.receive import ALLOWED_UPDATES, callback_of, incoming_of
from sufler.bot.telegram.send import TelegramChannel
from sufler.bot.telegram.state import TelegramState
from sufler.domain.conversation import Incoming
from sufler.domain.errors import BadInput, StorageUnavailable

_log = structlog.get_logger(__name__)

Receive = Callable[[Incoming], Awaitable[bool]]

_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 30.0
_TOKEN_REFUSED_WAIT_S = 20.0
_STRANGE_FAILURES_BEFORE_SKIPPING = 5


class NotStored(Exception):  # noqa: N818 - in the words of the error tree
    """An update could not be stored now; it must be asked for again."""


class Polling:
    """The endless loop of one bot. `poll_timeout_s` is how long Telegram holds an empty answer."""

    def __init__(
        self,
        channel: TelegramChannel,
        receive: Receive,
        state: TelegramState,
        prepare: Callable[[TelegramChannel, TelegramState], Awaitable[None]],
        *,
        poll_timeout_s: int = 25,
    ) -> None:
        self._channel = channel
        self._bot = channel.bot
        self._receive = receive
        self._state = state
        self._prepare = prepare
        self._poll_timeout_s = poll_timeout_s
        self._offset: int | None = None  # one after the last stored update
        self._wait = _FIRST_WAIT_S
        self._failures: dict[int, int] = {}
        self._answers: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled. What was not stored by then was not acknowledged either."""
        prepared = False
        try:
            while True:
                try:
                    if not prepared:
                        await self._prepare(self._channel, self._state)
                        prepared = True
                    await self._store(await self._fetch())
                    self._well()
                except Exception as error:
                    # whatever it is, the next customer must be heard; a webhook may have been set
                    prepared = prepared and not isinstance(error, TelegramConflictError)
                    await asyncio.sleep(self._trouble(error))
        finally:
            await self._finish_answers()

    async def _fetch(self) -> list[dict[str, Any]]:
        held_s = self._poll_timeout_s if self._state.report.connected else 0
        return await self._bot(
            GetRawUpdates(
                offset=self._offset, timeout=held_s, allowed_updates=list(ALLOWED_UPDATES)
            ),
            request_timeout=held_s + 10,
        )

    async def _store(self, updates: list[dict[str, Any]]) -> None:
        if not updates:
            # all before the offset is acknowledged now. Telegram may begin anew with any number
            # after a quiet week, and an old offset would acknowledge those unread
            self._offset = None
        for raw in updates:
            update_id = int(raw["update_id"])
            incoming = self._read(raw, update_id)
            if incoming is not None:
                await self._store_one(incoming, update_id)
            self._offset = update_id + 1
            self._failures.pop(update_id, None)
            self._answer_press(raw)

    def _read(self, raw: Mapping[str, Any], update_id: int) -> Incoming | None:
        try:
            update = Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError as error:
            _log.warning(
                "telegram_update_not_understood", update_id=update_id, problems=error.error_count()
            )
            return None
        return incoming_of(update)

    async def _store_one(self, incoming: Incoming, update_id: int) -> None:
        try:
            await self._receive(incoming)
        except BadInput as error:
            _log.warning("telegram_update_refused", update_id=update_id, reason=error.message)
        except StorageUnavailable as error:
            raise NotStored(f"updates cannot be stored: {error.message}") from None
        except Exception as error:
            self._failures[update_id] = self._failures.get(update_id, 0) + 1
            if self._failures[update_id] < _STRANGE_FAILURES_BEFORE_SKIPPING:
                name = type(error).__name__
                raise NotStored(f"an update could not be stored ({name})") from None
            # our own mistake about one message must not silence every other customer
            _log.error("telegram_update_skipped", update_id=update_id, error=type(error).__name__)

    def _answer_press(self, raw: Mapping[str, Any]) -> None:
        """Every press is answered, or the customer's button keeps spinning."""
        query_id = callback_of(raw)
        if query_id is not None:
            task = asyncio.create_task(self._answer(query_id))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    async def _answer(self, query_id: str) -> None:
        try:
            await self._bot.answer_callback_query(query_id)
        except AiogramError as error:  # too old, or answered before: nothing is lost
            _log.debug("telegram_press_not_answered", error=in_words(error, self._bot))

    async def _finish_answers(self) -> None:
        if self._answers:
            await asyncio.wait(self._answers, timeout=2)
        for task in self._answers:
            task.cancel()

    def _well(self) -> None:
        self._wait = _FIRST_WAIT_S
        if self._state.up():
            _log.info("telegram_connected", bot=self._state.username)

    def _trouble(self, error: Exception) -> float:
        """Note the trouble; return how long to wait, in seconds."""
        words = _poll_words(error, self._channel)
        if self._state.down(words):
            _log.warning("telegram_not_connected", error=words)
        if isinstance(error, TelegramRetryAfter):
            return float(error.retry_after)
        if isinstance(error, (TelegramUnauthorizedError, TelegramNotFound)):
            return _TOKEN_REFUSED_WAIT_S
        wait = self._wait
        self._wait = min(self._wait * 2, _LONGEST_WAIT_S)
        return wait


def _poll_words(error: Exception, channel: TelegramChannel) -> str:
    if isinstance(error, NotStored):
        return str(error)
    if isinstance(error, TelegramConflictError):
        return (
            "another program reads this bot's messages (409): "
            "stop the other one, or use another bot's token"
        )
    return in_words(error, channel.bot)
