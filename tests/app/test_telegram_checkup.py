"""Can Telegram post to this server? Said before the first customer finds out."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from patience import PATIENCE_S

from sufler.app.finding import Health
from sufler.app.settings import Settings, load_settings
from sufler.app.telegram_checkup import unreachable, webhook
from tests.app.conftest import Sufler

TOKEN = "424242:" + "Qq1-" * 8
OWN_API = "http://127.0.0.1:8081"


def settings_at(public_url: str, api: str | None = None) -> Settings:
    return load_settings(
        telegram_token=TOKEN, telegram_mode="webhook", public_url=public_url, telegram_api=api
    )


def reached_at(public_url: str, api: str | None = None) -> str:
    """Why Telegram could not post there; empty: it could."""
    found = unreachable(settings_at(public_url, api))
    return found[0] if found else ""


@pytest.mark.parametrize(
    ("public_url", "words"),
    [
        ("https://help.example.org", ""),
        ("https://help.example.org:8443/sufler", ""),
        ("http://help.example.org", "is not https"),
        ("https://help.example.org:8000", "has port 8000"),
        ("https://localhost", "cannot reach"),
        ("https://10.0.0.7", "cannot reach"),
        ("https://[::1]:8443", "cannot reach"),
        ("https://sufler.local", "cannot reach"),
        ("https://8.8.8.8", ""),
    ],
)
def test_that_an_address_telegram_does_not_post_to_is_named(public_url: str, words: str) -> None:
    assert words in reached_at(public_url)
    assert bool(words) == bool(reached_at(public_url))


def test_that_an_own_bot_api_server_may_post_to_this_machine_in_clear() -> None:
    assert reached_at("http://localhost:8000", OWN_API) == ""
    assert reached_at("http://192.168.1.5:8000", OWN_API) == ""
    assert "in clear" in reached_at("http://help.example.org", OWN_API)


class _BotApi(BaseHTTPRequestHandler):
    """Says `webhook` of the webhook."""

    webhook: dict[str, Any]

    def do_GET(self) -> None:
        mine = self.path.endswith("/getWebhookInfo")
        result = self.webhook if mine else {"username": "shop_bot"}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"ok": True, "result": result}).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Not in the tests' output."""


@pytest.fixture
def bot_api(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _BotApi)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr("sufler.app.telegram_checkup.TIMEOUT_S", PATIENCE_S)
    monkeypatch.setenv("SUFLER_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("SUFLER_TELEGRAM_API", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("SUFLER_TELEGRAM_MODE", "webhook")
    monkeypatch.setenv("SUFLER_PUBLIC_URL", "https://help.example.org")
    yield "https://help.example.org/telegram/webhook"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("said", "health", "words"),
    [
        ({}, "ok", "0 updates wait"),
        ({"pending_update_count": 3}, "ok", "3 updates wait"),
        ({"last_error_date": 1, "last_error_message": "long over"}, "ok", "0 updates wait"),
        (
            {
                "pending_update_count": 3,
                "last_error_date": 1_760_000_000,
                "last_error_message": "SSL error",
            },
            "warning",
            "at 2025-10-09 08:53 UTC: SSL error",
        ),
        ({"url": ""}, "warning", "not set to this server"),
        ({"url": "https://other.example/hook"}, "warning", "not set to this server"),
    ],
)
def test_that_doctor_says_how_the_webhook_stands(
    sufler: Sufler,
    monkeypatch: pytest.MonkeyPatch,
    bot_api: str,
    said: dict[str, Any],
    health: str,
    words: str,
) -> None:
    monkeypatch.setattr(_BotApi, "webhook", {"url": bot_api, **said}, raising=False)
    shown = sufler("doctor", "--json")
    found = next(row for row in json.loads(shown.out) if row["what"] == "webhook")
    assert (found["health"], words in found["words"]) == (health, True), found
    assert TOKEN not in shown.out + shown.err


async def test_that_telegram_need_not_be_asked_to_see_what_cannot_be_reached() -> None:
    found = await webhook(settings_at("http://help.example.org"))
    assert found.health is Health.RED
    assert "https" in found.words
    assert "SUFLER_TELEGRAM_MODE=polling" in found.mend
