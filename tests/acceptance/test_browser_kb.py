"""/kb in a real browser: an editor's day from an empty page to the next customer's answer."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from base_world import RememberingEncoder
from chromium import Visitor, connected, running_chromium
from kb_world import BASE, KbWorld
from playwright.sync_api import Browser, Page, expect

from sufler.domain.knowledge import Article, ArticleStatus, Mode, Phrasing, Translation

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> \"'` {{7*7}}"
WIDE = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def browser_here() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def world(tmp_path: Path, remembering: RememberingEncoder) -> Iterator[KbWorld]:
    built = KbWorld(tmp_path, remembering)
    built.start()
    yield built
    built.stop()


class Office:
    """Browsers of people over a world; every fault that a page met is a failure at the end."""

    def __init__(self, browser: Browser, world: KbWorld) -> None:
        self._browser = browser
        self.world = world
        self.visitors: list[Visitor] = []

    def open(self, path: str = "/kb", login: str = "eva", **options: Any) -> Page:
        visitor = Visitor(self._browser, self.world.url, **({"viewport": WIDE} | options))
        self.visitors.append(visitor)
        visitor.enter(self.world, login)
        page = visitor.open(path)
        expect(page.locator("h1").first).to_be_visible()
        return connected(page)

    def warnings(self) -> list[str]:
        """What the browser asked before it left unsaved text; it is no fault then."""
        faults = [fault for visitor in self.visitors for fault in visitor.faults]
        for visitor in self.visitors:
            visitor.faults.clear()
        return faults

    def stored(self, article_id: str) -> Article:
        return self.world.run(self.world.base.get(article_id))

    def best(self, question: str) -> str:
        return self.world.run(self.world.prompter.suggest(question)).items[0].article_id


@pytest.fixture
def office(browser_here: Browser, world: KbWorld) -> Iterator[Office]:
    opened = Office(browser_here, world)
    yield opened
    for visitor in opened.visitors:
        visitor.context.close()
    assert [fault for visitor in opened.visitors for fault in visitor.faults] == []


def write(page: Page, title: str, answer: str, place: int = 0) -> None:
    page.locator(".language").nth(place).get_by_role("textbox").nth(0).fill(title)
    page.locator(".field-answer textarea").nth(place).fill(answer)


def said(page: Page, words: str) -> None:
    expect(page.locator(".q-notification", has_text=words).last).to_be_visible()


def test_that_a_new_article_answers_the_next_question(office: Office) -> None:
    page = office.open()
    page.get_by_role("link", name="Новая статья").click()
    page.wait_for_url("**/kb/new")
    connected(page)
    write(page, "Есть ли подарочная упаковка?", "Да, **100 ₽** за коробку.")
    page.get_by_label("Тема").fill("Подарки")
    adding = page.locator(".adding textarea").first
    adding.fill("заверните в подарок\nнужна красивая коробка")
    page.get_by_role("button", name="Добавить").first.click()
    expect(page.locator(".phrasing")).to_have_count(2)
    page.get_by_role("button", name="Опубликовать").click()
    said(page, "отвечает уже на следующий вопрос")
    page.wait_for_url(re.compile("/kb/articles/"))
    article_id = page.url.rsplit("/", 1)[1]
    assert office.best("можете красиво упаковать подарок?") == article_id
    stored = office.stored(article_id)
    assert (stored.topic, stored.status) == ("Подарки", ArticleStatus.PUBLISHED)
    assert [each.author for each in stored.phrasings] == ["Ева", "Ева"]
    page.get_by_label("Кто возьмёт этот вопрос сейчас?").fill("упакуйте в подарок")
    expect(page.locator(".takes.here")).to_contain_text("эта статья")
    page.goto("/kb")
    expect(page.locator(".row-title").first).to_have_text("Есть ли подарочная упаковка?")
    expect(page.locator(".topic", has_text="Подарки")).to_contain_text("Подсказывает")


def test_that_the_list_is_searched_by_words_and_by_meaning_and_filtered(office: Office) -> None:
    page = office.open()
    expect(page.locator(".article-row")).to_have_count(len(BASE))
    page.keyboard.press("/")
    page.keyboard.type("гарантия")
    expect(page.locator(".article-row")).to_have_count(1)
    page.get_by_role("textbox").fill("сколько денег за курьера")
    expect(page.locator(".meant .takes-title").first).to_have_text("Сколько стоит доставка?")
    expect(page.locator(".empty")).to_contain_text("Таких статей нет")
    page.get_by_role("button", name="Показать все статьи").click()
    page.get_by_role("button", name="Черновики").click()
    expect(page.locator(".row-title")).to_have_text(["Можно ли платить картой?"])
    page.wait_for_url("**/kb?only=draft")
    page.reload()
    expect(page.locator(".row-title")).to_have_text(["Можно ли платить картой?"])
    page.get_by_role("button", name="Без перевода").click()
    expect(page.locator(".article-row")).to_have_count(2)
    page.get_by_role("button", name="Все", exact=True).click()
    expect(page.locator(".article-row")).to_have_count(len(BASE))
    page.get_by_label("Порядок").select_option(label="По алфавиту")
    expect(page.locator(".row-title").first).to_have_text("Как вернуть товар?")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kb/articles/warranty")
    page.keyboard.press("Escape")
    page.wait_for_url("**/kb?order=title")


def test_that_an_answer_is_previewed_as_each_channel_shows_it(office: Office) -> None:
    page = office.open("/kb/articles/cost")
    page.locator(".field-answer textarea").first.fill(
        "Привет, {customer.first_name|друг}!\n\n- **раз**\n- [два](https://ploshkin.example)"
    )
    shown = page.locator(".preview")
    expect(shown.locator(".telegram")).to_contain_text("Привет, Анна!")
    expect(shown.locator(".telegram")).to_contain_text("• раз")
    page.get_by_role("button", name="Чат на сайте").click()
    expect(shown.locator("li")).to_have_count(2)
    page.get_by_role("button", name="Просто текст").click()
    expect(shown.locator(".plain")).to_contain_text("• два")
    page.locator(".field-answer textarea").first.fill("слово " * 1000)
    expect(page.locator(".counter").first).to_contain_text("сообщениями: 2")


def test_that_markdown_tools_and_ctrl_s_work_without_a_mouse(office: Office) -> None:
    page = office.open("/kb/articles/warranty")
    field = page.locator(".field-answer textarea").first
    field.fill("Два года")
    field.press("Control+a")
    field.press("Control+b")
    expect(field).to_have_value("**Два года**")
    expect(page.locator(".state")).to_contain_text("не сохранено")
    page.keyboard.press("Control+s")
    said(page, "Сохранено")
    assert office.stored("warranty").translations["ru"].answer == "**Два года**"
    expect(page.locator(".state")).not_to_contain_text("не сохранено")


def test_that_near_duplicates_are_told_before_publishing(office: Office) -> None:
    page = office.open("/kb/new")
    write(page, "Сколько стоит доставка", "Триста.")
    page.get_by_role("button", name="Опубликовать").click()
    dialog = page.locator(".kb-dialog")
    expect(dialog.get_by_role("link")).to_have_attribute("href", "/kb/articles/cost")
    page.get_by_role("button", name="Вернуться к статье").click()
    expect(dialog).to_be_hidden()
    assert office.world.base.index.size == len(BASE) - 1
    page.get_by_role("button", name="Опубликовать").click()
    page.get_by_role("button", name="Опубликовать всё равно").click()
    said(page, "отвечает уже на следующий вопрос")
    assert office.world.base.index.size == len(BASE)


def test_that_the_second_of_two_editors_is_told_and_loses_nothing(office: Office) -> None:
    eva, egor = office.open("/kb/articles/return"), office.open("/kb/articles/return", "egor")
    field = "textarea[lang=ru]"
    eva.locator(field).first.fill("Принесите его в магазин за 14 дней.")
    egor.locator(field).first.fill("Принесите его в пункт выдачи в течение 30 дней.")
    eva.keyboard.press("Control+s")
    said(eva, "Сохранено")
    egor.keyboard.press("Control+s")
    conflict = egor.locator(".conflict")
    expect(conflict).to_contain_text("статью сохранил(а) Ева")
    expect(conflict.locator("ins").first).to_contain_text("пункт выдачи")
    assert "магазин" in office.stored("return").translations["ru"].answer
    egor.get_by_role("button", name="Сохранить мой поверх").click()
    said(egor, "Сохранено")
    assert "30 дней" in office.stored("return").translations["ru"].answer
    assert office.stored("return").revision == 3


def test_that_unsaved_text_outlives_a_reload_and_can_be_discarded(office: Office) -> None:
    page = office.open("/kb/articles/return")
    page.locator(".field-answer textarea").first.fill("Ещё не дописа")
    expect(page.locator(".state")).to_contain_text("не сохранено")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    assert office.warnings() == ["dialog: "]
    expect(page.locator(".field-answer textarea").first).to_have_value("Ещё не дописа")
    page.get_by_role("button", name="Отбросить").click()
    expect(page.locator(".field-answer textarea").first).to_have_value(re.compile("14 дней"))
    expect(page.locator(".state")).not_to_contain_text("не сохранено")


def test_that_history_shows_words_that_changed_and_brings_a_revision_back(office: Office) -> None:
    before = office.stored("return")
    changed = {"ru": Translation("Как вернуть товар?", "Принесите его в течение 30 дней.")}
    office.world.run(
        office.world.base.save([replace(before, translations=changed)], "Егор (person:9)")
    )
    page = office.open("/kb/history/return")
    expect(page.locator(".revision-item")).to_have_count(2)
    expect(page.locator(".revision-item").first).to_contain_text("Егор")
    expect(page.locator(".difference ins").first).to_contain_text("30")
    page.locator(".revision-item").nth(1).click()
    page.get_by_role("button", name="Вернуть эту версию").click()
    said(page, "Версия 1 снова в силе")
    expect(page.locator(".revision-item")).to_have_count(3)
    assert office.stored("return").translations == before.translations


def test_that_many_articles_are_archived_at_once_and_brought_back(office: Office) -> None:
    page = office.open()
    page.locator(".topic", has_text="Доставка").click()
    expect(page.locator(".article-row")).to_have_count(2)
    for box in page.locator(".pick").all():
        box.check()
    expect(page.locator(".bulk-count")).to_have_text("Выбрано 2 статьи")
    page.get_by_role("button", name="В архив").click()
    expect(page.locator(".done-bar")).to_contain_text("В архиве 2 статьи")
    expect(page.locator(".article-row")).to_have_count(0)
    page.get_by_role("button", name="Отменить").click()
    expect(page.locator(".article-row")).to_have_count(2)
    assert office.stored("cost").status is ArticleStatus.PUBLISHED


def test_that_a_file_is_rehearsed_then_imported_then_undone(office: Office, tmp_path: Path) -> None:
    table = tmp_path / "вопросы.csv"
    table.write_text(
        "Вопрос;Ответ;Тема\n"
        "Сколько стоит доставка?!;Триста.;Доставка\n"
        f'"{HOSTILE.replace(chr(34), chr(34) * 2)}";"{HOSTILE[:28]}";Подарки\n'
        ";Без вопроса;Подарки\n",
        "utf-8",
    )
    page = office.open("/kb/upload")
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Выбрать файл").click()
    choosing.value.set_files(table)
    rejected = page.locator(".tile", has_text="отклонены")
    expect(rejected.locator(".tile-count")).to_have_text("1")
    expect(page.locator(".report-table td.at")).to_have_text("4")
    expect(page.locator(".pairs")).to_contain_text("почти одинаковых")
    go = page.get_by_role("button", name="Загрузить 2 статьи")
    expect(go).to_be_disabled()
    page.get_by_role("checkbox").check()
    go.click()
    expect(page.locator(".done h2")).to_have_text("Загружено 2 статьи")
    assert office.world.base.index.size == len(BASE) + 1
    page.get_by_role("button", name="Отменить загрузку").click()
    expect(page.locator(".done h2")).to_have_text("Загрузка отменена")
    assert office.world.base.index.size == len(BASE) - 1


def test_that_a_dropped_file_that_cannot_be_read_is_told_in_words(office: Office) -> None:
    page = office.open("/kb/upload")
    dropped = page.evaluate_handle(
        "() => { const all = new DataTransfer(); all.items.add(new File([''], 'empty.csv'));"
        " return all; }"
    )
    page.locator(".drop-place").dispatch_event("drop", {"dataTransfer": dropped})
    expect(page.get_by_role("alert")).to_contain_text("empty.csv")


def test_that_only_an_administrator_changes_a_mode_and_says_why(office: Office) -> None:
    page = office.open(login="root")
    page.locator(".topic", has_text="Возврат").click()
    modes = page.locator(".topic-head .modes")
    modes.get_by_role("button", name="Отвечает").click()
    page.get_by_role("button", name="Отвечать без сертификата").click()
    said(page, "Напишите причину")
    page.get_by_label("Почему теме можно отвечать уже сейчас").fill(HOSTILE)
    page.get_by_role("button", name="Отвечать без сертификата").click()
    expect(page.locator(".topic-head .banner")).to_contain_text("без сертификата: <img")
    assert office.world.base.topics["Возврат"].mode is Mode.ANSWERS
    editor = office.open()
    editor.locator(".topic", has_text="Возврат").click()
    expect(editor.locator(".topic-head .banner")).to_be_visible()
    expect(editor.locator(".topic-head .modes")).to_have_count(0)


def test_that_an_operator_reads_and_changes_nothing(office: Office) -> None:
    page = office.open("/kb/articles/cost", "olga")
    expect(page.locator(".article-head .act")).to_have_count(0)
    expect(page.locator(".field-answer textarea").first).not_to_be_editable()
    page.goto("/kb")
    expect(page.locator(".article-row")).to_have_count(len(BASE))
    expect(page.locator(".pick")).to_have_count(0)
    for path in ("/kb/new", "/kb/upload"):
        page.goto(path)
        expect(page.get_by_role("heading", name="не для вашей роли")).to_be_visible()


def test_that_rights_taken_away_meanwhile_stop_the_next_save(office: Office) -> None:
    page = office.open("/kb/articles/return")
    page.locator(".field-answer textarea").first.fill("Чужой текст")
    office.world.run(office.world.people.revoke("eva"))
    page.on("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("Control+s")
    page.wait_for_url("**/login?over*")
    assert office.warnings() == ["dialog: "]
    assert office.stored("return").revision == 1


def test_that_hostile_text_in_every_field_stays_text(office: Office) -> None:
    office.world.run(
        office.world.base.save(
            [
                Article(
                    "x' onload=alert(1) \"<b>/../?#%",
                    HOSTILE,
                    {
                        "ru": Translation(HOSTILE, f'{HOSTILE} [x](https://a.example/"onclick=)'),
                        "en": Translation(HOSTILE, HOSTILE),
                    },
                    (Phrasing(HOSTILE, "ru", author=HOSTILE),),
                )
            ],
            HOSTILE,
        )
    )
    page = office.open()
    row = page.locator(".article-row").first
    expect(row).to_contain_text("<script>alert(2)</script>")
    row.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text("<script>")
    expect(page.locator(".phrasing")).to_contain_text("<img src=x")
    for channel in ("Чат на сайте", "Просто текст", "Telegram"):
        page.get_by_role("button", name=channel).click()
        expect(page.locator(".preview")).to_contain_text("<script>alert(2)</script>")
    page.get_by_label("Кто возьмёт этот вопрос сейчас?").fill(HOSTILE)
    expect(page.locator(".takes").first).to_be_visible()
    page.get_by_role("link", name="История").click()
    expect(page.locator(".revision")).to_contain_text("<img src=x")
    assert page.locator(".frame ~ * script, .frame ~ * img").count() == 0


@pytest.mark.parametrize("path", ["/kb", "/kb/articles/cost", "/kb/history/cost", "/kb/upload"])
def test_that_every_page_fits_a_phone_in_english(office: Office, path: str) -> None:
    page = office.open(path, viewport={"width": 360, "height": 740}, locale="en-US")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    expect(page).to_have_title(re.compile("Knowledge"))


def test_that_an_unknown_article_is_a_page_in_words(office: Office) -> None:
    page = office.open("/kb")
    page.goto("/kb/articles/nowhere")
    expect(page.get_by_role("heading")).to_have_text("Такой статьи нет")
