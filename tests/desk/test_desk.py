"""The desk: taking, replying, returning and closing, over a real database."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from conversation_world import ANNA, BORIS, World
from patience import PATIENCE_S

from sufler.domain.conversation import Owner, SendState
from sufler.domain.decisions import Feedback, FeedbackAction
from sufler.domain.errors import BadInput, Conflict, NotFound
from sufler.domain.events import EventKind
from sufler.domain.people import Caller, Role
from sufler.domain.texts import text


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    built = await World(database_url).open()
    built.shelf.put("delivery", "Привезём за 2 дня.")
    built.prompter.fits = {
        "где заказ": [("delivery", 0.9)],
        "не знаю": [("delivery", 0.1)],
    }
    await built.hire(ANNA, BORIS)
    yield built
    await built.close()


async def waiting_id(world: World, customer: str = "c1") -> str:
    await world.say("не знаю", customer=customer)
    return (await world.conversation(customer)).id


async def test_that_the_longest_waiting_comes_first_and_leaves_when_taken(world: World) -> None:
    first = await waiting_id(world, "c1")
    world.clock.move(5)
    second = await waiting_id(world, "c2")
    assert [one.id for one in await world.desk.waiting()] == [first, second]
    taken = await world.desk.take(ANNA, first)
    assert (taken.owner, taken.operator_id) == (Owner.OPERATOR, "anna")
    assert [one.id for one in await world.desk.waiting()] == [second]
    assert [one.id for one in await world.desk.mine(ANNA)] == [first]
    assert await world.desk.mine(BORIS) == []


async def test_that_two_operators_cannot_take_one_conversation(world: World) -> None:
    conversation_id = await waiting_id(world)
    await world.desk.take(ANNA, conversation_id)
    await world.desk.take(ANNA, conversation_id)
    for act in (
        world.desk.take(BORIS, conversation_id),
        world.desk.reply(BORIS, conversation_id, "и я"),
        world.desk.close(BORIS, conversation_id),
        world.desk.return_to_bot(BORIS, conversation_id),
    ):
        with pytest.raises(Conflict, match="Анна"):
            await act
    assert (await world.desk.get(conversation_id)).operator_id == "anna"


async def test_that_only_one_of_many_at_once_takes_it(world: World) -> None:
    conversation_id = await waiting_id(world)
    callers = [Caller(f"person:{n}", str(n), Role.OPERATOR, str(n)) for n in range(8)]
    results = await asyncio.gather(
        *(world.desk.take(caller, conversation_id) for caller in callers), return_exceptions=True
    )
    assert sum(isinstance(result, Conflict) for result in results) == 7


async def test_that_replying_to_a_waiting_conversation_takes_it(world: World) -> None:
    conversation_id = await waiting_id(world)
    message = await world.desk.reply(ANNA, conversation_id, "Здравствуйте, {customer.first_name}!")
    assert message.state is SendState.PENDING
    await world.turns.drain()
    assert world.ears.texts()[-1] == "Здравствуйте, Оля!"
    assert (await world.desk.get(conversation_id)).operator_id == "anna"
    assert await world.say("где заказ") == []  # the bot is silent now
    suggestion = await world.desk.current_suggestion(conversation_id)
    assert suggestion is not None
    assert suggestion.items[0].article_id == "delivery"


@pytest.mark.parametrize("said", ["", "  \n", "\x00", "я" * 20_001])
async def test_that_a_reply_needs_a_text_that_can_be_sent(world: World, said: str) -> None:
    conversation_id = await waiting_id(world)
    with pytest.raises(BadInput) as refused:
        await world.desk.reply(ANNA, conversation_id, said)
    assert refused.value.field == "text"
    assert (await world.desk.get(conversation_id)).owner is Owner.QUEUE


async def test_that_after_returning_the_bot_answers_again(world: World) -> None:
    conversation_id = await waiting_id(world)
    await world.desk.take(ANNA, conversation_id)
    returned = await world.desk.return_to_bot(ANNA, conversation_id)
    assert (returned.owner, returned.operator_id, returned.open) == (Owner.BOT, None, True)
    assert await world.say("где заказ") == ["Привезём за 2 дня."]
    assert (await world.desk.get(conversation_id)).episode == 1


async def test_that_after_closing_a_new_message_opens_a_new_episode(world: World) -> None:
    conversation_id = await waiting_id(world)
    ticket = (await world.desk.get(conversation_id)).ticket
    await world.desk.take(ANNA, conversation_id)
    closed = await world.desk.close(ANNA, conversation_id)
    assert not closed.open
    assert await world.desk.current_suggestion(conversation_id) is None
    assert await world.say("где заказ") == ["Привезём за 2 дня."]
    again = await world.desk.get(conversation_id)
    assert (again.open, again.episode) == (True, 2)
    assert again.ticket > ticket


async def test_that_a_reply_to_a_closed_conversation_still_reaches_the_customer(
    world: World,
) -> None:
    conversation_id = await waiting_id(world)
    await world.desk.close(ANNA, conversation_id)
    await world.desk.reply(ANNA, conversation_id, "Забыла сказать: всё решено.")
    await world.turns.drain()
    assert world.ears.texts()[-1] == "Забыла сказать: всё решено."


async def test_that_unknown_conversations_and_suggestions_are_not_found(world: World) -> None:
    for act in (
        world.desk.get("none"),
        world.desk.history("none"),
        world.desk.take(ANNA, "none"),
        world.desk.reply(ANNA, "none", "текст"),
        world.desk.close(ANNA, "none"),
        world.desk.current_suggestion("none"),
    ):
        with pytest.raises(NotFound):
            await act  # type: ignore[misc]  # of several types
    feedback = Feedback("none", FeedbackAction.IGNORED, ANNA.id, world.clock.now())
    with pytest.raises(NotFound):
        await world.desk.add_feedback(feedback)


async def test_that_history_is_read_in_pages(world: World) -> None:
    conversation_id = await waiting_id(world)
    await world.say("где заказ")
    whole = await world.desk.history(conversation_id)
    last = await world.desk.history(conversation_id, limit=2)
    earlier = await world.desk.history(conversation_id, limit=2, before=last[0].id)
    assert [*earlier, *last] == whole


async def test_that_feedback_is_stored_and_a_foreign_article_refused(world: World) -> None:
    conversation_id = await waiting_id(world)
    suggestion = await world.desk.current_suggestion(conversation_id)
    assert suggestion is not None
    given = Feedback(
        suggestion.id,
        FeedbackAction.EDITED,
        ANNA.id,
        world.clock.now(),
        article_id="delivery",
        final_text="за два дня",
    )
    await world.desk.add_feedback(given)
    assert await world.suggestions.feedback_of(suggestion.id) == [given]
    wrong = Feedback(
        suggestion.id, FeedbackAction.ACCEPTED, ANNA.id, world.clock.now(), article_id="other"
    )
    with pytest.raises(BadInput) as refused:
        await world.desk.add_feedback(wrong)
    assert refused.value.field == "article_id"


async def test_that_pages_are_told_what_happens(world: World) -> None:
    events = world.desk.subscribe()
    conversation_id = await waiting_id(world)
    await world.desk.take(ANNA, conversation_id)
    await world.desk.close(ANNA, conversation_id)
    async with asyncio.timeout(PATIENCE_S):
        seen = [await anext(events) for _ in range(6)]
    assert [event.kind for event in seen] == [
        EventKind.MESSAGE,
        EventKind.MESSAGE,
        EventKind.OWNER,
        EventKind.SENT,
        EventKind.OWNER,
        EventKind.CLOSED,
    ]
    assert {event.conversation_id for event in seen} == {conversation_id}


async def test_that_only_an_active_person_who_was_seen_lately_is_on_duty(world: World) -> None:
    assert await world.desk.exists()
    assert not await world.desk.anybody()
    await world.desk.heartbeat(ANNA)
    assert await world.desk.anybody()
    await world.staff.set_active("anna", False)
    assert not await world.desk.anybody()
    await world.desk.heartbeat(BORIS)
    world.clock.move(60)
    await world.desk.heartbeat(BORIS)
    world.clock.move(100)
    assert await world.desk.anybody()
    world.clock.move(60)
    assert not await world.desk.anybody()
    [told] = await world.say("не знаю")
    assert text("nobody_here", "ru") in told
