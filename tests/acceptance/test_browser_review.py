"""/review in a real browser: an operator judges turns by keyboard and by finger on a phone, a
supervisor begins a sprint and settles a dispute; hostile words stay words; axe sees no fault."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import Visitor, connected, running_chromium, still
from desk_shift import Shift, eventually, item
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update
from web_world import PASSWORD, World

from sufler.app.reviewing import settling_over
from sufler.domain.people import Role
from sufler.storage.checks import CheckStore
from sufler.storage.tables.accuracy import draws, review_tasks, reviews

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}} как вернуть товар"
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def browser_here() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def world(browser_here: Browser, tmp_path: Path) -> Iterator[World]:
    built = World(tmp_path)
    built.start()
    yield built
    built.stop()


def asked(browser: Browser, world: World) -> Shift:
    """One question that the bot answered, which waits for its audit, and three for operators."""
    shift = Shift(browser, world)
    shift.says("c0", "сколько стоит доставка", "Олег")
    shift.told("c0")
    for number in (1, 2, 3):
        shift.says(f"c{number}", HOSTILE, f"Мария {number}")
    assert len(eventually(lambda: rows_of(world, select(draws)), 4)) == 4
    return shift


def rows_of(world: World, query: Any) -> list[Any]:
    async def read() -> list[Any]:
        async with world.database.read() as connection:
            return list((await connection.execute(query)).mappings().all())

    return world.run(read())


def changed(world: World, statement: Any) -> None:
    async def write() -> None:
        async with world.database.write() as connection:
            await connection.execute(statement)

    world.run(write())


def logged_in(visitor: Visitor, path: str, login: str) -> Page:
    page = visitor.open(path)
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")
    expect(page.locator("h1")).to_be_visible()
    return connected(page)


def faults(page: Page) -> list[str]:
    found = Axe().run(still(page), context={"exclude": [[".q-loading-bar"]]}).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found
        if each["impact"] in SERIOUS
    ]


def done(page: Page, today: int, mine: int) -> None:
    words = f"Сегодня: {today}. Ждут вас: {mine},"
    expect(page.locator(".review-progress [role=status]")).to_contain_text(words)


def test_that_an_operator_judges_turns_by_keyboard_on_a_phone(
    browser_here: Browser, world: World
) -> None:
    shift = asked(browser_here, world)
    zoya = world.run(world.caller("zoya"))
    assert world.run(world.reviewing.sprint(zoya, "Возврат", 3)).taken == 3
    changed(world, update(review_tasks).values(reviewers=1))

    desk = shift.open_desk("anna")
    item(desk, "Мария 1").click()
    expect(desk.locator(".line.customer").first).to_be_visible()
    anna = world.run(world.caller("anna"))
    left = world.run(world.reviewing.progress(anna)).mine
    assert left == 3  # one of the four she has read

    visitor = Visitor(browser_here, world.url)  # a phone
    began = world.clock.now()
    page = logged_in(visitor, "/review", "boris")
    done(page, 0, 4)
    options = page.locator(".review-option")
    expect(options).to_have_count(3)  # there are only three articles
    expect(page.locator(".review-turn")).to_have_text("сколько стоит доставка")
    expect(page.locator(".review-card")).not_to_contain_text("%")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    first = options.first.locator(".review-option-title").inner_text()
    page.keyboard.press("1")
    done(page, 1, 3)
    expect(page.locator(".review-turn")).to_have_text(HOSTILE)
    expect(page.locator(".review-asked")).to_be_focused()
    page.keyboard.press("z")
    done(page, 0, 4)
    expect(page.locator(".review-turn")).to_have_text("сколько стоит доставка")
    expect(options.first.locator(".review-option-title")).to_have_text(first)  # the same order

    page.keyboard.press("t")
    expect(page.get_by_text("Отметьте два верных ответа.")).to_be_visible()
    page.keyboard.press("2")
    expect(options.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".q-notification")).to_have_count(0)  # it fades
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(options.nth(1)).not_to_have_attribute("aria-pressed", "true")
    page.keyboard.press("t")
    page.keyboard.press("1")
    page.keyboard.press("3")
    done(page, 1, 3)
    page.keyboard.press("0")
    done(page, 2, 2)
    page.get_by_role("button", name="Это не вопрос").click()
    done(page, 3, 1)
    page.get_by_role("button", name="Как вернуть товар?").click()
    done(page, 4, 0)
    expect(page.get_by_text("Проверять нечего.")).to_be_visible()
    assert faults(page) == []
    query = select(reviews).where(reviews.c.undone_at.is_(None)).order_by(reviews.c.id)
    found = rows_of(world, query)
    assert [row["choice"] for row in found] == ["two", "none", "not_a_question", "return"]
    assert len(found[0]["also"]) == 2
    longest_s = (world.clock.now() - began).total_seconds()
    assert all(0 < row["took_s"] < longest_s for row in found)

    async def settled() -> list[bool]:
        await settling_over(world.database)(world.clock.now() + timedelta(seconds=31))
        return [check.right for check in await CheckStore(world.database).all_until()]

    assert world.run(settled())[1:] == [False, False, True]
    desk.get_by_role("link", name="Проверка").first.click()
    expect(desk.get_by_text("Проверять нечего.")).to_be_visible()
    assert visitor.faults == []
    visitor.context.close()
    shift.end()


def test_that_a_supervisor_begins_a_sprint_and_settles_a_dispute(
    browser_here: Browser, world: World
) -> None:
    shift = asked(browser_here, world)
    changed(world, update(review_tasks).values(reviewers=2))

    async def disputed() -> None:
        for login, choice in (("anna", "cost"), ("boris", "none")):
            caller = await world.caller(login)
            card = await world.reviewing.next(caller)
            assert card is not None
            await world.reviewing.pick(caller, card.task_id, choice)
        await settling_over(world.database)(world.clock.now() + timedelta(seconds=31))
        await world.people.add("root", "Алла", Role.ADMINISTRATOR, PASSWORD)

    world.run(disputed())
    visitor = Visitor(browser_here, world.url, viewport={"width": 1280, "height": 860})
    page = logged_in(visitor, "/review", "zoya")
    page.get_by_text("Спринт по теме").click()
    page.locator(".review-sprint select").select_option("Возврат")
    number = page.get_by_label("Сколько проверок")
    number.fill("0")
    page.get_by_role("button", name="Начать спринт").click()
    expect(page.get_by_text("Сколько проверок: число от 1 до 1000.")).to_be_visible()
    number.fill("12")
    expect(page.get_by_text("около 2 мин", exact=True)).to_be_visible()
    number.fill("2")
    page.get_by_role("button", name="Начать спринт").click()
    expect(page.get_by_text("В проверку взято 2 из 3.")).to_be_visible()
    expect(page.locator(".review-turn")).to_have_text(HOSTILE)
    expect(page.get_by_role("link", name="Возврат · 2")).to_have_attribute("aria-current", "true")
    taken = select(draws.c.u).join(
        review_tasks, review_tasks.c.suggestion_id == draws.c.suggestion_id
    )
    sprinted = rows_of(world, taken.where(review_tasks.c.topic == "Возврат"))
    left = rows_of(world, select(draws.c.u).where(draws.c.topic == "Возврат"))
    assert sorted(row["u"] for row in sprinted) == sorted(row["u"] for row in left)[:2]
    expect(page.locator(".q-notification")).to_have_count(0)  # it fades
    assert faults(page) == []

    page.get_by_role("link", name="Разногласия: 1").click()
    expect(page.get_by_text("Анна: Сколько стоит доставка?")).to_be_visible()
    expect(page.get_by_text("Борис: Ничего из этого")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="Решить").click()
    page.get_by_role("button", name="Сколько стоит доставка?").click()
    page.wait_for_url("**/review?show=disputes")
    expect(page.get_by_text("Разногласий нет.")).to_be_visible()

    page.goto("/review")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Blind review")).to_be_visible()
    expect(page.get_by_role("button", name="None of these")).to_be_visible()
    assert visitor.faults == []
    visitor.context.close()

    # Nobody has looked at another answer of the bot for four days: administrators are told.
    audit = update(review_tasks).where(review_tasks.c.kind == "audit")
    ago = world.clock.now() - timedelta(days=4)
    changed(world, audit.values(created_at=ago, state="open", reviewers=4))
    root = Visitor(browser_here, world.url)
    page = logged_in(root, "/review", "root")
    expect(page.get_by_text("1 ответ бота ждёт проверки больше трёх дней")).to_be_visible()
    assert root.faults == []
    root.context.close()
    shift.end()
