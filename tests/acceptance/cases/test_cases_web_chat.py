"""Case 50, in a real browser before a real serve: a line that breaks loses and doubles nothing."""

import signal
from collections import Counter
from collections.abc import Iterator

import pytest
from chromium import Visitor, running_chromium
from cutting_proxy import CuttingProxy, cutting_proxy
from installation import LONG_S, Installation
from playwright.sync_api import Browser, Page, expect
from telegram_world import wait_until

pytestmark = pytest.mark.browser

SOON_MS = 1000 * LONG_S
QUESTIONS = [f"вопрос номер {number}" for number in range(1, 9)]


@pytest.fixture
def proxy(installation: Installation) -> Iterator[CuttingProxy]:
    with cutting_proxy(int(installation.serve.url.rpartition(":")[2])) as running:
        yield running


@pytest.fixture(scope="module")
def browser_here() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def customer(browser_here: Browser, proxy: CuttingProxy) -> Iterator[Visitor]:
    opened = Visitor(browser_here, proxy.url)
    yield opened
    opened.context.close()


def opened(customer: Visitor) -> Page:
    page = customer.open("/chat")
    expect(page.locator("#standing-text")).to_have_text("Отвечает бот", timeout=SOON_MS)
    page.wait_for_function("() => localStorage.getItem('sufler.visitor')")
    return page


def ask(page: Page, words: str) -> None:
    page.get_by_role("textbox").fill(words)
    page.keyboard.press("Enter")


def name_of(page: Page) -> str:
    """The visitor's id, which their token begins with."""
    token = str(page.evaluate("() => localStorage.getItem('sufler.visitor')"))
    return token.rpartition(".")[0]


def said(page: Page) -> list[str]:
    return page.locator(".message.customer .bubble").all_inner_texts()


def heard(page: Page) -> Counter[str | None]:
    """Ids of what the page shows of ours."""
    return Counter(
        each.get_attribute("data-id") for each in page.locator(".message:not(.customer)").all()
    )


def settled(page: Page) -> None:
    """All that the customer wrote is stored, and the page shows what is stored."""
    expect(page.locator(".message.outgoing")).to_have_count(0, timeout=SOON_MS)
    expect(page.locator("#offline")).to_be_hidden(timeout=SOON_MS)
    expect(page.locator("#typing")).to_be_hidden(timeout=SOON_MS)


@pytest.mark.case(50)
def test_that_the_web_chat_through_a_dropped_connection_loses_and_doubles_nothing(
    installation: Installation, proxy: CuttingProxy, customer: Visitor
) -> None:
    page = opened(customer)
    proxy.cut_after = (300, 3000)
    for number, question in enumerate(QUESTIONS):
        if number % 3 == 0:
            proxy.cut()  # also while nothing is under way
        ask(page, question)
    page.wait_for_timeout(6000)
    wait_until(lambda: proxy.cuts)
    proxy.cut_after = None
    proxy.cut()
    settled(page)
    installation.quiet()
    assert said(page) == QUESTIONS
    stored = installation.talk(name_of(page))["messages"]
    written = [each["text"] for each in stored if each["author"] == "customer"]
    assert written == QUESTIONS
    ours = [str(each["id"]) for each in stored if each["author"] != "customer"]
    assert ours
    assert heard(page) == Counter(ours)
    page.reload()
    settled(page)
    expect(page.locator(".message.customer")).to_have_count(len(QUESTIONS), timeout=SOON_MS)
    assert said(page) == QUESTIONS
    assert heard(page) == Counter(ours)
    assert customer.faults == []


@pytest.mark.case(50)
def test_that_two_tabs_agree_though_their_lines_break(
    installation: Installation, proxy: CuttingProxy, customer: Visitor
) -> None:
    one, two = opened(customer), opened(customer)
    ask(one, "из первой вкладки")
    proxy.cut()
    ask(two, "из второй вкладки")
    proxy.cut()
    for page in (one, two):
        expect(page.locator(".message.customer")).to_have_count(2, timeout=SOON_MS)
        settled(page)
    installation.quiet()
    both = Counter(["из первой вкладки", "из второй вкладки"])
    assert Counter(installation.said_by(name_of(one), "customer")) == both
    assert said(one) == said(two)
    expect(two.locator(".message")).to_have_count(one.locator(".message").count())
    assert heard(one) == heard(two)


@pytest.mark.case(50)
def test_that_a_killed_server_and_a_closed_page_lose_nothing(
    installation: Installation, customer: Visitor
) -> None:
    page = opened(customer)
    ask(page, "до обрыва")
    installation.stop(signal.SIGKILL)
    ask(page, "пока сервера нет")
    expect(page.locator(".message.outgoing").last).to_be_visible()
    page.close()
    installation.start()
    again = opened(customer)
    expect(again.locator(".message.customer")).to_have_count(2, timeout=SOON_MS)
    settled(again)
    installation.quiet()
    assert Counter(installation.said_by(name_of(again), "customer")) == Counter(said(again))
    assert Counter(said(again)) == Counter(["до обрыва", "пока сервера нет"])
    assert set(heard(again).values()) == {1}


def test_that_an_edit_of_an_operator_reaches_the_open_page_and_one_that_was_away(
    installation: Installation, proxy: CuttingProxy, customer: Visitor
) -> None:
    page = opened(customer)
    ask(page, "нужна правка ответа")
    settled(page)
    talk = f"/conversations/{installation.conversation_id(name_of(page))}"
    installation.api("anna", "POST", f"{talk}/reply", text="Сто рублей")
    answer = page.locator(".message.operator .bubble")
    expect(answer).to_have_text("Сто рублей", timeout=SOON_MS)
    number = installation.api("anna", "GET", talk)["messages"][-1]["id"]
    message = f"{talk}/messages/{number}"
    installation.api("anna", "PUT", message, text="Двести рублей")
    expect(answer).to_have_text("Двести рублей", timeout=SOON_MS)
    expect(page.locator(".message.operator .meta")).to_contain_text("изменено")
    customer.context.set_offline(True)
    proxy.cut()
    installation.api("anna", "PUT", message, text="Триста рублей")
    customer.context.set_offline(False)
    expect(answer).to_have_text("Триста рублей", timeout=SOON_MS)
    expect(answer).to_have_count(1)


def test_that_the_bot_is_seen_replying_while_the_burst_lasts(
    installation: Installation, customer: Visitor
) -> None:
    """The pause is so long that no machine is too slow for it, and passes in the database."""
    installation.stop()
    installation.set(burst_pause="60", burst_longest="300")
    try:
        installation.start()
        one, two = opened(customer), opened(customer)
        ask(one, "Сколько стоит доставка?")
        expect(two.locator("#typing")).to_be_visible(timeout=SOON_MS)
        expect(two.locator(".message.bot .bubble")).to_have_count(0)
        installation.burst_over(name_of(one))
        expect(two.locator(".message.bot .bubble")).to_have_count(1, timeout=SOON_MS)
        expect(two.locator("#typing")).to_be_hidden(timeout=SOON_MS)
    finally:
        installation.stop()
        installation.set(burst_pause="0.1", burst_longest="8")
