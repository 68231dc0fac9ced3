"""One world for each test of the conversation."""

from collections.abc import AsyncIterator

import pytest
from conversation_world import ANNA, World
from drawn_world import CHECKED

from sufler.domain.knowledge import Mode


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    built = await World(database_url).open()
    built.shelf.put("delivery", "Привезём за 2 дня.", "We deliver in 2 days.")
    built.shelf.put("returns", "Вернём деньги, {customer.first_name|друг}.")
    built.shelf.put("secret", "Тайна.", mode=Mode.OBSERVES)
    built.shelf.put("draft", "Черновик.", mode=Mode.SUGGESTS)
    built.prompter.fits = {
        "где заказ": [("delivery", 0.9), ("returns", 0.1)],
        "where is it": [("delivery", 0.9)],
        "деньги": [("returns", 0.8)],
        "money": [("returns", 0.8)],
        "неясно": [("delivery", 0.4), ("returns", 0.35)],
        "странное": [("delivery", 0.05)],
        "про тайну": [("secret", 0.95)],
        "про черновик": [("draft", 0.95)],
    }
    yield built
    await built.close()


@pytest.fixture
async def checked(world: World) -> World:
    """A tenth of the turns of "answers" is checked, and an operator is there."""
    world.turns.use(CHECKED, "ru")
    await world.hire(ANNA)
    await world.desk.heartbeat(ANNA)
    return world
