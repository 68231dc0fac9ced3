"""Pages as assistive programs find them: axe-core sees no serious fault on any of them."""

from collections.abc import Iterator
from typing import Any

import pytest
from accuracy_world import AccuracyWorld
from axe_playwright_python.sync_playwright import Axe
from base_world import RememberingEncoder, made_file
from chromium import Visitor, in_zone, running_chromium, still
from desk_shift import Shift, item
from kb_world import KbWorld
from playwright.sync_api import Browser, Page, expect
from web_world import PASSWORD, World

from sufler.app.clock import SystemClock
from sufler.bot.telegram.state import LineReport
from sufler.domain.people import Role

pytestmark = pytest.mark.browser

SERIOUS = ("serious", "critical")
STAFF_PAGES = (
    "/desk",
    "/desk/overview",
    "/desk/alerts",
    "/admin/accuracy",
    "/admin/accuracy/topic?name=Доставка",
    "/admin/outcomes",
    "/admin/people",
    "/admin/queues",
    "/admin/channels",
    "/admin/customers",
    "/admin/webhooks",
    "/admin/settings",
    "/kb",
    "/kb/new",
    "/kb/articles/cost",
    "/kb/history/cost",
    "/kb/upload",
    "/kb/sources",
    "/learned",
    "/learned?show=all",
    "/learned?show=golden",
    "/learned?show=watch",
    "/review",
    "/review?show=disputes",
)


@pytest.fixture(scope="module")
def browser_here(remembering: RememberingEncoder) -> Iterator[Browser]:
    made_file(remembering, False)  # by a loop of its own, which the browser's would refuse
    with running_chromium() as browser:
        yield browser


def faults(page: Page) -> list[str]:
    """Rule and first place of each serious fault, once what is opening stands open."""
    found = Axe().run(still(page), context={"exclude": [[".q-loading-bar"]]}).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found
        if each["impact"] in SERIOUS
    ]


class EveryPage(AccuracyWorld, KbWorld):
    """All pages at once, as a company has them."""

    app = World.app

    async def _build(self) -> None:
        await World._build(self)
        await self._build_knowledge()
        self._build_accuracy()
        await self.people.add("root", "Алла", Role.ADMINISTRATOR, PASSWORD)


@pytest.fixture(scope="module")
def world(
    browser_here: Browser, remembering: RememberingEncoder, tmp_path_factory: Any
) -> Iterator[World]:
    built = EveryPage(tmp_path_factory.mktemp("access"), remembering)
    now = SystemClock().now()
    built.line = LineReport("polling", True, now, None, "help_bot")
    built.start()
    yield built
    built.stop()


@pytest.fixture(scope="module")
def staff(browser_here: Browser, world: World) -> Iterator[Page]:
    """An administrator's page, where there is something to see."""
    shift = Shift(browser_here, world)
    shift.says("c0", "сколько стоит доставка", "Олег")
    caller = world.run(world.caller("root"))
    hooks = world.outside.webhooks
    world.run(hooks.add(caller, "http://127.0.0.1:9/told", frozenset(), "склад"))
    world.run(world.customers.ban(caller, "web", "c9", "спам", 7))
    page = shift.open_desk("root")
    page.goto("/admin/accuracy")
    yield in_zone(page)
    shift.end()


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_that_a_page_of_staff_has_no_serious_fault(staff: Page, path: str) -> None:
    staff.goto(path)
    expect(staff.locator("h1, h2").first).to_be_visible()
    for details in staff.locator("details").all():
        if details.locator("> summary").is_visible():
            details.evaluate("here => here.open = true")
    assert faults(staff) == []


@pytest.mark.parametrize("path", ["/login", "/", "/chat"])
def test_that_a_page_of_everybody_has_no_serious_fault(
    browser_here: Browser, world: World, path: str
) -> None:
    guest = Visitor(browser_here, world.url)
    assert faults(guest.open(path)) == []
    guest.context.close()


def test_that_the_desk_has_no_serious_fault_whatever_stands_open(
    browser_here: Browser, world: World
) -> None:
    shift = Shift(browser_here, world)
    desk = shift.open_desk("root")
    assert faults(desk) == []
    shift.says("c1", "как вернуть товар", "Мария")
    item(desk, "Мария").click()
    desk.locator(".write textarea:visible").fill("Сейчас")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".line.operator .line-state")).to_have_text("отправлено")
    assert faults(desk) == []
    desk.keyboard.press("Escape")
    desk.keyboard.press("?")
    desk.locator(".templates summary").click()
    desk.get_by_role("button", name="Новый шаблон").click()
    desk.locator(".card-act", has_text="Не подходит").click()
    expect(desk.locator(".reasons")).to_be_visible()
    assert faults(desk) == []
    desk.get_by_role("tab", name="Клиент").click()
    expect(desk.locator(".side .customer")).to_be_visible()
    assert faults(desk) == []
    desk.get_by_role("tab", name="Статьи").click()
    desk.locator(".article-seek input").fill("стоит доставка")
    expect(desk.locator(".found-articles .card-main").first).to_be_visible()
    assert faults(desk) == []
    desk.locator("[data-stop-answers]").click()
    expect(desk.get_by_role("dialog")).to_be_visible()
    assert faults(desk) == []
    shift.end()


def test_that_a_customers_question_is_made_golden_from_the_desk(
    browser_here: Browser, world: World
) -> None:
    shift = Shift(browser_here, world)
    desk = shift.open_desk("root")
    shift.says("c7", "как вернуть товар в магазин", "Глеб")
    item(desk, "Глеб").click()
    card = desk.locator(".card-suggestion").first
    title = card.locator(".card-title").inner_text()
    card.get_by_role("button", name=f"Сделать эталонным вопросом: {title}").click()
    expect(desk.locator(".q-notification")).to_contain_text("Эталонный вопрос добавлен")
    desk.goto("/learned?show=golden")
    expect(desk.get_by_text("как вернуть товар в магазин")).to_be_visible()
    expect(desk.locator("main")).to_contain_text(title)
    shift.end()
