"""What a supervisor sees of everything at once, and the whisper that only the operator hears."""

from collections.abc import AsyncIterator

import pytest
from conversation_world import ANNA, BORIS, World

from sufler.domain.errors import BadInput, Forbidden, NotFound
from sufler.domain.events import EventKind
from sufler.domain.people import Caller, Role
from sufler.domain.queues import DEFAULT_QUEUE, Note, Queue, Status

BOSS = Caller("person:boss", "Босс", Role.SUPERVISOR, "boss")
ROOT = Caller("person:root", "Главный", Role.ADMINISTRATOR, "root")


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    built = await World(database_url).open()
    await built.hire(ANNA, BORIS, BOSS)
    yield built
    await built.close()


async def test_that_queues_people_and_conversations_are_seen_at_once(world: World) -> None:
    queues, supervising = world.desk.lines.queues, world.desk.workplace.supervising
    sales = await queues.save(ROOT, Queue("", {"ru": "Продажи"}, members=("boris",), capacity=2))
    began = world.clock.now()
    await world.say("оператор", customer="c1")
    world.clock.move(60)
    await world.say("оператор", customer="c2")
    world.clock.move(60)
    await world.say("оператор", customer="c3")
    third = (await world.conversation("c3")).id
    await world.desk.lines.transfers.to_queue(BOSS, third, sales.id)
    await world.desk.take(ANNA, (await world.conversation("c2")).id)
    await world.desk.reply(ANNA, (await world.conversation("c2")).id, "Здравствуйте")
    await world.desk.heartbeat(BORIS)
    await world.desk.duty.choose(BORIS, Status.AWAY)
    now = await supervising.overview(BOSS)
    lines = {each.queue.id: each for each in now.lines}
    assert set(lines) == {DEFAULT_QUEUE, sales.id}
    assert (lines[DEFAULT_QUEUE].waiting, lines[DEFAULT_QUEUE].oldest_since) == (1, began)
    assert lines[sales.id].waiting == 1
    people = {each.operator.id: each for each in now.operators}
    assert (people["anna"].load, people["anna"].operator.status) == (1, Status.ONLINE)
    assert people["boris"].operator.status is Status.AWAY
    assert people["boss"].load == 0
    # Who waits for words comes first, the longest of them first; then who was answered.
    assert [each.customer.external_id for each in now.conversations] == ["c1", "c3", "c2"]
    with pytest.raises(Forbidden):
        await supervising.overview(ANNA)


async def test_that_looking_silently_shows_nobody(world: World) -> None:
    await world.say("оператор")
    talk = (await world.conversation()).id
    await world.desk.take(ANNA, talk)
    await world.desk.stream(BOSS, talk)
    assert world.desk.workplace.watching.others(ANNA, talk) == []
    assert (await world.desk.get(talk)).operator_id == "anna"


async def test_that_a_whisper_is_a_note_that_alerts_and_no_customer_hears(world: World) -> None:
    await world.say("оператор")
    talk = (await world.conversation()).id
    await world.desk.take(ANNA, talk)
    await world.turns.drain()
    before, events = world.ears.texts(), world.desk.subscribe()
    supervising = world.desk.workplace.supervising
    told = await supervising.whisper(BOSS, talk, "предложи скидку")
    assert (told.whisper, told.by_name) == (True, "Босс")
    kinds = {(await anext(events)).kind for _ in range(2)}
    assert EventKind.WHISPER in kinds
    (note,) = [each for each in await world.desk.stream(ANNA, talk) if isinstance(each, Note)]
    assert note == told
    plain = await world.desk.lines.transfers.add_note(ANNA, talk, "обычная")
    assert not plain.whisper
    await world.turns.drain()
    assert world.ears.texts() == before
    with pytest.raises(Forbidden):
        await supervising.whisper(ANNA, talk, "нельзя")
    with pytest.raises(BadInput):
        await supervising.whisper(BOSS, talk, " ")
    with pytest.raises(NotFound):
        await supervising.whisper(BOSS, "nowhere", "x")
