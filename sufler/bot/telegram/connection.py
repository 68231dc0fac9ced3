"""One bot's connection to the Bot API, and its errors in words that hold no token and no text."""

from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.methods.base import Response, TelegramType
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientConnectorError, ClientTimeout, ConnectionTimeoutError, InvalidURL

from sufler.domain.conversation import Reach
from sufler.domain.errors import ChannelError, SettingsError

REQUEST_TIMEOUT_S = 30.0
_CONNECT_TIMEOUT_S = 10.0
# Shorter than any proxy's own: a connection that was closed while idle makes a send look unknown.
_IDLE_CONNECTION_S = 15.0
_TOKEN_REFUSED_PAUSE_S = 15.0
# Disconnected, rights withdrawn, or a customer who has not written for a day.
_BUSINESS = (
    "business connection not found",
    "BUSINESS_CONNECTION_",
    "BUSINESS_PEER_USAGE_MISSING",
)


class GatewayTimedOut(TelegramServerError):  # noqa: N818 - in the words of the error tree
    """A gateway gave up waiting (504): the call may have been carried out."""


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates without reading the updates: one of a shape that aiogram does not know must not
    make the others unreadable."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = 100
    timeout: int = 0
    allowed_updates: list[str]


class Session(AiohttpSession):
    """aiogram's session, which also understands the HTML pages of a gateway in front of the API."""

    def __init__(self, api: TelegramAPIServer) -> None:
        super().__init__(api=api, timeout=REQUEST_TIMEOUT_S)
        self._connector_init["keepalive_timeout"] = _IDLE_CONNECTION_S

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's own signature
    ) -> TelegramType:
        limits = ClientTimeout(
            total=self.timeout if timeout is None else timeout, connect=_CONNECT_TIMEOUT_S
        )
        try:
            # aiohttp takes the limits as they are: a failed connect can be told from a lost answer
            return await super().make_request(bot, method, timeout=limits)  # type: ignore[arg-type]
        except UnicodeDecodeError as error:
            raise ClientDecodeError("not text", error, "") from None

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError:
            if status_code == 504:
                raise GatewayTimedOut(method, "504 from a gateway") from None
            if status_code >= 500:
                raise TelegramServerError(method, f"{status_code} from a gateway") from None
            if status_code >= 400:
                raise TelegramAPIError(method, f"{status_code}, not a Bot API answer") from None
            raise


def connect(token: str, api_base: str | None = None) -> Bot:
    """A bot that has not asked anything yet. Raises SettingsError for an impossible token."""
    api = TelegramAPIServer.from_base(api_base.rstrip("/")) if api_base else PRODUCTION
    try:
        return Bot(token, session=Session(api))
    except TokenValidationError:
        raise SettingsError(
            "SUFLER_TELEGRAM_TOKEN is not a bot token (it looks like 123456:ABC…)",
            field="SUFLER_TELEGRAM_TOKEN",
        ) from None


def in_words(error: BaseException, bot: Bot) -> str:
    """What went wrong, in one line, without the token, an address or anybody's text."""
    match error:
        case TelegramNetworkError():
            cause = error.__cause__
            return f"no answer from Telegram ({type(cause or error).__name__})"
        case ClientDecodeError():
            return "an answer from Telegram that is not JSON"
        case TelegramRetryAfter():
            return f"Telegram asks to wait {error.retry_after} s (429)"
        case TelegramUnauthorizedError() | TelegramNotFound():
            return "Telegram refuses the bot's token: it was revoked or is wrong"
        case TelegramAPIError():
            line = " ".join(error.message.split())[:200]
            return f"Telegram says: {line}".replace(bot.token, "…")
        case _:
            return f"unexpected {type(error).__name__}"


def channel_error(error: AiogramError, bot: Bot) -> ChannelError:
    """Whether a failed send may be repeated, and when; see `ChannelError`."""
    words = in_words(error, bot)
    match error:
        case TelegramRetryAfter():
            return ChannelError(words, retry_after=float(error.retry_after))
        case TelegramUnauthorizedError() | TelegramNotFound():
            return ChannelError(words, retry_after=_TOKEN_REFUSED_PAUSE_S, whole_channel=True)
        case TelegramForbiddenError():
            gone = "deactivated" in error.message
            return ChannelError(words, permanent=True, reach=Reach.GONE if gone else Reach.BLOCKED)
        case TelegramBadRequest() if any(sign in error.message for sign in _BUSINESS):
            words = "the business account no longer lets the bot write to this customer"
            return ChannelError(words, permanent=True)
        case TelegramBadRequest() if "chat not found" in error.message:
            return ChannelError(words, permanent=True, reach=Reach.GONE)
        case TelegramBadRequest() | TelegramMigrateToChat() | TelegramEntityTooLarge():
            return ChannelError(words, permanent=True)
        case GatewayTimedOut() | ClientDecodeError():
            return ChannelError(f"{words}: it may have arrived", outcome_unknown=True)
        case TelegramNetworkError() if not never_sent(error):
            return ChannelError(f"{words}: it may have arrived", outcome_unknown=True)
        case TelegramServerError() | TelegramNetworkError():
            return ChannelError(words, whole_channel=True)
        case _:
            return ChannelError(words)


def never_sent(error: TelegramNetworkError) -> bool:
    """Whether the request certainly did not reach Telegram."""
    cause = error.__cause__
    return isinstance(cause, (ClientConnectorError, ConnectionTimeoutError, InvalidURL))
