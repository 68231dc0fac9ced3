"""When each operator's desk was last seen open."""

from datetime import datetime

from sqlalchemy import insert, select, update

from sufler.storage.database import Database
from sufler.storage.tables.conversations import presence


class PresenceStore:
    """The last sign of life of each caller."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seen(self, caller_id: str, at: datetime) -> None:
        """The caller's desk is open at `at`."""
        async with self._database.write() as connection:
            change = update(presence).where(presence.c.caller_id == caller_id)
            changed = await connection.execute(change.values(seen_at=at))
            if not changed.rowcount:
                await connection.execute(insert(presence).values(caller_id=caller_id, seen_at=at))

    async def since(self, moment: datetime) -> set[str]:
        """Ids of callers seen at or after `moment`."""
        query = select(presence.c.caller_id).where(presence.c.seen_at >= moment)
        async with self._database.read() as connection:
            return set((await connection.execute(query)).scalars())
