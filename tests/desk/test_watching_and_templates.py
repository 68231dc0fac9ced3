"""Who looks at a conversation and who writes in it, in every process; and operators' templates."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from conversation_world import ANNA, BORIS, MovableClock, World
from patience import PATIENCE_S

from sufler.conversation.live import LiveEvents
from sufler.desk.watching import LOOKS_FOR_S, WRITES_FOR_S, Watching
from sufler.domain.desk import Sharing, Template, Watcher
from sufler.domain.errors import BadInput, Forbidden, NotFound
from sufler.domain.events import EventKind
from sufler.domain.people import Caller, Role
from sufler.domain.queues import Queue
from sufler.storage.database import Database

BOSS = Caller("person:boss", "Босс", Role.SUPERVISOR, "boss")
ROOT = Caller("person:root", "Главный", Role.ADMINISTRATOR, "root")


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    built = await World(database_url).open()
    yield built
    await built.close()


async def test_that_two_operators_in_one_conversation_see_each_other() -> None:
    clock, live = MovableClock(), LiveEvents()
    watching = Watching(live, clock)
    events = live.subscribe()
    await watching.look(ANNA, "t")
    await watching.look(BORIS, "t", writes=True)
    await watching.look(BORIS, "other")
    assert watching.others(ANNA, "t") == [Watcher("boris", "Борис", True)]
    assert watching.others(BORIS, "t") == [Watcher("anna", "Анна", False)]
    assert [(await anext(events)).conversation_id for _ in range(3)] == ["t", "t", "other"]
    clock.move(WRITES_FOR_S + 0.1)
    assert watching.others(ANNA, "t") == [Watcher("boris", "Борис", False)]
    await watching.leave(BORIS, "t")
    assert watching.others(ANNA, "t") == []


async def test_that_who_gives_no_sign_is_forgotten_and_onlookers_are_told_once() -> None:
    clock, live = MovableClock(), LiveEvents()
    watching = Watching(live, clock)
    await watching.look(ANNA, "t")
    events = live.subscribe()
    await watching.look(ANNA, "t")  # nothing new
    clock.move(LOOKS_FOR_S + 0.1)
    watching.expire()
    watching.expire()
    told = list(iter(events.at_hand, None))
    assert [event.kind for event in told] == [EventKind.WATCH]
    assert watching.others(BORIS, "t") == []


async def test_that_another_process_hears_of_it(database_url: str) -> None:
    databases = [Database(database_url)] * 2
    if not databases[0].is_sqlite:  # one process is all that SQLite serves
        databases = [Database(database_url), Database(database_url)]
    clock = MovableClock()
    lives = [LiveEvents(), LiveEvents()]
    here, there = (Watching(live, clock) for live in lives)
    work = [
        asyncio.create_task(run)
        for run in (
            *{database.wakeups.run() for database in databases},
            here.run(databases[0].wakeups),
            there.run(databases[1].wakeups),
        )
    ]
    try:
        async with asyncio.timeout(PATIENCE_S):
            events = lives[1].subscribe()
            while not there.others(BORIS, "t"):  # until both listen
                await here.leave(ANNA, "t")
                await here.look(ANNA, "t", writes=True)
                await asyncio.sleep(0.05)
            assert there.others(BORIS, "t") == [Watcher("anna", "Анна", True)]
            assert (await anext(events)).kind is EventKind.WATCH
            await here.leave(ANNA, "t")
            while there.others(BORIS, "t"):
                await anext(events)
    finally:
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        for database in set(databases):
            await database.close()


async def test_that_a_template_is_found_filled_and_counted(world: World) -> None:
    templates = world.desk.workplace.templates
    await world.say("оператор")
    talk = (await world.conversation()).id
    text = "{customer.first_name|Клиент}, это {operator.name}. Заказ {номер заказа} {x.y|в пути}."
    made = await templates.save(ANNA, Template(0, " Где  заказ ", text, "/где"))
    assert (made.title, made.shortcut, made.owner_id, made.uses) == ("Где заказ", "где", "anna", 0)
    await templates.save(ANNA, Template(0, "Где возврат", "Скоро"))
    filled = await templates.insert(ANNA, made.id, talk)
    assert filled == "Оля, это Анна. Заказ {номер заказа} в пути."
    assert [each.title for each in await templates.find(ANNA)] == ["Где заказ", "Где возврат"]
    assert [each.title for each in await templates.find(ANNA, "ВОЗВРАТ где")] == ["Где возврат"]
    assert (await templates.find(ANNA, "где"))[0].uses == 1
    with pytest.raises(BadInput, match="номер заказа"):
        await world.desk.reply(ANNA, talk, filled)


async def test_that_each_template_is_seen_and_changed_by_whom_it_is_for(world: World) -> None:
    await world.hire(ANNA, BORIS, BOSS)
    templates, queues = world.desk.workplace.templates, world.desk.lines.queues
    sales = await queues.save(ROOT, Queue("", {"ru": "Продажи"}, members=("anna",)))
    own = await templates.save(ANNA, Template(0, "Своё", "текст"))
    team = await templates.save(
        ANNA, Template(0, "Отдела", "текст", sharing=Sharing.TEAM, queue_id=sales.id)
    )
    shared = await templates.save(BOSS, Template(0, "Общее", "текст", sharing=Sharing.SHARED))

    async def titles(caller: Caller) -> set[str]:
        return {each.title for each in await templates.find(caller)}

    assert await titles(ANNA) == {"Своё", "Отдела", "Общее"}
    assert await titles(BORIS) == {"Общее"}
    assert await titles(BOSS) == {"Отдела", "Общее"}
    for hidden in (own, team):
        with pytest.raises(NotFound):
            await templates.save(BORIS, replace(hidden, text="моё"))
        with pytest.raises(NotFound):
            await templates.remove(BORIS, hidden.id)
    for caller, change in (
        (ANNA, replace(shared, text="моё")),
        (ANNA, replace(own, sharing=Sharing.SHARED)),
        (BOSS, replace(team, sharing=Sharing.PRIVATE)),
        (BORIS, Template(0, "В отдел", "т", sharing=Sharing.TEAM, queue_id=sales.id)),
    ):
        with pytest.raises(Forbidden):
            await templates.save(caller, change)
    assert (await templates.save(BOSS, replace(team, text="лучше"))).owner_id == "anna"
    # A queue that is gone: its customers wait in the default one, and so its templates are there.
    await queues.remove(ROOT, sales.id)
    assert "Отдела" in await titles(BORIS)
    await templates.remove(ANNA, own.id)
    assert "Своё" not in await titles(ANNA)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("title", {"title": " \x00 "}),
        ("title", {"title": "я" * 121}),
        ("shortcut", {"shortcut": "два слова"}),
        ("shortcut", {"shortcut": "x" * 41}),
        ("text", {"text": " \n"}),
        ("text", {"text": "я" * 10_001}),
        ("queue_id", {"sharing": Sharing.TEAM, "queue_id": "nowhere"}),
    ],
)
async def test_that_a_template_that_cannot_be_used_is_refused(
    world: World, field: str, change: dict[str, str]
) -> None:
    with pytest.raises(BadInput) as refused:
        await world.desk.workplace.templates.save(
            ANNA,
            replace(Template(0, "Т", "т"), **change),  # type: ignore[arg-type]  # as given
        )
    assert refused.value.field == field
