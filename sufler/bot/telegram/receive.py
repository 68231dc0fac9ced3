"""Stop 1 of 7: what did the customer send? A Telegram update becomes an `Incoming`, or nothing.

Next: `conversation/turn.py` stores it once; only then `polling.py` acknowledges the update.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from aiogram.types import CallbackQuery, Message, Update, User

from sufler.bot.markdown import whole
from sufler.domain.conversation import Customer, Incoming, IncomingKind
from sufler.domain.knowledge import Language

CHANNEL: Final = "telegram"
ALLOWED_UPDATES: Final = ("message", "callback_query")

_COMMAND = re.compile(r"/(start|help)(?:@\w+)?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
_START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what Telegram itself lets a link carry

# Telegram's kinds that hold no text that the bot could read → our word for them
_UNREADABLE: Mapping[str, str] = {
    "photo": "photo",
    "live_photo": "photo",
    "voice": "voice",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "document": "document",
    "audio": "audio",
    "sticker": "sticker",
    "contact": "contact",
    "location": "location",
    "venue": "location",
    "poll": "other",
    "dice": "other",
    "story": "other",
    "game": "other",
    "invoice": "other",
    "paid_media": "other",
    "checklist": "other",
}


def incoming_of(update: Update) -> Incoming | None:
    """The customer's message in `update`; None for what the bot does not handle.

    Groups, channels, other bots, edits and service messages are not handled.
    """
    if update.message is not None:
        return _from_message(update.message)
    if update.callback_query is not None:
        return _from_button(update.callback_query)
    return None


def callback_of(raw: Mapping[str, Any]) -> str | None:
    """The id of the button press in a raw update; every press must be answered."""
    query = raw.get("callback_query")
    found = query.get("id") if isinstance(query, Mapping) else None
    return found if isinstance(found, str) else None


def _from_message(message: Message) -> Incoming | None:
    sender = message.from_user
    if message.chat.type != "private" or sender is None or sender.is_bot:
        return None
    kind, text = _content(message)
    if kind is None:
        return None
    return Incoming(
        channel=CHANNEL,
        external_id=_external_id(message, kind),
        customer=_customer(sender, message.chat.id),
        kind=kind,
        text=text,
        at=message.date,
    )


def _content(message: Message) -> tuple[IncomingKind | None, str]:
    text = whole(message.text or message.caption or "")
    command = _COMMAND.fullmatch(text.strip()) if message.text else None
    if command is not None:
        payload = (command[2] or "").strip()
        if command[1].lower() == "help":
            return IncomingKind.HELP, ""
        # anybody can type anything after /start: only what a link can carry is let through
        return IncomingKind.START, payload if _START_PAYLOAD.fullmatch(payload) else ""
    if text.strip():
        return IncomingKind.TEXT, text
    word = _UNREADABLE.get(message.content_type)
    return (IncomingKind.UNREADABLE, word) if word else (None, "")


def _external_id(message: Message, kind: IncomingKind) -> str:
    """Unique per message; the wordless rest of an album is one, so it is spoken of once."""
    if kind is IncomingKind.UNREADABLE and message.media_group_id:
        return f"u:{message.chat.id}:album:{message.media_group_id}"
    return f"u:{message.chat.id}:{message.message_id}"


def _from_button(query: CallbackQuery) -> Incoming | None:
    message = query.message
    if message is None or message.chat.type != "private" or query.from_user.is_bot:
        return None
    # in a private chat only its customer can press; anything else is forged
    if message.chat.id != query.from_user.id or not query.data:
        return None
    return Incoming(
        channel=CHANNEL,
        external_id=f"cb:{query.id}",
        customer=_customer(query.from_user, message.chat.id),
        kind=IncomingKind.BUTTON,
        button=whole(query.data),
    )


def _customer(sender: User, chat_id: int) -> Customer:
    return Customer(
        external_id=str(chat_id),
        name=whole(sender.full_name),
        first_name=whole(sender.first_name),
        language=_language(sender.language_code),
    )


def _language(code: str | None) -> Language | None:
    primary = re.split(r"[-_]", (code or "").lower())[0]
    if primary == "ru":
        return "ru"
    return "en" if primary == "en" else None
