"""The database: one engine, read connections, and one write transaction at a time."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from sufler.domain.errors import SettingsError, StorageUnavailable
from sufler.storage.faults import faults_explained
from sufler.storage.migrate import newest_revision, revision_of, upgrade

# How long a writer waits for another process (an import beside a running `serve`), in seconds.
BUSY_TIMEOUT_S = 30.0

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_WRITES = "sufler_writes"


def async_url(url: str) -> URL:
    """`url` with its async driver, a plain `?mode=ro` made to work. Raises SettingsError."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise _bad_url("is not a database URL such as sqlite:///data/sufler.db") from None
    backend = parsed.get_backend_name()
    if backend not in _DRIVERS:
        raise _bad_url(f"names {backend!r}; sqlite and postgresql are known")
    parsed = parsed.set(drivername=_DRIVERS[backend])
    if backend == "sqlite":
        if not parsed.database or ":memory:" in parsed.database or "mode=memory" in url:
            raise _bad_url("must name a file: an SQLite database in memory loses everything")
        if "mode" in parsed.query and not parsed.database.startswith("file:"):
            # SQLite reads `mode` only from a URI filename.
            parsed = parsed.set(database="file:" + quote(parsed.database))
            parsed = parsed.update_query_dict({"uri": "true"})
    return parsed


def _bad_url(words: str) -> SettingsError:
    return SettingsError(f"SUFLER_DATABASE_URL {words}", field="SUFLER_DATABASE_URL")


class Database:
    """One database by URL. Nothing is opened before the first use.

    `read()` and `write()` raise StorageUnavailable, in words that say how to mend it, when the
    disk is full, the file read-only, locked, damaged or gone.
    """

    def __init__(self, url: str) -> None:
        self.url = async_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_size": 10, "max_overflow": 20, "pool_timeout": 30.0}
        if self.is_sqlite:
            options["connect_args"] = {"timeout": BUSY_TIMEOUT_S}
        else:
            options["pool_pre_ping"] = True
        try:
            self.engine = create_async_engine(self.url, **options)
        except ModuleNotFoundError as error:
            raise _bad_url(f"needs the Python package {error.name!r}; install it") from error
        self._writing = self.engine.execution_options(**{_WRITES: True})
        self._turn = asyncio.Lock()
        self._writer: asyncio.Task[Any] | None = None
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)

    @property
    def file(self) -> Path | None:
        """The SQLite file; None for PostgreSQL."""
        if not self.is_sqlite or self.url.database is None:
            return None
        name = self.url.database
        if name.startswith("file:"):
            name = unquote(name.removeprefix("file:").partition("?")[0])
        return Path(name)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one consistent state until it is given back."""
        async with _explained(), self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end, rolled back on any error or cancellation.

        Writers of this process take turns; on SQLite the write lock is held from the start, so a
        read inside it cannot become stale before the write. Do not nest: RuntimeError.
        """
        task = asyncio.current_task()
        if task is not None and self._writer is task:
            raise RuntimeError("write() inside write(): pass the connection on instead")
        async with self._turn:
            self._writer = task
            try:
                async with _explained(), self._writing.begin() as connection:
                    yield connection
            finally:
                self._writer = None

    async def migrate(self) -> None:
        """Bring the tables to this program's newest migration, all or nothing.

        A database that is already there is not written to, so a read-only one passes.
        """
        if self.file is not None:
            try:
                self.file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StorageUnavailable(
                    f"the folder of the database cannot be made: {error.strerror}"
                ) from error
        async with self.read() as connection:
            current = await connection.run_sync(revision_of)
        if current != newest_revision():
            async with self.write() as connection:
                await connection.run_sync(upgrade)

    async def ping(self) -> None:
        """Raises StorageUnavailable when the database cannot be read."""
        async with self.read() as connection:
            await connection.execute(text("SELECT 1"))

    async def check_writable(self) -> None:
        """Raises StorageUnavailable when nothing can be written; leaves no trace."""
        async with self.write() as connection:
            await connection.execute(text("CREATE TABLE writable_check (tried INTEGER)"))
            await connection.execute(text("DROP TABLE writable_check"))

    async def close(self) -> None:
        """Give every connection back. The database can be used again afterwards."""
        await self.engine.dispose()


@asynccontextmanager
async def _explained() -> AsyncIterator[None]:
    try:
        with faults_explained():
            yield
    except StorageUnavailable:
        # A connection that failed to open speaks to the event loop once more, from its own thread;
        # a command that ends at once would close the loop under it and print a traceback.
        await asyncio.sleep(0.01)
        raise


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    try:
        # The driver would begin transactions late, and not at all for DDL: `_begin_sqlite` does it.
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA journal_mode")
        if cursor.fetchone()[0] != "wal":
            _use_wal(cursor)
        cursor.close()
    except BaseException:
        dbapi_connection.close()
        raise


def _use_wal(cursor: Any) -> None:
    try:
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.fetchall()
    except sqlite3.OperationalError as error:
        # A read-only database can still be read without it. A locked one is being switched by
        # another start, for which SQLite does not wait here; if not, the next connection does it.
        if "readonly" not in str(error) and "locked" not in str(error):
            raise


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE: a deferred transaction that read first could not become a writer under WAL.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
