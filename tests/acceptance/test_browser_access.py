"""Pages as assistive programs find them: axe-core sees no serious fault on any of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from base_world import RememberingEncoder, made_file
from chromium import Visitor, running_chromium
from desk_shift import Shift, item
from kb_world import KbWorld
from playwright.sync_api import Browser, Page, expect
from web_world import PASSWORD, World

from sufler.domain.people import Role

pytestmark = pytest.mark.browser

SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def browser_here(remembering: RememberingEncoder) -> Iterator[Browser]:
    made_file(remembering, False)  # by a loop of its own, which the browser's would refuse
    with running_chromium() as browser:
        yield browser


def faults(page: Page) -> list[str]:
    """Rule and first place of each serious fault, once what is opening stands open."""
    page.wait_for_timeout(600)
    found = Axe().run(page, context={"exclude": [[".q-loading-bar"]]}).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found
        if each["impact"] in SERIOUS
    ]


def enter(page: Page, login: str) -> None:
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk*")


def test_that_desk_chat_login_and_administration_have_no_serious_fault(
    browser_here: Browser, tmp_path: Path
) -> None:
    world = World(tmp_path)
    world.start()
    world.run(world.people.add("root", "Алла", Role.ADMINISTRATOR, PASSWORD))
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
    expect(desk.locator(".customer")).to_be_visible()
    assert faults(desk) == []
    desk.get_by_role("tab", name="Статьи").click()
    desk.locator(".article-seek input").fill("стоит доставка")
    expect(desk.locator(".found-articles .card-main").first).to_be_visible()
    assert faults(desk) == []
    desk.locator("[data-stop-answers]").click()
    expect(desk.get_by_role("dialog")).to_be_visible()
    assert faults(desk) == []
    for path in ("/desk/overview", "/admin/people", "/admin/channels", "/admin/settings"):
        desk.goto(path)
        expect(desk.locator("h1")).to_be_visible()
        assert faults(desk) == [], path
    guest = Visitor(browser_here, world.url)
    for path in ("/login", "/", "/chat"):
        assert faults(guest.open(path)) == [], path
    guest.context.close()
    shift.end()
    world.stop()


def test_that_the_knowledge_pages_have_no_serious_fault(
    browser_here: Browser, tmp_path: Path, remembering: RememberingEncoder
) -> None:
    world = KbWorld(tmp_path, remembering)
    world.start()
    visitor = Visitor(browser_here, world.url, viewport={"width": 1440, "height": 900})
    page = visitor.open("/login")
    enter(page, "eva")
    for path in ("/kb", "/kb/articles/cost", "/kb/history/cost"):
        page.goto(path)
        expect(page.locator("h1, h2").first).to_be_visible()
        assert faults(page) == [], path
    visitor.context.close()
    world.stop()
