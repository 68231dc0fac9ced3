"""What becomes of replies: order, failures, death in the middle, and operators who step in."""

import asyncio
import contextlib

import pytest
from conversation_world import ANNA, World

from sufler.conversation.delivery import BACK_OFF_S
from sufler.domain.conversation import Author, Message, Owner, SendState
from sufler.domain.errors import ChannelError, StorageUnavailable
from sufler.domain.events import EventKind
from sufler.domain.texts import text


async def replies(world: World, customer: str = "c1") -> list[Message]:
    return [m for m in await world.history(customer) if m.author is not Author.CUSTOMER]


async def decided_but_unsent(world: World, said: str = "где заказ") -> None:
    """Store the outcome of a turn without sending its reply."""
    await world.send(said)
    for row in await world.inbox.due(["test"], world.clock.now()):
        await world.turns.handle(row)


async def test_that_a_human_reply_silences_the_bot(world: World) -> None:
    await decided_but_unsent(world)
    conversation = await world.conversation()
    await world.desk.reply(ANNA, conversation.id, "Я Анна, смотрю.")
    await world.turns.drain()
    assert world.ears.texts() == ["Я Анна, смотрю."]
    bots, annas = await replies(world)
    assert bots.state is SendState.CANCELLED
    assert (annas.state, annas.author_name) == (SendState.SENT, "Анна")


async def test_that_a_take_between_decision_and_storing_makes_it_decide_anew(
    world: World,
) -> None:
    await world.say("спасибо")
    conversation = await world.conversation()
    world.prompter.gate = asyncio.Event()
    world.prompter.begun.clear()
    await world.send("где заказ")
    handling = asyncio.create_task(world.turns.drain())
    await world.prompter.begun.wait()
    await world.desk.take(ANNA, conversation.id)
    world.prompter.gate.set()
    await handling
    assert world.ears.texts() == [text("thanks", "ru")]
    told = await world.turns.last_told("test", "c1")
    assert told is not None
    assert told.decision.reason == "operator_owns"
    suggestion = await world.desk.current_suggestion(conversation.id)
    assert suggestion is not None  # beside the open conversation
    assert suggestion.items[0].article_id == "delivery"


async def test_that_the_owner_is_compared_in_the_step_that_releases_a_reply(world: World) -> None:
    await decided_but_unsent(world)
    [(conversation, message)] = await world.outbox.due(["test"], world.clock.now())
    await world.conversations.take(conversation.id, "anna", world.clock.now())
    assert not await world.outbox.claim(message.id)
    [bots] = await replies(world)
    assert bots.state is SendState.CANCELLED


async def test_that_after_a_restart_what_was_begun_is_finished(world: World) -> None:
    await world.send("где заказ", customer="c1")  # received only
    await decided_but_unsent(world, "деньги")
    await world.close()
    await world.open()
    await world.turns.drain()
    assert world.ears.texts() == ["Привезём за 2 дня.", "Вернём деньги, Оля."]
    await world.close()
    await world.open()
    await world.turns.drain()
    assert len(world.ears.texts()) == 2


async def test_that_what_was_being_sent_at_death_is_never_sent_again(world: World) -> None:
    await decided_but_unsent(world)
    [(_, message)] = await world.outbox.due(["test"], world.clock.now())
    assert await world.outbox.claim(message.id)
    await world.close()
    await world.open()
    await world.delivery.begin()
    await world.say("деньги")
    first, second = await replies(world)
    assert first.state is SendState.UNKNOWN
    assert second.state is SendState.SENT
    assert world.ears.texts() == ["Вернём деньги, Оля."]


async def test_that_a_dead_worker_of_another_channel_is_left_alone(world: World) -> None:
    await decided_but_unsent(world)
    [(_, message)] = await world.outbox.due(["test"], world.clock.now())
    await world.outbox.claim(message.id)
    assert await world.outbox.interrupted(["telegram"]) == 0
    assert await world.outbox.due(["telegram"], world.clock.now()) == []
    assert await world.inbox.due(["telegram"], world.clock.now()) == []


async def test_that_a_row_handled_by_two_processes_has_one_outcome(world: World) -> None:
    await world.send("где заказ")
    [row] = await world.inbox.due(["test"], world.clock.now())
    await world.turns.handle(row)
    await world.turns.handle(row)
    await world.turns.drain()
    assert world.ears.texts() == ["Привезём за 2 дня."]
    assert len(await world.history()) == 2


async def test_that_a_channel_that_asks_to_wait_is_waited_for_in_order(world: World) -> None:
    world.ears.trouble = [ChannelError("slow down", retry_after=40)]
    await world.say("где заказ")
    assert await world.say("деньги") == []
    world.clock.move(39)
    await world.turns.drain()
    assert world.ears.texts() == []
    world.clock.move(1)
    await world.turns.drain()
    assert world.ears.texts() == ["Привезём за 2 дня.", "Вернём деньги, Оля."]


async def test_that_a_permanent_refusal_fails_one_message_only(world: World) -> None:
    world.ears.trouble = [ChannelError("blocked", permanent=True)]
    await world.say("где заказ")
    assert await world.say("деньги") == ["Вернём деньги, Оля."]
    first, _ = await replies(world)
    assert (first.state, first.error) == (SendState.FAILED, "blocked")


@pytest.mark.parametrize(
    "trouble", [ChannelError("timed out", outcome_unknown=True), RuntimeError("our mistake")]
)
async def test_that_what_may_have_arrived_is_not_sent_again(
    world: World, trouble: Exception
) -> None:
    world.ears.trouble = [trouble]
    await world.say("где заказ")
    world.clock.move(10_000)
    await world.turns.drain()
    [only] = await replies(world)
    assert only.state is SendState.UNKNOWN
    assert world.ears.texts() == []


async def test_that_a_refused_message_is_tried_with_longer_waits_and_then_given_up(
    world: World,
) -> None:
    world.ears.trouble = [ChannelError("no network") for _ in range(len(BACK_OFF_S) + 1)]
    await world.say("где заказ")
    for seconds in BACK_OFF_S:
        assert (await replies(world))[0].state is SendState.PENDING
        world.clock.move(seconds)
        await world.turns.drain()
    [only] = await replies(world)
    assert (only.state, only.error) == (SendState.FAILED, "no network")
    assert only.attempts == len(BACK_OFF_S) + 1


async def test_that_a_run_answers_as_messages_come(world: World) -> None:
    running = asyncio.create_task(world.turns.run())
    events = world.live.subscribe()
    await world.send("где заказ", customer="c1")
    await world.send("деньги", customer="c2")
    async with asyncio.timeout(5):
        kinds = [(await anext(events)).kind for _ in range(4)]
    assert sorted(kinds) == [EventKind.MESSAGE] * 2 + [EventKind.SENT] * 2
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert world.ears.texts("c1") == ["Привезём за 2 дня."]
    assert world.ears.texts("c2") == ["Вернём деньги, Оля."]


async def test_that_stopping_lets_a_message_on_its_way_arrive(world: World) -> None:
    world.ears.before_send = asyncio.Event()
    running = asyncio.create_task(world.turns.run())
    await world.send("где заказ")
    async with asyncio.timeout(5):
        await world.ears.begun.wait()
    running.cancel()
    await asyncio.sleep(0)
    world.ears.before_send.set()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert await world.outbox.counts() == {"sent": 1}


async def test_that_an_unavailable_database_parks_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_outcome: object) -> bool:
        raise StorageUnavailable("the disk is full")

    await world.send("где заказ")
    [row] = await world.inbox.due(["test"], world.clock.now())
    with monkeypatch.context() as patch:
        patch.setattr(world.conversations, "store_outcome", full)
        patch.setattr("sufler.conversation.worker.POLL_S", 0.0)
        with pytest.raises(StorageUnavailable):
            await world.turns.handle(row)
        draining = asyncio.create_task(world.turns.drain())
        await asyncio.sleep(0.1)
        assert not draining.done()
    await draining
    assert world.ears.texts() == ["Привезём за 2 дня."]
    assert (await world.inbox.counts()) == {"done": 1}


async def test_that_a_failure_while_an_operator_talks_stays_silent(world: World) -> None:
    await world.say("спасибо")
    conversation = await world.conversation()
    await world.desk.take(ANNA, conversation.id)
    world.prompter.broken.add("беда")
    await world.send("беда")
    for seconds in (1, 5, 30, 0):
        await world.turns.drain()
        world.clock.move(seconds)
    assert len(world.ears.texts()) == 1
    assert (await world.conversation()).owner is Owner.OPERATOR
    assert (await world.history())[-1].text == "беда"
