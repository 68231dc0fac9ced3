"""Sprints of the blind review, and its numbers: pace, agreement, the matcher against people."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from conversation_world import BORIS
from review_world import TOPIC, VERA, ZOYA, Review
from sqlalchemy import insert, select, update

from sufler.domain.administration import Act
from sufler.domain.errors import BadInput, Forbidden
from sufler.prompter.accuracy.agreement import agreement
from sufler.storage.customers import CustomerStore
from sufler.storage.erasure import ErasureStore
from sufler.storage.review_numbers import ReviewNumbers
from sufler.storage.review_rows import reviewers_of
from sufler.storage.tables.accuracy import draws, readers, review_tasks, reviews, trials


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[Review]:
    built = Review(database_url)
    await built.open()
    await built.prepare()
    yield built
    await built.close()


async def test_that_a_sprint_takes_turns_by_their_u_and_by_nothing_else(world: Review) -> None:
    made = {}
    for n, (u, confidence) in enumerate([(0.7, 0.99), (0.2, 0.1), (0.5, 0.5), (0.9, 0.9)]):
        key = await world.asked(f"c{n}")
        made[key] = u
        async with world.database.write() as connection:
            row = update(draws).where(draws.c.suggestion_id == key)
            await connection.execute(row.values(u=u, confidence=confidence))
    with pytest.raises(Forbidden):
        await world.reviewing.sprint(BORIS, TOPIC, 2)
    for topic, checks, minutes in (("нет такой", 2, None), (TOPIC, 0, None), (TOPIC, None, None)):
        with pytest.raises(BadInput):
            await world.reviewing.sprint(ZOYA, topic, checks, minutes)
    first = await world.reviewing.sprint(ZOYA, TOPIC, 2)
    assert (first.taken, first.there) == (2, 4)
    rest = await world.reviewing.sprint(ZOYA, TOPIC, minutes=10)  # at ten seconds each
    assert (rest.taken, rest.there) == (2, 2)
    assert (await world.reviewing.sprint(ZOYA, TOPIC, 5)).taken == 0
    async with world.database.read() as connection:
        rows = await connection.execute(select(review_tasks).order_by(review_tasks.c.id))
        found = [(made[row["suggestion_id"]], row["propensity"]) for row in rows.mappings()]
    assert found == [(0.2, 0.5), (0.5, 0.5), (0.7, 1.0), (0.9, 1.0)]
    assert (await world.reviewing.progress(BORIS)).waiting == {TOPIC: 4}
    card = await world.reviewing.next(BORIS, "другая")
    assert card is None


async def test_that_a_sprint_takes_no_hidden_later_or_old_turn(world: Review) -> None:
    for n in range(4):
        key = await world.asked(f"c{n}")
        change = (
            {"hidden": True},
            {"counts": False},
            {"at": world.clock.now() - timedelta(days=31)},
            {"at": world.clock.now() - timedelta(days=5)},
        )[n]
        async with world.database.write() as connection:
            row = update(draws).where(draws.c.suggestion_id == key)
            await connection.execute(row.values(**change))
    async with world.database.write() as connection:  # after a demotion only fresh ones count
        began = world.clock.now() - timedelta(days=1)
        values = {"topic": TOPIC, "started_at": began, "since": began, "why": "test"}
        await connection.execute(insert(trials).values(**values, target=0.9, enough=20, bars=[]))
    assert (await world.reviewing.sprint(ZOYA, TOPIC, 9)).there == 0


async def test_that_an_erased_customer_leaves_no_task_no_review_and_no_reader(
    world: Review, tmp_path: Path
) -> None:
    await world.task(among=2)
    talk = (await world.conversation()).id
    await world.picks(BORIS, "cost")
    await world.desk.workplace.readers.opened(VERA, talk)
    found = await CustomerStore(world.database).everything("test", "c1")
    assert found is not None
    assert [row["reader"] for row in found["readers"]] == ["vera"]
    erasures = ErasureStore(world.database, tmp_path, world.clock)
    act = Act(world.clock.now(), "person:zoya", "Зоя", "customer_erased", "test")
    await erasures.erase("test", "c1", lambda _counts: act)
    async with world.database.read() as connection:
        for table in (review_tasks, reviews, readers):
            assert (await connection.execute(select(table))).all() == []


async def test_that_it_is_counted_how_often_the_matcher_and_reviewers_disagree(
    world: Review,
) -> None:
    for customer, matched, choice in (("c1", "cost", "cost"), ("c2", "when", "cost")):
        task = await world.task(customer)
        async with world.database.write() as connection:
            row = update(review_tasks).where(review_tasks.c.id == task)
            await connection.execute(row.values(matched=matched))
        await world.picks(BORIS, choice)
    await world.settle()
    since = world.clock.now() - timedelta(days=1)
    assert await ReviewNumbers(world.database).matched_looks(since) == (2, 1)


async def test_that_the_pace_is_the_readers_own(world: Review) -> None:
    for n in range(5):
        await world.task(f"c{n}")
        card = await world.reviewing.next(BORIS)
        assert card is not None
        await world.reviewing.pick(BORIS, card.task_id, "cost", took_s=20.0 + n)
    assert (await world.reviewing.progress(BORIS)).pace_s == 22.0
    assert (await world.reviewing.progress(VERA)).pace_s == 10.0


def test_that_kappa_is_agreement_beyond_chance() -> None:
    assert agreement([]).kappa is None
    assert agreement([("a", "a")] * 5).kappa is None  # always the same: nothing can be told
    assert agreement([("a", "a"), ("b", "b")]).kappa == 1.0
    assert agreement([("a", "b"), ("b", "a")]).kappa == -1.0
    # Scott's own form: 3 of 4 agree, chance (5/8)² + (3/8)² = 34/64.
    found = agreement([("a", "a"), ("a", "a"), ("a", "b"), ("b", "b")])
    assert (found.pairs, found.same) == (4, 3)
    assert found.kappa == pytest.approx((3 / 4 - 34 / 64) / (1 - 34 / 64))


def test_that_about_a_tenth_is_given_to_two() -> None:
    two = sum(reviewers_of(f"suggestion {n}") == 2 for n in range(5000))
    assert 430 < two < 570
