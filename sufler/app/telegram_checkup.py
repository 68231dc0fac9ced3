"""Whether Telegram knows the bot, and can reach this server where it should: for `sufler doctor`
and for a warning when `sufler serve` starts."""

import ipaddress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from sufler.app.finding import Finding, Health
from sufler.app.settings import Settings

TIMEOUT_S = 8.0
TELEGRAM_API = "https://api.telegram.org"
# What Telegram posts to: https://core.telegram.org/bots/api#setwebhook
PORTS = (443, 80, 88, 8443)


async def telegram(settings: Settings) -> Finding:
    """Is the token good?"""
    if settings.telegram_token is None:
        mend = "take a token from @BotFather and set SUFLER_TELEGRAM_TOKEN"
        return Finding("telegram", Health.GREY, "not connected", mend)
    server = settings.telegram_api or TELEGRAM_API
    try:
        status, me = await _asked(settings, "getMe")
    except httpx.HTTPError as error:
        words = f"{server} cannot be reached ({type(error).__name__})"
        mend = "check the network, a proxy, or SUFLER_TELEGRAM_API"
        return Finding("telegram", Health.RED, words, mend)
    except ValueError:
        words = f"{server} does not answer like a Bot API server"
        return Finding("telegram", Health.RED, words, "check SUFLER_TELEGRAM_API")
    if me is None:
        words = f"{server} refuses the token ({status})"
        mend = "take a fresh token from @BotFather and set SUFLER_TELEGRAM_TOKEN"
        return Finding("telegram", Health.RED, words, mend)
    words = f"@{me.get('username', '?')} through {server}, by {settings.telegram_mode}"
    return Finding("telegram", Health.GREEN, words)


async def webhook(settings: Settings) -> Finding:
    """Can Telegram post to this server, and does it? Only for webhook mode with a token."""
    found = unreachable(settings)
    if found is not None:
        own = settings.telegram_api is not None
        return Finding("webhook", Health.YELLOW if own else Health.RED, *found)
    try:
        _, said = await _asked(settings, "getWebhookInfo")
    except (httpx.HTTPError, ValueError):
        said = None
    if said is None:
        return Finding("webhook", Health.YELLOW, "Telegram does not say how it stands, see above")
    url, waiting = str(said.get("url", "")), int(said.get("pending_update_count", 0))
    if not url.startswith(f"{settings.public_url}/"):
        words = "not set to this server"
        return Finding("webhook", Health.YELLOW, words, "sufler serve sets it when it starts")
    words = f"{url}, {waiting} updates wait"
    if waiting and "last_error_message" in said:
        at = datetime.fromtimestamp(int(said.get("last_error_date", 0)), UTC)
        words = f"{words}; at {at:%Y-%m-%d %H:%M} UTC: {said['last_error_message']}"
        mend = "see that it reaches Sufler: is it served, does the proxy pass it on?"
        return Finding("webhook", Health.YELLOW, words, mend)
    return Finding("webhook", Health.GREEN, words)


def unreachable(settings: Settings) -> tuple[str, str] | None:
    """Why Telegram could not post to SUFLER_PUBLIC_URL, and how to mend it; None: it could.

    Telegram's own servers need https, one of four ports, and a name of the internet; an own Bot
    API server takes whatever it can reach.
    """
    url = urlsplit(settings.public_url or "")
    if settings.telegram_api is not None:
        if url.scheme == "https" or _is_near(url.hostname or ""):
            return None
        mend = "put a proxy with a certificate before Sufler, and set SUFLER_PUBLIC_URL to it"
        return "SUFLER_PUBLIC_URL is not https: customers' messages go over the net in clear", mend
    if url.scheme != "https":
        mend = "put a proxy with a certificate before Sufler, or SUFLER_TELEGRAM_MODE=polling"
        return "SUFLER_PUBLIC_URL is not https, and Telegram posts to https only", mend
    if (url.port or 443) not in PORTS:
        ports = ", ".join(map(str, PORTS))
        mend = "let the proxy take one of them, or SUFLER_TELEGRAM_MODE=polling"
        return f"SUFLER_PUBLIC_URL has port {url.port}, and Telegram posts to {ports} only", mend
    if _is_near(url.hostname or ""):
        mend = "set SUFLER_PUBLIC_URL to a name of the internet, or SUFLER_TELEGRAM_MODE=polling"
        return f"SUFLER_PUBLIC_URL is {url.hostname}, where Telegram cannot reach this server", mend
    return None


async def _asked(settings: Settings, method: str) -> tuple[int, dict[str, Any] | None]:
    """The status and the result of one call; None when it was refused. Raises httpx.HTTPError,
    and ValueError for what is not JSON."""
    token = settings.telegram_token.get_secret_value() if settings.telegram_token else ""
    # Never shown: the address holds the token.
    address = f"{settings.telegram_api or TELEGRAM_API}/bot{token}/{method}"
    async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
        response = await client.get(address)
    answer = response.json()
    good = isinstance(answer, dict) and answer.get("ok")
    result = answer.get("result") if good else None
    return response.status_code, result if isinstance(result, dict) else None


def _is_near(host: str) -> bool:
    """Whether `host` is this machine, or an address of a private net."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
