"""Who writes too fast is answered once and no more; from who is banned nothing is taken."""

from dataclasses import replace
from pathlib import Path

import pytest
from conversation_world import ANNA, AT_ONCE, World
from sqlalchemy import func, select, update

from sufler.conversation.live import LiveEvents
from sufler.desk.customers import Customers
from sufler.domain.conversation import IncomingKind, Owner, SendState
from sufler.domain.errors import BadInput, Forbidden, NotFound
from sufler.domain.texts import text
from sufler.storage.audit import AuditStore
from sufler.storage.customers import CustomerStore
from sufler.storage.erasure import ErasureStore
from sufler.storage.files import FileStore
from sufler.storage.tables.conversations import inbox
from sufler.storage.tables.customers import bans, floods

TOO_FAST = text("too_fast", "ru")


def customers_of(world: World, folder: Path = Path("/nowhere")) -> Customers:
    files = FileStore(world.database, folder, world.clock)
    eraser = ErasureStore(world.database, folder, world.clock)
    audit = AuditStore(world.database)
    return Customers(CustomerStore(world.database), eraser, files, audit, LiveEvents(), world.clock)


async def rows_in(world: World) -> int:
    async with world.database.read() as connection:
        return int(await connection.scalar(select(func.count()).select_from(inbox)) or 0)


@pytest.fixture
def slow_policy(world: World) -> World:
    world.turns.use(replace(AT_ONCE, most_a_minute=3, most_an_hour=8), "ru")
    return world


async def test_that_a_flood_is_kept_for_people_and_gets_one_word(slow_policy: World) -> None:
    world = slow_policy
    for number in range(7):
        await world.say(f"вопрос {number}")
    heard = world.ears.texts()
    assert heard.count(TOO_FAST) == 1
    assert len(heard) == 2  # and the hand-off before it
    shown = [message.text for message in await world.history() if message.state is None]
    assert shown == [f"вопрос {number}" for number in range(7)]
    assert not await world.open_turns.is_open((await world.conversation()).id)


async def test_that_who_calms_down_is_answered_again(slow_policy: World) -> None:
    world = slow_policy
    for number in range(5):
        await world.say(f"вопрос {number}")
    world.clock.move(61)
    assert len(await world.say("долго ждать?")) == 1
    assert world.ears.texts().count(TOO_FAST) == 1


async def test_that_the_word_is_said_again_only_after_ten_minutes(slow_policy: World) -> None:
    world = slow_policy
    world.turns.use(replace(AT_ONCE, most_a_minute=3, most_an_hour=0), "ru")
    for wait in (0, 120, 600):
        world.clock.move(wait)
        for _ in range(5):
            await world.say("ещё")
    assert world.ears.texts().count(TOO_FAST) == 2


async def test_that_buttons_count_too(slow_policy: World) -> None:
    world = slow_policy
    for _ in range(6):
        await world.say(button="p")
    assert len(world.ears.texts()) <= 4
    assert world.ears.texts().count(TOO_FAST) == 1


async def test_that_the_word_is_not_said_over_an_operator(slow_policy: World) -> None:
    world = slow_policy
    await world.hire(ANNA)
    await world.say("вопрос")
    await world.desk.take(ANNA, (await world.conversation()).id)
    before = len(world.ears.heard)
    for _ in range(5):
        await world.say("ещё")
    assert len(world.ears.heard) == before


async def test_that_a_flood_does_not_hold_up_what_is_being_decided(slow_policy: World) -> None:
    world = slow_policy
    for number in range(3):
        await world.send(f"вопрос {number}")
    await world.take_in()
    seen = (await world.conversation()).changes
    for number in range(4):
        await world.send(f"лишнее {number}")
    await world.take_in()
    assert (await world.conversation()).changes == seen


async def test_that_a_long_flood_is_not_even_stored(slow_policy: World) -> None:
    world = slow_policy
    for number in range(20):
        await world.send(f"вопрос {number}")
        world.clock.move(30)
    assert await rows_in(world) == 8
    async with world.database.read() as connection:
        assert await connection.scalar(select(floods.c.dismissed)) == 12
    world.clock.move(3600)
    assert await world.send("через час")


async def test_that_others_are_not_slowed(slow_policy: World) -> None:
    world = slow_policy
    for number in range(10):
        await world.send(f"вопрос {number}")
    assert await world.send("здравствуйте", customer="c2")
    await world.turns.drain()
    assert world.ears.texts("c2")
    assert TOO_FAST not in world.ears.texts("c2")


async def test_that_nothing_is_taken_from_who_is_banned_and_nothing_said(world: World) -> None:
    customers = customers_of(world)
    await world.say("первое")
    heard = len(world.ears.heard)
    await customers.ban(ANNA, "test", "c1", "  спам  и брань ")
    assert not await world.send("ещё")
    assert not await world.send(button="p")
    await world.turns.drain()
    assert len(world.ears.heard) == heard
    (ban,) = await customers.bans(ANNA)
    assert (ban.reason, ban.by_name, ban.dismissed) == ("спам и брань", "Анна", 2)
    acts = await AuditStore(world.database).newest(5)
    assert [each.what for each in acts] == ["customer_banned"]


async def test_that_a_ban_ends_by_itself_or_by_hand(world: World) -> None:
    customers = customers_of(world)
    await customers.ban(ANNA, "test", "c1", "спам", days=1)
    assert not await world.send("рано")
    world.clock.move(24 * 3600 + 1)
    assert await world.send("снова тут")
    assert not await customers.bans(ANNA)
    await customers.ban(ANNA, "test", "c1", "спам")
    await customers.unban(ANNA, "test", "c1")
    assert await world.send("простили")
    with pytest.raises(NotFound):
        await customers.unban(ANNA, "test", "c1")


async def test_that_a_ban_drops_what_was_not_answered_yet(world: World) -> None:
    customers = customers_of(world)
    await world.send("в работе")
    await world.take_in()
    await world.send("ещё не принято")
    await customers.ban(ANNA, "test", "c1", "спам")
    await world.turns.drain()
    assert world.ears.texts() == []


async def test_that_a_ban_cancels_what_waits_to_be_said(world: World) -> None:
    customers = customers_of(world)
    await world.send("вопрос")
    await world.decide()
    await customers.ban(ANNA, "test", "c1", "спам")
    await world.turns.drain()
    assert world.ears.texts() == []
    states = [each.state for each in await world.history()]
    assert SendState.CANCELLED in states


async def test_that_what_a_person_wrote_elsewhere_is_shown_though_the_customer_is_banned(
    world: World,
) -> None:
    await world.say("первое")
    await customers_of(world).ban(ANNA, "test", "c1", "спам")
    assert await world.send("мы с вами прощаемся", kind=IncomingKind.FROM_STAFF)
    await world.turns.drain()
    assert (await world.conversation()).owner is Owner.OPERATOR


async def test_that_bad_bans_are_refused(world: World) -> None:
    customers = customers_of(world)
    with pytest.raises(BadInput, match="why"):
        await customers.ban(ANNA, "test", "c1", "  ")
    with pytest.raises(BadInput, match="days"):
        await customers.ban(ANNA, "test", "c1", "спам", days=0)
    with pytest.raises(BadInput, match="id"):
        await customers.ban(ANNA, "test", " ", "спам")
    with pytest.raises(Forbidden):
        await customers.erase(ANNA, "test", "c1")
    async with world.database.read() as connection:
        assert not (await connection.execute(select(bans))).all()


async def test_that_a_ban_counts_in_the_database_for_every_process(world: World) -> None:
    await customers_of(world).ban(ANNA, "test", "c1", "спам")
    async with world.database.write() as connection:
        await connection.execute(update(bans).values(dismissed=5))
    await world.send("ещё")
    assert (await customers_of(world).bans(ANNA))[0].dismissed == 6
