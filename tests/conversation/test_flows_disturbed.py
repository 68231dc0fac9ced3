"""Flows in conversations when things happen at the wrong moment: nothing is lost, agreed to
unseen, done twice, or left unsaid."""

import asyncio
import contextlib
from pathlib import Path

import pytest
from conversation_world import ANNA, World
from flow_talks import BOSS, CALLBACK, RETURN, begin, button, notes, runs
from sqlalchemy import update

from sufler.conversation.live import LiveEvents
from sufler.desk.stops import Stops
from sufler.domain.administration import Act
from sufler.domain.conversation import Owner
from sufler.domain.knowledge import Mode
from sufler.flows.load import load_flow
from sufler.flows.state import Answer
from sufler.storage.audit import AuditStore
from sufler.storage.erasure import ErasureStore
from sufler.storage.stops import StopStore
from sufler.storage.tables.flows import flow_runs

NOWHERE = Path("/nowhere")

# Asks a service first, and then whether to change something.
LOOKED_UP = """
flow: looked_up
version: 1
title: {ru: Отмена, en: Cancelling}
triggers: {commands: [undo]}
slots: {order: {kind: order_number, pattern: '\\d{4}'}, total: {kind: data}}
steps:
  - {id: which, do: ask, slot: order, text: {ru: 'Какой заказ?', en: 'Which order?'}}
  - {id: look, do: call, url: https://shop.example/orders, save: {total: total}}
  - id: undo
    do: call
    method: DELETE
    url: https://shop.example/orders
    confirm: {ru: 'Отменить за {total}?', en: 'Cancel for {total}?'}
  - {id: done, do: end, text: {ru: Отменён., en: Cancelled.}}
"""
STORY = """
flow: story
version: 1
title: {ru: Рассказ, en: Story}
triggers: {commands: [story]}
slots: {what: {kind: text}}
steps:
  - {id: what, do: ask, slot: what, text: {ru: 'Что случилось?', en: 'What happened?'}}
  - {id: done, do: end, text: {ru: 'Записали.', en: 'Noted.'}}
"""


@pytest.fixture
def shop(world: World) -> World:
    for written in (RETURN, CALLBACK, LOOKED_UP, STORY):
        flow = load_flow(written)
        world.written.flows[flow.flow] = flow
    return world


async def to_the_call(world: World) -> str:
    """The data of the button that confirms it."""
    await begin(world)
    await world.say("4512")
    await world.say(button=button(world, "Велик"))
    return button(world, "Да")


async def park(world: World) -> None:
    for seconds in (11 * 60, 61 * 60, 3 * 24 * 3600):
        world.clock.move(seconds)
        await world.turns.drain()
    assert (await runs(world))[-1].parked


async def in_one_turn(world: World, text: str = "", *, button: str, then: str = "") -> list[str]:
    """A press with words before it or after it, and what is heard in answer."""
    before = len(world.ears.heard)
    for words, data in ((text, None), ("", button), (then, None)):
        if words or data:
            await world.send(words, button=data)
            await world.take_in()
    await world.turns.drain()
    return [heard for _, heard, _ in world.ears.heard[before:]]


async def spoil(world: World) -> None:
    async with world.database.write() as connection:
        await connection.execute(update(flow_runs).values(state={"of": "another program"}))


def stops_of(world: World) -> Stops:
    return Stops(StopStore(world.database), AuditStore(world.database), LiveEvents(), world.clock)


async def test_that_a_flow_withdrawn_while_its_service_is_called_leaves_to_a_person(
    shop: World,
) -> None:
    yes = await to_the_call(shop)

    async def withdrawn() -> None:
        del shop.written.flows["give_back"]
        await shop.send("вы тут")

    shop.services.before = withdrawn
    await shop.say(button=yes)
    talk = await shop.conversation()
    assert (talk.owner, talk.hand_off_reason) == (Owner.QUEUE, "flow_leaves")
    (note,) = await notes(shop)
    assert "4512" in note
    assert [run.outcome for run in await runs(shop)] == ["handed_off"]
    assert not await shop.open_turns.is_open(talk.id)


async def test_that_a_run_that_cannot_go_on_leaves_to_a_person_and_holds_no_turn_back(
    shop: World,
) -> None:
    yes = await to_the_call(shop)

    await shop.send(button=yes)
    await shop.decide()
    await spoil(shop)
    await shop.say("вы тут")
    talk = await shop.conversation()
    assert (talk.owner, talk.hand_off_reason) == (Owner.QUEUE, "failure")
    assert [run.outcome for run in await runs(shop)] == ["handed_off"]
    assert not await shop.open_turns.is_open(talk.id)
    assert len(shop.services.calls) == 1


async def test_that_a_run_that_cannot_be_read_fails_one_turn_and_no_other(shop: World) -> None:
    await begin(shop)
    await spoil(shop)
    await shop.send("4512")
    for _ in range(4):
        await shop.turns.drain()
        shop.clock.move(31)
    talk = await shop.conversation()
    assert (talk.owner, talk.hand_off_reason) == (Owner.QUEUE, "failure")
    await shop.desk.return_to_bot(ANNA, talk.id)
    assert await shop.say("деньги") == ["Вернём деньги, Оля."]


async def test_that_what_a_service_did_is_told_to_people_when_the_matter_was_closed_meanwhile(
    shop: World,
) -> None:
    yes = await to_the_call(shop)
    talk = await shop.conversation()

    async def closed() -> None:
        await shop.desk.take(ANNA, talk.id)
        await shop.desk.close(ANNA, talk.id)

    shop.services.before = closed
    shop.services.answers = [Answer(201, {"number": "В-9"})]
    assert await shop.say(button=yes) == []
    (note,) = await notes(shop)
    assert "В-9" in note
    assert [run.outcome for run in await runs(shop)] == ["left"]


async def test_that_silence_with_an_operator_makes_nobody_wait(shop: World) -> None:
    await begin(shop)
    talk = await shop.conversation()
    await shop.desk.reply(ANNA, talk.id, "Я посмотрю сама.")
    shop.clock.move(11 * 60)
    await shop.turns.drain()
    assert (await runs(shop))[0].parked
    assert (await shop.conversation()).unanswered_since is None


async def test_that_a_yes_from_before_the_question_agrees_to_nothing(shop: World) -> None:
    await shop.say("/undo")

    async def meanwhile() -> None:
        shop.services.before = None
        await shop.send("да")
        await shop.take_in()

    shop.services.before = meanwhile
    shop.services.answers = [Answer(200, {"total": 300})]
    heard = await shop.say("4512")
    assert [each.splitlines()[-1] for each in heard] == ["Отменить за 300?"] * 2
    assert len(shop.services.calls) == 1
    assert await shop.say("да") == ["Отменён."]
    assert len(shop.services.calls) == 2


async def test_that_the_button_of_an_earlier_run_agrees_to_nothing(shop: World) -> None:
    old = await to_the_call(shop)
    await shop.say("отмена")
    await shop.say("/return")
    await shop.say("4513")
    await shop.say(button=button(shop, "Мал"))
    (heard,) = await shop.say(button=old)
    assert heard.endswith("Вернуть 4513?")
    assert not shop.services.calls


async def test_that_a_flow_left_alone_takes_no_other_matter_after_failed_tries(
    shop: World,
) -> None:
    await begin(shop)
    await shop.say("непонятное")
    await shop.say("ещё непонятнее")
    await park(shop)
    assert await shop.say("деньги") == ["Вернём деньги, Оля."]
    assert (await runs(shop))[0].parked


async def test_that_a_flow_left_alone_that_takes_any_words_takes_only_what_fits_nothing_else(
    shop: World,
) -> None:
    await shop.say("/story")
    await park(shop)
    assert await shop.say("где заказ") == ["Привезём за 2 дня."]
    await shop.say("hello")
    assert (await runs(shop))[0].parked
    assert await shop.say("разбилась чашка") == ["Записали."]


async def test_that_a_stopped_topic_stops_its_flows_too(shop: World) -> None:
    shop.shelf.put("flow:give_back", "Какой заказ?")
    await begin(shop)
    await stops_of(shop).stop(BOSS, f"topic:{Mode.ANSWERS.value}", "служба врёт")
    await shop.say("4512")
    talk = await shop.conversation()
    assert (talk.owner, talk.hand_off_reason) == (Owner.QUEUE, "stopped")
    await shop.say("/return", customer="c2")
    talk = await shop.conversation("c2")
    assert (talk.owner, talk.hand_off_reason) == (Owner.QUEUE, "stopped")


async def test_that_a_stop_or_a_long_pause_of_ours_reminds_nobody(shop: World) -> None:
    await begin(shop)
    shop.clock.move(8 * 3600)
    assert await shop.say("/return", customer="c2")
    assert shop.ears.texts() == ["Какой заказ?"]
    stops = stops_of(shop)
    await stops.stop(BOSS, "all", "цены")
    shop.clock.move(11 * 60)
    await shop.turns.drain()
    assert shop.ears.texts("c2") == ["Какой заказ?"]
    assert (await shop.conversation("c2")).owner is Owner.BOT
    assert [run.parked for run in await runs(shop)] == [True, True]


async def test_that_words_and_a_press_of_one_turn_both_count(shop: World) -> None:
    await begin(shop)
    await shop.say("4512")
    shop.shelf.put("cost", "300 ₽")
    shop.prompter.fits["сколько стоит доставка?"] = [("cost", 0.95)]
    heard = await in_one_turn(shop, "сколько стоит доставка?", button=button(shop, "Велик"))
    assert heard == ["300 ₽", "Вернуть 4512?"]
    heard = await in_one_turn(shop, button=button(shop, "Велик"), then="минутку подумаю")
    assert heard[-1].endswith("Вернуть 4512?")
    await in_one_turn(shop, "позовите оператора", button=button(shop, "Да"))
    assert (await shop.conversation()).owner is Owner.QUEUE
    assert not shop.services.calls


async def test_that_a_yes_agrees_only_to_what_was_heard_last(shop: World) -> None:
    await to_the_call(shop)
    talk = await shop.conversation()
    await shop.desk.reply(ANNA, talk.id, "Позвонить вам?")
    await shop.desk.return_to_bot(ANNA, talk.id)
    assert await shop.say("да") == ["Позвонить вам?", "Вернуть 4512?"]
    await park(shop)
    assert await shop.say("да") == ["Вернуть 4512?"]
    assert not shop.services.calls
    shop.services.answers = [Answer(201, {"number": "В-7"})]
    assert await shop.say("да") == ["Возврат В-7 оформлен."]


async def test_that_an_operator_reads_at_once_what_comes_while_a_service_is_called(
    shop: World,
) -> None:
    yes = await to_the_call(shop)
    talk = await shop.conversation()

    async def meanwhile() -> None:
        await shop.desk.take(ANNA, talk.id)
        await shop.send("вы тут")
        await shop.decide()
        assert not await shop.open_turns.is_open(talk.id)

    shop.services.before = meanwhile
    shop.services.answers = [Answer(201, {"number": "В-9"})]
    assert await shop.say(button=yes) == []
    (note,) = await notes(shop)
    assert "В-9" in note


async def test_that_answers_stopped_while_a_service_is_called_leave_to_a_person(
    shop: World,
) -> None:
    yes = await to_the_call(shop)

    async def stopped() -> None:
        await stops_of(shop).stop(BOSS, "all", "служба врёт")

    shop.services.before = stopped
    shop.services.answers = [Answer(201, {"number": "В-9"})]
    heard = await shop.say(button=yes)
    assert not any("оформлен" in each for each in heard)
    talk = await shop.conversation()
    assert (talk.owner, talk.hand_off_reason) == (Owner.QUEUE, "stopped")
    assert "В-9" in (await notes(shop))[0]


async def test_that_a_call_of_which_nobody_knows_what_it_did_is_not_made_again(
    shop: World,
) -> None:
    again = load_flow(RETURN.replace("failed: person", "failed: post"))
    shop.written.flows["give_back"] = again
    yes = await to_the_call(shop)
    shop.services.answers = [Answer(500)]
    heard = await shop.say(button=yes)
    assert heard[-1].endswith("Вернуть 4512?")  # it has said no: another try is safe
    shop.services.answers = [Answer(0)]
    await shop.say(button=button(shop, "Да"))
    talk = await shop.conversation()
    assert (talk.owner, talk.hand_off_reason) == (Owner.QUEUE, "flow_leaves")
    assert len(shop.services.calls) == 2


async def test_that_two_processes_make_a_call_once(shop: World) -> None:
    yes = await to_the_call(shop)
    await shop.send(button=yes)
    await shop.decide()
    other = World(shop.url)
    other.written, other.services = shop.written, shop.services
    await other.open()
    both = asyncio.Event()

    async def wait() -> None:
        if len(shop.services.calls) > 1:
            both.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.3):
                await both.wait()

    shop.services.before = wait
    await asyncio.gather(shop.turns.drain(), other.turns.drain())
    assert len(shop.services.calls) == 1
    assert [run.outcome for run in await runs(shop)] == ["finished"]
    await other.close()


async def test_that_a_customer_erased_while_a_service_is_called_leaves_nothing_behind(
    shop: World,
) -> None:
    yes = await to_the_call(shop)

    async def erased() -> None:
        eraser = ErasureStore(shop.database, NOWHERE, shop.clock)
        act = Act(shop.clock.now(), "x", "x", "customer_erased", "test", "")
        await eraser.erase("test", "c1", lambda _: act)

    shop.services.before = erased
    assert await shop.say(button=yes) == []
    assert await runs(shop) == []
