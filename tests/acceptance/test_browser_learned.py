"""/learned in a real browser: an editor approves, undoes, makes an article, adds a golden question;
hostile words stay words; axe-core sees no serious fault, also on a phone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from base_world import RememberingEncoder, made_file
from chromium import Visitor, connected, running_chromium, still
from kb_world import KbWorld
from playwright.sync_api import Browser, Page, expect
from web_world import PASSWORD

from sufler.domain.learning import (
    Learned,
    LearnedKind,
    LearnedState,
    Proposal,
    ProposalKind,
    ProposalState,
)
from sufler.storage.learned import Change, propose

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)> сколько {{7*7}}"
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
    built.run(_taught(built))
    yield built
    built.stop()


async def _taught(world: KbWorld) -> None:
    """Two wordings, one of them held back; a new text, a new article."""
    now, by = world.clock.now(), "person:olga"
    one = Learned(
        *(0, LearnedKind.PHRASING, LearnedState.UNCONFIRMED, "cost", HOSTILE, "ru", 0.5, by, now)
    )
    held = replace(one, text="а можно ли вернуть", state=LearnedState.REVIEW, why="neighbours")
    waits = Proposal(
        *(0, ProposalKind.TEXT, ProposalState.OPEN, HOSTILE, "ru", by, now),
        article_id="warranty",
        before="Два года со дня покупки.",
        after="Три года со дня покупки.",
    )
    anew = replace(
        waits,
        kind=ProposalKind.ARTICLE,
        article_id=None,
        question="есть ли у вас подарочная упаковка",
        after="Да, упакуем бесплатно.",
    )
    async with world.database.write() as connection:
        change = Change(connection, by, now)
        for each in (one, held):
            await change.add(each)
        await change.finish()
        for proposal in (waits, anew):
            await propose(connection, proposal)
    await world.base.refresh()


def faults(page: Page) -> list[str]:
    found = Axe().run(still(page), context={"exclude": [[".q-loading-bar"]]}).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found
        if each["impact"] in SERIOUS
    ]


def test_that_an_editor_works_through_the_review_list_and_what_was_learned(
    browser_here: Browser, world: KbWorld
) -> None:
    visitor = Visitor(browser_here, world.url)  # a phone
    page = visitor.open("/learned")
    page.locator("[name=login]").fill("eva")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/learned")
    cards = page.locator(".learned-card")
    expect(cards).to_have_count(3)
    expect(cards.first.locator("del")).to_contain_text("Два")
    expect(cards.first.locator("ins")).to_contain_text("Три")
    expect(cards.first).to_contain_text(HOSTILE)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("button", name="Принять текст").click()
    expect(cards).to_have_count(3)  # the article waits to be cleared instead
    expect(page.locator("h2", has_text="Ждут допуска")).to_be_visible()
    made = world.run(world.prompter.suggest("какая гарантия на чайник"))
    assert made.items[0].text == "Три года со дня покупки."

    page.get_by_role("link", name="Сделать статью").click()
    page.wait_for_url("**/kb/new?proposal=*")
    expect(page.locator("textarea").first).to_be_visible()
    page.get_by_role("button", name="Опубликовать").first.click()
    page.wait_for_url("**/kb/articles/*")
    found = world.run(world.prompter.suggest("есть ли у вас подарочная упаковка"))
    assert found.items[0].text == "Да, упакуем бесплатно."

    page.goto("/learned")
    page.get_by_role("button", name="Подтвердить: а можно ли вернуть").click()
    expect(page.get_by_text("Ничего не придержано.")).to_be_visible()

    page.goto("/learned?show=all")
    assert faults(page) == []
    page.get_by_role("button", name=f"Отменить: {HOSTILE}").click()
    expect(page.locator("[data-state=undone]")).to_have_count(1)
    page.locator("select").first.select_option("person:olga")
    page.wait_for_url("**by=person%3Aolga")

    page.goto("/learned?show=golden")
    connected(page)
    page.get_by_label("Вопрос").fill("почём курьер")
    page.get_by_label("Id статьи").fill("warranty")
    page.get_by_role("button", name="Добавить эталонный вопрос").click()
    expect(page.locator(".tag.wrong")).to_contain_text("Сколько стоит доставка?")
    table = "text,language,article_id\nсколько гарантия,ru,warranty\n"
    for rows, told in ((f"{table}где,ru,nowhere\n", "nowhere"), (table, "Добавлен 1 вопрос")):
        file = {"name": "golden.csv", "mimeType": "text/csv", "buffer": rows.encode()}
        page.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]
        expect(page.locator(".q-notification").filter(has_text=told)).to_be_visible()
    expect(page.get_by_text("сколько гарантия")).to_be_visible()
    expect(page.locator(".q-notification")).to_have_count(0)  # it fades
    assert faults(page) == []
    page.goto("/learned?show=watch")
    expect(page.get_by_role("link", name="Просроченные статьи")).to_be_visible()
    assert faults(page) == []
    assert visitor.faults == []
    visitor.context.close()


def test_that_operators_are_turned_away(browser_here: Browser, world: KbWorld) -> None:
    visitor = Visitor(browser_here, world.url)
    page = visitor.open("/learned")
    page.locator("[name=login]").fill("olga")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/learned")
    expect(page.locator(".learned-card")).to_have_count(0)
    visitor.context.close()
