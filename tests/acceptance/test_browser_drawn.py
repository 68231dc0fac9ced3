"""/desk in a real browser: a turn that is drawn for a check has no suggestion, and an answer that
its topic holds can be stopped."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from chromium import Visitor, running_chromium
from desk_shift import Shift, item
from playwright.sync_api import Browser, expect
from small_prompter import TOPICS
from web_world import World

from sufler.domain.knowledge import Mode, Topic

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


def test_that_a_drawn_turn_has_no_suggestion_by_mouse_draft_or_key(shift: Shift) -> None:
    turns = shift.world.turns
    turns.use(replace(turns.policy, hidden_share=1.0), "ru")
    desk = shift.open_desk()
    shift.says("c1", "как вернуть товар", "Мария")
    item(desk, "Мария").click()
    side = desk.locator(".side-say + .nothing")
    expect(side).to_contain_text("Контрольная выборка: без подсказки")
    expect(desk.locator(".head .reason")).to_have_text("Контрольная выборка")
    expect(desk.locator(".cards .card-suggestion")).to_have_count(0)
    field = desk.locator(".write textarea:visible")
    field.press("Escape")
    desk.keyboard.press("1")
    expect(field).to_have_value("")
    field.fill("Принесите его в пункт")
    desk.wait_for_timeout(1500)  # longer than the pause after which a draft is looked at
    expect(desk.locator(".completion:visible, .near:visible")).to_have_count(0)
    expect(desk.locator(".cards .card-suggestion")).to_have_count(0)
    field.press("Escape")
    desk.keyboard.press("/")
    desk.locator(".article-seek input").fill("вернуть товар")
    expect(desk.locator(".found-articles .card-title")).to_have_text("Как вернуть товар?")


def test_that_a_held_answer_is_stopped_and_changed_before_the_customer_gets_it(
    shift: Shift, browser_here: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Topic("Доставка", Mode.ANSWERS, without_certificate="demo", hold_s=120)
    monkeypatch.setitem(TOPICS, "Доставка", held)
    visitor = Visitor(browser_here, shift.world.url)
    shift.visitors.append(visitor)
    desk, chat = shift.open_desk(), visitor.open("/chat")
    chat.get_by_role("textbox").fill("когда приедет доставка")
    chat.keyboard.press("Enter")
    desk.locator(".group-recent .item", has_text="когда приедет").click()
    line = desk.locator(".held:visible")
    expect(line).to_contain_text("Ответ бота уйдёт через")
    line.get_by_role("button", name="Остановить и изменить").click()
    field = desk.locator(".write textarea:visible")
    expect(field).to_have_value("Обычно за 2 дня. [Условия](https://ploshkin.example/d)")
    expect(line).to_have_count(0)
    field.fill("Завтра до обеда.")
    desk.keyboard.press("Control+Enter")
    expect(chat.locator(".message.operator .bubble")).to_have_text("Завтра до обеда.")
    expect(chat.locator(".message.bot .bubble")).to_have_count(0)
