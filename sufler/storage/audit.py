"""The log of what administrators did."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.administration import Act
from sufler.storage.database import Database
from sufler.storage.tables.administration import audit


class AuditStore:
    """Fulfils `desk.ports.AuditStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, act: Act) -> None:
        """Write one act down."""
        async with self._database.write() as connection:
            await write_down(connection, act)

    async def newest(self, most: int) -> list[Act]:
        """At most `most` acts, the newest first."""
        query = select(audit).order_by(audit.c.id.desc()).limit(most)
        async with self._database.read() as connection:
            return [
                Act(row.at, row.by, row.by_name, row.what, row.subject, row.details)
                for row in await connection.execute(query)
            ]


async def write_down(connection: AsyncConnection, act: Act) -> None:
    """Add the act inside the caller's transaction."""
    await connection.execute(
        insert(audit).values(
            at=act.at,
            by=act.by,
            by_name=act.by_name,
            what=act.what,
            subject=act.subject,
            details=act.details,
        )
    )
