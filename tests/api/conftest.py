"""A world for each test: the API over a database of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from api_world import World, built_world
from databases import fresh_file

from sufler.domain.knowledge import Article, Phrasing, Translation
from sufler.storage.database import Database


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    database = Database(fresh_file(tmp_path))
    built = await built_world(database)
    await built.knowledge.save(
        [
            Article(
                "returns-money",
                "Возврат",
                {
                    "ru": Translation("Когда вернутся деньги?", "За **3 дня**."),
                    "en": Translation("When is my money back?", "In **3 days**."),
                },
                (Phrasing("где деньги", "ru"),),
            ),
            Article("where-is-it", "Доставка", {"ru": Translation("Где заказ?", "В пути.")}),
        ],
        "test",
    )
    yield built
    await database.close()
