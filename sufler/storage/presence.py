"""When each operator's desk was last seen open."""

from datetime import datetime

from sqlalchemy import select

from sufler.storage.database import Database
from sufler.storage.sharing import put
from sufler.storage.tables.conversations import presence


class PresenceStore:
    """The last sign of life of each caller."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seen(self, caller_id: str, at: datetime) -> None:
        """The caller's desk is open at `at`."""
        async with self._database.write() as connection:
            await put(connection, presence, [{"caller_id": caller_id, "seen_at": at}])

    async def since(self, moment: datetime) -> set[str]:
        """Ids of callers seen at or after `moment`."""
        query = select(presence.c.caller_id).where(presence.c.seen_at >= moment)
        async with self._database.read() as connection:
            return set((await connection.execute(query)).scalars())

    async def all(self) -> dict[str, datetime]:
        """When each caller was last seen, by id."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(presence.c.caller_id, presence.c.seen_at))
            return {row[0]: row[1] for row in rows}
