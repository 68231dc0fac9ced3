"""/admin/customers in a real browser: find, export, ban, erase."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Visitor, connected, running_chromium
from playwright.sync_api import Browser, Locator, Page, expect
from web_world import PASSWORD, World

from sufler.domain.conversation import Customer, Incoming, IncomingKind
from sufler.domain.people import Role

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>Оля"
WIDE = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def browser_here() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    built = World(tmp_path)
    built.start()
    built.run(built.people.add("vera", "Вера", Role.ADMINISTRATOR, PASSWORD))
    for name in (HOSTILE, "Борис"):
        customer = Customer(f"id-{name[-5:]}", name)
        said = Incoming("web", f"m-{name[-5:]}", customer, IncomingKind.TEXT, "Сколько стоит?")
        assert built.run(built.turns.receive(said))
    yield built
    built.stop()


@pytest.fixture
def page(world: World, browser_here: Browser) -> Iterator[Page]:
    visitor = Visitor(browser_here, world.url, viewport=WIDE)
    opened = visitor.open("/admin/customers")
    opened.locator("[name=login]").fill("vera")
    opened.locator("[name=password]").fill(PASSWORD)
    opened.keyboard.press("Enter")
    yield opened
    assert visitor.faults == []
    visitor.context.close()


def press_twice(row: Locator, button: Locator) -> None:
    """The first press asks."""
    button.click()
    row.locator("button.sure").click()


def test_that_an_administrator_finds_exports_bans_and_erases(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("Клиенты")
    connected(page)
    rows = page.locator("section").first.locator("tbody tr")
    expect(rows).to_have_count(2)
    page.get_by_label("Найти клиента").fill("Оля")
    page.get_by_role("button", name="Найти").click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text(HOSTILE)

    with page.expect_download() as got:
        rows.first.get_by_text("Выгрузить").click()
    with zipfile.ZipFile(got.value.path()) as archive:
        whole = json.loads(archive.read("customer.json"))
    assert whole["conversations"][0]["customer_name"] == HOSTILE

    ban = rows.first.get_by_role("button", name="Заблокировать")
    press_twice(rows.first, ban)
    expect(page.get_by_text("Укажите причину.")).to_be_visible()
    expect(ban).to_be_visible()
    page.get_by_label("Причина", exact=True).fill("спам")
    press_twice(rows.first, ban)
    expect(rows.first.get_by_text("заблокирован", exact=True)).to_be_visible()
    bans = page.locator("section").nth(1).locator("tbody tr")
    expect(bans).to_have_count(1)
    expect(bans.first).to_contain_text("спам")
    press_twice(bans.first, bans.first.get_by_role("button"))
    expect(page.get_by_text("Никто не заблокирован.")).to_be_visible()

    press_twice(rows.first, rows.first.get_by_role("button", name="Стереть всё"))
    expect(page.get_by_text("Никого не нашлось.")).to_be_visible()
    page.get_by_label("Найти клиента").fill("")
    page.get_by_role("button", name="Найти").click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Борис")
