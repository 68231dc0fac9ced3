"""Replies in full, by the real protocol: files, albums, edits, groups, business accounts."""

import dataclasses
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from line_world import WallClock
from telegram_world import TOKEN, FakeTelegram

from sufler.bot.telegram.send import TelegramChannel
from sufler.bot.telegram.state import TelegramState
from sufler.domain.conversation import (
    Attachment,
    Author,
    Conversation,
    Customer,
    Message,
    Owner,
    Reach,
)
from sufler.domain.errors import ChannelError, NotFound
from sufler.domain.files import FileKind, StoredFile

NOW = datetime(2026, 5, 1, tzinfo=UTC)
MB = 1 << 20


def talk_with(customer: str) -> Conversation:
    return Conversation(
        "c1", "telegram", Customer(customer, "Анна"), Owner.OPERATOR, "ru", NOW, NOW
    )


ANNA = talk_with("7")


def said(text: str, *attachments: Attachment, **more: Any) -> Message:
    more = {"attempts": 1, "author": Author.OPERATOR, "attachments": attachments, **more}
    return Message(1, "c1", text=text, at=NOW, **more)


class Shelf:
    """Files of the test's own, by kind: what they hold is their number."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, tuple[StoredFile, Path]] = {}

    def put(self, kind: str, media_type: str, size: int = 100, name: str = "") -> Attachment:
        id_ = f"f{len(self._files)}"
        name = name or f"{id_}.{media_type.partition('/')[2]}"
        path = self._folder / id_
        with path.open("wb") as file:
            file.write(id_.encode())
            file.truncate(size)
        stored = StoredFile(id_, FileKind(kind), name, media_type, size, "", "telegram", "7", NOW)
        self._files[id_] = stored, path
        return Attachment(id_, kind, name, media_type, size)

    async def open(self, file_id: str) -> tuple[StoredFile, Path]:
        if file_id not in self._files:
            raise NotFound("the bytes of this file are gone", field="file")
        return self._files[file_id]


class Talks:
    """What a member of a group has written."""

    def __init__(self) -> None:
        self.written: list[Message] = []

    async def find(self, channel: str, customer_id: str) -> Conversation | None:
        return None

    async def message_of(self, conversation_id: str, external_id: str) -> Message | None:
        return None

    async def messages(
        self, conversation_id: str, limit: int = 50, before: int | None = None
    ) -> list[Message]:
        return self.written


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


@pytest.fixture
def talks() -> Talks:
    return Talks()


@pytest.fixture
def state() -> TelegramState:
    return TelegramState(WallClock())


@pytest_asyncio.fixture
async def channel(
    telegram: FakeTelegram, shelf: Shelf, talks: Talks, state: TelegramState
) -> AsyncIterator[TelegramChannel]:
    opened = TelegramChannel(TOKEN, telegram.url, talks=talks, files=shelf, state=state)
    await telegram.ask("send", from_=7, text="привет")
    yield opened
    await opened.close()


async def seen(telegram: FakeTelegram, chat: int = 7) -> list[dict[str, Any]]:
    return [row for row in await telegram.ask("view", chat=chat) if row["by_bot"]]


async def refused(channel: TelegramChannel, talk: Conversation, message: Message) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        await channel.send(talk, message)
    assert TOKEN.split(":")[1] not in repr(caught.value) + str(caught.value.__cause__)
    return caught.value


async def test_that_a_reply_quotes_the_message_it_answers(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    asked = await telegram.ask("send", from_=7, text="сколько?")
    await telegram.ask("send", from_=7, text="и ещё")
    await channel.send(ANNA, said("сто рублей", quotes=f"u:7:{asked['message_id']}"))
    await channel.send(ANNA, said("и это", quotes="u:7:999999"))  # deleted meanwhile
    await channel.send(ANNA, said("и то", quotes="from another channel"))
    assert [row.get("reply_to") for row in await seen(telegram)] == [
        asked["message_id"],
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("kind", "media_type", "arrives_as"),
    [
        ("photo", "image/jpeg", "photo"),
        ("photo", "image/gif", "document"),
        ("video", "video/mp4", "video"),
        ("audio", "audio/mpeg", "audio"),
        ("voice", "audio/ogg", "voice"),
        ("document", "application/pdf", "document"),
    ],
)
async def test_that_each_kind_of_file_arrives_with_its_caption(
    telegram: FakeTelegram,
    channel: TelegramChannel,
    shelf: Shelf,
    kind: str,
    media_type: str,
    arrives_as: str,
) -> None:
    await channel.send(ANNA, said("вот **он**", shelf.put(kind, media_type)))
    (row,) = await seen(telegram)
    assert (row["kind"], row["caption"]) == (arrives_as, "вот он")
    assert row["entities"][0]["type"] == "bold"


async def test_that_five_pictures_are_one_album_in_order(
    telegram: FakeTelegram, channel: TelegramChannel, shelf: Shelf
) -> None:
    files = [shelf.put("photo", "image/jpeg", name=f"{number}.jpg") for number in range(5)]
    await channel.send(ANNA, said("пять", *files))
    sent = await telegram.ask("sent", chat=7)
    assert len({row["media_group_id"] for row in sent}) == 1
    assert [row.get("caption") for row in sent] == ["пять", None, None, None, None]
    (call,) = await telegram.ask("calls", method="sendMediaGroup")
    assert [row["kind"] for row in sent] == ["photo"] * 5
    named = [value for key, value in call["params"].items() if "<file" in str(value)]
    assert [f"<file {number}.jpg" in value for number, value in enumerate(named)] == [True] * 5


async def test_that_a_mixed_lot_is_one_album_of_documents(
    telegram: FakeTelegram, channel: TelegramChannel, shelf: Shelf
) -> None:
    files = [shelf.put("photo", "image/jpeg"), shelf.put("document", "application/pdf")]
    await channel.send(ANNA, said("", *files))
    assert [row["kind"] for row in await seen(telegram)] == ["document"] * 2


async def test_that_twelve_files_are_two_albums(
    telegram: FakeTelegram, channel: TelegramChannel, shelf: Shelf
) -> None:
    await channel.send(ANNA, said("", *[shelf.put("photo", "image/png") for _ in range(12)]))
    calls = await telegram.ask("calls", method="sendMediaGroup")
    assert [len(call["params"]["media"]) for call in calls] == [10, 2]


@pytest.mark.parametrize(("letters", "captioned"), [(1024, True), (1025, False), (5000, False)])
async def test_that_a_caption_too_long_for_telegram_follows_as_text(
    telegram: FakeTelegram, channel: TelegramChannel, shelf: Shelf, letters: int, captioned: bool
) -> None:
    text = "ы" * letters
    await channel.send(ANNA, said(text, shelf.put("photo", "image/jpeg")))
    rows = await seen(telegram)
    assert rows[0].get("caption") == (text if captioned else None)
    assert "".join(row.get("text", "") for row in rows[1:]) == ("" if captioned else text)


@pytest.mark.parametrize(("kind", "size"), [("document", 60 * MB), ("video", 51 * MB)])
async def test_that_a_file_too_large_is_refused_in_words(
    channel: TelegramChannel, shelf: Shelf, kind: str, size: int
) -> None:
    error = await refused(channel, ANNA, said("", shelf.put(kind, "video/mp4", size)))
    assert error.permanent
    assert f"{size // MB} MB: Telegram takes 50 MB at most" in error.message


async def test_that_a_large_picture_goes_as_a_document(
    telegram: FakeTelegram, channel: TelegramChannel, shelf: Shelf
) -> None:
    await channel.send(ANNA, said("", shelf.put("photo", "image/jpeg", 11 * MB)))
    assert [row["kind"] for row in await seen(telegram)] == ["document"]


async def test_that_a_file_that_is_gone_is_refused_before_anything_is_sent(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    gone = Attachment("none", "photo", "чек.jpg", "image/jpeg", 1)
    assert (await refused(channel, ANNA, said("вот", gone))).permanent
    assert await seen(telegram) == []


def edited(message: Message, text: str, sent: str | None) -> Message:
    return dataclasses.replace(message, text=text, external_id=sent)


async def test_that_an_edit_takes_the_place_of_text_and_of_caption(
    telegram: FakeTelegram, channel: TelegramChannel, shelf: Shelf
) -> None:
    for message in (said("раз"), said("раз", shelf.put("photo", "image/jpeg"))):
        sent = await channel.send(ANNA, message)
        await channel.edit(ANNA, edited(message, "**два**", sent))
        await channel.edit(ANNA, edited(message, "**два**", sent))  # the same once more
    text, photo = await seen(telegram)
    assert (text["text"], photo["caption"]) == ("два", "два")
    assert [row["entities"][0]["type"] for row in (text, photo)] == ["bold", "bold"]


async def test_that_an_edit_of_a_long_reply_changes_all_its_parts(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    long = said("а" * 4096 + "б" * 4096 + "в" * 100)
    sent = await channel.send(ANNA, long)
    await channel.edit(ANNA, edited(long, "г" * 4096 + "д" * 10, sent))
    assert [row["text"] for row in await seen(telegram)] == ["г" * 4096, "д" * 10]
    with pytest.raises(ChannelError) as caught:
        await channel.edit(ANNA, edited(long, "е" * 20_000, sent))
    assert caught.value.permanent


async def test_that_what_a_customer_reacts_to_is_found_by_the_id_that_was_kept(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    sent = await channel.send(ANNA, said("а" * 5000, author=Author.BOT))
    *_, last = await seen(telegram)
    assert sent == f"u:7:{last['message_id']}"


async def group(telegram: FakeTelegram, **more: Any) -> int:
    chat = await telegram.ask("chat", type="group", title="Двор", **more)
    return int(chat["id"])


async def test_that_an_answer_in_a_group_quotes_its_member(
    telegram: FakeTelegram, channel: TelegramChannel, talks: Talks
) -> None:
    chat = await group(telegram)
    asked = await telegram.ask("send", from_=8, chat=chat, text="/help@fake123456_bot")
    await telegram.ask("send", from_=9, chat=chat, text="а я нет")
    talks.written = [
        said("/help", author=Author.CUSTOMER, external_id=f"u:{chat}:{asked['message_id']}"),
        said("нажал", author=Author.CUSTOMER, external_id="cb:900"),
    ]
    await channel.send(talk_with(f"g:{chat}:8"), said("помогаю", author=Author.BOT))
    (row,) = await seen(telegram, chat)
    assert row["reply_to"] == asked["message_id"]


async def test_that_a_group_that_moved_is_followed(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    chat = await group(telegram)
    asked = await telegram.ask("send", from_=8, chat=chat, text="?")
    moved = (await telegram.ask("migrate", chat=chat))["to"]
    talk = talk_with(f"g:{chat}:8")
    quotes = f"u:{chat}:{asked['message_id']}"
    sent = await channel.send(talk, said("ответ", quotes=quotes))
    await channel.send(talk, said("ещё"))
    assert [row["text"] for row in await seen(telegram, moved)] == ["ответ", "ещё"]
    assert str(sent).startswith(f"u:{moved}:")
    assert channel.chats.now(chat) == moved
    assert channel.chats.first(moved) == chat
    assert len(await telegram.ask("calls", method="sendMessage", errors=True)) == 1


async def test_that_a_bot_thrown_out_of_a_group_is_told(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    chat = await group(telegram)
    await telegram.ask("bot_status", chat=chat, status="kicked")
    error = await refused(channel, talk_with(f"g:{chat}:8"), said("ответ"))
    assert (error.permanent, error.reach) == (True, Reach.BLOCKED)


async def test_that_a_business_reply_goes_out_in_the_owners_name(
    telegram: FakeTelegram, channel: TelegramChannel, shelf: Shelf
) -> None:
    connection = (await telegram.ask("business", user=70))["connection"]
    said_by = {"connection": connection, "action": "message", "customer": 8}
    asked = await telegram.ask("business", from_=8, text="чашки есть?", **said_by)
    talk = talk_with(f"b:{connection}:8")
    quotes = f"b:{connection}:8:{asked['message_id']}"
    message = said("есть", quotes=quotes)
    sent = await channel.send(talk, message)
    await channel.send(talk, said("вот", shelf.put("photo", "image/jpeg")))
    rows = await telegram.ask("sent", chat=8)
    assert {row["business_connection_id"] for row in rows} == {connection}
    assert rows[0]["reply_to"] == asked["message_id"]
    assert sent == f"b:{connection}:8:{rows[0]['message_id']}"
    await channel.edit(talk, edited(message, "были", sent))
    assert (await telegram.ask("sent", chat=8))[-1]["text"] == "были"


@pytest.mark.parametrize("change", [{"can_reply": False}, {"is_enabled": False}])
async def test_that_withdrawn_rights_are_told_in_words(
    telegram: FakeTelegram, channel: TelegramChannel, change: dict[str, bool]
) -> None:
    connection = (await telegram.ask("business", user=70))["connection"]
    said_by = {"connection": connection, "action": "message", "customer": 8}
    await telegram.ask("business", from_=8, text="?", **said_by)
    await telegram.ask("business", action="update", user=70, connection=connection, **change)
    for owner in (connection, "unheard-of"):
        error = await refused(channel, talk_with(f"b:{owner}:8"), said("есть"))
        assert error.permanent
        assert error.message.startswith("the business account no longer lets the bot write")


async def test_that_a_token_refused_while_sending_is_known_at_once(
    telegram: FakeTelegram, channel: TelegramChannel, state: TelegramState
) -> None:
    state.up()
    await telegram.ask("bot", revoked=True)
    error = await refused(channel, ANNA, said("ответ"))
    assert error.whole_channel
    assert state.report.token_refused


async def test_that_of_a_chat_that_must_wait_others_go_on(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    await telegram.ask("send", from_=8, text="привет")
    await telegram.ask("fault", method="sendmessage", chat=7, code=429, retry_after=7, times=1)
    begun = time.monotonic()
    error = await refused(channel, ANNA, said("ответ"))
    assert error.retry_after == 7
    assert channel.slot(ANNA) <= 7
    assert channel.slot(ANNA) + time.monotonic() >= begun + 7
    assert channel.slot(talk_with("8")) == 0.0


async def test_that_an_id_that_is_no_chat_holds_nobody_up(channel: TelegramChannel) -> None:
    assert channel.slot(talk_with("not a number")) == 0.0
