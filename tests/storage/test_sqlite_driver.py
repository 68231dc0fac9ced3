"""SQLite's driver: where statements run, whose lock is waited for, and what is left behind."""

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from sufler.domain.errors import StorageUnavailable
from sufler.storage import sqlite_driver
from sufler.storage.database import Database

QUICK = text("SELECT count(*) FROM topics")
# Long enough to be cut off in the middle, whatever the machine.
SLOW = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) "
    "SELECT count(*) FROM n"
)
ADD = text("INSERT INTO topics (name, mode) VALUES (:name, 'suggests')")


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """Each statement with whether it ran in the event loop's own thread."""
    here, found = threading.current_thread(), []
    executed = sqlite_driver.SqliteCursor._executed

    def noted(cursor: Any, statement: str, parameters: Any) -> None:
        found.append((statement, threading.current_thread() is here))
        executed(cursor, statement, parameters)

    monkeypatch.setattr(sqlite_driver.SqliteCursor, "_executed", noted)
    return found


async def asked(database: Database, statement: Any) -> Any:
    async with database.read() as connection:
        return (await connection.execute(statement)).scalar()


async def test_that_a_statement_proves_itself_in_a_thread_before_it_runs_in_the_loop(
    sqlite: Database, seen: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_driver, "QUICK_S", 0.02)  # also on a slow machine
    for _ in range(3):
        await asked(sqlite, SLOW)
    for _ in range(30):
        await asked(sqlite, QUICK)
    slow = [inside for statement, inside in seen if statement == SLOW.text]
    quick = [inside for statement, inside in seen if statement == QUICK.text]
    assert slow == [False, False, False]
    assert quick[0] is False
    assert True in quick


async def test_that_a_statement_which_held_the_loop_goes_back_to_the_threads() -> None:
    driver = sqlite_driver.Driver()
    driver.judge("a", 0.0001, inside=False)
    assert driver.penance["a"] == 0
    driver.judge("a", 1.0, inside=True)
    assert driver.penance["a"] == sqlite_driver.PENANCE
    for _ in range(sqlite_driver.PENANCE):
        driver.judge("a", 0.0001, inside=False)
    assert driver.penance["a"] == 0


async def test_that_another_programs_lock_is_waited_for_while_the_loop_goes_on(
    sqlite: Database,
) -> None:
    for name in ("a", "b", "c"):
        async with sqlite.write() as connection:
            await connection.execute(ADD, {"name": name})
    other = sqlite3.connect(str(sqlite.file), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with sqlite.write() as connection:
            await connection.execute(ADD, {"name": "d"})

    writing = asyncio.create_task(write())
    turns = 0
    while turns < 20:
        await asyncio.sleep(0.005)
        turns += 1
    assert not writing.done()
    other.execute("COMMIT")
    await writing
    other.close()
    assert await asked(sqlite, QUICK) == 4


async def test_that_a_lock_that_never_goes_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sufler.storage.database.BUSY_TIMEOUT_S", 0.1)
    database = Database(f"sqlite:///{tmp_path}/sufler.db")
    await database.migrate()
    other = sqlite3.connect(str(database.file), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailable, match="locked by another program"):
        async with database.write():
            pass
    other.close()
    async with database.write() as connection:
        await connection.execute(ADD, {"name": "a"})
    assert await asked(database, QUICK) == 1
    await database.close()


async def test_that_a_connection_is_whole_after_its_task_was_cancelled_in_a_statement(
    sqlite: Database,
) -> None:
    async def slow() -> None:
        async with sqlite.write() as connection:
            await connection.execute(ADD, {"name": "half"})
            await connection.execute(SLOW)

    for _ in range(3):
        task = asyncio.create_task(slow())
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with sqlite.write() as connection:
            await connection.execute(text("DELETE FROM topics"))
            await connection.execute(ADD, {"name": "whole"})
    async with sqlite.read() as connection:
        rows = await connection.execute(text("SELECT name FROM topics"))
        assert list(rows.scalars()) == ["whole"]


async def test_that_many_rows_come_in_pages_and_all_at_once(sqlite: Database) -> None:
    many = text(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000) "
        "SELECT i FROM n"
    )
    wanted = list(range(1, 25001))
    async with sqlite.read() as connection:
        assert list((await connection.execute(many)).scalars()) == wanted
        paged = [n async for (n,) in await connection.stream(many)]
        assert paged == wanted


async def test_that_only_what_need_not_last_is_left_to_the_system_to_write(
    sqlite: Database,
) -> None:
    async def level() -> int:
        async with sqlite.engine.connect() as connection:
            return int((await connection.execute(text("PRAGMA synchronous"))).scalar_one())

    await sqlite.close()  # so that one connection serves all that follows
    for lasting, meant in ((True, 2), (False, 1), (True, 2)):
        async with sqlite.write(lasting=lasting) as connection:
            await connection.execute(text("DELETE FROM topics"))
        assert await level() == meant
