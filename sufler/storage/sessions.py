"""Sessions by the hash of their token, and the tries to log in, counted in the database."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, or_, select, update

from sufler.domain.administration import Session
from sufler.domain.errors import TooManyTries, Unauthenticated
from sufler.domain.people import Person
from sufler.storage.database import Database
from sufler.storage.people import PERSON_COLUMNS, person_from
from sufler.storage.sharing import alone
from sufler.storage.tables.people import login_tries, people, sessions


class SessionStore:
    """Fulfils `desk.ports.SessionStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        token_hash: str,
        person: tuple[Person, str],
        at: datetime,
        until: datetime,
        client: str = "",
    ) -> None:
        """Open a session, and clear away those that are over. `client` is where it was opened.
        Raises Unauthenticated when the person has been disabled or got another password since
        (person, hash) was read."""
        known, password_hash = person
        same = select(people.c.id).where(
            people.c.id == known.id,
            people.c.active.is_(True),
            people.c.password_hash == password_hash,
        )
        async with self._database.write() as connection:
            if await connection.scalar(same.with_for_update()) is None:
                raise Unauthenticated("the login or the password is wrong")
            await connection.execute(delete(sessions).where(sessions.c.expires_at <= at))
            await connection.execute(
                insert(sessions).values(
                    token_hash=token_hash,
                    person_id=known.id,
                    created_at=at,
                    expires_at=until,
                    client=client[:200],
                )
            )

    async def person_of(self, token_hash: str, now: datetime) -> Person | None:
        """Whose session it is; None when it is unknown, over, or the person is not active."""
        query = (
            select(*PERSON_COLUMNS)
            .join(sessions, sessions.c.person_id == people.c.id)
            .where(
                sessions.c.token_hash == token_hash,
                sessions.c.expires_at > now,
                people.c.active.is_(True),
            )
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else person_from(row)

    async def open(self, now: datetime) -> list[Session]:
        """Sessions that are not over, the newest first."""
        query = select(sessions).where(sessions.c.expires_at > now)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(sessions.c.created_at.desc()))
            return [
                Session(
                    row.token_hash,
                    row.person_id,
                    row.created_at,
                    row.expires_at,
                    row.seen_at,
                    row.client or "",
                )
                for row in rows
            ]

    async def seen(self, token_hash: str, person_id: str, at: datetime) -> None:
        """The person was here at `at`, in this session."""
        session = update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=at)
        person = update(people).where(people.c.id == person_id).values(seen_at=at)
        async with self._database.write() as connection:
            await connection.execute(session)
            await connection.execute(person)

    async def remove(self, token_hash: str) -> None:
        """End one session; nothing happens when it is unknown."""
        async with self._database.write() as connection:
            await connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    async def remove_all(self, person_id: str) -> None:
        """End every session of a person."""
        async with self._database.write() as connection:
            await connection.execute(delete(sessions).where(sessions.c.person_id == person_id))

    async def count_try(
        self, buckets: Sequence[str], now: datetime, window: timedelta, limit: int
    ) -> list[int]:
        """Count one try in each bucket and return their ids. Raises TooManyTries, counting
        nothing, when one of them already holds `limit` tries within `window`."""
        ids: list[int] = []
        async with self._database.write() as connection:
            await alone(connection, "login_tries")
            # Tries from a future further away than the window: the clock was set back.
            await connection.execute(
                delete(login_tries).where(
                    or_(login_tries.c.at <= now - window, login_tries.c.at > now + window)
                )
            )
            for bucket in buckets:
                seen = select(func.count(), func.min(login_tries.c.at)).where(
                    login_tries.c.bucket == bucket
                )
                count, oldest = (await connection.execute(seen)).one()
                if count >= limit:
                    wait = (oldest + window - now).total_seconds()
                    raise TooManyTries(
                        "too many tries to log in; wait and try again", retry_after=max(1.0, wait)
                    )
            for bucket in buckets:
                row = insert(login_tries).values(bucket=bucket, at=now).returning(login_tries.c.id)
                ids.append((await connection.execute(row)).scalar_one())
        return ids

    async def forget_tries(self, ids: Sequence[int], bucket: str) -> None:
        """Take back the tries `ids`, and every try in `bucket`."""
        async with self._database.write() as connection:
            await connection.execute(
                delete(login_tries).where(
                    or_(login_tries.c.id.in_(ids), login_tries.c.bucket == bucket)
                )
            )
