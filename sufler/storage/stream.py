"""The log that the event stream and webhooks read: written with what happened, then put in order.

A sequence of PostgreSQL gives ids before the commit: whoever read up to 7 would miss a 6 that is
committed later. So what happened is noted in `happened`, and `settle` moves what is committed into
`stream`, one process at a time: there a smaller id is never seen later than a larger one.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.conversation import Conversation, Message
from sufler.domain.decisions import Suggestion
from sufler.domain.stream import StreamEvent, StreamFilter, StreamKind, StreamPage
from sufler.storage.database import Database, write_of
from sufler.storage.rows import conversation_from, message_from
from sufler.storage.sharing import alone
from sufler.storage.suggestion_rows import suggestion_from
from sufler.storage.tables.conversations import conversations, messages
from sufler.storage.tables.suggestions import suggestions
from sufler.storage.tables.webhooks import happened, stream

TOPIC = "stream"
AT_ONCE = 500
_ABOUT = ("kind", "conversation_id", "message_id", "suggestion_id", "caller_id", "facts", "at")


async def note(
    connection: AsyncConnection,
    kind: StreamKind,
    *,
    conversation_id: str | None = None,
    message_id: int | None = None,
    suggestion_id: str | None = None,
    caller_id: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Note inside the caller's transaction what it does. `facts` hold no customer's words;
    `caller_id`: only this caller is told."""
    row = _row(kind, conversation_id, message_id, suggestion_id, caller_id, facts)
    await connection.execute(insert(happened), [row])
    await write_of(connection).announce_once(TOPIC)


async def note_suggestions(
    connection: AsyncConnection, made: Sequence[Suggestion], callers: Sequence[str | None]
) -> None:
    """Note those that are about a conversation; each is told to its caller only, where it has
    one."""
    rows = [
        _row(StreamKind.SUGGESTION, each.conversation_id, None, each.id, caller, None)
        for each, caller in zip(made, callers, strict=True)
        if each.conversation_id is not None
    ]
    if rows:
        await connection.execute(insert(happened), rows)
        await write_of(connection).announce_once(TOPIC)


async def add_message(connection: AsyncConnection, row: Mapping[str, Any]) -> Message:
    """Put a message into its conversation inside the caller's transaction, and note it."""
    added = await connection.execute(insert(messages).values(**row).returning(messages))
    message = message_from(added.mappings().one())
    talk = message.conversation_id
    await note(connection, StreamKind.MESSAGE, conversation_id=talk, message_id=message.id)
    return message


class StreamStore:
    """Reads the log, in its order. Ids that the caller gives were read here before."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def settle(self) -> bool:
        """Give what was noted and committed its place; True when there was something."""
        query = select(happened.c.id).limit(1)
        async with self._database.read() as connection:
            if await connection.scalar(query) is None:
                return False
        async with self._database.write() as connection:
            await alone(connection, TOPIC)
            found = (await connection.execute(_noted())).mappings().all()
            if found:
                rows = [{name: row[name] for name in (*_ABOUT, "queue_id")} for row in found]
                await connection.execute(insert(stream), rows)
                ids = [row["id"] for row in found]
                await connection.execute(delete(happened).where(happened.c.id.in_(ids)))
        return bool(found)

    async def ends(self) -> tuple[int, int]:
        """The ids of the oldest and of the newest row that is kept; (0, 0) when there is none."""
        query = select(func.min(stream.c.id), func.max(stream.c.id))
        async with self._database.read() as connection:
            oldest, newest = (await connection.execute(query)).one()
        return oldest or 0, newest or 0

    async def page(
        self, after: int, wanted: StreamFilter | None = None, limit: int = 100
    ) -> StreamPage:
        """At most `limit` events that are wanted, with ids above `after`."""
        query = select(stream).where(stream.c.id > after, *_wanted(wanted or StreamFilter()))
        async with self._database.read() as connection:
            newest = await connection.scalar(select(func.max(stream.c.id)))
            found = await connection.execute(query.order_by(stream.c.id).limit(limit))
            rows = found.mappings().all()
            events = await _with_subjects(connection, rows)
        until = rows[-1]["id"] if len(rows) == limit else max(after, newest or 0)
        return StreamPage(tuple(events), until)

    async def get(self, event_id: int) -> StreamEvent | None:
        """One event; None when it is not kept any more."""
        async with self._database.read() as connection:
            found = await connection.execute(select(stream).where(stream.c.id == event_id))
            events = await _with_subjects(connection, found.mappings().all())
        return events[0] if events else None


def _row(
    kind: StreamKind,
    conversation_id: str | None,
    message_id: int | None,
    suggestion_id: str | None,
    caller_id: str | None,
    facts: Mapping[str, Any] | None,
) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "conversation_id": conversation_id,
        "message_id": message_id,
        "suggestion_id": suggestion_id,
        "caller_id": caller_id,
        "facts": dict(facts or {}),
        "at": datetime.now(UTC),
    }


def _noted() -> Select[Any]:
    """What was noted, in its order, with the queue of its conversation."""
    joined = happened.outerjoin(conversations, conversations.c.id == happened.c.conversation_id)
    return (
        select(happened, conversations.c.queue_id)
        .select_from(joined)
        .order_by(happened.c.id)
        .limit(AT_ONCE)
    )


def _wanted(wanted: StreamFilter) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = []
    if wanted.kinds:
        clauses.append(stream.c.kind.in_(sorted(kind.value for kind in wanted.kinds)))
    if wanted.conversation_id is not None:
        clauses.append(stream.c.conversation_id == wanted.conversation_id)
    if wanted.queue_id is not None:
        clauses.append(stream.c.queue_id == wanted.queue_id)
    return clauses


async def _with_subjects(
    connection: AsyncConnection, rows: Sequence[Mapping[Any, Any]]
) -> list[StreamEvent]:
    """The events with what they are about, as it is now: one query for each kind of subject."""
    talks: dict[str, Conversation] = {}
    said: dict[int, Message] = {}
    offered: dict[str, Suggestion] = {}
    if ids := {row["conversation_id"] for row in rows} - {None}:
        query = select(conversations).where(conversations.c.id.in_(ids))
        for row in (await connection.execute(query)).mappings():
            talks[row["id"]] = conversation_from(row)
    if numbers := {row["message_id"] for row in rows} - {None}:
        query = select(messages).where(messages.c.id.in_(numbers))
        for row in (await connection.execute(query)).mappings():
            said[row["id"]] = message_from(row)
    if made := {row["suggestion_id"] for row in rows} - {None}:
        query = select(suggestions).where(suggestions.c.id.in_(made))
        for row in (await connection.execute(query)).mappings():
            offered[row["id"]] = suggestion_from(row)
    return [
        StreamEvent(
            id=row["id"],
            kind=StreamKind(row["kind"]),
            at=row["at"],
            conversation_id=row["conversation_id"],
            message_id=row["message_id"],
            suggestion_id=row["suggestion_id"],
            caller_id=row["caller_id"],
            queue_id=row["queue_id"],
            facts=row["facts"],
            conversation=talks.get(row["conversation_id"]),
            message=said.get(row["message_id"]),
            suggestion=offered.get(row["suggestion_id"]),
        )
        for row in rows
    ]
