"""Fetches what customers sent as files, after their messages were stored: tried again until it is
there, or Telegram says that it never will be. The token is in each address: none is ever shown."""

import asyncio
from collections.abc import AsyncIterable, Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiohttp import ClientError, ClientResponseError

from sufler.bot.telegram.connection import in_words
from sufler.bot.telegram.media import LARGEST_FILE, too_large
from sufler.bot.telegram.receive import CHANNEL
from sufler.domain.errors import BadInput, StorageUnavailable
from sufler.domain.files import ComingFile
from sufler.domain.knowledge import Language
from sufler.domain.ports import Clock, Leases
from sufler.domain.texts import text

_log = structlog.get_logger(__name__)

LEASE: Final = "telegram:files"
POLL_S = 1.0
# Seconds before each next try; the last is repeated.
BACK_OFF_S = (1.0, 5.0, 15.0, 60.0, 300.0, 600.0)
_TRIES = 40  # some six hours
_REFUSED_TRIES = 4  # when Telegram itself says that it cannot give the file
_AT_ONCE = 4
_TIMEOUT_S = 120


class Coming(Protocol):
    """`storage.coming_files.ComingFiles`."""

    async def due(self, channel: str, limit: int) -> list[ComingFile]: ...
    async def fill(
        self, file: ComingFile, stream: AsyncIterable[bytes], limit: int
    ) -> str | None: ...
    async def postpone(self, file: ComingFile, until: datetime) -> None: ...
    async def give_up(self, file: ComingFile, words: str) -> str | None: ...


class Downloads:
    """The endless work. `arrived` is told the conversation whose file is there, or never will be;
    `language` is for the words that then stand in its place."""

    def __init__(
        self,
        bot: Bot,
        files: Coming,
        arrived: Callable[[str], None],
        clock: Clock,
        language: Language = "ru",
    ) -> None:
        self._bot = bot
        self._files = files
        self._arrived = arrived
        self._clock = clock
        self._language = language

    async def run(self, leases: Leases) -> None:
        """Until cancelled, in the one process that holds the lease."""
        async with leases.holding(LEASE):
            while True:
                found = await self._files.due(CHANNEL, _AT_ONCE)
                if found:
                    await asyncio.gather(*(self._fetch(each) for each in found))
                else:
                    await asyncio.sleep(POLL_S)

    async def _fetch(self, file: ComingFile) -> None:
        try:
            told = await self._fetched(file)
        except BadInput as error:
            large = error.message == "too_large"
            words = too_large(file.name, LARGEST_FILE + 1, self._language)
            empty = text("telegram_file_empty", self._language, name=file.name)
            told = await self._files.give_up(file, words if large else empty)
        except TelegramBadRequest as error:
            told = await self._refused(file, error)
        except StorageUnavailable:
            raise
        except (AiogramError, ClientError, TimeoutError, ValueError) as error:
            told = await self._later(file, error)
        if told is not None:
            self._arrived(told)

    async def _fetched(self, file: ComingFile) -> str | None:
        known = await self._bot.get_file(file.source)
        if known.file_path is None:
            raise ValueError("Telegram names no path")
        url = self._bot.session.api.file_url(self._bot.token, known.file_path)
        stream = self._bot.session.stream_content(url, timeout=_TIMEOUT_S)
        return await self._files.fill(file, stream, LARGEST_FILE)

    async def _refused(self, file: ComingFile, error: TelegramBadRequest) -> str | None:
        if "too big" in error.message:
            words = too_large(file.name, LARGEST_FILE + 1, self._language)
        elif file.tries + 1 < _REFUSED_TRIES:
            return await self._later(file, error)
        else:
            words = text("telegram_file_lost", self._language, name=file.name)
        return await self._files.give_up(file, words)

    async def _later(self, file: ComingFile, error: Exception) -> str | None:
        if file.tries + 1 >= _TRIES:
            lost = text("telegram_file_lost", self._language, name=file.name)
            return await self._files.give_up(file, lost)
        wait = BACK_OFF_S[min(file.tries, len(BACK_OFF_S) - 1)]
        if isinstance(error, (TelegramUnauthorizedError, TelegramNotFound)):
            wait = max(wait, 15.0)
        status = error.status if isinstance(error, ClientResponseError) else None
        words = in_words(error, self._bot) if status is None else f"answered with {status}"
        _log.warning("telegram_file_not_fetched", file=file.id, tries=file.tries + 1, error=words)
        await self._files.postpone(file, self._clock.now() + timedelta(seconds=wait))
        return None
