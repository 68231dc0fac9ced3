"""`sufler doctor`: what it finds, how it says to mend it, and that it works when all is broken."""

import asyncio
import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest
from patience import PATIENCE_S

from sufler.app import checkup
from sufler.app.flow_publishing import flow_book_over, publish_demo
from sufler.app.wiring import opened_basis
from tests.app.conftest import Sufler

TOKEN = "424242:" + "Qq1-" * 8


class _BotApi(BaseHTTPRequestHandler):
    """Knows one token, as Telegram would."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        known = self.path == f"/bot{TOKEN}/getMe"
        body = {"ok": known, "result": {"username": "shop_bot"}} if known else {"ok": False}
        self.send_response(200 if known else 401)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Not in the tests' output."""


@pytest.fixture
def bot_api(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr("sufler.app.telegram_checkup.TIMEOUT_S", PATIENCE_S)
    server = HTTPServer(("127.0.0.1", 0), _BotApi)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def _findings(said: object) -> dict[str, dict[str, str]]:
    return {row["what"]: row for row in json.loads(said.out)}  # type: ignore[attr-defined]


def test_that_before_the_first_start_it_says_what_is_missing_and_changes_nothing(
    sufler: Sufler, folder: Path
) -> None:
    said = sufler("doctor", "--json")
    assert said.code == 1
    found = _findings(said)
    assert set(found) == {
        "encoder", "database", "operators", "telegram", "flows", "inbox", "data", "disk", "clock",
        "port", "folder",
    }  # fmt: skip
    for what in ("encoder", "database", "operators"):
        assert found[what]["health"] == "broken"
        assert found[what]["mend"]
    assert "sufler doctor --fix" in found["encoder"]["mend"]
    assert found["telegram"]["health"] == "off"
    assert list(folder.iterdir()) == []


def test_that_a_sound_installation_is_green(
    sufler: Sufler, folder: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "data/model").mkdir(parents=True)
    (folder / "data/model/default").symlink_to(model_folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("SUFLER_PORT", str(free.getsockname()[1]))
    sufler("people", "add", "olga")
    said = sufler("doctor", "--json")
    assert {row["health"] for row in _findings(said).values()} == {"ok", "off"}, said.out
    assert said.code == 0


def test_that_a_damaged_model_and_a_damaged_database_are_findings_and_not_tracebacks(
    sufler: Sufler, folder: Path
) -> None:
    (folder / "data/model/default").mkdir(parents=True)
    (folder / "data/model/default/manifest.json").write_text("{")
    (folder / "data/sufler.db").write_bytes(b"no database" * 1000)
    said = sufler("doctor")
    assert said.code == 1
    assert "Traceback" not in said.out + said.err
    assert "sufler model prepare" in said.out


def test_that_a_database_nobody_may_write_is_red(
    sufler: Sufler, monkeypatch: pytest.MonkeyPatch
) -> None:
    sufler("people", "add", "olga")
    monkeypatch.setenv("SUFLER_DATABASE_URL", "sqlite:///data/sufler.db?mode=ro")
    assert _findings(sufler("doctor", "--json"))["database"]["health"] == "broken"


def test_that_a_port_that_is_taken_is_red_with_another_one_named(
    sufler: Sufler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkup, "_BUSY_S", 0.2)  # the other program says nothing
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("SUFLER_PORT", str(taken.getsockname()[1]))
        found = _findings(sufler("doctor", "--json"))["port"]
    assert found["health"] == "broken"
    assert "SUFLER_PORT" in found["mend"]


@pytest.mark.parametrize(
    ("token", "health"), [(TOKEN, "ok"), ("1:" + "x" * 30, "broken"), (TOKEN + "9", "broken")]
)
def test_that_the_bots_token_is_tried_and_never_shown(
    sufler: Sufler, monkeypatch: pytest.MonkeyPatch, bot_api: str, token: str, health: str
) -> None:
    monkeypatch.setenv("SUFLER_TELEGRAM_TOKEN", token)
    monkeypatch.setenv("SUFLER_TELEGRAM_API", bot_api)
    said = sufler("doctor", "--json", "--debug")
    assert _findings(said)["telegram"]["health"] == health
    assert token not in said.out + said.err


def test_that_a_bot_api_that_is_not_there_is_red_in_time(
    sufler: Sufler, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("SUFLER_TELEGRAM_TOKEN", TOKEN)
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        monkeypatch.setenv("SUFLER_TELEGRAM_API", address)
        said = sufler("doctor", "--json")
    assert _findings(said)["telegram"]["health"] == "broken"
    assert TOKEN not in said.out


def test_that_a_check_that_fails_itself_leaves_the_others(
    sufler: Sufler, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("sufler.app.checkup._disk", broken)
    found = _findings(sufler("doctor", "--json"))
    assert found["disk"]["health"] == "broken"
    assert found["port"]["words"]


async def _publish_demo() -> None:
    async with opened_basis() as basis:
        await publish_demo(flow_book_over(basis), "demo")


def test_that_secrets_and_hosts_that_published_flows_lack_are_named(
    sufler: Sufler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUFLER_DEMO", "true")
    asyncio.run(_publish_demo())
    assert _findings(sufler("doctor", "--json"))["flows"]["words"] == "7 are published"
    monkeypatch.delenv("SUFLER_DEMO")
    found = _findings(sufler("doctor", "--json"))["flows"]
    assert found["health"] == "broken"
    assert "return_item: allowed: the secret ORDERS_KEY is not set" in found["words"]
    assert "promo: look: the host 127.0.0.1:8010 is neither" in found["words"]
    assert found["mend"].startswith("set SUFLER_SECRET_ORDERS_KEY, SUFLER_FLOW_HOSTS or")
    monkeypatch.setenv("SUFLER_FLOW_PRIVATE_HOSTS", "127.0.0.1:8010")
    monkeypatch.setenv("SUFLER_SECRET_ORDERS_KEY", "s3cr3t-of-orders")
    said = sufler("doctor", "--json")
    assert _findings(said)["flows"]["health"] == "ok"
    assert "s3cr3t" not in said.out + said.err
