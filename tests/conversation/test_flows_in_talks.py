"""Flows in conversations: begun by a question or a command, taken on, left to people, and what
they do by themselves. The flow itself is tested in tests/flows."""

from dataclasses import replace

import pytest
from conversation_world import ANNA, World
from flow_talks import BOSS, CALLBACK, RETURN, begin, button, notes, runs
from sqlalchemy import select

from sufler.conversation.live import LiveEvents
from sufler.desk.stops import Stops
from sufler.domain.conversation import Attachment, Incoming, IncomingKind, Owner
from sufler.domain.decisions import Reason
from sufler.domain.knowledge import Mode
from sufler.flows.load import load_flow
from sufler.flows.state import Answer
from sufler.storage.audit import AuditStore
from sufler.storage.stops import StopStore
from sufler.storage.tables.flows import customer_requests


class Killed(BaseException):
    """The process dies."""


@pytest.fixture
def shop(world: World) -> World:
    for written in (RETURN, CALLBACK):
        flow = load_flow(written)
        world.written.flows[flow.flow] = flow
    return world


async def test_that_a_command_begins_a_flow_that_ends_with_what_the_service_said(
    shop: World,
) -> None:
    await begin(shop)
    assert await shop.say("4512") == ["Что не так?"]
    assert await shop.say(button=button(shop, "Велик")) == ["Вернуть 4512?"]
    assert not shop.services.calls
    shop.services.answers = [Answer(201, {"number": "В-7"})]
    assert await shop.say(button=button(shop, "Да")) == ["Возврат В-7 оформлен."]
    (call,) = shop.services.calls
    assert (call.method, call.body) == ("POST", {"order": "4512"})
    (run,) = await runs(shop)
    assert run.outcome == "finished"
    assert run.path == ("which", "why", "post", "done")
    assert (await shop.conversation()).owner is Owner.BOT
    labels = [each.text for each in await shop.history() if each.button]
    assert labels == ["Велик", "Да"]


async def test_that_a_question_that_fits_begins_a_flow_where_its_topic_answers(
    shop: World,
) -> None:
    shop.shelf.put("flow:give_back", "Какой заказ?")
    shop.prompter.fits["хочу вернуть заказ 4512"] = [("flow:give_back", 0.9)]
    assert await shop.say("хочу вернуть заказ 4512") == ["Что не так?"]  # the number is known
    shop.shelf.put("flow:give_back", "Какой заказ?", mode=Mode.SUGGESTS)
    shop.prompter.fits["верну 4513"] = [("flow:give_back", 0.9)]
    await shop.say("верну 4513", customer="c2")
    talk = await shop.conversation("c2")
    assert (talk.owner, talk.hand_off_reason) == (Owner.QUEUE, "topic_suggests")
    assert [run.conversation_id for run in await runs(shop)] != [talk.id]


async def test_that_a_flow_chosen_among_two_knows_what_the_question_told(shop: World) -> None:
    shop.shelf.put("flow:give_back", "Какой заказ?")
    shop.prompter.fits["заказ 4512 мне не подошёл"] = [("flow:give_back", 0.4), ("returns", 0.35)]
    await shop.say("заказ 4512 мне не подошёл")
    assert await shop.say(button="a:flow:give_back") == ["Что не так?"]


async def test_that_whoever_takes_over_knows_what_the_customer_has_told(shop: World) -> None:
    await begin(shop)
    await shop.say("4512")
    (told,) = await shop.say("оператор")
    assert "Что не так" not in told
    talk = await shop.conversation()
    assert (talk.owner, talk.hand_off_reason) == (Owner.QUEUE, Reason.ASKS_FOR_PERSON.value)
    assert await notes(shop) == ["Сценарий «Возврат»\nЗаказ: 4512"]
    assert [run.outcome for run in await runs(shop)] == ["handed_off"]
    assert await shop.say("4513") == []


async def test_that_an_operators_reply_pauses_the_flow_and_the_bot_takes_it_up_again(
    shop: World,
) -> None:
    await begin(shop)
    talk = await shop.conversation()
    await shop.desk.reply(ANNA, talk.id, "Я посмотрю сама.")
    assert await shop.say("4512") == ["Я посмотрю сама."]
    await shop.desk.return_to_bot(ANNA, talk.id)
    assert await shop.say("4512") == ["Что не так?"]


async def test_that_a_question_in_the_middle_is_answered_and_the_flow_goes_on(
    shop: World,
) -> None:
    await begin(shop)
    shop.shelf.put("cost", "300 ₽")
    shop.prompter.fits["сколько стоит доставка?"] = [("cost", 0.95)]
    heard = await shop.say("сколько стоит доставка?")
    assert heard == ["300 ₽", "Вернёмся к нашему делу. Какой заказ?"]
    shop.prompter.fits["а сколько ждать ремонта?"] = [("cost", 0.1)]
    heard = await shop.say("а сколько ждать ремонта?")
    assert heard[-1] == "Вернёмся к нашему делу. Какой заказ?"
    assert "300" not in heard[0]
    assert await shop.say("4512") == ["Что не так?"]


async def test_that_a_call_that_was_begun_when_the_process_died_is_not_made_again(
    shop: World,
) -> None:
    await begin(shop)
    await shop.say("4512")
    await shop.say(button=button(shop, "Мал"))

    async def die() -> None:
        raise Killed

    shop.services.before = die
    with pytest.raises(Killed):
        await shop.say(button=button(shop, "Да"))
    assert len(shop.services.calls) == 1
    shop.services.before = None
    await shop.turns.drain()
    assert len(shop.services.calls) == 1
    talk = await shop.conversation()
    assert (talk.owner, talk.hand_off_reason) == (Owner.QUEUE, "flow_leaves")
    assert "Заказ: 4512" in (await notes(shop))[0]


async def test_that_a_turn_waits_until_the_service_has_answered(shop: World) -> None:
    await begin(shop)
    await shop.say("4512")
    await shop.say(button=button(shop, "Мал"))

    async def meanwhile() -> None:
        shop.services.before = None
        await shop.send("/callback")
        await shop.decide()  # not due yet

    shop.services.before = meanwhile
    shop.services.answers = [Answer(200, {"number": "В-8"})]
    heard = await shop.say(button=button(shop, "Да"))
    assert heard == ["Возврат В-8 оформлен.", "Какой номер?"]


async def test_that_an_answer_that_comes_when_an_operator_has_it_is_theirs_to_read(
    shop: World,
) -> None:
    await begin(shop)
    await shop.say("4512")
    await shop.say(button=button(shop, "Мал"))
    talk = await shop.conversation()

    async def meanwhile() -> None:
        await shop.desk.take(ANNA, talk.id)

    shop.services.before = meanwhile
    shop.services.answers = [Answer(200, {"number": "В-9"})]
    assert await shop.say(button=button(shop, "Да")) == []
    (note,) = await notes(shop)
    assert "В-9" in note
    assert [run.outcome for run in await runs(shop)] == ["handed_off"]


async def test_that_a_request_is_created_once_and_its_number_told(shop: World) -> None:
    await shop.say("/callback")
    heard = await shop.say("8 912 345-67-89")
    async with shop.database.read() as connection:
        (row,) = (await connection.execute(select(customer_requests))).all()
    assert heard == [f"Заявка {row.number}: перезвоним."]
    assert row.title == "Перезвонить +79123456789"
    assert row.conversation_id == (await shop.conversation()).id


async def test_that_silence_is_reminded_once_then_left_and_taken_up_days_later(
    shop: World,
) -> None:
    await begin(shop)
    shop.clock.move(11 * 60)
    await shop.turns.drain()
    assert shop.ears.texts()[-1].startswith("Мы остановились на вопросе: Какой заказ?")
    count = len(shop.ears.heard)
    shop.clock.move(61 * 60)
    await shop.turns.drain()
    shop.clock.move(3 * 24 * 3600)
    await shop.turns.drain()
    assert len(shop.ears.heard) == count
    (run,) = await runs(shop)
    assert run.parked
    await shop.say("а вы работаете в субботу?")  # another matter
    assert (await runs(shop))[0].parked
    await shop.desk.return_to_bot(ANNA, (await shop.conversation()).id)
    assert await shop.say("4512") == ["Что не так?"]


async def test_that_a_flow_of_a_closed_matter_is_over_and_its_buttons_are_stale(
    shop: World,
) -> None:
    await begin(shop)
    await shop.say("4512")
    old = button(shop, "Велик")
    await shop.say("вопрос решён")
    assert [run.outcome for run in await runs(shop)] == ["left"]
    heard = await shop.say(button=old)
    assert heard
    assert "Вернуть" not in heard[0]


async def test_that_another_command_leaves_the_flow_for_the_other_one(shop: World) -> None:
    await begin(shop)
    assert await shop.say("callback", kind=IncomingKind.START) == ["Какой номер?"]
    assert {run.flow: run.outcome for run in await runs(shop)} == {
        "give_back": "left",
        "callback": "",
    }
    assert (await shop.history())[-2].text == "/start callback"


async def test_that_where_answers_are_stopped_a_flow_leaves_to_people(shop: World) -> None:
    await begin(shop)
    stops = Stops(StopStore(shop.database), AuditStore(shop.database), LiveEvents(), shop.clock)
    await stops.stop(BOSS, "all", "неверные цены")
    await shop.say("4512")
    talk = await shop.conversation()
    assert (talk.owner, talk.hand_off_reason) == (Owner.QUEUE, "stopped")
    assert [run.outcome for run in await runs(shop)] == ["handed_off"]


async def test_that_a_shared_contact_is_a_phone(shop: World) -> None:
    await shop.say("/callback")
    shop.number += 1
    told = Attachment("", "document", "контакт: Оля +7 912 345-67-89", "", 0)
    customer = (await shop.conversation()).customer
    incoming = Incoming(
        "test", "contact", customer, IncomingKind.UNREADABLE, "contact", attachments=(told,)
    )
    await shop.turns.receive(incoming)
    await shop.turns.drain()
    assert shop.ears.texts()[-1].startswith("Заявка ")


async def test_that_a_flow_changed_meanwhile_begins_anew_with_what_is_known(shop: World) -> None:
    await begin(shop)
    await shop.say("4512")
    changed = RETURN.replace("Что не так?", "Что случилось?")
    shop.written.flows["give_back"] = replace(load_flow(changed), version=2)
    (told,) = await shop.say("велик")
    assert told.endswith("Что случилось?")
