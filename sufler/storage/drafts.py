"""Drafts of replies: one for each operator and conversation."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.conversation import Attachment
from sufler.domain.desk import Draft, Saved, Used
from sufler.storage import ownership
from sufler.storage.database import Database
from sufler.storage.idempotency import mark_done
from sufler.storage.sharing import put
from sufler.storage.tables.desk import drafts


class DraftStore:
    """Fulfils `desk.drafts.DraftRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, operator_id: str, conversation_id: str) -> Draft:
        """An empty one of revision 0 when nothing is kept."""
        async with self._database.read() as connection:
            return await read_draft(connection, operator_id, conversation_id)

    async def of_operator(self, operator_id: str) -> dict[str, Draft]:
        """By conversation."""
        query = select(drafts).where(drafts.c.operator_id == operator_id)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return {row["conversation_id"]: _draft(row) for row in rows}

    async def save(
        self, operator_id: str, conversation_id: str, draft: Draft, at: datetime
    ) -> Saved:
        """Keep it in place of the one with its revision; an empty one is removed. Raises NotFound
        for an unknown conversation."""
        async with self._database.write() as connection:
            await ownership.locked(connection, conversation_id)
            before = await read_draft(connection, operator_id, conversation_id)
            if before.revision != draft.revision:
                return Saved(False, before)
            if draft.empty:
                await drop_draft(connection, operator_id, conversation_id)
                kept = Draft()
            else:
                kept = await put_draft(connection, operator_id, conversation_id, draft, at)
            await mark_done(connection)
        return Saved(True, kept)


async def read_draft(connection: AsyncConnection, operator_id: str, conversation_id: str) -> Draft:
    """An empty one of revision 0 when nothing is kept."""
    query = select(drafts).where(*_whose(operator_id, conversation_id))
    row = (await connection.execute(query)).mappings().one_or_none()
    return Draft() if row is None else _draft(row)


async def put_draft(
    connection: AsyncConnection, operator_id: str, conversation_id: str, draft: Draft, at: datetime
) -> Draft:
    """Keep it whatever was there, with a revision that no draft of this talk has had."""
    revision = max(draft.revision + 1, int(at.timestamp() * 1000))
    row = {
        "operator_id": operator_id,
        "conversation_id": conversation_id,
        "text": draft.text,
        "quotes": draft.quotes,
        "quoted": draft.quoted,
        "attachments": [asdict(each) for each in draft.attachments],
        "used": asdict(draft.used) if draft.used else None,
        "revision": revision,
        "at": at,
    }
    await put(connection, drafts, [row])
    return _draft(row)


async def drop_draft(
    connection: AsyncConnection, operator_id: str | None, conversation_id: str
) -> None:
    """Remove one operator's draft, or with None everybody's."""
    whose = _whose(operator_id, conversation_id)
    await connection.execute(delete(drafts).where(*whose))


def _whose(operator_id: str | None, conversation_id: str) -> list[ColumnElement[bool]]:
    found = [drafts.c.conversation_id == conversation_id]
    return found if operator_id is None else [*found, drafts.c.operator_id == operator_id]


def _draft(row: Mapping[Any, Any]) -> Draft:
    return Draft(
        text=row["text"],
        quotes=row["quotes"],
        quoted=row["quoted"],
        attachments=tuple(Attachment(**each) for each in row["attachments"]),
        used=Used(**row["used"]) if row["used"] else None,
        revision=row["revision"],
        at=row["at"],
    )
