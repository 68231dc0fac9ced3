"""Data that is older than a company keeps it, removed in small steps; counts stay."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import String, Table, cast, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.conversation import SendState
from sufler.domain.learning import SERVING
from sufler.domain.ports import Clock, Leases
from sufler.storage.database import Database
from sufler.storage.erasure import ErasureStore
from sufler.storage.event_rows import EMPTIED
from sufler.storage.flow_rows import LEFT
from sufler.storage.sharing import put
from sufler.storage.tables.accuracy import readers
from sufler.storage.tables.administration import audit
from sufler.storage.tables.conversations import (
    conversations,
    events,
    inbox,
    message_versions,
    messages,
)
from sufler.storage.tables.customers import removals
from sufler.storage.tables.desk import customer_notes, drafts
from sufler.storage.tables.files import files
from sufler.storage.tables.flows import customer_requests, flow_runs
from sufler.storage.tables.learning import learned, learned_spans, proposals
from sufler.storage.tables.outside_events import consents, outside_events
from sufler.storage.tables.queues import notes
from sufler.storage.tables.suggestions import feedback, suggestions
from sufler.storage.tables.webhooks import deliveries, happened, stream

LEASE: Final = "retention"
# Rows in one transaction, and the pause after it: no customer waits for the writer.
STEP: Final = 200
PAUSE_S: Final = 0.05
EVERY_S: Final = 24 * 3600.0
# What an erasure or a dead process left on the disk is removed sooner.
REMOVE_EVERY_S: Final = 3600.0
# What stays of a decision when its time is over: what metrics count.
COUNTED: Final = ("kind", "reason", "owner_before", "owner", "confidence", "reach")
_SERVING: Final = [state.value for state in SERVING]
_ON_THEIR_WAY: Final = (SendState.PENDING.value, SendState.SENDING.value)

_log = structlog.get_logger(__name__)


class Retention:
    """`keep`: days for each of `domain.customers.KINDS`; 0 or none: for ever."""

    def __init__(
        self, database: Database, erasure: ErasureStore, clock: Clock, keep: Mapping[str, int]
    ) -> None:
        self._database = database
        self._erasure = erasure
        self._clock = clock
        self._keep = keep

    async def run(self, leases: Leases) -> None:
        """For ever, in one process of all: once a day."""
        while True:
            async with leases.holding(LEASE):
                swept_at = None
                while True:
                    now = self._clock.monotonic()
                    await self._erasure.finish()
                    if swept_at is None or now - swept_at >= EVERY_S:
                        gone = await self.sweep()
                        swept_at = now
                        if any(gone.values()):
                            _log.info("retention", **gone)
                    await asyncio.sleep(REMOVE_EVERY_S)

    async def sweep(self) -> dict[str, int]:
        """Remove what is too old now; how many rows of each kind."""
        steps = {
            "messages": _messages,
            "files": _files,
            "inbox": _inbox,
            "suggestions": _suggestions,
            "learned": _learned,
            "events": _events,
            "audit": _audit,
            "parked": _parked,
            "stream": _stream,
            "flows": _flows,
        }
        gone = {}
        for kind, step in steps.items():
            days = self._keep.get(kind, 0)
            if days:
                gone[kind] = await self._in_steps(step, self._clock.now() - timedelta(days=days))
        if gone.get("files"):
            await self._erasure.finish()
        return gone

    async def sizes(self) -> dict[str, tuple[int, datetime | None]]:
        """How many rows there are of each kind, and from when the oldest one is."""
        found = {}
        async with self._database.read() as connection:
            for kind, (column, *only) in _AGES.items():
                query = select(func.count(), func.min(column)).where(*only)
                row = (await connection.execute(query)).one()
                found[kind] = (int(row[0]), row[1])
        return found

    async def _in_steps(self, step: Any, before: datetime) -> int:
        total = 0
        while True:
            async with self._database.write() as connection:
                done: int = await step(connection, before)
            total += done
            if done < STEP:
                return total
            await asyncio.sleep(PAUSE_S)


# A run that holds something of what the customer told.
_TOLD: Final = cast(flow_runs.c.state, String) != "{}"

_AGES: Mapping[str, tuple[Any, ...]] = {
    "messages": (messages.c.at,),
    "files": (files.c.created_at,),
    "inbox": (inbox.c.received_at, inbox.c.state == "done"),
    "suggestions": (suggestions.c.at, suggestions.c.text != ""),
    "learned": (learned.c.at, learned.c.state.not_in(_SERVING)),
    "events": (events.c.at,),
    "audit": (audit.c.at,),
    "parked": (inbox.c.received_at, inbox.c.state == "failed"),
    "stream": (stream.c.at,),
    "flows": (flow_runs.c.changed_at, flow_runs.c.outcome != "", _TOLD),
}


async def _messages(connection: AsyncConnection, before: datetime) -> int:
    """Messages with their versions, drafts and notes; not those that wait for something. A customer
    of whom nothing is left becomes nobody: the conversation stays for what is counted."""
    old = (
        select(messages.c.id)
        .where(
            messages.c.at < before,
            ~messages.c.open,
            or_(messages.c.state.is_(None), messages.c.state.not_in(_ON_THEIR_WAY)),
        )
        .order_by(messages.c.id)
        .limit(STEP)
    )
    ids = (await connection.execute(old)).scalars().all()
    await connection.execute(delete(message_versions).where(message_versions.c.message_id.in_(ids)))
    await connection.execute(delete(messages).where(messages.c.id.in_(ids)))
    if len(ids) < STEP:
        for table in (notes, drafts, customer_notes, readers):
            await connection.execute(delete(table).where(table.c.at < before))
        left = exists().where(messages.c.conversation_id == conversations.c.id)
        await connection.execute(
            update(conversations)
            .where(
                conversations.c.updated_at < before,
                conversations.c.owner == "bot",
                conversations.c.turn_due_at.is_(None),
                conversations.c.customer_id != conversations.c.id,
                ~left,
            )
            .values(
                customer_id=conversations.c.id,
                customer_name="",
                customer_first_name="",
                tags=None,
                given=None,
                suggestion_id=None,
                open=False,
            )
        )
        talks = exists().where(
            conversations.c.channel == consents.c.channel,
            conversations.c.customer_id == consents.c.customer_id,
        )
        await connection.execute(delete(consents).where(consents.c.at < before, ~talks))
    return len(ids)


async def _files(connection: AsyncConnection, before: datetime) -> int:
    query = select(files.c.id, files.c.path).where(files.c.created_at < before).limit(STEP)
    rows = (await connection.execute(query)).all()
    paths = [{"path": row.path, "at": before} for row in rows if row.path]
    if paths:
        await put(connection, removals, paths)
    await connection.execute(delete(files).where(files.c.id.in_([row.id for row in rows])))
    return len(rows)


async def _inbox(connection: AsyncConnection, before: datetime) -> int:
    """Handled rows. No channel sends a message again after so long."""
    return await _delete(connection, inbox, inbox.c.state == "done", inbox.c.done_at < before)


async def _parked(connection: AsyncConnection, before: datetime) -> int:
    return await _delete(connection, inbox, inbox.c.state == "failed", inbox.c.done_at < before)


async def _stream(connection: AsyncConnection, before: datetime) -> int:
    """Events and deliveries, but for those that still wait to be delivered. The newest event
    stays: it tells who resumes that there was nothing after it."""
    waiting = exists().where(deliveries.c.event_id == stream.c.id, deliveries.c.state == "pending")
    newest = select(func.max(stream.c.id)).scalar_subquery()
    gone = await _delete(connection, stream, stream.c.at < before, stream.c.id < newest, ~waiting)
    gone = max(gone, await _delete(connection, happened, happened.c.at < before))
    over = (deliveries.c.created_at < before, deliveries.c.state != "pending")
    return max(gone, await _delete(connection, deliveries, *over))


async def _flows(connection: AsyncConnection, before: datetime) -> int:
    """What customers told flows that have ended, with those that silence has parked and nobody took
    up again; requests that are done; and of events all but that they were. Figures stay."""
    over = or_(flow_runs.c.outcome != "", flow_runs.c.parked)
    old = select(flow_runs.c.id).where(over, flow_runs.c.changed_at < before, _TOLD).limit(STEP)
    runs = (await connection.execute(old)).scalars().all()
    of_runs = flow_runs.c.id.in_(runs)
    await connection.execute(
        update(flow_runs)
        .where(of_runs, flow_runs.c.outcome == "")
        .values(outcome=LEFT, waiting="", remind_at=None)
    )
    await connection.execute(update(flow_runs).where(of_runs).values(state={}, calling=None))
    done = select(customer_requests.c.number).where(customer_requests.c.done_at < before)
    numbers = (await connection.execute(done.limit(STEP))).scalars().all()
    await connection.execute(
        delete(customer_requests).where(customer_requests.c.number.in_(numbers))
    )
    told = select(outside_events.c.key).where(
        outside_events.c.decided_at < before, outside_events.c.event_id != ""
    )
    keys = (await connection.execute(told.limit(STEP))).scalars().all()
    await connection.execute(
        update(outside_events).where(outside_events.c.key.in_(keys)).values(**EMPTIED)
    )
    return max(len(runs), len(numbers), len(keys))


async def _audit(connection: AsyncConnection, before: datetime) -> int:
    return await _delete(connection, audit, audit.c.at < before)


async def _suggestions(connection: AsyncConnection, before: datetime) -> int:
    """Texts go, and what people wrote about them; what was offered and done stays countable."""
    query = (
        select(suggestions.c.id, suggestions.c["items"])
        .where(suggestions.c.at < before, suggestions.c.text != "")
        .limit(STEP)
    )
    rows = (await connection.execute(query)).all()
    for row in rows:
        items = [{**item, "text": "", "title": "", "phrasing": None} for item in row[1]]
        await connection.execute(
            update(suggestions).where(suggestions.c.id == row.id).values(text="", items=items)
        )
    await connection.execute(
        update(feedback)
        .where(feedback.c.suggestion_id.in_([row.id for row in rows]))
        .values(final_text=None, reason=None)
    )
    return len(rows)


async def _learned(connection: AsyncConnection, before: datetime) -> int:
    """Wordings that do not serve and were not touched since, with where they served once, and
    proposals, decided about or not. What serves is part of the base."""
    touched = func.coalesce(learned.c.changed_at, learned.c.at)
    old = (
        select(learned.c.id)
        .where(learned.c.state.not_in(_SERVING), touched < before)
        .order_by(learned.c.id)
        .limit(STEP)
    )
    ids = (await connection.execute(old)).scalars().all()
    await connection.execute(delete(learned_spans).where(learned_spans.c.learned_id.in_(ids)))
    await connection.execute(delete(learned).where(learned.c.id.in_(ids)))
    decided = func.coalesce(proposals.c.decided_at, proposals.c.at)
    return max(len(ids), await _delete(connection, proposals, decided < before))


async def _events(connection: AsyncConnection, before: datetime) -> int:
    """Of a decision stays what metrics count: no article, no message, no note."""
    query = (
        select(events.c.id, events.c.body)
        .where(events.c.at < before, cast(events.c.body, String).not_like('%"counted"%'))
        .order_by(events.c.id)
        .limit(STEP)
    )
    rows = (await connection.execute(query)).all()
    for row in rows:
        body = {name: row.body[name] for name in COUNTED if name in row.body} | {"counted": True}
        # Those who read decisions expect it.
        body |= {"article_ids": []} if "article_ids" in row.body else {}
        await connection.execute(
            update(events).where(events.c.id == row.id).values(body=body, suggestion_id=None)
        )
    return len(rows)


async def _delete(connection: AsyncConnection, table: Table, *where: Any) -> int:
    ids = select(table.c.id).where(*where).order_by(table.c.id).limit(STEP)
    done = await connection.execute(delete(table).where(table.c.id.in_(ids)))
    return int(done.rowcount)
