"""In a group most talk is not with the bot: which messages are, and what they then say."""

import re
from dataclasses import dataclass

from aiogram.types import Message

_COMMAND = re.compile(r"/(\w{1,64})(?:@(\w+))?(?=\s|$)")
_OURS = frozenset({"start", "help", "close"})


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is."""

    id: int
    username: str


def addressed(message: Message, said: str, me: Me) -> str | None:
    """What a member says to the bot, without its name; None when it is not meant.

    Meant: a command with the bot's name, its name in the text, and replies to what it wrote. A
    bare /help may be for any bot that is there.
    """
    command = _COMMAND.match(said)
    if command is not None:
        if (command[2] or "").lower() != me.username.lower():
            return None
        rest = said[command.end() :].strip()
        # Of a command that is none of ours the words behind it count: /ask@bot how much is it?
        return f"/{command[1]} {rest}".strip() if command[1].lower() in _OURS else rest or "/help"
    named = re.sub(rf"(?<![\w@])@{re.escape(me.username)}\b,?", "", said, flags=re.IGNORECASE)
    if named != said or _is_named_by_id(message, me):
        # Somebody who only calls the bot wants to know what it can do.
        return named.strip() or ("" if message.text is None else "/help")
    return said if _answers(message, me) else None


def _is_named_by_id(message: Message, me: Me) -> bool:
    entities = message.entities or message.caption_entities or []
    return any(each.user is not None and each.user.id == me.id for each in entities)


def _answers(message: Message, me: Me) -> bool:
    about = message.reply_to_message
    if about is None or about.from_user is None or about.forum_topic_created is not None:
        return False  # in a topic everything replies to the message that opened it
    return about.from_user.id == me.id
