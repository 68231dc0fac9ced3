"""The kill switch: at once, visibly, and nothing that waits slips through."""

import asyncio
from typing import Any

import pytest
from conversation_world import ANNA, World

from sufler.conversation.live import LiveEvents
from sufler.desk.stops import Stops
from sufler.domain.conversation import Owner, SendState
from sufler.domain.decisions import DecisionKind, Reason
from sufler.domain.errors import BadInput, Forbidden, NotFound
from sufler.domain.people import Caller, Role
from sufler.storage import turn_record
from sufler.storage.audit import AuditStore
from sufler.storage.stops import StopStore

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
