"""What page and server say to each other over /chat/socket, as JSON; the page is not trusted."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sufler.bot.markdown import to_html, whole
from sufler.domain.conversation import Author, Message, label_of
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import LANGUAGES, Language

MOST_CHARS: Final = 4000  # of one message
MOST_FRAME_CHARS: Final = 32_000
MOST_FILES: Final = 5  # of one message

_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_MOST_BUTTON_BYTES = 64
_LARGEST_ID = 2**53


@dataclass(frozen=True, slots=True)
class Hello:
    """The page is there; it has everything up to message `cursor` (0: nothing yet). `visitor` is
    the token of one who was here before, `identity` a token of the site; `fresh`: whoever the
    cookie names has left, and somebody else sits there now. It knows of edits up to `edits`."""

    cursor: int
    language: Language | None
    visitor: str | None = None
    identity: str | None = None
    fresh: bool = False
    edits: datetime | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """The customer wrote `text`, pressed a `button` or sent `files` (by their ids); `client_id`
    names it once and for all."""

    client_id: str
    text: str = ""
    button: str | None = None
    files: tuple[str, ...] = ()


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
            return Hello(
                _number(body.get("cursor")),
                known,
                _token(body.get("visitor")),
                _token(body.get("identity")),
                body.get("fresh") is True,
                _moment(body.get("edits")),
            )
        case "message":
            client_id, files = _client_id(body), _files(body)
            return Said(client_id, text=_text(body, may_lack=bool(files)), files=files)
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
        "edited": message.edited_at is not None,
    }
    files = message.attachments
    # Without an id there is no file, only words about one.
    body["files"] = [
        {"id": each.id, "name": each.name, "size": each.size} for each in files if each.id
    ]
    if message.author is Author.CUSTOMER:
        body["text"] = "" if files and message.text == label_of(files) else message.text
        sender, _, client_id = (message.external_id or "").rpartition(":")
        if sender == visitor:
            body["client_id"] = client_id
        return body
    sender, _, client_id = (message.quotes or "").rpartition(":")
    if sender == visitor:
        body["quotes"] = client_id
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
    edits: datetime | None = None,
) -> str:
    """Messages and the cursors to come back with. `more`: whether there are earlier ones than
    these, None when that was not looked at. `earlier`: these were asked for as earlier ones."""
    items = [shown(message, visitor) for message in messages]
    told = edits.isoformat() if edits else None
    return frame("messages", items=items, cursor=cursor, more=more, earlier=earlier, edits=told)


def edited_frame(messages: Sequence[Message], visitor: str, edits: datetime | None) -> str:
    """Messages that the page has in an older form, if it has them at all."""
    items = [shown(message, visitor) for message in messages]
    return frame("edited", items=items, edits=edits.isoformat() if edits else None)


def _number(value: object) -> int:
    sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST_ID
    return value if sound and isinstance(value, int) else 0


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    # The year keeps the arithmetic with it possible.
    sound = moment is not None and moment.tzinfo is not None and 1970 <= moment.year < 9000
    return moment if sound else None


def _client_id(body: dict[str, Any]) -> str:
    value = body.get("id")
    if not isinstance(value, str) or not _CLIENT_ID.fullmatch(value):
        raise BadInput("the message has no proper id")
    return value


def _token(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _files(body: dict[str, Any]) -> tuple[str, ...]:
    value = body.get("files", [])
    if not isinstance(value, list) or len(value) > MOST_FILES:
        raise BadInput("file_gone", field=body["id"])
    if not all(isinstance(each, str) and _CLIENT_ID.fullmatch(each) for each in value):
        raise BadInput("file_gone", field=body["id"])
    return tuple(dict.fromkeys(value))


def _text(body: dict[str, Any], *, may_lack: bool) -> str:
    value = body.get("text")
    if may_lack and value in (None, ""):
        return ""
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
