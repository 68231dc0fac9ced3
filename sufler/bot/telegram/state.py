"""How the bot's line to Telegram stands, in words for readiness, pages and measurements."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sufler.domain.ports import Clock

Mode = Literal["polling", "webhook"]


@dataclass(frozen=True, slots=True)
class WebhookReport:
    """What Telegram said of the webhook at `checked_at`: how many updates wait for it, and its
    last failure to deliver one, which may be long over."""

    url: str
    pending: int
    checked_at: datetime
    last_error: str | None
    last_error_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountReport:
    """A business account that let the bot in; not `may_reply`: it has withdrawn that."""

    owner: str
    may_reply: bool


@dataclass(frozen=True, slots=True)
class LineReport:
    """A snapshot without secrets: `since` is when `connected` last changed; `error` is None while
    connected and in `standby`, where another process of this Sufler has the line; `last_error`
    outlives its mending. Times are None for what has not happened since the start."""

    mode: Mode
    connected: bool
    since: datetime
    error: str | None
    username: str | None
    name: str | None = None
    standby: bool = False
    token_refused: bool = False
    last_update_at: datetime | None = None
    last_error: str | None = None
    last_error_at: datetime | None = None
    webhook: WebhookReport | None = None
    accounts: tuple[AccountReport, ...] = ()


class TelegramState:
    """Whether updates are coming in; written by polling and webhook, read by everybody."""

    def __init__(self, clock: Clock, mode: Mode = "polling") -> None:
        self._clock = clock
        self._report = LineReport(mode, False, clock.now(), "not asked yet", None)

    @property
    def report(self) -> LineReport:
        """The state now."""
        return self._report

    def introduced(self, username: str | None, name: str) -> None:
        """Telegram said who the bot is."""
        self._report = replace(self._report, username=username, name=name)

    def up(self) -> bool:
        """Telegram answered. Returns whether that is news."""
        return self._turned(connected=True, error=None)

    def down(self, error: str, *, token_refused: bool = False) -> bool:
        """Telegram did not answer as it should, `error` in words. Returns whether that is news."""
        self._report = replace(
            self._report,
            token_refused=token_refused,
            last_error=error,
            last_error_at=self._clock.now(),
        )
        return self._turned(connected=False, error=error)

    def stand_by(self) -> None:
        """Another process of this Sufler has the line; this one waits to take over."""
        self._turned(connected=False, error=None, standby=True)

    def received(self) -> None:
        """An update came in."""
        self._report = replace(self._report, last_update_at=self._clock.now())

    def accounts(self, accounts: tuple[AccountReport, ...]) -> None:
        """Business accounts as they are now."""
        self._report = replace(self._report, accounts=accounts)

    def webhook_checked(self, webhook: WebhookReport) -> None:
        """Telegram said how the webhook stands."""
        self._report = replace(self._report, webhook=webhook)

    def _turned(self, *, connected: bool, error: str | None, standby: bool = False) -> bool:
        before = self._report
        self._report = replace(
            before,
            connected=connected,
            error=error,
            standby=standby,
            since=before.since if before.connected == connected else self._clock.now(),
            token_refused=before.token_refused and error is not None,
        )
        return (before.connected, before.error) != (connected, error)
