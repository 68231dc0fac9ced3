"""What administrators chose on pages, one row for each chosen thing."""

from typing import Any

from sqlalchemy import delete, insert, select, update

from sufler.domain.administration import Act
from sufler.storage.audit import write_down
from sufler.storage.database import Database
from sufler.storage.tables.administration import settings


class SettingsStore:
    """Fulfils `desk.ports.ChoiceStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[str, Any]:
        """Every stored value by its key."""
        query = select(settings.c.key, settings.c.value)
        async with self._database.read() as connection:
            return {row.key: row.value for row in await connection.execute(query)}

    async def put(self, key: str, value: Any, act: Act) -> None:
        """Store the value, or forget the key with None, and the act, in one transaction."""
        here = settings.c.key == key
        values = {"value": value, "changed_at": act.at, "author": act.by}
        async with self._database.write() as connection:
            if value is None:
                await connection.execute(delete(settings).where(here))
            else:
                changed = await connection.execute(update(settings).where(here).values(**values))
                if not changed.rowcount:
                    await connection.execute(insert(settings).values(key=key, **values))
            await write_down(connection, act)
