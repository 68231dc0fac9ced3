"""The Telegram server of the acceptance tests as the bench's other side, and what it is asked."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.process import free_port
from bench.world import ROOT

SERVER = ROOT / "tests" / "acceptance" / "telegram_server.py"
TOKEN = "123456:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"  # noqa: S105 - of the emulator
START_S = 20.0


class Emulator:
    """A running server. Every call blocks."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, call: str, **given: Any) -> Any:
        """One call of its control; see `GET /control`."""
        body = json.dumps({"token": TOKEN, **given}).encode()
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{self.url}/control/{call}", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
            return json.loads(answer.read())

    def sent(self) -> int:
        """How many messages the bot has sent."""
        return int(self.ask("counters")["sent"])


@contextmanager
def emulator() -> Iterator[Emulator]:
    """The server without Telegram's own limits, from its first answer to its end."""
    port = free_port()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, str(SERVER), "--port", str(port), "--token", TOKEN, "--no-flood"],
        stdout=subprocess.DEVNULL,
    )
    running = Emulator(f"http://127.0.0.1:{port}")
    try:
        _wait(running)
        yield running
    finally:
        process.terminate()
        process.wait(20)


def _wait(running: Emulator) -> None:
    end = time.monotonic() + START_S
    while True:
        try:
            running.ask("health")
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def webhook_settings(telegram: Emulator, port: int, *, limits: bool) -> dict[str, str]:
    """Settings of a `sufler serve` on `port` that takes this server's webhook."""
    own = {} if limits else {"SUFLER_TELEGRAM_LIMITS": "false"}
    return {
        **own,
        "SUFLER_TELEGRAM_TOKEN": TOKEN,
        "SUFLER_TELEGRAM_API": telegram.url,
        "SUFLER_TELEGRAM_MODE": "webhook",
        "SUFLER_PUBLIC_URL": f"http://localhost:{port}",
    }
