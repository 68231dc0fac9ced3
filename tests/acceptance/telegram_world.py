"""A running Telegram server for tests, and waiting for things to become true."""

import asyncio
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from patience import PATIENCE_S
from ports import free_port as free_port
from telegram_server import Control

# `verify` of calls to servers here: none speaks TLS, and reading all the certificates of the world
# for a call takes a tenth of a second.
PLAIN = False
SERVER = Path(__file__).with_name("telegram_server.py")
TOKEN = "123456:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"


class FakeTelegram:
    """The server in a process of its own; `control` blocks, so tests call it by `ask`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.control = Control(url, token=TOKEN)

    async def ask(self, call: str, **values: Any) -> Any:
        """One control call off the event loop."""
        return await asyncio.to_thread(getattr(self.control, call), **values)


@contextmanager
def running_telegram() -> Iterator[FakeTelegram]:
    """The server, from its first answer until it is stopped."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(SERVER), "--port", str(port), "--token", TOKEN],
        stdout=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(f"{url}/control/health"), timeout_s=PATIENCE_S)
        yield FakeTelegram(url)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def answers(url: str) -> bool:
    """Whether `url` is answered with 200."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_until(true: Callable[[], Any], timeout_s: float = PATIENCE_S, every_s: float = 0.1) -> Any:
    """The first true value of `true()`; fails after `timeout_s`."""
    end = time.monotonic() + timeout_s
    while not (value := true()):
        assert time.monotonic() < end, "it did not become true in time"
        time.sleep(every_s)
    return value


async def until(
    true: Callable[[], Any], timeout_s: float = PATIENCE_S, every_s: float = 0.02
) -> Any:
    """`wait_until` without blocking the event loop."""
    end = time.monotonic() + timeout_s
    while not (value := true()):
        assert time.monotonic() < end, "it did not become true in time"
        await asyncio.sleep(every_s)
    return value
