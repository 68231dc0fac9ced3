"""Queues as they were set up, and what each operator chose to be doing and can do."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update

from sufler.domain.administration import Act
from sufler.domain.calendar import Calendar, Holiday, Hours
from sufler.domain.queues import Choice, Queue, Silence, Status
from sufler.storage.audit import write_down
from sufler.storage.database import Database
from sufler.storage.sharing import put
from sufler.storage.tables.conversations import conversations
from sufler.storage.tables.queues import operators, queues


class QueueStore:
    """Queues by id; the rules of one are read and written as a whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Queue]:
        """In the order in which they were made."""
        query = select(queues.c.body).order_by(queues.c.created_at, queues.c.id)
        async with self._database.read() as connection:
            return [_queue(body) for body in (await connection.execute(query)).scalars()]

    async def put(self, queue: Queue, act: Act) -> None:
        """Store a new or changed queue, and the act, in one transaction."""
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(queues).where(queues.c.id == queue.id).values(body=_body(queue))
            )
            if not changed.rowcount:
                row = {"id": queue.id, "body": _body(queue), "created_at": act.at}
                await connection.execute(insert(queues).values(**row))
            await write_down(connection, act)

    async def remove(self, queue_id: str, act: Act) -> bool:
        """Forget it; who waited there waits in the default queue. False when it was not there."""
        async with self._database.write() as connection:
            removed = await connection.execute(delete(queues).where(queues.c.id == queue_id))
            if not removed.rowcount:
                return False
            await connection.execute(
                update(conversations)
                .where(conversations.c.queue_id == queue_id)
                .values(queue_id=None)
            )
            await write_down(connection, act)
        return True


class OperatorStore:
    """What operators chose; who chose nothing has no row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[str, Choice]:
        """By person's id."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(operators))).all()
        return {
            row.person_id: Choice(
                Status(row.status), row.status_at, frozenset(row.skills), row.capacity
            )
            for row in rows
        }

    async def put(self, person_id: str, choice: Choice, act: Act | None = None) -> None:
        """Store it, with the act in the same transaction."""
        row = {
            "person_id": person_id,
            "status": choice.status.value,
            "status_at": choice.at,
            "skills": sorted(choice.skills),
            "capacity": choice.capacity,
        }
        async with self._database.write() as connection:
            await put(connection, operators, [row])
            if act is not None:
                await write_down(connection, act)


def _body(queue: Queue) -> dict[str, Any]:
    body = asdict(queue)
    body["calendar"] = {
        "zone": queue.calendar.zone,
        "hours": None
        if queue.calendar.hours is None
        else [[each.day, each.start, each.end] for each in queue.calendar.hours],
        "holidays": [
            {"day": each.day.isoformat(), "name": dict(each.name)}
            for each in queue.calendar.holidays
        ],
    }
    return body


def _queue(body: Mapping[str, Any]) -> Queue:
    known = {name: body[name] for name in Queue.__dataclass_fields__ if name in body}
    for name in ("topics", "members", "skills"):
        known[name] = tuple(known.get(name, ()))
    known["calendar"] = _calendar(body["calendar"])
    known["silence"] = Silence(**body["silence"])
    return Queue(**known)


def _calendar(body: Mapping[str, Any]) -> Calendar:
    hours: Sequence[Sequence[int]] | None = body["hours"]
    return Calendar(
        zone=body["zone"],
        hours=None if hours is None else tuple(Hours(*each) for each in hours),
        holidays=tuple(
            Holiday(date.fromisoformat(each["day"]), each["name"]) for each in body["holidays"]
        ),
    )
