"""Draws and checks as stored: one check for the first turn of an episode, audits, sprints."""

from datetime import datetime, timedelta

import pytest
from conversation_world import World
from drawn_world import HIDDEN, SHOWN, drawn
from sqlalchemy import insert, update

from sufler.domain.checks import Check, CheckKind, Draw
from sufler.domain.errors import BadInput, Conflict, NotFound
from sufler.storage.checks import CheckStore
from sufler.storage.draws import DrawStore
from sufler.storage.tables.accuracy import mode_changes
from sufler.storage.tables.knowledge import topics
from sufler.storage.tables.learning import learned


async def test_that_one_prediction_has_one_check_and_only_the_first_of_an_episode(
    checked: World,
) -> None:
    world = checked
    first, second = [await drawn(world, each, SHOWN) for each in ("где заказ", "деньги")]
    assert (first.counts, second.counts) == (True, False)
    store, now = CheckStore(world.database), world.clock.now()

    def check(suggestion_id: str, propensity: float = 1.0, at: datetime = now) -> Check:
        kind = CheckKind.REVIEW
        return Check(0, suggestion_id, "", "", kind, 0.0, True, propensity, now, at, "person:boris")

    with pytest.raises(NotFound):
        await store.add(check("unknown"))
    with pytest.raises(BadInput):
        await store.add(check(first.suggestion_id, 0.0))
    with pytest.raises(Conflict, match="after its label"):
        await store.add(check(first.suggestion_id, at=now - timedelta(seconds=1)))
    with pytest.raises(Conflict, match="its first"):
        await store.add(check(second.suggestion_id))
    stored = await store.add(check(first.suggestion_id))
    assert (stored.topic, stored.article_id) == ("answers", "delivery")
    with pytest.raises(Conflict, match="has its check"):
        await store.add(check(first.suggestion_id))
    assert await store.of_topic("answers", now) == [stored]
    assert await store.of_topic("answers", now + timedelta(seconds=1)) == []
    world.clock.move(60)
    assert await store.void("delivery", "facts", world.clock.now()) == 1
    assert await store.all_until() == []
    assert await store.all_until(world.clock.now() - timedelta(seconds=1)) == [stored]


async def test_that_a_prediction_that_knew_its_own_label_is_never_checked(checked: World) -> None:
    world = checked
    draw = await drawn(world, "где заказ", SHOWN)
    talk = await world.conversation()
    async with world.database.write() as connection:
        await connection.execute(
            insert(learned).values(
                kind="phrasing",
                state="unconfirmed",
                article_id="delivery",
                text="где заказ",
                language="ru",
                weight=0.5,
                by="person:anna",
                at=draw.at,
                why="taught",
                conversation_id=talk.id,
            )
        )
    now = world.clock.now()
    label = Check(
        0, draw.suggestion_id, "", "", CheckKind.REVIEW, 0.0, True, 1.0, now, now, "person:boris"
    )
    with pytest.raises(Conflict, match="learned"):
        await CheckStore(world.database).add(label)


async def test_that_a_sprint_takes_turns_by_their_u_and_none_that_is_labelled(
    checked: World,
) -> None:
    world = checked
    chances = (0.9, 0.3, 0.6, HIDDEN)
    draws = [await drawn(world, "где заказ", u, f"c{n}") for n, u in enumerate(chances)]
    store = DrawStore(world.database)
    since = world.clock.now() - timedelta(days=1)
    in_order = await store.in_order_of_u("answers", since, 10)
    # The first answers of a topic are all audited, so somebody is asked for these already.
    assert in_order == []
    everything = await store.in_order_of_u("answers", since, 10, without_check=False)
    assert [draw.u for draw in everything] == [HIDDEN, 0.3, 0.6, 0.9]
    assert await store.confidences("answers", limit=3) == [0.9, 0.9, 0.9]
    assert len(await store.of_topic(None, since)) == len(draws)
    other = await drawn(world, "про черновик", 0.7, "c9")
    assert await store.in_order_of_u("suggests", since, 10) == [other]


async def test_that_audits_grow_rare_and_an_alarm_brings_them_all_back(world: World) -> None:
    def audited(draws: list[Draw]) -> list[bool]:
        return [draw.audited for draw in draws]

    first = [await drawn(world, "где заказ", 0.99, f"a{n}") for n in range(50)]
    assert audited(first) == [True] * 50
    rarer = [await drawn(world, "где заказ", u, f"b{u}") for u in (0.19, 0.21)]
    assert audited(rarer) == [True, False]
    world.clock.move(60)
    async with world.database.write() as connection:
        row = {"name": "answers", "mode": "answers", "alarm_at": world.clock.now()}
        await connection.execute(insert(topics).values(**row))
    assert (await drawn(world, "где заказ", 0.99, "after")).audited
    world.clock.move(60)
    async with world.database.write() as connection:
        await connection.execute(update(topics).values(alarm_at=None))
    assert not (await drawn(world, "где заказ", 0.99, "calm")).audited
    async with world.database.write() as connection:
        await connection.execute(
            insert(mode_changes).values(
                topic="answers",
                at=world.clock.now(),
                by="person:root",
                before="suggests",
                after="answers",
                reason="chosen",
                words="",
                numbers={},
            )
        )
    assert (await drawn(world, "где заказ", 0.99, "anew")).audited
