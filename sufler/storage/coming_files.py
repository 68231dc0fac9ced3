"""Files that a channel announced and still has: noted before their message, fetched later."""

from collections.abc import AsyncIterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from sufler.domain.conversation import Attachment, label_of
from sufler.domain.errors import StorageUnavailable
from sufler.domain.files import HEAD_BYTES, ComingFile, seen_type
from sufler.domain.ports import Clock
from sufler.storage.database import Database
from sufler.storage.files import place_for, store_whole
from sufler.storage.tables.conversations import messages
from sufler.storage.tables.files import files


class ComingFiles:
    """Beside `FileStore`, over the same folder and table."""

    def __init__(self, database: Database, folder: Path, clock: Clock) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock

    async def expect(
        self, attachment: Attachment, source: str, *, channel: str, customer_id: str
    ) -> None:
        """Note a file before its message is stored; told twice is no harm."""
        now = self._clock.now()
        row = {
            "id": attachment.id,
            "channel": channel,
            "customer_id": customer_id,
            "kind": attachment.kind,
            "name": attachment.name,
            "media_type": attachment.media_type,
            "size": attachment.size,
            "sha256": "",
            "path": place_for(attachment.id),
            "created_at": now,
            "source": source,
            "source_at": now,
        }
        try:
            async with self._database.write() as connection:
                await connection.execute(insert(files).values(**row))
        except IntegrityError:
            return

    async def due(self, channel: str, limit: int) -> list[ComingFile]:
        """Those to be fetched now, the longest due first."""
        query = (
            select(files)
            .where(files.c.channel == channel, files.c.source_at <= self._clock.now())
            .order_by(files.c.source_at)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [_coming(row) for row in (await connection.execute(query)).mappings()]

    async def fill(self, file: ComingFile, stream: AsyncIterable[bytes], limit: int) -> str | None:
        """Take its bytes, at most `limit`, whole or not at all; the conversation that has it.

        Raises BadInput `empty_file` or `too_large`, and StorageUnavailable.
        """
        place = self._folder / place_for(file.id)
        try:
            size, digest = await store_whole(place, stream, limit)
            with place.open("rb") as written:
                head = written.read(HEAD_BYTES)
        except OSError as error:
            raise StorageUnavailable(f"a file cannot be stored: {error.strerror}") from error
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(files)
                .where(files.c.id == file.id)
                .values(
                    size=size,
                    sha256=digest,
                    media_type=seen_type(head, file.media_type),
                    source=None,
                    source_at=None,
                )
                .returning(files.c.conversation_id)
            )
            row = changed.one_or_none()
        if row is None:  # erased meanwhile: its bytes go too
            place.unlink(missing_ok=True)
            return None
        found: str | None = row.conversation_id
        return found

    async def postpone(self, file: ComingFile, until: datetime) -> None:
        """It could not be fetched now: one more try has failed."""
        async with self._database.write() as connection:
            await connection.execute(
                update(files)
                .where(files.c.id == file.id)
                .values(source_at=until, source_tries=file.tries + 1)
            )

    async def give_up(self, file: ComingFile, words: str) -> str | None:
        """It is never fetched: its message says so in `words`. The conversation that has it."""
        async with self._database.write() as connection:
            given = await connection.execute(
                update(files)
                .where(files.c.id == file.id)
                .values(source_at=None)
                .returning(files.c.conversation_id)
            )
            conversation_id: str | None = given.scalar_one_or_none()
            if conversation_id is None:
                return None
            query = select(messages.c.id, messages.c.text, messages.c.attachments).where(
                messages.c.conversation_id == conversation_id,
                messages.c.attachments.is_not(None),
            )
            for row in (await connection.execute(query)).all():
                values = _without(file.id, words, row.text, row.attachments)
                if values:
                    change = update(messages).where(messages.c.id == row.id)
                    await connection.execute(change.values(**values))
        return conversation_id


def _without(
    file_id: str, words: str, text: str, attachments: list[dict[str, Any]]
) -> dict[str, Any]:
    before = [Attachment(**each) for each in attachments]
    if file_id not in [each.id for each in before]:
        return {}
    after = [replace(each, id="", name=words) if each.id == file_id else each for each in before]
    shown = label_of(after) if text == label_of(before) else text
    return {"text": shown, "attachments": [asdict(each) for each in after]}


def _coming(row: Mapping[Any, Any]) -> ComingFile:
    return ComingFile(
        id=row["id"],
        source=row["source"],
        name=row["name"],
        media_type=row["media_type"],
        customer_id=row["customer_id"],
        conversation_id=row["conversation_id"],
        tries=row["source_tries"],
    )
