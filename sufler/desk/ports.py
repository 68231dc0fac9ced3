"""What the desk needs from the database for people; `storage/` fulfils these."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sufler.domain.people import Key, Person


class PeopleStore(Protocol):
    """Staff. Logins are unique and stored as `desk/people.py` normalises them."""

    async def add(self, person: Person, password_hash: str) -> None:
        """Raises Conflict when the login is taken."""
        ...

    async def add_first(self, person: Person, password_hash: str) -> bool:
        """Add `person` only if there is nobody yet; False when there is somebody."""
        ...

    async def by_login(self, login: str) -> tuple[Person, str] | None:
        """The person and the password hash."""
        ...

    async def all(self) -> list[Person]:
        """By login."""
        ...

    async def set_password(self, person_id: str, password_hash: str) -> None:
        """Also ends the person's sessions, in the same transaction. Raises NotFound."""
        ...

    async def set_active(self, person_id: str, active: bool) -> None:
        """Switching off also ends the person's sessions, in the same transaction. Raises NotFound,
        and Conflict for the last active administrator."""
        ...


class SessionStore(Protocol):
    """Sessions by the SHA-256 of their token (hex), and the tries to log in."""

    async def add(
        self, token_hash: str, person: tuple[Person, str], at: datetime, until: datetime
    ) -> None:
        """Open a session. Raises Unauthenticated when the person has been disabled or got another
        password since (person, password hash) was read."""
        ...

    async def person_of(self, token_hash: str, now: datetime) -> Person | None:
        """Whose session it is; None when it is unknown, over, or the person is not active."""
        ...

    async def remove(self, token_hash: str) -> None: ...
    async def remove_all(self, person_id: str) -> None: ...

    async def count_try(
        self, buckets: Sequence[str], now: datetime, window: timedelta, limit: int
    ) -> list[int]:
        """Count one try in each bucket before its outcome is known, so that tries at one moment
        cannot slip past the limit. Returns their ids. Raises TooManyTries."""
        ...

    async def forget_tries(self, ids: Sequence[int], bucket: str) -> None:
        """Take back the tries `ids`, and every try in `bucket`: this one succeeded."""
        ...


class KeyStore(Protocol):
    """Machines' keys by the SHA-256 of their secret (hex)."""

    async def add(self, key: Key, secret_hash: str) -> None: ...
    async def by_secret(self, secret_hash: str) -> tuple[Key, Person | None] | None:
        """The key and whose it is. None when unknown or revoked, or the person is not active."""
        ...

    async def all(self) -> list[Key]:
        """By time of creation, revoked ones included."""
        ...

    async def revoke(self, key_id: str, at: datetime) -> None:
        """Raises NotFound. Revoking twice keeps the first moment."""
        ...
