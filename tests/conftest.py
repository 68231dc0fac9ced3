"""Fixtures that more than one room's tests need."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from base_world import SMALL, Base, Opening, RememberingEncoder, copied, known_file, opened
from browsers import browser_path
from databases import BACKENDS, Server, fresh_file, started
from hypothesis import HealthCheck, settings

from sufler.kb_index.encoder import Encoder, ensure_model, load_encoder

pytest_plugins = ["sharing_out"]
# No turn is drawn for a check but where a test says so.
os.environ.setdefault("SUFLER_HIDDEN_SHARE", "0")
# A slow machine is no failure.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A real PostgreSQL, one for each worker of xdist."""
    with started() as server:
        yield server


@pytest.fixture
async def postgresql_url(postgresql: Server) -> str:
    """A migrated PostgreSQL database of the test's own."""
    return await postgresql.fresh()


@pytest.fixture(params=BACKENDS)
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database of the test's own: each test runs on both."""
    if request.param == "sqlite":
        return fresh_file(tmp_path)
    server: Server = request.getfixturevalue("postgresql")
    return await server.fresh()


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The prepared default model: prepared once per machine, also when xdist runs many workers."""
    named = os.environ.get("SUFLER_TEST_MODEL_DIR")
    folder = Path(named) if named else Path(__file__).parents[1] / "data" / "model" / "default"
    ensure_model(folder)  # holds a file lock while it prepares
    return folder


@pytest.fixture(scope="session")
def encoder(model_folder: Path) -> Iterator[Encoder]:
    loaded = load_encoder(model_folder)
    yield loaded
    loaded.close()


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what is made once in a run, by whichever worker of xdist wants it first."""
    base = tmp_path_factory.getbasetemp()
    # Workers of xdist have folders of their own under one that they share.
    return base.parent if base.name.startswith("popen-") else base


@pytest.fixture(scope="session")
def known(request: pytest.FixtureRequest, once: Path) -> Path:
    """A database without a row but the vectors of the demo: whoever starts from a copy of it does
    not encode for half a minute."""
    return known_file(once, lambda: request.getfixturevalue("encoder"))


@pytest.fixture(scope="session")
def remembering(encoder: Encoder, once: Path, known: Path) -> RememberingEncoder:
    return RememberingEncoder(encoder, once)


@pytest.fixture
def opening(remembering: RememberingEncoder, tmp_path: Path) -> Opening:
    """Opens the test's one database file anew, as a restart or a second process would."""
    file = copied(remembering, tmp_path)
    return lambda: opened(file, remembering)


@pytest.fixture
async def base(opening: Opening) -> AsyncIterator[Base]:
    """An empty base."""
    async with opening() as started:
        yield started


@pytest.fixture
async def small(base: Base) -> Base:
    """Five articles, with the head of these."""
    await base.save(*SMALL)
    await base.knowledge.start()  # as after a restart: all in the large segment
    await base.prompter.refit()
    return base


def pytest_runtest_setup(item: pytest.Item) -> None:
    # In CI this fails the run, see below; elsewhere a newcomer needs no browser.
    if item.get_closest_marker("browser") and browser_path() is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.write_line(f"SKIPPED {report.nodeid}: {reason}")
    if skipped and os.environ.get("CI"):
        terminalreporter.write_line("In CI a skipped test is a failure.", red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test fails the run: what was not tried is not known to work."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if (
        os.environ.get("CI")
        and reporter
        and reporter.stats.get("skipped")
        and not session.exitstatus
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
