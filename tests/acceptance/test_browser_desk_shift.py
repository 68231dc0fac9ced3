"""An operator's shift on /desk in a real browser: taking back, templates, drafts in two tabs and
over a restart, two operators, search, articles, the customer's card, and the supervisor."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from chromium import connected, running_chromium
from desk_shift import Shift, item
from patience import PATIENCE_S
from playwright.sync_api import Browser, Page, expect
from web_world import World

from sufler.desk import watching
from sufler.domain.desk import LONGEST_UNDO_S, CustomerField
from sufler.domain.people import Caller, Role
from sufler.web import desk_presence

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'`{{7*7}}"
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def browser_here() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One for all tests here: each has customers of its own."""
    built = World(tmp_path_factory.mktemp("shift"))
    built.start()
    yield built
    built.stop()


@pytest.fixture
def shift(browser_here: Browser, world: World) -> Iterator[Shift]:
    begun = Shift(browser_here, world)
    yield begun
    begun.end()


def field(page: Page) -> Any:
    """Where the reply is written."""
    return page.locator(".write textarea:visible")


def opened(shift: Shift, name: str, words: str = "как вернуть товар", **options: Any) -> Page:
    """A desk with the conversation of a new customer."""
    page = shift.open_desk(**options)
    shift.says(name, words, name)
    item(page, name).click()
    expect(page.locator(".head h2")).to_have_text(name)
    expect(field(page)).to_be_visible()
    return page


def press(page: Page, code: str, key: str) -> None:
    """A key by its place, as in another layout."""
    page.evaluate(
        "([code, key]) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        " {code, key, bubbles: true, cancelable: true}))",
        [code, key],
    )


def test_that_keys_work_in_the_russian_layout_and_are_letters_in_a_field(shift: Shift) -> None:
    page = opened(shift, "Раиса")
    expect(page.locator(".card-suggestion")).to_have_count(1)
    page.keyboard.press("?")
    expect(page.locator(".keys-panel")).to_be_visible()
    page.keyboard.press("Escape")
    press(page, "KeyR", "к")
    expect(page.locator(".reasons .reason").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".reasons")).to_have_count(0)
    press(page, "KeyW", "ц")
    expect(field(page)).to_be_focused()
    page.evaluate("suflerKeys.toCard(1)")  # as the server says it, when that comes late
    expect(field(page)).to_be_focused()
    page.keyboard.type("ерш 12?")
    expect(field(page)).to_have_value("ерш 12?")
    page.keyboard.press("Escape")
    press(page, "Slash", ".")
    expect(page.locator(".article-seek input")).to_be_focused()
    page.keyboard.type("стоит доставка")
    found = page.locator(".found-articles .card-main").first
    expect(found).to_contain_text("Сколько стоит доставка?")
    found.click()
    expect(field(page)).to_have_value(re.compile(r"^ерш 12\?\s+\*\*300 ₽"))


def test_that_a_reply_is_taken_back_with_its_text_until_it_goes_out(shift: Shift) -> None:
    page = opened(shift, "Ульяна")
    shift.world.desk.undo_s = LONGEST_UNDO_S
    try:
        field(page).fill("Ой, не то")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".held-count")).to_have_text(re.compile(r"^[1-9]\d?$"))
        expect(page.locator(".line.operator")).to_have_count(1)
        page.keyboard.press("Escape")
        page.keyboard.press("z")
        expect(page.locator(".line.operator")).to_have_count(0)
        expect(field(page)).to_have_value("Ой, не то")
        expect(page.locator(".held")).to_be_hidden()
    finally:
        shift.world.desk.undo_s = 0.0
    field(page).fill("Принесите в пункт выдачи.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".line.operator .line-state")).to_have_text("отправлено")
    assert shift.told("Ульяна", 3)[-1] == "Принесите в пункт выдачи."


def test_that_a_template_with_an_unfilled_place_is_not_sent(shift: Shift) -> None:
    page = opened(shift, "Тамара")
    page.locator(".templates summary").click()
    page.get_by_role("button", name="Новый шаблон").click()
    form = page.locator(".templates-form")
    form.get_by_label("Название").fill("Статус заказа")
    form.get_by_label("Короткое имя").fill("status")
    form.get_by_label("Текст шаблона").fill("Заказ {номер заказа} в пути.")
    form.get_by_role("button", name="Сохранить шаблон").click()
    made = page.locator(".template-insert", has_text="Статус заказа")
    expect(made).to_be_visible()
    field(page).fill("Начало. Конец.")
    field(page).evaluate("here => here.setSelectionRange(8, 8)")
    page.locator(".templates").evaluate("here => here.open = true")
    made.click()
    expect(field(page)).to_have_value("Начало. Заказ {номер заказа} в пути.Конец.")
    made.click()  # at the place that is marked now
    whole = "Начало. Заказ Заказ {номер заказа} в пути. в пути.Конец."
    expect(field(page)).to_have_value(whole)
    page.locator(".templates").evaluate("here => here.open = false")
    field(page).focus()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Заполните место {номер заказа}")).to_be_visible()
    page.wait_for_function(
        "() => { const here = document.activeElement;"
        " return here.value?.slice(here.selectionStart, here.selectionEnd) === '{номер заказа}'; }"
    )
    expect(page.locator(".line.operator")).to_have_count(0)
    page.keyboard.type("№ 17")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".line.operator .said")).to_have_text(
        "Начало. Заказ Заказ № 17 в пути. в пути.Конец."
    )


def test_that_two_tabs_write_one_draft(shift: Shift) -> None:
    first = opened(shift, "Дарья")
    second = shift.visitors[-1].open("/desk")
    item(second, "Дарья").click()
    expect(field(second)).to_be_visible()
    field(first).press_sequentially("Добрый день", delay=5)
    expect(field(second)).to_have_value("Добрый день")
    field(second).press_sequentially(", Дарья", delay=5)
    expect(field(first)).to_have_value("Добрый день, Дарья")
    field(first).focus()
    first.keyboard.press("Control+Enter")
    expect(first.locator(".line.operator .said")).to_have_text("Добрый день, Дарья")
    expect(field(second)).to_have_value("")


def test_that_two_operators_see_each_other_look_and_write(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((desk_presence, "WRITES_S"), (watching, "WRITES_FOR_S")):
        monkeypatch.setattr(module, name, PATIENCE_S)
    anna = opened(shift, "Галина")
    boris = shift.open_desk("boris")
    item(boris, "Галина").click()
    expect(boris.locator(".watchers")).to_have_text("Анна: смотрит")
    expect(anna.locator(".watchers")).to_have_text("Борис: смотрит")
    field(anna).press_sequentially("Сейчас", delay=5)
    expect(boris.locator(".watchers")).to_have_text("Анна: пишет…")


def test_that_what_is_typed_while_the_server_is_away_is_there_when_it_is_back(
    shift: Shift,
) -> None:
    page = opened(shift, "Вера")
    field(page).press_sequentially("Первое", delay=5)
    port = int(shift.world.url.rpartition(":")[2])
    shift.world.close_doors()
    page.wait_for_function("() => !window.socket.connected")
    field(page).press_sequentially(", второе", delay=5)
    shift.world.open_doors(port)
    page.wait_for_function("() => window.socket?.connected")
    expect(field(page)).to_have_value("Первое, второе")
    page.keyboard.press("Escape")
    page.reload()
    expect(field(page)).to_have_value("Первое, второе")


def test_that_search_finds_a_conversation_by_what_was_said(shift: Shift) -> None:
    page = opened(shift, "Жанна", "где мой фиолетовый самовар")
    page.keyboard.type("sфиолетовый")  # without waiting for anything, as a quick operator does
    hit = page.locator(".found .item", has_text="Жанна")
    expect(hit.locator("mark").first).to_have_text(re.compile("фиолетов", re.IGNORECASE))
    expect(page.locator(".groups")).to_be_hidden()
    hit.click()
    expect(page.locator(".head h2")).to_have_text("Жанна")


def test_that_the_customers_card_keeps_tags_and_notes(shift: Shift) -> None:
    page = opened(shift, "Кира")
    press(page, "KeyC", "с")
    card = page.locator(".customer")
    card.get_by_label("Новая метка").fill(HOSTILE[:30])
    card.get_by_role("button", name="Добавить").click()
    expect(card.locator(".chip")).to_contain_text("<img src=x")
    card.get_by_label("Новая заметка").fill(HOSTILE)
    card.get_by_role("button", name="Сохранить заметку").click()
    expect(card.locator(".customer-note")).to_contain_text("<script>alert(2)</script>")
    page.reload()
    page.get_by_role("tab", name="Клиент").click()
    expect(card.locator(".chip")).to_contain_text("<img src=x")
    assert page.locator(".customer script, .customer img").count() == 0


def test_that_hostile_text_is_text_in_templates_notes_and_searches(shift: Shift) -> None:
    page = opened(shift, "Ада")
    page.locator(".templates summary").click()
    page.get_by_role("button", name="Новый шаблон").click()
    form = page.locator(".templates-form")
    form.get_by_label("Название").fill(HOSTILE)
    form.get_by_label("Текст шаблона").fill(HOSTILE)
    form.get_by_role("button", name="Сохранить шаблон").click()
    expect(page.locator(".template-title", has_text="<script>")).to_be_visible()
    page.locator(".template-insert", has_text="<script>").click()
    expect(field(page)).to_have_value(HOSTILE)
    page.get_by_role("button", name="В заметку").click()
    expect(page.locator(".line.note .said")).to_have_text(HOSTILE)
    expect(field(page)).to_have_value("")
    for box in (".search input", ".article-seek input"):
        if "article" in box:
            page.get_by_role("tab", name="Статьи").click()
        page.locator(box).fill(HOSTILE)
    expect(page.get_by_text("Ничего не нашлось.").first).to_be_visible()
    assert page.locator(".desk script, .line img").count() == 0


def test_that_the_draft_ranks_completes_and_is_near_an_article(shift: Shift) -> None:
    page = opened(shift, "Нина", "как вернуть товар и сколько стоит доставка")
    expect(page.locator(".card-suggestion").first).to_be_visible()
    field(page).press_sequentially("Принесите его в пункт", delay=5)
    offer = page.locator(".completion")
    expect(offer).to_be_visible()
    expect(offer).to_have_attribute("data-for", "Принесите его в пункт")
    page.keyboard.press("Tab")
    expect(field(page)).to_have_value(re.compile("Принесите его в пункт выдачи"))
    expect(page.locator(".card-title").first).to_have_text("Как вернуть товар?")
    field(page).fill("Принесите его в пункт выдачи в течение 20 дней.")
    expect(page.locator(".near")).to_contain_text("Как вернуть товар?")
    page.get_by_role("button", name="Статья устарела").click()
    expect(page.get_by_text("Правка предложена редакторам")).to_be_visible()
    expect(field(page)).to_have_value("Принесите его в пункт выдачи в течение 20 дней.")


def test_that_a_supervisor_looks_silently_whispers_and_reassigns(shift: Shift) -> None:
    anna = opened(shift, "Софья")
    anna.get_by_role("button", name="Взять").click()
    expect(anna.locator(".head")).to_contain_text("Ведёте вы")
    zoya = shift.open_desk("zoya")
    zoya.goto("/desk/overview")
    row = zoya.locator(".over-row", has_text="Софья")
    expect(row).to_contain_text("Анна")
    connected(zoya)
    row.locator(".whisper summary").click()
    row.get_by_label("Оператору, клиент не увидит").fill("Предложите купон")
    row.get_by_role("button", name="Шепнуть", exact=True).click()
    expect(anna.locator(".line.whisper .said")).to_have_text("Предложите купон")
    row.get_by_role("link", name="Смотреть").click()
    expect(zoya.locator(".head h2")).to_have_text("Софья")
    expect(zoya.locator(".line.whisper")).to_be_visible()
    expect(anna.locator(".watchers")).to_be_hidden()


def test_that_a_supervisor_reassigns_and_the_next_uses_the_teams_template_and_the_cards_field(
    shift: Shift,
) -> None:
    admin = Caller("person:root", "Рут", Role.ADMINISTRATOR, "root")
    town = CustomerField("city", {"ru": "Город", "en": "Town"})
    shift.world.run(shift.world.desk.workplace.cards.save_field(admin, town))
    anna, boris = opened(shift, "Ксения"), shift.open_desk("boris")
    anna.get_by_role("button", name="Взять").click()
    expect(anna.locator(".head")).to_contain_text("Ведёте вы")
    press(anna, "KeyC", "с")
    anna.locator(".customer").get_by_label("Город", exact=True).fill("Тверь")
    anna.get_by_role("button", name="Сохранить: Город").click()
    anna.locator(".templates summary").click()
    anna.get_by_role("button", name="Новый шаблон").click()
    form = anna.locator(".templates-form")
    form.get_by_label("Название").fill("Куда едем")
    form.get_by_label("Текст шаблона").fill("Едем в {customer.city|ваш город}.")
    form.get_by_label("Для кого").select_option(label="команде очереди «Общая очередь»")
    form.get_by_role("button", name="Сохранить шаблон").click()
    expect(anna.locator(".template-insert", has_text="Куда едем")).to_be_visible()

    zoya = shift.open_desk("zoya")
    zoya.goto("/desk/overview")
    row = zoya.locator(".over-row", has_text="Ксения")
    row.locator(".passing summary").first.click()
    whom = row.get_by_label("Кому")
    whom.select_option(label=whom.locator("option", has_text="Борис").inner_text())
    row.get_by_role("button", name="Передать", exact=True).click()
    expect(row.locator(".tag").first).to_have_text("Борис")
    expect(anna.locator(".head")).not_to_contain_text("Ведёте вы")

    boris.locator(".item", has_text="Ксения").first.click()
    expect(boris.locator(".head")).to_contain_text("Ведёте вы")
    boris.locator(".templates summary").click()
    boris.locator(".template-insert", has_text="Куда едем").click()
    expect(field(boris)).to_have_value("Едем в Тверь.")
    boris.keyboard.press("Control+Enter")
    assert shift.told("Ксения", 3)[-1] == "Едем в Тверь."


def test_that_a_phone_has_all_three_tabs_and_nothing_overflows(shift: Shift) -> None:
    page = opened(shift, "Инна", viewport=PHONE)
    for name in ("Клиент", "Статьи", "Подсказки"):
        page.get_by_role("tab", name=name).click()
        expect(page.get_by_role("tabpanel", name=name)).to_be_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    page.locator(".card-act", has_text="Не подходит").first.click()
    page.get_by_role("button", name="непонятно написано").click()
    expect(page.locator(".card-rejected")).to_be_visible()
    expect(field(page)).to_be_in_viewport()
