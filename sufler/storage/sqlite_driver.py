"""SQLite's driver: a statement that is known to be quick runs in the event loop's own thread, every
other one is a single call of another thread.

aiosqlite has a thread for each connection and hands it each call, four for one SELECT: that was
most of what a turn cost. SQLAlchemy talks to what is here as it would to aiosqlite.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

# Processor time, in seconds, up to which a statement is quick; it is first tried in a thread.
QUICK_S = 0.001
# One that held the event loop for longer runs in threads for so many times.
LONG_S = 0.02
PENANCE = 100
# Texts of statements that are remembered.
REMEMBERED = 5000
THREADS = 8
# Rows that are fetched in the same call.
AT_ONCE = 1000

T = TypeVar("T")


class Driver:
    """Opens connections to SQLite for one engine (its `async_creator_fn`)."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="sqlite")
        # How often a statement must yet run in a thread; unknown ones at least once.
        self.penance: dict[str, int] = {}

    async def __call__(self, *given: Any, timeout: float, **options: Any) -> "SqliteConnection":  # noqa: ASYNC109 - named by SQLAlchemy
        """A connection; `timeout`: seconds that it waits for another writer."""
        options |= {"check_same_thread": False, "isolation_level": None, "cached_statements": 512}
        connect = partial(sqlite3.connect, *given, timeout=0.0, **options)
        opened = await asyncio.get_running_loop().run_in_executor(self.threads, connect)
        return SqliteConnection(self, opened, timeout)

    def judge(self, statement: str, seconds: float, *, inside: bool) -> None:
        """Where `statement` runs the next time: it took this long, `inside` the event loop or, in
        processor time, in a thread."""
        if inside:
            if seconds > LONG_S:
                self.penance[statement] = PENANCE
            return
        left = self.penance.get(statement, 1) - 1
        if len(self.penance) > REMEMBERED:
            self.penance.clear()
        self.penance[statement] = max(left, 0) if seconds <= QUICK_S else PENANCE


class SqliteConnection:
    """What SQLAlchemy expects of a connection of aiosqlite. One task at a time uses it."""

    def __init__(self, driver: Driver, connection: sqlite3.Connection, patience_s: float) -> None:
        self._driver = driver
        self._connection: sqlite3.Connection | None = connection
        self._patience_s = patience_s
        self._running: Future[Any] | None = None
        self._writes = False
        self._lasting = True  # what SQLite is built to do unless it is told

    def cursor(self) -> "SqliteCursor":
        """A cursor."""
        if self._connection is None:
            raise ValueError("connection closed")
        return SqliteCursor(self, self._connection.cursor())

    async def create_function(self, *given: Any, **options: Any) -> None:
        """See `sqlite3.Connection.create_function`."""
        if self._connection is not None:
            self._connection.create_function(*given, **options)

    async def begin(self, *, writes: bool, lasting: bool = True) -> None:
        """Begin to read, or, as the one writer, to write. What is committed and not `lasting`
        outlives this process, and the machine only once a lasting one was committed after it."""
        if writes and lasting is not self._lasting:
            await self._rest()
            self._at_hand.execute(f"PRAGMA synchronous = {'FULL' if lasting else 'NORMAL'}")
            self._lasting = lasting
        statement = "BEGIN IMMEDIATE" if writes else "BEGIN"
        await self.run(statement, partial(self._at_hand.execute, statement))
        self._writes = writes

    async def commit(self) -> None:
        """Commit."""
        await self._end(sqlite3.Connection.commit)

    async def rollback(self) -> None:
        """Roll back."""
        await self._end(sqlite3.Connection.rollback)

    async def close(self) -> None:
        """Close it, once what it does is done."""
        await self._rest()
        connection, self._connection = self._connection, None
        if connection is not None:
            await self.in_thread(connection.close)

    def stop(self) -> None:
        """Close it without waiting."""
        connection, self._connection = self._connection, None
        if connection is not None:
            self._driver.threads.submit(_close_after, self._running, connection)

    async def run(self, statement: str, call: Callable[[], T]) -> T:
        """`call`, which executes `statement`, here or in a thread. One that meets another program's
        lock waits for it, in a thread."""
        await self._rest()
        if self._driver.penance.get(statement, 1) == 0:
            began = time.perf_counter()
            try:
                return call()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
            finally:
                self._driver.judge(statement, time.perf_counter() - began, inside=True)
        return await self.in_thread(partial(self._timed, statement, call))

    async def in_thread(self, call: Callable[[], T]) -> T:
        """`call` in a thread. Cancelled, it goes on there, and the next one waits for it."""
        await self._rest()
        self._running = running = self._driver.threads.submit(call)
        return await asyncio.wrap_future(running)

    @property
    def _at_hand(self) -> sqlite3.Connection:
        if self._connection is None:
            raise ValueError("connection closed")
        return self._connection

    def _timed(self, statement: str, call: Callable[[], T]) -> T:
        began = time.thread_time()
        try:
            return call()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or not self._patience_s:
                raise
            return self._patiently(call)
        finally:
            self._driver.judge(statement, time.thread_time() - began, inside=False)

    def _patiently(self, call: Callable[[], T]) -> T:
        connection = self._at_hand
        connection.execute(f"PRAGMA busy_timeout = {int(self._patience_s * 1000)}")
        try:
            return call()
        finally:
            connection.execute("PRAGMA busy_timeout = 0")

    async def _end(self, how: Callable[[sqlite3.Connection], None]) -> None:
        await self._rest()
        connection = self._connection
        if connection is None or not connection.in_transaction:
            return
        if self._writes:
            self._writes = False
            # It waits for the disk.
            await self.in_thread(partial(self._timed, "COMMIT", partial(how, connection)))
        else:
            how(connection)

    async def _rest(self) -> None:
        """Until what a cancelled task left running is over."""
        running = self._running
        if running is None or running.done():
            return
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        running.add_done_callback(lambda _: loop.call_soon_threadsafe(over.set))
        await over.wait()


class SqliteCursor:
    """What SQLAlchemy expects of a cursor of aiosqlite."""

    def __init__(self, connection: SqliteConnection, cursor: sqlite3.Cursor) -> None:
        self._connection = connection
        self._cursor = cursor
        self._rows: list[Any] = []
        self._more = False

    async def __aenter__(self) -> "SqliteCursor":
        return self

    @property
    def description(self) -> Any:
        """The columns."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The id of the row that was added last."""
        return self._cursor.lastrowid

    @property
    def arraysize(self) -> int:
        """How many rows `fetchmany` gives."""
        return self._cursor.arraysize

    @arraysize.setter
    def arraysize(self, value: int) -> None:
        self._cursor.arraysize = value

    async def execute(self, statement: str, parameters: Any = ()) -> None:
        """Execute it, and fetch its first rows in the same call."""
        await self._connection.run(statement, partial(self._executed, statement, parameters))

    async def executemany(self, statement: str, rows: Any) -> None:
        """Execute it for each of `rows`, in a thread."""
        await self._connection.in_thread(partial(self._cursor.executemany, statement, rows))

    async def fetchone(self) -> Any:
        """The next row; None when there is none."""
        found = await self.fetchmany(1)
        return found[0] if found else None

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """At most `size` rows."""
        size = size or self.arraysize
        if not self._rows and self._more:
            await self._fetch(AT_ONCE)
        found, self._rows = self._rows[:size], self._rows[size:]
        return found

    async def fetchall(self) -> list[Any]:
        """All that are left."""
        found, self._rows = self._rows, []
        while self._more:
            await self._fetch(AT_ONCE * 10)
            found += self._rows
            self._rows = []
        return found

    async def close(self) -> None:
        """Close it."""
        self._cursor.close()

    def __aiter__(self) -> "SqliteCursor":
        return self

    async def __anext__(self) -> Any:
        row = await self.fetchone()
        if row is None:
            raise StopAsyncIteration
        return row

    def _executed(self, statement: str, parameters: Any) -> None:
        self._cursor.execute(statement, parameters)
        self._rows, self._more = [], False
        if self._cursor.description is not None:
            self._rows = self._cursor.fetchmany(AT_ONCE)
            self._more = len(self._rows) == AT_ONCE

    async def _fetch(self, size: int) -> None:
        self._rows = await self._connection.in_thread(partial(self._cursor.fetchmany, size))
        self._more = len(self._rows) == size


def _close_after(running: Future[Any] | None, connection: sqlite3.Connection) -> None:
    if running is not None:
        running.exception()  # waits
    connection.close()
