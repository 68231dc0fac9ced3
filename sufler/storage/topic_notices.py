"""Whom it was told in their own chat that the program changed what a topic may do: once each."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from sufler.domain.checks import ModeChange, ModeReason
from sufler.storage.database import Database
from sufler.storage.mode_changes import change_from
from sufler.storage.tables.accuracy import mode_changes, mode_notices


class TopicNoticeStore:
    """What `desk.topic_notices` needs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def fresh(self, by: str, since: datetime) -> list[tuple[int, ModeChange]]:
        """Changes of topics that were signed so since then, but for grants; the oldest first."""
        query = (
            select(mode_changes)
            .where(
                mode_changes.c.by == by,
                mode_changes.c.at >= since,
                mode_changes.c.reason != ModeReason.CERTIFIED.value,
            )
            .order_by(mode_changes.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [(row["id"], change_from(row)) for row in rows]

    async def told(self, since: datetime) -> set[tuple[int, str]]:
        """Change and person of what was told since then."""
        query = select(mode_notices.c.change_id, mode_notices.c.person_id)
        query = query.where(mode_notices.c.at >= since)
        async with self._database.read() as connection:
            return {(row[0], row[1]) for row in (await connection.execute(query)).all()}

    async def claim(self, change_id: int, person_id: str, at: datetime) -> bool:
        """From now on it is told; False when it was before."""
        async with self._database.write() as connection:
            kind: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
            row = {"change_id": change_id, "person_id": person_id, "at": at}
            done = await connection.execute(
                kind.insert(mode_notices).values(**row).on_conflict_do_nothing()
            )
        return bool(done.rowcount)
