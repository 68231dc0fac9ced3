"""Machines' keys in the database, by the hash of their secret."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, or_, select, update

from sufler.domain.errors import NotFound
from sufler.domain.people import Key, Person, Role
from sufler.storage.database import Database
from sufler.storage.idempotency import mark_done
from sufler.storage.people import PERSON_COLUMNS, person_from
from sufler.storage.tables.people import keys, people


class KeyStore:
    """Fulfils `desk.ports.KeyStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: Key, secret_hash: str) -> None:
        """Store a new key."""
        async with self._database.write() as connection:
            await connection.execute(
                insert(keys).values(
                    id=key.id,
                    name=key.name,
                    scope=key.scope.value,
                    secret_hash=secret_hash,
                    person_id=key.person_id,
                    created_at=key.created_at,
                    revoked_at=key.revoked_at,
                )
            )
            await mark_done(connection)

    async def by_secret(self, secret_hash: str) -> tuple[Key, Person | None] | None:
        """The key and whose it is. None when unknown or revoked, or the person is not active."""
        key_columns = [column.label(f"key_{column.name}") for column in keys.c]
        query = (
            select(*PERSON_COLUMNS, *key_columns)
            .select_from(keys.outerjoin(people, people.c.id == keys.c.person_id))
            .where(
                keys.c.secret_hash == secret_hash,
                keys.c.revoked_at.is_(None),
                or_(keys.c.person_id.is_(None), people.c.active.is_(True)),
            )
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        key = Key(
            row.key_id,
            row.key_name,
            Role(row.key_scope),
            row.key_created_at,
            row.key_person_id,
            row.key_revoked_at,
            row.key_used_at,
        )
        return key, None if key.person_id is None else person_from(row)

    async def all(self) -> list[Key]:
        """By time of creation, revoked ones included."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(keys).order_by(keys.c.created_at, keys.c.id))
            return [_key_from(row) for row in rows]

    async def revoke(self, key_id: str, at: datetime) -> None:
        """Raises NotFound. Revoking twice keeps the first moment."""
        async with self._database.write() as connection:
            known = await connection.scalar(select(keys.c.id).where(keys.c.id == key_id))
            if known is None:
                raise NotFound("there is no key with this id")
            await connection.execute(
                update(keys)
                .where(keys.c.id == key_id, keys.c.revoked_at.is_(None))
                .values(revoked_at=at)
            )

    async def used(self, key_id: str, at: datetime) -> None:
        """The key was used at `at`."""
        async with self._database.write() as connection:
            await connection.execute(update(keys).where(keys.c.id == key_id).values(used_at=at))


def _key_from(row: Row[*tuple[Any, ...]]) -> Key:
    return Key(
        row.id,
        row.name,
        Role(row.scope),
        row.created_at,
        row.person_id,
        row.revoked_at,
        row.used_at,
    )
