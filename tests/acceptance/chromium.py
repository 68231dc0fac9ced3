"""Debian's Chromium for the browser tests, driven for one module at a time: a browser that stays
open would keep its event loop running under the asynchronous tests that follow."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from browsers import browser_path
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from web_world import PASSWORD, World

from sufler.web.session import COOKIE

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)

# What is opening begins to move a frame after it is there.
_STILL = """async () => {
    for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
    const ends = (each) => Number.isFinite(each.effect.getComputedTiming().endTime);
    const moving = document.getAnimations().filter(ends);
    await Promise.allSettled(moving.map((each) => each.finished));
}"""


def connected(page: Page) -> Page:
    """A page of staff, once it speaks with the server: what is done before that is sent later, and
    not always in the order in which it was done."""
    page.wait_for_function("() => window.did_handshake")
    return page


def in_zone(page: Page) -> Page:
    """The first page with figures that a visitor opens, once it has loaded itself anew because it
    knows their zone by then."""
    again = "() => performance.getEntriesByType('navigation')[0].type === 'reload'"
    page.wait_for_function(again)
    page.wait_for_load_state()
    return connected(page)


def still(page: Page) -> Page:
    """The page, once what is opening stands open."""
    page.evaluate(_STILL)
    return page


@contextmanager
def running_chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=ARGS)
        yield browser
        browser.close()


class Visitor:
    """A browser profile of its own, that remembers every fault its pages met."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        options = {"locale": "ru-RU", "viewport": {"width": 390, "height": 844}} | options
        self.url = url
        self.context: BrowserContext = browser.new_context(base_url=url, **options)
        self.context.set_default_timeout(PATIENCE_MS)
        self.faults: list[str] = []

    def enter(self, world: World, login: str) -> None:
        """Log in without the page for it, which would have to be loaded first."""
        session = world.run(world.people.login(login, PASSWORD, "tests"))
        self.context.add_cookies(
            [{"name": COOKIE, "value": session, "url": self.url, "httpOnly": True}]
        )

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: self.faults.append(f"dialog: {dialog.message}"))
        page.on("request", self._note_foreign)
        page.goto(path)
        return page

    def _note_foreign(self, request: Any) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.faults.append(f"asked elsewhere: {request.url}")

    def refuses_inline_scripts(self, page: Page) -> bool:
        page.evaluate(
            "() => { const s = document.createElement('script');"
            " try { s.textContent = 'window.broken_in = 1'; } catch { return; }"  # Trusted Types
            " document.head.append(s); }"
        )
        return bool(page.evaluate("() => window.broken_in === undefined"))
