"""One turn, one answer: bursts, edits, reactions, and what the customer says of an answer."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from conversation_world import ANNA, AT_ONCE, World

from sufler.conversation.buttons import HELPED, NOT_IT
from sufler.domain.conversation import Customer, Incoming, IncomingKind, Owner, Reach
from sufler.domain.decisions import DecisionKind, FeedbackAction, Reason
from sufler.domain.texts import text


@pytest.fixture
async def patient(database_url: str) -> AsyncIterator[World]:
    """A world that waits for the end of a burst."""
    policy = replace(AT_ONCE, burst_pause_s=2.5, burst_longest_s=8.0)
    built = await World(database_url, policy).open()
    built.shelf.put("delivery", "Привезём за 2 дня.")
    built.shelf.put("returns", "Вернём деньги.")
    built.prompter.fits = {
        "где\nмой\nзаказ": [("delivery", 0.9)],
        "где заказ": [("delivery", 0.9)],
        "деньги": [("returns", 0.9)],
        "неверно": [("delivery", 0.6), ("returns", 0.3)],
    }
    yield built
    await built.close()


async def later(world: World, kind: IncomingKind, about: str, said: str = "") -> None:
    world.number += 1
    await world.turns.receive(
        Incoming(
            "test",
            f"l{world.number}",
            Customer("c1"),
            kind,
            said,
            about=about,
            at=world.clock.now(),
        )
    )
    await world.turns.drain()


async def test_that_three_short_messages_are_one_turn_with_one_answer(patient: World) -> None:
    for word in ("где", "мой", "заказ"):
        assert await patient.say(word) == []
        patient.clock.move(1.5)
    patient.clock.move(1.0)
    await patient.turns.drain()
    assert patient.ears.texts() == ["Привезём за 2 дня."]
    assert patient.prompter.asked == ["где\nмой\nзаказ"]


async def test_that_a_customer_who_never_stops_is_answered_in_the_end(patient: World) -> None:
    for _ in range(8):
        await patient.say("где")
        patient.clock.move(1.1)
    await patient.turns.drain()
    assert len(patient.ears.texts()) == 1


async def test_that_a_message_during_the_decision_restarts_it(patient: World) -> None:
    patient.prompter.gate = asyncio.Event()
    await patient.send("деньги")
    await patient.take_in()
    patient.clock.move(3)
    draining = asyncio.create_task(patient.turns.drain())
    await patient.prompter.begun.wait()
    await patient.send("где заказ")
    await patient.take_in()
    patient.prompter.gate.set()
    await draining
    assert patient.ears.texts() == []
    patient.prompter.fits["деньги\nгде заказ"] = [("delivery", 0.9)]
    patient.clock.move(3)
    await patient.turns.drain()
    assert patient.ears.texts() == ["Привезём за 2 дня."]


async def test_that_an_edit_inside_the_burst_replaces_the_text(patient: World) -> None:
    await patient.say("что-то", external_id="m1")
    await later(patient, IncomingKind.EDIT, "m1", "где заказ")
    patient.clock.move(3)
    await patient.turns.drain()
    assert patient.ears.texts() == ["Привезём за 2 дня."]
    first = (await patient.history())[0]
    assert (first.text, first.edited_at is not None) == ("где заказ", True)


async def test_that_an_edit_of_an_answered_message_is_shown_and_not_answered_again(
    world: World,
) -> None:
    await world.say("где заказ", external_id="m1")
    await later(world, IncomingKind.EDIT, "m1", "деньги")
    assert world.ears.texts() == ["Привезём за 2 дня."]
    assert (await world.history())[0].text == "деньги"


async def test_that_an_edit_while_waiting_renews_the_suggestion(world: World) -> None:
    await world.say("странное", external_id="m1")
    await later(world, IncomingKind.EDIT, "m1", "деньги")
    shown = await world.desk.current_suggestion((await world.conversation()).id)
    assert shown is not None
    assert shown.text == "деньги"
    assert len(world.ears.texts()) == 1


async def test_that_greetings_and_thanks_around_a_question_are_not_part_of_it(
    patient: World,
) -> None:
    for word in ("hello", "где заказ", "спасибо"):
        await patient.send(word)
    await patient.take_in()
    patient.clock.move(3)
    await patient.turns.drain()
    assert patient.ears.texts() == ["Привезём за 2 дня."]
    assert patient.prompter.asked == ["где заказ"]


async def pressed(world: World, what: str, customer: str = "c1") -> list[str]:
    told = await world.turns.last_told("test", "c1")
    assert told is not None
    assert told.suggestion is not None
    return await world.say(button=what + told.suggestion.id, customer=customer)


async def test_that_not_it_brings_the_runner_up_where_it_is_likely(world: World) -> None:
    world.prompter.fits["неверно"] = [("delivery", 0.6), ("returns", 0.3)]
    await world.say("неверно")
    [second] = await pressed(world, NOT_IT)
    assert second.startswith(text("perhaps_this", "ru"))
    assert "Вернём деньги" in second
    assert (await world.conversation()).owner is Owner.BOT


async def test_that_the_second_wrong_answer_in_a_row_brings_a_person(world: World) -> None:
    world.prompter.fits["неверно"] = [("delivery", 0.6), ("returns", 0.3)]
    await world.say("неверно")
    await pressed(world, NOT_IT)
    under_runner_up = (button.data for button in world.ears.heard[-1][2])
    data = next(each for each in under_runner_up if each.startswith(NOT_IT))
    [handed] = await world.say(button=data)
    assert handed.startswith(text("why_not_it", "ru"))
    conversation = await world.conversation()
    assert (conversation.owner, conversation.hand_off_reason) == (Owner.QUEUE, Reason.NOT_IT)


async def test_that_not_it_in_words_is_the_same(world: World) -> None:
    world.prompter.fits["неверно"] = [("delivery", 0.6), ("returns", 0.3)]
    await world.say("неверно")
    told = await world.turns.last_told("test", "c1")
    assert told is not None
    assert told.suggestion is not None
    [second] = await world.say("не то")
    assert "Вернём деньги" in second
    [given] = await world.suggestions.feedback_of(told.suggestion.id)
    assert (given.action, given.article_id) == (FeedbackAction.REJECTED, "delivery")


async def test_that_an_unlikely_runner_up_is_not_tried(world: World) -> None:
    await world.say("где заказ")
    [handed] = await pressed(world, NOT_IT)
    assert handed.startswith(text("why_not_it", "ru"))


async def test_that_helped_is_stored_once_however_often_it_is_pressed(world: World) -> None:
    await world.say("где заказ")
    told = await world.turns.last_told("test", "c1")
    assert told is not None
    assert told.suggestion is not None
    data = HELPED + told.suggestion.id
    assert await world.say(button=data) == [text("glad", "ru")]
    await world.say(button=data)
    [given] = await world.suggestions.feedback_of(told.suggestion.id)
    assert given.action is FeedbackAction.CONFIRMED


async def test_that_a_button_of_a_closed_episode_opens_none(world: World) -> None:
    await world.say("где заказ")
    told = await world.turns.last_told("test", "c1")
    assert told is not None
    assert told.suggestion is not None
    conversation = await world.conversation()
    await world.conversations.release(conversation.id, "anna", world.clock.now(), close=True)
    said = await world.say(button=NOT_IT + told.suggestion.id)
    assert said == [text("stale_button", "ru")]
    after = await world.conversation()
    assert (after.open, after.episode) == (False, 1)
    [given] = await world.suggestions.feedback_of(told.suggestion.id)
    assert given.action is FeedbackAction.REJECTED


async def test_that_a_button_of_another_customer_changes_nothing(world: World) -> None:
    await world.say("где заказ")
    told = await world.turns.last_told("test", "c1")
    assert told is not None
    assert told.suggestion is not None
    await world.say("деньги", customer="c2")
    await world.say(button=NOT_IT + told.suggestion.id, customer="c2")
    assert await world.suggestions.feedback_of(told.suggestion.id) == []
    assert (await world.conversation()).misses == 0


async def test_that_a_thumb_is_as_good_as_its_button(world: World) -> None:
    await world.say("где заказ")
    answer = (await world.history())[-1]
    assert answer.external_id is not None
    await later(world, IncomingKind.REACTION, answer.external_id, "👎")
    assert (await world.conversation()).hand_off_reason == Reason.NOT_IT


async def test_that_other_reactions_mean_nothing(world: World) -> None:
    await world.say("где заказ")
    answer = (await world.history())[-1]
    await later(world, IncomingKind.REACTION, answer.external_id or "", "🤔")
    assert len(await world.history()) == 2


async def test_that_a_person_in_another_program_silences_the_bot(world: World) -> None:
    await world.send("где заказ")
    await world.decide()
    world.number += 1
    await world.turns.receive(
        Incoming("test", "f1", Customer("c1"), IncomingKind.FROM_STAFF, "Я сам отвечу.")
    )
    await world.take_in()
    await world.turns.drain()
    assert world.ears.texts() == []
    assert (await world.conversation()).owner is Owner.OPERATOR


async def test_that_a_blocked_customer_is_marked_and_heals_by_writing(world: World) -> None:
    await world.say("где заказ")
    await later(world, IncomingKind.REACH, "", Reach.BLOCKED.value)
    assert (await world.conversation()).reach is Reach.BLOCKED
    await world.say("деньги")
    assert (await world.conversation()).reach is Reach.OPEN


async def test_that_what_concerns_nobody_is_done_and_opens_nothing(world: World) -> None:
    await later(world, IncomingKind.EDIT, "m1", "где заказ")
    await later(world, IncomingKind.REACTION, "m1", "👍")
    assert await world.conversations.find("test", "c1") is None
    assert await world.inbox.counts() == {"done": 2}


async def test_that_the_second_thing_that_cannot_be_read_goes_to_a_person(world: World) -> None:
    await world.say("photo", kind=IncomingKind.UNREADABLE)
    await world.say("voice", kind=IncomingKind.UNREADABLE)
    told = await world.turns.last_told("test", "c1")
    assert told is not None
    assert (told.decision.kind, told.decision.reason) == (
        DecisionKind.HAND_OFF,
        Reason.UNREADABLE,
    )


async def test_that_a_taken_conversation_gets_its_suggestions_at_once(patient: World) -> None:
    await patient.say("деньги")
    conversation = await patient.conversation()
    await patient.desk.take(ANNA, conversation.id)
    patient.prompter.fits["деньги\nгде заказ"] = [("delivery", 0.9)]
    await patient.say("где заказ")
    shown = await patient.desk.current_suggestion(conversation.id)
    assert shown is not None
    assert shown.items[0].article_id == "delivery"
