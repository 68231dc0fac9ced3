"""Alerts in real browsers: an own Telegram chat, a sound of their own for what waits too long, a
quiet desk everywhere; banning from the desk, lists by membership, and what the customer closed."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from chromium import Visitor, running_chromium
from desk_shift import Shift, item
from playwright.sync_api import Browser, Page, expect
from web_world import PASSWORD, World

from sufler.domain.alerts import Linking
from sufler.domain.events import EventKind
from sufler.domain.people import Role
from sufler.domain.queues import Queue
from sufler.storage.customers import CustomerStore
from sufler.storage.waiting import WaitingStore

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}"


@pytest.fixture(scope="module")
def browser_here() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def served(browser_here: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("alerts"))
    world.line = SimpleNamespace(username="help_bot", error=None)
    world.start()
    world.run(world.people.add("rita", "Rita", Role.ADMINISTRATOR, PASSWORD))
    yield world
    world.stop()


@pytest.fixture
def shift(browser_here: Browser, served: World) -> Iterator[Shift]:
    """Nobody waits when it begins."""
    caller = served.run(served.caller("zoya"))
    for talk in served.run(served.desk.waiting()):
        served.run(served.desk.close(caller, talk.id))
    begun = Shift(browser_here, served)
    yield begun
    begun.end()


def told(page: Page, which: str) -> str:
    """How often the page sounded."""
    return str(page.evaluate("name => document.documentElement.dataset[name] ?? '0'", which))


def test_that_an_operator_links_their_chat_keeps_quiet_hours_and_unlinks(shift: Shift) -> None:
    page, world = shift.open_desk("anna"), shift.world
    page.locator(".who").click()
    expect(page.locator("h1")).to_have_text("Мои оповещения")
    page.get_by_role("button", name="Подключить Telegram").click()
    link = page.locator(".deep-link")
    address = link.inner_text()
    expect(link).to_have_attribute("href", address)
    assert address.startswith("https://t.me/help_bot?start=link_")
    payload = address.partition("=")[2]
    expect(page.locator("#alert-code")).to_have_text(f"/start {payload}")
    became, _, _ = world.run(world.alerts.take(payload, "71", HOSTILE))
    assert became is Linking.DONE
    page.get_by_role("button", name="Проверить, подключилось ли").click()
    expect(page.get_by_text(f"Подключён: {HOSTILE}")).to_be_visible()
    begin, end = page.get_by_label("С", exact=True), page.get_by_label("До", exact=True)
    zone, save = page.get_by_label("Часовой пояс"), page.get_by_role("button", name="Сохранить")
    begin.fill("25:00")
    end.fill("8:00")
    zone.fill("Mars/Olympus")
    save.click()
    expect(page.get_by_text("Время пишется как 22:00")).to_be_visible()
    begin.fill("22:00")
    save.click()
    expect(page.get_by_text("Часовой пояс пишется как")).to_be_visible()
    zone.fill("Europe/Moscow")
    save.click()
    expect(page.get_by_text("Сохранено.")).to_be_visible()
    page.reload()
    expect(begin).to_have_value("22:00")
    expect(end).to_have_value("08:00")
    assert world.run(world.alerts.of_chat("71")) == ("Анна", "ru")
    page.get_by_role("button", name="Отключить").click()
    expect(page.get_by_text("Telegram не подключён.")).to_be_visible()
    assert world.run(world.alerts.of_chat("71")) is None


def test_that_what_waits_too_long_has_a_sound_and_a_mark_of_its_own(shift: Shift) -> None:
    page, world = shift.open_desk("anna"), shift.world
    shift.says("late", "позовите человека", "Мария")
    expect(page).to_have_title("(1) Стол оператора")
    page.wait_for_function("() => document.documentElement.dataset.sounded === '1'")
    assert told(page, "urgent") == "0"
    [talk] = world.run(world.desk.waiting())
    assert world.run(WaitingStore(world.database).escalate(talk, 1, world.clock.now()))
    world.publish(EventKind.ALERT, talk.id)
    expect(page).to_have_title("❗ (1) Стол оператора")
    page.wait_for_function("() => document.documentElement.dataset.urgent === '1'")
    assert told(page, "sounded") == "2"


def test_that_a_quiet_desk_is_quiet_in_every_browser_of_the_operator(shift: Shift) -> None:
    one, other = shift.open_desk("boris"), shift.open_desk("boris")
    one.locator(".alerts summary").click()
    one.get_by_label("Тихий режим").check()
    other.locator(".alerts summary").click()
    expect(other.get_by_label("Тихий режим")).to_be_checked()
    shift.says("quiet", "позовите человека", "Мария")
    expect(item(one, "Мария")).to_be_visible()  # so it is no news for who comes later
    loud = shift.open_desk("anna")
    shift.says("loud", "позовите человека", "Пётр")
    # A third desk sounded for what both quiet ones show.
    loud.wait_for_function("() => document.documentElement.dataset.sounded === '1'")
    for page in (one, other):
        expect(page).to_have_title("(2) Стол оператора")
        assert told(page, "sounded") == "0"


def test_that_a_customer_is_banned_from_the_desk_with_a_reason_and_a_length(shift: Shift) -> None:
    page, world = shift.open_desk("anna"), shift.world
    shift.says("rude", "позовите человека", "Грубиян")
    item(page, "Грубиян").click()
    menu = page.locator(".banning")
    menu.locator("summary").click()
    ban_them = menu.get_by_role("button", name="Заблокировать")
    ban_them.click()
    expect(page.get_by_text("Укажите причину.")).to_be_visible()
    menu.get_by_label("Причина").fill(HOSTILE)
    menu.locator("select").select_option("7")
    ban_them.click()
    expect(page.get_by_text("Клиент заблокирован: новых")).to_be_visible()
    expect(menu).not_to_have_attribute("open", "")
    [ban] = world.run(CustomerStore(world.database).bans())
    assert (ban.customer_id, ban.reason, ban.by_name) == ("rude", HOSTILE, "Анна")
    assert ban.until is not None
    assert ban.until - ban.at == timedelta(days=7)


def test_that_the_lists_go_by_membership(shift: Shift) -> None:
    world = shift.world
    root, boris = world.run(world.caller("rita")), world.run(world.caller("boris"))
    names = {"ru": "Возвраты", "en": "Returns"}
    returns = Queue("", names, topics=("Возврат",), members=(boris.person_id or "",))
    made = world.run(world.desk.lines.queues.save(root, returns))
    shift.says("back", "как вернуть товар", "Ольга")
    shift.says("any", "позовите человека", "Пётр")
    member, stranger, head = (shift.open_desk(each) for each in ("boris", "anna", "zoya"))
    for page, sees in ((member, 2), (stranger, 1), (head, 2)):
        expect(page.locator(".group-waiting .item")).to_have_count(sees)
    expect(item(stranger, "Ольга")).to_have_count(0)
    choice = head.locator(".list-filter select")
    choice.select_option(label="Только мои очереди")
    expect(item(head, "Ольга")).to_have_count(0)
    expect(item(head, "Пётр")).to_be_visible()
    head.locator(".list-filter select").select_option(index=0)
    expect(item(head, "Ольга")).to_be_visible()
    # Who has left leaves the queue to everybody.
    world.run(world.desk.lines.queues.save(root, replace(made, members=())))
    shift.says("any", "вы тут?", "Пётр")
    expect(item(stranger, "Ольга")).to_be_visible()


def test_that_the_customers_control_closes_it_and_the_desk_says_who_did(
    shift: Shift, browser_here: Browser
) -> None:
    customer = Visitor(browser_here, shift.world.url)
    shift.visitors.append(customer)
    chat, page = customer.open("/chat"), shift.open_desk("anna")
    expect(chat.locator("#standing-text")).to_have_text("Отвечает бот")
    solved = chat.get_by_role("button", name="Вопрос решён")
    expect(solved).to_be_hidden()
    chat.get_by_role("textbox").fill("позовите человека")
    chat.keyboard.press("Enter")
    page.locator(".group-waiting .item").click()
    page.get_by_role("button", name="Взять", exact=True).click()
    expect(page.locator(".head [data-owner=operator]")).to_be_visible()
    solved.click()
    expect(page.locator(".head [data-owner]")).to_have_text("Закрыл клиент")
    expect(chat.get_by_text("Обращение закрыто.")).to_be_visible()
    expect(solved).to_be_hidden()


def test_that_pages_in_english_have_no_word_of_russian(shift: Shift) -> None:
    page = shift.open_desk("rita", locale="en-US")
    for path, title, words in (
        ("/desk/alerts", "My alerts", "Link my Telegram"),
        ("/admin/webhooks", "Webhooks", "Add"),
    ):
        page.goto(path)
        expect(page.locator("h1")).to_have_text(title)
        expect(page.get_by_role("button", name=words, exact=True)).to_be_visible()
        shown = page.locator("body").inner_text()
        # Only the way to the other language is in that language.
        assert set(re.findall(r"[а-яё]+", shown, re.IGNORECASE)) == {"Русский"}
