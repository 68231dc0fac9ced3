"""The database itself: URLs, migrations, transactions, and faults said in words."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from set_clock import SetClock
from sqlalchemy import Connection, event, inspect, text

from sufler.domain.errors import SettingsError, StorageUnavailable
from sufler.domain.knowledge import Article, Translation
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database
from sufler.storage.migrate import MIGRATIONS, _config, newest_revision
from sufler.storage.tables import metadata

ADD = text("INSERT INTO topics (name, mode) VALUES (:name, 'suggests')")


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """What SQLAlchemy cannot know: the search over messages, which the database keeps by itself."""
    searched = kind == "table" and str(name).startswith("messages_fts")
    return not searched and name != "ix_messages_words"


def differences(connection: Connection) -> list[object]:
    opts = {"compare_type": True, "include_name": ours}
    context = MigrationContext.configure(connection, opts=opts)
    return list(compare_metadata(context, metadata))


async def names(database: Database) -> list[str]:
    async with database.read() as connection:
        rows = await connection.execute(text("SELECT name FROM topics ORDER BY name"))
        return list(rows.scalars())


async def test_that_the_migrations_make_what_the_tables_say(database: Database) -> None:
    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_that_the_migrations_can_be_taken_back(database: Database) -> None:

    def down(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")

    async with database.write() as connection:
        await connection.run_sync(down)
    async with database.read() as connection:
        left = await connection.run_sync(lambda under: inspect(under).get_table_names())
        assert set(left) <= {"alembic_version", "sqlite_sequence"}
    await database.migrate()


async def test_that_two_starts_can_migrate_at_one_moment(tmp_path: Path) -> None:
    databases = [Database(f"sqlite:///{tmp_path}/new/sufler.db") for _ in range(3)]
    await asyncio.gather(*[database.migrate() for database in databases])
    for database in databases:
        await database.ping()
        await database.close()


async def test_that_a_database_of_a_newer_program_is_refused(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageUnavailable, match="newer Sufler"):
        await database.migrate()


async def test_that_an_error_or_a_cancellation_rolls_back(database: Database) -> None:
    async def failing() -> None:
        async with database.write() as connection:
            await connection.execute(ADD, {"name": "a"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()

    async def slow() -> None:
        async with database.write() as connection:
            await connection.execute(ADD, {"name": "b"})
            await asyncio.sleep(60)

    task = asyncio.create_task(slow())
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.write() as connection:
        await connection.execute(ADD, {"name": "c"})
    assert await names(database) == ["c"]


async def test_that_readers_see_one_state_while_a_writer_writes(database: Database) -> None:
    async with database.read() as reading:
        assert (await reading.execute(text("SELECT count(*) FROM topics"))).scalar() == 0
        async with database.write() as writing:
            await writing.execute(ADD, {"name": "a"})
        assert (await reading.execute(text("SELECT count(*) FROM topics"))).scalar() == 0
    assert await names(database) == ["a"]


async def test_that_a_write_inside_a_write_is_an_error_and_no_deadlock(
    database: Database,
) -> None:
    with pytest.raises(RuntimeError, match="inside"):
        async with database.write(), database.write():
            pass
    async with database.write() as connection:
        await connection.execute(ADD, {"name": "after"})


async def test_that_writers_over_two_engines_all_get_their_turn(
    database: Database,
) -> None:
    other = Database(database.url.render_as_string(hide_password=False))

    async def add(to: Database, name: str) -> None:
        async with to.write() as connection:
            await connection.execute(ADD, {"name": name})

    await asyncio.gather(*[add(to, f"{id(to)} {n}") for to in (database, other) for n in range(15)])
    assert len(await names(database)) == 30
    await other.close()


async def test_that_a_full_disk_says_so_and_the_base_stays_whole(
    sqlite: Database, clock: SetClock
) -> None:
    store = ArticleStore(sqlite, clock)
    small = Article("small", "t", {"ru": Translation("Вопрос?", "Ответ.")})
    await store.save_many([small], "x")
    await sqlite.close()

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 80")

    event.listen(sqlite.engine.sync_engine, "connect", limit)
    large = (
        Article(str(n), "t", {"ru": Translation("Вопрос?", "Ответ. " * 500)}) for n in range(900)
    )
    with pytest.raises(StorageUnavailable, match=r"full.*free some space"):
        await store.save_many(large, "x")
    assert [each.id async for each in store.all()] == ["small"]
    assert await store.version() == 1
    event.remove(sqlite.engine.sync_engine, "connect", limit)
    await sqlite.close()
    assert await store.save_many([Article("b", "t", small.translations)], "x") == 1


async def test_that_a_read_only_database_is_read_and_its_writes_are_refused(
    sqlite: Database, clock: SetClock
) -> None:
    small = Article("small", "t", {"ru": Translation("Вопрос?", "Ответ.")})
    await ArticleStore(sqlite, clock).save_many([small], "x")
    await sqlite.close()
    for url in (
        f"sqlite:///{sqlite.file}?mode=ro",
        f"sqlite+aiosqlite:///file:{sqlite.file}?mode=ro&uri=true",
    ):
        read_only = Database(url)
        assert read_only.file == sqlite.file
        await read_only.migrate()
        store = ArticleStore(read_only, clock)
        assert (await store.get("small")).translations == small.translations
        with pytest.raises(StorageUnavailable, match=r"read-only.*mode=ro"):
            await store.save_many([Article("b", "t", small.translations)], "x")
        assert await store.version() == 1
        await read_only.close()


async def test_that_a_new_read_only_database_cannot_be_opened(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/none.db?mode=ro")
    with pytest.raises(StorageUnavailable, match="cannot be opened"):
        await database.migrate()


async def test_that_a_database_locked_by_another_program_says_so(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sufler.storage.database.BUSY_TIMEOUT_S", 0.1)
    hasty = Database(str(sqlite.url))
    other = sqlite3.connect(str(sqlite.file), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailable, match="locked by another program"):
        async with hasty.write():
            pass
    other.execute("ROLLBACK")
    other.close()
    async with hasty.write() as connection:
        await connection.execute(ADD, {"name": "after"})
    await hasty.close()


async def test_that_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "sufler.db").write_text("a shopping list\n" * 100)
    database = Database(f"sqlite:///{tmp_path}/sufler.db")
    with pytest.raises(StorageUnavailable, match="not an SQLite database"):
        await database.migrate()
    await database.close()


async def test_that_a_database_without_tables_says_how_to_make_them(
    tmp_path: Path, clock: SetClock
) -> None:
    database = Database(f"sqlite:///{tmp_path}/sufler.db")
    with pytest.raises(StorageUnavailable, match="sufler serve"):
        await ArticleStore(database, clock).version()
    await database.close()


async def test_that_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageUnavailable, match="folder"):
        await Database(f"sqlite:///{tmp_path}/file/sufler.db").migrate()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://host/db", "sqlite://", "sqlite:///"])
def test_that_a_url_it_cannot_use_is_refused_by_the_setting_name(url: str) -> None:
    with pytest.raises(SettingsError, match="SUFLER_DATABASE_URL") as refused:
        Database(url)
    assert refused.value.field == "SUFLER_DATABASE_URL"


async def test_that_a_path_with_odd_characters_works(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/папка 50%/база данных.db")
    await database.migrate()
    assert database.file is not None
    assert database.file.exists()
    await database.close()
    read_only = Database(f"sqlite:///{database.file}?mode=ro")
    await read_only.ping()
    assert read_only.file == database.file
    await read_only.close()


def test_that_the_migrations_are_shipped_with_the_package() -> None:
    # setuptools takes only folders with an __init__.py, so an installed copy would lack the rest.
    for module in MIGRATIONS.rglob("*.py"):
        assert (module.parent / "__init__.py").exists()
    assert newest_revision() is not None
