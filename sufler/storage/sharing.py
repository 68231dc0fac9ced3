"""What stores need because other processes write too: turns, one clock, insert-unless-there."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.storage.process_name import has_ended

# Nobody holds anything for longer without renewing: a later end means that the clock was set back.
LONGEST = timedelta(minutes=1)


async def alone(connection: AsyncConnection, what: str) -> None:
    """Until this transaction ends, no other one is past this line with the same `what`.

    On SQLite every writer is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        key = func.hashtextextended(what, 0)
        await connection.execute(select(func.pg_advisory_xact_lock(key)))


async def together(connection: AsyncConnection, what: str) -> None:
    """Until this transaction ends, nobody is `alone` with the same `what`; others like this one may
    be past this line. On SQLite every writer is alone anyway."""
    if connection.dialect.name == "postgresql":
        key = func.hashtextextended(what, 0)
        await connection.execute(select(func.pg_advisory_xact_lock_shared(key)))


async def moment(connection: AsyncConnection) -> datetime:
    """Now, by the one clock that all processes share: the database server's, and with a file that
    of the machine."""
    if connection.dialect.name != "postgresql":
        return datetime.now(UTC)
    now: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
    return now.astimezone(UTC)


def may_take(holder: str | None, until: datetime | None, me: str, now: datetime) -> bool:
    """Whether `me` may take what `holder` holds until then: it is over, or the holder is gone."""
    if holder is None or until is None or holder == me:
        return True
    return until <= now or until > now + LONGEST or has_ended(holder)


async def put(connection: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert each row, or change the one with its primary key to it. No key twice in `rows`."""
    key = [column.name for column in table.primary_key]
    # In one order everywhere: two processes that put the same rows never wait for each other.
    rows = sorted(rows, key=lambda row: [row[name] for name in key])
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    adding = insert(table)
    values = {name: adding.excluded[name] for name in rows[0] if name not in key}
    await connection.execute(adding.on_conflict_do_update(index_elements=key, set_=values), rows)
