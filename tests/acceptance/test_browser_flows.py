"""/admin/flows and /admin/requests in a real browser: an editor changes, checks, tries, publishes
and rolls back a flow; a phone; hostile words stay words."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import Visitor, connected, running_chromium
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert
from web_world import PASSWORD, World

from sufler.desk.customer_requests import CustomerRequests
from sufler.desk.flow_book import FlowBook
from sufler.desk.published_flows import Published
from sufler.domain.people import Role
from sufler.flows.state import Answer, Call
from sufler.storage.articles import ArticleStore
from sufler.storage.customer_requests import CustomerRequestStore, create
from sufler.storage.flows import FlowStore
from sufler.storage.tables.conversations import conversations
from sufler.storage.tables.flows import flow_runs
from sufler.web.flow_services import FlowServices

pytestmark = pytest.mark.browser

DEMO = Path(__file__).parents[2] / "demo" / "flows" / "return.yaml"
TAG = "<img src=x onerror=alert(1)>"
HOSTILE = f"{TAG} {{{{7*7}}}} **жирно**"
SERIOUS = ("serious", "critical")
WIDE = {"viewport": {"width": 1280, "height": 900}}


class FlowWorld(World):
    """With flows: one published and run by customers, and a request of theirs."""

    calls: list[Call]

    async def _build(self) -> None:
        await super()._build()
        self.calls = []
        articles = ArticleStore(self.database, self.clock)
        records = FlowStore(self.database)
        self.book = FlowBook(records, Published(records), articles, self.clock)
        requests = CustomerRequests(CustomerRequestStore(self.database), self.clock)
        self.pages = {"flows": FlowServices(self.book, self._perform), "requests": requests}
        await self.people.add("eva", "Ева", Role.EDITOR, PASSWORD)
        eva = await self.caller("eva")
        for name, file in (("return_item", DEMO), ("warranty", DEMO.with_stem("warranty"))):
            await self.book.save_draft(eva, name, file.read_text("utf-8"))
            await self.book.publish(eva, name)
        await self._lived()

    async def _perform(self, call: Call) -> Answer:
        self.calls.append(call)
        return Answer(200, {"days_left": 3, "refund": 990})

    async def _lived(self) -> None:
        now = self.clock.now()
        talk = {
            "id": "talk",
            "channel": "test",
            "customer_id": "c",
            "customer_name": "",
            "customer_first_name": "",
            "owner": "bot",
            "language": "ru",
            "created_at": now,
            "updated_at": now,
            "episode": 1,
            "open": True,
            "ticket": 1,
        }
        begun = {
            "conversation_id": "talk",
            "episode": 1,
            "flow": "return_item",
            "version": 1,
            "state": {},
            "waiting": "",
            "started_at": now - timedelta(days=1),
            "changed_at": now,
        }
        async with self.database.write() as connection:
            await connection.execute(insert(conversations).values(**talk))
            for number, (outcome, path) in enumerate(
                [
                    ("finished", ["number", "why", "allowed", "done"]),
                    ("cancelled", ["number", "why"]),
                    ("cancelled", ["number"]),
                ]
            ):
                ended = {"id": f"run{number}", "outcome": outcome, "path": path, "step": path[-1]}
                await connection.execute(insert(flow_runs).values(**begun, **ended))
            for number, queue in enumerate(("warranty", "", "warranty")):
                at = now - timedelta(hours=5 - number)
                facts = {"Что случилось": HOSTILE}
                title = f"Заявка {HOSTILE} {number}"
                await create(connection, f"k{number}", "talk", queue, title, facts, at)


@pytest.fixture(scope="module")
def browser_here() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlowWorld]:
    built = FlowWorld(tmp_path_factory.mktemp("flows"))
    built.start()
    yield built
    built.stop()


def faults(page: Page) -> list[str]:
    expect(page.locator(".q-notification")).to_have_count(0)  # they fade
    found = Axe().run(page, context={"exclude": [[".q-loading-bar"]]}).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found
        if each["impact"] in SERIOUS
    ]


def opened(visitor: Visitor, login: str, path: str) -> Page:
    page = visitor.open(path)
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")
    return connected(page)


def test_that_an_editor_changes_tries_publishes_and_rolls_back_a_flow(
    browser_here: Browser, world: FlowWorld
) -> None:
    visitor = Visitor(browser_here, world.url, **WIDE)
    page = opened(visitor, "eva", "/admin/flows")
    expect(page.get_by_text("начато 3 · закончено 1 · брошено 2")).to_be_visible()
    page.get_by_role("link", name="Возврат товара").click()
    verdict = page.locator(".flow-verdict")
    expect(verdict).to_have_text("Всё в порядке.")

    # The form: a text, a choice's words and a branch, by somebody who knows no YAML.
    page.locator("#step-why .flow-card-head").click()
    why = page.get_by_label("Что говорит бот, по-русски")
    why.fill(f"Почему? {TAG}")
    page.get_by_role("button", name="Варианты: reason").click()
    page.get_by_label("На кнопке, по-русски").first.fill("Размер не тот")
    page.locator("#step-in_time .flow-card-head").click()
    page.get_by_label("Условие 1").fill("days_left >= nothing")
    expect(verdict).to_have_text("1 ошибка")
    expect(page.locator(".flow-state")).to_have_text("Есть несохранённые изменения.")
    # A finding pressed before the editor is there leads to its line all the same.
    page.evaluate(
        "for (const at of ['[data-view=yaml]', '.flow-fault']) document.querySelector(at).click()"
    )
    wrong = page.locator(".flow-line-wrong")
    expect(wrong).to_contain_text("in_time")
    expect(wrong).to_be_in_viewport()
    expect(page.locator(".cm-content")).to_be_focused()
    assert faults(page) == []
    page.get_by_role("button", name="Опубликовать").click()
    expect(page.get_by_text("Не опубликовано: ошибок 1.")).to_be_visible()
    page.locator("[data-view=form]").click()
    page.get_by_label("Условие 1").fill('days_left >= 0 or reason == "broken"')
    expect(verdict).to_have_text("Всё в порядке.")
    page.locator("[data-view=yaml]").click()
    expect(page.locator(".flow-line-wrong")).to_have_count(0)
    expect(page.locator(".cm-content")).not_to_contain_text(">= nothing")
    page.locator("[data-view=form]").click()

    # The try-out, to its end: one call is answered by hand, the other one really made.
    page.get_by_role("button", name="Начать разговор").click()
    words = page.get_by_label("Ваше сообщение")
    words.fill("4512")
    words.press("Enter")
    expect(page.locator(".flow-line[data-who=bot]").last).to_contain_text("<img src=x onerror=")
    page.get_by_role("button", name="Размер не тот").click()
    expect(page.locator(".flow-call")).to_contain_text("Bearer {secret.ORDERS_KEY}")
    page.get_by_role("button", name="Вызвать по-настоящему").click()
    expect(page.locator("[data-slot=refund]")).to_contain_text("990")
    words.fill("anna@mail.ru")
    words.press("Enter")
    page.get_by_role("button", name="Да", exact=True).click()
    page.get_by_label("Ответ (JSON)").fill('{"number": "R-7"}')
    page.get_by_role("button", name="Вызвать по-настоящему").click()
    expect(page.get_by_text("что-то изменит в настоящей системе")).to_be_visible()
    page.get_by_role("button", name="Отмена").click()
    page.get_by_role("button", name="Ответить так").click()
    expect(page.get_by_text("Сценарий закончен.")).to_be_visible()
    expect(page.locator(".flow-line[data-who=bot]").last).to_contain_text("возврат R-7")
    assert [call.method for call in world.calls] == ["GET"]

    page.get_by_role("button", name="Опубликовать").click()
    expect(page.get_by_text("опубликована версия 2")).to_be_visible()
    caller = world.run(world.caller("eva"))
    now = world.run(world.book.text(caller, "return_item"))
    before = DEMO.read_text("utf-8").splitlines()
    went = [line for line in before if line not in now.splitlines()]
    assert len(went) == 2
    assert TAG in now
    page.locator("[data-view=diagram]").click()
    expect(page.locator(".flow-diagram svg")).to_contain_text("<img src=x")
    page.locator("[data-view=figures]").click()
    expect(page.locator(".chart")).to_contain_text("дошли 2 · кончилось здесь 1")

    page.locator("[data-view=versions]").click()
    page.get_by_role("button", name="Сравнить: Версия 1").click()
    expect(page.locator(".flow-difference ins").first).to_contain_text("Размер не тот")
    assert faults(page) == []
    page.get_by_role("button", name="Вернуть: Версия 1").click()
    page.locator(".sheet").get_by_role("button", name="Вернуть").click()
    expect(page.get_by_text("опубликована версия 3")).to_be_visible()
    assert world.run(world.book.text(caller, "return_item")) == DEMO.read_text("utf-8")
    assert visitor.faults == []
    visitor.context.close()


def test_that_a_new_flow_is_written_on_a_phone_and_nothing_typed_is_lost(
    browser_here: Browser, world: FlowWorld
) -> None:
    visitor = Visitor(browser_here, world.url)
    page = opened(visitor, "eva", "/admin/flows")
    page.get_by_label("Имя").fill("gift")
    page.get_by_role("button", name="Начать").click()
    page.wait_for_url("**/admin/flows/gift")
    expect(page.locator(".flow-verdict")).to_have_text("Всё в порядке.")
    page.locator("#step-done .flow-card-head").click()
    page.get_by_label("Что говорит бот, по-английски").fill("It's done: {wish}, {nobody}")
    expect(page.locator(".flow-fault-words")).to_have_text("done: слот nobody не описан")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults(page) == []

    # Who leaves is warned; who comes back finds it.
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/admin/flows/gift")
    assert visitor.faults == ["dialog: "]
    expect(page.get_by_text("Здесь то, что вы не сохранили")).to_be_visible()
    page.locator("#step-done .flow-card-head").click()
    english = page.get_by_label("Что говорит бот, по-английски")
    expect(english).to_have_value("It's done: {wish}, {nobody}")
    english.fill("It's done: {wish}.")
    caller = world.run(world.caller("eva"))
    other = world.run(world.book.text(caller, "gift")) + "# theirs\n"
    world.run(world.book.save_draft(caller, "gift", other))
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Пока вы писали, черновик сохранил другой человек")).to_be_visible()
    assert world.run(world.book.text(caller, "gift")) == other
    page.get_by_role("button", name="Сохранить мой").click()
    expect(page.locator(".flow-state")).to_contain_text("Черновик сохранён.")
    assert "It''s done: {wish}." in world.run(world.book.text(caller, "gift"))
    page.locator("[data-view=yaml]").click()
    editor = page.locator(".cm-content")
    expect(editor).to_contain_text("It''s done: {wish}.")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("steps: []")
    expect(page.locator(".flow-fault-words")).to_contain_text("стоит дважды")
    page.get_by_role("button", name="Выбросить черновик").click()
    page.locator(".sheet").get_by_role("button", name="Выбросить черновик").click()
    page.wait_for_url("**/admin/flows")
    expect(page.get_by_role("link", name="Новый сценарий")).to_have_count(0)
    visitor.context.close()


def test_that_operators_read_flows_and_finish_requests(
    browser_here: Browser, world: FlowWorld
) -> None:
    visitor = Visitor(browser_here, world.url)
    page = opened(visitor, "anna", "/admin/requests")
    cards = page.locator(".flow-card")
    expect(cards).to_have_count(3)
    expect(cards.first).to_contain_text(f"№ 1 · Заявка {HOSTILE} 0")
    page.get_by_label("Очередь").select_option(label="warranty · 2")
    expect(cards).to_have_count(2)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Сделано: № 1").click()
    expect(cards).to_have_count(1)
    page.get_by_label("Показать").select_option(label="сделанные")
    expect(cards.first).to_contain_text("Сделано: Анна,")
    expect(page.get_by_role("link", name="Разговор: № 1")).to_have_attribute(
        "href", "/desk?conversation=talk"
    )

    page.goto("/language/en?next=/admin/flows/return_item")
    expect(page.locator(".flow-diagram svg")).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    page.locator("[data-view=yaml]").click()
    expect(page.locator(".cm-content")).to_have_attribute("contenteditable", "false")
    assert faults(page) == []
    page.get_by_role("button", name="Begin a talk").click()
    expect(page.locator(".flow-line").last).to_contain_text("Which order do you return?")
    assert visitor.faults == []
    visitor.context.close()
