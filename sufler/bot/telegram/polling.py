"""getUpdates, so that nothing is lost: an update is stored, then the next offset acknowledges it.

Next: `updates.py` stores an update. aiogram's own polling acknowledges before handling.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.exceptions import TelegramConflictError

from sufler.bot.telegram.connection import GetRawUpdates
from sufler.bot.telegram.receive import ALLOWED_UPDATES
from sufler.bot.telegram.send import TelegramChannel
from sufler.bot.telegram.state import TelegramState
from sufler.bot.telegram.trouble import Trouble
from sufler.bot.telegram.updates import Updates


class Polling:
    """The endless loop of one bot. `poll_timeout_s` is how long Telegram holds an empty answer."""

    def __init__(
        self,
        channel: TelegramChannel,
        updates: Updates,
        state: TelegramState,
        prepare: Callable[[], Awaitable[None]],
        *,
        poll_timeout_s: int = 25,
    ) -> None:
        self._bot = channel.bot
        self._updates = updates
        self._state = state
        self._prepare = prepare
        self._poll_timeout_s = poll_timeout_s
        self._offset: int | None = None  # one after the last stored update
        self._trouble = Trouble(channel.bot, state)

    async def run(self) -> None:
        """Until cancelled. What was not stored by then was not acknowledged either."""
        prepared = False
        while True:
            try:
                if not prepared:
                    await self._prepare()
                    prepared = True
                await self._store(await self._fetch())
                self._trouble.over()
            except Exception as error:
                # whatever it is, the next customer must be heard; a webhook may have been set
                prepared = prepared and not isinstance(error, TelegramConflictError)
                await asyncio.sleep(self._trouble.met(error))

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
            await self._updates.take(raw, update_id)
            self._offset = update_id + 1
