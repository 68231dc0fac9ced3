"""An operator's reply at any moment of the bot's work: after it the bot says nothing; and of many
who act at once, one wins."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
from conversation_world import ANNA, BORIS, World

from sufler.conversation.timers import Timers
from sufler.domain.conversation import Author, Owner, SendState
from sufler.domain.errors import Conflict
from sufler.storage.leases import Leases

SAID = {SendState.SENDING, SendState.SENT, SendState.UNKNOWN}


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    built = await World(database_url).open()
    built.shelf.put("delivery", "Привезём за 2 дня.")
    built.prompter.fits = {"где заказ": [("delivery", 0.9)]}
    await built.hire(ANNA, BORIS)
    yield built
    await built.close()


@pytest.mark.parametrize("seed", range(4))
async def test_that_after_an_operators_reply_the_bot_says_nothing(world: World, seed: int) -> None:
    moments = random.Random(seed)
    await world.desk.heartbeat(ANNA)
    await world.say("оператор")
    conversation = await world.conversation()
    await world.desk.return_to_bot(ANNA, conversation.id)
    heard_at_reply: list[int] = []

    async def customer() -> None:
        for number in range(4):
            await world.send(["где заказ", "оператор", "не знаю", "спасибо"][number])
            await asyncio.sleep(moments.random() / 50)

    async def operator() -> None:
        await asyncio.sleep(moments.random() / 8)
        await world.desk.reply(ANNA, conversation.id, "Я здесь")
        # What is on its way at this moment was released while the bot owned it.
        heard_at_reply.append(len(await _spoken(world)))

    async def timers() -> None:
        loop = Timers(Leases(world.database), world.clock, world.desk.lines.chores)
        for _ in range(5):
            await loop.look()
            await asyncio.sleep(moments.random() / 50)

    async def bot() -> None:
        for _ in range(12):
            await world.turns.drain()
            await asyncio.sleep(moments.random() / 50)

    await asyncio.gather(customer(), operator(), timers(), bot())
    await world.turns.drain()
    assert len(await _spoken(world)) == heard_at_reply[0]
    assert (await world.conversation()).operator_id == "anna"
    assert "Я здесь" in world.ears.texts()


async def _spoken(world: World) -> list[str]:
    messages = await world.conversations.messages((await world.conversation()).id, 200)
    return [each.text for each in messages if each.author is Author.BOT and each.state in SAID]


async def test_that_of_two_who_take_at_once_one_gets_it_and_the_other_is_told_who(
    world: World,
) -> None:
    await world.desk.heartbeat(ANNA)
    await world.desk.heartbeat(BORIS)
    await world.say("оператор")
    own = (await world.conversation()).id
    results = await asyncio.gather(
        world.desk.take(ANNA, own),
        world.desk.take(BORIS, own),
        return_exceptions=True,
    )
    [refused] = [each for each in results if isinstance(each, Conflict)]
    owner = await world.conversation()
    assert owner.owner is Owner.OPERATOR
    assert ("Анна" if owner.operator_id == "anna" else "Борис") in refused.message
