"""Starts `sufler` by forking a process that has imported everything: the tests need many starts.
From the fork on it is the program that a company runs."""

import contextlib
import importlib
import json
import os
import signal
import sys
from typing import Any

import staged_sufler

from sufler.app.main import run

# What a start would import one by one.
IMPORTED = ("app.mounting", "app.working", "bot.telegram.setup", "kb_index.encoder")

_ended: dict[int, int] = {}


def _reap(_signal: int, _frame: object) -> None:
    """At once: who looks for a dead process must not find it still there."""
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            _ended[ended[0]] = os.waitstatus_to_exitcode(ended[1])


def _begun(order: dict[str, Any]) -> int:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    child = os.fork()
    _ended.pop(child, None)  # the system gives the number of a dead process again
    if child == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    if child:
        return child
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, place in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(descriptor, place)
    os.environ.clear()
    os.environ.update(order["environment"])
    if order["staged"]:
        staged_sufler.stage()
    sys.argv = ["sufler", *order["words"]]
    code = run(order["words"])
    sys.stdout.flush()
    os._exit(code)


def main() -> None:
    """One order a line, one answer a line; the end of the orders ends what was started."""
    for module in IMPORTED:
        importlib.import_module(f"sufler.{module}")
    signal.signal(signal.SIGCHLD, _reap)
    started = set()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        order = json.loads(line)
        if "words" in order:
            child = _begun(order)
            started.add(child)
            answer: int | None = child
        else:
            answer = _ended.get(order["process"])
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()
    for child in started - set(_ended):
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
