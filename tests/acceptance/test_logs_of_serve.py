"""What a real `sufler serve` logs while customers write and things go wrong: never their words."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from patience import PATIENCE_S
from sufler_world import Sufler
from telegram_world import wait_until
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

WORDS = "ТАЙНА-7319-4488"
# Told by the log on every line, and nothing else is promised: docs/operate.md.
FIELDS = {"event", "level", "logger", "timestamp"}


@pytest.fixture
def sufler(tmp_path: Path, model_folder: Path, known: Path) -> Iterator[Sufler]:
    served = Sufler(tmp_path, model_folder, known=known)
    served.set(log_level="info", log_format="json", demo="0")  # nothing to encode first
    served.start()
    yield served
    served.stop()


def _say(sufler: Sufler, *frames: str) -> None:
    way = sufler.url.replace("http", "ws") + "/chat/socket"
    origin = {"Origin": sufler.url}
    with connect(
        way, additional_headers=origin, open_timeout=PATIENCE_S, ping_timeout=None
    ) as socket:
        socket.send(json.dumps({"type": "hello", "cursor": 0, "language": "ru"}))
        for frame in frames:
            socket.send(frame)
            with suppress(ConnectionClosed):  # what is no message is answered by hanging up
                while json.loads(socket.recv(timeout=PATIENCE_S))["type"] != "taken":
                    pass


def _message(name: str, text: str) -> str:
    return json.dumps({"type": "message", "id": f"{name:0>8}", "text": text})


def test_that_no_customers_words_are_logged_whatever_happens(sufler: Sufler) -> None:
    _say(sufler, _message("1", f"где посылка {WORDS}"), _message("2", f"позовите человека {WORDS}"))
    _say(sufler, json.dumps({"type": WORDS, "text": WORDS}))
    _say(sufler, f"{{{WORDS}")
    sufler.api("POST", "/suggestions", text=f"как вернуть {WORDS}")
    for body in (f'{{"text": "{WORDS}', json.dumps({"text": 7, WORDS: WORDS})):
        httpx.post(f"{sufler.url}/api/v1/suggestions", content=body, timeout=PATIENCE_S)
    httpx.get(f"{sufler.url}/api/v1/articles/{WORDS}", timeout=PATIENCE_S)
    httpx.get(
        f"{sufler.url}/chat",
        params={"text": WORDS},
        cookies={"sufler_visitor": "x7319-4488"},
        timeout=PATIENCE_S,
    )

    # A turn that cannot be stored: the database's own error would quote the row.
    with sqlite3.connect(sufler.data_dir / "sufler.db", timeout=PATIENCE_S) as database:
        database.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    _say(sufler, _message("3", f"сколько стоит доставка {WORDS}"))
    wait_until(lambda: "_failed" in sufler.log.read_text("utf-8"))
    sufler.stop()

    logged = sufler.log.read_text("utf-8")
    assert WORDS not in logged
    assert "7319-4488" not in logged
    lines = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    assert any(line["event"].endswith("_failed") for line in lines)
    for line in lines:
        assert set(line) >= FIELDS, line
