"""Customers' files: bytes in a folder under random names, and a row for each in the database."""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.conversation import Attachment, Conversation
from sufler.domain.errors import BadInput, NotFound, StorageUnavailable
from sufler.domain.files import FileKind, StoredFile, clean_name, kind_of
from sufler.domain.ports import Clock
from sufler.storage.database import Database
from sufler.storage.tables.files import files

# A file that no message has brought after this long was given up by whoever sent it.
ABANDONED_AFTER: Final = timedelta(days=1)
_PART = ".part"
# How often, and every how many seconds, it is looked whether a file has come by now.
_LOOKS, _LOOK_S = 40, 0.5


class FileStore:
    """Files in `folder`, which is made when the first one comes."""

    def __init__(self, database: Database, folder: Path, clock: Clock) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock

    async def put(
        self,
        stream: AsyncIterable[bytes],
        name: str,
        media_type: str,
        limit: int,
        *,
        channel: str,
        customer_id: str,
        kind: FileKind | None = None,
    ) -> StoredFile:
        """Take a file of at most `limit` bytes whole, or leave nothing of it.

        Raises BadInput `empty_file`, `too_large` or `no_name`, and StorageUnavailable when it
        cannot be written.
        """
        name = clean_name(name)
        id_ = secrets.token_urlsafe(24)
        path = place_for(id_)
        try:
            size, digest = await store_whole(self._folder / path, stream, limit)
            stored = StoredFile(
                id=id_,
                kind=kind or kind_of(media_type),
                name=name,
                media_type=media_type,
                size=size,
                sha256=digest,
                channel=channel,
                customer_id=customer_id,
                created_at=self._clock.now(),
            )
            await self._note(stored, path)
        except OSError as error:
            raise StorageUnavailable(f"a file cannot be stored: {error.strerror}") from error
        except BaseException:
            (self._folder / path).unlink(missing_ok=True)
            raise
        return stored

    async def get(self, file_id: str) -> StoredFile:
        """What is known of a file. Raises NotFound."""
        stored, *_ = await self._row(file_id)
        return stored

    async def open(self, file_id: str) -> tuple[StoredFile, Path]:
        """A file and where its bytes lie; one that is being fetched from its channel is waited
        for a moment. Raises NotFound, also when the bytes are gone."""
        stored, path, coming = await self._row(file_id)
        for _ in range(_LOOKS):
            if not coming:
                break
            await asyncio.sleep(_LOOK_S)
            stored, path, coming = await self._row(file_id)
        place = self._folder / path
        if not await asyncio.to_thread(place.is_file):
            raise NotFound("the bytes of this file are gone", field="file")
        return stored, place

    async def delete(self, file_id: str) -> None:
        """Forget a file and its bytes; messages keep its name. Raises NotFound."""
        _, path, _ = await self._row(file_id)
        async with self._database.write() as connection:
            await connection.execute(delete(files).where(files.c.id == file_id))
        await asyncio.to_thread((self._folder / path).unlink, missing_ok=True)

    async def bytes_of(self, channel: str, customer_id: str) -> int:
        """How much this customer's files take, in bytes."""
        query = select(func.coalesce(func.sum(files.c.size), 0)).where(
            files.c.channel == channel, files.c.customer_id == customer_id
        )
        async with self._database.read() as connection:
            return int(await connection.scalar(query) or 0)

    async def sweep(self) -> int:
        """Delete what no message has brought within a day, and parts of uploads that a killed
        process left. How many files of the first sort there were."""
        before = self._clock.now() - ABANDONED_AFTER
        query = select(files.c.id).where(
            files.c.conversation_id.is_(None), files.c.created_at < before
        )
        async with self._database.read() as connection:
            ids = (await connection.execute(query)).scalars().all()
        for file_id in ids:
            await self.delete(file_id)
        await asyncio.to_thread(_sweep_parts, self._folder, before)
        return len(ids)

    async def _note(self, stored: StoredFile, path: str) -> None:
        row = {
            "id": stored.id,
            "channel": stored.channel,
            "customer_id": stored.customer_id,
            "kind": stored.kind.value,
            "name": stored.name,
            "media_type": stored.media_type,
            "size": stored.size,
            "sha256": stored.sha256,
            "path": path,
            "created_at": stored.created_at,
        }
        async with self._database.write() as connection:
            await connection.execute(insert(files).values(**row))

    async def _row(self, file_id: str) -> tuple[StoredFile, str, bool]:
        query = select(files).where(files.c.id == file_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            raise NotFound("no file has this id", field="file")
        return _stored(row), row["path"], row["source_at"] is not None


async def keep_files(
    connection: AsyncConnection, conversation: Conversation, attachments: Sequence[Attachment]
) -> None:
    """Inside the transaction that stores their message: the files belong to its conversation."""
    if not attachments:
        return
    await connection.execute(
        update(files)
        .where(
            files.c.id.in_([each.id for each in attachments]),
            files.c.channel == conversation.channel,
            files.c.customer_id == conversation.customer.external_id,
        )
        .values(conversation_id=conversation.id)
    )


def place_for(file_id: str) -> str:
    """Where a file's bytes lie, relative to the folder of files."""
    return f"{file_id[:2].lower()}/{file_id}"


async def store_whole(place: Path, stream: AsyncIterable[bytes], limit: int) -> tuple[int, str]:
    """Write `stream` of at most `limit` bytes to `place`, or nothing; its size and SHA-256 in hex.
    Raises BadInput `empty_file` or `too_large`, and OSError."""
    part = place.with_name(place.name + _PART)
    try:
        size, digest = await _written(part, stream, limit)
        await asyncio.to_thread(part.replace, place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return size, digest


async def _written(part: Path, stream: AsyncIterable[bytes], limit: int) -> tuple[int, str]:
    """Write `stream` to `part`; its size and SHA-256. The limit holds while it is read."""
    size, digest = 0, hashlib.sha256()
    file = await asyncio.to_thread(_opened, part)
    try:
        async for chunk in stream:
            size += len(chunk)
            if size > limit:
                raise BadInput("too_large", field="file")
            digest.update(chunk)
            await asyncio.to_thread(file.write, chunk)
    finally:
        await asyncio.to_thread(file.close)
    if not size:
        raise BadInput("empty_file", field="file")
    return size, digest.hexdigest()


def _opened(part: Path) -> IO[bytes]:
    part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return part.open("xb")


def _sweep_parts(folder: Path, before: datetime) -> None:
    for part in folder.glob(f"*/*{_PART}"):
        if part.stat().st_mtime < before.timestamp():
            part.unlink(missing_ok=True)


def _stored(row: Mapping[Any, Any]) -> StoredFile:
    return StoredFile(
        id=row["id"],
        kind=FileKind(row["kind"]),
        name=row["name"],
        media_type=row["media_type"],
        size=row["size"],
        sha256=row["sha256"],
        channel=row["channel"],
        customer_id=row["customer_id"],
        created_at=row["created_at"],
        conversation_id=row["conversation_id"],
    )
