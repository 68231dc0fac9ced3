"""What a message holds besides words: files to be fetched later, and things said of it."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiogram.types import Message, MessageOriginChannel, MessageOriginChat, MessageOriginUser

from sufler.domain.conversation import Attachment
from sufler.domain.errors import BadInput
from sufler.domain.files import FileKind, clean_name
from sufler.domain.knowledge import Language
from sufler.domain.texts import text

LARGEST_FILE: Final = 20 << 20  # bytes that Telegram gives to bots
_MB: Final = 1 << 20
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")

# Telegram's kind → ours, the ending of a file without a name, and its media type where none is said
_FILES: Final[Mapping[str, tuple[FileKind, str, str]]] = {
    "photo": (FileKind.PHOTO, "jpg", "image/jpeg"),
    "voice": (FileKind.VOICE, "ogg", "audio/ogg"),
    "video": (FileKind.VIDEO, "mp4", "video/mp4"),
    "video_note": (FileKind.VIDEO, "mp4", "video/mp4"),
    "animation": (FileKind.VIDEO, "mp4", "video/mp4"),
    "audio": (FileKind.AUDIO, "mp3", "audio/mpeg"),
    "document": (FileKind.DOCUMENT, "bin", "application/octet-stream"),
}


@dataclass(frozen=True, slots=True)
class Coming:
    """A file that is still at Telegram; `source` is its id there."""

    attachment: Attachment
    source: str


@dataclass(frozen=True, slots=True)
class Media:
    """`notes` are attachments without an id: words about what is not kept as a file."""

    files: tuple[Coming, ...] = ()
    notes: tuple[Attachment, ...] = ()

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """As they are stored with the message."""
        return tuple(each.attachment for each in self.files) + self.notes


def media_of(message: Message, language: Language) -> Media:
    """Of a message that somebody wrote. A sticker is none: its word says it all."""
    notes: list[Attachment] = []
    files: list[Coming] = []
    kind = "photo" if message.photo else message.content_type
    if kind in _FILES:
        coming = _file(message, kind, language)
        if isinstance(coming, Coming):
            files.append(coming)
        else:
            notes.append(_note(coming))
    elif said := _said(message, language):
        notes.append(_note(said))
    if message.forward_origin is not None:
        notes.append(_note(text("telegram_forwarded", language, name=_author(message))))
    return Media(tuple(files), tuple(notes))


def too_large(name: str, size: int, language: Language) -> str:
    """What stands in place of a file that Telegram does not give to bots; `size` in bytes."""
    return text("telegram_file_too_large", language, name=name, mb=-(-size // _MB))


def _file(message: Message, kind: str, language: Language) -> Coming | str:
    ours, ending, usual_type = _FILES[kind]
    found: Any = message.photo[-1] if message.photo else getattr(message, kind)
    word = text(f"media_{ours.value}", language)
    name = _named(getattr(found, "file_name", None), f"{word} {message.message_id}.{ending}")
    size = found.file_size
    if size is not None and size > LARGEST_FILE:
        return too_large(name, size, language)
    if size == 0:
        return text("telegram_file_empty", language, name=name)
    said = (getattr(found, "mime_type", None) or usual_type).lower()
    media_type = said if _MEDIA_TYPE.fullmatch(said) else "application/octet-stream"
    attachment = Attachment(_id(message, found.file_id), ours.value, name, media_type, size or 0)
    return Coming(attachment, found.file_id)


def _id(message: Message, file_id: str) -> str:
    """The same for the same file of the same message, however often Telegram gives the update."""
    of = f"{message.chat.id} {message.message_id} {file_id}"
    return "t" + hashlib.sha256(of.encode()).hexdigest()[:40]


def _named(given: str | None, otherwise: str) -> str:
    try:
        return clean_name(given or otherwise)
    except BadInput:
        return clean_name(otherwise)


def _said(message: Message, language: Language) -> str:
    if message.contact is not None:
        who = message.contact
        parts = [who.first_name, who.last_name or "", who.phone_number]
        return f"{text('media_contact', language)}: {' '.join(filter(None, parts))}"
    if message.location is not None:
        at = message.venue.location if message.venue else message.location
        venue = [message.venue.title, message.venue.address] if message.venue else []
        where = ", ".join([*venue, f"{at.latitude:.6f} {at.longitude:.6f}"])
        return f"{text('media_location', language)}: {where}"
    return ""


def _author(message: Message) -> str:
    match message.forward_origin:
        case MessageOriginUser(sender_user=who):
            return who.full_name
        case MessageOriginChat(sender_chat=chat) | MessageOriginChannel(chat=chat):
            return chat.full_name
        case origin:  # whoever hides their account still shows a name
            return str(getattr(origin, "sender_user_name", "")) or "?"


def _note(words: str) -> Attachment:
    line = " ".join("".join(char if char.isprintable() else " " for char in words).split())
    return Attachment("", FileKind.DOCUMENT.value, line[:300], "text/plain", 0)
