"""Files that are announced first and fetched later; and what Telegram has to remember."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from set_clock import SetClock
from sqlalchemy import select

from sufler.conversation.ports import Arrived
from sufler.domain.conversation import Attachment, Customer, Incoming, IncomingKind, label_of
from sufler.domain.errors import BadInput, NotFound
from sufler.storage import files as stored_files
from sufler.storage.coming_files import ComingFiles
from sufler.storage.conversations import ConversationStore
from sufler.storage.database import Database
from sufler.storage.files import FileStore
from sufler.storage.inbox import InboxStore
from sufler.storage.tables.files import files
from sufler.storage.telegram import TelegramStore

JPEG = b"\xff\xd8\xff" + b"\0" * 100
PHOTO = Attachment("t1", "photo", "фото 42.jpg", "image/jpeg", 103)


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def coming(database: Database, folder: Path, clock: SetClock) -> ComingFiles:
    return ComingFiles(database, folder, clock)


@pytest.fixture
def store(database: Database, folder: Path, clock: SetClock) -> FileStore:
    return FileStore(database, folder, clock)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_files, "_LOOK_S", 0.0)


async def announce(coming: ComingFiles) -> None:
    await coming.expect(PHOTO, "AgAC", channel="telegram", customer_id="7")


async def said(database: Database, clock: SetClock) -> str:
    """The message that brings the file; its conversation."""
    conversations, inbox = ConversationStore(database), InboxStore(database)
    customer = Customer("7", "Анна")
    incoming = Incoming(
        "telegram", "u:7:42", customer, IncomingKind.UNREADABLE, "photo", attachments=(PHOTO,)
    )
    await inbox.add(incoming, clock.now())
    (row,) = await inbox.due(["telegram"], clock.now())
    talk = await conversations.open_for("telegram", customer, "ru", clock.now())
    shown = label_of(row.incoming.attachments)
    await conversations.arrived(Arrived(row, talk, shown, None, 8.0, clock.now(), 0.5))
    return talk.id


async def test_that_a_file_is_fetched_after_its_message(
    coming: ComingFiles, store: FileStore, database: Database, clock: SetClock
) -> None:
    await announce(coming)
    await announce(coming)
    talk = await said(database, clock)
    with pytest.raises(NotFound):
        await store.open("t1")
    (file,) = await coming.due("telegram", 5)
    assert (file.source, file.conversation_id) == ("AgAC", talk)
    assert await coming.fill(file, pieces(JPEG[:5], JPEG[5:]), 1000) == talk
    stored, path = await store.open("t1")
    assert path.read_bytes() == JPEG
    assert (stored.size, stored.media_type, stored.name) == (103, "image/jpeg", "фото 42.jpg")
    assert await coming.due("telegram", 5) == []


async def test_that_a_file_may_be_there_before_its_message(
    coming: ComingFiles, store: FileStore, database: Database, clock: SetClock
) -> None:
    await announce(coming)
    (file,) = await coming.due("telegram", 5)
    assert await coming.fill(file, pieces(JPEG), 1000) is None
    talk = await said(database, clock)
    assert (await store.get("t1")).conversation_id == talk


async def test_that_what_is_no_picture_is_not_called_one(
    coming: ComingFiles, store: FileStore
) -> None:
    await announce(coming)
    (file,) = await coming.due("telegram", 5)
    await coming.fill(file, pieces(b"<svg onload=alert(1)>"), 1000)
    assert (await store.get("t1")).media_type == "application/octet-stream"


async def test_that_too_much_and_nothing_are_refused_and_leave_nothing(
    coming: ComingFiles, folder: Path
) -> None:
    await announce(coming)
    (file,) = await coming.due("telegram", 5)
    for stream, reason in ((pieces(b"x" * 11), "too_large"), (pieces(), "empty_file")):
        with pytest.raises(BadInput) as caught:
            await coming.fill(file, stream, 10)
        assert caught.value.message == reason
    assert [each for each in folder.rglob("*") if each.is_file()] == []
    assert await coming.due("telegram", 5)


async def test_that_a_failed_try_waits_and_is_counted(coming: ComingFiles, clock: SetClock) -> None:
    await announce(coming)
    (file,) = await coming.due("telegram", 5)
    await coming.postpone(file, clock.now() + timedelta(seconds=5))
    assert await coming.due("telegram", 5) == []
    clock.pass_(seconds=5)
    (again,) = await coming.due("telegram", 5)
    assert again.tries == 1


async def test_that_a_file_that_is_given_up_says_so_in_its_message(
    coming: ComingFiles, store: FileStore, database: Database, clock: SetClock
) -> None:
    await announce(coming)
    talk = await said(database, clock)
    (file,) = await coming.due("telegram", 5)
    assert await coming.give_up(file, "фото 42.jpg: файл пуст") == talk
    (message,) = await ConversationStore(database).messages(talk)
    assert message.text == "[фото 42.jpg: файл пуст]"
    assert [(each.id, each.name) for each in message.attachments] == [
        ("", "фото 42.jpg: файл пуст")
    ]
    assert await coming.due("telegram", 5) == []
    with pytest.raises(NotFound):
        await store.open("t1")


async def test_that_an_erased_file_does_not_come_back(
    coming: ComingFiles, store: FileStore, database: Database, folder: Path
) -> None:
    await announce(coming)
    (file,) = await coming.due("telegram", 5)
    await store.delete("t1")
    assert await coming.fill(file, pieces(JPEG), 1000) is None
    assert [each for each in folder.rglob("*") if each.is_file()] == []
    async with database.read() as connection:
        assert (await connection.execute(select(files.c.id))).all() == []


async def test_that_groups_that_moved_and_business_accounts_are_remembered(
    database: Database, clock: SetClock
) -> None:
    telegram = TelegramStore(database)
    for _ in range(2):
        await telegram.moved(-5, -100_000_000_001)
    assert await telegram.moves() == {-5: -100_000_000_001}
    await telegram.connected("CN", "Хозяйка", True, clock.now())
    await telegram.connected("CN", "Хозяйка", False, clock.now())
    assert await telegram.connections() == {"CN": ("Хозяйка", False)}
