"""Bases to search in: an empty one and a small one, each a SQLite file of the test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
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
