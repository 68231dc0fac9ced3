"""/admin/accuracy and /admin/outcomes in a real browser, over real certificates: the ladder up and
down, figures with what is behind them, exports, empty states, both languages, a phone, axe."""

import csv
import io
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from accuracy_world import MODEL, AccuracyWorld, Months
from axe_playwright_python.sync_playwright import Axe
from chromium import Visitor, in_zone, running_chromium, still
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert

from sufler.domain.knowledge import Mode
from sufler.storage.tables.accuracy import checks

pytestmark = pytest.mark.browser

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def browser_here() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def world(tmp_path_factory: Any) -> Iterator[AccuracyWorld]:
    built = AccuracyWorld(tmp_path_factory.mktemp("accuracy"))
    built.start()
    yield built
    built.stop()


@pytest.fixture
def office(browser_here: Browser, world: AccuracyWorld) -> Iterator[Any]:
    visitors: list[Visitor] = []

    def opened(path: str, login: str = "vera", **options: Any) -> Page:
        visitor = Visitor(browser_here, world.url, **({"viewport": WIDE} | options))
        visitors.append(visitor)
        visitor.enter(world, login)
        page = visitor.open(path)
        return in_zone(page) if path.startswith("/admin/") else page

    yield opened
    for each in visitors:
        assert each.faults == []
        each.context.close()


def faults(page: Page) -> list[str]:
    found = Axe().run(still(page), context={"exclude": [[".q-loading-bar"]]}).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


def fits(page: Page) -> bool:
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))


def topic_row(page: Page, topic: str) -> Any:
    return page.locator(f"tr[data-topic='{topic}']")


def test_that_before_anything_is_asked_the_pages_say_so_and_what_to_do(office: Any) -> None:
    page = office("/admin/accuracy")
    expect(page.locator("h1")).to_have_text("Точность")
    expect(page.locator(".banner.calm")).to_contain_text("Пока никто ничего не спросил")
    expect(topic_row(page, "Доставка")).to_contain_text("Проверок ещё нет")
    expect(topic_row(page, "Доставка")).to_contain_text("Нужно хотя бы 88 проверок")
    topic_row(page, "Доставка").get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("Тема «Доставка»")
    expect(page.locator("#figure-curve")).to_contain_text("Кривая появится с первыми проверками")
    expect(page.locator("svg.chart")).to_have_count(0)
    page.goto("/admin/outcomes")
    expect(page.locator("#figure-endings")).to_contain_text("ни одно обращение не закрыли")
    expect(page.locator("#figure-times")).to_contain_text("Судить рано")
    page.goto("/admin/accuracy/topic?name=" + "Нет такой")
    expect(page.locator(".banner")).to_contain_text("Такой темы нет")


def test_that_an_administrator_walks_the_ladder_up_and_the_watch_walks_it_down(
    office: Any, world: AccuracyWorld
) -> None:
    world.run(world.live_through())
    page = office("/admin/accuracy")
    row = topic_row(page, "Доставка")
    expect(row).to_contain_text(re.compile(r"верны ≥ 9\d,\d\s% при охвате \d+\s%"))
    expect(row).to_contain_text("можно включать")
    expect(row.locator("svg.spark")).to_be_visible()
    expect(page.locator(".banner.calm")).to_contain_text("сертификат позволяет отвечать")
    row.get_by_role("link").click()
    expect(page.locator(".banner.calm")).to_contain_text("Что обещает сертификат")
    expect(page.locator("#figure-curve svg.chart polyline")).to_have_count(1)
    # Up, by the certificate: no reason is asked for.
    page.get_by_role("button", name="Отвечать по сертификату").click()
    dialog = page.locator(".step-dialog")
    expect(dialog).to_contain_text("бот отвечает клиентам по этой теме сам")
    expect(dialog).to_contain_text("Первые 50 автоматических ответов")
    expect(dialog.locator("textarea")).to_have_count(0)
    dialog.get_by_role("button", name="Отвечать по сертификату").click()
    expect(page.locator(".ladder-step[aria-current=true] h3")).to_have_text("Отвечает")
    expect(page.get_by_role("table", name="История режима")).to_contain_text("по сертификату")
    expect(page.get_by_role("table", name="История режима")).to_contain_text("Вера")
    expect(page.get_by_text("0/42 (плохих знаков 0 после 0 ответов")).to_be_visible()
    topic = world.run(world.certifying.standing("Доставка"))
    assert topic.mode is Mode.ANSWERS
    assert topic.without_certificate is None
    # Down, by four wrong audits: the watch does it, with the reason in numbers.
    time.sleep(0.01)
    world.run(_audited(world, 4, right=False))
    world.run(world.watch.look())
    page.reload()
    expect(page.locator(".ladder-step[aria-current=true] h3")).to_have_text("Подсказывает")
    history = page.get_by_role("table", name="История режима")
    expect(history.locator("tbody tr").first).to_contain_text("неверные ответы")
    expect(history.locator("tbody tr").first).to_contain_text("надзор 40")
    page.goto("/admin/accuracy")
    expect(topic_row(page, "Доставка")).to_contain_text("возвращена надзором")
    assert faults(page) == []


async def _audited(world: AccuracyWorld, count: int, *, right: bool) -> None:
    now = world.clock.now()
    rows = [
        {
            "suggestion_id": f"audit-{now.timestamp()}-{place}",
            "kind": "audit",
            "topic": "Доставка",
            "article_id": "cost",
            "confidence": 0.97,
            "right": right,
            "propensity": 1.0,
            "predicted_at": now,
            "versions": {"model": MODEL},
            "at": now + timedelta(milliseconds=place),
            "by": "person:boris",
            "overdue": False,
        }
        for place in range(count)
    ]
    async with world.database.write() as connection:
        await connection.execute(insert(checks), rows)


def test_that_without_a_certificate_it_takes_a_reason_that_everybody_sees(
    office: Any, world: AccuracyWorld
) -> None:
    page = office("/admin/accuracy/topic?name=Возврат", locale="en-GB")
    expect(page.locator("h1")).to_have_text("Topic “Возврат”")
    page.get_by_role("button", name="Answer without a certificate").click()
    dialog = page.locator(".step-dialog")
    expect(dialog.locator(".banner")).to_contain_text("Without a certificate")
    assert faults(page) == []
    dialog.get_by_role("button", name="Answer without a certificate").click()
    expect(page.locator(".q-notification")).to_contain_text("Write the reason")
    dialog.locator("textarea").fill("the shop is closed <b>this</b> week")
    dialog.get_by_role("button", name="Answer without a certificate").click()
    expect(page.locator(".ladder-step[aria-current=true] h3")).to_have_text("Answers")
    expect(page.locator(".banner:not(.calm)")).to_contain_text("<b>this</b> week")
    page.get_by_label("How long an answer waits on the desk").select_option("30")
    expect(page.locator(".q-notification", has_text="Kept")).to_be_visible()
    assert world.run(world.certifying.standing("Возврат")).hold_s == 30
    page.get_by_role("link", name="All topics").click()
    expect(topic_row(page, "Возврат")).to_contain_text("without a certificate")
    page.goto("/admin/accuracy/topic?name=Возврат")
    for name, step in (("Suggest", "Suggests"), ("Observe", "Observes")):
        page.get_by_role("button", name=name, exact=True).click()
        page.locator(".step-dialog").get_by_role("button", name=name, exact=True).click()
        expect(page.locator(".ladder-step[aria-current=true] h3")).to_have_text(step)
    words = page.get_by_role("table", name="History of the mode").inner_text()
    assert "the shop is closed" in words


def test_that_wrong_answers_are_read_one_by_one_and_figures_open_their_conversations(
    office: Any,
) -> None:
    page = office("/admin/accuracy/topic?name=Доставка")
    wrong = page.locator(".wrong-one", has_text="{{7*7}}").first
    expect(wrong).to_contain_text("<img src=x onerror=alert(1)> а в деревню")
    expect(wrong).to_contain_text("300 ₽")
    expect(wrong).to_contain_text("В деревню 500 ₽.")
    expect(wrong).to_contain_text("обученная голова 1,84")
    page.get_by_role("link", name="Разговоры этих проверок").click()
    behind = page.locator("#behind")
    expect(behind.locator("tbody tr")).not_to_have_count(0)
    behind.locator("tbody a").first.click()
    page.wait_for_url("**/desk?conversation=talk-*")


def test_that_outcomes_show_five_classes_and_the_effect_of_suggestions(office: Any) -> None:
    page = office("/admin/outcomes?days=90")
    endings = page.locator("#figure-endings")
    for words in ("подтвердили, что решено", "промолчали", "передали человеку", "ушли без ответа"):
        expect(endings.locator("svg")).to_contain_text(words)
    expect(page.locator("#figure-times")).to_contain_text(
        re.compile(r"С подсказкой отвечают быстрее на \d+\s% \(от −\d+\s% до −\d+\s%\)")
    )
    operators = page.get_by_role("table", name="Операторы")
    expect(operators).to_contain_text("Анна")
    expect(operators).to_contain_text("Борис")
    expect(page.locator("#figure-drift svg.chart .part").first).to_be_visible()
    page.get_by_role("link", name="Открыть: ушли без ответа").click()
    expect(page.locator("#behind")).to_contain_text("Разговоры: ушли без ответа")
    page.get_by_role("link", name="7 дней").click()
    page.wait_for_url("**/admin/outcomes?days=7")
    assert faults(page) == []


def test_that_figures_are_taken_along_as_csv_xlsx_and_png(office: Any, tmp_path: Path) -> None:
    page = office("/admin/outcomes?days=90", timezone_id="Asia/Vladivostok")
    figure = page.locator("#figure-endings")
    taken: dict[str, Path] = {}
    for kind in ("CSV", "XLSX", "PNG"):
        with page.expect_download() as waiting:
            figure.locator(".figure-files").get_by_text(kind, exact=True).click()
        taken[kind] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(taken[kind])
    rows = list(csv.reader(io.StringIO(taken["CSV"].read_text("utf-8-sig"))))
    assert len(rows) == 6
    assert sum(float(row[2]) for row in rows[1:]) == pytest.approx(1, abs=0.001)
    sheet = openpyxl.load_workbook(taken["XLSX"]).active
    assert sheet is not None
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == [int(r[1]) for r in rows[1:]]
    picture = taken["PNG"].read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 3000
    zones = {each["name"]: each["value"] for each in page.context.cookies()}
    assert zones["sufler_zone"].replace("%2F", "/") == "Asia/Vladivostok"
    answer = page.request.get("/admin/figures/episodes.csv?days=90")
    assert "+10:00" in answer.text()
    assert page.request.get("/admin/figures/history.xlsx?name=Доставка").ok
    for path in ("nothing.csv", "endings.exe", "curve.csv?name=Нет"):
        assert page.request.get(f"/admin/figures/{path}").status == 404


def test_that_only_administrators_get_there(office: Any, browser_here: Browser) -> None:
    page = office("/desk", "zoya")
    page.wait_for_url("**/desk")
    for path in ("/admin/accuracy", "/admin/outcomes", "/admin/figures/overview.csv"):
        assert page.request.get(path).status == 403
    page.context.clear_cookies()
    assert "/login" in page.request.get("/admin/figures/overview.csv").url


@pytest.mark.parametrize("path", ["/admin/accuracy", "/admin/accuracy/topic?name=Доставка"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_pages_fit_a_phone_and_have_no_fault_in_light_and_dark(
    office: Any, path: str, scheme: str
) -> None:
    page = office(path, viewport=PHONE, color_scheme=scheme)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("svg.chart").first).to_be_visible()
    for each in page.locator("details.figure-more > summary").all():
        each.click()
    assert fits(page)
    assert faults(page) == []


def test_that_two_hundred_topics_are_one_quick_page(office: Any, world: AccuracyWorld) -> None:
    """The page holds every topic as one table, not as thousands of live elements."""
    past = Months(world.clock.now(), seed=9)
    names = [f"Тема {place}" for place in range(200)]
    for name in names:
        past.turn(name, "cost", 0.9, world.clock.now())
    world.run(past.store(world.database))
    world.run(_topics(world, names))
    page = office("/admin/accuracy")
    expect(topic_row(page, "Тема 199")).to_be_attached()
    elements = page.evaluate("() => document.querySelectorAll('[id^=c]').length")
    assert elements < 600


async def _topics(world: AccuracyWorld, names: list[str]) -> None:
    from sufler.domain.knowledge import Topic
    from sufler.storage.articles import ArticleStore

    store = ArticleStore(world.database, world.clock)
    for name in names:
        await store.set_topic(Topic(name), "tests")
