"""The six flows of the demo shop with its order service, by one script in Telegram, in the web chat
and in the terminal. The script is what a customer does, and what must stand in the bot's words."""

import json
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from html import unescape
from pathlib import Path
from typing import Protocol

import httpx
import pytest
from customer_world import new_customer
from patience import PATIENCE_S
from sufler_world import Sufler
from telegram_world import FakeTelegram, wait_until
from websockets.sync.client import ClientConnection, connect

from sufler.bot.markdown import plain

PRESS = "press: "
# One line: what the customer writes, or presses by its label; then a part of what must come.
SCRIPT = {
    "order_status": (("Где мой заказ 4512?", "Заказ 4512 на 3 450 ₽ в пути."),),
    "return_item": (
        ("хочу вернуть заказ", "Какой заказ возвращаем?"),
        ("4521", "Почему возвращаете?"),
        ("нет, 4530", "Почему возвращаете?"),
        (PRESS + "Не подошёл размер", "На какую почту"),
        ("anna@mail.ru", "Оформляю возврат заказа 4530 (Не подошёл размер)"),
        (PRESS + "Да", "Готово, возврат В-"),
    ),
    "address_change": (
        ("изменить адрес заказа 4521", "Напишите новый адрес"),
        ("Москва", "Не вижу номера дома"),
        ("Москва, Тверская 7, кв. 12", "На какой день?"),
        ("через десять дней", "Москва, Тверская 7, кв. 12. Верно?"),
        ("верно", "Готово, адрес изменён."),
    ),
    "warranty": (
        ("сломался блендер", "Когда вы купили вещь?"),
        ("вчера", "Что случилось?"),
        ("не включается", "Пришлите фото"),
        (PRESS + "Пропустить", "По какому телефону"),
        ("8 912 345-67-89", "Оформить обращение: «не включается»"),
        (PRESS + "Да", "создано. Мастер позвонит"),
    ),
    "callback": (
        ("перезвоните мне", "На какой номер позвонить?"),
        ("сколько стоит доставка?", "290 ₽"),
        ("8 912 345-67-89", "В какой день"),
        ("в следующую среду", "Во сколько"),
        ("в три часа дня", "в 15:00 на +79123456789. Записать?"),
        (PRESS + "Да", "Записал, заявка"),
    ),
    "promo": (
        ("промокод не работает", "Какой у вас промокод?"),
        ("ложка25", "На какую сумму"),
        ("две с половиной тысячи", "работает от 3 000 ₽, а в корзине 2 500 ₽"),
    ),
}


class Face(Protocol):
    """One way of talking with the bot."""

    def do(self, act: str) -> None:
        """Write, or press the button with this label."""

    def heard(self) -> str:
        """Everything that the bot has said, as a customer reads it."""


class InTelegram:
    def __init__(self, telegram: FakeTelegram) -> None:
        self.control = telegram.control
        self.customer = new_customer()

    def _sent(self) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = self.control.sent(chat=self.customer, method="sendMessage")
        return rows

    def do(self, act: str) -> None:
        if act.startswith(PRESS):
            message = self._sent()[-1]["message_id"]
            label = act.removeprefix(PRESS)
            self.control.click(from_=self.customer, message_id=message, text=label)
        else:
            self.control.send(from_=self.customer, text=act)

    def heard(self) -> str:
        return "\n".join(str(row["text"]) for row in self._sent())


class InWebChat:
    def __init__(self, opened: ExitStack, url: str) -> None:
        cookie = httpx.get(f"{url}/chat", timeout=PATIENCE_S).headers["set-cookie"].split(";")[0]
        self.socket: ClientConnection = opened.enter_context(
            connect(
                url.replace("http", "ws") + "/chat/socket",
                origin=url,  # type: ignore[arg-type]  # a text is what it wants
                additional_headers={"cookie": cookie},
                open_timeout=PATIENCE_S,
                ping_timeout=None,
            )
        )
        self.said: list[str] = []
        self.buttons: list[dict[str, str]] = []
        self._tell(type="hello", cursor=0, language="ru")

    def _tell(self, **frame: object) -> None:
        self.socket.send(json.dumps(frame))

    def do(self, act: str) -> None:
        name = uuid.uuid4().hex
        if act.startswith(PRESS):
            label = act.removeprefix(PRESS)
            data = next(each["data"] for each in self.buttons if each["label"] == label)
            self._tell(type="button", id=name, data=data)
        else:
            self._tell(type="message", id=name, text=act)

    def heard(self) -> str:
        try:
            frame = json.loads(self.socket.recv(timeout=0.2))
        except TimeoutError:
            frame = {}
        for item in frame.get("items", ()):
            if "html" in item:
                self.said.append(unescape(re.sub("<[^>]+>", " ", item["html"])))
                self.buttons = item["buttons"]
        return "\n".join(self.said)


class InTerminal:
    def __init__(self, opened: ExitStack, sufler: Sufler) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sufler.app.main", "chat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**sufler.environment, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"},
        )
        opened.callback(self._end)
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        self.shown = b""

    def _end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(PATIENCE_S)

    def do(self, act: str) -> None:
        if act.startswith(PRESS):
            label = re.escape(act.removeprefix(PRESS))
            act = re.findall(rf"\[(\d+)\] {label}\n", self.heard())[-1]
        assert self.process.stdin is not None
        self.process.stdin.write(f"{act}\n".encode())
        self.process.stdin.flush()

    def heard(self) -> str:
        assert self.process.stdout is not None
        self.shown += self.process.stdout.read() or b""
        return self.shown.decode("utf-8", "replace")


def play(face: Face, flow: str) -> None:
    """The script of a flow; each line must bring words that were not there before."""
    for act, wanted in SCRIPT[flow]:
        before = squeezed(face.heard()).count(wanted)
        face.do(act)
        end = time.monotonic() + PATIENCE_S
        while squeezed(heard := face.heard()).count(wanted) <= before:
            assert time.monotonic() < end, f"{flow}: {act!r} did not bring {wanted!r}:\n{heard}"
            time.sleep(0.05)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", plain(text).replace("\u00a0", " "))


@contextmanager
def orders() -> Iterator[None]:
    """The demo shop's order service, where its flows call it; an order is returned only once."""
    with subprocess.Popen([sys.executable, "-m", "demo.orders"]) as process:
        try:
            wait_until(_listens)
            assert process.poll() is None, "its port is another program's"
            yield
        finally:
            process.terminate()


def _listens() -> bool:
    try:
        return httpx.get("http://127.0.0.1:8010/orders/4512").status_code == 401
    except httpx.TransportError:
        return False


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
    served = Sufler(tmp_path_factory.mktemp("flows"), model_folder, telegram_process.url, known)
    served.set(events_quiet="off")
    served.start()
    yield served
    served.stop()


def test_that_an_event_begins_a_flow_in_telegram_once_and_only_with_consent(
    sufler: Sufler, telegram_process: FakeTelegram
) -> None:
    face = InTelegram(telegram_process)
    face.do("сколько стоит доставка?")
    wait_until(lambda: "290 ₽" in squeezed(face.heard()))
    told = {
        "id": uuid.uuid4().hex,
        "customer": {"channel": "telegram", "id": str(face.customer)},
        "type": "parcel_delayed",
        "data": {"order": "4560", "days": 2},
    }
    assert sufler.api("POST", "/events", **told)["reason"] == "no_consent"
    way = f"/customers/telegram/{face.customer}/consent"
    sufler.api("PUT", way, given=True, how="ticked at the checkout")
    begun = sufler.api("POST", "/events", **(told | {"id": uuid.uuid4().hex}))
    assert (begun["flow"], begun["known"]) == ("parcel_delayed", False)
    wait_until(lambda: "Заказ 4560 задерживается на 2 дня" in squeezed(face.heard()))
    again = sufler.api("POST", "/events", **(told | {"id": begun["id"]}))
    assert (again["known"], again["outcome"]) == (True, begun["outcome"])
    face.do(PRESS + "Подожду")
    wait_until(lambda: "Сообщим, когда он приедет." in squeezed(face.heard()))
    assert squeezed(face.heard()).count("Заказ 4560 задерживается") == 1


def test_that_all_flows_of_the_demo_pass_in_telegram_the_web_chat_and_the_terminal(
    sufler: Sufler, telegram_process: FakeTelegram
) -> None:
    with orders():
        for flow in SCRIPT:
            play(InTelegram(telegram_process), flow)
    with ExitStack() as opened:
        opened.enter_context(orders())
        for flow in SCRIPT:
            play(InWebChat(opened, sufler.url), flow)
    sufler.stop()  # a terminal is another program over the same data
    with ExitStack() as opened:
        opened.enter_context(orders())
        terminal = InTerminal(opened, sufler)
        for flow in SCRIPT:
            play(terminal, flow)
