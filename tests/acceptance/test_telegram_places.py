"""Groups, business accounts and presses with the real `sufler serve`."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from customer_world import ANSWER_S, COURIER, answer_of, new_customer, received, settled
from sufler_world import Sufler
from telegram_world import FakeTelegram, wait_until
from whole_world import group, in_group, rows, said_by, served_whole, talk_of


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


@pytest.mark.parametrize("privacy", [False, True])
def test_that_in_a_group_the_bot_answers_who_calls_it_and_nobody_else(
    telegram: FakeTelegram, sufler: Sufler, privacy: bool
) -> None:
    telegram.control.bot(privacy=privacy)
    anna, boris, chat = new_customer(), new_customer(), group(telegram)
    for text in ("всем привет", COURIER, "/help", "/help@other_bot", "/start@other_bot x"):
        telegram.control.send(from_=anna, chat=chat, text=text)
    asked = telegram.control.send(from_=anna, chat=chat, text="/help@fake123456_bot")
    (helped,) = in_group(telegram, chat)
    assert helped["reply_to"] == asked["message_id"]
    asked = telegram.control.send(from_=boris, chat=chat, text=f"@fake123456_bot {COURIER}")
    *_, answered = in_group(telegram, chat, 2)
    assert answered["reply_to"] == asked["message_id"]
    assert answer_of("delivery-cost") in answered["text"]
    telegram.control.send(
        from_=anna, chat=chat, text="А можно вернуть товар?", reply_to=helped["message_id"]
    )
    assert len(in_group(telegram, chat, 3)) == 3
    time.sleep(1.5)
    assert len(in_group(telegram, chat, 3)) == 3
    assert said_by(sufler, f"g:{chat}:{boris}") == [COURIER]
    assert said_by(sufler, f"g:{chat}:{anna}") == ["/help", "А можно вернуть товар?"]
    telegram.control.bot(privacy=False)


def test_that_a_button_in_a_group_is_for_who_asked(telegram: FakeTelegram, sufler: Sufler) -> None:
    anna, boris, chat = new_customer(), new_customer(), group(telegram)
    telegram.control.user(id=boris, language_code="ru")
    telegram.control.send(from_=anna, chat=chat, text=f"@fake123456_bot {COURIER}")
    (answer,) = in_group(telegram, chat)
    data = answer["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    foreign = telegram.control.click(from_=boris, chat=chat, data=data)
    said = pressed(telegram, foreign)
    assert said["text"] == "Эта кнопка не для вас."
    own = telegram.control.click(from_=anna, chat=chat, data=data)
    assert "text" not in pressed(telegram, own)
    wait_until(lambda: len(said_by(sufler, f"g:{chat}:{anna}")) == 2, timeout_s=ANSWER_S)
    assert said_by(sufler, f"g:{chat}:{boris}") == []


def pressed(telegram: FakeTelegram, press: dict[str, Any]) -> dict[str, Any]:
    """What the press was answered with."""
    query = press["callback_query_id"]
    wait_until(lambda: telegram.control.callback(id=query)["answers"], timeout_s=ANSWER_S)
    answer: dict[str, Any] = telegram.control.callback(id=query)["answers"][0]
    return answer


def test_that_a_group_that_moves_keeps_its_conversations(
    telegram: FakeTelegram, sufler: Sufler
) -> None:
    anna, chat = new_customer(), group(telegram)
    telegram.control.send(from_=anna, chat=chat, text="@fake123456_bot позови человека")
    told = in_group(telegram, chat)
    moved = telegram.control.migrate(chat=chat)["to"]
    talk = talk_of(sufler, f"g:{chat}:{anna}")
    assert talk is not None
    sufler.api("POST", f"/conversations/{talk['id']}/take")
    sufler.api("POST", f"/conversations/{talk['id']}/reply", text="Я здесь")
    assert in_group(telegram, moved)[-1]["text"].endswith("Я здесь")
    assert len(telegram.control.sent(chat=chat)) == len(told)
    telegram.control.send(from_=anna, chat=moved, text="@fake123456_bot спасибо вам")
    wait_until(lambda: "спасибо вам" in said_by(sufler, f"g:{chat}:{anna}"), timeout_s=ANSWER_S)
    assert talk_of(sufler, f"g:{moved}:{anna}") is None


def test_that_a_business_customer_is_answered_once_and_the_owner_is_not_talked_over(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    owner = new_customer()
    connection = telegram.control.business(user=owner)["connection"]
    chat = {"connection": connection, "action": "message", "customer": customer}
    telegram.control.business(from_=customer, text=COURIER, **chat)
    texts = received(telegram, customer)
    assert answer_of("delivery-cost") in texts[0]
    (sent,) = telegram.control.sent(chat=customer)
    assert sent["business_connection_id"] == connection
    assert settled(telegram, customer, 2) == texts  # its own words, which come back, are no turn
    telegram.control.business(from_=owner, text="Я сама отвечу", **chat)
    name = f"b:{connection}:{customer}"
    wait_until(lambda: "Я сама отвечу" in said_by(sufler, name, "operator"), timeout_s=ANSWER_S)
    telegram.control.business(from_=customer, text=COURIER, **chat)
    wait_until(lambda: len(said_by(sufler, name)) == 2, timeout_s=ANSWER_S)
    assert settled(telegram, customer, 2) == texts
    talk = talk_of(sufler, name)
    assert talk is not None
    assert talk["owner"] == "operator"


def test_that_withdrawn_rights_are_shown(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    owner = new_customer()
    connection = telegram.control.business(user=owner)["connection"]
    update = {"user": owner, "connection": connection, "action": "update"}
    telegram.control.business(**update, can_reply=False)
    chat = {"connection": connection, "action": "message", "customer": customer}
    telegram.control.business(from_=customer, text=COURIER, **chat)
    query = (
        "select m.state, m.error from messages m join conversations c on c.id = conversation_id "
        "where c.customer_id = ? and m.state is not null"
    )
    name = f"b:{connection}:{customer}"
    wait_until(
        lambda: [row["state"] for row in rows(sufler, query, name)] == ["failed"],
        timeout_s=ANSWER_S,
    )
    assert "no longer lets the bot write" in rows(sufler, query, name)[0]["error"]
    kept = rows(sufler, "select may_reply from telegram_connections where id = ?", connection)
    assert [row["may_reply"] for row in kept] == [0]


def test_that_every_press_is_answered(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    telegram.control.user(id=customer, language_code="ru")
    telegram.control.send(from_=customer, text=COURIER)
    received(telegram, customer)
    for press in (
        {"data": "ы" * 32},
        {"data": "a:" + "х" * 31},
        {"data": "h:no-such-suggestion"},
        {"data": "p" * 64, "inaccessible": True},
    ):
        pressed(telegram, telegram.control.click(from_=customer, force=True, **press))
    long = telegram.control.click(from_=customer, force=True, data="ы" * 500)
    assert pressed(telegram, long)["text"] == "Эта кнопка больше не действует."
