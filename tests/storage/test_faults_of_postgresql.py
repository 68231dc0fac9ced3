"""What PostgreSQL does when it is away, full, shut, or refuses: clear words, no secret, and it is
used again by itself once it is back."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from databases import Server
from patience import PATIENCE_S
from set_clock import SetClock
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from sufler.domain.errors import BadInput, StorageUnavailable
from sufler.domain.knowledge import Article, Translation
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database
from sufler.storage.faults import explained
from sufler.storage.inbox import InboxStore

SECRET = "s3cr%t-w0rd"
ADD = text("INSERT INTO topics (name, mode) VALUES (:name, 'suggests')")


@pytest.fixture
async def database(postgresql_url: str) -> AsyncIterator[Database]:
    opened = Database(postgresql_url)
    yield opened
    await opened.close()


async def refused(database: Database) -> str:
    with pytest.raises(StorageUnavailable) as error:
        await database.ping()
    whole = repr(error.value) + str(error.value)
    assert SECRET not in whole
    assert "s3cr%25t" not in whole
    return error.value.message


@pytest.mark.parametrize(
    ("host", "words"), [("127.0.0.1:1", "does not answer"), ("nowhere.invalid", "does not answer")]
)
async def test_that_a_server_that_is_not_there_is_said_without_the_password(
    host: str, words: str
) -> None:
    secret = SECRET.replace("%", "%25")
    database = Database(f"postgresql://sufler:{secret}@{host}/sufler")
    assert words in await refused(database)
    assert SECRET not in repr(database.url)
    await database.close()


async def test_that_a_login_or_database_that_is_refused_says_what_to_check(
    postgresql: Server, postgresql_url: str
) -> None:
    known = make_url(postgresql_url)
    for url in (known.set(database="not_there"), known.set(username="nobody", password=SECRET)):
        database = Database(url.render_as_string(hide_password=False))
        assert "check the name, the password" in await refused(database)
        await database.close()


async def test_that_lost_connections_are_made_again_by_themselves(
    database: Database, postgresql: Server
) -> None:
    name = make_url(database.url).database
    async with database.write() as connection:
        await connection.execute(ADD, {"name": "before"})

    async def cut_off() -> None:
        async with database.write() as connection:
            await connection.execute(ADD, {"name": "lost"})
            await postgresql.run(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            )
            await connection.execute(ADD, {"name": "lost too"})

    with pytest.raises(StorageUnavailable):
        await cut_off()
    async with database.write() as connection:
        await connection.execute(ADD, {"name": "after"})
    async with database.read() as connection:
        rows = await connection.execute(text("SELECT name FROM topics ORDER BY name"))
        assert list(rows.scalars()) == ["after", "before"]


async def test_that_a_database_that_only_reads_says_so(
    database: Database, postgresql: Server
) -> None:
    name = make_url(database.url).database
    await postgresql.run(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    await database.ping()
    with pytest.raises(StorageUnavailable, match="read-only"):
        await ArticleStore(database, SetClock()).save_many(
            [Article("a", "t", {"ru": Translation("В?", "О.")})], "x"
        )
    await database.migrate()
    await postgresql.run(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
    await database.close()
    await database.check_writable()


async def test_that_no_free_connection_says_so_and_passes(
    database: Database, postgresql: Server
) -> None:
    name = make_url(database.url).database
    await postgresql.run(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
    role = f"limited_{name}"
    await postgresql.run(f"CREATE ROLE {role} LOGIN PASSWORD '{SECRET}'")
    try:
        limited = Database(
            make_url(database.url).set(username=role).render_as_string(hide_password=False)
        )
        assert "no connection left" in await refused(limited)
        await postgresql.run(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')
        await limited.ping()
        await limited.close()
    finally:
        await postgresql.run(f"DROP ROLE {role}")


async def test_that_a_role_without_rights_is_told(database: Database, postgresql: Server) -> None:
    role = f"guest_{make_url(database.url).database}"
    await postgresql.run(f"CREATE ROLE {role} LOGIN")
    try:
        guest = Database(
            make_url(database.url).set(username=role).render_as_string(hide_password=False)
        )
        with pytest.raises(StorageUnavailable, match="owner"):
            await ArticleStore(guest, SetClock()).version()
        await guest.close()
    finally:
        await postgresql.run(f"DROP ROLE {role}")


async def test_that_an_empty_database_says_how_to_make_its_tables(postgresql: Server) -> None:
    empty = Database(await postgresql.fresh(migrated=False))
    with pytest.raises(StorageUnavailable, match="sufler serve"):
        await ArticleStore(empty, SetClock()).version()
    await asyncio.gather(*[empty.migrate() for _ in range(3)])
    assert await ArticleStore(empty, SetClock()).version() == 0
    await empty.close()


@pytest.mark.parametrize(
    "asked",
    [
        lambda database: ArticleStore(database, SetClock()).get("a\0b"),
        lambda database: InboxStore(database).claim(2**70),
    ],
)
async def test_that_a_value_that_cannot_be_stored_is_bad_input(
    database: Database, asked: Callable[[Database], Awaitable[object]]
) -> None:
    with pytest.raises(BadInput):
        await asked(database)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("53100", "disk of the database server is full"),
        ("57P03", "tried again until it answers"),
        ("58030", "trouble with its disk"),
        ("40P01", "try again"),
        ("08006", "does not answer"),
    ],
)
def test_that_each_state_has_its_words(state: str, words: str) -> None:
    class Refusal(Exception):  # noqa: N818 - stands for a driver's own
        sqlstate = state

    told = explained(DBAPIError("SELECT 'a customer's text'", {}, Refusal("a customer's text")))
    assert isinstance(told, StorageUnavailable)
    assert words in told.message
    assert "customer" not in told.message


async def test_that_what_is_logged_about_a_lost_server_holds_no_password(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = Database(f"postgresql://sufler:{SECRET.replace('%', '%25')}@127.0.0.1:1/sufler")
    listening = asyncio.create_task(database.wakeups.run())
    said = ""
    async with asyncio.timeout(PATIENCE_S):
        while "wakeups_interrupted" not in said:
            await asyncio.sleep(0.02)
            said += "".join(capsys.readouterr())
    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening
    assert SECRET not in said + "".join(capsys.readouterr())
