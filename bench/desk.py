"""Suggestions as an operator sees them: one real page in Chromium, 49 more operators by the real
sockets of their pages, and 100 customers who write.

The time of a message counts from the moment at which it is stored in the inbox (the server's clock)
to the first frame in which its suggestions stand on the page (the browser's clock): both run on
this machine.
"""

import asyncio
import itertools
import json
import re
import shutil
import sqlite3
import time
import uuid
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import httpx
from playwright.async_api import Page, async_playwright
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.process import serve
from bench.report import Line, percentiles, spread
from bench.serving import demo_base
from bench.world import Place, demo_messages, settings
from sufler.app.wiring import opened_basis
from sufler.domain.people import Role
from sufler.web.session import COOKIE

OPERATORS, CUSTOMERS = 50, 100
SECONDS = 60.0
# The watched customer writes this often, each of the others on average so.
WATCHED_EVERY_S, OTHERS_EVERY_S = 2.5, 20.0
AIM_MS = 150.0
_PASSWORD = "a password of the bench"  # noqa: S105 - of people who live for a minute
_BROWSER = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_WATCH = """() => {
  window.drawn = [];
  let last = "";
  const look = () => {
    const question = document.querySelector(".side .question")?.textContent ?? "";
    const cards = document.querySelectorAll(".card-suggestion").length;
    if (question && question !== last && cards) {
      last = question;
      requestAnimationFrame(() => {
        window.drawn.push([(performance.timeOrigin + performance.now()) / 1000, question]);
      });
    }
  };
  new MutationObserver(look).observe(document.body, {
    childList: true, subtree: true, characterData: true,
  });
}"""


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody at the desk: a session of their pages, and a key to act with."""

    session: str
    key: str


async def measure(place: Place) -> list[Line]:
    """p50, p95 and p99 of stored → drawn; and of the server's share of it."""
    data, key = demo_base(place)
    operators = await _hired(data)
    with serve(data, key) as server:
        async with AsyncExitStack() as held:
            stop, url = asyncio.Event(), f"http://127.0.0.1:{server.port}"
            customers = [
                await held.enter_async_context(_customer(server.port, number))
                for number in range(CUSTOMERS)
            ]
            group = await held.enter_async_context(asyncio.TaskGroup())
            for each in customers:
                # What is said before it is not heard.
                await each.send(json.dumps({"type": "hello", "cursor": 0, "language": "ru"}))
                group.create_task(_drained(each, stop))
            talks = await _handed_over(data, customers, url, operators)
            for operator, talk in zip(operators[1:], talks[1:], strict=False):
                group.create_task(_socket(url, operator, talk, stop))
            page = await _page(held, url, operators[0], talks[0])
            await asyncio.sleep(5.0)
            said = await _busy(customers)
            await asyncio.sleep(2.0)
            drawn = await page.evaluate("() => window.drawn")
            stop.set()
    return _lines(data, said, drawn)


def _lines(data: Path, said: list[str], drawn: list[tuple[float, str]]) -> list[Line]:
    stored = _stored_at(data)
    seen = []
    for words in said:
        shown = [at for at, question in drawn if words in question]
        if shown and words in stored:
            seen.append(min(shown) - stored[words])
    if not seen:
        raise RuntimeError("nothing was drawn on the operator's page")
    p95 = percentiles(seen)[1]
    return [
        Line(
            "desk",
            f"{OPERATORS} operators, {CUSTOMERS} customers: message stored → suggestions drawn, "
            "p50 / p95 / p99",
            f"{spread(seen)}; {len(seen)} of {len(said)} messages drawn one by one",
            f"p95 ≤ {AIM_MS:g} ms",
            p95 <= AIM_MS,
            f"one page in Chromium, {OPERATORS - 1} by their pages' sockets, "
            f"{CUSTOMERS / OTHERS_EVERY_S:.0f} messages a second beside it",
        )
    ]


async def _hired(data: Path) -> list[Operator]:
    async with opened_basis(settings(data)) as basis:
        people = basis.people
        found = []
        for number in range(OPERATORS):
            login = f"desk{number:02}"
            person, _ = await people.add(login, f"Оператор {number}", Role.OPERATOR, _PASSWORD)
            session = await people.login(login, _PASSWORD, f"10.9.0.{number}")
            _, secret = await people.create_key(login, Role.OPERATOR, person)
            found.append(Operator(session, secret))
    return found


def _customer(port: int, number: int) -> connect:
    address = f"10.1.{number >> 8 & 255}.{number & 255}"
    origin = {"Origin": f"http://127.0.0.1:{port}", "X-Forwarded-For": address}
    return connect(f"ws://127.0.0.1:{port}/chat/socket", additional_headers=origin)


async def _drained(socket: ClientConnection, stop: asyncio.Event) -> None:
    """What the customer is told is read and forgotten."""
    while not stop.is_set():
        try:
            async with asyncio.timeout(1.0):
                await socket.recv()
        except TimeoutError:
            continue
        except ConnectionClosed:
            return


_ids = itertools.count()


async def _says(socket: ClientConnection, words: str) -> None:
    message = {"type": "message", "id": f"desk-{next(_ids):06}", "text": words}
    await socket.send(json.dumps(message))


async def _handed_over(
    data: Path, customers: list[ClientConnection], url: str, operators: list[Operator]
) -> list[str]:
    """All customers wait for a person, and each operator takes two of them; their conversations,
    the watched customer's first."""
    found: list[str] = []
    for some in (customers[:1], customers[1:]):
        for socket in some:
            await _says(socket, "позовите оператора")
            await asyncio.sleep(0.05)
        found = await _waiting(data, len(found) + len(some))
    async with httpx.AsyncClient(base_url=url, timeout=30.0) as client:
        for number, talk in enumerate(found):
            headers = {"Authorization": f"Bearer {operators[number % len(operators)].key}"}
            answer = await client.post(f"/api/v1/conversations/{talk}/take", headers=headers)
            answer.raise_for_status()
    return found


async def _waiting(data: Path, count: int) -> list[str]:
    """The conversations in the queue, oldest first, once there are so many."""
    query = "SELECT id FROM conversations WHERE owner = 'queue' ORDER BY created_at"
    until = time.monotonic() + 90.0
    while True:
        with closing(sqlite3.connect(data / "sufler.db", timeout=30)) as connection:
            found = [row[0] for row in connection.execute(query)]
        if len(found) >= count:
            return found
        if time.monotonic() > until:
            raise RuntimeError(f"only {len(found)} of {count} customers were handed over")
        await asyncio.sleep(0.5)


async def _page(held: AsyncExitStack, url: str, operator: Operator, talk: str) -> Page:
    """The operator's real page, with a watch on what is drawn."""
    playwright = await held.enter_async_context(async_playwright())
    path = shutil.which("chromium") or shutil.which("google-chrome")
    browser = await playwright.chromium.launch(executable_path=path, args=_BROWSER)
    context = await browser.new_context(base_url=url, locale="ru-RU")
    await context.add_cookies([{"name": COOKIE, "value": operator.session, "url": url}])
    page = await context.new_page()
    await page.goto(f"/desk?conversation={talk}", timeout=60_000)
    await page.locator(".line.customer").first.wait_for(timeout=60_000)
    await page.evaluate(_WATCH)
    return page


async def _socket(url: str, operator: Operator, talk: str, stop: asyncio.Event) -> None:
    """An operator's page as its server sees it: the page is fetched, its socket is connected, and
    what is drawn comes over it; only the browser is missing."""
    cookie = {"Cookie": f"{COOKIE}={operator.session}"}
    async with httpx.AsyncClient(base_url=url, timeout=60.0) as client:
        answer = await client.get(f"/desk?conversation={talk}", headers=cookie)
    named = re.search(r"""['"]client_id['"]:\s*['"]([^'"]+)""", answer.text)
    if named is None:
        raise RuntimeError(f"the desk answered {answer.status_code} without a client")
    query = {
        "EIO": 4,
        "transport": "websocket",
        "client_id": named[1],
        "tab_id": str(uuid.uuid4()),
        "document_id": str(uuid.uuid4()),
        "next_message_id": 0,
        "implicit_handshake": "true",
    }
    way = f"{url.replace('http', 'ws', 1)}/_nicegui_ws/socket.io/?{urlencode(query)}"
    async with connect(way, additional_headers=cookie | {"Origin": url}, max_size=None) as socket:
        await socket.send("40")
        while not stop.is_set():
            try:
                async with asyncio.timeout(1.0):
                    frame = await socket.recv()
            except TimeoutError:
                continue
            if frame == "2":
                await socket.send("3")


async def _busy(customers: list[ClientConnection]) -> list[str]:
    """Everybody writes for a while; what the watched customer wrote."""
    texts = list(dict.fromkeys(" ".join(each.split()) for each in demo_messages()))
    watched = [each for each in texts if len(each) < 100][: int(SECONDS / WATCHED_EVERY_S)]
    others = itertools.cycle(texts)

    async def rest() -> None:
        writing = itertools.cycle(customers[1:])
        while True:
            await _says(next(writing), next(others))
            await asyncio.sleep(OTHERS_EVERY_S / len(customers))

    beside = asyncio.create_task(rest())
    try:
        for words in watched:
            await _says(customers[0], words)
            await asyncio.sleep(WATCHED_EVERY_S)
    finally:
        beside.cancel()
    return watched


def _stored_at(data: Path) -> dict[str, float]:
    """When each text of the watched customer was stored, in seconds since 1970. They wrote before
    all others, who say the same texts."""
    watched = "SELECT customer_id FROM inbox ORDER BY id LIMIT 1"
    query = f"SELECT body, received_at FROM inbox WHERE customer_id = ({watched}) ORDER BY id"  # noqa: S608 - our own words
    found: dict[str, float] = {}
    with closing(sqlite3.connect(data / "sufler.db", timeout=30)) as connection:
        for body, at in connection.execute(query):
            moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
            found.setdefault(json.loads(body)["text"], moment.timestamp())
    return found
