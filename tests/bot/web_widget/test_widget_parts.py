"""/widget.js, its face, allowed sites, and files over HTTP, as a site and a stranger meet them."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from databases import fresh_file
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from test_identity import GOOD, NOW, SECRET, token
from test_socket import Inbox, NoHistory, _silence

from sufler.bot.web_widget.face import Face
from sufler.bot.web_widget.origins import Origins
from sufler.bot.web_widget.send import WebChannel
from sufler.bot.web_widget.setup import setup
from sufler.bot.web_widget.visitor import Visitors
from sufler.domain.conversation import IncomingKind
from sufler.storage.database import Database
from sufler.storage.files import FileStore

HERE = "http://chat.example.org"
SHOP = "https://shop.example"
VISITORS = Visitors(b"0123456789abcdef")
LIMIT = 100_000


class MovingClock:
    """Monotonic time that a test may move."""

    seconds = 0.0

    def now(self) -> datetime:
        return NOW.astimezone(UTC)

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def face() -> Face:
    return Face(name={"ru": "<b>Плошкин</b>"}, examples={"ru": ["<i>Где заказ?</i>"]})


@pytest.fixture
async def client(tmp_path: Path, inbox: Inbox, face: Face) -> AsyncIterator[TestClient]:
    database = Database(fresh_file(tmp_path))
    clock = MovingClock()
    app = FastAPI()
    setup(
        app,
        channel=WebChannel(),
        receive=inbox.receive,
        history=NoHistory(),
        subscribe=_silence,
        clock=clock,
        secret=b"0123456789abcdef",
        face=face,
        origins=[SHOP],
        site_secret=SECRET,
        files=FileStore(database, tmp_path / "files", clock),
        upload_limit=LIMIT,
    )
    with TestClient(app, base_url=HERE) as opened:
        yield opened
    await database.close()


@pytest.fixture
def visitor() -> str:
    return VISITORS.token_of(VISITORS.new())


def sent(client: TestClient, who: str, name: str, body: bytes, origin: str = SHOP) -> Any:
    headers = {"authorization": who, "x-file-name": name, "origin": origin}
    return client.post("/chat/files", content=body, headers=headers)


def test_that_the_script_is_one_small_plain_file_that_is_asked_for_once(client: TestClient) -> None:
    script = client.get("/widget.js", headers={"origin": "https://anybody.example"})
    assert script.headers["content-type"].startswith("text/javascript")
    assert len(script.content) < 30_000
    assert script.headers["access-control-allow-origin"] == "*"
    assert not re.search(
        r"^\s*(import|export)\b|\beval\b|new Function|\.style\s*=", script.text, re.M
    )
    again = client.get("/widget.js", headers={"if-none-match": script.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_that_the_face_is_in_the_asked_language_and_follows_the_company(
    client: TestClient, face: Face
) -> None:
    ru = client.get("/widget/face?language=ru")
    assert "&lt;b&gt;Плошкин" in ru.json()["html"]
    assert "<i>Где" not in ru.json()["html"]
    assert client.get("/widget/face?language=en").json()["words"]["chat_send"] == "Send"
    assert client.get("/widget/face?language=xx").json()["language"] == "ru"
    assert ru.json()["uploads"] == {"limit": LIMIT}
    face.name = {"ru": "Чашкин"}
    changed = client.get("/widget/face?language=ru", headers={"if-none-match": ru.headers["etag"]})
    assert "Чашкин" in changed.json()["html"]


def test_that_a_site_that_is_not_listed_is_told_so(client: TestClient) -> None:
    refused = client.get("/widget/face", headers={"origin": "https://evil.example"})
    assert (refused.status_code, refused.json()) == (403, {"reason": "origin"})
    assert client.get("/widget/face", headers={"origin": SHOP}).status_code == 200
    with pytest.raises(WebSocketDisconnect):
        with client.websocket_connect("/chat/socket", headers={"origin": "https://evil.example"}):
            pass


@pytest.mark.parametrize(
    ("origin", "admitted", "trusted"),
    [
        ("https://shop.example", True, True),
        ("https://Shop.example", True, True),
        ("http://chat.example.org", True, True),
        ("https://shop.example.evil", False, False),
        ("http://shop.example", False, False),
        ("null", False, False),
        (None, False, False),
    ],
)
def test_that_an_origin_is_compared_whole(
    origin: str | None, admitted: bool, trusted: bool
) -> None:
    given = {"host": "chat.example.org"} | ({"origin": origin} if origin else {})
    headers = Headers(given)
    assert Origins([SHOP]).admit(headers) is admitted
    assert Origins([SHOP]).trust(headers) is trusted
    # Any site may have the widget then; a cookie of ours still counts on named sites only.
    assert Origins(["*"]).admit(headers) is (origin is not None)
    assert Origins(["*", SHOP]).trust(headers) is trusted


def met(client: TestClient, origin: str = SHOP, cookie: str = "", **hello: Any) -> str | None:
    headers = {"origin": origin} | ({"cookie": f"sufler_visitor={cookie}"} if cookie else {})
    with client.websocket_connect("/chat/socket", headers=headers) as socket:
        socket.send_text(json.dumps({"type": "hello", "cursor": 0, **hello}))
        token_: str | None = socket.receive_json()["visitor"]
        return token_


def test_that_a_visitor_is_known_by_the_first_frame_then_by_the_cookie_else_new(
    client: TestClient,
) -> None:
    one, other = (VISITORS.token_of(VISITORS.new()) for _ in range(2))
    assert met(client, visitor=one, cookie=other) == one
    assert met(client, cookie=other) == other
    assert met(client, visitor="forged", cookie=other) == other
    assert met(client, cookie=other, fresh=True) not in (None, one, other)
    assert met(client) not in (None, one, other)
    assert met(client, identity=token(GOOD), visitor=one, cookie=other) is None


def test_that_a_bad_token_ends_the_socket_and_is_not_taken_for_a_visitor(
    client: TestClient, visitor: str, inbox: Inbox
) -> None:
    with client.websocket_connect("/chat/socket", headers={"origin": SHOP}) as socket:
        hello = {"type": "hello", "cursor": 0, "identity": token(GOOD) + "x", "visitor": visitor}
        socket.send_text(json.dumps(hello))
        with pytest.raises(WebSocketDisconnect) as gone:
            socket.receive_text()
    assert (gone.value.code, gone.value.reason) == (4403, "bad_signature")
    assert not inbox.taken


def test_that_a_file_comes_with_a_message_of_its_sender_only(
    client: TestClient, visitor: str, inbox: Inbox
) -> None:
    stored = sent(client, f"Visitor {visitor}", "%D1%87%D0%B5%D0%BA.txt", b"12 rub").json()
    assert stored["name"] == "чек.txt"
    stranger = VISITORS.token_of(VISITORS.new())
    answers = []
    for who in (stranger, visitor):
        with client.websocket_connect("/chat/socket", headers={"origin": SHOP}) as socket:
            socket.send_text(json.dumps({"type": "hello", "cursor": 0, "visitor": who}))
            assert [socket.receive_json()["type"] for _ in range(2)] == ["welcome", "standing"]
            message = {"type": "message", "id": "message-1", "text": "", "files": [stored["id"]]}
            socket.send_text(json.dumps(message))
            answers.append(socket.receive_json())
    assert answers[0] == {"type": "refused", "id": "message-1", "reason": "file_gone"}
    assert answers[1]["type"] == "taken"
    (taken,) = inbox.taken.values()
    assert (taken.kind, taken.text) == (IncomingKind.UNREADABLE, "document")
    assert [each.name for each in taken.attachments] == ["чек.txt"]

    path = f"/chat/files/{stored['id']}"
    mine = client.get(path, headers={"authorization": f"Visitor {visitor}"})
    assert mine.content == b"12 rub"
    assert mine.headers["content-disposition"].startswith("attachment")
    assert mine.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in mine.headers["content-security-policy"]
    theirs = client.get(path, headers={"authorization": f"Visitor {stranger}"})
    assert (theirs.status_code, theirs.json()) == (404, {"reason": "file_gone"})
    assert client.get(path).status_code == 401


@pytest.mark.parametrize(
    ("name", "body", "status", "reason"),
    [
        ("a.txt", b"x" * (LIMIT + 1), 413, "too_large"),
        ("a.txt", b"", 422, "empty_file"),
        ("a.html", b"<script>", 415, "wrong_type"),
        ("a.png", b"<script>", 415, "wrong_type"),
        ("", b"x", 422, "no_name"),
        ("/..", b"x", 422, "no_name"),
        ("a.txt/b.exe", b"x", 415, "wrong_type"),
    ],
)
def test_that_a_file_that_is_not_taken_says_why(
    client: TestClient, visitor: str, name: str, body: bytes, status: int, reason: str
) -> None:
    refused = sent(client, f"Visitor {visitor}", name, body)
    assert (refused.status_code, refused.json()) == (status, {"reason": reason})
    assert refused.headers["access-control-allow-origin"] == SHOP


def test_that_a_stream_without_a_stated_size_is_cut_at_the_limit(
    client: TestClient, visitor: str
) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(1000):
            yield b"x" * 1000

    headers = {"authorization": f"Visitor {visitor}", "x-file-name": "a.txt", "origin": SHOP}
    refused = client.post("/chat/files", content=endless(), headers=headers)
    assert refused.status_code == 413


def test_that_files_are_taken_only_from_pages_that_may_and_not_without_end(
    client: TestClient, visitor: str
) -> None:
    who = f"Visitor {visitor}"
    assert sent(client, who, "a.txt", b"x", "https://evil.example").status_code == 403
    assert sent(client, "Visitor forged", "a.txt", b"x").status_code == 401
    assert sent(client, f"Bearer {token(GOOD)}", "a.txt", b"x").status_code == 201
    asked = client.options("/chat/files", headers={"origin": SHOP})
    assert asked.status_code == 204
    assert "x-file-name" in asked.headers["access-control-allow-headers"]
    statuses = [sent(client, who, "a.txt", b"x").status_code for _ in range(8)]
    assert statuses == [201] * 6 + [429] * 2
