"""The real `sufler serve` behind Telegram's webhook: each message is answered once, whatever
happens on the way; who is not Telegram is refused."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from customer_world import (
    ANSWER_S,
    COURIER,
    all_decided,
    answer_of,
    bot_texts,
    new_customer,
    received,
    settled,
    texts_at_the_desk,
)
from lossy_proxy import LossyProxy, lossy_proxy
from sufler_world import Sufler
from telegram_world import PLAIN, TOKEN, FakeTelegram, wait_until

from sufler.bot.telegram.receive import ALLOWED_UPDATES
from sufler.bot.telegram.webhook import PATH, secret_of

SECRET = secret_of(TOKEN)


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
    telegram_process.control.config(retry_scale=0.05)
    folder = tmp_path_factory.mktemp("webhook")
    served = Sufler(folder, model_folder, telegram_process.url, known)
    served.set(telegram_mode="webhook", public_url=served.url)
    served.start()
    wait_until(lambda: webhook_url(telegram_process) == served.url + PATH, timeout_s=ANSWER_S)
    yield served
    served.stop()
    telegram_process.control.config(retry_scale=1.0)
    telegram_process.control.reset(drop_webhook=True)


@pytest.fixture
def telegram(telegram_process: FakeTelegram, sufler: Sufler) -> FakeTelegram:
    telegram_process.control.clear_faults()
    return telegram_process


@pytest.fixture
def customer() -> int:
    return new_customer()


@pytest.fixture
def proxy(telegram: FakeTelegram, sufler: Sufler) -> Iterator[LossyProxy]:
    """Before Sufler while the test runs; its restart makes Telegram post there."""
    with lossy_proxy(int(sufler.url.rpartition(":")[2])) as proxy:
        restarted(telegram, sufler, public_url=proxy.url)
        yield proxy
        restarted(telegram, sufler, public_url=sufler.url)


def webhook_url(telegram: FakeTelegram) -> str:
    """Where Telegram posts now; empty: nowhere."""
    webhook = telegram.control.counters()["webhook"]
    return str(webhook["url"]) if webhook else ""


def restarted(telegram: FakeTelegram, sufler: Sufler, **settings: str) -> None:
    sufler.stop()
    sufler.set(**settings)
    sufler.start()
    url = settings.get("public_url")
    if url is not None:
        wait_until(lambda: webhook_url(telegram) == url + PATH, timeout_s=ANSWER_S)


def pending(telegram: FakeTelegram) -> int:
    return int(telegram.control.counters()["pending"])


def test_that_the_webhook_is_set_for_the_same_updates_as_polling(
    telegram: FakeTelegram, sufler: Sufler
) -> None:
    counters = telegram.control.counters()
    assert counters["webhook"]["url"] == sufler.url + PATH
    assert counters["allowed_updates"] == sorted(ALLOWED_UPDATES)
    assert "calls.getupdates" not in counters["counters"]


def test_that_a_customer_is_answered_once(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    telegram.control.send(from_=customer, text=COURIER)
    (text,) = received(telegram, customer)
    assert answer_of("delivery-cost") in text
    assert settled(telegram, customer) == [text]
    wait_until(lambda: pending(telegram) == 0, timeout_s=ANSWER_S)


def test_that_an_update_given_five_times_is_answered_once_also_after_a_restart(
    telegram: FakeTelegram, sufler: Sufler, customer: int
) -> None:
    sent = telegram.control.send(from_=customer, text=COURIER)
    texts = received(telegram, customer)
    for again in range(5):
        if again == 3:
            restarted(telegram, sufler, public_url=sufler.url)
        telegram.control.redeliver(update_id=sent["update_id"])
        wait_until(lambda: pending(telegram) == 0, timeout_s=ANSWER_S)
    assert settled(telegram, customer) == texts
    assert texts_at_the_desk(sufler, customer).count(COURIER) == 1


def test_that_every_update_given_twice_is_answered_once(
    telegram: FakeTelegram, sufler: Sufler
) -> None:
    telegram.control.config(duplicate_p=1.0)
    customers = [new_customer() for _ in range(10)]
    try:
        for each in customers:
            telegram.control.send(from_=each, text=COURIER)
        wait_until(lambda: all(bot_texts(telegram, each) for each in customers), ANSWER_S)
        time.sleep(1.5)
    finally:
        telegram.control.config(duplicate_p=0.0)
    assert [len(bot_texts(telegram, each)) for each in customers] == [1] * 10


def test_that_where_answers_to_telegram_are_lost_everybody_is_answered_once(
    telegram: FakeTelegram, sufler: Sufler, proxy: LossyProxy
) -> None:
    proxy.loss = 0.3
    customers = [new_customer() for _ in range(30)]
    for each in customers:
        telegram.control.send(from_=each, text=COURIER)
    wait_until(lambda: pending(telegram) == 0)
    wait_until(lambda: all(bot_texts(telegram, each) for each in customers), ANSWER_S)
    time.sleep(1.5)
    assert proxy.lost > 3
    assert [len(bot_texts(telegram, each)) for each in customers] == [1] * 30


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_that_after_a_stop_in_the_middle_everybody_is_answered_once(
    telegram: FakeTelegram, sufler: Sufler, how: signal.Signals
) -> None:
    customers = [new_customer() for _ in range(12)]
    for each in customers:
        telegram.control.send(from_=each, text=COURIER)
    # stored and acknowledged, and only some of them answered
    wait_until(lambda: bot_texts(telegram, customers[0]), timeout_s=ANSWER_S, every_s=0)
    sufler.stop(how)
    late = new_customer()
    telegram.control.send(from_=late, text=COURIER)
    sufler.start()
    everybody = [*customers, late]
    wait_until(lambda: all_decided(telegram, sufler, everybody), every_s=0.5)
    time.sleep(2)
    assert all(len(bot_texts(telegram, each)) <= 1 for each in everybody)
    assert len(bot_texts(telegram, late)) == 1


def test_that_a_switch_to_polling_and_back_loses_and_doubles_nothing(
    telegram: FakeTelegram, sufler: Sufler
) -> None:
    customers = [new_customer() for _ in range(4)]

    def asks(number: int) -> None:
        telegram.control.send(from_=customers[number], text=COURIER)

    asks(0)
    received(telegram, customers[0])
    sufler.stop()
    asks(1)
    restarted(telegram, sufler, telegram_mode="polling")
    received(telegram, customers[1])
    assert webhook_url(telegram) == ""
    asks(2)
    received(telegram, customers[2])
    sufler.stop(signal.SIGKILL)  # what the last poll brought is not acknowledged yet
    asks(3)
    restarted(telegram, sufler, telegram_mode="webhook", public_url=sufler.url)
    received(telegram, customers[3])
    wait_until(lambda: pending(telegram) == 0, timeout_s=ANSWER_S)
    time.sleep(1.5)
    assert [len(bot_texts(telegram, each)) for each in customers] == [1] * 4


GOOD = {"x-telegram-bot-api-secret-token": SECRET}
HARMLESS = b'{"update_id": 1}'


def update_of(customer: int) -> bytes:
    """A message that would be answered, had it come from Telegram."""
    person = f'{{"id": {customer}, "is_bot": false, "first_name": "A"}}'
    chat = f'{{"id": {customer}, "type": "private"}}'
    message = (
        f'{{"message_id": 9, "date": 1, "chat": {chat}, "from": {person}, "text": "{COURIER}"}}'
    )
    return f'{{"update_id": 5, "message": {message}}}'.encode()


@pytest.mark.parametrize(
    ("method", "headers", "body", "status"),
    [
        ("POST", {}, None, 403),
        ("POST", {"x-telegram-bot-api-secret-token": "wrong"}, None, 403),
        ("POST", {"x-telegram-bot-api-secret-token": ""}, None, 403),
        ("POST", {"x-telegram-bot-api-secret-token": SECRET[:-1]}, None, 403),
        ("POST", {b"x-telegram-bot-api-secret-token": "секрет".encode()}, None, 403),
        ("POST", {b"x-telegram-bot-api-secret-token": b"\xff\xfe"}, None, 403),
        ("POST", {}, b"x" * 5_000_000, 403),
        ("GET", GOOD, b"", 405),
        ("PUT", GOOD, HARMLESS, 405),
        ("DELETE", GOOD, b"", 405),
        ("HEAD", {}, b"", 405),
        ("POST", GOOD, b"", 400),
        ("POST", GOOD, b"{", 400),
        ("POST", GOOD, b"\xff\xfe\x00", 400),
        ("POST", GOOD, b"[" * 200_000, 400),
        ("POST", GOOD, b"[]", 400),
        ("POST", GOOD, b"{}", 400),
        ("POST", GOOD, b'{"update_id": "1"}', 400),
        ("POST", GOOD, b'{"update_id": true}', 400),
        ("POST", GOOD, b'{"update_id": 1' + b" " * 5_000_000 + b"}", 413),
        ("POST", GOOD, HARMLESS, 200),
        ("POST", GOOD, b'{"update_id": 1, "quite_new": {"id": 7}}', 200),
        ("POST", GOOD, b'{"update_id": 1, "message": {"chat": "?"}}', 200),
        ("POST", GOOD, b'{"update_id": 1, "callback_query": [1e999]}', 200),
    ],
)
def test_that_forged_requests_are_refused_and_change_nothing(
    telegram: FakeTelegram,
    sufler: Sufler,
    customer: int,
    method: str,
    headers: dict[Any, Any],
    body: bytes | None,
    status: int,
) -> None:
    sent = update_of(customer) if body is None else body
    answer = httpx.request(
        method, sufler.url + PATH, headers=headers, content=sent, timeout=ANSWER_S, verify=PLAIN
    )
    assert answer.status_code == status
    assert answer.content == b""
    assert sufler.conversation_of(customer) is None


def test_that_a_body_in_pieces_is_counted_and_not_believed(sufler: Sufler) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(50):
            yield b" " * 100_000

    answer = httpx.post(sufler.url + PATH, headers=GOOD, content=pieces(), timeout=ANSWER_S)
    assert answer.status_code == 413


def test_that_measurements_show_the_line(telegram: FakeTelegram, sufler: Sufler) -> None:
    wait_until(lambda: "sufler_telegram_connected 1.0" in sufler.get("/metrics").text)
    assert "sufler_telegram_pending_updates " in sufler.get("/metrics").text
    assert sufler.get("/readyz").json()["parts"]["telegram"] == "ready"


def test_that_the_log_holds_no_token_no_secret_and_no_text(sufler: Sufler) -> None:
    log = sufler.log.read_text(encoding="utf-8")
    assert log
    assert "Traceback" not in log
    for hidden in (TOKEN.split(":")[1], SECRET, COURIER):
        assert hidden not in log
