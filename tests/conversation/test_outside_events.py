"""Events that other systems tell, which begin a flow with a customer who has agreed to that."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conversation_world import ANNA, World
from sqlalchemy import select

from sufler.conversation.live import LiveEvents
from sufler.desk.stops import Stops
from sufler.domain.administration import Act
from sufler.domain.alerts import QuietHours, minutes_of
from sufler.domain.conversation import IncomingKind, Owner
from sufler.domain.customers import Ban
from sufler.domain.flows import FlowRun
from sufler.domain.knowledge import FLOW_TOPIC
from sufler.domain.outside_events import EventState, OutsideEvent
from sufler.domain.people import Caller, Role
from sufler.flows.load import load_flow
from sufler.storage.audit import AuditStore
from sufler.storage.customer_requests import create
from sufler.storage.customers import CustomerStore
from sufler.storage.erasure import ErasureStore
from sufler.storage.flow_rows import run_from
from sufler.storage.retention import Retention
from sufler.storage.stops import StopStore
from sufler.storage.tables.flows import customer_requests, flow_runs
from sufler.storage.tables.outside_events import consents, outside_events

SHOP = Caller("key:shop", "Магазин", Role.OPERATOR)
BOSS = Caller("person:boss", "Вера", Role.SUPERVISOR, "boss")
DAY_S = 24 * 3600.0
NOWHERE = Path("/nowhere")

LATE = """
flow: late
version: 1
title: {ru: Посылка опаздывает, en: Late parcel}
triggers: {events: [parcel_delayed], commands: [late]}
slots:
  order: {kind: order_number, pattern: '\\d{4}', label: {ru: Заказ, en: Order}}
  days: {kind: data}
  why: {kind: choice, choices: {wait: {label: {ru: Жду, en: Wait}}, no: {label: {ru: Нет, en: No}}}}
steps:
  - {id: which, do: ask, slot: order, text: {ru: 'Какой заказ?', en: 'Which order?'}}
  - {id: told, do: say, text: {ru: 'Заказ {order} опоздает: {days}.', en: 'Late: {order} {days}.'}}
  - {id: wait, do: ask, slot: why, text: {ru: 'Подождёте?', en: 'Will you wait?'}}
  - {id: done, do: end, text: {ru: 'Спасибо!', en: 'Thank you!'}}
"""
TOLD = ["Заказ 4512 опоздает: 2.\n\nПодождёте?"]


class Killed(BaseException):
    """The process dies."""


@pytest.fixture
async def shop(world: World) -> World:
    flow = load_flow(LATE)
    world.written.flows[flow.flow] = flow
    await world.say("спасибо")
    await agree(world)
    return world


async def agree(world: World, *, given: bool = True, customer: str = "c1") -> None:
    await world.events.note_consent(SHOP, "test", customer, given=given, how="на сайте")


async def tell(
    world: World, event_id: str = "e1", kind: str = "parcel_delayed", customer: str = "c1"
) -> OutsideEvent:
    data = {"order": "4512", "days": 2, "nothing": "x"}
    event, _ = await world.events.take(SHOP, event_id, kind, "test", customer, data)
    return event


async def heard(world: World) -> list[str]:
    before = len(world.ears.heard)
    await world.turns.drain()
    return [text for _, text, _ in world.ears.heard[before:]]


async def runs(world: World) -> list[FlowRun]:
    query = select(flow_runs).order_by(flow_runs.c.started_at)
    async with world.database.read() as connection:
        return [run_from(row) for row in (await connection.execute(query)).mappings()]


async def noted(world: World) -> list[tuple[bool, str, str]]:
    query = select(consents).order_by(consents.c.id)
    async with world.database.read() as connection:
        return [(row.given, row.by, row.how) for row in await connection.execute(query)]


async def test_that_an_event_begins_its_flow_once_with_what_is_known(shop: World) -> None:
    event = await tell(shop)
    assert (event.state, event.flow) == (EventState.STARTED, "late")
    assert await heard(shop) == TOLD
    again, known = await shop.events.take(SHOP, "e1", "parcel_delayed", "test", "c2", {})
    assert (again.state, known, again.conversation_id) == (
        EventState.STARTED,
        True,
        (await shop.conversation()).id,
    )
    assert await heard(shop) == []
    (run,) = await runs(shop)
    assert run.state["values"] == {"order": "4512", "days": 2}
    told = await shop.turns.last_told("test", "c1")
    assert told is not None
    assert (told.decision.kind, told.decision.reason) == ("flow", "event")
    assert told.decision.article_ids == ("flow:late",)
    assert await shop.say("жду") == ["Спасибо!"]


async def test_that_of_two_processes_with_one_event_one_begins_the_flow(shop: World) -> None:
    other = await World(shop.url).open()
    other.written.flows = shop.written.flows
    try:
        found = await asyncio.gather(*(tell(each) for each in (shop, other, shop, other)))
    finally:
        await other.close()
    assert len(await runs(shop)) == 1
    assert await heard(shop) == TOLD
    assert {each.state for each in found} <= {EventState.STARTED, EventState.WAITING}


async def test_that_two_events_at_one_moment_begin_one_flow(shop: World) -> None:
    found = await asyncio.gather(*(tell(shop, f"e{number}") for number in range(4)))
    assert sorted(each.state for each in found) == ["refused"] * 3 + ["started"]
    assert {each.reason for each in found} == {"", "under_way"}
    assert await heard(shop) == TOLD


async def test_that_an_event_of_a_process_that_died_is_begun_by_the_next_one(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_: object) -> bool:
        raise Killed

    monkeypatch.setattr(shop.delivery, "deliver", die)
    with pytest.raises(Killed):
        await tell(shop)
    other = await World(shop.url).open()
    other.written.flows = shop.written.flows
    other.clock.move(1)
    assert not await runs(shop)
    assert await other.events.start_due(other.clock.now()) == 1
    assert await other.events.start_due(other.clock.now()) == 0
    assert (await tell(other)).state is EventState.STARTED
    assert await heard(other) == TOLD
    await other.close()


async def test_that_an_event_after_the_matter_was_closed_opens_another_one(shop: World) -> None:
    await shop.say("вопрос решён")
    before = await shop.conversation()
    assert not before.open
    assert (await tell(shop)).state is EventState.STARTED
    after = await shop.conversation()
    assert (after.open, after.episode) == (True, before.episode + 1)
    assert after.ticket != before.ticket
    assert await heard(shop) == TOLD


async def test_that_nobody_is_written_to_first_who_has_not_agreed(world: World) -> None:
    flow = load_flow(LATE)
    world.written.flows[flow.flow] = flow
    assert (await tell(world, "e0")).reason == "unknown_customer"
    await world.say("спасибо")
    assert (await tell(world, "e1")).reason == "no_consent"
    await agree(world)
    await agree(world, given=False)
    assert (await tell(world, "e2")).reason == "no_consent"
    await agree(world)
    assert (await tell(world, "e3", kind="other")).reason == "unknown_type"
    assert (await tell(world, "e1")).reason == "no_consent"  # as it was then
    assert (await tell(world, "e4")).state is EventState.STARTED
    async with world.database.read() as connection:
        rows = (await connection.execute(select(outside_events))).all()
    assert all(row.data is None for row in rows)
    assert [row.event_id for row in rows if row.reason == "unknown_customer"] == [""]


@pytest.mark.parametrize("word", ["стоп", "STOP!", "Не пишите мне больше, пожалуйста"])
async def test_that_a_customer_withdraws_by_an_answer_to_such_a_message(
    shop: World, word: str
) -> None:
    await tell(shop)
    await heard(shop)
    (said,) = await shop.say(word)
    assert said.startswith("Хорошо, первыми мы вам больше не пишем")
    assert (await noted(shop))[-1] == (False, "customer", "message")
    assert [run.outcome for run in await runs(shop)] == ["cancelled"]
    assert (await tell(shop, "e2")).reason == "no_consent"
    assert "первыми" not in "".join(await shop.say("стоп"))  # a word as any other now


async def test_that_stop_in_a_flow_of_their_own_is_about_that_flow(shop: World) -> None:
    await tell(shop)
    await heard(shop)
    await shop.say("жду")
    await shop.say("/late")
    await shop.say("стоп")
    assert [each[0] for each in await noted(shop)] == [True]


async def test_that_a_word_to_an_operator_withdraws_too(shop: World) -> None:
    await tell(shop)
    await shop.desk.reply(ANNA, (await shop.conversation()).id, "Посмотрю.")
    assert await shop.say("не пишите мне") == ["Посмотрю."]
    assert (await noted(shop))[-1][0] is False


async def test_that_at_night_it_is_put_off_until_the_morning_of_the_company(shop: World) -> None:
    shop.clock.moment = datetime(2026, 5, 1, 22, 30, tzinfo=UTC)
    event = await tell(shop)
    assert (event.state, event.due_at) == (
        EventState.WAITING,
        datetime(2026, 5, 2, 9, 0, tzinfo=UTC),
    )
    shop.clock.moment = datetime(2026, 5, 2, 8, 59, tzinfo=UTC)
    assert await shop.events.start_due(shop.clock.now()) == 0
    shop.clock.move(60)
    assert await shop.events.start_due(shop.clock.now()) == 1
    assert await heard(shop) == TOLD


async def test_that_who_withdrew_at_night_is_not_written_to_in_the_morning(shop: World) -> None:
    shop.clock.moment = datetime(2026, 5, 1, 23, 0, tzinfo=UTC)
    await tell(shop)
    await agree(shop, given=False)
    shop.clock.moment = datetime(2026, 5, 2, 9, 0, tzinfo=UTC)
    await shop.events.start_due(shop.clock.now())
    assert (await tell(shop)).reason == "no_consent"
    assert await heard(shop) == []


async def test_that_a_customer_hears_of_three_events_a_week_at_most(shop: World) -> None:
    for number in range(3):
        assert (await tell(shop, f"e{number}")).state is EventState.STARTED
        await shop.say("жду")
    assert (await tell(shop, "e3")).reason == "too_many"
    shop.clock.move(7 * DAY_S + 1)
    assert (await tell(shop, "e4")).state is EventState.STARTED


async def test_that_open_complaints_flows_bans_and_stops_bar_events(shop: World) -> None:
    talk = await shop.conversation()
    shop.clock.move(1)
    async with shop.database.write() as connection:
        await create(connection, "k", talk.id, "", "Обмен", {}, shop.clock.now())
    assert (await tell(shop, "request")).reason == "complaint"
    async with shop.database.write() as connection:
        await connection.execute(customer_requests.update().values(done_at=shop.clock.now()))
    await shop.say("оператор")
    assert (await tell(shop, "queue")).reason == "complaint"
    await shop.desk.return_to_bot(ANNA, talk.id)
    stops = Stops(StopStore(shop.database), AuditStore(shop.database), LiveEvents(), shop.clock)
    await stops.stop(BOSS, "all", "неверные цены")
    assert (await tell(shop, "stop")).reason == "stopped"
    await stops.resume(BOSS, "all")
    await stops.stop(BOSS, f"topic:{FLOW_TOPIC}", "неверные цены")
    assert (await tell(shop, "topic")).reason == "stopped"
    await stops.resume(BOSS, f"topic:{FLOW_TOPIC}")
    await shop.say("/late")
    assert (await tell(shop, "flow")).reason == "under_way"
    await shop.say("отмена")
    await shop.send("blocked", kind=IncomingKind.REACH)
    await shop.turns.drain()
    assert (await tell(shop, "reach")).reason == "unreachable"
    act = Act(shop.clock.now(), BOSS.id, BOSS.name, "customer_banned", "", "")
    ban = Ban("test", "c1", shop.clock.now(), BOSS.id, BOSS.name, "спам")
    await CustomerStore(shop.database).ban(ban, act)
    assert (await tell(shop, "ban")).reason == "banned"


async def test_that_a_customer_who_is_being_answered_is_written_to_after_that(
    shop: World,
) -> None:
    await shop.send("где заказ")
    await shop.take_in()
    event = await tell(shop)
    assert event.state is EventState.WAITING
    await shop.turns.drain()
    shop.clock.move(31)
    await shop.events.start_due(shop.clock.now())
    assert (await tell(shop)).state is EventState.STARTED
    assert await heard(shop) == TOLD


async def test_that_silence_after_an_event_is_not_reminded(shop: World) -> None:
    await tell(shop)
    assert await heard(shop) == TOLD
    shop.clock.move(11 * 60)
    assert await heard(shop) == []
    shop.clock.move(61 * 60)
    assert await heard(shop) == []
    assert (await runs(shop))[0].parked
    assert await shop.say("жду") == ["Спасибо!"]


async def test_that_a_flow_that_cannot_be_begun_is_refused_once(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("sufler.flows.run.start", broken)
    assert (await tell(shop)).reason == "failed"
    assert await shop.events.start_due(shop.clock.now()) == 0


async def test_that_erasing_leaves_only_that_an_event_was_told(shop: World) -> None:
    await tell(shop)
    shop.clock.moment = datetime(2026, 5, 1, 23, 0, tzinfo=UTC)
    await tell(shop, "e2")
    whole = await CustomerStore(shop.database).everything("test", "c1")
    assert whole is not None
    assert [row["event_id"] for row in whole["outside_events"]] == ["e1", "e2"]
    assert [row["how"] for row in whole["consents"]] == ["на сайте"]
    eraser = ErasureStore(shop.database, NOWHERE, shop.clock)
    erased = await eraser.erase(
        "test", "c1", lambda _: Act(shop.clock.now(), "x", "x", "customer_erased", "test", "")
    )
    assert erased.of("outside_events") == 2
    assert await CustomerStore(shop.database).everything("test", "c1") is None
    assert (await tell(shop, "e2")).state is EventState.REFUSED
    shop.clock.moment = datetime(2026, 5, 2, 12, 0, tzinfo=UTC)
    assert await shop.events.start_due(shop.clock.now()) == 0


async def test_that_old_slots_done_requests_and_events_go_and_figures_stay(shop: World) -> None:
    talk = await shop.conversation()
    await tell(shop)
    await shop.say("жду")
    await shop.say("/late")  # parked for good
    shop.clock.move(11 * 60)
    await shop.turns.drain()
    shop.clock.move(61 * 60)
    await shop.turns.drain()
    async with shop.database.write() as connection:
        for key in ("a", "b"):
            await create(connection, key, talk.id, "", "Обмен", {"Кто": "Оля"}, shop.clock.now())
        done = customer_requests.update().where(customer_requests.c.key == "a")
        await connection.execute(done.values(done_at=shop.clock.now()))
    sweeper = Retention(
        shop.database,
        ErasureStore(shop.database, NOWHERE, shop.clock),
        shop.clock,
        {"flows": 30},
    )
    assert await sweeper.sweep() == {"flows": 0}
    assert (await sweeper.sizes())["flows"][0] == 1
    shop.clock.move(31 * DAY_S)
    assert await sweeper.sweep() == {"flows": 2}
    assert [(run.outcome, run.state, run.parked) for run in await runs(shop)] == [
        ("finished", {}, False),
        ("left", {}, True),
    ]
    assert [len(run.path) for run in await runs(shop)] == [4, 1]
    async with shop.database.read() as connection:
        keys = (await connection.execute(select(customer_requests.c.key))).scalars().all()
        (event,) = (await connection.execute(select(outside_events))).all()
    assert keys == ["b"]
    assert (event.event_id, event.customer_id, event.conversation_id) == ("", "", None)
    assert (await tell(shop)).state is EventState.STARTED  # as it was then: known for ever
    assert (await sweeper.sizes())["flows"] == (0, None)
    assert (await shop.conversation()).owner is Owner.BOT


async def test_that_the_consent_of_a_customer_who_became_nobody_goes(shop: World) -> None:
    await shop.say("спасибо", customer="c2")
    await agree(shop, customer="c2")
    shop.clock.move(40 * DAY_S)
    await shop.say("спасибо", customer="c2")
    eraser = ErasureStore(shop.database, NOWHERE, shop.clock)
    await Retention(shop.database, eraser, shop.clock, {"messages": 30}).sweep()
    assert await shop.conversations.find("test", "c1") is None
    async with shop.database.read() as connection:
        left = (await connection.execute(select(consents.c.customer_id))).scalars().all()
    assert left == ["c2"]


def test_that_quiet_hours_end_by_the_clock_on_the_wall() -> None:
    minutes = minutes_of("21:00 - 9:30")
    assert minutes == (1260, 570)
    quiet = QuietHours(*minutes, "Europe/Berlin")
    # In this night the clock goes an hour ahead.
    late = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
    assert quiet.at(late)
    assert quiet.end_after(late) == datetime(2026, 3, 29, 7, 30, tzinfo=UTC)
    assert not quiet.at(datetime(2026, 3, 29, 7, 30, tzinfo=UTC))
    wrong = ("", "9-21", "24:00-09:00", "09:00-09:00", "21:00", "night")
    assert [minutes_of(each) for each in wrong] == [None] * len(wrong)
