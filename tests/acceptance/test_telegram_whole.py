"""Telegram in full with the real `sufler serve`: what customers do there, and what they get."""

import base64
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from customer_world import (
    ANSWER_S,
    COURIER,
    answer_of,
    bot_texts,
    new_customer,
    received,
    settled,
    states_at_the_desk,
    texts_at_the_desk,
)
from sufler_world import Sufler
from telegram_world import TOKEN, FakeTelegram, answers, wait_until
from whole_world import group, in_group, rows, said_by, served_whole

MB = 1 << 20
JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 20


@pytest.fixture(scope="module")
def sufler(
    telegram_process: FakeTelegram,
    model_folder: Path,
    known: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Sufler]:
    folder = tmp_path_factory.mktemp("whole")
    with served_whole(telegram_process, model_folder, known, folder) as served:
        yield served


@pytest.fixture
def telegram(telegram_process: FakeTelegram, sufler: Sufler) -> FakeTelegram:
    """Not emptied between tests: a reset would leave Sufler's long poll at the bot of before."""
    telegram_process.control.clear_faults()
    telegram_process.control.flood(enabled=False)
    return telegram_process


@pytest.fixture
def customer() -> int:
    return new_customer()


def attachments_of(sufler: Sufler, customer: int) -> list[dict[str, Any]]:
    found = rows(
        sufler,
        "select attachments from messages join conversations c on c.id = conversation_id "
        "where c.customer_id = ? and attachments is not null order by messages.id",
        str(customer),
    )
    return [each for row in found for each in json.loads(row["attachments"])]


def files_of(sufler: Sufler, customer: int) -> list[sqlite3.Row]:
    return rows(sufler, "select * from files where customer_id = ?", str(customer))


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ({"kind": "photo"}, "[фото {id}.jpg]"),
        ({"kind": "document", "file_name": "чек.pdf"}, "[чек.pdf]"),
        ({"kind": "voice"}, "[голосовое сообщение {id}.ogg]"),
        ({"kind": "video"}, "[видео {id}.mp4]"),
        ({"kind": "video_note"}, "[видео {id}.mp4]"),
        ({"kind": "audio", "file_name": "песня.mp3"}, "[песня.mp3]"),
        ({"kind": "animation"}, "[видео {id}.mp4]"),
        ({"kind": "sticker"}, "[стикер]"),
        ({"kind": "contact"}, "[контакт: Ann +15550100]"),
        ({"kind": "location"}, "[место на карте: 52.500000 13.400000]"),
        ({"text": "привет"}, "привет"),
    ],
    ids=lambda value: value.get("kind", "text") if isinstance(value, dict) else "",
)
def test_that_each_kind_reaches_the_desk(
    telegram: FakeTelegram, sufler: Sufler, customer: int, content: dict[str, Any], shown: str
) -> None:
    telegram.control.user(id=customer, language_code="ru")
    sent = telegram.control.send(from_=customer, data_b64=_b64(JPEG), **content)
    wanted = shown.format(id=sent["message_id"])
    wait_until(lambda: said_by(sufler, str(customer)) == [wanted], timeout_s=ANSWER_S)
    for attachment in attachments_of(sufler, customer):
        if attachment["id"]:
            wait_until(
                lambda attachment=attachment: stored(sufler, attachment["id"]) == JPEG,
                timeout_s=ANSWER_S,
            )
    if content.get("kind") == "photo":
        (file,) = files_of(sufler, customer)
        assert (file["media_type"], file["size"]) == ("image/jpeg", len(JPEG))
        assert file["conversation_id"]
        # Nobody reads it without logging in.
        asked = sufler.get(f"/desk/files/{file['id']}")
        assert asked.status_code in (303, 307, 401, 403)
        assert JPEG not in asked.content


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def stored(sufler: Sufler, file_id: str) -> bytes | None:
    (row,) = rows(sufler, "select * from files where id = ?", file_id)
    path = sufler.data_dir / "files" / str(row["path"])
    return path.read_bytes() if row["source_at"] is None and path.is_file() else None


def test_that_an_album_of_five_comes_in_order_and_its_caption_is_answered_once(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    # With a pause that a busy machine does not exceed between two of its messages.
    sufler.stop()
    sufler.set(burst_pause="12", burst_longest="120")
    sufler.start()
    telegram.control.user(id=customer, language_code="ru")
    telegram.control.album(from_=customer, count=5, caption=COURIER)
    texts = received(telegram, customer)
    sufler.stop()
    sufler.set(burst_pause="0.7", burst_longest="8")
    sufler.start()
    assert answer_of("delivery-cost") in texts[0]
    assert settled(telegram, customer, 2) == texts
    names = [each["name"] for each in attachments_of(sufler, customer)]
    assert len(names) == 5
    assert names == sorted(names)
    assert said_by(sufler, str(customer))[0] == COURIER


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"size": 21 * MB}, "склад.zip: файл 21 МБ: слишком велик, остаётся в Telegram"),
        ({"size": 60 * MB}, "склад.zip: файл 60 МБ: слишком велик, остаётся в Telegram"),
        ({"data_b64": "", "size": 0}, "склад.zip: файл пуст"),
    ],
)
def test_that_a_file_that_cannot_be_had_is_told_of(
    telegram: FakeTelegram, sufler: Sufler, customer: int, content: dict[str, Any], words: str
) -> None:
    telegram.control.user(id=customer, language_code="ru")
    if content["size"] == 0:
        document = {"file_id": "x", "file_unique_id": "y", "file_size": 0, "file_name": "склад.zip"}
        who = {"id": customer, "is_bot": False, "first_name": "А", "language_code": "ru"}
        chat = {"id": customer, "type": "private"}
        message = {"message_id": 5, "date": 1, "from": who, "chat": chat, "document": document}
        telegram.control.raw(update={"message": message})
    else:
        telegram.control.send(from_=customer, kind="document", file_name="склад.zip", **content)
    wait_until(lambda: said_by(sufler, str(customer)) == [f"[{words}]"], timeout_s=ANSWER_S)
    assert files_of(sufler, customer) == []


def test_that_a_download_is_tried_again_until_it_is_there(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    telegram.control.fault(method="download", code=502, times=2)
    telegram.control.fault(method="getfile", kind="html", times=1)
    telegram.control.send(from_=customer, kind="photo", data_b64=_b64(JPEG))
    wait_until(lambda: attachments_of(sufler, customer), timeout_s=ANSWER_S)
    (photo,) = attachments_of(sufler, customer)
    wait_until(lambda: stored(sufler, photo["id"]) == JPEG)


def test_that_an_edit_is_seen_at_the_desk_and_an_edit_of_ours_by_the_customer(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    sent = telegram.control.send(from_=customer, text="позовите человека")
    received(telegram, customer)
    telegram.control.edit(from_=customer, message_id=sent["message_id"], text="позовите Ольгу")
    wait_until(lambda: said_by(sufler, str(customer)) == ["позовите Ольгу"], timeout_s=ANSWER_S)


def test_that_a_quote_and_a_forward_are_kept(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    telegram.control.user(id=customer, language_code="ru")
    first = telegram.control.send(from_=customer, text="старое")
    received(telegram, customer)
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": '<b>"&'}
    telegram.control.send(
        from_=customer, text="вот это", reply_to=first["message_id"], forward_origin=origin
    )
    wait_until(lambda: len(said_by(sufler, str(customer))) == 2, timeout_s=ANSWER_S)
    (row,) = rows(sufler, "select quotes from messages where text = 'вот это'")
    assert row["quotes"] == f"u:{customer}:{first['message_id']}"
    assert [each["name"] for each in attachments_of(sufler, customer)] == ['переслано от: <b>"&']


def test_that_thumbs_down_is_as_good_as_the_button(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    telegram.control.send(from_=customer, text=COURIER)
    received(telegram, customer)
    *_, answer = telegram.control.view(chat=customer)
    reacted = telegram.control.react(from_=customer, message_id=answer["message_id"], emoji="👎")
    assert reacted["update_id"], "reactions were not asked for"
    assert len(received(telegram, customer, 2)) == 2


@pytest.mark.parametrize(
    "user",
    [
        {"first_name": '<b>"&', "last_name": "</div>", "username": ""},
        {"first_name": "🦄🦄", "username": ""},
        {"first_name": "\u202eanna", "language_code": "ar"},
    ],
)
def test_that_a_strange_name_is_shown_as_it_is(
    telegram: FakeTelegram, sufler: Sufler, customer: int, user: dict[str, str]
) -> None:
    telegram.control.user(id=customer, **user)
    telegram.control.send(from_=customer, text=COURIER)
    assert len(received(telegram, customer)) == 1
    talk = sufler.conversation_of(customer)
    assert talk is not None
    name = " ".join(filter(None, (user["first_name"], user.get("last_name"))))
    assert talk["customer"]["name"] == name.replace("\u202e", "")  # which would turn lines around


@pytest.mark.parametrize("payload", ["promo_1", "<script>", "a" * 300, "\u0000'; drop--", "🦄"])
def test_that_any_start_is_greeted(
    telegram: FakeTelegram, sufler: Sufler, customer: int, payload: str
) -> None:
    telegram.control.start(from_=customer, payload=payload)
    assert len(received(telegram, customer)) == 1


def test_that_a_customer_who_blocks_is_marked_and_heals(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    telegram.control.send(from_=customer, text=COURIER)
    received(telegram, customer)
    telegram.control.block(user=customer)
    reach = "select reach from conversations where customer_id = ?"
    wait_until(
        lambda: rows(sufler, reach, str(customer))[0]["reach"] == "blocked", timeout_s=ANSWER_S
    )
    telegram.control.send(from_=customer, text=COURIER)  # which unblocks
    received(telegram, customer, 2)
    assert rows(sufler, reach, str(customer))[0]["reach"] == "open"


def test_that_a_deactivated_customer_fails_once_and_is_marked(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    # Nothing arrives before the account is gone.
    telegram.control.fault(method="sendmessage", chat=customer, code=429, retry_after=1)
    telegram.control.send(from_=customer, text=COURIER)
    telegram.control.deactivate(user=customer)
    telegram.control.clear_faults()
    wait_until(lambda: states_at_the_desk(sufler, customer) == ["failed"], timeout_s=ANSWER_S)
    row = rows(sufler, "select reach from conversations where customer_id = ?", str(customer))[0]
    assert row["reach"] == "gone"
    failed = telegram.control.calls(method="sendMessage", code=403)
    assert len([each for each in failed if each["params"]["chat_id"] == str(customer)]) == 1


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ({"kind": "html", "code": 502, "times": 5}, "sent"),
        ({"code": 429, "retry_after": 7, "times": 1}, "sent"),
        ({"kind": "reset", "times": 1}, "unknown"),
        ({"kind": "garbage", "times": 1}, "unknown"),
        ({"kind": "garbage", "commit": True, "times": 1}, "unknown"),
    ],
)
def test_that_trouble_costs_no_reply_and_doubles_none(
    telegram: FakeTelegram, sufler: Sufler, customer: int, fault: dict[str, Any], state: str
) -> None:
    telegram.control.fault(method="sendmessage", chat=customer, **fault)
    telegram.control.send(from_=customer, text=COURIER)
    wait_until(lambda: states_at_the_desk(sufler, customer) == [state])
    arrived = state == "sent" or fault.get("commit", False)
    assert len(settled(telegram, customer)) == int(arrived)


def test_that_a_chat_that_must_wait_holds_no_other_back(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    # Until the others were served, however long that takes.
    telegram.control.fault(method="sendmessage", chat=customer, code=429, retry_after=7)
    telegram.control.send(from_=customer, text=COURIER)
    refused = wait_until(
        lambda: [
            call["t"]
            for call in telegram.control.calls(method="sendMessage", code=429)
            if call["params"]["chat_id"] == str(customer)
        ],
        timeout_s=ANSWER_S,
    )
    other = new_customer()
    telegram.control.send(from_=other, text=COURIER)
    received(telegram, other)
    telegram.control.clear_faults()
    received(telegram, customer)
    (late,) = telegram.control.sent(chat=customer)
    (early,) = telegram.control.sent(chat=other)
    assert early["t"] < late["t"]
    assert late["t"] - refused[0] >= 7


def test_that_a_group_gets_twenty_a_minute_and_all_in_the_end(
    telegram: FakeTelegram, sufler: Sufler
) -> None:
    telegram.control.flood(enabled=True)
    chat, members = group(telegram), [new_customer() for _ in range(24)]
    for member in members:
        telegram.control.send(from_=member, chat=chat, text="/help@fake123456_bot")
    in_group(telegram, chat, 20)
    waiting = "select count(*) as n from messages where state = 'pending'"
    # The backlog; the last of them may be being decided about still.
    wait_until(lambda: rows(sufler, waiting)[0]["n"] == 4, timeout_s=ANSWER_S)
    sent = [row["t"] for row in wait_all(telegram, chat, 24)]
    assert sent[20] - sent[0] >= 60
    refused = telegram.control.calls(method="sendMessage", code=429)
    assert [call for call in refused if call["params"]["chat_id"] == str(chat)] == []


def wait_all(telegram: FakeTelegram, chat: int, count: int) -> list[dict[str, Any]]:
    wait_until(
        lambda: len(telegram.control.sent(chat=chat)) == count, timeout_s=2 * ANSWER_S, every_s=1
    )
    found: list[dict[str, Any]] = telegram.control.sent(chat=chat)
    return found


def test_that_a_revoked_token_shows_and_nothing_that_waits_is_lost(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    telegram.control.send(from_=customer, text="позовите человека")
    told = received(telegram, customer)
    talk: dict[str, Any] = wait_until(lambda: sufler.conversation_of(customer, "queue"))
    sufler.api("POST", f"/conversations/{talk['id']}/take")
    telegram.control.bot(revoked=True)
    sufler.api("POST", f"/conversations/{talk['id']}/reply", text="Я здесь")
    wait_until(lambda: not answers(f"{sufler.url}/readyz"))
    ready = sufler.get("/readyz")
    assert ready.status_code == 503
    assert TOKEN.split(":")[1] not in ready.text
    telegram.control.bot(revoked=False)
    wait_until(lambda: answers(f"{sufler.url}/readyz"))
    assert len(received(telegram, customer, len(told) + 1)) == len(told) + 1
    assert bot_texts(telegram, customer)[-1].endswith("Я здесь")
    assert "позовите человека" in texts_at_the_desk(sufler, customer)


def test_that_the_log_of_all_this_holds_no_token_and_no_text(sufler: Sufler) -> None:
    log = sufler.log.read_text(encoding="utf-8")
    assert log
    for secret in (TOKEN.split(":")[1], COURIER, "позови", "Я здесь", "/file/bot", "склад.zip"):
        assert secret not in log
