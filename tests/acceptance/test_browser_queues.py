"""/admin/queues in a real browser: a queue with its hours and texts, as an administrator has it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import Visitor, connected, running_chromium
from playwright.sync_api import Browser, Page, expect
from telegram_world import wait_until
from web_world import PASSWORD, World

from sufler.domain.calendar import Holiday, Hours
from sufler.domain.conversation import Customer, Incoming, IncomingKind
from sufler.domain.people import Role
from sufler.domain.texts import put_own_texts

pytestmark = pytest.mark.browser

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}"


@pytest.fixture(scope="module")
def browser_here() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    built = World(tmp_path)
    built.start()
    built.run(built.people.add("rita", "Рита", Role.ADMINISTRATOR, PASSWORD))
    yield built
    built.stop()
    put_own_texts({})


def opened(browser: Browser, world: World, size: Any = WIDE) -> tuple[Visitor, Page]:
    visitor = Visitor(browser, world.url, viewport=size)
    page = visitor.open("/admin/queues")
    page.locator("[name=login]").fill("rita")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Очереди", exact=True)).to_be_visible()
    return visitor, connected(page)


def test_that_a_queue_is_made_filled_in_and_removed(browser_here: Browser, world: World) -> None:
    visitor, page = opened(browser_here, world)
    form = page.get_by_role("form", name="Новая очередь")
    form.get_by_label("Название").fill(HOSTILE)
    form.get_by_label("Название").press("Enter")
    card = page.locator("details.queue[open]")
    expect(card.locator("summary")).to_contain_text(HOSTILE)
    card.get_by_label("Название по-английски").fill("Returns")
    card.get_by_role("checkbox", name="Возврат").check()
    card.get_by_role("checkbox", name="Рита").check()
    card.get_by_label("Раздача").select_option("automatic")
    card.get_by_label("Когда работает").select_option("week")
    card.get_by_label("Часовой пояс").fill("Europe/Moscow")
    card.get_by_label("Понедельник").fill("9:00-13:00, 14-18")
    card.get_by_label("Праздники и выходные").fill("01.01.2027 Новый год / New Year")
    card.get_by_label("Знакомому, закрыто, по-русски").fill("Рады вас видеть.")
    card.get_by_label("Клиент молчит: предупредить").fill("60")
    card.get_by_role("button", name="Сохранить").click()
    expect(page.locator(".q-notification")).to_contain_text("Сохранено")
    _, queue = world.run(world.desk.lines.queues.all())
    assert queue.name == {"ru": HOSTILE, "en": "Returns"}
    assert (queue.topics, len(queue.members), queue.automatic) == (("Возврат",), 1, True)
    assert queue.calendar.zone == "Europe/Moscow"
    assert queue.calendar.hours == (Hours(0, 540, 780), Hours(0, 840, 1080))
    [holiday] = queue.calendar.holidays
    assert isinstance(holiday, Holiday)
    assert holiday.name == {"ru": "Новый год", "en": "New Year"}
    assert queue.greetings["returning_closed"] == {"ru": "Рады вас видеть."}
    assert queue.silence.warn_min == 60
    page.reload()
    card = page.locator("details.queue", has_text=HOSTILE)
    card.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(card.get_by_label("Понедельник")).to_have_value("9:00–13:00, 14:00–18:00")
    card.get_by_role("button", name="Удалить очередь").click()
    page.locator("button.sure").click()
    expect(page.locator("details.queue")).to_have_count(1)
    page.goto(world.url + "/admin/people")
    log = page.get_by_role("table", name="Журнал")
    expect(log).to_contain_text(re.compile("удалена очередь «"))
    assert visitor.faults == []
    visitor.context.close()


def test_that_what_cannot_be_read_is_named_and_nothing_is_stored(
    browser_here: Browser, world: World
) -> None:
    visitor, page = opened(browser_here, world)
    card = page.locator("details.queue")
    card.locator("summary").click()
    card.get_by_label("Когда работает").select_option("week")
    card.get_by_label("Вторник").fill("18:00–9:00")
    save = card.get_by_role("button", name="Сохранить")
    save.click()
    expect(page.locator(".q-notification").last).to_contain_text("начало раньше конца")
    card.get_by_label("Вторник").fill("9–18")
    card.get_by_label("Часовой пояс").fill("Moon")
    save.click()
    expect(page.locator(".q-notification").last).to_contain_text("Такого часового пояса нет")
    card.get_by_label("Часовой пояс").fill("UTC")
    card.get_by_label("Нет ответа: сигнал очереди").fill("скоро")
    save.click()
    expect(page.locator(".q-notification").last).to_contain_text("Нет ответа: сигнал очереди")
    [queue] = world.run(world.desk.lines.queues.all())
    assert queue.calendar.hours is None
    assert visitor.faults == []
    visitor.context.close()


def test_that_on_a_phone_nothing_stands_outside(browser_here: Browser, world: World) -> None:
    visitor, page = opened(browser_here, world, PHONE)
    page.locator("details.queue summary").click()
    page.get_by_label("Когда работает").select_option("week")
    expect(page.get_by_label("Воскресенье")).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
    assert visitor.faults == []
    visitor.context.close()


def test_that_an_operator_says_what_they_do_and_passes_a_conversation_on_with_a_note(
    browser_here: Browser, world: World
) -> None:
    customer = Customer("c1", name="Оля")
    said = Incoming("web", "c1:1", customer, IncomingKind.TEXT, "позовите человека")
    world.run(world.turns.receive(said))
    visitor = Visitor(browser_here, world.url, viewport=WIDE)
    page = visitor.open("/desk")
    page.locator("[name=login]").fill("anna")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".item", has_text="Оля").click()
    page.get_by_role("button", name="Взять", exact=True).click()
    page.locator(".passing > summary", has_text="Передать").click()
    panel = page.locator(".passing-panel")
    panel.get_by_label("Кому").select_option(label="Очередь: Общая очередь")
    panel.get_by_label("Заметка для своих").fill("Ждёт чек")
    panel.get_by_role("button", name="Передать").click()
    expect(page.locator(".passing").first).not_to_have_attribute("open", "")
    page.locator(".passing > summary", has_text="Передать").click()
    expect(panel.locator(".passing-note")).to_contain_text("Анна: Ждёт чек")
    [waiting] = world.run(world.desk.waiting())
    assert (waiting.queue_id, waiting.previous_operator_id is not None) == ("default", True)
    page.get_by_label("Я", exact=True).select_option("away")
    # A page that is loaded at once may not have sent it yet.
    wait_until(lambda: not world.run(world.desk.anybody()))
    page.reload()
    expect(page.get_by_label("Я", exact=True)).to_have_value("away")
    assert visitor.faults == []
    visitor.context.close()
