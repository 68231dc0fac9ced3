"""/admin/gaps in a real browser, on a phone: an editor looks, makes a draft of a missing article
and publishes it, adds phrasings, puts a gap away; hostile words stay words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from base_world import RememberingEncoder, made_file
from chromium import Visitor, running_chromium
from kb_world import KbWorld
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert
from web_world import PASSWORD

from sufler.domain.decisions import Suggestion, TurnKind, Versions
from sufler.storage.suggestions import SuggestionStore
from sufler.storage.tables.conversations import conversations, messages

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)> упаковка {{7*7}} подарочная есть?"
WRAP = ("Есть ли у вас подарочная упаковка?", "У вас есть подарочная упаковка?", HOSTILE)
COURIER = ("сколько возьмут за привоз на дом", "сколько возьмут за привоз до двери")
SEVERAL = ("работаете ли вы на новый год", "вы работаете на новый год?")
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def browser_here(remembering: RememberingEncoder) -> Iterator[Browser]:
    made_file(remembering, False)  # by a loop of its own, which the browser's would refuse
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def world(tmp_path: Path, remembering: RememberingEncoder) -> Iterator[KbWorld]:
    built = KbWorld(tmp_path, remembering)
    built.start()
    built.run(_asked(built))
    yield built
    built.stop()


async def _asked(world: KbWorld) -> None:
    cost = "**300 ₽**, а от 3000 ₽ бесплатно.\n\n- курьером\n- в пункт"
    asked = [(each, "Да, мы упакуем подарок бесплатно.") for each in WRAP]
    asked += [(each, cost) for each in COURIER] + [(each, "") for each in SEVERAL]
    store, now = SuggestionStore(world.database), world.clock.now() - timedelta(hours=9)
    for number, (question, reply) in enumerate(asked, start=1):
        talk, at = f"talk{number}", now + timedelta(minutes=10 * number)
        row = {
            "id": talk,
            "channel": "test",
            "customer_id": talk,
            "customer_name": "",
            "customer_first_name": "",
            "owner": "queue",
            "language": "ru",
            "created_at": at,
            "updated_at": at,
            "episode": 1,
            "open": True,
            "ticket": number,
        }
        said = {
            "conversation_id": talk,
            "author": "operator",
            "author_name": "Ольга",
            "text": reply,
            "buttons": [],
            "at": at + timedelta(minutes=number),
            "state": "sent",
            "attempts": 0,
        }
        async with world.database.write() as connection:
            await connection.execute(insert(conversations).values(**row))
            if reply:
                await connection.execute(insert(messages).values(**said))
        versions = Versions(1, "m", "h", "p", "o")
        made = Suggestion(talk, question, "ru", TurnKind.QUESTION, (), versions, 1.0, at)
        await store.add(replace(made, conversation_id=talk))


def faults(page: Page) -> list[str]:
    found = Axe().run(page, context={"exclude": [[".q-loading-bar"]]}).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found
        if each["impact"] in SERIOUS
    ]


def test_that_an_editor_closes_gaps_on_a_phone(browser_here: Browser, world: KbWorld) -> None:
    visitor = Visitor(browser_here, world.url)
    page = visitor.open("/admin/gaps")
    page.locator("[name=login]").fill("eva")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/gaps")
    expect(page.get_by_text("Пробелы ещё не искали.")).to_be_visible()
    page.get_by_role("button", name="Искать сейчас").click()
    cards = page.locator(".learned-card")
    expect(cards).to_have_count(3)
    expect(page.get_by_text(HOSTILE).first).to_be_visible()
    expect(page.get_by_text("Последний поиск:")).to_be_visible()
    expect(page.locator(".q-notification")).to_have_count(0)  # it fades
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # Nobody replied to this one: an answer has to be written.
    silent = cards.filter(has_text="на новый год")
    silent.get_by_role("button", name="Сделать черновик статьи").click()
    expect(page.get_by_text("Напишите ответ")).to_be_visible()
    silent.get_by_role("button", name="Не нужно").click()
    expect(cards.filter(visible=True)).to_have_count(2)

    adding = page.get_by_role("button", name="Добавить эти вопросы к статье")
    adding.click()
    expect(adding).to_have_count(0)
    expect(cards.filter(has_text="Нет формулировки")).to_contain_text("Сколько стоит доставка?")
    found = world.run(world.prompter.suggest(COURIER[0]))
    assert found.items[0].article_id == "cost"

    # One click makes a draft of the best reply; published, it serves.
    page.get_by_role("button", name="Сделать черновик статьи").click()
    page.wait_for_url("**/kb/articles/gap-*")
    expect(page.locator("textarea").first).to_have_value("Мы упакуем подарок бесплатно.")
    page.get_by_role("button", name="Опубликовать").first.click()
    expect(page.get_by_text("отвечает уже на следующий вопрос").first).to_be_visible()
    page.goto("/admin/gaps")
    expect(page.locator("[data-shrunk]")).to_have_count(2)
    expect(page.locator("[data-shrunk]").first).to_contain_text("С публикации прошло меньше недели")
    made = world.run(world.prompter.suggest("подарочная упаковка есть?"))
    assert made.items[0].text == "Мы упакуем подарок бесплатно."

    page.locator("summary", has_text="Убранные").click()
    page.get_by_role("button", name="Вернуть").click()
    expect(page.get_by_role("button", name="Не нужно")).to_have_count(1)
    page.goto("/language/en?next=/admin/gaps")
    page.goto("/admin/gaps")
    expect(page.get_by_role("heading", name="What the base lacks")).to_be_visible()
    assert faults(page) == []
    assert visitor.faults == []
    visitor.context.close()


def test_that_operators_see_no_gaps(browser_here: Browser, world: KbWorld) -> None:
    visitor = Visitor(browser_here, world.url)
    page = visitor.open("/admin/gaps")
    page.locator("[name=login]").fill("olga")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/gaps")
    expect(page.locator("h1")).not_to_have_text("Чего нет в базе")
    expect(page.locator(".learned-card")).to_have_count(0)
    visitor.context.close()
