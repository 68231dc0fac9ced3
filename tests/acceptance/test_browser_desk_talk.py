"""One conversation on /desk in a real browser: what became of each message, changing and quoting
it, files both ways, what the bot tried, and who was quicker."""

import re
import struct
import zlib
from asyncio import Barrier
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Visitor, running_chromium
from desk_shift import Shift, eventually, item
from playwright.sync_api import Browser, Page, expect
from telegram_world import wait_until
from web_world import World

from sufler.domain.conversation import Conversation
from sufler.domain.errors import ChannelError
from sufler.domain.people import Caller

pytestmark = pytest.mark.browser


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


# One grey pixel.
PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\x00\x7f"))
    + _chunk(b"IEND", b"")
)


@pytest.fixture(scope="module")
def browser_here() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def shift(browser_here: Browser, tmp_path: Path) -> Iterator[Shift]:
    world = World(tmp_path)
    world.start()
    begun = Shift(browser_here, world)
    yield begun
    begun.end()
    world.stop()


# As soon as the field shows the first text, somebody types the second one.
TYPE_AT_ONCE = """(field, [shown, typed]) => {
    const { get, set } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
    const type = () => {
        set.call(field, typed);
        field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const watched = (words) => {
        set.call(field, words);
        if (words === shown) { delete field.value; setTimeout(type); }
    };
    Object.defineProperty(field, "value", { configurable: true, get, set: watched });
}"""


def write(page: Page, words: str) -> None:
    page.locator(".write textarea:visible").fill(words)
    page.keyboard.press("Control+Enter")


def asks(page: Page, words: str) -> None:
    page.get_by_role("textbox").fill(words)
    page.keyboard.press("Enter")


def waiting_on_the_web(shift: Shift, browser: Browser) -> tuple[Page, Page]:
    """A customer's page and the desk of the operator whom they wait for."""
    visitor = Visitor(browser, shift.world.url)
    shift.visitors.append(visitor)
    desk, chat = shift.open_desk(), visitor.open("/chat")
    asks(chat, "как вернуть товар")
    item(desk, "как вернуть").click()
    return chat, desk


def waiting_with_maria(shift: Shift) -> Page:
    """The desk of an operator who has opened Maria's conversation."""
    desk = shift.open_desk()
    shift.says("c1", "позовите человека", "Мария")
    item(desk, "Мария").click()
    return desk


def test_that_a_changed_reply_reaches_the_customer_and_keeps_what_it_said(
    shift: Shift, browser_here: Browser
) -> None:
    chat, desk = waiting_on_the_web(shift, browser_here)
    write(desk, "Принесите за 14 дней.")
    expect(chat.locator(".message.operator .bubble")).to_have_text("Принесите за 14 дней.")
    expect(desk.locator(".write textarea:visible")).to_have_value("")
    desk.locator(".write textarea:visible").press("ArrowUp")
    expect(desk.locator(".write textarea:visible")).to_have_value("Принесите за 14 дней.")
    write(desk, "Принесите за 30 дней.")
    expect(chat.locator(".message.operator .bubble")).to_have_text("Принесите за 30 дней.")
    line = desk.locator(".line.operator")
    expect(line.locator(".said")).to_have_text("Принесите за 30 дней.")
    line.get_by_role("button", name="Показать, что было раньше").click()
    expect(line.locator(".line-versions")).to_have_text("раньше: Принесите за 14 дней.")


def test_that_what_is_typed_the_moment_a_reply_is_shown_for_changing_is_kept(shift: Shift) -> None:
    desk = waiting_with_maria(shift)
    write(desk, "За 14 дней.")
    field = desk.locator(".write textarea:visible")
    expect(field).to_have_value("")
    field.evaluate(TYPE_AT_ONCE, ["За 14 дней.", "За 30 дней."])
    field.press("ArrowUp")
    expect(field).to_have_value("За 30 дней.")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".line.operator .said")).to_have_text("За 30 дней.")


def test_that_what_is_typed_while_a_reply_goes_out_is_the_next_reply(shift: Shift) -> None:
    desk = waiting_with_maria(shift)
    field = desk.locator(".write textarea:visible")
    field.fill("Здравствуйте!")
    desk.keyboard.press("Control+Enter")
    desk.keyboard.type("Сейчас посмотрю")
    expect(field).to_have_value("Сейчас посмотрю")
    expect(desk.locator(".line.operator .said")).to_have_text("Здравствуйте!")
    # A page that is loaded at once may not have sent it yet.
    wait_until(lambda: shift.drafts("anna") == ["Сейчас посмотрю"])
    desk.reload()
    expect(field).to_have_value("Сейчас посмотрю")


def test_that_escape_leaves_the_change_and_brings_the_draft_back(shift: Shift) -> None:
    desk = waiting_with_maria(shift)
    write(desk, "Здравствуйте!")
    field = desk.locator(".write textarea:visible")
    expect(field).to_have_value("")
    field.press_sequentially("Ещё пи", delay=5)
    desk.locator(".line.operator").hover()
    desk.get_by_role("button", name="Изменить этот ответ").click()
    expect(field).to_have_value("Здравствуйте!")
    field.press("Escape")
    expect(field).to_have_value("Ещё пи")
    expect(desk.locator(".line.operator .said")).to_have_text("Здравствуйте!")


def test_that_a_quoted_message_is_shown_with_the_reply_on_both_sides(
    shift: Shift, browser_here: Browser
) -> None:
    chat, desk = waiting_on_the_web(shift, browser_here)
    desk.locator(".write textarea:visible").press("Alt+ArrowUp")
    expect(desk.locator(".chip.mode")).to_contain_text("В ответ на: как вернуть товар")
    write(desk, "За 14 дней.")
    expect(desk.locator(".line.operator .line-quote")).to_have_text("как вернуть товар")
    expect(desk.locator(".chip.mode")).to_have_count(0)
    expect(chat.locator(".message.operator .quoted")).to_contain_text("как вернуть товар")


def test_that_files_go_both_ways_in_the_web_chat(shift: Shift, browser_here: Browser) -> None:
    chat, desk = waiting_on_the_web(shift, browser_here)
    chat.locator("input[type=file]").set_input_files(
        {"name": "фото.png", "mimeType": "image/png", "buffer": PNG}
    )
    picture = desk.locator(".line.customer .line-file img")
    expect(picture).to_have_js_property("naturalWidth", 1)
    desk.locator(".chooser").set_input_files(
        {"name": "чек.png", "mimeType": "image/png", "buffer": PNG}
    )
    expect(desk.locator(".chip")).to_contain_text("чек.png")
    desk.reload()
    expect(desk.locator(".chip")).to_contain_text("чек.png")  # a draft's files outlive a reload
    desk.get_by_role("button", name="Отправить", exact=True).click()
    expect(desk.locator(".line.operator .line-file")).to_contain_text("чек.png")
    given = chat.locator(".message.operator .file")
    expect(given).to_contain_text("чек.png")
    with chat.expect_download() as download:
        given.click()
    assert Path(download.value.path()).read_bytes() == PNG


def test_that_a_file_of_another_kind_is_refused_in_words(shift: Shift) -> None:
    desk = waiting_with_maria(shift)
    expect(desk.locator(".write textarea:visible")).to_be_visible()
    desk.locator(".chooser").set_input_files(
        {"name": "virus.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ\x00\x01"}
    )
    expect(desk.get_by_text("такие файлы не принимаются")).to_be_visible()
    expect(desk.locator(".chip")).to_have_count(0)


def test_that_failed_and_unknown_are_told_and_sent_again_only_when_asked(shift: Shift) -> None:
    frail, desk = shift.world.frail, shift.open_desk()
    shift.says("c1", "позовите человека", "Мария", channel="frail")
    item(desk, "Мария").click()
    frail.failure = ChannelError("time-out while sending", outcome_unknown=True)
    write(desk, "Первое")
    first = desk.locator(".line.operator").nth(0)
    expect(first.locator(".line-state")).to_contain_text("могло дойти")
    frail.failure = ChannelError("blocked", permanent=True, reach="blocked")
    write(desk, "Второе")
    second = desk.locator(".line.operator").nth(1)
    expect(second.locator(".line-state")).to_have_text("не доставлено: blocked")
    expect(desk.locator(".note-trouble")).to_contain_text("Клиент заблокировал бота")
    frail.failure = None
    before = list(frail.sent)
    first.get_by_role("button", name="Отправить ещё раз").click()
    expect(desk.locator(".line.operator")).to_have_count(2)  # it asks first
    first.get_by_role("button", name="Да, новым сообщением").click()
    third = desk.locator(".line.operator").nth(2)
    expect(third.locator(".line-state")).to_have_text("отправлено")
    assert frail.sent == [*before, "Первое"]
    expect(first.locator(".line-state")).to_contain_text("могло дойти")


def test_that_a_channel_in_trouble_is_told_while_replies_wait(shift: Shift) -> None:
    frail, desk = shift.world.frail, shift.open_desk()
    shift.says("c1", "позовите человека", "Мария", channel="frail")
    item(desk, "Мария").click()
    frail.failure = ChannelError("no network", whole_channel=True)
    write(desk, "Сейчас посмотрю")
    expect(desk.locator(".note-trouble")).to_contain_text("не принимает сообщения: no network")
    frail.failure = None
    expect(desk.locator(".line.operator .line-state")).to_have_text("отправлено")
    expect(desk.locator(".note-trouble")).to_have_count(0)


def test_that_what_the_bot_tried_and_what_waits_are_told(shift: Shift) -> None:
    desk = shift.open_desk()
    shift.says("c1", "Сколько стоит доставка?", "Мария")
    shift.told("c1", 2)
    shift.says("c1", "не то", "Мария")
    item(desk, "Мария").click()
    desk.locator(".note-story summary").click()
    story = desk.locator(".note-story")
    expect(story).to_contain_text("Бот ответил: «Сколько стоит доставка?» — клиент: не то")
    shift.says("c1", "как вернуть товар", "Мария")
    expect(desk.locator(".note-words")).to_contain_text("не то · как вернуть товар")


def test_that_who_comes_second_is_told_who_has_it(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, both = shift.world.desk, Barrier(2)
    take = desk.take

    async def after_both_pressed(caller: Caller, conversation_id: str) -> Conversation:
        await both.wait()
        return await take(caller, conversation_id)

    monkeypatch.setattr(desk, "take", after_both_pressed)
    anna, boris = shift.open_desk("anna"), shift.open_desk("boris")
    shift.says("c1", "позовите человека", "Мария")
    for page in (anna, boris):
        item(page, "Мария").click()
        expect(page.get_by_role("button", name="Взять")).to_be_visible()
    # Both have pressed before either page shows the other's press.
    for page in (anna, boris):
        page.get_by_role("button", name="Взять").click()
    told = re.compile("(Анна|Борис) уже ведёт этот разговор")
    [owned] = eventually(
        lambda: [each.operator_id for each in shift.world.run(desk.recent(1)) if each.operator_id],
        1,
    )
    first = shift.world.run(shift.world.people.get("anna")).id == owned
    second = boris if first else anna
    expect(second.get_by_text(told)).to_be_visible()
    expect(second.locator(".head")).to_contain_text("Ведёт Анна" if first else "Ведёт Борис")


def test_that_acts_say_before_and_after_what_they_do(shift: Shift) -> None:
    desk = waiting_with_maria(shift)
    close = desk.get_by_role("button", name="Закрыть")
    close.hover()
    expect(close.locator(".means")).to_be_visible()
    close.click()
    expect(desk.get_by_text("Обращение закрыто.")).to_be_visible()
