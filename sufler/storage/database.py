"""The database: one engine, read connections, and write transactions."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from weakref import WeakKeyDictionary

from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from sufler.domain.errors import SettingsError, StorageUnavailable
from sufler.storage.faults import connecting_explained, faults_explained
from sufler.storage.migrate import newest_revision, revision_of, upgrade
from sufler.storage.sharing import alone
from sufler.storage.sqlite_driver import Driver, SqliteConnection
from sufler.storage.wakeups import Wakeups

# How long a writer waits for another process (an import beside a running `serve`), in seconds.
BUSY_TIMEOUT_S = 30.0
# How long PostgreSQL may take to be connected to, and for one statement, in seconds.
CONNECT_TIMEOUT_S = 10.0
STATEMENT_TIMEOUT_S = 120.0

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_WRITES = "sufler_writes"
_LASTING = "sufler_lasting"


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


@dataclass(frozen=True, slots=True)
class Write:
    """A write transaction under way, and what is called once it is committed."""

    connection: AsyncConnection
    wakeups: Wakeups
    when_committed: list[Callable[[], None]] = field(default_factory=list)
    announced: set[str] = field(default_factory=set)

    async def announce_once(self, topic: str) -> None:
        """Tell every subscriber when this is committed; asked again, nothing more is done."""
        if topic not in self.announced:
            self.announced.add(topic)
            await self.wakeups.announce(topic)


# By the connection: a function that is given one may have to tell what was stored.
_open_writes: WeakKeyDictionary[AsyncConnection, Write] = WeakKeyDictionary()


def write_of(connection: AsyncConnection) -> Write:
    """The write transaction that `connection` was given for. Raises KeyError outside of one."""
    return _open_writes[connection]


class Database:
    """One database by URL. Nothing is opened before the first use.

    `read()` and `write()` raise StorageUnavailable, in words that say how to mend it, when the
    disk is full, the file read-only, locked, damaged or gone, or the server away. `wakeups` tells
    other processes what was stored.
    """

    def __init__(self, url: str, *, json_as_text: bool = False) -> None:
        """`json_as_text`: JSON columns take and give the text that is stored."""
        self.url = async_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        # Parameters hold customers' texts, and an error may be logged.
        options: dict[str, Any] = {"hide_parameters": True}
        options |= {"pool_size": 10, "max_overflow": 20, "pool_timeout": 30.0}
        if self.is_sqlite:
            options["connect_args"] = {"timeout": BUSY_TIMEOUT_S, "async_creator_fn": Driver()}
        else:
            options["pool_pre_ping"] = True
            options["connect_args"] = {
                "timeout": CONNECT_TIMEOUT_S,
                "command_timeout": STATEMENT_TIMEOUT_S,
            }
        if json_as_text:
            options["json_serializer"] = options["json_deserializer"] = _as_it_is
        try:
            self.engine = create_async_engine(self.url, **options)
        except ModuleNotFoundError as error:
            raise _bad_url(f"needs the Python package {error.name!r}; install it") from error
        self._writing = self.engine.execution_options(**{_WRITES: True})
        self._writing_again = self._writing.execution_options(**{_LASTING: False})
        self._reading = self.engine
        if not self.is_sqlite:
            # One state for the whole of a read, as SQLite gives it by itself.
            self._reading = self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        # SQLite has one writer: those of this process queue here, and not in its busy handler.
        self._turn = asyncio.Lock() if self.is_sqlite else None
        self._writes: dict[asyncio.Task[Any] | None, Write] = {}
        self.wakeups = Wakeups(self)
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
        async with self._connected(self._reading) as connection:
            yield connection

    @asynccontextmanager
    async def write(self, *, lasting: bool = True) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end, rolled back on any error or cancellation.

        When it returns, what was written outlives the process and the machine's power. Not
        `lasting` is for steps that are found and done again from what is stored before them: on
        SQLite, power may take back the last of these, in order, and nothing that lasts.

        On SQLite writers take turns, and the write lock is held from the start, so a read inside
        it cannot become stale before the write. On PostgreSQL writers run at once, each statement
        on what is committed by then: what must not change between two is locked, by
        `with_for_update` or `sharing.alone`. Do not nest: RuntimeError.
        """
        if self.current_write is not None:
            raise RuntimeError("write() inside write(): pass the connection on instead")
        task = asyncio.current_task()
        async with AsyncExitStack() as stack:
            if self._turn is not None:
                await stack.enter_async_context(self._turn)
            engine = self._writing if lasting else self._writing_again
            connection = await stack.enter_async_context(self._connected(engine))
            self._writes[task] = write = Write(connection, self.wakeups)
            _open_writes[connection] = write
            try:
                async with connection.begin():
                    yield connection
            finally:
                del self._writes[task]
        for call in write.when_committed:
            call()

    @property
    def current_write(self) -> Write | None:
        """The write that the current task is inside of."""
        return self._writes.get(asyncio.current_task())

    @asynccontextmanager
    async def own_connection(self) -> AsyncIterator[Any]:
        """PostgreSQL: a connection of asyncpg that is nobody else's, outside of any transaction."""
        async with self._connected(self.engine) as connection:
            raw = await connection.get_raw_connection()
            try:
                yield raw.driver_connection
            finally:
                # Not back into the pool: it listens.
                await connection.invalidate()

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        async with _explained(), AsyncExitStack() as stack:
            with connecting_explained():
                connection = await stack.enter_async_context(engine.connect())
            yield connection

    async def migrate(self) -> None:
        """Bring the tables to this program's newest migration, all or nothing.

        A database that is already there is not written to, so a read-only one passes. Several
        processes may do it at one moment.
        """
        if self.file is not None:
            try:
                self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                if "mode" not in self.url.query and not self.file.exists():
                    # Customers' texts: nobody else on this machine may read them.
                    self.file.touch(mode=0o600)
            except OSError as error:
                raise StorageUnavailable(
                    f"the folder of the database cannot be made: {error.strerror}"
                ) from error
        async with self.read() as connection:
            current = await connection.run_sync(revision_of)
        if current != newest_revision():
            async with self.write() as connection:
                await alone(connection, "migrate")
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


def _as_it_is(value: Any) -> Any:
    return value


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    try:
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
    driver: SqliteConnection = connection.connection.driver_connection  # type: ignore[assignment]
    lasting = connection.get_execution_options().get(_LASTING, True)
    await_only(driver.begin(writes=writes, lasting=lasting))
