"""Requests with a key of their own, on both databases: one holder, one deed, one answer."""

import asyncio
from datetime import timedelta

import pytest
from set_clock import SetClock
from sqlalchemy import func, select

from sufler.domain.errors import BadInput, Conflict, UnderWay
from sufler.domain.knowledge import Article, Translation
from sufler.domain.ports import KeptAnswer
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database
from sufler.storage.idempotency import KEEP, LONGEST, IdempotencyStore
from sufler.storage.tables.requests import requests

ANSWER = KeptAnswer(201, {"etag": '"1"'}, b'{"id": "\xd1\x8f"}')
ARTICLE = Article("one", "Тема", {"ru": Translation("Вопрос?", "Ответ.")})


@pytest.fixture
def store(database: Database, clock: SetClock) -> IdempotencyStore:
    return IdempotencyStore(database, clock)


async def _begun(store: IdempotencyStore, name: str = "name") -> str:
    holder = await store.begin(name, "print")
    assert isinstance(holder, str)
    return holder


async def test_that_a_kept_answer_is_given_again_for_a_day(
    store: IdempotencyStore, database: Database, clock: SetClock
) -> None:
    await store.keep("name", await _begun(store), ANSWER)
    assert await store.begin("name", "print") == ANSWER
    with pytest.raises(BadInput, match="another request"):
        await store.begin("name", "other print")
    clock.moment += KEEP + timedelta(seconds=1)
    await _begun(store, "other")
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(requests)) == 1
    await _begun(store)


async def test_that_of_many_at_one_moment_one_may_do_it(
    database: Database, clock: SetClock
) -> None:
    beside = Database(database.url.render_as_string(hide_password=False))
    stores = [IdempotencyStore(each, clock) for each in (database, beside) * 5]
    begun = await asyncio.gather(
        *(store.begin("name", "print") for store in stores), return_exceptions=True
    )
    await beside.close()
    assert sum(isinstance(each, str) for each in begun) == 1
    assert sum(isinstance(each, UnderWay) for each in begun) == 9


async def test_that_a_crash_before_the_deed_frees_it_after_a_minute(
    store: IdempotencyStore, clock: SetClock
) -> None:
    await _begun(store)
    with pytest.raises(UnderWay):
        await store.begin("name", "print")
    clock.moment += LONGEST
    await _begun(store)


async def test_that_a_crash_after_the_deed_does_not_do_it_twice(
    store: IdempotencyStore, database: Database, clock: SetClock
) -> None:
    with store.held("name", await _begun(store)):
        await ArticleStore(database, clock).save_many([ARTICLE], "test")
    clock.moment += LONGEST
    with pytest.raises(Conflict, match="answer was lost"):
        await store.begin("name", "print")


async def test_that_a_slow_holder_cannot_do_it_beside_the_next_one(
    store: IdempotencyStore, database: Database, clock: SetClock
) -> None:
    articles, slow = ArticleStore(database, clock), await _begun(store)
    clock.moment += LONGEST
    quick = await _begun(store)
    with store.held("name", slow), pytest.raises(Conflict, match="took over"):
        await articles.save_many([ARTICLE], "slow")
    assert await articles.version() == 0
    with store.held("name", quick):
        await articles.save_many([ARTICLE], "quick")
    await store.keep("name", slow, KeptAnswer(200, {}, b"slow"))
    await store.keep("name", quick, ANSWER)
    assert await store.begin("name", "print") == ANSWER


async def test_that_what_failed_may_be_sent_again_at_once(
    store: IdempotencyStore, database: Database, clock: SetClock
) -> None:
    await store.give_up("name", await _begun(store))
    holder = await store.begin("name", "other print")
    assert isinstance(holder, str)
    with store.held("name", holder):
        await ArticleStore(database, clock).save_many([ARTICLE], "test")
    await store.give_up("name", holder)  # stored, and then something else failed
    with pytest.raises(Conflict, match="answer was lost"):
        await store.begin("name", "other print")


async def test_that_without_a_request_a_store_writes_as_ever(
    database: Database, clock: SetClock
) -> None:
    assert await ArticleStore(database, clock).save_many([ARTICLE], "test") == 1
