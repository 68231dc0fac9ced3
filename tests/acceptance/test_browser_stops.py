"""The kill switch and alerts in real browsers: one stops, the others see it and are told once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import connected, running_chromium
from desk_shift import Shift, item
from playwright.sync_api import Browser, Page, expect
from telegram_world import wait_until
from web_world import World

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser_here() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def shift(browser_here: Browser, tmp_path: Path) -> Iterator[Shift]:
    world = World(tmp_path)
    world.start()
    begun = Shift(browser_here, world)
    yield begun
    begun.end()
    world.stop()


def stop(page: Page, reason: str) -> None:
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Почему").fill(reason)
    sheet.get_by_role("button", name="Дальше").click()
    expect(sheet).to_contain_text(f"Причина: {reason}")
    sheet.get_by_role("button", name="Остановить сейчас").click()
    expect(sheet).to_be_hidden()


def sounded(page: Page) -> Any:
    return page.evaluate("() => document.documentElement.dataset.sounded ?? '0'")


def test_that_a_stop_is_seen_by_everybody_and_taken_back_in_two_steps(shift: Shift) -> None:
    zoya, anna = shift.open_desk("zoya"), shift.open_desk("anna")
    expect(anna.locator("[data-stop-answers]")).to_have_count(0)
    zoya.locator("[data-stop-answers]").click()
    stop(zoya, "неверные цены")
    banner = anna.locator(".stop-line")
    expect(banner).to_contain_text("Ответы бота остановлены везде")
    expect(banner).to_contain_text("Зоя: неверные цены")
    expect(banner.get_by_role("button")).to_have_count(0)
    shift.says("c1", "Сколько стоит доставка?", "Мария")
    expect(item(anna, "Мария")).to_contain_text("Ответы бота остановлены")
    zoya.get_by_role("button", name="Пусть отвечает").click()
    expect(banner).to_be_visible()
    zoya.get_by_role("button", name="Точно? Бот снова ответит").click()
    expect(banner).to_have_count(0)
    shift.says("c2", "Сколько стоит доставка?", "Пётр")
    assert shift.told("c2", 2)[-1].startswith("**300")


def test_that_an_operator_stops_the_bot_in_one_conversation_only(shift: Shift) -> None:
    anna = shift.open_desk("anna")
    shift.says("c1", "Сколько стоит доставка?", "Мария")
    shift.told("c1", 2)
    anna.locator(".item", has_text="Мария").click()
    anna.get_by_role("button", name="Стоп бота здесь").click()
    stop(anna, "разберусь сама")
    expect(anna.locator(".stop-line")).to_contain_text("в одном разговоре")
    shift.says("c2", "Сколько стоит доставка?", "Пётр")
    assert shift.told("c2", 2)[-1].startswith("**300")
    stops = shift.world.run(shift.world.stops.all())
    assert [each.scope.split(":")[0] for each in stops] == ["conversation"]


def test_that_a_stop_needs_a_reason(shift: Shift) -> None:
    zoya = shift.open_desk("zoya")
    zoya.locator("[data-stop-answers]").click()
    zoya.get_by_role("button", name="Дальше").click()
    expect(zoya.get_by_role("alert")).to_contain_text("Напишите, почему")
    assert not shift.world.run(shift.world.stops.all())


def test_that_who_waits_is_told_once_over_all_tabs_and_never_in_quiet_mode(shift: Shift) -> None:
    first = shift.open_desk()
    second = first.context.new_page()
    second.goto("/desk")
    expect(second.locator(".group").first).to_be_visible()
    connected(second)
    shift.says("c1", "позовите человека", "Мария")
    for page in (first, second):
        expect(item(page, "Мария")).to_be_visible()
        expect(page).to_have_title("(1) Стол оператора")
    first.wait_for_function("() => localStorage.getItem('sufler.told')?.length > 4")
    first.wait_for_timeout(500)
    assert sorted([sounded(first), sounded(second)]) == ["0", "1"]
    first.locator(".alerts summary").click()
    first.get_by_label("Тихий режим").check()
    anna = shift.world.run(shift.world.caller("anna"))
    wait_until(lambda: shift.world.run(shift.world.alerts.mine(anna)).desk_quiet)
    shift.says("c2", "позовите человека", "Пётр")
    for page in (first, second):
        expect(page).to_have_title("(2) Стол оператора")
    first.wait_for_timeout(500)
    assert sorted([sounded(first), sounded(second)]) == ["0", "1"]
