"""`sufler serve` with the demo base in a real browser: a newcomer's first minutes."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Visitor, running_chromium
from playwright.sync_api import Browser, expect
from sufler_world import Sufler

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sufler(
    tmp_path_factory: pytest.TempPathFactory, model_folder: Path, known: Path
) -> Iterator[Sufler]:
    served = Sufler(tmp_path_factory.mktemp("serve"), model_folder, known=known)
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def browser_here() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


def test_that_a_newcomer_asks_and_answers_with_what_serve_printed(
    sufler: Sufler, browser_here: Browser
) -> None:
    home = Visitor(browser_here, sufler.url).open("/")
    expect(home.locator(".banner")).to_contain_text("без сертификата: demo")
    expect(home.locator(".facts")).to_contain_text("137")  # six flows stand among the articles

    customer = Visitor(browser_here, sufler.url)
    chat = customer.open("/chat")
    chat.get_by_role("button", name="Сколько стоит доставка?").click()
    expect(chat.locator(".message.bot .bubble")).to_contain_text("₽")
    chat.get_by_role("textbox").fill("позовите человека")
    chat.keyboard.press("Enter")
    expect(chat.locator("#standing-text")).to_have_text("Вопрос ждёт сотрудника")

    printed = sufler.log.read_text("utf-8", "replace")
    password = re.search(r"login admin\s+password (\S+)", printed)
    assert password, "the first start prints the administrator's password"
    staff = Visitor(browser_here, sufler.url, viewport={"width": 1440, "height": 900})
    desk = staff.open("/desk")
    desk.locator("[name=login]").fill("admin")
    desk.locator("[name=password]").fill(password[1])
    desk.keyboard.press("Enter")
    waiting = desk.locator(".group-waiting .item")
    expect(waiting).to_have_count(1)
    waiting.click()
    expect(desk.locator(".card-suggestion").first).to_be_visible()
    desk.keyboard.press("1")
    desk.keyboard.press("Control+Enter")
    expect(chat.locator(".message.operator")).to_have_count(1)
    expect(chat.locator("#standing-text")).to_contain_text("Отвечает Administrator")
    assert customer.faults == []
    assert staff.faults == []


def test_that_a_killed_server_loses_nothing_that_was_said(
    sufler: Sufler, browser_here: Browser
) -> None:
    customer = Visitor(browser_here, sufler.url, locale="en-US")
    chat = customer.open("/chat")
    chat.get_by_role("button", name="How much does delivery cost?").click()
    expect(chat.locator(".message.bot .bubble")).to_have_count(1)
    sufler.stop(signal.SIGKILL)
    chat.get_by_role("textbox").fill("How do I return an item?")
    chat.keyboard.press("Enter")
    expect(chat.locator(".message.outgoing .meta")).to_have_text("waiting for a connection")
    sufler.start()
    expect(chat.locator(".message.outgoing")).to_have_count(0)
    expect(chat.locator(".message.bot .bubble")).to_have_count(2)
    expect(chat.locator(".message.customer")).to_have_count(2)
    assert customer.faults == []


def test_that_the_next_customer_is_served_by_what_the_operator_sent(
    sufler: Sufler, browser_here: Browser
) -> None:
    words = "чайничек мой треснул пока везли, что теперь делать"
    made = sufler.command("people", "add", "lida", "--name", "Лида", "--role", "operator")
    staff = Visitor(browser_here, sufler.url, viewport={"width": 1440, "height": 900})
    desk = staff.open("/desk")
    desk.locator("[name=login]").fill("lida")
    desk.locator("[name=password]").fill(made["password"])
    desk.keyboard.press("Enter")
    first = desk.locator('.card-suggestion[data-number="1"]')
    chats = []
    for number in range(2):
        chat = Visitor(browser_here, sufler.url).open("/chat")
        for each in ("позовите человека", words):
            chat.get_by_role("textbox").fill(each)
            chat.keyboard.press("Enter")
        chats.append(chat)
        desk.locator(".group-waiting .item", has_text=words[:20]).click()
        expect(desk.locator(".question")).to_contain_text(words)
        if number == 0:
            expect(first.locator(".card-why")).not_to_contain_text(words)
            answer = first.locator(".card-title").inner_text()
            desk.keyboard.press("Control+1")
            # Told from what was sent, once it can be taken back no more.
            expect(desk.locator(".line.operator .line-use").last).to_contain_text(
                "подсказка как есть"
            )
            expect(chat.locator(".message.operator")).to_have_count(1)
    expect(first.locator(".card-why")).to_contain_text(words)
    expect(first.locator(".card-title")).to_have_text(answer)
    assert staff.faults == []
