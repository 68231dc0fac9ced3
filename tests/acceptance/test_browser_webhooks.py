"""/admin/webhooks in a real browser: add, test, look at the log, send again, switch off, remove."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from chromium import Visitor, connected, running_chromium
from playwright.sync_api import Browser, Page, expect
from web_world import PASSWORD, World

from sufler.domain.people import Role

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def browser_here() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def receiver() -> Iterator[str]:
    """Answers every second request with an error that is no friend of pages."""
    statuses = iter([200, 500] * 50)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(next(statuses))
            self.end_headers()
            self.wfile.write(HOSTILE.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/told?token=secret"
    server.shutdown()


@pytest.fixture
def page(tmp_path: Path, browser_here: Browser) -> Iterator[Page]:
    world = World(tmp_path)
    world.start()
    world.run(world.people.add("vera", "Вера", Role.ADMINISTRATOR, PASSWORD))
    visitor = Visitor(browser_here, world.url, viewport={"width": 1440, "height": 900})
    opened = visitor.open("/admin/webhooks")
    opened.locator("[name=login]").fill("vera")
    opened.locator("[name=password]").fill(PASSWORD)
    opened.keyboard.press("Enter")
    yield opened
    assert visitor.faults == []
    visitor.context.close()
    world.stop()


def test_that_an_administrator_sets_up_a_webhook(page: Page, receiver: str) -> None:
    expect(page.locator("h1")).to_have_text("Вебхуки")
    connected(page)
    page.get_by_label("Адрес").fill("https://10.0.0.7/private")
    page.get_by_role("button", name="Добавить").click()
    expect(page.get_by_text("Этот адрес не подходит")).to_be_visible()
    page.get_by_label("Адрес").fill(receiver)
    page.get_by_label("Для чего").fill(HOSTILE)
    page.get_by_label("готова подсказка").check()
    page.get_by_role("button", name="Добавить").click()
    expect(page.locator("#secret")).to_contain_text("whsec_")
    page.get_by_role("button", name="Готово").or_(page.locator(".secret .act").last).first.click()
    expect(page.locator("#secret")).to_have_count(0)

    card = page.locator("details.webhook")
    card.locator("summary").click()
    expect(card).to_contain_text("готова подсказка")
    expect(card).not_to_contain_text("token=secret")
    card.get_by_role("button", name="Проверить").click()
    expect(page.get_by_text("Дошло: ответ 200")).to_be_visible()
    expect(card.locator("tbody tr")).to_have_count(1)
    card.get_by_role("button", name="Проверить").click()
    expect(card.locator("tbody tr")).to_have_count(2)
    expect(card.locator("tbody tr").first).to_contain_text(f"500 · answers 500 · {HOSTILE}")

    card.get_by_role("button", name="Выключить").click()
    expect(card.locator("summary")).to_contain_text("выключен")
    card.get_by_role("button", name="Удалить").click()
    card.locator("button.sure").click()
    expect(page.get_by_text("Вебхуков ещё нет.")).to_be_visible()
