"""A suggestion for a person is made anew at once, whatever the pause after a message is."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from conversation_world import ANNA, World
from patience import PATIENCE_S

from sufler.conversation.decide import DEFAULT_POLICY
from sufler.domain.conversation import Owner
from sufler.domain.events import EventKind

PAUSED = replace(DEFAULT_POLICY, burst_pause_s=2.5)


@pytest.fixture
async def paused(database_url: str) -> AsyncIterator[World]:
    world = await World(database_url, PAUSED).open()
    world.shelf.put("delivery", "Привезём за 2 дня.", "We deliver in 2 days.")
    world.prompter.fits = {"где заказ": [("delivery", 0.9)], "неясно": [("delivery", 0.2)]}
    yield world
    await world.close()


async def handed_over(world: World, *, taken: bool) -> str:
    """A conversation whose customer asked something that only a person knows."""
    await world.hire(ANNA)
    await world.send("неясно")
    await world.turns.drain()
    world.clock.move(3)
    await world.turns.drain()
    conversation = await world.conversation()
    if taken:
        await world.desk.take(ANNA, conversation.id)
    owner = (await world.conversation()).owner
    assert owner is (Owner.OPERATOR if taken else Owner.QUEUE)
    return conversation.id


@pytest.mark.parametrize("taken", [True, False], ids=["operator", "queue"])
async def test_that_a_person_gets_a_new_suggestion_without_the_pause(
    paused: World, taken: bool
) -> None:
    conversation_id = await handed_over(paused, taken=taken)
    events = paused.live.subscribe()
    await paused.send("где заказ")
    await paused.take_in()
    arrived = await asyncio.wait_for(anext(events), PATIENCE_S)
    assert arrived.kind is EventKind.MESSAGE
    # What is suggested is older than the message: whoever shows it can tell.
    assert [message.open for message in await paused.history()][-1] is True
    before = await paused.desk.current_suggestion(conversation_id)
    assert before is not None
    assert before.text == "неясно"
    await paused.turns.drain()  # the clock stands still
    renewed = await asyncio.wait_for(anext(events), PATIENCE_S)
    assert (renewed.kind, renewed.conversation_id) == (EventKind.MESSAGE, conversation_id)
    after = await paused.desk.current_suggestion(conversation_id)
    assert after is not None
    assert after.text == "где заказ"
    assert not any(message.open for message in await paused.history())


async def test_that_the_bots_own_answer_waits_for_the_pause(paused: World) -> None:
    await paused.send("где заказ")
    await paused.turns.drain()
    assert paused.ears.texts() == []
    paused.clock.move(3)
    await paused.turns.drain()
    assert paused.ears.texts() == ["Привезём за 2 дня."]
