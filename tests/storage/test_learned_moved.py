"""Phrasings that an import had written into articles as learned: a migration moves them."""

import json

from alembic import command
from set_clock import SetClock
from sqlalchemy import Connection, text

from sufler.domain.knowledge import Article, Phrasing, PhrasingSource, Translation
from sufler.domain.learning import LearnedFilter, LearnedState
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database
from sufler.storage.learned_list import LearnedStore
from sufler.storage.migrate import _config


async def test_that_learned_phrasings_leave_bodies_and_history_and_serve_as_before(
    database: Database, clock: SetClock
) -> None:
    store = ArticleStore(database, clock)
    ours = Phrasing("где посылка", "ru")
    told = {"ru": Translation("Где заказ?", "Едет.")}
    await store.save_many([Article("a", "Т", told, (ours,))], "ed")

    def down(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0011")

    theirs = {
        "text": "куда делась",
        "language": "ru",
        "source": "learned",
        "author": "customer:talk",
        "weight": 0.5,
    }
    async with database.write() as connection:
        await connection.run_sync(down)
        body = json.loads(await connection.scalar(text("SELECT body FROM articles")) or "")
        body["phrasings"].append(theirs)
        for table in ("articles", "article_revisions"):
            changed = text(f"UPDATE {table} SET body = :body")
            await connection.execute(changed, {"body": json.dumps(body, ensure_ascii=False)})
    await database.migrate()

    article = await store.get("a")
    learned = Phrasing("куда делась", "ru", PhrasingSource.LEARNED, "customer:talk", 0.5)
    assert article.phrasings == (ours, learned)
    (row,) = await LearnedStore(database, clock).page(LearnedFilter(), 5)
    assert (row.state, row.conversation_id) == (LearnedState.UNCONFIRMED, "talk")
    (kept,) = await store.history("a")
    assert kept.article.phrasings == (ours,)
    # What is equal is no change: the content's hash was moved with it.
    assert await store.save_many([article], "ed") == 0
