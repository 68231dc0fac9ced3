"""Real, migrated databases of the test's own, and a clock that can be set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from databases import fresh_file
from set_clock import SetClock

from sufler.storage.database import Database


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Each test that takes it runs on SQLite and on PostgreSQL."""
    async with _opened(database_url) as opened:
        yield opened


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """For what only a file can have."""
    async with _opened(fresh_file(tmp_path)) as opened:
        yield opened


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    yield database
    await database.close()
