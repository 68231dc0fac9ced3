"""Where automatic answers are stopped, by whom and why; what was on its way is held back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.conversation import Author, Owner, SendState
from sufler.domain.decisions import DecisionKind
from sufler.domain.knowledge import Mode
from sufler.domain.stops import EVERYWHERE, HELD_BACK, Stop, conversation_scope, topic_scope
from sufler.storage.database import Database
from sufler.storage.sharing import alone, put, together
from sufler.storage.tables.conversations import conversations, events, messages, stops
from sufler.storage.tables.knowledge import topics
from sufler.storage.tables.suggestions import suggestions
from sufler.storage.turn_record import DECISION, STOPPING, stopped_for


class StopStore:
    """Stops by scope. They are read in the transaction that stores a decision, so a stop holds
    from its own transaction on, in every process."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Stop]:
        """The newest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(stops).order_by(stops.c.at.desc()))
            return [Stop(**row) for row in rows.mappings()]

    async def put(self, stop: Stop) -> Sequence[str]:
        """Stop it, and cancel the bot's answers that wait to go out there: those turns are decided
        anew. Returns the ids of their conversations."""
        async with self._database.write() as connection:
            await alone(connection, STOPPING)
            row = {"scope": stop.scope, "by": stop.by, "reason": stop.reason, "at": stop.at}
            await put(connection, stops, [row])
            return await hold_back(connection, stop.scope, stop.at)

    async def remove(self, scope: str) -> bool:
        """Let the bot answer there again; False when it was not stopped."""
        async with self._database.write() as connection:
            removed = await connection.execute(delete(stops).where(stops.c.scope == scope))
        return bool(removed.rowcount)


async def hold_back(connection: AsyncConnection, scope: str, at: datetime) -> list[str]:
    """The bot's answers that wait to go out there are not sent, and their turns decided anew, in
    the transaction after which there are no more of them; the ids of their conversations."""
    await alone(connection, STOPPING)
    held = await _waiting_answers(connection, scope)
    # As everybody does, conversations before their messages: or two would wait for each other.
    whose = conversations.c.id.in_({conversation_id for _, conversation_id in held})
    locking = select(conversations.c.id).where(whose).order_by(conversations.c.id)
    await connection.execute(locking.with_for_update())
    for message_id, conversation_id in held:
        await _hold_back(connection, message_id, conversation_id, at)
    return [conversation_id for _, conversation_id in held]


async def wait_again(
    connection: AsyncConnection, message_id: int, at: datetime, values: Mapping[str, Any]
) -> None:
    """A message that its channel refused waits again, with `values`; an answer whose like were held
    back while it was on its way is held back as well."""
    # In this order, as everybody locks them; nothing is held back until this transaction ends.
    await together(connection, STOPPING)
    of = select(messages.c.conversation_id).where(messages.c.id == message_id)
    whose = select(conversations.c.id).where(conversations.c.id == of.scalar_subquery())
    await connection.execute(whose.with_for_update())
    waiting = {"state": SendState.PENDING.value, **values}
    await connection.execute(update(messages).where(messages.c.id == message_id).values(waiting))
    query = _answers().where(messages.c.id == message_id).add_columns(messages.c.suggestion_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return
    _, conversation_id, items, suggestion_id = row
    told_of = {item["topic"] for item in items[:1]}
    stopped = await stopped_for(connection, conversation_id)
    held = stopped.everywhere or bool(told_of & stopped.topics)
    if not held:
        decision = await _decision(connection, conversation_id, suggestion_id)
        if decision["kind"] == DecisionKind.ANSWER.value:
            given = [each for each in items if each["article_id"] in decision["article_ids"]]
            theirs = select(topics.c.mode).where(
                topics.c.name.in_({each["topic"] for each in given})
            )
            modes = (await connection.execute(theirs)).scalars().all()
            held = any(mode != Mode.ANSWERS.value for mode in modes)
    if held:
        await _hold_back(connection, message_id, conversation_id, at)


def _answers() -> Any:
    """The bot's answers that wait to go out: id, conversation, items of the suggestion."""
    return (
        select(messages.c.id, messages.c.conversation_id, suggestions.c["items"])
        .join(suggestions, suggestions.c.id == messages.c.suggestion_id)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(
            messages.c.author == Author.BOT.value,
            messages.c.state == SendState.PENDING.value,
            conversations.c.owner == Owner.BOT.value,
        )
    )


async def _waiting_answers(connection: AsyncConnection, scope: str) -> list[tuple[int, str]]:
    rows = (await connection.execute(_answers())).all()
    return [
        (row[0], row[1])
        for row in rows
        if scope in {EVERYWHERE, conversation_scope(row[1])}
        or any(topic_scope(item["topic"]) == scope for item in row[2][:1])
    ]


async def _hold_back(
    connection: AsyncConnection, message_id: int, conversation_id: str, at: datetime
) -> None:
    """The answer is not sent, and its turn is decided anew: so the customer is told, as at any
    hand-off, what will happen instead."""
    cancelled = await connection.execute(
        update(messages)
        .where(messages.c.id == message_id, messages.c.state == SendState.PENDING.value)
        .values(state=SendState.CANCELLED.value, error=HELD_BACK)
        .returning(messages.c.suggestion_id)
    )
    suggestion_id = cancelled.scalar_one_or_none()
    if suggestion_id is None:
        return  # on its way by now
    turn = (await _decision(connection, conversation_id, suggestion_id))["messages"]
    await connection.execute(update(messages).where(messages.c.id.in_(turn)).values(open=True))
    await connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id, conversations.c.owner == Owner.BOT.value)
        .values(
            turn_due_at=at,
            turn_since=at,
            turn_attempts=0,
            changes=conversations.c.changes + 1,
            updated_at=at,
        )
    )


async def _decision(
    connection: AsyncConnection, conversation_id: str, suggestion_id: str
) -> Mapping[str, Any]:
    query = (
        select(events.c.body)
        .where(
            events.c.conversation_id == conversation_id,
            events.c.kind == DECISION,
            events.c.suggestion_id == suggestion_id,
        )
        .order_by(events.c.id.desc())
        .limit(1)
    )
    body: Mapping[str, Any] = (await connection.execute(query)).scalar_one()
    return body
