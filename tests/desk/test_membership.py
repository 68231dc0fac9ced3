"""Which queues' customers are in whose lists."""

from collections.abc import AsyncIterator

import pytest
from conversation_world import ANNA, BORIS, World

from sufler.domain.knowledge import Mode
from sufler.domain.people import Caller, Role
from sufler.domain.queues import DEFAULT_QUEUE, Queue
from sufler.storage.conversation_pages import ConversationPages

ROOT = Caller("person:root", "Root", Role.ADMINISTRATOR, "root")
CHIEF = Caller("person:vera", "Вера", Role.SUPERVISOR, "vera")
SERVICE = Caller("key:1", "CRM", Role.OPERATOR)


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    built = await World(database_url).open()
    built.shelf.put("returns", "Вернём деньги.", mode=Mode.SUGGESTS)
    built.prompter.fits = {"деньги": [("returns", 0.9)]}
    await built.hire(ANNA, BORIS, CHIEF, ROOT)
    yield built
    await built.close()


async def test_that_an_operator_sees_their_queues_and_the_default_one(world: World) -> None:
    queues = world.desk.lines.queues
    money = await queues.save(
        ROOT, Queue("", {"ru": "Деньги"}, topics=("suggests",), members=("boris",))
    )
    await world.say("деньги", customer="c1")
    await world.say("оператор", customer="c2")
    paid, plain = await world.conversation("c1"), await world.conversation("c2")
    assert (paid.queue_id, plain.queue_id) == (money.id, DEFAULT_QUEUE)
    pages = ConversationPages(world.database)

    async def seen(caller: Caller, *, ours: bool = False) -> set[str]:
        hidden = await queues.hidden_from(caller, ours=ours)
        waiting = [each.id for each in await pages.queue(50, None, hidden)]
        mine = caller.person_id or caller.id
        recent = [each.id for each in await pages.recent(50, None, hidden=hidden, mine=mine)]
        assert set(waiting) <= set(recent)
        return set(recent)

    both = {paid.id, plain.id}
    assert await seen(ANNA) == {plain.id}
    assert await seen(BORIS) == await seen(CHIEF) == await seen(SERVICE) == both
    assert await seen(CHIEF, ours=True) == {plain.id}
    await world.desk.take(ANNA, paid.id)  # by a link that somebody gave her
    assert await seen(ANNA) == both


async def test_that_a_queue_whose_members_have_left_is_everybodys(world: World) -> None:
    queues = world.desk.lines.queues
    money = await queues.save(ROOT, Queue("", {"ru": "Деньги"}, members=("boris",)))
    assert await queues.hidden_from(ANNA) == {money.id}
    await world.staff.set_active("boris", active=False)
    assert await queues.hidden_from(ANNA) == frozenset()
