"""Where conversations stand in flows. A run changes only together with its conversation: in the
transaction that ends a turn (`turn_record.py`), or closes an episode (`ownership.py`)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, and_, func, select, update

from sufler.conversation.flow_ports import RunAtHand
from sufler.domain.errors import NotFound
from sufler.domain.flows import FlowRun
from sufler.flows.state import CreateRequest
from sufler.storage import customer_requests, ownership, turn_record
from sufler.storage.database import Database
from sufler.storage.flow_rows import CALLING, run_from
from sufler.storage.rows import time_has_come
from sufler.storage.tables.conversations import conversations
from sufler.storage.tables.flows import flow_runs


class FlowRunStore:
    """Fulfils `conversation.flow_ports.FlowRuns`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(
        self, channels: Sequence[str], now: datetime, limit: int = 100
    ) -> tuple[list[FlowRun], datetime | None]:
        """Runs that have something to call, or whose silence is over; and when the next one's is.
        While the customer's own turn waits to be decided, there is no silence."""
        free = time_has_come(flow_runs.c.claimed_until, now)
        of_ours = (flow_runs.c.outcome == "", conversations.c.channel.in_(channels))
        quiet = (
            flow_runs.c.remind_at.is_not(None),
            conversations.c.turn_due_at.is_(None),
        )
        joined = select(flow_runs).join(
            conversations, conversations.c.id == flow_runs.c.conversation_id
        )
        calling = (
            joined.where(*of_ours, flow_runs.c.waiting.in_(CALLING), free)
            .order_by(flow_runs.c.changed_at)
            .limit(limit)
        )
        silent = (
            joined.where(*of_ours, *quiet, free)
            .where(flow_runs.c.remind_at <= now)
            .order_by(flow_runs.c.remind_at)
            .limit(limit)
        )
        following = (
            select(func.min(flow_runs.c.remind_at))
            .join(conversations, conversations.c.id == flow_runs.c.conversation_id)
            .where(*of_ours, *quiet, flow_runs.c.remind_at > now)
        )
        async with self._database.read() as connection:
            rows = [
                *(await connection.execute(calling)).mappings(),
                *(await connection.execute(silent)).mappings(),
            ]
            next_at = await connection.scalar(following)
        return [run_from(row) for row in rows], next_at

    async def claim(self, run: FlowRun, now: datetime, until: datetime) -> bool:
        """Keep it from other processes until then; False when it has changed, or is kept."""
        free = time_has_come(flow_runs.c.claimed_until, now)
        async with self._database.write(lasting=False) as connection:
            done: CursorResult[Any] = await connection.execute(
                update(flow_runs).where(_unchanged(run), free).values(claimed_until=until)
            )
        return bool(done.rowcount)

    async def release(self, run: FlowRun) -> None:
        """Give a claim up."""
        async with self._database.write(lasting=False) as connection:
            await connection.execute(
                update(flow_runs).where(_unchanged(run)).values(claimed_until=None)
            )

    async def begin(self, run: FlowRun, at: datetime) -> bool:
        """Its call is made now; False when it was begun before."""
        async with self._database.write() as connection:
            done: CursorResult[Any] = await connection.execute(
                update(flow_runs)
                .where(_unchanged(run), flow_runs.c.begun_at.is_(None))
                .values(begun_at=at)
            )
        return bool(done.rowcount)

    async def at_hand(self, run_id: str) -> RunAtHand | None:
        """As it is now, with its conversation."""
        query = select(flow_runs).where(flow_runs.c.id == run_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
            if row is None:
                return None
            run = run_from(row)
            try:
                conversation = await ownership.read(connection, run.conversation_id)
            except NotFound:
                return None
            stopped = await turn_record.stopped_for(connection, conversation.id)
        return RunAtHand(run, conversation, stopped)

    async def create_request(self, run: FlowRun, request: CreateRequest, at: datetime) -> int:
        """The number of the request; created once for its key."""
        async with self._database.write() as connection:
            return await customer_requests.create(
                connection,
                key=request.key,
                conversation_id=run.conversation_id,
                queue=request.queue,
                title=request.title,
                fields=request.fields,
                at=at,
            )

    async def resume(self, channels: Sequence[str]) -> None:
        """At start: what a process that died had claimed is anybody's. With other processes around
        (PostgreSQL) it may be theirs, and becomes free by itself."""
        if not self._database.is_sqlite:
            return
        async with self._database.write() as connection:
            await connection.execute(
                update(flow_runs)
                .where(flow_runs.c.outcome == "", flow_runs.c.claimed_until.is_not(None))
                .values(claimed_until=None)
            )


def _unchanged(run: FlowRun) -> ColumnElement[bool]:
    return and_(
        flow_runs.c.id == run.id,
        flow_runs.c.outcome == "",
        flow_runs.c.changed_at == run.changed_at,
        flow_runs.c.waiting == run.waiting,
    )
