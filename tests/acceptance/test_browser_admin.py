"""/admin in a real browser: people, keys, channels and settings, as an administrator has them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from chromium import Visitor, connected, running_chromium
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert, update
from web_world import PASSWORD, World

from sufler.bot.telegram.state import LineReport
from sufler.domain.conversation import Customer, Incoming, IncomingKind
from sufler.domain.errors import Unauthenticated
from sufler.domain.people import Role
from sufler.domain.texts import put_own_texts
from sufler.storage.tables.conversations import inbox, messages

pytestmark = pytest.mark.browser

WIDE = {"width": 1440, "height": 900}
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}"


@pytest.fixture(scope="module")
def browser_here() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def world(tmp_path: Any) -> Iterator[World]:
    built = World(tmp_path)
    built.start()
    built.run(built.people.add("vera", "Вера", Role.ADMINISTRATOR, PASSWORD))
    yield built
    built.stop()
    put_own_texts({})


class Office:
    """Staff's browsers over a world."""

    def __init__(self, browser: Browser, world: World) -> None:
        self._browser = browser
        self.world = world
        self.visitors: list[Visitor] = []

    def visitor(self, **options: Any) -> Visitor:
        made = Visitor(self._browser, self.world.url, **({"viewport": WIDE} | options))
        self.visitors.append(made)
        return made

    def log_in(self, path: str, login: str, password: str, **options: Any) -> Page:
        page = self.visitor(**options).open(path)
        page.locator("[name=login]").fill(login)
        page.locator("[name=password]").fill(password)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{path}")
        return page

    def open(
        self, path: str, login: str = "vera", password: str = PASSWORD, **options: Any
    ) -> Page:
        return connected(self.log_in(path, login, password, **options))

    def says(self, words: str, name: str) -> None:
        customer = Customer(name, name=name)
        said = Incoming("web", f"{name}:1", customer, IncomingKind.TEXT, words)
        self.world.run(self.world.turns.receive(said))


@pytest.fixture
def office(browser_here: Browser, world: World) -> Iterator[Office]:
    opened = Office(browser_here, world)
    yield opened
    for visitor in opened.visitors:
        assert visitor.faults == []
        visitor.context.close()


def line(page: Page, words: str) -> Any:
    return page.locator("tbody tr", has=page.get_by_text(words, exact=True)).first


def press_twice(button: Any) -> None:
    button.click()
    asking = button.page.locator("button.sure")
    expect(asking).to_have_text(re.compile("Точно|Sure"))
    asking.click()


def test_that_a_new_operator_logs_in_and_is_thrown_out_when_disabled(office: Office) -> None:
    page = office.open("/admin/people")
    form = page.get_by_role("form", name="Добавить сотрудника")
    form.get_by_label("Логин").fill("Olga")
    form.get_by_label("Имя").fill(HOSTILE)
    form.get_by_role("button", name="Добавить").click()
    password = page.locator("#secret").inner_text()
    expect(line(page, "olga")).to_contain_text(HOSTILE)
    operator = office.open("/desk", "olga", password)
    operator.wait_for_url("**/desk")
    expect(operator.locator(".bar")).to_contain_text("Стол")
    expect(operator.locator(".bar")).not_to_contain_text("Сотрудники")
    page.reload()
    expect(page.locator("#secret")).to_have_count(0)
    expect(line(page, "olga").locator("time").first).to_have_text(
        re.compile(r"\d{4} г\., \d\d:\d\d")
    )
    press_twice(line(page, "olga").get_by_role("button", name="Отключить"))
    expect(line(page, "olga")).to_contain_text("отключён")
    operator.reload()
    operator.wait_for_url("**/login*")
    expect(page.get_by_role("table", name="Журнал")).to_contain_text("olga: вход отключён")


def test_that_the_last_administrator_cannot_step_down(office: Office) -> None:
    page = office.open("/admin/people")
    line(page, "vera").locator("select").select_option("operator")
    expect(page.locator(".q-notification")).to_contain_text("последний действующий администратор")
    expect(line(page, "vera").locator("select")).to_have_value("administrator")


def test_that_a_key_is_shown_once_works_and_is_revoked(office: Office) -> None:
    page = office.open("/admin/people", locale="en-US")
    page.get_by_label("What for").fill("till")
    page.get_by_role("button", name="Create").click()
    secret = page.locator("#secret").inner_text()
    people = office.world.people
    assert office.world.run(people.caller_of_key(secret)).role is Role.OPERATOR
    page.reload()
    expect(line(page, "till")).to_contain_text("operator")
    assert secret not in page.content()
    press_twice(line(page, "till").get_by_role("button", name="Revoke"))
    expect(page.get_by_text("and 1 revoked")).to_be_visible()
    with pytest.raises(Unauthenticated):
        office.world.run(people.caller_of_key(secret))


def test_that_an_operator_is_told_that_these_pages_are_not_for_them(office: Office) -> None:
    page = office.log_in("/admin/people", "anna", PASSWORD)
    expect(page.locator("h1")).to_have_text("Эта страница не для вашей роли")
    answer = page.request.get("/admin/settings")
    assert answer.status == 403


def test_that_a_change_of_settings_shows_in_the_chat_at_once(office: Office) -> None:
    page = office.open("/admin/settings")
    expect(page.locator(".finding", has_text="Операторы")).to_contain_text("сломано")
    assert "SUFLER_TELEGRAM_TOKEN" in line(page, "SUFLER_TELEGRAM_TOKEN").inner_text()
    card = page.locator(".choice", has_text="Название в чате")
    card.get_by_label("По-русски").fill("Плошкин " + HOSTILE[:30])
    card.get_by_role("button", name="Сохранить").first.click()
    expect(page.locator(".q-notification").first).to_contain_text("уже действует")
    greeting = page.locator(".choice", has_text="Приветствие").first
    greeting.locator("summary").click()
    greeting.get_by_label("По-русски").fill("Добрый день, слушаю!")
    greeting.get_by_role("button", name="Сохранить").first.click()
    expect(greeting.get_by_text("изменено здесь").first).to_be_visible()
    chat = office.visitor().open("/chat")
    expect(chat.get_by_text("Плошкин " + HOSTILE[:30]).first).to_be_visible()
    chat.get_by_role("textbox").fill("привет")
    chat.keyboard.press("Enter")
    expect(chat.get_by_text("Добрый день, слушаю!")).to_be_visible()
    greeting.get_by_role("button", name="Вернуть исходное").first.click()
    expect(greeting.get_by_label("По-русски")).to_have_value(re.compile("^Здравствуйте!"))


def test_that_an_impossible_setting_is_refused_in_words(office: Office) -> None:
    page = office.open("/admin/settings")
    card = page.locator(".choice", has_text="Насколько уверенным")
    for wrong in ("0", "101", "много"):
        card.get_by_role("textbox").fill(wrong)
        card.get_by_role("button", name="Сохранить").click()
        expect(page.locator(".q-notification").last).to_contain_text("от 1 до 100")
    card.get_by_role("textbox").fill("72,5")
    card.get_by_role("button", name="Сохранить").click()
    expect(card.get_by_text("изменено здесь")).to_be_visible()
    assert office.world.chosen.choices.answer_bar == 0.725


def test_that_channels_tell_what_did_not_arrive_and_try_again(office: Office) -> None:
    world = office.world
    world.line = LineReport(
        "polling", False, datetime(2026, 5, 1, 9, tzinfo=UTC), "Unauthorized", "ploshkin_bot"
    )
    world.close_doors()
    world.open_doors()
    office.says("как вернуть товар", "Мария")
    office.says("где заказ", "Пётр")

    async def spoil() -> None:
        async with world.database.write() as connection:
            failed = {"state": "failed", "error": "Forbidden: bot was blocked"}
            ours = messages.c.state.is_not(None)
            await connection.execute(update(messages).where(ours).values(**failed))
            row = {"channel": "web", "external_id": "x", "customer_id": "Глеб", "attempts": 4}
            body = {
                "channel": "web",
                "external_id": "x",
                "customer": {"external_id": "Глеб", "name": "Глеб"},
                "kind": "text",
                "text": "как вернуть товар",
                "at": None,
            }
            now = datetime.now(UTC)
            row |= {"body": body, "received_at": now, "state": "failed", "error": "ValueError"}
            await connection.execute(insert(inbox).values(**row))

    page = office.open("/admin/channels")
    card = page.locator("article", has_text="Telegram")
    expect(card).to_contain_text("нет связи")
    expect(card).to_contain_text("Unauthorized")
    expect(card.get_by_role("link", name="@ploshkin_bot")).to_be_visible()
    expect(page.locator(".alarm").first).to_contain_text("На посту никого")
    expect(page.locator("article", has_text="Чат на сайте")).to_contain_text("2 ответа")
    world.run(spoil())
    expect(page.get_by_role("table", name="Не доставлено")).to_contain_text("bot was blocked")
    expect(page.locator("article", has_text="Чат на сайте")).to_contain_text("2 не доставлено")
    press_twice(page.get_by_role("button", name="Попробовать ещё раз"))
    expect(page.get_by_text("Все сообщения клиентов обработаны.")).to_be_visible()
    page.get_by_role("link", name="Мария").click()
    expect(page.locator(".head")).to_contain_text("Мария")
    expect(page.locator(".item", has_text="Глеб")).to_be_visible()


@pytest.mark.parametrize("path", ["/admin/people", "/admin/channels", "/admin/settings"])
def test_that_pages_fit_a_phone_and_the_menu_leads_on(office: Office, path: str) -> None:
    phone = {"width": 360, "height": 740}
    page = office.open(path, viewport=phone, locale="en-GB")
    expect(page.locator("main h1")).to_be_visible()
    overflow = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
    page.get_by_text("Menu", exact=True).click()
    current = page.locator(".ways-small [aria-current=page]")
    expect(current).to_have_attribute("href", path)
    page.keyboard.press("Escape")
    expect(current).to_be_hidden()
    page.get_by_text("Русский").click()
    page.wait_for_url(f"**{path}")
    expect(page.get_by_text("Меню", exact=True)).to_be_visible()


def test_that_the_keyboard_skips_the_bar(office: Office) -> None:
    page = office.open("/admin/people")
    expect(page.locator("main h1")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_text("К содержанию")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    page.keyboard.press("Tab")
    page.wait_for_function("() => document.activeElement.closest('main')")
