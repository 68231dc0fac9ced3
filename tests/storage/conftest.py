"""A real, migrated SQLite database in a folder of the test's own, and a clock that can be set."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from set_clock import SetClock

from sufler.storage.database import Database


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite:///{tmp_path}/sufler.db")
    await opened.migrate()
    yield opened
    await opened.close()
