"""The installations that the acceptance cases share, on SQLite and on PostgreSQL."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import BACKENDS, Server
from installation import Installation, installed, new_customer
from installation_programs import Prepared, prepared_in
from staged_sufler import HOLD
from telegram_world import running_telegram

_running: list[Installation] = []


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """After the last case of a worker nothing of its installations runs any more: what is idle
    still asks its database many times a second, through all the tests that follow."""
    here = Path(__file__).parent
    if nextitem is None or here not in nextitem.path.parents:
        for each in _running:
            each.stop(signal.SIGKILL)


@pytest.fixture(scope="session")
def prepared(once: Path, model_folder: Path, known: Path) -> Prepared:
    return prepared_in(once / "prepared", model_folder, known)


@pytest.fixture(scope="session", params=BACKENDS)
def shared(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    model_folder: Path,
    prepared: Prepared,
) -> Iterator[Installation]:
    """Started once for all cases on one database."""
    url = ""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgresql")
        url = server.fresh_now()
    folder = tmp_path_factory.mktemp(f"installation-{request.param}")
    with running_telegram() as telegram:
        with installed(folder, model_folder, telegram, prepared, url) as made:
            _running.append(made)
            yield made
            _running.remove(made)


@pytest.fixture
def installation(shared: Installation) -> Iterator[Installation]:
    """Up, with a Telegram without faults, and nothing left to do."""
    shared.control.clear_faults()
    shared.start()
    shared.quiet(0)
    yield shared
    (shared.stage / HOLD).unlink(missing_ok=True)
    shared.control.clear_faults()
    shared.control.config(duplicate_p=0.0, abort_p=0.0, latency=0.0)
    shared.control.flood(enabled=False)


@pytest.fixture
def customer() -> int:
    return new_customer()
