"""`sufler serve` as a process of its own: how it starts, what it refuses, and how it ends."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from patience import PATIENCE_S
from ports import free_port

ROOT = Path(__file__).parents[2]
START_S = 120.0


@dataclass
class Serving:
    """One `sufler serve` over its own data folder."""

    data: Path
    port: int
    process: subprocess.Popen[str]

    def get(self, path: str) -> tuple[int, str]:
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE_S) as response:
            return response.status, response.read().decode()

    def until_ready(self) -> None:
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            if self.process.poll() is not None:
                pytest.fail(f"it ended: {self.process.communicate()}")
            try:
                if self.get("/readyz")[0] == 200:
                    return
            except (URLError, OSError):
                time.sleep(0.1)
        pytest.fail("it did not become ready")

    def stopped(self, by: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        self.process.send_signal(by)
        out, err = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, out, err


@pytest.fixture
def serve(tmp_path: Path, model_folder: Path, known: Path) -> Iterator[Callable[..., Serving]]:
    """Start `sufler serve` over an empty base that knows the demo's vectors; everything that was
    started is ended."""
    begun: list[Serving] = []
    (tmp_path / "data" / "model").mkdir(parents=True)
    shutil.copy(known, tmp_path / "data" / "sufler.db")
    (tmp_path / "data" / "model" / "default").symlink_to(model_folder.resolve())

    def start(*arguments: str, port: int | None = None, **settings: str) -> Serving:
        data, port = tmp_path / "data", port or free_port()
        kept = {name: v for name, v in os.environ.items() if not name.startswith("SUFLER_")}
        own = {"SUFLER_DATA_DIR": str(data), "SUFLER_PORT": str(port), "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            [sys.executable, "-m", "sufler.app.main", "serve", *arguments],
            cwd=tmp_path,
            env={**kept, **own, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        begun.append(Serving(data, port, process))
        return begun[-1]

    yield start
    for one in begun:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


def test_that_the_first_start_shows_pages_and_login_once_and_the_second_start_does_not(
    serve: Callable[..., Serving],
) -> None:
    first = serve("--demo")
    first.until_ready()
    for path in ("/", "/chat", "/login", "/docs", "/healthz", "/metrics"):
        assert first.get(path)[0] == 200, path
    code, out, err = first.stopped()
    assert code == 0
    for page in ("/chat", "/desk", "/docs"):
        assert f"http://localhost:{first.port}{page}" in out
    found = re.search(r"login admin {3}password (\S+)", out)
    assert found
    assert found[1] not in err, "the password is never logged"
    told = re.search(r"(\d+) articles", out)
    assert told
    demo = (ROOT / "demo" / "articles.jsonl").read_text("utf-8").splitlines()
    assert int(told[1]) >= len(demo) == 131  # flows stand beside them
    assert "Traceback" not in err

    second = serve("--demo")
    second.until_ready()
    code, out, err = second.stopped(signal.SIGINT)
    assert code == 0
    assert "password" not in out
    assert "demo_loaded" not in err


def test_that_an_empty_base_is_served_too(serve: Callable[..., Serving]) -> None:
    serving = serve("--no-demo")
    serving.until_ready()
    assert serving.get("/chat")[0] == 200
    assert serving.stopped()[0] == 0


def test_that_a_port_that_is_taken_is_one_clear_line(serve: Callable[..., Serving]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        refused = serve(port=port)
        _, err = refused.process.communicate(timeout=START_S)
    assert refused.process.returncode == 1
    assert err.count("\n") == 1
    assert f"port {port}" in err
    assert "SUFLER_PORT" in err


def test_that_a_second_serve_on_the_same_database_is_one_clear_line(
    serve: Callable[..., Serving],
) -> None:
    first = serve()
    first.until_ready()
    second = serve()
    _, err = second.process.communicate(timeout=START_S)
    assert second.process.returncode == 1
    assert err.count("\n") == 1
    assert str(first.process.pid) in err
    assert first.get("/readyz")[0] == 200


def test_that_what_a_command_changes_is_served_soon(
    serve: Callable[..., Serving], tmp_path: Path
) -> None:
    serving = serve("--no-demo")
    serving.until_ready()
    (tmp_path / "kb.csv").write_text("question,answer\nWhere are you?,In Kazan.\n")
    environment = {**os.environ, "SUFLER_DATA_DIR": str(serving.data), "PYTHONPATH": str(ROOT)}

    def sufler(*arguments: str) -> str:
        command = [sys.executable, "-m", "sufler.app.main", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    before = json.loads(sufler("kb", "list", "--json"))
    assert before == []
    sufler("kb", "import", "kb.csv")
    end = time.monotonic() + PATIENCE_S
    while "sufler_knowledge_version 1" not in serving.get("/metrics")[1]:
        assert time.monotonic() < end, "the server follows what was imported"
        time.sleep(0.2)


def test_that_it_stops_at_once_while_it_is_still_starting(
    serve: Callable[..., Serving], tmp_path: Path
) -> None:
    (tmp_path / "data" / "sufler.db").unlink()  # it has all of its work before it
    serving = serve("--demo")
    assert serving.process.stderr
    serving.process.stderr.readline()
    code, _, err = serving.stopped()
    assert code in (0, -signal.SIGTERM)
    assert "Traceback" not in err
