"""Every row of every table as plain values, for backups and for moving to another database."""

import base64
import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import orjson
from sqlalchemy import Integer, LargeBinary, Table, delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.errors import BadInput, Conflict, StorageUnavailable
from sufler.storage.database import Database
from sufler.storage.faults import explained
from sufler.storage.process_name import has_ended
from sufler.storage.sharing import moment
from sufler.storage.tables import metadata
from sufler.storage.tables.processes import leases
from sufler.storage.tables.types import AwareTime

# Rows at a time: memory stays bounded, whatever the size of the base.
PAGE = 500
# What living processes hold is theirs and not the base's. In an order that foreign keys allow.
TABLES: Mapping[str, Table] = {
    str(table.name): table for table in metadata.sorted_tables if table is not leases
}

Row = list[Any]


def opened_whole(url: str) -> Database:
    """A database whose JSON is read and written as the text that it is: nothing is lost of it."""
    return Database(url, json_as_text=True)


@dataclass
class Digest:
    """How many rows, and a sum of their checksums: the same in whatever order they come."""

    rows: int = 0
    total: int = 0

    def add(self, rows: Iterable[Row]) -> None:
        """Count these rows."""
        for row in rows:
            self.rows += 1
            hashed = hashlib.sha256(orjson.dumps(row)).digest()
            self.total = (self.total + int.from_bytes(hashed)) % 2**256

    @property
    def sha256(self) -> str:
        """The sum in hex."""
        return f"{self.total:064x}"


class Whole(Protocol):
    """Where rows come from: a database or a backup."""

    def rows(self, table: Table) -> AsyncIterator[list[Row]]:
        """Pages of rows, each with a plain value for each column of the table."""
        ...


class WholeDatabase:
    """The rows that one transaction sees."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def rows(self, table: Table) -> AsyncIterator[list[Row]]:
        """See `Whole`."""
        result = await self._connection.stream(select(table))
        async for page in result.partitions(PAGE):
            yield [_plain(row) for row in page]

    async def digests(self) -> dict[str, Digest]:
        """Of every table."""
        found = {}
        for name, table in TABLES.items():
            found[name] = digest = Digest()
            async for page in self.rows(table):
                digest.add(page)
        return found


async def pour(source: Whole, target: AsyncConnection, *, replace: bool) -> dict[str, Digest]:
    """Fill the target inside its transaction, compare every row with what was poured, and let its
    sequences go on after the highest id. Returns what was poured, by table.

    Raises Conflict for a target with rows in it, unless `replace`, and BadInput for a row that it
    does not take.
    """
    await _emptied(target, replace)
    poured: dict[str, Digest] = {}
    for name, table in TABLES.items():
        poured[name] = digest = Digest()
        async for page in source.rows(table):
            digest.add(page)
            await _put(target, table, page)
    stored = await WholeDatabase(target).digests()
    for name, digest in poured.items():
        if stored[name] != digest:
            raise StorageUnavailable(f"table {name}: what was stored is not what was read")
    if target.dialect.name == "postgresql":
        await _set_sequences(target)
    return poured


async def copied(source: Database, target: Database, *, replace: bool) -> dict[str, Digest]:
    """Copy every row into the migrated target, all or nothing; see `pour`. Both are `opened_whole`.

    Raises Conflict also while Sufler runs on one of them.
    """
    await refuse_while_served(source)
    await refuse_while_served(target)
    async with source.read() as reading, target.write() as writing:
        return await pour(WholeDatabase(reading), writing, replace=replace)


async def refuse_while_served(database: Database) -> None:
    """Raises Conflict while another process of Sufler works on the database."""
    async with database.read() as connection:
        now = await moment(connection)
        held = await connection.execute(select(leases).where(leases.c.until > now))
        living = [row.name for row in held if not has_ended(row.holder)]
    if living:
        raise Conflict(
            f"Sufler runs on this database (it holds {', '.join(sorted(living))}); stop every "
            "sufler serve and sufler work first, and wait ten seconds if one was killed"
        )


async def _emptied(target: AsyncConnection, replace: bool) -> None:
    for table in reversed(list(TABLES.values())):
        if replace:
            await target.execute(delete(table))
        elif await target.scalar(select(func.count()).select_from(table)):
            raise Conflict(
                f"this database is not empty (table {table.name}); "
                "add --replace to delete all that is in it"
            )


async def _put(target: AsyncConnection, table: Table, page: Sequence[Row]) -> None:
    columns = list(table.columns)
    rows = [
        {
            column.name: _stored(value, column.type)
            for column, value in zip(columns, row, strict=True)
        }
        for row in page
    ]
    try:
        await target.execute(insert(table), rows)
    except DBAPIError as error:
        told = explained(error)
        if isinstance(told, StorageUnavailable):
            raise told from error
        words = told.message if told else "a row is refused"
        raise BadInput(f"table {table.name}: {words}", field=table.name) from error


async def _set_sequences(target: AsyncConnection) -> None:
    for table in TABLES.values():
        key = table.autoincrement_column
        if key is not None and isinstance(key.type, Integer):
            newest = select(func.coalesce(func.max(key), 0) + 1).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, key.name)
            await target.execute(select(func.setval(sequence, newest, text("false"))))


def _plain(row: Iterable[Any]) -> Row:
    return [_told(value) for value in row]


def _told(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _stored(value: Any, kind: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, AwareTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value, validate=True)
    return value
