"""One `serve` on one SQLite file: the second is told who is there, and how to mend it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sufler.domain.errors import Conflict
from sufler.storage.database import Database
from sufler.storage.serving_lock import serving_lock

HOLD = """
import sys, time
from sufler.storage.database import Database
from sufler.storage.serving_lock import serving_lock
with serving_lock(Database(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def holder(url: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, url],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_that_a_second_serve_is_told_which_process_is_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/sufler.db"
    first = holder(url)
    try:
        assert first.stdout is not None
        first.stdout.close()
        with pytest.raises(Conflict, match=rf"process {first.pid}\).*SUFLER_DATA_DIR"):
            serving_lock(Database(url)).__enter__()
        with serving_lock(Database(f"sqlite:///{tmp_path}/another.db")):
            pass
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    with serving_lock(Database(url)):
        assert (tmp_path / "sufler.db.serving").read_text() == f"{os.getpid()}\n"


def test_that_the_lock_can_be_taken_again_after_it_was_given_back(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new/sufler.db")
    for _ in range(2):
        with serving_lock(database):
            with pytest.raises(Conflict):
                serving_lock(database).__enter__()


def test_that_where_nothing_can_be_written_serving_needs_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with serving_lock(Database(f"sqlite:///{tmp_path}/sufler.db?mode=ro")):
        pass
