"""What is done when Telegram does not answer as it should: it is shown, and waited out."""

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)

from sufler.bot.telegram.connection import in_words
from sufler.bot.telegram.state import TelegramState
from sufler.bot.telegram.updates import NotStored
from sufler.domain.errors import ChannelError

_log = structlog.get_logger(__name__)

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0
TOKEN_REFUSED_WAIT_S = 20.0


class Trouble:
    """The waits of one endless loop: each longer than the last, until something went well."""

    def __init__(self, bot: Bot, state: TelegramState) -> None:
        self._bot = bot
        self._state = state
        self._wait = FIRST_WAIT_S
        self._in_conflict = False

    def over(self) -> None:
        """Telegram answered as it should."""
        # two pollers take turns at being thrown out: one good answer is no end of that
        if not self._in_conflict:
            self._wait = FIRST_WAIT_S
        self._in_conflict = False
        if self._state.up():
            _log.info("telegram_connected", bot=self._state.report.username)

    def met(self, error: Exception) -> float:
        """Show the trouble; return how long to wait, in seconds."""
        refused = isinstance(error, (TelegramUnauthorizedError, TelegramNotFound))
        words = self._words(error)
        if self._state.down(words, token_refused=refused):
            _log.warning("telegram_not_connected", error=words)
        self._in_conflict = isinstance(error, TelegramConflictError)
        if isinstance(error, TelegramRetryAfter):
            return float(error.retry_after)
        if refused:
            return TOKEN_REFUSED_WAIT_S
        wait = self._wait
        self._wait = min(self._wait * 2, LONGEST_WAIT_S)
        return wait

    def _words(self, error: Exception) -> str:
        match error:
            case NotStored():
                return str(error)
            case ChannelError():
                return error.message
            case TelegramConflictError() if "webhook" in error.message.lower():
                return (
                    "another program has set a webhook for this bot (409): "
                    "stop the other one, or use another bot's token"
                )
            case TelegramConflictError():
                return (
                    "another program reads this bot's messages (409): "
                    "stop the other one, or use another bot's token"
                )
            case _:
                return in_words(error, self._bot)
