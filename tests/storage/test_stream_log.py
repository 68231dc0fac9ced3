"""The log of what happened: in the order of commits, whatever ids were given; kept in bounds."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from patience import PATIENCE_S
from set_clock import SetClock
from sqlalchemy import select, update

from sufler.domain.stream import StreamEvent, StreamFilter, StreamKind
from sufler.storage.database import Database
from sufler.storage.erasure import ErasureStore
from sufler.storage.retention import Retention
from sufler.storage.stream import AT_ONCE, StreamStore, note
from sufler.storage.tables.webhooks import happened, stream


async def noted(database: Database, *talks: str) -> None:
    for talk in talks:
        async with database.write() as connection:
            await note(connection, StreamKind.ALERT, conversation_id=talk)


async def settled(store: StreamStore) -> None:
    while await store.settle():
        pass


async def read(store: StreamStore, after: int = 0) -> list[StreamEvent]:
    return list((await store.page(after, limit=10_000)).events)


async def test_that_one_that_is_committed_late_is_not_skipped(postgresql_url: str) -> None:
    """On PostgreSQL the first has the smaller id, and is seen second."""
    one, two = Database(postgresql_url), Database(postgresql_url)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with one.write() as connection:
            await note(connection, StreamKind.ALERT, conversation_id="slow")
            begun.set()
            await go_on.wait()

    writing = asyncio.create_task(slow())
    await begun.wait()
    await noted(two, "quick")
    store = StreamStore(two)
    await settled(store)
    [quick] = await read(store)
    assert quick.conversation_id == "quick"
    go_on.set()
    await writing
    await settled(store)
    [slow_one] = await read(store, quick.id)
    assert slow_one.conversation_id == "slow"
    assert slow_one.id > quick.id
    for each in (one, two):
        await each.close()


async def test_that_many_writers_and_readers_lose_and_double_nothing(database: Database) -> None:
    store, writers, each_writes = StreamStore(database), 8, 25
    got: list[str | None] = []
    position, done = 0, asyncio.Event()

    async def listen() -> None:
        nonlocal position
        while not (done.is_set() and len(got) == writers * each_writes):
            await store.settle()
            page = await store.page(position)
            got.extend(event.conversation_id for event in page.events)
            position = page.until
            await asyncio.sleep(0)

    async def settle_too() -> None:
        while not done.is_set():
            await StreamStore(database).settle()
            await asyncio.sleep(0)

    names = [[f"{writer}-{number}" for number in range(each_writes)] for writer in range(writers)]
    async with asyncio.timeout(PATIENCE_S):
        reading = [asyncio.create_task(listen()), asyncio.create_task(settle_too())]
        await asyncio.gather(*(noted(database, *each) for each in names))
        done.set()
        await asyncio.gather(*reading)
    assert len(got) == len(set(got)) == writers * each_writes
    for each in names:
        assert [talk for talk in got if talk in each] == each  # a writer's in their order


async def test_that_what_is_rolled_back_did_not_happen(database: Database) -> None:
    async def failing() -> None:
        async with database.write() as connection:
            await note(connection, StreamKind.ALERT, conversation_id="never")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await failing()
    store = StreamStore(database)
    await settled(store)
    assert await read(store) == []
    assert await store.ends() == (0, 0)


async def test_that_a_page_tells_how_far_it_looked(database: Database) -> None:
    store = StreamStore(database)
    await noted(database, *["a", "b"] * 3)
    await settled(store)
    only_b = StreamFilter(conversation_id="b")
    first = await store.page(0, only_b, limit=2)
    assert [event.conversation_id for event in first.events] == ["b", "b"]
    assert first.until == first.events[-1].id
    rest = await store.page(first.until, only_b, limit=2)
    assert len(rest.events) == 1
    _, newest = await store.ends()
    assert rest.until == newest
    assert (await store.page(newest, only_b)).until == newest


async def test_that_old_events_go_but_for_the_newest(
    database: Database, clock: SetClock, tmp_path: Path
) -> None:
    store = StreamStore(database)
    await noted(database, "a", "b", "c")
    await settled(store)
    await noted(database, "d")
    async with database.write() as connection:
        for table in (stream, happened):
            await connection.execute(update(table).values(at=clock.now() - timedelta(days=15)))
    erasure = ErasureStore(database, tmp_path, clock)
    gone = await Retention(database, erasure, clock, {"stream": 14}).sweep()
    assert gone["stream"] >= 2
    assert [event.conversation_id for event in await read(store)] == ["c"]
    async with database.read() as connection:
        assert (await connection.execute(select(happened.c.id))).all() == []
    await noted(database, "e")
    await settled(store)
    assert [event.conversation_id for event in await read(store)] == ["c", "e"]


@pytest.fixture
async def flooded(database: Database) -> Database:
    async with database.write() as connection:
        for number in range(AT_ONCE + 3):
            await note(connection, StreamKind.ALERT, conversation_id=str(number))
    return database


async def test_that_a_backlog_is_put_in_order_in_pieces(flooded: Database) -> None:
    store = StreamStore(flooded)
    await settled(store)
    told = [event.conversation_id for event in await read(store)]
    assert told == [str(number) for number in range(AT_ONCE + 3)]
