"""What page and server say to each other over /chat/socket, as JSON; the page is not trusted."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sufler.bot.markdown import to_html, whole
from sufler.domain.conversation import Author, Message
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import LANGUAGES, Language

MOST_CHARS: Final = 4000  # of one message
MOST_FRAME_CHARS: Final = 32_000

_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_MOST_BUTTON_BYTES = 64
_LARGEST_ID = 2**53


@dataclass(frozen=True, slots=True)
class Hello:
    """The page is there; it has everything up to message `cursor` (0: nothing yet)."""

    cursor: int
    language: Language | None


@dataclass(frozen=True, slots=True)
class Said:
    """The customer wrote `text` or pressed a `button`; `client_id` names it once and for all."""

    client_id: str
    text: str = ""
    button: str | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """Show what was said before message `before`."""

    before: int


@dataclass(frozen=True, slots=True)
class Ping:
    """Is anybody there?"""


def read(frame: str) -> Hello | Said | Earlier | Ping:
    """What the page sent. Raises BadInput, with the client id in `field` where it is known."""
    if len(frame) > MOST_FRAME_CHARS:
        raise BadInput("the frame is too long")
    try:
        body = json.loads(frame)
    except (ValueError, RecursionError):
        raise BadInput("the frame is not JSON") from None
    if not isinstance(body, dict):
        raise BadInput("the frame is not an object")
    match body.get("type"):
        case "hello":
            language = body.get("language")
            known = next((known for known in LANGUAGES if known == language), None)
            return Hello(_number(body.get("cursor")), known)
        case "message":
            return Said(_client_id(body), text=_text(body))
        case "button":
            return Said(_client_id(body), button=_button(body))
        case "earlier":
            return Earlier(_number(body.get("before")))
        case "ping":
            return Ping()
    raise BadInput("the frame is of no known type")


def shown(message: Message, visitor: str) -> dict[str, Any]:
    """A message as the page shows it: our own as safe HTML, the customer's as plain text."""
    body: dict[str, Any] = {
        "id": message.id,
        "author": message.author.value,
        "at": message.at.isoformat(),
    }
    if message.author is Author.CUSTOMER:
        body["text"] = message.text
        sender, _, client_id = (message.external_id or "").partition(":")
        if sender == visitor:
            body["client_id"] = client_id
        return body
    body["html"] = to_html(message.text)
    body["name"] = message.author_name
    body["buttons"] = [{"label": each.label, "data": each.data} for each in message.buttons]
    return body


def frame(kind: str, **values: Any) -> str:
    """A frame for the page."""
    return json.dumps({"type": kind, **values}, ensure_ascii=False, separators=(",", ":"))


def messages_frame(
    messages: Sequence[Message],
    visitor: str,
    cursor: int,
    more: bool | None,
    *,
    earlier: bool = False,
) -> str:
    """Messages and the cursor to come back with. `more`: whether there are earlier ones than
    these, None when that was not looked at. `earlier`: these were asked for as earlier ones."""
    items = [shown(message, visitor) for message in messages]
    return frame("messages", items=items, cursor=cursor, more=more, earlier=earlier)


def _number(value: object) -> int:
    sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST_ID
    return value if sound and isinstance(value, int) else 0


def _client_id(body: dict[str, Any]) -> str:
    value = body.get("id")
    if not isinstance(value, str) or not _CLIENT_ID.fullmatch(value):
        raise BadInput("the message has no proper id")
    return value


def _text(body: dict[str, Any]) -> str:
    value = body.get("text")
    if not isinstance(value, str) or not value.strip():
        raise BadInput("empty", field=body["id"])
    if len(value) > MOST_CHARS:
        raise BadInput("too_long", field=body["id"])
    return whole(value)


def _button(body: dict[str, Any]) -> str:
    value = body.get("data")
    if not isinstance(value, str) or not value:
        raise BadInput("empty", field=body["id"])
    value = whole(value)
    if len(value.encode()) > _MOST_BUTTON_BYTES:
        raise BadInput("too_long", field=body["id"])
    return value
