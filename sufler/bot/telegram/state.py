"""How the bot's line to Telegram stands, in words for readiness and `sufler doctor`."""

from dataclasses import dataclass
from datetime import datetime

from sufler.domain.ports import Clock


@dataclass(frozen=True, slots=True)
class LineReport:
    """A snapshot: `since` is when `connected` last changed; `error` is None while connected."""

    connected: bool
    since: datetime
    error: str | None
    username: str | None


class TelegramState:
    """Whether updates are coming in; written by polling, read by readiness."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._connected = False
        self._error: str | None = "not asked yet"
        self._since = clock.now()
        self.username: str | None = None

    @property
    def report(self) -> LineReport:
        """The state now."""
        return LineReport(self._connected, self._since, self._error, self.username)

    def up(self) -> bool:
        """Telegram answered. Returns whether that is news."""
        news = not self._connected
        self._connected, self._error = True, None
        if news:
            self._since = self._clock.now()
        return news

    def down(self, error: str) -> bool:
        """Telegram did not answer as it should, `error` in words. Returns whether that is news."""
        news = self._connected or self._error != error
        if self._connected:
            self._since = self._clock.now()
        self._connected, self._error = False, error
        return news
