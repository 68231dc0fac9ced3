"""The widget in a real browser, on a page that another port serves under a strict policy."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Visitor, running_chromium
from playwright.sync_api import Browser, Page, expect
from site_world import ROUGH_STYLE, Site, token
from web_world import PASSWORD, SITE_SECRET, UPLOAD_LIMIT, World

from sufler.domain.conversation import Conversation

pytestmark = pytest.mark.browser

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000008000000080802000000"
    "4b6d29dc0000001249444154789c63f8cfc080150d2d090000d7d93fc1deb5e8890000000049454e44ae426082"
)
DESK = {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    served = Site()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Iterator[World]:
    built = World(tmp_path_factory.mktemp("world"))
    built.origins = (site.url,)
    built.start()
    site.sufler = built.url
    site.put("/")
    yield built
    built.stop()


@pytest.fixture(scope="module")
def browser_here() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


class Guest(Visitor):
    """A visitor of the site, who also hears the console."""

    def __init__(self, browser: Browser, site: Site, **options: object) -> None:
        super().__init__(browser, site.url, **(DESK | options))
        self.console: list[str] = []
        self.context.on("console", lambda message: self.console.append(message.text))


@pytest.fixture
def guest(browser_here: Browser, site: Site, world: World) -> Iterator[Guest]:
    opened = Guest(browser_here, site)
    yield opened
    assert opened.faults == []
    assert [line for line in opened.console if "Content Security Policy" in line] == []
    opened.context.close()


def ask(page: Page, words: str) -> None:
    page.locator("#field").fill(words)
    page.keyboard.press("Enter")


def opened(guest: Visitor, path: str = "/") -> Page:
    page = guest.open(path)
    page.locator("#launch").click()
    return page


def newest(world: World) -> Conversation:
    return world.run(world.desk.recent(1))[0]


def reply(world: World, conversation: Conversation, words: str) -> None:
    anna = world.run(world.caller("anna"))
    world.run(world.desk.reply(anna, conversation.id, words))


def test_that_a_question_is_answered_on_another_site(guest: Guest) -> None:
    page = opened(guest)
    expect(page.get_by_role("dialog", name="Плошкин")).to_be_visible()
    ask(page, "Сколько стоит доставка?")
    expect(page.locator(".message.bot strong")).to_have_text("300 ₽")
    page.reload()
    expect(page.locator(".message")).to_have_count(2)  # it was open, and is again
    assert guest.refuses_inline_scripts(page)
    assert not [each for each in guest.context.cookies() if "sufler" in each["name"]]


def test_that_who_never_opened_it_costs_nothing_and_nothing_is_kept(guest: Guest) -> None:
    sockets: list[str] = []
    page = guest.context.new_page()
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto("/")
    expect(page.locator("#launch")).to_be_visible()
    assert sockets == []
    assert page.evaluate("() => localStorage.length") == 0
    page.locator("#launch").click()
    expect(page.locator("#empty")).to_be_visible()
    page.wait_for_function("() => localStorage.getItem('sufler.visitor')")
    assert [url for url in sockets if "?" in url] == []


def test_that_a_site_that_is_not_allowed_gets_a_word_and_no_button(
    browser_here: Browser, world: World, site: Site
) -> None:
    other = Site()
    other.sufler = world.url
    other.put("/")
    guest = Guest(browser_here, other)
    page = guest.open("/")
    page.wait_for_event("console", lambda message: "SUFLER_WIDGET_ORIGINS" in message.text) if not [
        line for line in guest.console if "SUFLER_WIDGET_ORIGINS" in line
    ] else None
    assert any(other.url in line for line in guest.console)
    assert page.locator("sufler-chat").count() == 0
    socket = world.url.replace("http", "ws") + "/chat/socket"
    opens = "url => new Promise(go => { const s = new WebSocket(url);"
    opens += " s.onopen = () => go('open'); s.onclose = () => go('closed'); })"
    assert page.evaluate(opens, socket) == "closed"
    guest.context.close()
    other.stop()


def test_that_the_style_of_the_page_does_not_get_in_and_ours_does_not_get_out(
    guest: Guest, site: Site
) -> None:
    site.put("/rough", style=ROUGH_STYLE)
    page = opened(guest, "/rough")
    ask(page, "Сколько стоит доставка?")
    expect(page.locator(".message.bot .bubble")).to_be_visible()
    looks = "e => { const s = getComputedStyle(e); return [s.color, s.fontSize, s.margin] }"
    bubble = page.locator(".message.bot .bubble").evaluate(looks)
    assert bubble == ["rgb(29, 33, 38)", "16px", "0px"]
    box = page.locator("#panel").bounding_box()
    assert box is not None
    assert (box["width"], box["x"] + box["width"]) == (400, 1260)
    heading = page.locator("body h1").first.evaluate(looks)
    assert heading[:2] == ["rgb(255, 0, 0)", "40px"]
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 1280


def test_that_hostile_text_stays_text(guest: Guest, world: World) -> None:
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script> [x](javascript:alert(3))"
    page = opened(guest)
    ask(page, hostile)
    expect(page.locator(".message.customer .bubble")).to_have_text(hostile)
    expect(page.locator(".message.bot")).to_have_count(1)
    reply(world, newest(world), hostile)
    said = page.locator(".message.operator .bubble")
    expect(said).to_contain_text("<script>alert(2)</script>")
    assert said.locator("img, script, a[href^=javascript]").count() == 0


def test_that_attributes_are_texts_and_colours_and_nothing_else(guest: Guest, site: Site) -> None:
    evil = "<img src=x onerror=alert(1)>"
    site.put(
        "/dressed", title=evil, greeting="Привет!", text=evil, color="#ffd400", label="Спросить"
    )
    page = opened(guest, "/dressed")
    expect(page.locator("#name")).to_have_text(evil)
    expect(page.locator("#empty-title")).to_have_text("Привет!")
    expect(page.locator("#launch")).to_have_attribute("aria-label", "Спросить")
    launch = page.locator("#launch").evaluate(
        "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
    )
    assert launch[0] == "rgb(255, 212, 0)"
    assert re.match(r"oklch\(0\.15", launch[1])  # dark on yellow
    site.put("/wrong", color="red; } * { display: none", position="left", language="en")
    page.goto("/wrong")
    expect(page.get_by_role("button", name="Close the chat").first).to_be_visible()
    box = page.locator("#launch").bounding_box()
    assert box is not None
    assert box["x"] == 20


def test_that_unread_messages_are_counted_in_every_tab_until_they_are_seen(
    guest: Guest, world: World
) -> None:
    page = opened(guest)
    ask(page, "позовите человека")
    expect(page.locator(".message.bot")).to_have_count(1)
    talk = newest(world)
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator("#launch")).to_be_focused()
    other = guest.open("/")
    for number in range(2):
        reply(world, talk, f"Ответ {number}")
    for tab in (page, other):
        expect(tab.locator("#badge")).to_have_text("2")
        expect(tab.locator("#launch")).to_have_attribute(
            "aria-label", "Открыть чат. Новых сообщений: 2"
        )
    other.reload()
    expect(other.locator("#badge")).to_have_text("2")
    page.bring_to_front()
    page.locator("#launch").click()
    expect(page.locator(".message.operator")).to_have_count(2)
    for tab in (page, other):
        expect(tab.locator("#badge")).to_be_hidden()


def test_that_tabs_agree_and_a_dropped_line_neither_loses_nor_doubles(
    guest: Guest, world: World
) -> None:
    page = opened(guest)
    page.wait_for_function("() => localStorage.getItem('sufler.visitor')")
    other = opened(guest)
    ask(page, "Сколько стоит доставка?")
    expect(other.locator(".message.bot")).to_have_count(1)
    port = int(world.url.rsplit(":", 1)[1])
    world.close_doors()
    ask(page, "Когда приедет доставка?")
    expect(page.locator("#offline")).to_contain_text("Нет связи")
    expect(page.locator(".outgoing .meta")).to_have_text("ждёт связи")
    world.open_doors(port)
    for tab in (page, other):
        expect(tab.locator(".message.bot")).to_have_count(2)
        expect(tab.locator(".message.customer")).to_have_count(2)
    expect(page.locator("#offline")).to_be_hidden()


def test_that_a_sites_customer_has_a_talk_of_their_own(
    guest: Guest, world: World, site: Site
) -> None:
    page = opened(guest)
    ask(page, "аноним спрашивает")
    expect(page.locator(".message.bot")).to_have_count(1)
    maria = token(SITE_SECRET, sub="42", name="Мария", language="ru")
    page.evaluate("token => window.Sufler.identify(token)", maria)
    expect(page.locator(".message")).to_have_count(0)
    ask(page, "Сколько стоит доставка?")
    expect(page.locator(".message.bot")).to_have_count(1)
    talk = newest(world)
    assert (talk.customer.external_id, talk.customer.name) == ("site:42", "Мария")
    site.put("/other", user_token=token(SITE_SECRET, sub="43"))
    page.goto("/other")
    expect(page.locator("#empty")).to_be_visible()
    page.evaluate("() => window.Sufler.logout()")
    expect(page.locator("#panel")).to_be_hidden()
    page.locator("#launch").click()
    expect(page.locator("#empty")).to_be_visible()
    page.wait_for_function("() => localStorage.getItem('sufler.visitor')")
    assert page.locator(".message").count() == 0  # nor is it the one who was anonymous before
    elsewhere = guest.open("/")
    elsewhere.evaluate("token => window.Sufler.identify(token)", maria)
    if elsewhere.locator("#panel").is_hidden():
        elsewhere.locator("#launch").click()
    expect(elsewhere.locator(".message.customer")).to_have_text(re.compile("Сколько стоит"))


def test_that_a_bad_token_is_nobody_and_a_good_one_mends_it(
    guest: Guest, world: World, site: Site
) -> None:
    site.put("/old", user_token=token(SITE_SECRET, sub="44", exp=1))
    page = opened(guest, "/old")
    expect(page.locator("#offline")).to_contain_text("Сайт больше не подтверждает")
    assert any("refused (expired)" in line for line in guest.console)
    before = len(world.run(world.desk.recent(100)))
    ask(page, "Когда приедет доставка?")
    expect(page.locator(".outgoing .meta")).to_have_text("ждёт связи")
    assert len(world.run(world.desk.recent(100))) == before
    page.evaluate("token => window.Sufler.identify(token)", token(SITE_SECRET, sub="44"))
    expect(page.locator(".message.bot")).to_have_count(1)
    assert newest(world).customer.external_id == "site:44"


def test_that_a_file_goes_to_the_desk_and_back_to_its_sender_only(
    guest: Guest, world: World, browser_here: Browser, tmp_path: Path
) -> None:
    page = opened(guest)
    page.locator("#file").set_input_files(
        {"name": "../чек <b>.png", "mimeType": "image/png", "buffer": PNG}
    )
    chip = page.locator(".message.customer .file")
    expect(chip).to_contain_text("чек _b_.png")
    expect(page.locator(".message.bot")).to_have_count(1)
    with page.expect_download() as saving:
        chip.click()
    assert Path(saving.value.path()).read_bytes() == PNG

    talk = newest(world)
    (file,) = world.run(world.conversations.messages(talk.id))[0].attachments
    address = f"{world.url}/desk/files/{file.id}"
    staff = Visitor(browser_here, world.url, **DESK)
    assert "/login" in staff.context.request.get(address).url
    desk = staff.open("/login")
    desk.locator("[name=login]").fill("anna")
    desk.locator("[name=password]").fill(PASSWORD)
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/desk")
    desk.goto(f"/desk?conversation={talk.id}")
    picture = desk.locator(".line-file img")
    expect(picture).to_be_visible()
    desk.wait_for_function("() => document.querySelector('.line-file img').naturalWidth === 8")
    answer = staff.context.request.get(address)
    assert answer.body() == PNG
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert staff.faults == []
    staff.context.close()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"x" * (UPLOAD_LIMIT + 1), "слишком большой"),
        ("a.svg", b"<svg onload=alert(1)>", "такие файлы не принимаются"),
        ("a.png", b"<script>alert(1)</script>", "такие файлы не принимаются"),
        ("a.txt", b"", "файл пуст"),
    ],
)
def test_that_a_file_that_is_not_taken_says_why(
    guest: Guest, name: str, content: bytes, words: str
) -> None:
    page = opened(guest)
    page.wait_for_function("() => localStorage.getItem('sufler.visitor')")
    page.locator("#file").set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": content}
    )
    expect(page.locator(".outgoing .meta")).to_contain_text(words)
    page.get_by_role("button", name="убрать").click()
    expect(page.locator(".message")).to_have_count(0)


def test_that_keys_stay_in_the_panel_and_do_not_reach_the_page(guest: Guest) -> None:
    page = opened(guest)
    page.evaluate("() => { window.heard = 0; addEventListener('keydown', () => window.heard++) }")
    expect(page.locator("#field")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        within = "e => !!e.shadowRoot.activeElement?.closest('#panel')"
        assert page.locator("sufler-chat").evaluate(within)
    page.keyboard.press("Escape")
    assert page.evaluate("() => window.heard") == 0


def test_that_it_fills_a_phone(browser_here: Browser, site: Site, world: World) -> None:
    phone = Guest(browser_here, site, viewport={"width": 360, "height": 640}, has_touch=True)
    page = opened(phone)
    ask(page, "длинноеслово" * 30)
    expect(page.locator(".message.bot")).to_have_count(1)
    assert page.locator("#panel").bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 640}
    expect(page.locator("#panel")).to_have_attribute("aria-modal", "true")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Закрыть чат").click()
    expect(page.locator("#launch")).to_be_visible()
    phone.context.close()
