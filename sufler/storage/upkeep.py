"""What gathers in a database and can be tidied without losing anything, and whether it can be
written."""

import asyncio
import contextlib
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any, Final

from sqlalchemy import CursorResult, delete, func, select, text, update

from sufler.domain.errors import Conflict, StorageUnavailable
from sufler.storage.database import Database
from sufler.storage.faults import faults_explained
from sufler.storage.process_name import has_ended, process_name
from sufler.storage.sharing import LONGEST, moment, put
from sufler.storage.tables.conversations import inbox
from sufler.storage.tables.files import files
from sufler.storage.tables.people import sessions
from sufler.storage.tables.processes import leases

# An SQLite file is worth rewriting when this much of it is empty: a share, and bytes.
EMPTY_SHARE: Final = 0.25
EMPTY_BYTES: Final = 16 * 1024 * 1024
# Below this many free bytes the disk counts as full: the next import or burst would fail.
LEAST_FREE: Final = 32 * 1024 * 1024
CHECKED_FOR_S: Final = 5.0


class WriteCheck:
    """Whether the database can be written, asked again at most every five seconds."""

    def __init__(self, database: Database, data_dir: Path, least_free: int = LEAST_FREE) -> None:
        self._database = database
        self._data_dir = data_dir
        self._least_free = least_free
        self._checked: tuple[float, StorageUnavailable | None] | None = None
        self._turn = asyncio.Lock()

    async def __call__(self) -> None:
        """Raises StorageUnavailable when it is read-only, or its disk full."""
        async with self._turn:
            if self._checked is None or monotonic() - self._checked[0] > CHECKED_FOR_S:
                self._checked = (monotonic(), await self._fault())
            fault = self._checked[1]
        if fault is not None:
            raise StorageUnavailable(fault.message)

    async def _fault(self) -> StorageUnavailable | None:
        try:
            # A row of its own that nobody holds: it is over when it is written.
            async with self._database.write() as connection:
                row = {
                    "name": "written",
                    "holder": process_name(),
                    "until": await moment(connection),
                }
                await put(connection, leases, [row])
            # SQLite may still have room in its own log when the disk has none.
            await asyncio.to_thread(self._check_free)
        except StorageUnavailable as error:
            return error
        return None

    def _check_free(self) -> None:
        folder = self._data_dir if self._database.file is None else self._database.file.parent
        try:
            free = shutil.disk_usage(folder).free
        except OSError as error:
            raise StorageUnavailable(f"{folder} cannot be reached: {error.strerror}") from error
        if free < self._least_free:
            raise StorageUnavailable(
                f"the disk is full ({free // 1024**2} MB free); free some space"
            )


@dataclass(frozen=True, slots=True)
class Size:
    """An SQLite file, in bytes: all of it, and what in it is empty."""

    whole: int
    empty: int

    @property
    def worth_compacting(self) -> bool:
        """Whether rewriting it would give back much."""
        return self.empty >= EMPTY_BYTES and self.empty >= self.whole * EMPTY_SHARE


class Upkeep:
    """Looks at a migrated database, and tidies it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def over_sessions(self, now: datetime) -> int:
        """Sessions whose time is over; they let nobody in."""
        query = select(func.count()).where(sessions.c.expires_at <= now)
        async with self._database.read() as connection:
            return int(await connection.scalar(query) or 0)

    async def forget_over_sessions(self, now: datetime) -> int:
        """Delete them; how many there were."""
        async with self._database.write() as connection:
            done: CursorResult[Any] = await connection.execute(
                delete(sessions).where(sessions.c.expires_at <= now)
            )
        return int(done.rowcount)

    async def dead_leases(self) -> list[str]:
        """Rights that a process still holds though it is gone, or with an end that no process
        gives (a clock was set back)."""
        async with self._database.read() as connection:
            now = await moment(connection)
            rows = (await connection.execute(select(leases).where(leases.c.until > now))).all()
        return sorted(row.name for row in rows if _is_dead(row.holder, row.until, now))

    async def dead_claims(self) -> list[int]:
        """Incoming messages that such a process has claimed."""
        query = select(inbox.c.id, inbox.c.claimed_by, inbox.c.claimed_until).where(
            inbox.c.state == "new", inbox.c.claimed_by.is_not(None)
        )
        async with self._database.read() as connection:
            now = await moment(connection)
            rows = (await connection.execute(query)).all()
        return [
            row.id
            for row in rows
            if row.claimed_until is not None
            and row.claimed_until > now
            and _is_dead(row.claimed_by, row.claimed_until, now)
        ]

    async def free_dead(self) -> None:
        """Free both, so that whoever lives takes over at once."""
        names, claims = await self.dead_leases(), await self.dead_claims()
        async with self._database.write() as connection:
            now = await moment(connection)
            rows = (await connection.execute(select(leases).where(leases.c.name.in_(names)))).all()
            for row in rows:
                if _is_dead(row.holder, row.until, now):  # not taken by a living one meanwhile
                    await connection.execute(delete(leases).where(leases.c.name == row.name))
            held = select(inbox.c.id, inbox.c.claimed_by, inbox.c.claimed_until)
            for row in (await connection.execute(held.where(inbox.c.id.in_(claims)))).all():
                if row.claimed_by and _is_dead(row.claimed_by, row.claimed_until, now):
                    change = update(inbox).where(inbox.c.id == row.id)
                    await connection.execute(change.values(claimed_by=None))

    async def parked(self) -> int:
        """Incoming messages that were given up."""
        query = select(func.count()).where(inbox.c.state == "failed")
        async with self._database.read() as connection:
            return int(await connection.scalar(query) or 0)

    async def file_paths(self) -> set[str]:
        """Where the bytes of customers' files lie, below the folder of files."""
        async with self._database.read() as connection:
            return set((await connection.execute(select(files.c.path))).scalars())

    async def size(self) -> Size | None:
        """Of the SQLite file; None on PostgreSQL, which tidies itself."""
        if not self._database.is_sqlite:
            return None
        async with self._database.read() as connection:
            page = int(await connection.scalar(text("PRAGMA page_size")) or 0)
            pages = int(await connection.scalar(text("PRAGMA page_count")) or 0)
            empty = int(await connection.scalar(text("PRAGMA freelist_count")) or 0)
        return Size(pages * page, empty * page)

    async def compact(self) -> None:
        """Check an SQLite file that nobody serves, and rewrite it without its empty pages.

        Raises StorageUnavailable when the check finds damage, or the disk has no room for a copy.
        """
        file, size = self._database.file, await self.size()
        if file is None or size is None:
            return
        if shutil.disk_usage(file.parent).free < 2 * size.whole:
            raise StorageUnavailable("the disk has no room for a second copy of the database")
        await self._database.close()
        await asyncio.to_thread(_compact, file)


def copy_aside(file: Path, name: str) -> Path:
    """A whole copy of an SQLite file beside it, called FILE.NAME, also of one in use.

    Raises Conflict when there is one already, and StorageUnavailable.
    """
    copy = file.with_name(f"{file.name}.{name}")
    if copy.exists():
        raise Conflict(f"{copy} is there already; move it away first")
    try:
        copy.touch(mode=0o600)
        with faults_explained():
            with (
                contextlib.closing(sqlite3.connect(file)) as source,
                contextlib.closing(sqlite3.connect(copy)) as target,
            ):
                source.backup(target)
    except (OSError, sqlite3.Error) as error:
        copy.unlink(missing_ok=True)
        raise StorageUnavailable(f"{copy} cannot be written: {error}") from error
    return copy


def _compact(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        try:
            told = connection.execute("PRAGMA quick_check").fetchone()[0]
            if told != "ok":
                raise StorageUnavailable(f"the database file is damaged: {told}")
            connection.execute("VACUUM")
            connection.execute("PRAGMA optimize")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            raise StorageUnavailable(f"the database cannot be rewritten: {error}") from error


def _is_dead(holder: str, until: datetime, now: datetime) -> bool:
    return has_ended(holder) or until > now + LONGEST
