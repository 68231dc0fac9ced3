"""Makes docs/picture.png from the real product: `python tests/acceptance/picture.py FILE.png`.

Serves the demo base, lets customers write, and photographs /desk and /chat side by side.
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


def on_duty(browser: Browser, sufler: Sufler) -> Page:
    """An operator's desk."""
    made = sufler.command("people", "add", "anna", "--name", "Анна", "--role", "operator")
    desk = Visitor(browser, sufler.url, viewport=DESK).open("/login")
    desk.locator("[name=login]").fill("anna")
    desk.locator("[name=password]").fill(made["password"])
    desk.keyboard.press("Enter")
    expect(desk.locator(".list")).to_be_visible()
    # The heartbeat is written once the page is connected.
    desk.wait_for_timeout(1500)
    return desk


def photograph(browser: Browser, sufler: Sufler, target: Path) -> None:
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
    sheet.screenshot(path=target)


def main() -> None:
    """Make the picture."""
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
