"""One reply of ours in the messages that Telegram takes: albums, captions, and pieces of text."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from sufler.bot.telegram.format import Piece, pieces
from sufler.domain.conversation import Message
from sufler.domain.errors import ChannelError, NotFound, StorageUnavailable
from sufler.domain.files import FileKind, StoredFile

CAPTION: Final = 1024  # UTF-16 units
LARGEST: Final = 50 << 20  # bytes that Telegram takes from bots
_LARGEST_PHOTO: Final = 10 << 20
_ALBUM: Final = 10
_MIXED: Final = frozenset({FileKind.PHOTO, FileKind.VIDEO})
_PHOTO_TYPES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})


class Files(Protocol):
    """`storage.files.FileStore`."""

    async def open(self, file_id: str) -> tuple[StoredFile, Path]: ...


@dataclass(frozen=True, slots=True)
class Sendable:
    """A file of ours, and the kind that Telegram shows it as."""

    kind: FileKind
    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """One call: files with the text as their caption, or a text alone. An album is up to ten."""

    text: Piece | None
    files: tuple[Sendable, ...] = ()

    @property
    def count(self) -> int:
        """How many messages Telegram counts it as."""
        return max(1, len(self.files))


async def parcels_of(message: Message, files: Files | None) -> list[Parcel]:
    """In the order in which they go out. Raises ChannelError for a file that cannot be sent, and
    when there is nothing to say."""
    opened = [await _opened(each.id, each.name, files) for each in message.attachments if each.id]
    found = [Parcel(None, album) for album in _albums(opened)]
    caption = pieces(message.text, CAPTION)
    if found and len(caption) == 1:
        return [Parcel(caption[0], found[0].files), *found[1:]]
    found += [Parcel(piece) for piece in pieces(message.text)]
    if not found:
        raise ChannelError("the reply has no text", permanent=True)
    return found


async def _opened(file_id: str, name: str, files: Files | None) -> Sendable:
    try:
        if files is None:
            raise NotFound("no files are kept here", field="file")
        stored, path = await files.open(file_id)
    except NotFound as error:
        raise ChannelError(f"{name} cannot be sent: {error.message}", permanent=True) from None
    except StorageUnavailable as error:
        raise ChannelError(f"{name} cannot be read now: {error.message}") from None
    if stored.size > LARGEST:
        mb = -(-stored.size // (1 << 20))
        raise ChannelError(f"{name} has {mb} MB: Telegram takes 50 MB at most", permanent=True)
    kind = stored.kind
    if kind is FileKind.PHOTO and (
        stored.size > _LARGEST_PHOTO or stored.media_type not in _PHOTO_TYPES
    ):
        kind = FileKind.DOCUMENT
    return Sendable(kind, path, stored.name)


def _albums(files: Sequence[Sendable]) -> list[tuple[Sendable, ...]]:
    """All of them in one album if they fit, in order: pictures with videos, or files of one sort;
    whatever is mixed otherwise goes as documents."""
    kinds = {each.kind for each in files}
    if len(files) > 1 and not (kinds <= _MIXED or kinds in ({FileKind.AUDIO},)):
        files = [Sendable(FileKind.DOCUMENT, each.path, each.name) for each in files]
    return [tuple(files[at : at + _ALBUM]) for at in range(0, len(files), _ALBUM)]
