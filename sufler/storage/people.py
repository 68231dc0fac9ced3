"""Staff in the database. The password hash leaves it only towards `desk/people.py`."""

from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.errors import Conflict, NotFound
from sufler.domain.people import Person, Role
from sufler.storage.database import Database
from sufler.storage.sharing import alone
from sufler.storage.tables.people import people, sessions

PERSON_COLUMNS = (
    people.c.id,
    people.c.login,
    people.c.name,
    people.c.role,
    people.c.active,
    people.c.created_at,
    people.c.seen_at,
)


def person_from(row: Row[*tuple[Any, ...]]) -> Person:
    """A row that begins with PERSON_COLUMNS as a Person."""
    person_id, login, name, role, active, created_at, seen_at = row[: len(PERSON_COLUMNS)]
    return Person(person_id, login, name, Role(role), active, created_at, seen_at)


class PeopleStore:
    """Fulfils `desk.ports.PeopleStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, person: Person, password_hash: str) -> None:
        """Raises Conflict when the login is taken."""
        try:
            async with self._database.write() as connection:
                await _insert(connection, person, password_hash)
        except IntegrityError:
            raise Conflict("there is already a person with this login", field="login") from None

    async def add_first(self, person: Person, password_hash: str) -> bool:
        """Add `person` only if there is nobody yet; False when there is somebody."""
        async with self._database.write() as connection:
            await alone(connection, "people")
            if await connection.scalar(select(func.count()).select_from(people)):
                return False
            await _insert(connection, person, password_hash)
        return True

    async def by_login(self, login: str) -> tuple[Person, str] | None:
        """The person and the password hash; None when there is no such login."""
        query = select(*PERSON_COLUMNS, people.c.password_hash).where(people.c.login == login)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else (person_from(row), row.password_hash)

    async def all(self) -> list[Person]:
        """Everybody, by login."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(*PERSON_COLUMNS).order_by(people.c.login))
            return [person_from(row) for row in rows]

    async def set_password(self, person_id: str, password_hash: str) -> None:
        """Also ends the person's sessions, in the same transaction. Raises NotFound."""
        async with self._database.write() as connection:
            await _update(connection, person_id, password_hash=password_hash)
            await connection.execute(delete(sessions).where(sessions.c.person_id == person_id))

    async def set_active(self, person_id: str, active: bool) -> None:
        """Switching off also ends the person's sessions, in the same transaction. Raises NotFound,
        and Conflict for the last active administrator."""
        async with self._database.write() as connection:
            if not active:
                await _keep_an_administrator(connection, person_id)
                await connection.execute(delete(sessions).where(sessions.c.person_id == person_id))
            await _update(connection, person_id, active=active)

    async def set_role(self, person_id: str, role: Role) -> None:
        """Raises NotFound, and Conflict for the last active administrator."""
        async with self._database.write() as connection:
            if role is not Role.ADMINISTRATOR:
                await _keep_an_administrator(connection, person_id)
            await _update(connection, person_id, role=role.value)


async def _keep_an_administrator(connection: AsyncConnection, person_id: str) -> None:
    # Locked, so that two who send each other away do not both succeed.
    active = select(people.c.id).where(
        people.c.role == Role.ADMINISTRATOR.value, people.c.active.is_(True)
    )
    rows = await connection.execute(active.order_by(people.c.id).with_for_update())
    if set(rows.scalars()) == {person_id}:
        raise Conflict("this is the last active administrator; add another one first")


async def _insert(connection: AsyncConnection, person: Person, password_hash: str) -> None:
    await connection.execute(
        insert(people).values(
            id=person.id,
            login=person.login,
            name=person.name,
            role=person.role.value,
            active=person.active,
            password_hash=password_hash,
            created_at=person.created_at,
        )
    )


async def _update(connection: AsyncConnection, person_id: str, **values: object) -> None:
    done = await connection.execute(update(people).where(people.c.id == person_id).values(**values))
    if done.rowcount == 0:
        raise NotFound("there is no such person")
