"""Which members of staff have opened a conversation: they do not review its turns."""

from datetime import datetime

from sqlalchemy import select

from sufler.storage.database import Database
from sufler.storage.sharing import put
from sufler.storage.tables.accuracy import readers
from sufler.storage.tables.conversations import conversations


class ReaderStore:
    """Fulfils `desk.readers.ReaderRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def opened(self, conversation_id: str, reader: str, at: datetime) -> None:
        """The person `reader` (an id) has it open; nothing happens where there is none."""
        async with self._database.write() as connection:
            # Held: an erasure that comes meanwhile waits, and takes this row with the rest.
            there = select(conversations.c.id).where(conversations.c.id == conversation_id)
            if await connection.scalar(there.with_for_update(read=True)) is None:
                return
            row = {"conversation_id": conversation_id, "reader": reader, "at": at}
            await put(connection, readers, [row])
