"""Bases to suggest from: an empty one, a small one, and the demo shop, each a SQLite file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from base_world import SMALL, Base, Opening, RememberingEncoder, copied, opened, remembering_over

from sufler.kb_index.encoder import Encoder


@pytest.fixture(scope="session")
def remembering(encoder: Encoder) -> RememberingEncoder:
    return remembering_over(encoder)


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


@pytest.fixture(scope="module")
def shop_file(remembering: RememberingEncoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(remembering, tmp_path_factory.mktemp("shop"), demo=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(shop_file: Path, remembering: RememberingEncoder) -> AsyncIterator[Base]:
    """The demo shop; only to be read."""
    async with opened(shop_file, remembering) as started:
        yield started
