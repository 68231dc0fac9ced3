"""What is kept of files, albums, contacts, places and forwarded messages."""

from typing import Any

import pytest
from aiogram.types import Update

from sufler.bot.telegram.groups import Me
from sufler.bot.telegram.receive import Reader, Taken
from sufler.domain.conversation import IncomingKind

ANNA = {"id": 7, "is_bot": False, "first_name": "Анна", "language_code": "ru"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Анна"}


def taken(**message: Any) -> Taken:
    whole = {"message_id": 42, "date": 1_760_000_000, "chat": PRIVATE, "from": ANNA, **message}
    (found,) = Reader(Me(1, "b")).read(Update.model_validate({"update_id": 1, "message": whole}))
    return found


def file(size: int | None = 1000, **more: Any) -> dict[str, Any]:
    shape = {"duration": 1, "length": 1, "width": 1, "height": 1}
    return {"file_id": "F", "file_unique_id": "u", "file_size": size, **shape, **more}


@pytest.mark.parametrize(
    ("content", "kind", "name", "media_type"),
    [
        (
            {"voice": file(mime_type="audio/ogg")},
            "voice",
            "голосовое сообщение 42.ogg",
            "audio/ogg",
        ),
        ({"video": file()}, "video", "видео 42.mp4", "video/mp4"),
        ({"video_note": file()}, "video", "видео 42.mp4", "video/mp4"),
        ({"audio": file(file_name="песня.mp3")}, "audio", "песня.mp3", "audio/mpeg"),
        (
            {"document": file(file_name="../../etc/чек.pdf", mime_type="application/pdf")},
            "document",
            "чек.pdf",
            "application/pdf",
        ),
        (
            {"document": file(mime_type="<script>", file_name="\u202e///")},
            "document",
            "файл 42.bin",
            "application/octet-stream",
        ),
        ({"animation": file(), "document": file()}, "video", "видео 42.mp4", "video/mp4"),
    ],
)
def test_that_a_file_is_named_and_fetched_later(
    content: dict[str, Any], kind: str, name: str, media_type: str
) -> None:
    found = taken(**content)
    (coming,) = found.files
    attachment = coming.attachment
    assert (attachment.kind, attachment.name, attachment.media_type) == (kind, name, media_type)
    assert (coming.source, attachment.size) == ("F", 1000)
    assert found.incoming.attachments == (attachment,)
    assert found.incoming.kind is IncomingKind.UNREADABLE


def test_that_the_largest_picture_is_taken_and_its_caption_is_the_text() -> None:
    sizes = [{**file(10), "file_id": "small"}, {**file(90_000), "file_id": "large"}]
    found = taken(photo=sizes, caption="пришло битым")
    assert (found.incoming.kind, found.incoming.text) == (IncomingKind.TEXT, "пришло битым")
    assert found.files[0].source == "large"


def test_that_the_same_update_names_the_same_file() -> None:
    assert taken(voice=file()).files == taken(voice=file()).files
    assert taken(voice=file()).files != taken(voice=file(), message_id=43).files


@pytest.mark.parametrize(
    ("size", "words"),
    [(21 << 20, "файл 21 МБ: слишком велик, остаётся в Telegram"), (0, "файл пуст")],
)
def test_that_a_file_that_cannot_be_had_is_told_of(size: int, words: str) -> None:
    found = taken(document=file(size, file_name="склад.zip"))
    assert not found.files
    (note,) = found.incoming.attachments
    assert note.id == ""
    assert note.name == f"склад.zip: {words}"


def test_that_20_mb_are_taken() -> None:
    assert taken(document=file(20 << 20)).files


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"contact": {"phone_number": "+15550100", "first_name": "Ann"}}, "контакт: Ann +15550100"),
        (
            {"location": {"latitude": 52.5, "longitude": 13.4}},
            "место на карте: 52.500000 13.400000",
        ),
        (
            {
                "location": {"latitude": 1.0, "longitude": 2.0},
                "venue": {
                    "location": {"latitude": 1.0, "longitude": 2.0},
                    "title": "Склад\n№1",
                    "address": "Мира 5",
                },
            },
            "место на карте: Склад №1, Мира 5, 1.000000 2.000000",
        ),
    ],
)
def test_that_a_contact_and_a_place_are_told_in_words(content: dict[str, Any], words: str) -> None:
    (note,) = taken(**content).incoming.attachments
    assert (note.id, note.name) == ("", words)


@pytest.mark.parametrize(
    ("origin", "author"),
    [
        ({"type": "hidden_user", "date": 1, "sender_user_name": "<b>Тень"}, "<b>Тень"),
        ({"type": "user", "date": 1, "sender_user": {**ANNA, "first_name": "Пётр"}}, "Пётр"),
        (
            {
                "type": "channel",
                "date": 1,
                "message_id": 1,
                "chat": {"id": -100, "type": "channel", "title": "Новости"},
            },
            "Новости",
        ),
    ],
)
def test_that_a_forwarded_message_says_whose_it_was(origin: dict[str, Any], author: str) -> None:
    found = taken(text="правда?", forward_origin=origin).incoming
    assert found.text == "правда?"
    assert [note.name for note in found.attachments] == [f"переслано от: {author}"]


def test_that_a_sticker_has_nothing_beside_its_word() -> None:
    sticker = {**file(), "type": "regular", "is_animated": False, "is_video": False}
    found = taken(sticker=sticker)
    assert (found.incoming.text, found.incoming.attachments, found.files) == ("sticker", (), ())
