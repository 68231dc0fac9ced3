"""Changes of owner inside the caller's transaction: each compares who owns the conversation now,
bumps its `changes` so that no older decision can be stored, and is written into the log."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.conversation import Conversation, Owner
from sufler.domain.errors import NotFound
from sufler.domain.queues import DEFAULT_QUEUE
from sufler.domain.stream import StreamKind
from sufler.storage.arrivals import silence_bot
from sufler.storage.flow_rows import leave_run
from sufler.storage.rows import conversation_from
from sufler.storage.stream import note
from sufler.storage.tables.conversations import conversations, episodes, events
from sufler.storage.tables.desk import drafts

# Who closes what nobody has said anything about for too long.
SILENCE: Final = "timer"


async def read(connection: AsyncConnection, conversation_id: str) -> Conversation:
    """As it is now. Raises NotFound."""
    query = select(conversations).where(conversations.c.id == conversation_id)
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFound("no conversation has this id", field="conversation_id")
    return conversation_from(row)


async def locked(connection: AsyncConnection, conversation_id: str) -> Conversation:
    """As it is now, and stays until this transaction ends. Raises NotFound."""
    query = select(conversations.c.id).where(conversations.c.id == conversation_id)
    await connection.execute(query.with_for_update())
    return await read(connection, conversation_id)


async def to_operator(
    connection: AsyncConnection,
    conversation_id: str,
    operator_id: str,
    at: datetime,
    *,
    kind: str = "taken",
    by: str | None = None,
    only_from: frozenset[Owner] = frozenset({Owner.BOT, Owner.QUEUE}),
) -> bool:
    """Give it to an operator, if one of `only_from` owns it; what the bot had not yet said is
    cancelled in the same step. `kind` is the word of the log, `by` who did it."""
    before = await locked(connection, conversation_id)
    if before.owner not in only_from or before.operator_id == operator_id:
        return False
    given = await _change(
        connection,
        before,
        owner=Owner.OPERATOR.value,
        operator_id=operator_id,
        previous_operator_id=operator_id,
        owned_since=at,
        waiting_since=None,
        warned_at=None,
        updated_at=at,
    )
    if given:
        await silence_bot(connection, conversation_id)
        by = by or operator_id
        await log(connection, before, kind, by, at, {"operator": operator_id})
        await note_owner(connection, before, Owner.OPERATOR, kind, by, operator_id=operator_id)
    return given


async def to_queue(
    connection: AsyncConnection,
    before: Conversation,
    queue_id: str,
    at: datetime,
    *,
    kind: str,
    by: str,
) -> bool:
    """Put it (locked) into a queue. Who waits for words already keeps the place that gives."""
    put = await _change(
        connection,
        before,
        owner=Owner.QUEUE.value,
        operator_id=None,
        owned_since=None,
        queue_id=queue_id,
        waiting_since=before.waiting_since or before.unanswered_since or at,
        unanswered_since=before.unanswered_since or before.waiting_since or at,
        escalated=0,
        warned_at=None,
        updated_at=at,
    )
    if put:
        await log(connection, before, kind, by, at, {"queue": queue_id})
        await note_owner(connection, before, Owner.QUEUE, kind, by)
    return put


async def to_bot(
    connection: AsyncConnection,
    before: Conversation,
    at: datetime,
    *,
    by: str,
    close: bool,
    kind: str | None = None,
) -> bool:
    """Give it (locked) back to the bot, closing its episode if asked. What it was handed over for
    is forgotten: an old hand-off makes no new one."""
    values: dict[str, Any] = {
        "owner": Owner.BOT.value,
        "operator_id": None,
        "owned_since": None,
        "waiting_since": None,
        "unanswered_since": None,
        "queue_id": None,
        "escalated": 0,
        "warned_at": None,
        "told": None,
        "hand_off_reason": None,
        "suggestion_id": None,
        "updated_at": at,
        "misses": 0,
    }
    if close:
        values |= {
            "open": False,
            "last_article_id": None,
            "customer_at": None,
            "operator_at": None,
        }
    if not await _change(connection, before, **values):
        return False
    if close:
        await leave_run(connection, before.id, parked=by == SILENCE)
        await connection.execute(
            update(episodes)
            .where(episodes.c.conversation_id == before.id, episodes.c.closed_at.is_(None))
            .values(closed_at=at)
        )
        await connection.execute(delete(drafts).where(drafts.c.conversation_id == before.id))
    kind = kind or ("closed" if close else "returned")
    await log(connection, before, kind, by, at)
    await note_owner(connection, before, Owner.BOT, kind, by, closed=close)
    return True


async def note_owner(
    connection: AsyncConnection,
    before: Conversation,
    owner: Owner,
    why: str,
    by: str,
    *,
    operator_id: str | None = None,
    reason: str | None = None,
    closed: bool = False,
) -> None:
    """Note for programs outside that it has another owner, or is `closed`. `why` is the log's
    word, `reason` that of the bot's decision."""
    facts = {
        "episode": before.episode,
        "owner": owner.value,
        "owner_before": before.owner.value,
        "operator_id": operator_id,
        "why": why,
        "reason": reason,
        "by": by,
    }
    kind = StreamKind.CLOSED if closed else StreamKind.OWNER
    await note(connection, kind, conversation_id=before.id, facts=facts)


async def log(
    connection: AsyncConnection,
    before: Conversation,
    kind: str,
    by: str,
    at: datetime,
    more: dict[str, Any] | None = None,
    *,
    measured: bool = True,
) -> None:
    """Write a change of owner down, with how long the customer had waited in the queue where that
    is `measured`."""
    body: dict[str, Any] = {
        "owner_before": before.owner.value,
        "operator_before": before.operator_id,
        **(more or {}),
    }
    queued = before.owner is Owner.QUEUE
    if measured and queued and before.waiting_since is not None:
        body["waited_s"] = max(0.0, (at - before.waiting_since).total_seconds())
    await connection.execute(
        insert(events).values(
            conversation_id=before.id,
            episode=before.episode,
            kind=kind,
            body=body,
            by=by,
            at=at,
            queue_id=(before.queue_id or DEFAULT_QUEUE) if queued else before.queue_id,
        )
    )


def as_owned(before: Conversation) -> list[ColumnElement[bool]]:
    """Nobody has changed the owner since `before` was read."""
    operator = (
        conversations.c.operator_id.is_(None)
        if before.operator_id is None
        else conversations.c.operator_id == before.operator_id
    )
    return [
        conversations.c.id == before.id,
        conversations.c.owner == before.owner.value,
        operator,
        conversations.c.changes == before.changes,
    ]


async def _change(connection: AsyncConnection, before: Conversation, **values: Any) -> bool:
    changed = await connection.execute(
        update(conversations)
        .where(*as_owned(before))
        .values(changes=conversations.c.changes + 1, **values)
    )
    return bool(changed.rowcount)
