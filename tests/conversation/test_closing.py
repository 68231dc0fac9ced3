"""Closing by the customer: by words, by a button, by a command, whoever has the conversation."""

from dataclasses import replace

import pytest
from conversation_world import ANNA, World

from sufler.conversation.buttons import CLOSE
from sufler.conversation.timers import Timers
from sufler.domain.conversation import Author, Owner
from sufler.domain.events import EventKind
from sufler.domain.people import Caller, Role
from sufler.domain.queues import Silence
from sufler.domain.texts import text
from sufler.storage.leases import Leases
from sufler.storage.past import PastStore

SOLVED = text("closed_by_you", "ru")
ROOT = Caller("person:root", "Root", Role.ADMINISTRATOR, "root")


async def closed_by(world: World) -> str | None:
    return await PastStore(world.database).closed_by((await world.conversation()).id)


@pytest.mark.parametrize("by", ["words", "control"])
@pytest.mark.parametrize("owner", list(Owner))
async def test_that_the_customer_closes_it_whoever_has_it(
    world: World, owner: Owner, by: str
) -> None:
    await world.hire(ANNA)
    await world.say("где заказ" if owner is Owner.BOT else "оператор")
    talk = await world.conversation()
    if owner is Owner.OPERATOR:
        await world.desk.take(ANNA, talk.id)
    assert (await world.conversation()).owner is owner
    live = world.desk.subscribe()
    assert await (world.say("вопрос решён") if by == "words" else world.say(button=CLOSE)) == [
        SOLVED
    ]
    closed = await world.conversation()
    assert (closed.open, closed.owner, closed.operator_id) == (False, Owner.BOT, None)
    assert (closed.waiting_since, closed.unanswered_since) == (None, None)
    assert await world.desk.waiting() == await world.desk.mine(ANNA) == []
    assert await closed_by(world) == "customer"
    kinds = set()
    while (event := live.at_hand()) is not None:
        kinds.add(event.kind)
    assert EventKind.CLOSED in kinds
    await world.say("где заказ")
    opened = await world.conversation()
    assert (opened.open, opened.episode) == (True, closed.episode + 1)
    assert opened.owner is Owner.BOT  # the old hand-off makes no new one


async def test_that_leaving_the_queue_is_no_wait_that_was_served(world: World) -> None:
    await world.hire(ANNA)
    await world.say("оператор", customer="c2")
    await world.say("оператор")
    world.clock.move(60)
    await world.say("вопрос решён", customer="c2")
    [status] = await world.say("долго ждать?")
    assert "Ваше место в очереди: 1." in status


async def test_that_closing_twice_or_what_is_closed_opens_nothing(world: World) -> None:
    assert await world.say(button=CLOSE) == []  # nobody knows this customer
    await world.say("где заказ")
    assert await world.say(button=CLOSE) == [SOLVED]
    assert await world.say(button=CLOSE) == []  # a double click
    await world.say("где заказ")
    await world.desk.close(ANNA, (await world.conversation()).id)
    assert await world.say(button=CLOSE) == [text("closed_already", "ru")]
    assert (await world.conversation()).episode == 2


async def test_that_the_button_of_an_old_matter_does_not_close_the_new_one(world: World) -> None:
    await world.say("где заказ")
    await world.say("спасибо")
    [button] = world.ears.heard[-1][2]
    assert button.label == text("solved", "ru")
    await world.desk.close(ANNA, (await world.conversation()).id)
    await world.say("деньги")
    assert await world.say(button=button.data) == [text("stale_button", "ru")]
    assert (await world.conversation()).open
    assert await world.say(button="c:2") == [SOLVED]


async def test_that_the_warning_before_closing_offers_to_close_now(world: World) -> None:
    await world.hire(ANNA, ROOT)
    queues = world.desk.lines.queues
    silence = Silence(warn_min=30, close_min=60)
    await queues.save(ROOT, replace(await queues.get(None), silence=silence))
    await world.say("оператор")
    await world.desk.reply(ANNA, (await world.conversation()).id, "Готово, проверьте.")
    world.clock.move(60)
    await world.turns.drain()
    world.clock.move(31 * 60)
    await world.desk.heartbeat(ANNA)
    await Timers(Leases(world.database), world.clock, world.desk.lines.chores).look()
    await world.turns.drain()
    [button] = world.ears.heard[-1][2]
    assert (button.label, button.data) == (text("solved", "ru"), "c:1")
    assert await world.say(button=button.data) == [SOLVED]
    authors = [message.author for message in await world.history()]
    assert authors[-1] is Author.BOT


async def test_that_words_among_a_question_close_nothing(world: World) -> None:
    await world.send("вопрос решён")
    await world.send("где заказ")
    await world.turns.drain()
    assert (await world.conversation()).open
