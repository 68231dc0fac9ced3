"""Programs that are forked from a process which has imported everything: they are ready sooner."""

import atexit
import json
import os
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from patience import PATIENCE_S
from telegram_world import wait_until

NURSERY = Path(__file__).parent / "cases" / "nursery.py"


class Nursery:
    """The process of `cases/nursery.py`: what it starts is ready much sooner."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(NURSERY)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == "ready"

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def ask(self, **order: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(order)}\n")
        self._process.stdin.flush()
        return json.loads(self._answer())

    def begin(
        self, words: list[str], log: Path, environment: dict[str, str], *, staged: bool = False
    ) -> "Forked":
        """A command of `sufler`, begun; what it says goes to the end of `log`."""
        pid = self.ask(words=words, log=str(log), environment=environment, staged=staged)
        return Forked(self, pid)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE_S)


@cache
def nursery() -> Nursery:
    """The one of this process of tests, which ends with it."""
    begun = Nursery()
    atexit.register(begun.close)
    return begun


class Forked:
    """A process that the nursery started; the part of `subprocess.Popen` that is needed."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery = nursery
        self.pid = pid

    def poll(self) -> int | None:
        code: int | None = self._nursery.ask(process=self.pid)
        return code

    def send_signal(self, how: signal.Signals) -> None:
        os.kill(self.pid, how)

    def wait(self, timeout_s: float) -> int:
        code: int = wait_until(lambda: [self.poll()] if self.poll() is not None else [], timeout_s)[
            0
        ]
        return code
