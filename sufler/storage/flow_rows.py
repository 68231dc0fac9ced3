"""Rows of flows' runs inside the caller's transaction."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.conversation import Owner
from sufler.domain.flows import FlowRun
from sufler.storage.tables.conversations import conversations
from sufler.storage.tables.flows import flow_runs

# What a run waits for while something is called.
CALLING: Final = ("call", "request")
LEFT: Final = "left"


def run_from(row: Mapping[Any, Any]) -> FlowRun:
    """A row of `flow_runs`."""
    names = (*FlowRun.__dataclass_fields__,)
    given = {name: row[name] for name in names}
    return FlowRun(**{**given, "path": tuple(row["path"])})


async def under_way(connection: AsyncConnection, conversation_id: str) -> FlowRun | None:
    """The run that goes on in the conversation."""
    query = select(flow_runs).where(
        flow_runs.c.conversation_id == conversation_id, flow_runs.c.outcome == ""
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else run_from(row)


async def keep_run(connection: AsyncConnection, run: FlowRun) -> None:
    """Where the run stands now. Another one that goes on in its conversation is left."""
    await connection.execute(
        update(flow_runs)
        .where(
            flow_runs.c.conversation_id == run.conversation_id,
            flow_runs.c.outcome == "",
            flow_runs.c.id != run.id,
        )
        .values(outcome=LEFT, waiting="", calling=None, remind_at=None, changed_at=run.changed_at)
    )
    values = {**asdict(run), "path": list(run.path), "begun_at": None, "claimed_until": None}
    changed = await connection.execute(
        update(flow_runs).where(flow_runs.c.id == run.id).values(**values)
    )
    if not changed.rowcount:
        await connection.execute(insert(flow_runs).values(**values))


async def leave_run(connection: AsyncConnection, conversation_id: str, *, parked: bool) -> None:
    """The matter was closed. By silence: its flow is `parked`, and may go on another day."""
    going_on = (flow_runs.c.conversation_id == conversation_id, flow_runs.c.outcome == "")
    if parked:
        await connection.execute(
            update(flow_runs).where(*going_on).values(parked=True, remind_at=None)
        )
        return
    await connection.execute(
        update(flow_runs)
        .where(*going_on)
        .values(outcome=LEFT, waiting="", calling=None, remind_at=None)
    )


def is_calling() -> ColumnElement[bool]:
    """Whether a conversation's flow waits for a service: its turn waits too, while the bot has
    it."""
    return (conversations.c.owner == Owner.BOT.value) & exists().where(
        flow_runs.c.conversation_id == conversations.c.id,
        flow_runs.c.outcome == "",
        flow_runs.c.waiting.in_(CALLING),
    )
