"""Passing conversations on, notes, and setting queues up, over a real database."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from conversation_world import ANNA, BORIS, World

from sufler.domain.calendar import Calendar, Hours
from sufler.domain.conversation import Conversation, Owner
from sufler.domain.errors import BadInput, Conflict, Forbidden, NotFound
from sufler.domain.people import Caller, Role
from sufler.domain.queues import DEFAULT_QUEUE, Queue, Silence

CHIEF = Caller("person:vera", "Вера", Role.ADMINISTRATOR, "vera")


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    built = await World(database_url).open()
    await built.hire(ANNA, BORIS)
    yield built
    await built.close()


async def hand_off(world: World, customer: str = "c1") -> Conversation:
    await world.say("оператор", customer=customer)
    return await world.conversation(customer)


async def test_that_a_transfer_to_a_queue_keeps_the_place_tells_the_customer_and_leaves_a_note(
    world: World,
) -> None:
    lines = world.desk.lines
    money = await lines.queues.save(CHIEF, Queue("", {"ru": "Деньги *и* возврат"}))
    first = await hand_off(world, "c1")
    world.clock.move(60)
    second = await hand_off(world, "c2")
    await lines.transfers.to_queue(ANNA, second.id, money.id)
    await world.desk.take(ANNA, first.id)
    moved = await lines.transfers.to_queue(ANNA, first.id, money.id, "Ждёт чек")
    assert (moved.owner, moved.queue_id) == (Owner.QUEUE, money.id)
    assert moved.waiting_since == first.waiting_since
    await world.turns.drain()
    assert "Деньги \\*и\\* возврат" in world.ears.texts("c1")[-1]
    assert "Ваше место в очереди: 1." in world.ears.texts("c1")[-1]
    [note] = await lines.transfers.notes(BORIS, first.id)
    assert (note.by_name, note.text) == ("Анна", "Ждёт чек")
    assert all("чек" not in each.text for each in await world.history("c1"))


async def test_that_a_conversation_is_given_only_to_somebody_who_is_there(world: World) -> None:
    transfers = world.desk.lines.transfers
    mine = await hand_off(world)
    await world.desk.take(ANNA, mine.id)
    with pytest.raises(Conflict, match="Борис is offline"):
        await transfers.to_person(ANNA, mine.id, "boris")
    with pytest.raises(NotFound):
        await transfers.to_person(ANNA, mine.id, "nobody")
    await world.desk.heartbeat(BORIS)
    given = await transfers.to_person(ANNA, mine.id, "boris", "твой клиент")
    assert given.operator_id == "boris"
    with pytest.raises(Conflict, match="Борис"):
        await transfers.to_person(ANNA, mine.id, "anna")
    with pytest.raises(Conflict, match="Борис"):
        await transfers.to_queue(ANNA, mine.id, DEFAULT_QUEUE)


async def test_that_a_supervisor_reassigns_what_another_one_has(world: World) -> None:
    mine = await hand_off(world)
    await world.desk.take(ANNA, mine.id)
    await world.desk.heartbeat(BORIS)
    given = await world.desk.lines.transfers.to_person(CHIEF, mine.id, "boris")
    assert (given.owner, given.operator_id) == (Owner.OPERATOR, "boris")


async def test_that_only_one_of_two_transfers_at_once_wins(world: World) -> None:
    transfers = world.desk.lines.transfers
    mine = await hand_off(world)
    await world.desk.take(ANNA, mine.id)
    await world.desk.heartbeat(BORIS)
    results = await asyncio.gather(
        transfers.to_person(ANNA, mine.id, "boris", "раз"),
        transfers.to_queue(ANNA, mine.id, DEFAULT_QUEUE, "два"),
        return_exceptions=True,
    )
    now = await world.conversation()
    refused = [each for each in results if isinstance(each, Conflict)]
    notes = await transfers.notes(ANNA, mine.id)
    assert len(notes) == 2 - len(refused)
    assert now.operator_id in ("boris", None)


async def test_that_only_administrators_set_queues_up_and_nonsense_is_named(world: World) -> None:
    queues = world.desk.lines.queues
    with pytest.raises(Forbidden):
        await queues.save(ANNA, Queue("", {"ru": "Моя"}))
    wrong = {
        "name": Queue(""),
        "capacity": Queue("", {"ru": "О"}, capacity=0),
        "alert_min": Queue("", {"ru": "О"}, alert_min=-1),
        "zone": Queue("", {"ru": "О"}, calendar=Calendar("Mars/Olympus")),
        "hours": Queue("", {"ru": "О"}, calendar=Calendar("UTC", (Hours(0, 600, 540),))),
        "greetings": Queue("", {"ru": "О"}, greetings={"old": {"ru": "О"}}),
        "by_topic": Queue("", {"ru": "О"}, silence=Silence(by_topic={"т": 0})),
    }
    for field, queue in wrong.items():
        with pytest.raises(BadInput) as refused:
            await queues.save(CHIEF, queue)
        assert refused.value.field == field
    assert len(await queues.all()) == 1
    kept = await queues.save(CHIEF, Queue("", {"ru": "Одна"}, topics=("доставка",)))
    with pytest.raises(BadInput, match="has the topic"):
        await queues.save(CHIEF, Queue("", {"ru": "Две"}, topics=("доставка",)))
    assert [each.id for each in await queues.all()] == [DEFAULT_QUEUE, kept.id]
