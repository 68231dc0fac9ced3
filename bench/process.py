"""Servers as processes of their own: started, asked, measured and ended."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.world import environment

LONGEST_START_S = 120.0
BARE_START_S = 5.0
PATH = "/api/v1/suggestions"

More = Callable[[int], Mapping[str, str]]


@dataclass
class Server:
    """A running server that answers on `port`; `start_s` is how long its first answer took."""

    process: subprocess.Popen[bytes]
    port: int
    start_s: float

    def memory_mb(self) -> tuple[float, float]:
        """Resident memory in MB: now, and at most so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        rows = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        return tuple(int(rows[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))  # type: ignore[return-value]


def ask(port: int, key: str, text: str) -> int:
    """Ask for one suggestion; the HTTP status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        connection.request("POST", PATH, json.dumps({"text": text}), headers)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


@contextmanager
def serve(data: Path, key: str, more: More = lambda _port: {}) -> Iterator[Server]:
    """`sufler serve` over `data`, from its start to its first answer to a question. `more` gives
    settings that depend on its port."""
    with _running(["sufler.app.main", "serve"], data, key, more) as server:
        yield server


@contextmanager
def bare(data: Path, key: str = "none") -> Iterator[Server]:
    """FastAPI alone, behind the same server: `bench.bare`."""
    with _running(["bench.bare"], data, key) as server:
        yield server


@contextmanager
def bare_telegram(telegram_url: str) -> Iterator[None]:
    """aiogram alone, as a webhook of the Telegram server at that address: `bench.bare_telegram`."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.bare_telegram"],
        env={**os.environ, "SUFLER_PORT": str(port), "BENCH_TELEGRAM": telegram_url},
    )
    try:
        time.sleep(BARE_START_S)
        yield
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def _running(
    module: Sequence[str], data: Path, key: str, more: More = lambda _port: {}
) -> Iterator[Server]:
    port = free_port()
    began = time.perf_counter()
    with (data / "output.txt").open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", *module],
            env={**environment(data, port), **more(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(process, port, key, data / "output.txt")
            yield Server(process, port, time.perf_counter() - began)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: subprocess.Popen[bytes], port: int, key: str, output: Path) -> None:
    end = time.monotonic() + LONGEST_START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            status = ask(port, key, "как вернуть деньги за заказ")
        except OSError:
            time.sleep(0.02)
            continue
        if status == 200:
            return
        raise RuntimeError(f"the server answered {status}")
    raise RuntimeError(f"the server did not start: {output.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
