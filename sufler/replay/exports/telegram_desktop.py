"""Telegram Desktop's result.json: one chat, or the whole account."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sufler.replay.talks import PastTalk, Role, Said

_PRIVATE = ("personal_chat", "bot_chat")


def talks(body: Any, operators: Sequence[str]) -> list[PastTalk] | None:
    """Its chats; None when it is no such export.

    In a private chat the other side, whose id is the chat's, is the customer. In a group whoever
    is named in `operators` (name or from_id) is an operator, everybody else a customer of their
    own; a group in which nobody is named is left out.
    """
    if not isinstance(body, dict):
        return None
    chats = body.get("chats")
    whole = chats.get("list") if isinstance(chats, dict) else None
    if isinstance(whole, list):
        found = [chat for chat in whole if isinstance(chat, dict)]
    elif isinstance(body.get("messages"), list) and "type" in body and "name" in body:
        found = [body]
    else:
        return None
    named = {name.casefold() for name in operators}
    made: list[PastTalk] = []
    for chat in found:
        made += _private(chat, named) if chat.get("type") in _PRIVATE else _group(chat, named)
    return made


def _private(chat: Mapping[str, Any], named: set[str]) -> list[PastTalk]:
    other = f"user{chat.get('id')}"
    said = []
    for message in _messages(chat):
        theirs = str(message.get("from_id")).removeprefix("user") == other.removeprefix("user")
        role: Role = "customer" if theirs and not _named(message, named) else "operator"
        said.append(Said(role, _words(message), _moment(message)))
    return [PastTalk(f"telegram:{chat.get('id')}", tuple(said))] if said else []


def _group(chat: Mapping[str, Any], named: set[str]) -> list[PastTalk]:
    """Each member's questions with the operators' replies to them, by what is replied to, else to
    whoever wrote last."""
    by_member: dict[str, list[Said]] = {}
    whose: dict[Any, str] = {}
    last: str | None = None
    answered = False
    for message in _messages(chat):
        said_at = _moment(message)
        if _named(message, named):
            answered = True
            to = whose.get(message.get("reply_to_message_id"), last)
            if to is not None:
                by_member[to].append(Said("operator", _words(message), said_at))
                whose[message.get("id")] = to
            continue
        last = str(message.get("from_id"))
        whose[message.get("id")] = last
        by_member.setdefault(last, []).append(Said("customer", _words(message), said_at))
    if not answered:
        return []
    return [
        PastTalk(f"telegram:{chat.get('id')}:{member}", tuple(said))
        for member, said in by_member.items()
    ]


def _messages(chat: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    messages = chat.get("messages")
    if not isinstance(messages, list):
        return []
    return [
        message
        for message in messages
        if isinstance(message, dict)
        and message.get("type") == "message"
        and message.get("from_id")
        and _words(message)
    ]


def _named(message: Mapping[str, Any], named: set[str]) -> bool:
    return bool({str(message.get(key) or "").casefold() for key in ("from", "from_id")} & named)


def _words(message: Mapping[str, Any]) -> str:
    """`text` is a string, or a list of strings and of parts with a text of their own."""
    text = message.get("text")
    if isinstance(text, list):
        text = "".join(
            part if isinstance(part, str) else str(part.get("text", ""))
            for part in text
            if isinstance(part, str | dict)
        )
    return text.strip() if isinstance(text, str) else ""


def _moment(message: Mapping[str, Any]) -> datetime | None:
    stamp = message.get("date_unixtime")
    try:
        if stamp is not None:
            return datetime.fromtimestamp(int(stamp), UTC)
        # Older exports have the exporting computer's own time, without its zone.
        found = datetime.fromisoformat(str(message.get("date")))
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
