"""Telegram's POSTs: others are refused; an update is stored, and only then answered with 200.

Next: `updates.py` stores an update. `webhook_upkeep.py` tells Telegram where to post.
"""

import hmac
import json
from hashlib import sha256
from typing import Any, Final

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sufler.bot.telegram.state import TelegramState
from sufler.bot.telegram.updates import NotStored, Updates

PATH: Final = "/telegram/webhook"
BODY_BYTES: Final = 1_000_000  # an update is a few kilobytes; photos and files come as ids

_SECRET_HEADER: Final = b"x-telegram-bot-api-secret-token"
_PURPOSE: Final = b"sufler: secret of the telegram webhook"

_log = structlog.get_logger(__name__)


def secret_of(token: str) -> str:
    """What Telegram must show in each POST: made from the bot's token, so that every process
    knows it and nothing has to be kept; the token cannot be found from it."""
    return hmac.new(token.encode(), _PURPOSE, sha256).hexdigest()


class Webhook:
    """The endpoint, as an ASGI application. A refusal says nothing of what is inside."""

    def __init__(self, secret: str, updates: Updates, state: TelegramState) -> None:
        self._secret = secret.encode()
        self._updates = updates
        self._state = state
        self._told_of_forgery = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = await self._status(scope, receive)
        headers = {"allow": "POST"} if status == 405 else None
        await Response(status_code=status, headers=headers)(scope, receive, send)

    async def _status(self, scope: Scope, receive: Receive) -> int:
        if scope["method"] != "POST":
            return 405
        if not self._is_telegram(scope):
            return 403
        body = await _body(scope, receive)
        if body is None:
            return 413
        raw = _update(body)
        if raw is None:
            return 400
        try:
            await self._updates.take(raw, raw["update_id"])
        except NotStored as error:
            # Telegram keeps what is not answered with 2xx, and gives it again
            if self._state.down(str(error)):
                _log.warning("telegram_update_not_stored", error=str(error))
            return 503
        return 200

    def _is_telegram(self, scope: Scope) -> bool:
        """Bytes are compared: a header need not be text."""
        shown = [value for name, value in scope["headers"] if name == _SECRET_HEADER]
        if len(shown) == 1 and hmac.compare_digest(shown[0], self._secret):
            return True
        # once: strangers must not be able to fill the log
        if not self._told_of_forgery:
            self._told_of_forgery = True
            _log.warning("telegram_webhook_refused", reason="no secret token, or a wrong one")
        return False


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    """The body, counted as it arrives: what is announced need not be true. None: too large, or
    the caller went away."""
    announced = dict(scope["headers"]).get(b"content-length", b"")
    if announced.isdigit() and (len(announced) > 18 or int(announced) > BODY_BYTES):
        return None
    parts: list[bytes] = []
    left = BODY_BYTES
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part = message.get("body", b"")
        left -= len(part)
        if left < 0:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _update(body: bytes) -> dict[str, Any] | None:
    """A JSON object with a whole number for its `update_id`; None for anything else."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict):
        return None
    number = raw.get("update_id")
    return raw if isinstance(number, int) and not isinstance(number, bool) else None
