"""/chat and its socket, as a page and as a stranger meet them."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from sufler.bot.web_widget.face import Face
from sufler.bot.web_widget.send import MOST_PAGES_OF_ONE, WebChannel
from sufler.bot.web_widget.setup import setup
from sufler.bot.web_widget.visitor import COOKIE
from sufler.domain.conversation import Conversation, Incoming, IncomingKind, Message
from sufler.domain.errors import NotFound, StorageUnavailable
from sufler.domain.events import DeskEvent

BASE = "http://chat.example.org"
HERE = {"origin": BASE}


class StillClock:
    def now(self) -> datetime:
        return datetime(2026, 5, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


class Inbox:
    """Takes messages once, as the real one does; `fault` is raised instead."""

    def __init__(self) -> None:
        self.taken: dict[str, Incoming] = {}
        self.fault: Exception | None = None

    async def receive(self, incoming: Incoming) -> bool:
        if self.fault:
            raise self.fault
        new = incoming.external_id not in self.taken
        self.taken.setdefault(incoming.external_id, incoming)
        return new


class NoHistory:
    """Nobody has said anything yet."""

    async def find(self, channel: str, customer_id: str) -> Conversation | None:
        return None

    async def get(self, conversation_id: str) -> Conversation:
        raise NotFound("none")

    async def messages(
        self, conversation_id: str, limit: int = 50, before: int | None = None
    ) -> list[Message]:
        return []

    async def messages_after(
        self, conversation_id: str, after: int, limit: int = 200
    ) -> list[Message]:
        return []

    async def edited_after(
        self, conversation_id: str, after: datetime | None, limit: int = 200
    ) -> list[Message]:
        return []


async def _silence() -> AsyncIterator[DeskEvent]:
    await asyncio.Event().wait()
    for event in ():
        yield event


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def client(inbox: Inbox) -> Iterator[TestClient]:
    app = FastAPI()
    setup(
        app,
        channel=WebChannel(),
        receive=inbox.receive,
        history=NoHistory(),
        subscribe=_silence,
        clock=StillClock(),
        secret=b"0123456789abcdef",
        face=Face(name={"ru": "<b>Плошкин</b>"}, examples={"ru": ["<i>Где заказ?</i>"]}),
        public_url="https://help.example.org/desk",
    )
    with TestClient(app, base_url=BASE) as opened:
        yield opened


Connect = Callable[..., Any]


@pytest.fixture
def connect(client: TestClient) -> Connect:
    """A page that was loaded before its socket is opened."""
    page = client.get("/chat")
    cookie = page.headers["set-cookie"].split(";")[0]

    def opened(origin: str | None = BASE, with_cookie: bool = True) -> Any:
        client.cookies.clear()
        headers = {"origin": origin} if origin else {}
        if with_cookie:
            headers["cookie"] = cookie
        return client.websocket_connect("ws://chat.example.org/chat/socket", headers=headers)

    return opened


def hello(socket: Any, language: str = "ru") -> None:
    socket.send_text(json.dumps({"type": "hello", "cursor": 0, "language": language}))
    assert socket.receive_json()["type"] == "welcome"
    assert socket.receive_json()["type"] == "standing"


def say(socket: Any, id_: str, text: str = "Где заказ?") -> dict[str, Any]:
    socket.send_text(json.dumps({"type": "message", "id": id_, "text": text}))
    answer: dict[str, Any] = socket.receive_json()
    return answer


def test_that_the_page_is_closed_to_everything_but_its_own_files(client: TestClient) -> None:
    page = client.get("/chat")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<b>Плошкин" not in page.text
    assert "<i>Где" not in page.text
    assert "<script>" not in page.text
    for name in ("page.css", "mark.svg"):
        assert client.get(f"/chat/static/{name}").status_code == 200
    for name in ("none.js", "chat.html", "..%2fsetup.py", "setup.py"):
        assert client.get(f"/chat/static/{name}").status_code == 404


def test_that_the_cookie_cannot_be_read_by_scripts_and_goes_over_https_where_we_are_there(
    client: TestClient,
) -> None:
    cookie = client.get("/chat").headers["set-cookie"].lower()
    assert cookie.startswith(COOKIE)
    for part in ("httponly", "samesite=lax", "secure", "path=/chat"):
        assert part in cookie


@pytest.mark.parametrize(
    ("header", "language"),
    [("en-US,en;q=0.9,ru;q=0.8", "en"), ("de, ru;q=0.5, en;q=0.7", "en"), ("", "ru"), ("xx", "ru")],
)
def test_that_the_page_speaks_the_browsers_language(
    client: TestClient, header: str, language: str
) -> None:
    page = client.get("/chat", headers={"accept-language": header})
    assert f'<html lang="{language}">' in page.text


def test_that_a_message_is_taken_once(connect: Connect, inbox: Inbox) -> None:
    with connect() as socket:
        hello(socket, "en")
        assert say(socket, "message-1") == {"type": "taken", "id": "message-1"}
        assert say(socket, "message-1") == {"type": "taken", "id": "message-1"}
    (taken,) = inbox.taken.values()
    visitor = taken.customer.external_id
    assert taken.external_id == f"{visitor}:message-1"
    assert (taken.channel, taken.text, taken.customer.language) == ("web", "Где заказ?", "en")


def test_that_a_pressed_button_is_taken(connect: Connect, inbox: Inbox) -> None:
    with connect() as socket:
        hello(socket)
        socket.send_text(json.dumps({"type": "button", "id": "button-01", "data": "p"}))
        assert socket.receive_json()["type"] == "taken"
    (taken,) = inbox.taken.values()
    assert (taken.kind, taken.button) == (IncomingKind.BUTTON, "p")


def test_that_too_many_messages_wait_and_none_is_lost(connect: Connect, inbox: Inbox) -> None:
    with connect() as socket:
        hello(socket)
        answers = [say(socket, f"message-{number:02}") for number in range(10)]
    assert [answer["type"] for answer in answers] == ["taken"] * 8 + ["refused"] * 2
    assert answers[-1]["reason"] == "too_fast"
    assert answers[-1]["retry_s"] > 0
    assert len(inbox.taken) == 8


def test_that_a_message_that_could_not_be_stored_is_asked_for_again(
    connect: Connect, inbox: Inbox
) -> None:
    inbox.fault = StorageUnavailable("the disk is full")
    with connect() as socket:
        hello(socket)
        answer = say(socket, "message-1")
        assert (answer["type"], answer["reason"]) == ("refused", "not_now")
        assert "disk" not in json.dumps(answer)
        inbox.fault = None
        assert say(socket, "message-1")["type"] == "taken"


def test_that_a_too_long_message_is_refused_and_the_socket_stays(connect: Connect) -> None:
    with connect() as socket:
        hello(socket)
        refused = say(socket, "message-1", "я" * 4001)
        assert (refused["type"], refused["reason"]) == ("refused", "too_long")
        assert say(socket, "message-2")["type"] == "taken"


@pytest.mark.parametrize("frame", ["{", "[]", '{"type":"message"}', "x" * 50_000])
def test_that_a_page_that_talks_nonsense_is_let_go(connect: Connect, frame: str) -> None:
    with connect() as socket:
        hello(socket)
        socket.send_text(frame)
        with pytest.raises(WebSocketDisconnect) as gone:
            socket.receive_text()
    assert gone.value.code == 4400


def test_that_a_binary_frame_ends_the_socket_and_nothing_else(connect: Connect) -> None:
    with connect() as socket:
        hello(socket)
        socket.send_bytes(b"\0\1")
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()
    with connect() as socket:
        hello(socket)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", None, "http://chat.example.org.evil"]
)
def test_that_a_page_of_another_site_cannot_speak_for_a_visitor(
    connect: Connect, origin: str | None
) -> None:
    with pytest.raises(WebSocketDisconnect), connect(origin):
        pass


def test_that_the_public_address_may_speak_through_a_proxy(connect: Connect) -> None:
    with connect("https://help.example.org") as socket:
        hello(socket)


async def test_that_one_visitor_cannot_open_any_number_of_pages() -> None:
    channel = WebChannel()
    pages = [channel.open_page("v") for _ in range(MOST_PAGES_OF_ONE + 1)]
    assert pages[-1] is None
    assert channel.open_page("other") is not None
    assert pages[0] is not None
    channel.close_page("v", pages[0])
    assert channel.open_page("v") is not None
