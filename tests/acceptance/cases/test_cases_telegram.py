"""Cases of what Telegram carries besides plain text: kinds, edits, quotes, captions, files, names,
and links that begin a talk."""

from typing import Any

import httpx
import pytest
from installation import LONG_S, PNG, Installation
from shop import COURIER, COURIER_ANSWER, PERSON
from telegram_world import wait_until

from sufler.conversation.ports import Reply
from sufler.domain.files import FileKind
from sufler.domain.texts import in_every_language

KINDS = (
    "photo",
    "document",
    "voice",
    "video",
    "video_note",
    "audio",
    "animation",
    "sticker",
    "contact",
    "location",
)


def taken(installation: Installation, customer: int) -> None:
    """Anna has the conversation, and nothing is under way."""
    installation.say(customer, PERSON)
    installation.received(customer)
    installation.act("anna", customer, "take")
    installation.quiet(0)


def last_said(installation: Installation, customer: int, count: int) -> list[str]:
    """What the customer said, once it is so much."""
    wait_until(lambda: len(installation.said_by(customer, "customer")) >= count, timeout_s=LONG_S)
    return installation.said_by(customer, "customer")


@pytest.mark.case(3)
def test_that_each_of_11_kinds_arrives_both_ways_or_as_a_clear_word(
    installation: Installation, customer: int
) -> None:
    taken(installation, customer)  # the first kind, text, has come already
    for number, kind in enumerate(KINDS, start=2):
        installation.control.send(from_=customer, kind=kind, file_name=f"{kind}.bin")
        said = last_said(installation, customer, number)
        assert said[-1].strip("[] "), kind
    of = f"customer_id = '{customer}'"
    wait_until(
        lambda: len(installation.rows(f"SELECT id FROM files WHERE {of} AND source IS NULL")) == 7,
        timeout_s=LONG_S,
    )
    (file, *_) = installation.rows(f"SELECT id FROM files WHERE {of}")
    # Files are for those who may read the conversation.
    answer = httpx.get(f"{installation.serve.url}/desk/files/{file[0]}", timeout=LONG_S)
    assert answer.status_code in (303, 307, 401, 403)
    names = ("a.png", "b.pdf", "c.ogg", "d.mp4", "e.mp3")
    kinds = (
        FileKind.PHOTO,
        FileKind.DOCUMENT,
        FileKind.VOICE,
        FileKind.VIDEO,
        FileKind.AUDIO,
    )
    for kind, name in zip(kinds, names, strict=True):
        before = len(installation.sent(customer))
        file = installation.stored(customer, kind, name, PNG)
        installation.replied("anna", customer, Reply("", attachments=(file,)))
        sent = installation.arrived(customer, before + 1)[-1]
        assert sent["kind"] == kind.value
    installation.quiet()
    assert set(installation.states(customer)) == {"sent"}


@pytest.mark.case(5)
def test_that_edits_arrive_both_ways(installation: Installation, customer: int) -> None:
    taken(installation, customer)
    sent = installation.say(customer, "мой заказ 4512")
    last_said(installation, customer, 2)
    installation.control.edit(from_=customer, message_id=sent["message_id"], text="мой заказ 4513")
    wait_until(
        lambda: installation.said_by(customer, "customer")[-1] == "мой заказ 4513",
        timeout_s=LONG_S,
    )
    assert len(installation.said_by(customer, "customer")) == 2
    installation.act("anna", customer, "reply", text="приедет в среду")
    installation.received(customer, 2)
    installation.quiet(0)
    ours = installation.talk(customer)["messages"][-1]
    path = f"/conversations/{installation.conversation_id(customer)}/messages/{ours['id']}"
    installation.api("anna", "PUT", path, text="приедет в **четверг**")

    def seen() -> dict[str, Any]:
        (*_, last) = installation.control.view(chat=customer)
        found: dict[str, Any] = last
        return found

    wait_until(lambda: seen()["text"] == "приедет в четверг", timeout_s=LONG_S)
    assert seen()["edits"] == 1
    assert [entity["type"] for entity in seen()["entities"]] == ["bold"]


@pytest.mark.case(6)
def test_that_a_quote_of_an_old_message_points_to_that_message(
    installation: Installation, customer: int
) -> None:
    first = installation.say(customer, COURIER)
    installation.received(customer)
    ours = installation.sent(customer)[0]["message_id"]
    for number in range(3):
        installation.say(customer, f"спасибо {number}")
    installation.quiet(0)
    installation.say(customer, PERSON, reply_to=ours)
    installation.owned_by(customer, "queue")
    installation.quiet(0)
    of = installation.conversation_id(customer)
    quotes = installation.rows(
        f"SELECT quotes FROM messages WHERE conversation_id = '{of}' AND text = '{PERSON}'"
    )
    answered = installation.rows(
        f"SELECT external_id FROM messages WHERE conversation_id = '{of}' AND author = 'bot'"
        " ORDER BY id"
    )
    assert quotes[0][0] == answered[0][0]
    assert str(ours) in quotes[0][0]
    # And the other way round: an operator answers what was asked first.
    asked = installation.rows(
        f"SELECT external_id FROM messages WHERE conversation_id = '{of}' ORDER BY id LIMIT 1"
    )
    before = len(installation.sent(customer))
    installation.replied("anna", customer, Reply("про курьера", quotes=asked[0][0]))
    assert installation.arrived(customer, before + 1)[-1]["reply_to"] == first["message_id"]


@pytest.mark.case(9)
def test_that_a_caption_of_1024_arrives_whole_both_ways(
    installation: Installation, customer: int
) -> None:
    taken(installation, customer)
    caption = ("😀 подпись " * 200)[:900].strip()
    caption += "я" * (1024 - len(caption.encode("utf-16-le")) // 2)
    assert len(caption.encode("utf-16-le")) // 2 == 1024
    installation.control.send(from_=customer, kind="photo", caption=caption)
    assert last_said(installation, customer, 2)[-1] == caption
    file = installation.stored(customer, FileKind.PHOTO, "a.png", PNG)
    installation.replied("anna", customer, Reply(caption, attachments=(file,)))
    assert installation.arrived(customer, 2)[-1]["caption"] == caption
    longer = caption + " и ещё немного"
    installation.replied("anna", customer, Reply(longer, attachments=(file,)))
    wait_until(lambda: installation.states(customer)[-1] == "sent", timeout_s=LONG_S)
    installation.quiet()
    rest = installation.sent(customer)[2:]
    said = " ".join(row.get("caption") or row.get("text") or "" for row in rest)
    assert "".join(said.split()) == "".join(longer.split())
    assert [row["kind"] for row in rest].count("photo") == 1


@pytest.mark.case(36)
def test_that_files_of_21_mb_0_bytes_and_60_mb_are_said_to_be_there_and_harm_nothing(
    installation: Installation, customer: int
) -> None:
    taken(installation, customer)
    for number, size in enumerate((21 << 20, 60 << 20), start=2):
        name = f"чертёж-{number}.pdf"
        installation.control.send(from_=customer, kind="document", size=size, file_name=name)
        word = last_said(installation, customer, number)[-1]
        assert name in word
        assert str(size >> 20) in word
    person = {"id": customer, "is_bot": False, "first_name": "A"}
    document = {"file_id": "x", "file_unique_id": "y", "file_size": 0, "file_name": "пусто.txt"}
    message = {
        "message_id": 99_000,
        "date": 1_700_000_000,
        "chat": {"id": customer, "type": "private"},
        "from": person,
        "document": document,
    }
    installation.control.raw(update={"message": message}, queue=customer)
    assert "пусто.txt" in last_said(installation, customer, 4)[-1]
    installation.quiet(0)
    assert not installation.rows(f"SELECT 1 FROM files WHERE customer_id = '{customer}'")


@pytest.mark.case(37)
def test_that_hidden_forwards_no_username_and_a_name_of_emoji_only_are_shown(
    installation: Installation, customer: int
) -> None:
    installation.control.user(id=customer, first_name="🦄🔥", username="")
    hidden = {"type": "hidden_user", "date": 1_700_000_000, "sender_user_name": "Скрытый Автор"}
    installation.say(customer, COURIER, forward_origin=hidden)
    installation.received(customer)
    talk = installation.talk(customer)
    assert talk["customer"]["name"] == "🦄🔥"
    assert COURIER in installation.said_by(customer, "customer")[0]
    of = installation.conversation_id(customer)
    (row,) = installation.rows(
        f"SELECT attachments FROM messages WHERE conversation_id = '{of}' AND author = 'customer'"
    )
    told = row[0] if isinstance(row[0], str) else str(row[0])
    assert "Скрытый Автор" in told.encode().decode("unicode_escape", "ignore") or "Скрытый" in told
    installation.act("anna", customer, "reply", text="Здравствуйте, {customer.first_name}!")
    assert installation.received(customer, 2)[1] == "Здравствуйте, 🦄🔥!"


PAYLOADS = (
    "<script>alert(1)</script>",
    "'; DROP TABLE messages; --",
    "../../etc/passwd",
    "a" * 4000,
    "%00\u202e😀",
    "{customer.first_name}",
    "good_payload-1",
)


@pytest.mark.case(38)
def test_that_start_with_bad_payloads_is_only_a_greeting(
    installation: Installation, customer: int
) -> None:
    installation.control.user(id=customer, language_code="ru")
    for number, payload in enumerate(PAYLOADS, start=1):
        installation.say(customer, f"/start {payload}"[:4096])
        installation.received(customer, number)
    installation.quiet(0)
    assert set(installation.texts(customer)) == {in_every_language("greeting")[0]}
    assert set(installation.said_by(customer, "customer")) == {"/start", "/start good_payload-1"}
    installation.say(customer, COURIER)
    assert COURIER_ANSWER in installation.received(customer, len(PAYLOADS) + 1)[-1]
