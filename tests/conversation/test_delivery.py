"""What becomes of replies: order, failures, death in the middle, and operators who step in."""

import asyncio
import contextlib

import pytest
from conversation_world import ANNA, World
from patience import PATIENCE_S

from sufler.conversation.delivery import BACK_OFF_S
from sufler.domain.conversation import Author, Message, Owner, Reach, SendState
from sufler.domain.errors import ChannelError, Conflict, StorageUnavailable
from sufler.domain.events import EventKind
from sufler.domain.texts import text


async def replies(world: World, customer: str = "c1") -> list[Message]:
    return [m for m in await world.history(customer) if m.author is not Author.CUSTOMER]


async def decided_but_unsent(world: World, said: str = "где заказ") -> None:
    """Store the outcome of a turn without sending its reply."""
    await world.send(said)
    await world.decide()


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
    await decided_but_unsent(world, "где заказ")
    await world.send("деньги")  # received only
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
    await world.delivery.take_over("test")
    await world.say("деньги")
    first, second = await replies(world)
    assert first.state is SendState.UNKNOWN
    assert second.state is SendState.SENT
    assert world.ears.texts() == ["Вернём деньги, Оля."]


async def test_that_who_lost_a_channel_for_a_moment_still_writes_down_what_it_sends(
    world: World,
) -> None:
    world.ears.before_send = asyncio.Event()
    await decided_but_unsent(world)
    sending = asyncio.create_task(world.delivery.drain())
    await world.ears.begun.wait()
    await world.delivery.take_over("test")
    [message] = await replies(world)
    assert message.state is SendState.SENDING
    world.ears.before_send.set()
    await sending
    [message] = await replies(world)
    assert (message.state, message.error) == (SendState.SENT, None)


async def test_that_a_dead_worker_of_another_channel_is_left_alone(world: World) -> None:
    await decided_but_unsent(world)
    [(_, message)] = await world.outbox.due(["test"], world.clock.now())
    await world.outbox.claim(message.id)
    assert await world.outbox.interrupted(["telegram"]) == 0
    assert await world.outbox.due(["telegram"], world.clock.now()) == []
    assert await world.inbox.due(["telegram"], world.clock.now()) == []


async def test_that_what_two_processes_handle_has_one_outcome(world: World) -> None:
    await world.send("где заказ")
    [row] = await world.inbox.due(["test"], world.clock.now())
    await asyncio.gather(world.turns.take_in(row), world.turns.take_in(row))
    [turn], _ = await world.open_turns.due(["test"], world.clock.now())
    await asyncio.gather(*(world.turns.decide(turn.conversation_id) for _ in range(3)))
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
    async with asyncio.timeout(PATIENCE_S):
        kinds = [(await anext(events)).kind for _ in range(6)]
    assert sorted(kinds) == [EventKind.MESSAGE] * 4 + [EventKind.SENT] * 2
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert world.ears.texts("c1") == ["Привезём за 2 дня."]
    assert world.ears.texts("c2") == ["Вернём деньги, Оля."]


async def test_that_stopping_lets_a_message_on_its_way_arrive(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sufler.conversation.delivery.GRACE_S", PATIENCE_S)
    world.ears.before_send = asyncio.Event()
    running = asyncio.create_task(world.turns.run())
    await world.send("где заказ")
    async with asyncio.timeout(PATIENCE_S):
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
    await world.take_in()
    conversation = await world.conversation()
    with monkeypatch.context() as patch:
        patch.setattr(world.conversations, "store_outcome", full)
        patch.setattr("sufler.conversation.worker.POLL_S", 0.0)
        with pytest.raises(StorageUnavailable):
            await world.turns.decide(conversation.id)
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


async def test_that_a_channel_that_is_away_costs_no_tries_and_drains_in_order(
    world: World,
) -> None:
    away = ChannelError("no network", whole_channel=True)
    world.ears.trouble = [away] * 200
    await world.say("где заказ", customer="c1")
    await world.say("деньги", customer="c1")
    await world.say("деньги", customer="c2")
    for _ in range(40):
        world.clock.move(30)
        await world.turns.drain()
    assert list(world.delivery.troubles) == ["test"]
    assert [m.state for m in await replies(world)] == [SendState.PENDING] * 2
    world.ears.trouble = []
    world.clock.move(30)
    await world.turns.drain()
    assert world.ears.texts("c1") == ["Привезём за 2 дня.", "Вернём деньги, Оля."]
    assert world.ears.texts("c2") == ["Вернём деньги, Оля."]
    assert [m.attempts for m in await replies(world)] == [1, 1]
    assert world.delivery.troubles == {}


async def test_that_a_customer_who_blocked_us_is_marked(world: World) -> None:
    world.ears.trouble = [ChannelError("blocked", permanent=True, reach="blocked")]
    await world.say("где заказ")
    assert (await world.conversation()).reach is Reach.BLOCKED


async def test_that_what_waits_for_its_slot_holds_nobody_back(world: World) -> None:
    world.ears.waits = {"c1": 3.0}
    await world.say("где заказ", customer="c1")
    await world.say("деньги", customer="c2")
    assert world.ears.texts() == []
    assert (await replies(world))[0].state is SendState.PENDING
    assert world.ears.texts("c2") == ["Вернём деньги, Оля."]
    world.ears.waits = {}
    await world.turns.drain()
    assert world.ears.texts() == ["Привезём за 2 дня."]


async def test_that_an_operators_edit_reaches_the_customer(world: World) -> None:
    await world.say("странное")
    conversation = await world.conversation()
    sent = await world.desk.reply(ANNA, conversation.id, "В среду.")
    await world.turns.drain()
    await world.desk.edit(ANNA, conversation.id, sent.id, "В четверг.")
    await world.turns.drain()
    assert [text for _, text in world.ears.edits] == ["В четверг."]
    last = (await world.history())[-1]
    assert (last.text, last.edit_state) == ("В четверг.", SendState.SENT)


async def test_that_an_edit_before_sending_goes_out_in_place_of_the_first_text(
    world: World,
) -> None:
    await world.say("странное")
    conversation = await world.conversation()
    sent = await world.desk.reply(ANNA, conversation.id, "В среду.")
    await world.desk.edit(ANNA, conversation.id, sent.id, "В четверг.")
    await world.turns.drain()
    assert world.ears.texts()[-1] == "В четверг."
    assert world.ears.edits == []


async def test_that_nobody_edits_what_another_wrote(world: World) -> None:
    await world.say("где заказ")
    conversation = await world.conversation()
    bots = (await replies(world))[0]
    with pytest.raises(Conflict):
        await world.desk.edit(ANNA, conversation.id, bots.id, "Иначе.")
