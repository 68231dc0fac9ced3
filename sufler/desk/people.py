"""Staff: who may log in, who is asking, and what each role may do. For pages and API alike."""

import asyncio
import hashlib
import re
import secrets
import unicodedata
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from pwdlib import PasswordHash

from sufler.desk.ports import KeyStore, PeopleStore, SessionStore
from sufler.domain.administration import Session
from sufler.domain.errors import (
    BadInput,
    Forbidden,
    NotFound,
    StorageUnavailable,
    Unauthenticated,
)
from sufler.domain.people import Caller, Key, Person, Right, Role
from sufler.domain.ports import Clock

_log = structlog.get_logger(__name__)

FIRST_LOGIN: Final = "admin"
SESSION_LENGTH: Final = timedelta(days=7)
TRIES: Final = 10
TRIES_WINDOW: Final = timedelta(minutes=10)
NOTED_EVERY: Final = timedelta(minutes=1)
PASSWORD_LENGTHS: Final = (8, 256)

_OPERATOR = frozenset({Right.SUGGEST, Right.CONVERSE, Right.READ_ARTICLES})
_SUPERVISOR = _OPERATOR | {Right.SUPERVISE}
_EDITOR = _SUPERVISOR | {Right.EDIT_ARTICLES}
ROLE_RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.OPERATOR: _OPERATOR,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.EDITOR: _EDITOR,
    Role.ADMINISTRATOR: _EDITOR | {Right.ADMINISTER},
}

_MOST_NOTED = 10_000
_LOGIN = re.compile(r"[\w.@+-]{1,64}")


def may(caller: Caller, right: Right) -> bool:
    """Whether the caller's role has `right`."""
    return right in ROLE_RIGHTS[caller.role]


def require(caller: Caller, right: Right) -> None:
    """Raises Forbidden when the caller has not `right`."""
    if not may(caller, right):
        raise Forbidden(f"the role {caller.role.value!r} has not the right {right.value!r}")


class People:
    """Staff, their sessions and the keys of machines."""

    def __init__(
        self,
        people: PeopleStore,
        keys: KeyStore,
        sessions: SessionStore,
        clock: Clock,
        hasher: PasswordHash | None = None,
    ) -> None:
        """`hasher` is argon2 with the library's recommended cost, unless another one is given."""
        self._people = people
        self._keys = keys
        self._sessions = sessions
        self._clock = clock
        self._hasher = hasher or PasswordHash.recommended()
        # One argon2 run takes 64 MiB: many at a time would take the machine's memory.
        self._hashing = asyncio.Semaphore(2)
        self._nobody: str | None = None
        self._noted: dict[str, datetime] = {}
        self._listeners: list[Callable[[], None]] = []

    def when_access_ends(self, listener: Callable[[], None]) -> None:
        """Call `listener` after this process revoked a key or disabled a person: whoever remembers
        callers must look them up anew."""
        self._listeners.append(listener)

    async def first_administrator(self) -> str | None:
        """If there is nobody yet: make the administrator "admin" and return the password, which
        cannot be read again. Otherwise None."""
        if await self._people.all():
            return None
        password = _new_password()
        person = self._new_person(FIRST_LOGIN, "Administrator", Role.ADMINISTRATOR)
        added = await self._people.add_first(person, await self._hash(password))
        return password if added else None

    async def add(
        self, login: str, name: str, role: Role, password: str | None = None
    ) -> tuple[Person, str]:
        """A new member of staff and the password: the given one, or one made here.

        Raises BadInput naming the field, and Conflict when the login is taken.
        """
        login = _clean_login(login)
        if not _LOGIN.fullmatch(login):
            raise BadInput("a login is 1 to 64 letters, digits and . _ @ + -", field="login")
        name = "".join(c for c in unicodedata.normalize("NFKC", name) if c.isprintable()).strip()
        if not 1 <= len(name) <= 100:
            raise BadInput("a name is 1 to 100 characters; customers see it", field="name")
        password = _checked_password(password)
        person = self._new_person(login, name, role)
        await self._people.add(person, await self._hash(password))
        return person, password

    async def reset(self, login: str, password: str | None = None) -> str:
        """Set a new password, given or made here, and return it; open sessions end at once.

        Raises NotFound and BadInput.
        """
        person = await self.get(login)
        password = _checked_password(password)
        await self._people.set_password(person.id, await self._hash(password))
        # Who comes with a new password must not be kept waiting by somebody's wrong tries.
        await self._sessions.forget_tries([], _bucket("login", person.login))
        return password

    async def disable(self, login: str) -> None:
        """End the person's sessions and refuse the login and the keys from now on.

        Raises NotFound, and Conflict for the last active administrator.
        """
        await self._people.set_active((await self.get(login)).id, False)
        self._access_ended()

    async def change_role(self, login: str, role: Role) -> None:
        """From the next request on. Keys of the person with more rights than that are revoked.

        Raises NotFound, and Conflict for the last active administrator.
        """
        person = await self.get(login)
        await self._people.set_role(person.id, role)
        for key in await self._keys.all():
            too_much = not ROLE_RIGHTS[key.scope] <= ROLE_RIGHTS[role]
            if key.person_id == person.id and key.revoked_at is None and too_much:
                await self._keys.revoke(key.id, self._clock.now())
        self._access_ended()

    async def enable(self, login: str) -> None:
        """Let a disabled person log in again. Raises NotFound."""
        await self._people.set_active((await self.get(login)).id, True)

    async def get(self, login: str) -> Person:
        """Raises NotFound."""
        found = await self._people.by_login(_clean_login(login))
        if found is None:
            raise NotFound("there is no person with this login", field="login")
        return found[0]

    async def login(self, login: str, password: str, client: str) -> str:
        """Open a session and return its token, which is stored nowhere.

        `client` is where the try comes from, such as an address. Raises Unauthenticated, the same
        for a wrong login as for a wrong password, and TooManyTries.
        """
        now = self._clock.now()
        login = _clean_login(login)
        by_login = _bucket("login", login)
        tries = await self._sessions.count_try(
            [by_login, _bucket("client", client)], now, TRIES_WINDOW, TRIES
        )
        found = await self._people.by_login(login)
        known = found[1] if found else await self._nobodys_hash()
        right = await self._verify(password, known)
        if found is None or not right or not found[0].active:
            raise Unauthenticated("the login or the password is wrong")
        token = secrets.token_urlsafe(32)
        await self._sessions.add(_sha256(token), found, now, now + SESSION_LENGTH, client)
        await self._sessions.forget_tries(tries, by_login)
        return token

    async def caller_of_session(self, token: str) -> Caller:
        """Who holds the session `token`. Raises Unauthenticated."""
        token_hash, now = _sha256(token), self._clock.now()
        person = await self._sessions.person_of(token_hash, now)
        if person is None:
            raise Unauthenticated("the session is over; log in again")
        await self._note(token_hash, lambda: self._sessions.seen(token_hash, person.id, now))
        return Caller(f"person:{person.id}", person.name, person.role, person.id)

    async def logout(self, token: str) -> None:
        """End the session `token`; nothing happens when it is unknown."""
        await self._sessions.remove(_sha256(token))

    async def revoke(self, login: str) -> None:
        """End every session of a person. Raises NotFound."""
        await self._sessions.remove_all((await self.get(login)).id)

    async def sessions(self) -> Sequence[Session]:
        """Everybody's open sessions, the newest first."""
        return await self._sessions.open(self._clock.now())

    async def end_session(self, session_id: str) -> None:
        """End one session by its id; nothing happens when it is over."""
        await self._sessions.remove(session_id)

    def session_of(self, token: str) -> str:
        """The id of the session that `token` opens."""
        return _sha256(token)

    async def create_key(
        self, name: str, scope: Role, person: Person | None = None
    ) -> tuple[Key, str]:
        """A key for a machine and its secret "sk_…", which cannot be read again.

        `person` None makes a service's key. Raises BadInput, and Forbidden when the scope holds
        more rights than the person's role.
        """
        name = "".join(c for c in name if c.isprintable()).strip()
        if not 1 <= len(name) <= 100:
            raise BadInput("a key's name is 1 to 100 characters", field="name")
        if person is not None and not ROLE_RIGHTS[scope] <= ROLE_RIGHTS[person.role]:
            raise Forbidden(f"{person.login} is {person.role.value} and cannot own such a key")
        secret = "sk_" + secrets.token_urlsafe(32)
        key = Key(
            id=uuid.uuid4().hex,
            name=name,
            scope=scope,
            created_at=self._clock.now(),
            person_id=person.id if person else None,
        )
        await self._keys.add(key, _sha256(secret))
        return key, secret

    async def caller_of_key(self, secret: str) -> Caller:
        """Who holds the key `secret`. Raises Unauthenticated."""
        found = await self._keys.by_secret(_sha256(secret)) if secret.startswith("sk_") else None
        if found is None:
            raise Unauthenticated("the key is unknown or revoked")
        key, person = found
        await self._note(key.id, lambda: self._keys.used(key.id, self._clock.now()))
        name = person.name if person else key.name
        return Caller(f"key:{key.id}", name, key.scope, key.person_id)

    async def keys(self) -> Sequence[Key]:
        """Every key, revoked ones included, oldest first."""
        return await self._keys.all()

    async def revoke_key(self, key_id: str) -> None:
        """Refuse a key from now on. Raises NotFound."""
        await self._keys.revoke(key_id, self._clock.now())
        self._access_ended()

    async def list(self) -> Sequence[Person]:
        """Everybody, by login."""
        return await self._people.all()

    def _access_ended(self) -> None:
        for listener in self._listeners:
            listener()

    async def _note(self, what: str, write: Callable[[], Awaitable[None]]) -> None:
        """Write down that it was used, once a minute at most; who asks must not suffer from it."""
        now = self._clock.now()
        last = self._noted.get(what)
        if last is not None and timedelta(0) <= now - last < NOTED_EVERY:
            return
        if len(self._noted) >= _MOST_NOTED:
            self._noted.clear()
        self._noted[what] = now
        try:
            await write()
        except StorageUnavailable as error:
            _log.warning("use_not_noted", error=error.message)

    def _new_person(self, login: str, name: str, role: Role) -> Person:
        return Person(uuid.uuid4().hex, login, name, role, True, self._clock.now())

    async def _hash(self, password: str) -> str:
        async with self._hashing:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def _verify(self, password: str, password_hash: str) -> bool:
        if len(password) > PASSWORD_LENGTHS[1]:
            password = ""
        # A lone surrogate cannot be hashed; it is just another wrong password.
        password = password.encode("utf-8", "replace").decode("utf-8")
        async with self._hashing:
            return await asyncio.to_thread(self._hasher.verify, password, password_hash)

    async def _nobodys_hash(self) -> str:
        # Checked for unknown logins, so that the time taken does not tell which logins exist.
        if self._nobody is None:
            self._nobody = await self._hash(_new_password())
        return self._nobody


def _new_password() -> str:
    return secrets.token_urlsafe(12)


def _checked_password(password: str | None) -> str:
    if password is None:
        return _new_password()
    least, most = PASSWORD_LENGTHS
    if not least <= len(password) <= most:
        raise BadInput(f"a password is {least} to {most} characters", field="password")
    try:
        password.encode()
    except UnicodeEncodeError:
        raise BadInput("the password holds a broken character", field="password") from None
    return password


def _clean_login(login: str) -> str:
    clean = unicodedata.normalize("NFKC", login[:200]).strip().casefold()
    # A lone surrogate is in no login, and no database would take it in a question.
    return clean.encode("utf-8", "replace").decode("utf-8")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _bucket(kind: str, value: str) -> str:
    return _sha256(f"{kind} {value}")
