"""/chat in a real browser: asking, clarifying, calling a person, and lines that break."""

import re
from collections.abc import Iterator

import pytest
from chromium import Visitor, running_chromium
from playwright.sync_api import Browser, Page, expect
from web_world import World

pytestmark = pytest.mark.browser

HOSTILE = (
    "<img src=x onerror=alert(1)><script>alert(2)</script> [x](javascript:alert(3)) \"'`{{7*7}}"
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    built = World(tmp_path_factory.mktemp("world"))
    built.start()
    yield built
    built.stop()


@pytest.fixture(scope="module")
def browser_here() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def visitor(browser_here: Browser, world: World) -> Iterator[Visitor]:
    opened = Visitor(browser_here, world.url)
    yield opened
    assert opened.faults == []
    opened.context.close()


def ask(page: Page, words: str) -> None:
    page.get_by_role("textbox").fill(words)
    page.keyboard.press("Enter")


def bubbles(page: Page, author: str) -> list[str]:
    return page.locator(f".message.{author} .bubble").all_inner_texts()


def test_that_a_question_is_answered_in_its_formatting(visitor: Visitor) -> None:
    page = visitor.open("/chat")
    ask(page, "Сколько стоит доставка?")
    answer = page.locator(".message.bot .bubble")
    expect(answer.locator("strong")).to_have_text("300 ₽")
    expect(answer.locator("li")).to_have_text(["курьером", "в пункт"])
    expect(page.locator(".message.customer")).to_have_count(1)
    expect(page.locator(".message.customer .meta")).to_have_text(re.compile(r"\d\d:\d\d"))


def test_that_an_example_can_be_asked_with_one_click(visitor: Visitor) -> None:
    page = visitor.open("/chat?lang=en")
    expect(page.get_by_role("heading", name="How can we help?")).to_be_visible()
    page.get_by_role("button", name="How much does delivery cost?").click()
    expect(page.locator(".message.bot .bubble")).to_contain_text("free from 3000")
    expect(page.locator("#empty")).to_be_hidden()


def test_that_the_language_is_the_browsers_and_then_the_chosen_one(
    browser_here: Browser, world: World
) -> None:
    english = Visitor(browser_here, world.url, locale="en-GB")
    page = english.open("/chat")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Русский").click()
    expect(page.get_by_role("heading", name="Чем помочь?")).to_be_visible()
    page.goto("/chat")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    english.context.close()


def test_that_calling_a_person_tells_the_truth_and_waits(visitor: Visitor, world: World) -> None:
    page = visitor.open("/chat")
    page.locator("#person").click()
    expect(page.locator(".message.bot .bubble")).to_contain_text("никого из сотрудников нет")
    expect(page.locator("#standing-text")).to_have_text("Вопрос ждёт сотрудника")
    expect(page.locator("#person")).to_be_hidden()
    assert bubbles(page, "customer") == ["Позвать человека"]


def test_that_a_button_of_a_clarification_brings_its_answer(visitor: Visitor) -> None:
    page = visitor.open("/chat")
    ask(page, "приедет или стоит доставка вчера ещё долго")
    buttons = page.locator(".buttons button")
    expect(buttons.first).to_be_visible()
    page.get_by_role("button", name="Когда приедет доставка?").click()
    expect(page.locator(".message.bot .bubble").last).to_contain_text("Обычно за 2 дня")
    link = page.locator(".message.bot .bubble a").last
    expect(link).to_have_attribute("href", "https://ploshkin.example/d")
    expect(link).to_have_attribute("rel", re.compile("noopener"))


def test_that_hostile_text_stays_text(visitor: Visitor, world: World) -> None:
    page = visitor.open("/chat")
    ask(page, HOSTILE)
    expect(page.locator(".message.customer .bubble")).to_have_text(HOSTILE)
    expect(page.locator(".message.bot")).to_have_count(1)
    waiting = world.run(world.desk.waiting())[-1]
    anna = world.run(world.caller("anna"))
    world.run(world.desk.reply(anna, waiting.id, HOSTILE))
    said = page.locator(".message.operator .bubble")
    expect(said).to_contain_text("<script>alert(2)</script>")
    assert said.locator("img, script, a[href^=javascript]").count() == 0
    assert visitor.refuses_inline_scripts(page)


def test_that_an_operators_reply_arrives_without_a_reload(visitor: Visitor, world: World) -> None:
    page = visitor.open("/chat")
    ask(page, "позовите человека")
    expect(page.locator(".message.bot")).to_have_count(1)
    waiting = world.run(world.desk.waiting())[-1]
    anna = world.run(world.caller("anna"))
    world.run(world.desk.reply(anna, waiting.id, "Здравствуйте! Чем **помочь**?"))
    expect(page.locator(".message.operator .author")).to_have_text("Анна")
    expect(page.locator(".message.operator strong")).to_have_text("помочь")
    expect(page.locator("#standing-text")).to_have_text("Отвечает Анна")
    world.run(world.desk.close(anna, waiting.id))
    expect(page.locator("#standing-text")).to_have_text("Отвечает бот")


def test_that_the_history_is_there_after_a_reload_and_in_a_second_tab(visitor: Visitor) -> None:
    page = visitor.open("/chat")
    ask(page, "Сколько стоит доставка?")
    expect(page.locator(".message.bot")).to_have_count(1)
    page.reload()
    expect(page.locator(".message")).to_have_count(2)
    second = visitor.open("/chat")
    expect(second.locator(".message")).to_have_count(2)
    ask(second, "Когда приедет доставка?")
    expect(page.locator(".message")).to_have_count(4)
    assert bubbles(page, "customer") == bubbles(second, "customer")


def test_that_what_is_written_without_a_connection_goes_out_once(
    browser_here: Browser, world: World
) -> None:
    visitor = Visitor(browser_here, world.url)
    page = visitor.open("/chat")
    ask(page, "Сколько стоит доставка?")
    expect(page.locator(".message.bot")).to_have_count(1)
    port = int(world.url.rsplit(":", 1)[1])
    world.close_doors()
    ask(page, "Когда приедет доставка?")
    ask(page, "Как вернуть товар?")
    expect(page.locator(".message.outgoing .meta").first).to_have_text("ждёт связи")
    expect(page.locator("#offline")).to_be_visible()
    world.open_doors(port)
    expect(page.locator(".message.outgoing")).to_have_count(0)
    expect(page.locator("#offline")).to_be_hidden()
    # What went out together is one burst: one turn of two questions, each with its answer.
    expect(page.locator(".message.bot")).to_have_count(3)
    asked = ["Сколько стоит доставка?", "Когда приедет доставка?", "Как вернуть товар?"]
    assert bubbles(page, "customer") == asked
    page.reload()
    expect(page.locator(".message")).to_have_count(6)
    assert bubbles(page, "customer") == asked
    visitor.context.close()


def test_that_a_message_survives_the_page_that_wrote_it(
    browser_here: Browser, world: World
) -> None:
    visitor = Visitor(browser_here, world.url)
    page = visitor.open("/chat")
    expect(page.locator("#standing-text")).to_be_visible()
    page.route_web_socket("**/chat/socket", lambda socket: socket.close())
    page.reload()
    ask(page, "Сколько стоит доставка?")
    expect(page.locator(".message.outgoing .meta")).to_have_text("ждёт связи")
    page.close()
    later = visitor.open("/chat")
    expect(later.locator(".message.bot")).to_have_count(1)
    assert bubbles(later, "customer") == ["Сколько стоит доставка?"]
    visitor.context.close()


def test_that_nothing_is_wider_than_a_small_phone(browser_here: Browser, world: World) -> None:
    visitor = Visitor(browser_here, world.url, viewport={"width": 360, "height": 640})
    page = visitor.open("/chat")
    ask(page, "длинноеслово" * 30)
    expect(page.locator(".message.bot")).to_have_count(1)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    field = page.locator("#field").bounding_box()
    assert field is not None
    assert field["y"] + field["height"] <= 640
    visitor.context.close()


def test_that_one_visitor_does_not_see_another(browser_here: Browser, world: World) -> None:
    one, other = Visitor(browser_here, world.url), Visitor(browser_here, world.url)
    page = one.open("/chat")
    ask(page, "Сколько стоит доставка?")
    expect(page.locator(".message.bot")).to_have_count(1)
    stranger = other.open("/chat")
    expect(stranger.locator("#empty")).to_be_visible()
    assert stranger.locator(".message").count() == 0
    one.context.close()
    other.context.close()
