"""The plain pages: landing, login, logout, language; what they let in and where they lead."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import pytest
from conversation_world import MovableClock, SetPrompter, Shelf
from databases import fresh_file
from fastapi import FastAPI

from sufler.app.lines import lines_over
from sufler.app.workplace import desk_over
from sufler.conversation.delivery import Delivery
from sufler.conversation.live import LiveEvents
from sufler.desk.people import TRIES, People
from sufler.domain.knowledge import Mode, Topic
from sufler.domain.people import Role
from sufler.storage.conversations import ConversationStore
from sufler.storage.database import Database
from sufler.storage.keys import KeyStore
from sufler.storage.leases import Leases
from sufler.storage.outbox import OutboxStore
from sufler.storage.people import PeopleStore
from sufler.storage.sessions import SessionStore
from sufler.web.services import KnowledgeSize
from sufler.web.session import COOKIE, local_page
from sufler.web.setup import setup

PASSWORD = "correct horse"
HERE = "http://desk.example"


class MovedClock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()


class DemoKnowledge:
    topics: Mapping[str, Topic] = MappingProxyType(
        {"Доставка": Topic("Доставка", Mode.ANSWERS, without_certificate="demo")}
    )


class Site:
    """The pages over a real database, and a browser's client."""

    def __init__(self, database: Database) -> None:
        self.clock = MovedClock()
        staff = PeopleStore(database)
        self.people = People(staff, KeyStore(database), SessionStore(database), self.clock)
        conversations, live = ConversationStore(database), LiveEvents()
        delivery = Delivery(
            conversations, OutboxStore(database), self.clock, live, Leases(database)
        )
        lines = lines_over(database, delivery, live, self.clock)
        nothing = SetPrompter(Shelf(), MovableClock())
        self.desk = desk_over(database, lines, delivery, live, self.clock, nothing)
        app = FastAPI()
        setup(
            app,
            desk=self.desk,
            people=self.people,
            knowledge=DemoKnowledge(),
            knowledge_size=lambda: KnowledgeSize(131, 7),
            clock=self.clock,
            to_html=str,
        )
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE)

    async def enter(self, headers: dict[str, str] | None = None, **form: str) -> httpx.Response:
        fields = {"login": "anna", "password": PASSWORD} | form
        return await self.client.post("/login", data=fields, headers=headers)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    database = Database(fresh_file(tmp_path))
    built = Site(database)
    await built.people.add("anna", "<b>Анна</b>", Role.OPERATOR, PASSWORD)
    yield built
    await built.client.aclose()
    await database.close()


async def test_that_a_login_opens_the_desk_with_a_safe_cookie(site: Site) -> None:
    answer = await site.enter()
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(COOKIE)
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    home = (await site.client.get("/")).text
    assert "&lt;b&gt;Анна&lt;/b&gt;" in home


async def test_that_a_wrong_password_is_told_in_words_and_opens_nothing(site: Site) -> None:
    answer = await site.enter(password="wrong", login='"><script>')
    assert answer.status_code == 401
    assert "не подходит" in answer.text
    assert "<script>" not in answer.text
    assert "set-cookie" not in answer.headers


async def test_that_tries_are_limited_and_the_wait_is_named(site: Site) -> None:
    for _ in range(TRIES):
        assert (await site.enter(password="wrong")).status_code == 401
    answer = await site.enter()
    assert answer.status_code == 429
    assert "Слишком много попыток" in answer.text
    site.clock.moment += timedelta(minutes=11)
    assert (await site.enter()).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
async def test_that_a_form_of_another_site_neither_logs_in_nor_out(
    site: Site, headers: dict[str, str]
) -> None:
    answer = await site.enter(headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    await site.enter({"origin": HERE})
    await site.client.post("/logout", headers=headers)
    assert (await site.client.get("/login")).status_code == 303  # still logged in


async def test_that_logging_out_ends_the_session_for_good(site: Site) -> None:
    answer = await site.enter()
    token = answer.cookies[COOKIE]
    await site.client.post("/logout", headers={"sec-fetch-site": "same-origin"})
    site.client.cookies.set(COOKIE, token)
    assert (await site.client.get("/login")).status_code == 200


async def test_that_the_desk_asks_for_a_login_first(site: Site) -> None:
    answer = await site.client.get("/desk")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fdesk")


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/desk?conversation=7", "/desk?conversation=7"),
        ("/", "/"),
        ("https://evil.example", "/desk"),
        ("//evil.example", "/desk"),
        ("/\\evil.example", "/desk"),
        ("/\tevil", "/desk"),
        ("javascript:alert(1)", "/desk"),
        ("", "/desk"),
        ("/" + "x" * 400, "/desk"),
    ],
)
async def test_that_a_login_leads_nowhere_else(site: Site, wanted: str, led: str) -> None:
    assert local_page(wanted) == led
    answer = await site.enter(next=wanted)
    assert answer.headers["location"] == led


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"login=" + b"x" * 9000, b"&" * 4000, b"login"])
async def test_that_a_senseless_form_is_only_a_wrong_login(site: Site, body: bytes) -> None:
    answer = await site.client.post("/login", content=body)
    assert answer.status_code == 401


async def test_that_home_says_how_things_stand(site: Site) -> None:
    home = (await site.client.get("/")).text
    for words in ("без сертификата: demo", "131", "версия 7", "на посту никого", "не подключён"):
        assert words in home
    for link in ('href="/chat"', 'href="/desk"', 'href="/docs"'):
        assert link in home
    english = (await site.client.get("/", headers={"accept-language": "en"})).text
    assert "without a certificate: demo" in english


async def test_that_a_language_is_remembered_and_an_unknown_one_is_not(site: Site) -> None:
    answer = await site.client.get("/language/en?next=/login")
    assert answer.headers["location"] == "/login"
    assert "Staff login" in (await site.client.get("/login")).text
    answer = await site.client.get("/language/xx?next=//evil.example")
    assert answer.headers["location"] == "/desk"
    assert "set-cookie" not in answer.headers


async def test_that_pages_are_closed_to_foreign_frames_and_scripts(site: Site) -> None:
    for path in ("/", "/login"):
        policy = (await site.client.get(path)).headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert "default-src 'none'" in policy


async def test_that_what_is_not_there_is_a_problem_and_no_page_of_the_framework(site: Site) -> None:
    for path in ("/api/v1/none", "/nowhere", "/static/none.css", "/static/..%2fpaper.py"):
        answer: Any = await site.client.get(path)
        assert answer.status_code == 404
        assert "nicegui" not in answer.text.lower()
