"""What topics may do: each change of a mode is written with its row of history, in one step."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.administration import Act
from sufler.domain.checks import ModeChange, ModeReason
from sufler.domain.errors import Conflict, NotFound
from sufler.domain.knowledge import Mode, Topic
from sufler.domain.stops import topic_scope
from sufler.storage.audit import write_down
from sufler.storage.database import Database, write_of
from sufler.storage.idempotency import mark_done
from sufler.storage.sharing import alone
from sufler.storage.stops import hold_back
from sufler.storage.tables.accuracy import mode_changes
from sufler.storage.topics import alarm, read_topics, write_topic
from sufler.storage.trials import granted

# Whom `announce` wakes up when a mode changed.
TOPICS = "topics"
_FIELDS = tuple(ModeChange.__dataclass_fields__)


class ModeStore:
    """The only writer of what a topic may do, and its history."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def topics(self) -> list[Topic]:
        """As they are now, by name."""
        async with self._database.read() as connection:
            return await read_topics(connection)

    async def change(
        self,
        before: Topic,
        after: Topic,
        changes: Sequence[ModeChange],
        author: str,
        *,
        act: Act | None = None,
        trial_id: int | None = None,
    ) -> None:
        """The topic as it is to be, with the rows of history and the act, all or none; `trial_id`:
        the trial that is granted by it. Where it answers no more, its answers that wait to go out
        are held back, and their turns decided anew. Raises NotFound, and Conflict where the topic
        is not as `before` says."""
        at = changes[0].at if changes else act.at if act is not None else None
        if at is None:
            raise ValueError("a change has a row of history, or an act")
        async with self._database.write() as connection:
            if before.mode is Mode.ANSWERS and after.mode is not Mode.ANSWERS:
                await hold_back(connection, topic_scope(after.name), at)
            await alone(connection, "knowledge")
            await _as_it_was(connection, before)
            await write_topic(connection, after, author, at)
            await _add(connection, changes)
            if any(each.reason is ModeReason.ALARM for each in changes):
                await alarm(connection, after.name, at)
            if trial_id is not None:
                await granted(connection, trial_id, at)
            if act is not None:
                await write_down(connection, act)
            await write_of(connection).announce_once(TOPICS)
            await mark_done(connection)

    async def note(self, change: ModeChange) -> None:
        """A row of history of what is no topic: of the small ones together."""
        async with self._database.write() as connection:
            await _add(connection, [change])

    async def of_topic(self, topic: str) -> list[ModeChange]:
        """The newest first."""
        query = select(mode_changes).where(mode_changes.c.topic == topic)
        return await self._list(query.order_by(mode_changes.c.at.desc(), mode_changes.c.id.desc()))

    async def all_until(self, until: datetime | None = None) -> list[ModeChange]:
        """Of every topic, the oldest first."""
        query = select(mode_changes).order_by(mode_changes.c.at, mode_changes.c.id)
        if until is not None:
            query = query.where(mode_changes.c.at <= until)
        return await self._list(query)

    async def _list(self, query: Select[Any]) -> list[ModeChange]:
        async with self._database.read() as connection:
            return [change_from(row) for row in (await connection.execute(query)).mappings()]


async def _as_it_was(connection: AsyncConnection, before: Topic) -> None:
    stored = {each.name: each for each in await read_topics(connection)}.get(before.name)
    if stored is None:
        raise NotFound("There is no topic with this name.", field="name")
    if stored != before:
        raise Conflict("the topic was changed meanwhile", field="mode")


async def _add(connection: AsyncConnection, changes: Sequence[ModeChange]) -> None:
    rows = [
        {name: getattr(each, name) for name in _FIELDS}
        | {"before": each.before.value, "after": each.after.value, "reason": each.reason.value}
        | {"numbers": dict(each.numbers)}
        for each in changes
    ]
    if rows:
        await connection.execute(insert(mode_changes), rows)


def change_from(row: Mapping[Any, Any]) -> ModeChange:
    """A row of `mode_changes`."""
    values = {name: row[name] for name in _FIELDS}
    words = {"before": Mode(row["before"]), "after": Mode(row["after"])}
    return ModeChange(**{**values, **words, "reason": ModeReason(row["reason"])})
