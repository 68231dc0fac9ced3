"""The kill switch: at once, visibly, and nothing that waits slips through."""

import asyncio
from typing import Any

import pytest
from conversation_world import ANNA, World
from sqlalchemy import insert

from sufler.conversation.live import LiveEvents
from sufler.desk.stops import Stops
from sufler.domain.conversation import Owner, SendState
from sufler.domain.decisions import DecisionKind, Reason
from sufler.domain.errors import BadInput, ChannelError, Forbidden, NotFound
from sufler.domain.knowledge import Mode
from sufler.domain.people import Caller, Role
from sufler.storage import turn_record
from sufler.storage.audit import AuditStore
from sufler.storage.stops import StopStore
from sufler.storage.tables.knowledge import topics

BOSS = Caller("person:boss", "Вера", Role.SUPERVISOR, "boss")


def switch(world: World) -> Stops:
    database = world.database
    return Stops(StopStore(database), AuditStore(database), LiveEvents(), world.clock)


async def test_that_a_stop_makes_every_topic_suggest(world: World) -> None:
    stops = switch(world)
    await stops.stop(BOSS, "all", "неверные цены")
    await world.say("где заказ")
    conversation = await world.conversation()
    assert (conversation.owner, conversation.hand_off_reason) == (Owner.QUEUE, Reason.STOPPED)
    [seen] = await stops.all()
    assert (seen.by, seen.reason) == ("Вера", "неверные цены")
    await stops.resume(BOSS, "all")
    assert await world.say("где заказ", customer="c2") == ["Привезём за 2 дня."]


async def test_that_a_stop_between_decision_and_storing_is_seen(world: World) -> None:
    world.prompter.gate = asyncio.Event()
    await world.send("где заказ")
    deciding = asyncio.create_task(world.turns.drain())
    await world.prompter.begun.wait()
    await switch(world).stop(BOSS, "all", "стоп")
    world.prompter.gate.set()
    await deciding
    told = await world.turns.last_told("test", "c1")
    assert told is not None
    assert (told.decision.kind, told.decision.reason) == (DecisionKind.HAND_OFF, Reason.STOPPED)
    assert "Привезём за 2 дня." not in world.ears.texts()


async def test_that_a_stop_misses_no_answer_that_is_just_being_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, gate, insert = asyncio.Event(), asyncio.Event(), turn_record.insert_suggestion

    async def slowly(*given: Any) -> None:  # what is stopped has been read by now
        begun.set()
        await gate.wait()
        await insert(*given)

    with monkeypatch.context() as patch:
        patch.setattr(turn_record, "insert_suggestion", slowly)
        await world.send("где заказ")
        deciding = asyncio.create_task(world.decide())
        await begun.wait()
        stopping = asyncio.create_task(switch(world).stop(BOSS, "all", "стоп"))
        await asyncio.sleep(0.3)  # as much as it may do meanwhile
        gate.set()
        await asyncio.gather(deciding, stopping)
    await world.turns.drain()
    assert "Привезём за 2 дня." not in world.ears.texts()
    assert (await world.conversation()).owner is Owner.QUEUE


async def test_that_answers_that_wait_to_go_out_are_held_back(world: World) -> None:
    await world.send("где заказ")
    await world.decide()
    await switch(world).stop(BOSS, "all", "стоп")
    await world.turns.drain()
    _, held, told = await world.history()
    assert held.state is SendState.CANCELLED
    # Nobody is handed over in silence, and nobody has to ask again.
    assert world.ears.texts() == [told.text] != [held.text]
    conversation = await world.conversation()
    assert (conversation.owner, conversation.hand_off_reason) == (Owner.QUEUE, Reason.STOPPED)
    assert conversation.suggestion_id is not None


@pytest.mark.parametrize("scope", ["all", "topic:answers", ""])
@pytest.mark.parametrize(
    "trouble", [ChannelError("slow down", retry_after=40), ChannelError("502", whole_channel=True)]
)
async def test_that_an_answer_that_was_on_its_way_and_came_back_is_held_back_too(
    world: World, scope: str, trouble: ChannelError
) -> None:
    world.ears.trouble = [trouble]
    world.ears.before_send = asyncio.Event()
    await world.send("где заказ")
    await world.decide()
    sending = asyncio.create_task(world.delivery.drain())
    await world.ears.begun.wait()
    if scope:
        await switch(world).stop(BOSS, scope, "стоп")
    world.ears.before_send.set()
    await sending
    world.clock.move(60)
    await world.turns.drain()
    _, answer, *others = await world.history()
    held = bool(scope)
    assert answer.state is (SendState.CANCELLED if held else SendState.SENT)
    assert world.ears.texts() == [each.text for each in (others if held else [answer])]
    assert (await world.conversation()).owner is (Owner.QUEUE if held else Owner.BOT)


async def test_that_an_answer_that_came_back_is_held_back_where_its_topic_answers_no_more(
    world: World,
) -> None:
    await world.send("где заказ")
    await world.decide()
    [(_, message)] = await world.outbox.due(["test"], world.clock.now())
    assert await world.outbox.claim(message.id)
    async with world.database.write() as connection:
        await connection.execute(insert(topics).values(name="answers", mode=Mode.SUGGESTS.value))
    now = world.clock.now()
    await world.outbox.postpone(message.id, now, now, "slow down")
    assert (await world.history())[1].state is SendState.CANCELLED


async def test_that_one_topic_or_one_conversation_can_be_stopped(world: World) -> None:
    stops = switch(world)
    await stops.stop(BOSS, "topic:suggests", "не та тема")
    assert await world.say("где заказ") == ["Привезём за 2 дня."]
    await stops.stop(BOSS, "topic:answers", "та тема")
    await world.say("деньги", customer="c2")
    assert (await world.conversation("c2")).hand_off_reason == Reason.STOPPED
    await stops.resume(BOSS, "topic:answers")
    await stops.stop(ANNA, f"conversation:{(await world.conversation()).id}", "спор")
    await world.say("деньги")
    assert (await world.conversation()).hand_off_reason == Reason.STOPPED
    assert await world.say("деньги", customer="c3") == ["Вернём деньги, Оля."]


async def test_that_an_operator_may_not_stop_everything(world: World) -> None:
    with pytest.raises(Forbidden):
        await switch(world).stop(ANNA, "all", "хочу")


async def test_that_a_stop_needs_a_known_scope_and_a_reason(world: World) -> None:
    stops = switch(world)
    for scope, reason in (("all", " "), ("nowhere", "x"), ("topic:", "x"), ("", "x")):
        with pytest.raises(BadInput):
            await stops.stop(BOSS, scope, reason)
    with pytest.raises(NotFound):
        await stops.resume(BOSS, "all")
