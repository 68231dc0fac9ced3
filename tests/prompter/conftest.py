"""The demo shop to suggest from, in a SQLite file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from base_world import Base, RememberingEncoder, copied, opened


@pytest.fixture(scope="module")
def shop_file(remembering: RememberingEncoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(remembering, tmp_path_factory.mktemp("shop"), demo=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(shop_file: Path, remembering: RememberingEncoder) -> AsyncIterator[Base]:
    """The demo shop; only to be read."""
    async with opened(shop_file, remembering) as started:
        yield started
