"""Files that customers send: what a file is by its own bytes, and the name it is kept under."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sufler.domain.errors import BadInput

HEAD_BYTES: Final = 4096  # as much of the beginning as `media_type_of` wants to see
LONGEST_NAME: Final = 120


class FileKind(StrEnum):
    """What a file is to people; the catalogue has a word for each (`media_photo` and so on)."""

    PHOTO = "photo"
    VOICE = "voice"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was taken whole. `id` is random: whoever knows it still needs the right to read
    it. `sha256` in hex; `size` in bytes. `conversation_id` is None until a message brought it."""

    id: str
    kind: FileKind
    name: str
    media_type: str
    size: int
    sha256: str
    channel: str
    customer_id: str
    created_at: datetime
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class ComingFile:
    """A file that its channel still has, at `source`; `tries` to fetch it have failed so far."""

    id: str
    source: str
    name: str
    media_type: str
    customer_id: str
    conversation_id: str | None
    tries: int


# What may come over the web: by its extension, which must agree with the first bytes.
_DOCX = "application/vnd.openxmlformats-officedocument"
_BY_EXTENSION: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "log": "text/plain",
    "csv": "text/csv",
    "docx": f"{_DOCX}.wordprocessingml.document",
    "xlsx": f"{_DOCX}.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
}
EXTENSIONS: Final = tuple(_BY_EXTENSION)
_ZIPPED = frozenset({"docx", "xlsx", "odt"})
# Controls, and direction overrides with which «fdp.exe» reads as «exe.pdf».
_NOT_IN_NAMES = ("Cc", "Cf", "Cs", "Zl", "Zp")


def media_type_of(head: bytes, name: str) -> str:
    """The media type of a file that begins with `head` and is called `name`.

    Raises BadInput `empty_file`, or `wrong_type` when files of this kind are not taken or when
    the bytes are not what the name says.
    """
    if not head:
        raise BadInput("empty_file", field="file")
    extension = name.rpartition(".")[2].lower()
    wanted = _BY_EXTENSION.get(extension)
    if wanted is None or _sniffed(head) != _outside(extension, wanted):
        raise BadInput("wrong_type", field="file")
    return wanted


def seen_type(head: bytes, said: str) -> str:
    """The media type to keep of a file that begins with `head`, where its sender says `said`: a
    picture is one by its bytes, or is kept as bytes of any sort."""
    seen = _sniffed(head)
    if said.startswith("image/") or seen.startswith("image/"):
        return seen if seen.startswith("image/") else "application/octet-stream"
    return said


def kind_of(media_type: str) -> FileKind:
    """What a file of this media type is to people."""
    match media_type.partition("/")[0]:
        case "image":
            return FileKind.PHOTO
        case "audio":
            return FileKind.AUDIO
        case "video":
            return FileKind.VIDEO
    return FileKind.DOCUMENT


def clean_name(name: str) -> str:
    """`name` as one short line without any path: «../../etc/passwd» is «passwd».

    Raises BadInput `no_name` when nothing is left.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        char if char not in '<>:"|?*' else "_"
        for char in last.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if unicodedata.category(char) not in _NOT_IN_NAMES
    )
    line = " ".join(kept.split()).strip(". ")
    stem, dot, extension = line.rpartition(".")
    if dot and len(extension) < 10:
        line = stem[: LONGEST_NAME - len(extension) - 1].rstrip(". ") + dot + extension
    line = line[:LONGEST_NAME].strip()
    if not line:
        raise BadInput("no_name", field="name")
    return line


def _outside(extension: str, media_type: str) -> str:
    """What the first bytes can tell of a file with this extension."""
    if extension in _ZIPPED:
        return "application/zip"
    return "text/plain" if media_type.startswith("text/") else media_type


def _sniffed(head: bytes) -> str:
    for magic, media_type in (
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"%PDF-", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
    ):
        if head.startswith(magic):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    # Binary files have zeros or controls early on; text in any charset has none.
    controls = sum(1 for byte in head if byte < 32 and byte not in b"\t\n\r\f\x1b")
    return "application/octet-stream" if controls else "text/plain"
