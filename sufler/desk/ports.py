"""What the desk needs from the database for people; `storage/` fulfils these."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sufler.domain.administration import Act, ParkedRow, Session, Traffic, Undelivered
from sufler.domain.customers import Ban, Erased, Known
from sufler.domain.people import Key, Person, Role
from sufler.domain.stops import Stop


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

    async def set_role(self, person_id: str, role: Role) -> None:
        """Raises NotFound, and Conflict for the last active administrator."""
        ...


class SessionStore(Protocol):
    """Sessions by the SHA-256 of their token (hex), and the tries to log in."""

    async def add(
        self,
        token_hash: str,
        person: tuple[Person, str],
        at: datetime,
        until: datetime,
        client: str = "",
    ) -> None:
        """Open a session; `client` is where it was opened. Raises Unauthenticated when the person
        has been disabled or got another password since (person, password hash) was read."""
        ...

    async def person_of(self, token_hash: str, now: datetime) -> Person | None:
        """Whose session it is; None when it is unknown, over, or the person is not active."""
        ...

    async def open(self, now: datetime) -> list[Session]:
        """Sessions that are not over, the newest first."""
        ...

    async def seen(self, token_hash: str, person_id: str, at: datetime) -> None:
        """The person was here at `at`, in this session."""
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

    async def used(self, key_id: str, at: datetime) -> None:
        """The key was used at `at`."""
        ...


class AuditStore(Protocol):
    """What administrators did; only ever added to."""

    async def add(self, act: Act) -> None: ...
    async def newest(self, most: int) -> list[Act]:
        """The newest first."""
        ...


class ChoiceStore(Protocol):
    """What was chosen on pages, by key."""

    async def all(self) -> dict[str, Any]: ...
    async def put(self, key: str, value: Any, act: Act) -> None:
        """Store the value, or forget the key with None, and the act, in one transaction."""
        ...


class TrafficStore(Protocol):
    """Messages of every channel, counted, and those that did not arrive."""

    async def traffic(self, since: datetime) -> dict[str, Traffic]:
        """By channel, with messages at or after `since`."""
        ...

    async def undelivered(self, most: int) -> list[Undelivered]:
        """The newest first."""
        ...

    async def parked(self, most: int) -> list[ParkedRow]:
        """The newest first."""
        ...

    async def replay(self, row_id: int) -> bool:
        """Let a parked row be handled again; False when it is not parked (any more)."""
        ...


class StopStore(Protocol):
    """Where automatic answers are stopped."""

    async def all(self) -> list[Stop]:
        """The newest first."""
        ...

    async def put(self, stop: Stop) -> Sequence[str]:
        """Stop it and hold back what waits to go out; ids of the conversations concerned."""
        ...

    async def remove(self, scope: str) -> bool:
        """False when it was not stopped."""
        ...


class CustomerStore(Protocol):
    """Customers as a whole."""

    async def find(self, words: str, most: int, now: datetime) -> list[Known]: ...
    async def bans(self) -> list[Ban]:
        """The newest first, those that are over included."""
        ...

    async def ban(self, ban: Ban, act: Act) -> str | None:
        """Take nothing from the customer any more; their conversation's id."""
        ...

    async def unban(self, channel: str, customer_id: str, act: Act) -> bool:
        """False when they were not banned."""
        ...

    async def everything(self, channel: str, customer_id: str) -> dict[str, Any] | None:
        """All that is stored of the customer, by kind; None when there is nothing."""
        ...


class Eraser(Protocol):
    """`storage.erasure.ErasureStore`."""

    async def erase(
        self, channel: str, customer_id: str, act: Callable[[Mapping[str, int]], Act]
    ) -> Erased: ...
