"""Flows' versions: one draft and one published text a flow, all that were published, figures."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Row, String, Text, and_, cast, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.administration import Act
from sufler.domain.errors import Conflict, NotFound
from sufler.domain.flows import FlowFigures, FlowVersion, VersionState
from sufler.storage.audit import write_down
from sufler.storage.database import Database, write_of
from sufler.storage.idempotency import mark_done
from sufler.storage.sharing import alone
from sufler.storage.tables.flows import flow_runs, flow_versions

# What is announced when another version is published, or none any more.
TOPIC: Final = "flows"
DRAFT: Final = 0


class FlowStore:
    """Fulfils `desk.flow_book.FlowRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def heads(self) -> list[FlowVersion]:
        """The draft, the published and the newest version of each flow, by name and number."""
        newest = select(flow_versions.c.name, func.max(flow_versions.c.number).label("number"))
        last = newest.group_by(flow_versions.c.name).subquery()
        query = select(flow_versions).join(last, last.c.name == flow_versions.c.name)
        query = query.where(
            or_(
                flow_versions.c.state != VersionState.RETIRED.value,
                flow_versions.c.number == last.c.number,
            )
        ).order_by(flow_versions.c.name, flow_versions.c.number)
        async with self._database.read() as connection:
            return [_version(row) for row in await connection.execute(query)]

    async def published(self) -> Mapping[str, int]:
        """The numbers of the published versions, by name."""
        query = select(flow_versions.c.name, flow_versions.c.number).where(
            flow_versions.c.state == VersionState.PUBLISHED.value
        )
        async with self._database.read() as connection:
            return {row.name: row.number for row in await connection.execute(query)}

    async def versions(self, name: str) -> list[FlowVersion]:
        """The draft, then what was published, the newest first. Raises NotFound."""
        query = select(flow_versions).where(flow_versions.c.name == name)
        async with self._database.read() as connection:
            found = [_version(row) for row in await connection.execute(query)]
        if not found:
            raise _no_flow()
        return sorted(found, key=lambda each: (each.number != DRAFT, -each.number))

    async def put_draft(self, draft: FlowVersion, expected: datetime | None = None) -> None:
        """Store the draft in place of the one before. `expected`: when the one that the writer saw
        was written; raises Conflict when another was stored, or it was published, since."""
        async with self._database.write() as connection:
            await alone(connection, TOPIC)
            before = await _one(connection, draft.name, DRAFT)
            if expected is not None and (before is None or before.at != expected):
                raise Conflict("the draft was changed by somebody else meanwhile", field="text")
            if before is None:
                await connection.execute(insert(flow_versions).values(_row(draft)))
            else:
                mine = and_(flow_versions.c.name == draft.name, flow_versions.c.number == DRAFT)
                await connection.execute(update(flow_versions).where(mine).values(_row(draft)))
            await mark_done(connection)

    async def drop_draft(self, name: str, act: Act) -> None:
        """Raises NotFound."""
        mine = and_(flow_versions.c.name == name, flow_versions.c.number == DRAFT)
        async with self._database.write() as connection:
            gone = await connection.execute(delete(flow_versions).where(mine))
            if not gone.rowcount:
                raise NotFound("this flow has no draft", field="name")
            await write_down(connection, act)
            await mark_done(connection)

    async def publish(
        self, name: str, text: str, by: str, at: datetime, act: Act, *, draft: bool
    ) -> FlowVersion:
        """Make `text` the published version, with the next number. `draft`: it is the draft's,
        which ends; raises Conflict when that is another by now."""
        async with self._database.write() as connection:
            await alone(connection, TOPIC)
            if draft:
                now = await _one(connection, name, DRAFT)
                if now is None or now.text != text:
                    raise Conflict("the draft was changed by somebody else meanwhile", field="name")
                mine = and_(flow_versions.c.name == name, flow_versions.c.number == DRAFT)
                await connection.execute(delete(flow_versions).where(mine))
            await _retire(connection, name)
            query = select(func.max(flow_versions.c.number)).where(flow_versions.c.name == name)
            number = (await connection.scalar(query) or 0) + 1
            made = FlowVersion(name, number, VersionState.PUBLISHED, text, by, at)
            await connection.execute(insert(flow_versions).values(_row(made)))
            await _told(connection, act, number)
        return made

    async def withdraw(self, name: str, act: Act) -> None:
        """No version is published any more. Raises NotFound when none was."""
        async with self._database.write() as connection:
            await alone(connection, TOPIC)
            number = await _retire(connection, name)
            if number is None:
                raise NotFound("no version of this flow is published", field="name")
            await _told(connection, act, number)

    async def figures(
        self, name: str | None = None, since: datetime | None = None
    ) -> Mapping[str, FlowFigures]:
        """By flow, of one or of all; of the runs that began since then."""
        path = cast(flow_runs.c.path, Text)
        keys = (flow_runs.c.flow, flow_runs.c.outcome, flow_runs.c.step)
        query = select(*keys, cast(path, String).label("path"), func.count().label("runs"))
        if name is not None:
            query = query.where(flow_runs.c.flow == name)
        if since is not None:
            query = query.where(flow_runs.c.started_at >= since)
        # Many runs go the same way: the database counts them, and each way comes here once.
        async with self._database.read() as connection:
            rows = (await connection.execute(query.group_by(*keys, path))).all()
        found: dict[str, list[Row[Any]]] = {}
        for row in rows:
            found.setdefault(row.flow, []).append(row)
        return {flow: _figures(of_flow) for flow, of_flow in found.items()}


def _figures(rows: list[Row[Any]]) -> FlowFigures:
    ended: dict[str, int] = {}
    reached: dict[str, int] = {}
    gave_up: dict[str, int] = {}
    for row in rows:
        ended[row.outcome] = ended.get(row.outcome, 0) + row.runs
        for step in set(orjson.loads(row.path)):
            reached[step] = reached.get(step, 0) + row.runs
        if row.outcome not in ("", "finished"):
            gave_up[row.step] = gave_up.get(row.step, 0) + row.runs
    return FlowFigures(sum(ended.values()), ended, reached, gave_up)


async def _one(connection: AsyncConnection, name: str, number: int) -> FlowVersion | None:
    query = select(flow_versions).where(
        flow_versions.c.name == name, flow_versions.c.number == number
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _version(row)


async def _retire(connection: AsyncConnection, name: str) -> int | None:
    retired = await connection.execute(
        update(flow_versions)
        .where(
            flow_versions.c.name == name,
            flow_versions.c.state == VersionState.PUBLISHED.value,
        )
        .values(state=VersionState.RETIRED.value)
        .returning(flow_versions.c.number)
    )
    number: int | None = retired.scalar_one_or_none()
    return number


async def _told(connection: AsyncConnection, act: Act, number: int) -> None:
    noted = Act(act.at, act.by, act.by_name, act.what, act.subject, act.details or str(number))
    await write_down(connection, noted)
    await write_of(connection).announce_once(TOPIC)
    await mark_done(connection)


def _row(version: FlowVersion) -> dict[str, Any]:
    return {
        "name": version.name,
        "number": version.number,
        "state": version.state.value,
        "text": version.text,
        "by": version.by,
        "at": version.at,
    }


def _version(row: Row[Any]) -> FlowVersion:
    return FlowVersion(row.name, row.number, VersionState(row.state), row.text, row.by, row.at)


def _no_flow() -> NotFound:
    return NotFound("there is no flow with this name", field="name")
