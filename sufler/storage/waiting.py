"""Conversations that wait for somebody, and what the timers and people do with them: each act
compares the owner and is logged in one transaction with the words that go with it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Insert, Select, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.conversation.ports import Reply
from sufler.domain.conversation import Author, Conversation, Owner, SendState
from sufler.domain.queues import DEFAULT_QUEUE, Note
from sufler.domain.stream import StreamKind
from sufler.domain.waits import Mark
from sufler.storage import ownership
from sufler.storage.database import Database
from sufler.storage.idempotency import mark_done
from sufler.storage.rows import conversation_from, reply_row
from sufler.storage.stream import add_message
from sufler.storage.stream import note as note_outside
from sufler.storage.tables.conversations import conversations, episodes, events, messages
from sufler.storage.tables.queues import notes
from sufler.storage.tables.suggestions import suggestions

# Waits of the last ones who were taken are what the next one can expect.
WAITS_LOOKED_AT = 50
LEAST_WAITS = 5
AT_ONCE = 500
_TAKEN = ("taken", "assigned")
_BOT_OR_OPERATOR = (Owner.BOT.value, Owner.OPERATOR.value)


class WaitingStore:
    """What waits, by whom it is owned, and changes of that. `before` is a conversation as the
    decision saw it: when it has changed since, nothing is done and False is returned."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def in_queues(self) -> list[Conversation]:
        """Everybody who waits in a queue, the longest waiting first."""
        since = conversations.c.waiting_since
        return await self._list(conversations.c.owner == Owner.QUEUE.value, since)

    async def with_operators(self) -> list[Conversation]:
        """Everything that operators have."""
        owned = conversations.c.owner == Owner.OPERATOR.value
        return await self._list(owned, conversations.c.owned_since)

    async def silent_customers(self, since: datetime) -> list[Conversation]:
        """Open matters, not in a queue, in which the customer has written nothing after `since`
        and no answer of the bot is due; the longest silent first."""
        return await self._list(
            and_(
                conversations.c.owner.in_(_BOT_OR_OPERATOR),
                conversations.c.customer_at <= since,
                conversations.c.open,
                conversations.c.turn_due_at.is_(None),
                conversations.c.unanswered_since.is_(None),
            ),
            conversations.c.customer_at,
        )

    async def loads(self) -> dict[str, int]:
        """How many open conversations each operator has, by id."""
        query = (
            select(conversations.c.operator_id, func.count())
            .where(conversations.c.owner == Owner.OPERATOR.value, conversations.c.open)
            .group_by(conversations.c.operator_id)
        )
        async with self._database.read() as connection:
            return {row[0]: row[1] for row in await connection.execute(query)}

    async def ahead(self, queue_id: str, of: Conversation) -> int:
        """How many wait in the queue before this one, where it is or will be: the longer a customer
        has waited for a person's words, the nearer the front."""
        query = select(func.count()).where(
            conversations.c.owner == Owner.QUEUE.value,
            func.coalesce(conversations.c.queue_id, DEFAULT_QUEUE) == queue_id,
            conversations.c.id != of.id,
        )
        began = of.waiting_since or of.unanswered_since
        if began is not None:
            since, own_id = conversations.c.waiting_since, conversations.c.id
            query = query.where(or_(since < began, and_(since == began, own_id < of.id)))
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def usual_wait(self, queue_id: str, since: datetime) -> float | None:
        """The median of the newest waits in the queue, in seconds; None where too few were
        measured after `since`."""
        query = (
            select(events.c.body)
            .where(events.c.queue_id == queue_id, events.c.kind.in_(_TAKEN), events.c.at >= since)
            .order_by(events.c.id.desc())
            .limit(WAITS_LOOKED_AT)
        )
        async with self._database.read() as connection:
            bodies = (await connection.execute(query)).scalars().all()
        waits = [body["waited_s"] for body in bodies if "waited_s" in body]
        return float(median(waits)) if len(waits) >= LEAST_WAITS else None

    async def topic_of(self, before: Conversation) -> str:
        """What the customer's last question is about."""
        query = select(suggestions.c["items"]).where(suggestions.c.id == before.suggestion_id)
        async with self._database.read() as connection:
            items = await connection.scalar(query)
        return str(items[0]["topic"]) if items else ""

    async def to_operator(
        self,
        before: Conversation,
        operator_id: str,
        at: datetime,
        *,
        kind: str,
        by: str,
        note: Note | None = None,
    ) -> bool:
        """Give it to an operator, with what staff should know."""
        async with self._database.write() as connection:
            if not await _same(connection, before):
                return False
            given = await ownership.to_operator(
                connection,
                before.id,
                operator_id,
                at,
                kind=kind,
                by=by,
                only_from=frozenset({before.owner}),
            )
            if given:
                await _noted(connection, note)
                await mark_done(connection)
            return given

    async def to_queue(
        self,
        before: Conversation,
        queue_id: str,
        at: datetime,
        *,
        kind: str,
        by: str,
        say: Reply | None = None,
        told: str | None = None,
        note: Note | None = None,
    ) -> bool:
        """Put it into a queue and tell the customer, and staff what they should know."""
        async with self._database.write() as connection:
            if not await _same(connection, before):
                return False
            if not await ownership.to_queue(connection, before, queue_id, at, kind=kind, by=by):
                return False
            await self._say(connection, before, say, at, told=told)
            await _noted(connection, note)
            await mark_done(connection)
            return True

    async def to_bot(
        self,
        before: Conversation,
        at: datetime,
        *,
        kind: str,
        by: str,
        close: bool,
        say: Reply | None = None,
    ) -> bool:
        """Give it back to the bot, or close it, and tell the customer."""
        async with self._database.write() as connection:
            if not await _same(connection, before):
                return False
            given = await ownership.to_bot(connection, before, at, by=by, close=close, kind=kind)
            if given:
                await self._say(connection, before, say, at)
            return given

    async def say(
        self,
        before: Conversation,
        say: Reply,
        at: datetime,
        *,
        told: str | None = None,
        warned: bool = False,
    ) -> bool:
        """Say something without a change of owner; `warned`: that it will be closed."""
        async with self._database.write() as connection:
            if not await _same(connection, before):
                return False
            await self._say(connection, before, say, at, told=told, warned=warned)
            return True

    async def escalate(self, before: Conversation, level: int, at: datetime) -> bool:
        """Note that people were told about it, for the `level`-th time."""
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(conversations)
                .where(
                    *ownership.as_owned(before),
                    conversations.c.escalated < level,
                    conversations.c.unanswered_since == before.unanswered_since,
                )
                .values(escalated=level)
            )
            if changed.rowcount:
                await ownership.log(
                    connection, before, "escalated", "timer", at, {"level": level}, measured=False
                )
                await note_outside(
                    connection,
                    StreamKind.ALERT,
                    conversation_id=before.id,
                    facts={"what": "unanswered", "level": level, "episode": before.episode},
                )
            return bool(changed.rowcount)

    async def marks(self, conversation_id: str) -> list[Mark]:
        """What happened in the newest episode, in the order in which it did."""
        async with self._database.read() as connection:
            query = select(episodes).where(episodes.c.conversation_id == conversation_id)
            newest = await connection.execute(query.order_by(episodes.c.number.desc()).limit(2))
            found = newest.mappings().all()
            if not found:
                return []
            last, ended = found[0], found[1]["closed_at"] if len(found) > 1 else None
            said = await connection.execute(_said(conversation_id, ended, last["closed_at"]))
            done = await connection.execute(
                select(events.c.at, events.c.kind, events.c.body)
                .where(events.c.conversation_id == conversation_id)
                .where(events.c.episode == last["number"])
            )
            # At one moment the owner changes first: what the bot then says is no answer any more.
            owners = [mark for row in done if (mark := _owner_mark(row.at, row.kind, row.body))]
            spoken = [Mark(row.at, Author(row.author)) for row in said]
        return sorted([*owners, *spoken], key=lambda mark: mark.at)

    async def add_note(self, note: Note) -> Note:
        """Store it; its own id is given here."""
        async with self._database.write() as connection:
            added = await connection.execute(_note_row(note).returning(notes))
            row = added.mappings().one()
            await mark_done(connection)
        return Note(**row)

    async def notes_of(self, conversation_id: str) -> list[Note]:
        """The oldest first."""
        query = select(notes).where(notes.c.conversation_id == conversation_id)
        async with self._database.read() as connection:
            rows: Sequence[Mapping[Any, Any]] = (
                (await connection.execute(query.order_by(notes.c.id))).mappings().all()
            )
        return [Note(**row) for row in rows]

    async def _say(
        self,
        connection: AsyncConnection,
        before: Conversation,
        say: Reply | None,
        at: datetime,
        *,
        told: str | None = None,
        warned: bool = False,
    ) -> None:
        values: dict[str, Any] = {}
        if told is not None:
            values["told"] = told
        if warned:
            values["warned_at"] = at
        if values:
            await connection.execute(
                update(conversations).where(conversations.c.id == before.id).values(**values)
            )
        if say is not None:
            await add_message(connection, reply_row(before.id, say, at, None))
            await self._database.wakeups.announce("outbox")

    async def _list(self, what: ColumnElement[bool], order: Any) -> list[Conversation]:
        query = select(conversations).where(what).order_by(order, conversations.c.id).limit(AT_ONCE)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [conversation_from(row) for row in rows]


def _said(
    conversation_id: str, after: datetime | None, until: datetime | None
) -> Select[tuple[datetime, str]]:
    query = select(messages.c.at, messages.c.author).where(
        messages.c.conversation_id == conversation_id,
        or_(messages.c.state.is_(None), messages.c.state != SendState.CANCELLED.value),
    )
    if after is not None:
        query = query.where(messages.c.at > after)
    if until is not None:
        query = query.where(messages.c.at <= until)
    return query.order_by(messages.c.id)


def _owner_mark(at: datetime, kind: str, body: Mapping[str, Any]) -> Mark | None:
    """A change of owner that the log tells of; None for whatever else it tells."""
    if kind == "decision":
        changed = body["owner"] != body["owner_before"]
        return Mark(at, Owner(body["owner"])) if changed else None
    if kind == "closed":
        return Mark(at, None)
    if kind == "returned":
        return Mark(at, Owner.BOT)
    if kind == "escalated" or kind == "reach":
        return None
    return Mark(at, Owner.QUEUE if "queue" in body else Owner.OPERATOR)


def _note_row(note: Note) -> Insert:
    values = asdict(note)
    del values["id"]
    return insert(notes).values(**values)


async def _noted(connection: AsyncConnection, note: Note | None) -> None:
    if note is not None:
        await connection.execute(_note_row(note))


async def _same(connection: AsyncConnection, before: Conversation) -> bool:
    """Whether it is still as it was seen; it stays so until the transaction ends."""
    now = await ownership.locked(connection, before.id)
    return (now.owner, now.operator_id, now.changes) == (
        before.owner,
        before.operator_id,
        before.changes,
    )
