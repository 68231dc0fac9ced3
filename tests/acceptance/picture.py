"""Makes the docs' pictures from the real product: `python tests/acceptance/picture.py docs`.

Serves the demo base, lets customers write, and photographs /desk and /chat side by side
(picture.png), the desk alone (operator-desk.png), and the editors' review list with what an
operator's edit proposes (review-list.png).
"""

import re
import sys
import tempfile
from base64 import b64encode
from pathlib import Path

from chromium import Visitor, running_chromium
from playwright.sync_api import Browser, Page, expect
from sufler_world import Sufler

DESK, PHONE = {"width": 1240, "height": 690}, {"width": 350, "height": 690}
MODEL = Path(__file__).parents[2] / "data" / "model" / "default"

SHEET = """<body style="margin:0;display:flex;gap:28px;padding:28px;background:#dcd7cd">
<img style="border-radius:14px" src="data:image/png;base64,{desk}">
<img style="border-radius:26px" src="data:image/png;base64,{chat}">
</body>"""


def ask(page: Page, words: str) -> None:
    """Write, and wait for the bot's word."""
    before = page.locator(".message.bot").count()
    page.get_by_role("textbox").fill(words)
    page.keyboard.press("Enter")
    expect(page.locator(".message.bot")).to_have_count(before + 1)


def logged_in(browser: Browser, sufler: Sufler, login: str, name: str, role: str) -> Page:
    """A new person's first page."""
    made = sufler.command("people", "add", login, "--name", name, "--role", role)
    page = Visitor(browser, sufler.url, viewport=DESK).open("/login")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(made["password"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    return page


def on_duty(browser: Browser, sufler: Sufler) -> Page:
    """An operator's desk."""
    desk = logged_in(browser, sufler, "anna", "Анна", "operator")
    expect(desk.locator(".list")).to_be_visible()
    # The heartbeat is written once the page is connected.
    desk.wait_for_timeout(1500)
    return desk


def photograph(browser: Browser, sufler: Sufler, folder: Path) -> None:
    """Play the scene and save it."""
    desk = on_duty(browser, sufler)
    for words in (
        "заказ пришёл с чужой коробкой внутри, что теперь",
        "у вас на Баумана есть сковорода 28 см прямо сейчас?",
    ):
        ask(Visitor(browser, sufler.url).open("/chat"), words)
    chat = Visitor(browser, sufler.url, viewport=PHONE).open("/chat")
    ask(chat, "до скольки работает поддержка?")
    ask(chat, "курьер уронил пакет, кружка треснула, кто возместит")
    desk.locator(".group-waiting .item").last.click()
    expect(desk.locator(".card-suggestion").first).to_be_visible()
    desk.keyboard.press("1")
    expect(desk.locator(".write textarea:visible")).to_have_value(re.compile(r"\w"))
    desk.wait_for_timeout(500)
    pictures = {
        name: b64encode(page.screenshot()).decode()
        for name, page in (("desk", desk), ("chat", chat))
    }
    wide = DESK["width"] + PHONE["width"] + 3 * 28
    sheet = browser.new_page(viewport={"width": wide, "height": DESK["height"] + 2 * 28})
    sheet.set_content(SHEET.format(**pictures))
    sheet.screenshot(path=folder / "picture.png")
    desk.screenshot(path=folder / "operator-desk.png")
    proposed(browser, sufler, desk, folder / "review-list.png")


def proposed(browser: Browser, sufler: Sufler, desk: Page, target: Path) -> None:
    """An operator sends a suggestion with another number in it; the editors' list has it."""
    desk.keyboard.press("Escape")
    desk.keyboard.press("e")
    field = desk.locator(".card-edit textarea")
    field.fill(re.sub(r"\d+", lambda found: str(int(found[0]) + 1), field.input_value()))
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".line.operator .line-state")).to_have_text("отправлено")
    editor = logged_in(browser, sufler, "eva", "Ева", "editor")
    for _ in range(20):  # it is learned when it can be taken back no more
        editor.goto("/learned")
        if editor.locator(".learned-card").count():
            break
        editor.wait_for_timeout(1000)
    editor.wait_for_timeout(500)
    editor.screenshot(path=target)


def main() -> None:
    """Make the pictures."""
    target = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder, running_chromium() as browser:
        sufler = Sufler(Path(folder), MODEL)
        sufler.start()
        try:
            photograph(browser, sufler, target)
        finally:
            sufler.stop()


if __name__ == "__main__":
    main()
