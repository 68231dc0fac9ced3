"""A customer in Telegram, the real `sufler serve`, and an operator behind the API."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from customer_world import (
    ANSWER_S,
    ARTICLES,
    COURIER,
    all_decided,
    answer_of,
    bot_texts,
    new_customer,
    received,
    settled,
    states_at_the_desk,
    texts_at_the_desk,
)
from sufler_world import Sufler
from telegram_world import TOKEN, FakeTelegram, wait_until

from sufler.bot.markdown import plain
from sufler.domain.texts import in_every_language


@pytest.fixture(scope="module")
def sufler(
    telegram_process: FakeTelegram,
    model_folder: Path,
    known: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Sufler]:
    telegram_process.control.clear_faults()
    telegram_process.control.reset(drop_webhook=True)
    telegram_process.control.flood(enabled=False)
    folder = tmp_path_factory.mktemp("serve")
    served = Sufler(folder, model_folder, telegram_process.url, known)
    served.start()
    yield served
    served.stop()


@pytest.fixture
def telegram(telegram_process: FakeTelegram, sufler: Sufler) -> FakeTelegram:
    """Not emptied between tests: a reset would leave Sufler's long poll at the bot of before."""
    telegram_process.control.clear_faults()
    return telegram_process


@pytest.fixture
def customer() -> int:
    return new_customer()


def test_that_a_customer_gets_the_right_answer(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    telegram.control.send(from_=customer, text=COURIER)
    (text,) = received(telegram, customer)
    assert answer_of("delivery-cost") in text
    *_, seen = telegram.control.view(chat=customer)
    assert {entity["type"] for entity in seen["entities"]} >= {"bold"}
    assert settled(telegram, customer) == [text]


def test_that_an_english_question_gets_the_english_answer(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    telegram.control.send(from_=customer, text="How much does delivery cost?")
    (text,) = received(telegram, customer)
    assert answer_of("delivery-cost", "en") in text


def test_that_start_and_help_are_answered(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    telegram.control.user(id=customer, language_code="ru", first_name='<b>"&')
    telegram.control.start(from_=customer, payload="<script>")
    received(telegram, customer)
    telegram.control.send(from_=customer, text="/help")
    texts = received(telegram, customer, 2)
    assert in_every_language("help")[0] in texts[1]


def test_that_a_button_of_a_clarification_brings_its_answer(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    telegram.control.send(from_=customer, text="оплата")  # by card, or at the door?
    received(telegram, customer)
    *_, asked = telegram.control.view(chat=customer)
    labels = [row[0] for row in asked["buttons"]]
    press = telegram.control.click(from_=customer, text=labels[0])
    texts = received(telegram, customer, 2)
    chosen = next(
        article["translations"]
        for article in ARTICLES.values()
        if any(shown["title"] == labels[0] for shown in article["translations"].values())
    )
    answers = [plain(shown["answer"])[:60] for shown in chosen.values()]
    assert any(answer in texts[1] for answer in answers)
    query = press["callback_query_id"]
    wait_until(lambda: telegram.control.callback(id=query)["answers"], timeout_s=ANSWER_S)
    again = telegram.control.click(from_=customer, text=labels[0], message_id=asked["message_id"])
    query = again["callback_query_id"]
    wait_until(lambda: telegram.control.callback(id=query)["answers"], timeout_s=ANSWER_S)


def test_that_a_hand_off_reaches_the_desk_and_the_reply_comes_back_once(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    telegram.control.send(from_=customer, text="позовите человека")
    told = received(telegram, customer)
    waiting: dict[str, Any] = wait_until(lambda: sufler.conversation_of(customer, "queue"))
    assert waiting["messages"][0]["text"] == "позовите человека"
    reply = "Здравствуйте! Это **Ольга**, сейчас посмотрю <ваш> заказ."
    sufler.api("POST", f"/conversations/{waiting['id']}/take")
    sufler.api("POST", f"/conversations/{waiting['id']}/reply", text=reply)
    texts = received(telegram, customer, len(told) + 1)
    assert texts[-1].endswith("Это Ольга, сейчас посмотрю <ваш> заказ.")
    telegram.control.send(from_=customer, text=COURIER)
    assert settled(telegram, customer, 3) == texts  # the bot does not speak over a person
    wait_until(lambda: COURIER in texts_at_the_desk(sufler, customer), timeout_s=ANSWER_S)


def test_that_an_update_given_again_is_answered_once(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    sent = telegram.control.send(from_=customer, text=COURIER)
    texts = received(telegram, customer)
    for _ in range(3):
        telegram.control.redeliver(update_id=sent["update_id"])
        assert settled(telegram, customer, 1) == texts


@pytest.mark.parametrize(
    "fault", [{"kind": "html", "code": 502}, {"code": 429, "retry_after": 1}, {"code": 500}]
)
def test_that_a_reply_outlives_trouble_and_arrives_once(
    telegram: FakeTelegram, sufler: Sufler, customer: int, fault: dict[str, Any]
) -> None:
    telegram.control.fault(method="sendmessage", chat=customer, times=2, **fault)
    telegram.control.send(from_=customer, text=COURIER)
    texts = received(telegram, customer)
    assert answer_of("delivery-cost") in texts[0]
    assert settled(telegram, customer, 2) == texts


def test_that_a_lost_answer_is_not_sent_again_and_the_operator_sees_it(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    telegram.control.fault(
        method="sendmessage", chat=customer, kind="garbage", commit=True, times=1
    )
    telegram.control.send(from_=customer, text=COURIER)
    texts = received(telegram, customer)
    assert settled(telegram, customer, 3) == texts
    wait_until(lambda: states_at_the_desk(sufler, customer) == ["unknown"], timeout_s=ANSWER_S)


@pytest.mark.parametrize(
    ("how", "latency_s"), [(signal.SIGKILL, 0), (signal.SIGKILL, 0.3), (signal.SIGTERM, 0.3)]
)
def test_that_after_a_stop_in_the_middle_everybody_is_answered_once(
    telegram: FakeTelegram, sufler: Sufler, how: signal.Signals, latency_s: float
) -> None:
    telegram.control.config(latency=latency_s)
    customers = [new_customer() for _ in range(12)]
    for customer in customers:
        telegram.control.send(from_=customer, text=COURIER)
    wait_until(lambda: bot_texts(telegram, customers[0]), timeout_s=ANSWER_S, every_s=0)
    sufler.stop(how)
    telegram.control.config(latency=0)
    sufler.start()

    wait_until(lambda: all_decided(telegram, sufler, customers), every_s=0.5)
    time.sleep(2)
    assert all(len(bot_texts(telegram, each)) <= 1 for each in customers)


def test_that_the_log_holds_no_token_and_no_text(sufler: Sufler) -> None:
    log = sufler.log.read_text(encoding="utf-8")
    assert log
    assert TOKEN.split(":")[1] not in log
    assert COURIER not in log
    assert "позовите человека" not in log
