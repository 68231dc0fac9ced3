"""/login and /desk in a real browser: an operator's work from the queue to the closed episode."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest
from chromium import running_chromium
from desk_shift import Shift, item
from playwright.sync_api import Browser, expect
from starlette.requests import Request
from web_world import World

from sufler.desk.people import People
from sufler.domain.decisions import FeedbackAction
from sufler.domain.people import Caller
from sufler.web import desk_page, frame
from sufler.web.session import caller_of

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> \"'` {{7*7}} как вернуть"


@pytest.fixture(scope="module")
def browser_here() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def world(tmp_path: Any) -> Iterator[World]:
    built = World(tmp_path)
    built.start()
    yield built
    built.stop()


@pytest.fixture
def shift(browser_here: Browser, world: World) -> Iterator[Shift]:
    begun = Shift(browser_here, world)
    yield begun
    begun.end()


def test_that_a_page_that_takes_long_to_make_comes_late(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def late(request: Request, people: People) -> Caller | None:
        await asyncio.sleep(4.0)  # NiceGUI gives up after three
        return await caller_of(request, people)

    monkeypatch.setattr(frame, "caller_of", late)
    expect(shift.open_desk().locator(".group-waiting")).to_contain_text("Никто не ждёт.")


def test_that_an_operator_answers_with_a_suggestion_by_keyboard(shift: Shift) -> None:
    page = shift.open_desk()
    expect(page.locator(".group-waiting")).to_contain_text("Никто не ждёт.")
    shift.says("c1", "как вернуть товар", "Мария")
    item(page, "Мария").click()  # it came by itself
    expect(page.locator(".head")).to_contain_text("Тема: бот только подсказывает")
    expect(page.locator(".card-suggestion")).to_contain_text("Как вернуть товар?")
    page.keyboard.press("1")
    field = page.locator(".write textarea:visible")
    expect(field).to_have_value("Принесите его в пункт выдачи в течение 14 дней.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".line.operator .said")).to_have_text(
        "Принесите его в пункт выдачи в течение 14 дней."
    )
    expect(page.locator(".line.operator .line-state")).to_have_text("отправлено")
    expect(field).to_have_value("")
    expect(page.locator(".head")).to_contain_text("Ведёте вы")
    assert shift.told("c1", 3)[-1].startswith("Принесите его")
    feedback = shift.feedback("suggestion-0")
    assert [(each.action, each.article_id) for each in feedback] == [
        (FeedbackAction.ACCEPTED, "return")
    ]


def test_that_a_suggestion_is_edited_in_place_and_sent_from_there(shift: Shift) -> None:
    page = shift.open_desk()
    shift.says("c1", "как вернуть товар", "Мария")
    item(page, "Мария").click()
    expect(page.locator(".card-suggestion")).to_have_count(1)
    page.locator(".write textarea:visible").fill("Моё")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    field = page.locator(".card-edit textarea")
    expect(field).to_be_focused()
    shift.says("c1", "и сколько стоит доставка", "Мария")  # renewed, but not under our hands
    expect(page.locator(".line.customer")).to_have_count(2)
    field.fill("Принесите его в пункт выдачи в течение 30 дней.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".line.operator .said")).to_contain_text("30 дней")
    expect(page.locator(".write textarea:visible")).to_have_value("Моё")
    expect(page.locator(".card-suggestion").first).to_contain_text("Сколько стоит")
    assert [each.article_id for each in shift.feedback("suggestion-0")] == ["return"]


def test_that_a_suggestion_is_sent_at_once_or_rejected_with_a_reason(shift: Shift) -> None:
    page = shift.open_desk()
    shift.says("c1", "как вернуть товар", "Мария")
    item(page, "Мария").click()
    expect(page.locator(".card-suggestion")).to_have_count(1)
    page.keyboard.press("r")
    expect(page.locator(".reasons")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator(".card-rejected")).to_have_text("Отклонено: устарело")
    told = shift.feedback("suggestion-0")
    assert [(each.action, each.article_id, each.reason) for each in told] == [
        (FeedbackAction.REJECTED, "return", "outdated")
    ]
    page.keyboard.press("Control+1")
    expect(page.locator(".line.operator .said")).to_contain_text("14 дней")
    assert shift.told("c1", 3)[-1].startswith("Принесите его")


def test_that_digits_are_typed_and_not_taken_as_keys_in_the_field(shift: Shift) -> None:
    page = shift.open_desk()
    shift.says("c1", "как вернуть товар", "Мария")
    item(page, "Мария").click()
    page.locator(".write textarea:visible").press_sequentially("123", delay=5)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".line.operator .said")).to_have_text("123")


def test_that_take_return_and_close_move_the_conversation(shift: Shift) -> None:
    page = shift.open_desk()
    shift.says("c1", "позовите человека", "Мария")
    waiting, mine = page.locator(".group-waiting"), page.locator(".group-mine")
    item(page, "Мария").click()
    page.get_by_role("button", name="Взять").click()
    expect(mine.locator(".item")).to_have_count(1)
    expect(waiting.locator(".item")).to_have_count(0)
    page.get_by_role("button", name="Вернуть боту").click()
    expect(mine.locator(".item")).to_have_count(0)
    expect(page.locator(".head")).to_contain_text("Отвечает бот")
    page.get_by_role("button", name="Закрыть").click()
    expect(page.locator(".head")).to_contain_text("Закрыт")


def test_that_two_operators_see_who_has_it(shift: Shift) -> None:
    anna, boris = shift.open_desk("anna"), shift.open_desk("boris")
    shift.says("c1", "позовите человека", "Мария")
    for page in (anna, boris):
        item(page, "Мария").click()
    anna.get_by_role("button", name="Взять").click()
    expect(boris.locator(".head")).to_contain_text("Ведёт Анна")
    expect(boris.locator(".write textarea:visible")).to_be_hidden()
    expect(boris.get_by_role("button", name="Взять")).to_be_hidden()


def test_that_a_draft_outlives_a_reload_and_another_conversation(shift: Shift) -> None:
    page = shift.open_desk()
    shift.says("c1", "позовите человека", "Мария")
    shift.says("c2", "позовите человека", "Пётр")
    item(page, "Мария").click()
    page.locator(".write textarea:visible").press_sequentially("Ещё не дописа", delay=5)
    item(page, "Пётр").click()
    expect(page.locator(".write textarea:visible")).to_have_value("")
    item(page, "Мария").click()
    expect(page.locator(".write textarea:visible")).to_have_value("Ещё не дописа")
    page.reload()
    expect(page.locator(".write textarea:visible")).to_have_value("Ещё не дописа")
    expect(page.locator(".head")).to_contain_text("Мария")


def test_that_a_new_message_does_not_disturb_what_is_being_typed(shift: Shift) -> None:
    page = shift.open_desk()
    shift.says("c1", "позовите человека", "Мария")
    item(page, "Мария").click()
    field = page.locator(".write textarea:visible")
    field.press_sequentially("Смотрю ваш ", delay=5)
    shift.says("c1", "как вернуть товар")
    expect(page.locator(".line.customer")).to_have_count(2)
    expect(page.locator(".card-suggestion")).to_have_count(1)
    field.press_sequentially("заказ", delay=5)
    expect(field).to_have_value("Смотрю ваш заказ")


def test_that_hostile_text_in_every_field_stays_text(shift: Shift) -> None:
    page = shift.open_desk()
    shift.says("c1", HOSTILE, name="<b onclick=alert(4)>Ю'\"</b>")
    item(page, "<b onclick").click()
    expect(page.locator(".line.customer .said")).to_have_text(HOSTILE)
    expect(page.locator(".question")).to_contain_text("<script>")
    page.locator(".write textarea:visible").fill(HOSTILE)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".line.operator .said")).to_contain_text("<script>alert(2)</script>")
    assert page.locator(".desk script, .desk .said img").count() == 0


def test_that_a_revoked_session_leads_back_to_login(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The page's own look, now and then, does not come before the press.
    monkeypatch.setattr(desk_page, "_SESSION_S", float("inf"))
    page = shift.open_desk()
    shift.says("c1", "позовите человека", "Мария")
    item(page, "Мария").click()
    shift.world.run(shift.world.people.revoke("anna"))
    page.get_by_role("button", name="Взять").click()
    page.wait_for_url("**/login?over*")
    expect(page.get_by_role("status")).to_have_text("Сеанс закончился. Войдите снова.")
    assert len(shift.world.run(shift.world.desk.waiting())) == 1


def test_that_an_open_desk_puts_its_operator_on_duty(shift: Shift) -> None:
    assert not shift.world.run(shift.world.desk.anybody())
    shift.open_desk()
    shift.says("c1", "позовите человека")
    assert "он на месте" in shift.told("c1")[-1]


def test_that_the_desk_works_at_a_phones_width_in_english(shift: Shift) -> None:
    page = shift.open_desk(viewport={"width": 360, "height": 740}, locale="en-US")
    shift.says("c1", "how do I return an item", "Mary")
    item(page, "Mary").click()
    expect(page.locator(".list")).to_be_hidden()
    page.locator(".card-main").first.click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".line.operator")).to_have_count(1)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Back to the list").click()
    expect(page.locator(".list")).to_be_visible()


def test_that_the_language_switch_is_remembered(shift: Shift) -> None:
    page = shift.open_desk()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Waiting")).to_be_visible()
    page.goto("/desk")
    expect(page.get_by_role("heading", name="Waiting")).to_be_visible()


def test_that_logging_out_ends_the_session(shift: Shift) -> None:
    page = shift.open_desk()
    page.get_by_role("button", name="Выйти").click()
    page.wait_for_url(re.compile(r"127\.0\.0\.1:\d+/$"))
    page.goto("/desk")
    expect(page.locator("[name=password]")).to_be_visible()
