"""Each guard of "received once, sent once, never over a human" is proved by taking it away: the
same scenario holds with the store as it is, and fails with a store that lacks the guard."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Any

import pytest
from conversation_world import ANNA, World
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.conversation.ports import Outcome
from sufler.domain.conversation import Conversation, Incoming, Message, Owner, SendState
from sufler.domain.errors import ChannelError
from sufler.storage import ownership, turn_record
from sufler.storage.inbox import InboxStore, _body
from sufler.storage.outbox import OutboxStore
from sufler.storage.tables.conversations import inbox, messages

ANSWER = "Привезём за 2 дня."
Scenario = Callable[[World], Awaitable[None]]
Removal = Callable[[World, pytest.MonkeyPatch], None]


_end_of_the_turn = turn_record._unchanged


class Died(Exception):  # noqa: N818 - a death is no error of anybody
    """The process ends here."""


# ---- received once: the unique key of the inbox


async def given_five_times(world: World) -> None:
    """One update, five times: twice at once, then again after it was handled and a restart."""
    once = [world.send("где заказ", external_id="u:1:1") for _ in range(2)]
    await asyncio.gather(*once)
    await world.turns.drain()
    for _ in range(2):
        await world.send("где заказ", external_id="u:1:1")
        await world.turns.drain()
    await world.turns.drain()
    assert world.ears.texts() == [ANSWER]
    assert [message.text for message in await world.history()].count("где заказ") == 1


class KeylessInbox(InboxStore):
    """Stores whatever comes."""

    async def add(self, incoming: Incoming, at: datetime, most_an_hour: int = 0) -> bool:
        self.number = getattr(self, "number", 0) + 1
        row = {
            "channel": incoming.channel,
            "external_id": f"{incoming.external_id} {self.number}",
            "customer_id": incoming.customer.external_id,
            "body": _body(incoming),
            "received_at": at,
            "state": "new",
            "attempts": 0,
        }
        async with self._database.write() as connection:
            await connection.execute(insert(inbox).values(**row))
        return True


def without_the_unique_key(world: World, patch: pytest.MonkeyPatch) -> None:
    store = KeylessInbox(world.database)
    for holder in (world.turns, world.turns._worker):
        patch.setattr(holder, "_inbox", store)


# ---- the owner's compare-and-set


async def taken_while_the_bot_thinks(world: World) -> None:
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
    assert (await world.conversation()).owner is Owner.OPERATOR
    assert ANSWER not in world.ears.texts()


def without_comparing_when_it_is_stored(world: World, patch: pytest.MonkeyPatch) -> None:
    def anything(before: Conversation) -> list[Any]:
        return []

    patch.setattr(turn_record, "as_it_was_seen", anything)


async def taken_between_decision_and_sending(world: World) -> None:
    await world.send("где заказ")
    await world.decide()
    conversation = await world.conversation()
    await world.desk.reply(ANNA, conversation.id, "Я Анна.")
    await world.turns.drain()
    assert world.ears.texts() == ["Я Анна."]


class OpenOutbox(OutboxStore):
    """Releases a message whoever owns the conversation."""

    async def claim(self, message_id: int) -> bool:
        async with self._database.write() as connection:
            claimed = await connection.execute(
                update(messages)
                .where(messages.c.id == message_id, messages.c.state == SendState.PENDING.value)
                .values(state=SendState.SENDING.value, attempts=messages.c.attempts + 1)
            )
        return bool(claimed.rowcount)


def without_comparing_when_it_is_released(world: World, patch: pytest.MonkeyPatch) -> None:
    async def nothing(_connection: object, _conversation_id: str) -> None:
        return

    patch.setattr(ownership, "silence_bot", nothing)
    patch.setattr(world.delivery, "_outbox", OpenOutbox(world.database))


# ---- decision, replies and the end of the turn in one transaction


class Dying:
    """The process dies after the first of the writes that end a turn. `written`: the writes before
    that stay, as they do where they are not one transaction."""

    def __init__(self) -> None:
        self.written = False

    async def end_a_turn(self, connection: AsyncConnection, outcome: Outcome) -> bool:
        await _end_of_the_turn(connection, outcome)
        numbers = [message.id for message in outcome.turn]
        await connection.execute(
            update(messages).where(messages.c.id.in_(numbers)).values(open=False)
        )
        if self.written:
            await connection.commit()
        raise Died


dying = Dying()


async def death_while_the_outcome_is_stored(world: World) -> None:
    await world.send("где заказ")
    await world.take_in()
    conversation = await world.conversation()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turn_record, "_unchanged", dying.end_a_turn)
        with pytest.raises(Died):
            await world.turns.decide(conversation.id)
    await world.close()
    await world.open()
    await world.turns.drain()
    assert world.ears.texts() == [ANSWER]


def without_the_transaction(world: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(dying, "written", True)


# ---- the state unknown


async def a_time_out_after_the_effect(world: World) -> None:
    """The message arrives, and the channel does not say so."""
    send = world.ears.send

    async def unheard(conversation: Conversation, message: Message) -> str | None:
        await send(conversation, message)
        world.ears.send = send  # type: ignore[method-assign]
        raise ChannelError("no answer: it may have arrived", outcome_unknown=True)

    world.ears.send = unheard  # type: ignore[method-assign]
    await world.say("где заказ")
    for seconds in (1, 10, 100, 1000):
        world.clock.move(seconds)
        await world.turns.drain()
    assert world.ears.texts() == [ANSWER]


async def death_in_the_middle_of_sending(world: World) -> None:
    await world.send("где заказ")
    await world.decide()
    [(conversation, message)] = await world.outbox.due(["test"], world.clock.now())
    assert await world.outbox.claim(message.id)
    await world.ears.send(conversation, message)
    await world.delivery.take_over("test")
    await world.turns.drain()
    assert world.ears.texts() == [ANSWER]


class SureOutbox(OutboxStore):
    """Knows no state but sent and not sent."""

    async def unknown(self, message_id: int, error: str) -> None:
        await self._set(message_id, state=SendState.PENDING, error=error)

    async def interrupted(self, channels: Sequence[str], besides: Collection[str] = ()) -> int:
        async with self._database.write() as connection:
            stopped = await connection.execute(
                update(messages)
                .where(messages.c.state == SendState.SENDING.value)
                .values(state=SendState.PENDING.value)
            )
        return stopped.rowcount


def without_the_state_unknown(world: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(world.delivery, "_outbox", SureOutbox(world.database))


GUARDS: dict[str, tuple[Scenario, Removal]] = {
    "the unique key of the inbox": (given_five_times, without_the_unique_key),
    "the owner compared when a decision is stored": (
        taken_while_the_bot_thinks,
        without_comparing_when_it_is_stored,
    ),
    "the owner compared when a reply is released": (
        taken_between_decision_and_sending,
        without_comparing_when_it_is_released,
    ),
    "the one transaction of decision and replies": (
        death_while_the_outcome_is_stored,
        without_the_transaction,
    ),
    "the state unknown after a time-out": (a_time_out_after_the_effect, without_the_state_unknown),
    "the state unknown after a death": (death_in_the_middle_of_sending, without_the_state_unknown),
}


@pytest.mark.parametrize("guard", GUARDS)
async def test_that_with_each_guard_the_scenario_holds(world: World, guard: str) -> None:
    scenario, _ = GUARDS[guard]
    await scenario(world)


@pytest.mark.parametrize("guard", GUARDS)
async def test_that_without_each_guard_the_scenario_fails(
    world: World, guard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario, remove = GUARDS[guard]
    remove(world, monkeypatch)
    with pytest.raises(AssertionError) as failed:
        await scenario(world)
    assert failed.traceback[-1].name == scenario.__name__  # what the scenario itself expects
