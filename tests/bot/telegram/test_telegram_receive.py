"""What a Telegram update says, and what is left alone."""

from typing import Any

import pytest
from aiogram.types import Update

from sufler.bot.telegram.groups import Me
from sufler.bot.telegram.receive import Reader, Taken
from sufler.domain.conversation import Incoming, IncomingKind

ANNA = {"id": 7, "is_bot": False, "first_name": "Анна", "last_name": "К", "language_code": "ru"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Анна"}


READER = Reader(Me(123456, "help_bot"))


def taken(sort: str, **said: Any) -> list[Taken]:
    return list(READER.read(Update.model_validate({"update_id": 1, sort: said})))


def taken_message(sort: str = "message", **message: Any) -> list[Taken]:
    whole = {"message_id": 42, "date": 1_760_000_000, "chat": PRIVATE, "from": ANNA, **message}
    return taken(sort, **whole)


def read(**message: Any) -> Incoming | None:
    found = taken_message(**message)
    return found[0].incoming if found else None


def read_some(**message: Any) -> Incoming:
    incoming = read(**message)
    assert incoming is not None
    return incoming


def press(data: str = "p", sender: int = 7, **chat: Any) -> Incoming | None:
    query = {
        "id": "900",
        "from": {**ANNA, "id": sender},
        "chat_instance": "1",
        "data": data,
        "message": {"message_id": 5, "date": 0, "chat": {**PRIVATE, **chat}},
    }
    found = taken("callback_query", **query)
    return found[0].incoming if found else None


def test_that_a_private_text_is_read_with_its_customer() -> None:
    incoming = read_some(text="где мой заказ?")
    assert (incoming.kind, incoming.text) == (IncomingKind.TEXT, "где мой заказ?")
    assert (incoming.channel, incoming.external_id) == ("telegram", "u:7:42")
    customer = incoming.customer
    assert (customer.external_id, customer.name, customer.first_name) == ("7", "Анна К", "Анна")
    assert customer.language == "ru"
    assert incoming.at is not None
    assert incoming.at.tzinfo is not None


@pytest.mark.parametrize(
    ("code", "language"),
    [("ru", "ru"), ("ru-RU", "ru"), ("en_GB", "en"), ("ar", None), ("", None), ("rum", None)],
)
def test_that_the_language_is_taken_from_the_code(code: str, language: str | None) -> None:
    sender = {**ANNA, "language_code": code}
    assert read_some(**{"from": sender}, text="x").customer.language == language


@pytest.mark.parametrize(
    ("text", "kind", "rest"),
    [
        ("/start", IncomingKind.START, ""),
        ("/start promo_10-A", IncomingKind.START, "promo_10-A"),
        ("/START@fake_bot promo", IncomingKind.START, "promo"),
        ("/start <script>alert(1)</script>", IncomingKind.START, ""),
        ("/start " + "a" * 65, IncomingKind.START, ""),
        ("/start a\nb", IncomingKind.START, ""),
        ("/start \ud800\0", IncomingKind.START, ""),
        ("/help", IncomingKind.HELP, ""),
        ("/help@fake_bot me", IncomingKind.HELP, ""),
        ("/starting", IncomingKind.TEXT, "/starting"),
        ("как /help", IncomingKind.TEXT, "как /help"),
    ],
)
def test_that_commands_are_read_and_a_payload_is_not_trusted(
    text: str, kind: IncomingKind, rest: str
) -> None:
    incoming = read_some(text=text)
    assert (incoming.kind, incoming.text) == (kind, rest)


PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
FILE = {"file_id": "f", "file_unique_id": "u", "duration": 1, "length": 1, "width": 1, "height": 1}


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ({"photo": PHOTO}, "photo"),
        ({"voice": FILE}, "voice"),
        ({"video": FILE}, "video"),
        ({"video_note": FILE}, "video"),
        ({"audio": FILE}, "audio"),
        ({"document": FILE}, "document"),
        ({"animation": FILE, "document": FILE}, "video"),
        (
            {"sticker": {**FILE, "type": "regular", "is_animated": False, "is_video": False}},
            "sticker",
        ),
        ({"contact": {"phone_number": "+1", "first_name": "A"}}, "contact"),
        ({"location": {"latitude": 1.0, "longitude": 1.0}}, "location"),
        ({"dice": {"emoji": "🎲", "value": 4}}, "other"),
    ],
)
def test_that_what_has_no_words_is_named(content: dict[str, Any], word: str) -> None:
    incoming = read_some(**content)
    assert (incoming.kind, incoming.text) == (IncomingKind.UNREADABLE, word)


def test_that_a_caption_is_text() -> None:
    incoming = read_some(photo=PHOTO, caption="пришло битым")
    assert (incoming.kind, incoming.text) == (IncomingKind.TEXT, "пришло битым")


def test_that_each_piece_of_an_album_is_a_message_with_its_file() -> None:
    found = [
        taken_message(photo=PHOTO, message_id=number, media_group_id="9")[0] for number in range(3)
    ]
    assert [each.incoming.external_id for each in found] == ["u:7:0", "u:7:1", "u:7:2"]
    assert len({each.files[0].attachment.id for each in found}) == 3


@pytest.mark.parametrize(
    "message",
    [
        {"text": "x", "chat": {"id": -100, "type": "channel", "title": "C"}},
        {"text": "x", "from": {"id": 8, "is_bot": True, "first_name": "B"}},
        {"text": "x", "from": None},
        {"pinned_message": {"message_id": 1, "date": 0, "chat": PRIVATE}},
        {},
    ],
)
def test_that_groups_bots_and_service_messages_are_left_alone(message: dict[str, Any]) -> None:
    assert read(**message) is None


def test_that_a_press_is_read_with_an_id_of_its_own() -> None:
    incoming = press("a:delivery")
    assert incoming is not None
    assert (incoming.kind, incoming.button) == (IncomingKind.BUTTON, "a:delivery")
    assert incoming.external_id == "cb:900"
    assert incoming.customer.external_id == "7"


def test_that_a_press_in_somebody_elses_chat_is_left_alone() -> None:
    assert press(sender=8) is None


@pytest.mark.parametrize("data", ["", "a" * 65, "ы" * 33])
def test_that_a_press_of_what_no_button_can_carry_is_left_alone(data: str) -> None:
    assert press(data) is None


def test_that_64_bytes_of_data_and_ids_of_today_are_taken() -> None:
    incoming = press("ы" * 32)
    assert incoming is not None
    assert incoming.button == "ы" * 32


def test_that_texts_that_cannot_be_stored_are_mended() -> None:
    sender = {**ANNA, "first_name": "<b>\ud83d"}
    incoming = read_some(**{"from": sender}, text="а\ud800\0б")
    assert incoming.text == "а\ufffd\ufffdб"
    assert incoming.customer.first_name == "<b>\ufffd"
    incoming.text.encode()


@pytest.mark.parametrize("said", ["/close", "/CLOSE@help_bot", "/close please"])
def test_that_the_command_to_close_is_as_good_as_the_button(said: str) -> None:
    incoming = read_some(text=said)
    assert (incoming.kind, incoming.button, incoming.text) == (IncomingKind.BUTTON, "c", "")
