"""Customers' files: taken whole or not at all, under names that lead nowhere."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from set_clock import SetClock

from sufler.domain.conversation import Attachment, Customer, Incoming, IncomingKind, label_of
from sufler.domain.errors import BadInput, NotFound, StorageUnavailable
from sufler.domain.files import FileKind, clean_name, media_type_of
from sufler.storage.conversations import ConversationStore
from sufler.storage.database import Database
from sufler.storage.files import FileStore, keep_files
from sufler.storage.inbox import InboxStore

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
WHOSE = {"channel": "web", "customer_id": "v" * 22}


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def store(database: Database, folder: Path, clock: SetClock) -> FileStore:
    return FileStore(database, folder, clock)


def left_in(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


async def test_that_a_file_is_kept_as_it_came(store: FileStore, folder: Path) -> None:
    stored = await store.put(pieces(PNG[:7], PNG[7:]), "чек.png", "image/png", 1000, **WHOSE)
    found, path = await store.open(stored.id)
    assert path.read_bytes() == PNG
    assert found == stored
    assert (found.name, found.size, found.kind) == ("чек.png", len(PNG), FileKind.PHOTO)
    assert await store.bytes_of("web", "v" * 22) == len(PNG)
    assert path.is_relative_to(folder)
    assert "чек" not in str(path)


async def test_that_nothing_is_left_of_a_file_that_is_too_large_or_empty_or_broken_off(
    store: FileStore, folder: Path
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1000

    async def broken_off() -> AsyncIterator[bytes]:
        yield b"x" * 1000
        raise ConnectionResetError

    with pytest.raises(BadInput, match="too_large"):
        await store.put(endless(), "a.txt", "text/plain", 10_000, **WHOSE)
    with pytest.raises(BadInput, match="empty_file"):
        await store.put(pieces(), "a.txt", "text/plain", 10_000, **WHOSE)
    with pytest.raises(StorageUnavailable):
        await store.put(broken_off(), "a.txt", "text/plain", 10_000, **WHOSE)
    assert left_in(folder) == []
    assert await store.bytes_of("web", "v" * 22) == 0


async def test_that_a_file_can_be_deleted_and_lost_bytes_are_told(store: FileStore) -> None:
    one = await store.put(pieces(PNG), "a.png", "image/png", 1000, **WHOSE)
    await store.delete(one.id)
    with pytest.raises(NotFound):
        await store.open(one.id)
    other = await store.put(pieces(PNG), "a.png", "image/png", 1000, **WHOSE)
    _, path = await store.open(other.id)
    path.unlink()
    with pytest.raises(NotFound, match="gone"):
        await store.open(other.id)
    await store.delete(other.id)


async def test_that_a_file_that_no_message_brought_is_swept_after_a_day(
    store: FileStore, database: Database, folder: Path, clock: SetClock
) -> None:
    kept = await store.put(pieces(PNG), "kept.png", "image/png", 1000, **WHOSE)
    await store.put(pieces(PNG), "given up.png", "image/png", 1000, **WHOSE)
    strangers = await store.put(
        pieces(PNG), "theirs.png", "image/png", 1000, channel="web", customer_id="other"
    )
    conversation = await ConversationStore(database).open_for(
        "web", Customer("v" * 22), "ru", clock.now()
    )
    async with database.write() as connection:
        named = [Attachment(each.id, "photo", "", "", 1) for each in (kept, strangers)]
        await keep_files(connection, conversation, named)
    assert (await store.get(kept.id)).conversation_id == conversation.id
    assert (await store.get(strangers.id)).conversation_id is None  # named by who does not own it
    part = folder / "ab" / "cut-off.part"
    part.parent.mkdir(exist_ok=True)
    part.write_bytes(b"x")
    os.utime(part, (0, 0))
    assert await store.sweep() == 0
    clock.pass_(days=2)
    assert await store.sweep() == 2
    assert len(left_in(folder)) == 1


async def test_that_attachments_wait_in_the_inbox_with_their_message(
    database: Database, clock: SetClock
) -> None:
    inbox = InboxStore(database)
    file = Attachment("id", "document", "чек.pdf", "application/pdf", 7)
    sent = Incoming(
        "web", "1", Customer("v"), IncomingKind.UNREADABLE, "document", attachments=(file,)
    )
    await inbox.add(sent, clock.now())
    (row,) = await inbox.due(["web"], clock.now())
    assert row.incoming == sent
    assert label_of(row.incoming.attachments) == "[чек.pdf]"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\secret\\чек.pdf", "чек.pdf"),
        ("a\0b\nc.txt", "abc.txt"),
        ("фото\u202egnp.exe", "фотоgnp.exe"),
        ('"><img src=x>.png', "___img src=x_.png"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
        (" . a .", "a"),
    ],
)
def test_that_a_name_keeps_no_path_and_nothing_that_deceives(given: str, kept: str) -> None:
    assert clean_name(given) == kept


@pytest.mark.parametrize("name", ["", "/", "..", "\u202e", "a/"])
def test_that_a_name_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="no_name"):
        clean_name(name)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"<svg onload=alert(1)>", "a.svg"),
        (b"<script>", "a.html"),
        (b"<script>", "a.png"),
        (b"MZ\x90\0", "a.txt"),
        (b"MZ\x90\0", "a.pdf"),
        (PNG, "a.pdf"),
        (b"PK\x03\x04", "a.zip"),
        (b"%PDF-1.7", "a"),
    ],
)
def test_that_a_file_that_is_not_what_it_says_is_refused(head: bytes, name: str) -> None:
    with pytest.raises(BadInput, match="wrong_type"):
        media_type_of(head, name)


@pytest.mark.parametrize(
    ("head", "name", "media_type"),
    [
        (PNG, "a.PNG", "image/png"),
        (b"\xff\xd8\xff\xe0", "a.jpeg", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8", "a.webp", "image/webp"),
        ("Здравствуйте\r\n".encode("cp1251"), "a.txt", "text/plain"),
        (b"%PDF-1.7", "a.pdf", "application/pdf"),
    ],
)
def test_that_a_file_is_known_by_its_bytes(head: bytes, name: str, media_type: str) -> None:
    assert media_type_of(head, name) == media_type
