"""Stop 1 of 7: what did the customer send? A Telegram update becomes what is stored, or nothing.

Next: `conversation/turn.py` stores it once; only then polling or webhook acknowledges the update.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from aiogram.types import (
    BusinessMessagesDeleted,
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    Message,
    MessageReactionUpdated,
    ReactionTypeEmoji,
    Update,
    User,
)

from sufler.bot.markdown import whole
from sufler.bot.telegram.groups import Me, addressed
from sufler.bot.telegram.media import Coming, media_of
from sufler.bot.telegram.places import Place, message_ref
from sufler.conversation.buttons import CLOSE
from sufler.domain.conversation import Customer, Incoming, IncomingKind, Reach
from sufler.domain.knowledge import Language
from sufler.domain.texts import text

CHANNEL: Final = "telegram"
# Reactions are given only to who asks for them by name.
ALLOWED_UPDATES: Final = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "message_reaction",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
)

LONGEST_DATA: Final = 64  # bytes that Telegram lets a button carry
_COMMAND = re.compile(r"/(start|help|close)(?:@\w+)?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
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


@dataclass(frozen=True, slots=True)
class Taken:
    """What an update says of one customer, with the files that are still at Telegram. `pressed`
    is the message whose button was pressed, where others could have pressed it too."""

    incoming: Incoming
    files: tuple[Coming, ...] = ()
    pressed: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads updates. `me` says who the bot is; `first_chat` the first id of a group that moved;
    `language` is for words about files of customers whose language is not known."""

    me: Me
    language: Language = "ru"
    first_chat: Callable[[int], int] = field(default=lambda chat_id: chat_id)

    def read(self, update: Update) -> tuple[Taken, ...]:
        """What is to be stored, in order; nothing for what the bot does not handle: channels,
        other bots, service messages, and talk in groups that is not with the bot."""
        found: list[Taken | None]
        if update.deleted_business_messages is not None:
            found = [*self._deleted(update.deleted_business_messages)]
        elif (message := update.message or update.business_message) is not None:
            found = [self._message(message)]
        elif (edited := update.edited_message or update.edited_business_message) is not None:
            found = [self._edit(edited, update.update_id)]
        elif update.callback_query is not None:
            found = [self._press(update.callback_query)]
        elif update.message_reaction is not None:
            found = [self._reaction(update.message_reaction, update.update_id)]
        elif update.my_chat_member is not None:
            found = [self._reach(update.my_chat_member, update.update_id)]
        else:
            found = []
        return tuple(each for each in found if each is not None)

    def _message(self, message: Message) -> Taken | None:
        place, sender = self._place(message), message.from_user
        if place is None or sender is None:
            return None
        if place.connection is not None and sender.id != message.chat.id:
            return self._from_staff(message, place)
        said = whole(message.text or message.caption or "")
        if place.member is not None:
            asked = addressed(message, said, self.me)
            if asked is None:
                return None
            said = asked
        language = _language(sender.language_code) or self.language
        kind, words = _content(message, said)
        if kind is None:
            return None
        media = media_of(message, language)
        incoming = Incoming(
            channel=CHANNEL,
            external_id=_id_of(message),
            customer=_customer(sender, place),
            kind=kind,
            text=words,
            button=CLOSE if kind is IncomingKind.BUTTON else None,
            at=message.date,
            attachments=media.attachments,
            quotes=_id_of(message.reply_to_message) if message.reply_to_message else None,
        )
        return Taken(incoming, media.files)

    def _place(self, message: Message) -> Place | None:
        sender, chat = message.from_user, message.chat
        if sender is None or sender.is_bot or message.sender_chat is not None:
            return None
        if message.business_connection_id is not None:
            # What the bot wrote comes back, and so does what Telegram sends in the owner's name.
            echo = message.sender_business_bot is not None or message.is_from_offline
            return None if echo else Place(chat.id, connection=message.business_connection_id)
        if chat.type == "private":
            return Place(chat.id)
        if chat.type in ("group", "supergroup"):
            return Place(self.first_chat(chat.id), member=sender.id)
        return None

    def _from_staff(self, message: Message, place: Place) -> Taken | None:
        said = whole(message.text or message.caption or "")
        word = _UNREADABLE.get(message.content_type)
        if not said.strip():
            if word is None:
                return None
            said = f"[{text(f'media_{word}', self.language)}]"
        return _taken(_id_of(message), _other_side(message.chat, place), "FROM_STAFF", said)

    def _edit(self, message: Message, update_id: int) -> Taken | None:
        place, sender = self._place(message), message.from_user
        said = whole(message.text or message.caption or "")
        if place is None or sender is None or not said.strip():
            return None
        if place.connection is not None and sender.id != message.chat.id:
            return None
        if place.member is not None:
            said = addressed(message, said, self.me) or said
        about = _id_of(message)
        customer = _customer(sender, place)
        return _taken(f"e:{about}:{update_id}", customer, "EDIT", said, about)

    def _deleted(self, deleted: BusinessMessagesDeleted) -> list[Taken]:
        connection = deleted.business_connection_id
        customer = _other_side(deleted.chat, Place(deleted.chat.id, connection=connection))
        words = text("telegram_deleted", self.language)
        refs = [message_ref(deleted.chat.id, [each], connection) for each in deleted.message_ids]
        return [_taken(f"d:{about}", customer, "EDIT", words, about) for about in refs]

    def _press(self, query: CallbackQuery) -> Taken | None:
        """None: nobody could have pressed that in Telegram, or the message is gone."""
        message, sender = query.message, query.from_user
        data = whole(query.data or "")
        if message is None or sender.is_bot or not 0 < len(data.encode()) <= LONGEST_DATA:
            return None
        connection = getattr(message, "business_connection_id", None)
        if connection is not None:
            place = Place(message.chat.id, connection=connection)
        elif message.chat.type == "private":
            place = Place(message.chat.id)
        else:
            place = Place(self.first_chat(message.chat.id), member=sender.id)
        # In a private chat only its customer can press.
        if place.member is None and message.chat.id != sender.id:
            return None
        incoming = Incoming(
            channel=CHANNEL,
            external_id=f"cb:{query.id}"[:200],
            customer=_customer(sender, place),
            kind=IncomingKind.BUTTON,
            button=data,
        )
        pressed = message_ref(message.chat.id, [message.message_id])
        return Taken(incoming, pressed=None if place.member is None else pressed)

    def _reaction(self, reaction: MessageReactionUpdated, update_id: int) -> Taken | None:
        sender, chat = reaction.user, reaction.chat
        if sender is None or sender.is_bot:
            return None
        if chat.type == "private":
            place = Place(chat.id)
        else:
            place = Place(self.first_chat(chat.id), member=sender.id)
        now = [each.emoji for each in reaction.new_reaction if isinstance(each, ReactionTypeEmoji)]
        about = message_ref(chat.id, [reaction.message_id])
        customer = _customer(sender, place)
        said = now[0] if now else ""
        return _taken(f"r:{about}:{sender.id}:{update_id}", customer, "REACTION", said, about)

    def _reach(self, change: ChatMemberUpdated, update_id: int) -> Taken | None:
        if change.chat.type != "private":
            return None
        gone = change.new_chat_member.status in ("kicked", "left")
        reach = Reach.BLOCKED if gone else Reach.OPEN
        customer = _customer(change.from_user, Place(change.chat.id))
        moment = int(change.date.timestamp())
        return _taken(f"m:{change.chat.id}:{moment}:{update_id}", customer, "REACH", reach.value)


def _taken(
    external_id: str, customer: Customer, kind: str, said: str, about: str | None = None
) -> Taken:
    incoming = Incoming(CHANNEL, external_id, customer, IncomingKind[kind], said, about=about)
    return Taken(incoming)


def _content(message: Message, said: str) -> tuple[IncomingKind | None, str]:
    """The kind, and its text: without a mention of the bot, and a command's rest."""
    command = _COMMAND.fullmatch(said.strip()) if message.text else None
    if command is not None:
        payload = (command[2] or "").strip()
        if command[1].lower() == "help":
            return IncomingKind.HELP, ""
        if command[1].lower() == "close":
            return IncomingKind.BUTTON, ""
        # anybody can type anything after /start: only what a link can carry is let through
        return IncomingKind.START, payload if _START_PAYLOAD.fullmatch(payload) else ""
    if said.strip():
        return IncomingKind.TEXT, said
    word = _UNREADABLE.get(message.content_type)
    return (IncomingKind.UNREADABLE, word) if word else (None, "")


def _id_of(message: Message) -> str:
    return message_ref(message.chat.id, [message.message_id], message.business_connection_id)


def _customer(sender: User, place: Place) -> Customer:
    return Customer(
        external_id=place.customer_id,
        name=whole(sender.full_name),
        first_name=whole(sender.first_name),
        language=_language(sender.language_code),
    )


def _other_side(chat: Chat, place: Place) -> Customer:
    """The customer of a business chat, where somebody else did something."""
    return Customer(
        external_id=place.customer_id,
        name=whole(chat.full_name),
        first_name=whole(chat.first_name or ""),
    )


def _language(code: str | None) -> Language | None:
    primary = re.split(r"[-_]", (code or "").lower())[0]
    if primary == "ru":
        return "ru"
    return "en" if primary == "en" else None
