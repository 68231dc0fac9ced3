"""What administrators do with people, sessions and keys; each act needs the right, is logged."""

from collections.abc import Sequence

from sufler.desk.people import People, require
from sufler.desk.ports import AuditStore
from sufler.domain.administration import Act, Session
from sufler.domain.errors import BadInput, NotFound
from sufler.domain.people import Caller, Key, Person, Right, Role
from sufler.domain.ports import Clock

# The newest acts that a page shows.
MOST_ACTS = 100


def act(clock: Clock, caller: Caller, what: str, subject: str, details: str = "") -> Act:
    """An act of the caller, now. `details` must hold no secret."""
    return Act(clock.now(), caller.id, caller.name, what, subject, details)


class Staffing:
    """`desk.people.People` for administrators. Every call raises Forbidden without the right to
    administer; otherwise it raises what `People` raises."""

    def __init__(self, people: People, audit: AuditStore, clock: Clock) -> None:
        self._people = people
        self._audit = audit
        self._clock = clock

    async def everybody(self, caller: Caller) -> Sequence[Person]:
        """By login."""
        require(caller, Right.ADMINISTER)
        return await self._people.list()

    async def keys(self, caller: Caller) -> Sequence[Key]:
        """Every key, revoked ones included, oldest first."""
        require(caller, Right.ADMINISTER)
        return await self._people.keys()

    async def sessions(self, caller: Caller) -> Sequence[Session]:
        """Everybody's open sessions, the newest first."""
        require(caller, Right.ADMINISTER)
        return await self._people.sessions()

    async def acts(self, caller: Caller) -> Sequence[Act]:
        """What administrators did, the newest first."""
        require(caller, Right.ADMINISTER)
        return await self._audit.newest(MOST_ACTS)

    async def add(self, caller: Caller, login: str, name: str, role: Role) -> tuple[Person, str]:
        """A new member of staff and the password, which cannot be read again."""
        require(caller, Right.ADMINISTER)
        person, password = await self._people.add(login, name, role)
        await self._log(caller, "person_added", person.login, role.value)
        return person, password

    async def reset(self, caller: Caller, login: str) -> str:
        """A new password, which cannot be read again; the person's sessions end."""
        require(caller, Right.ADMINISTER)
        password = await self._people.reset(login)
        await self._log(caller, "password_reset", login)
        return password

    async def disable(self, caller: Caller, login: str) -> None:
        """End the person's sessions; refuse the login and the keys. Conflict for the last
        administrator."""
        require(caller, Right.ADMINISTER)
        await self._people.disable(login)
        await self._log(caller, "person_disabled", login)

    async def enable(self, caller: Caller, login: str) -> None:
        """Let a disabled person log in again."""
        require(caller, Right.ADMINISTER)
        await self._people.enable(login)
        await self._log(caller, "person_enabled", login)

    async def change_role(self, caller: Caller, login: str, role: Role) -> None:
        """From the next request on. Conflict for the last administrator."""
        require(caller, Right.ADMINISTER)
        await self._people.change_role(login, role)
        await self._log(caller, "role_changed", login, role.value)

    async def create_key(self, caller: Caller, name: str, scope: Role) -> tuple[Key, str]:
        """A service's key and its secret, which cannot be read again."""
        require(caller, Right.ADMINISTER)
        key, secret = await self._people.create_key(name, scope)
        await self._log(caller, "key_created", key.name, scope.value)
        return key, secret

    async def revoke_key(self, caller: Caller, key_id: str) -> None:
        """Refuse a key from now on."""
        require(caller, Right.ADMINISTER)
        named = {key.id: key.name for key in await self._people.keys()}
        if key_id not in named:
            raise NotFound("there is no key with this id")
        await self._people.revoke_key(key_id)
        await self._log(caller, "key_revoked", named[key_id])

    async def end_session(self, caller: Caller, session_id: str, own: str) -> None:
        """End somebody's session. Raises BadInput for `own`, the caller's own token: that one ends
        by logging out."""
        require(caller, Right.ADMINISTER)
        if session_id == self._people.session_of(own):
            raise BadInput("this is the session you are in; log out instead", field="session")
        logins = {person.id: person.login for person in await self._people.list()}
        for session in await self._people.sessions():
            if session.id == session_id:
                await self._people.end_session(session_id)
                await self._log(caller, "session_ended", logins.get(session.person_id, ""))
                return
        raise NotFound("this session is over already")

    async def _log(self, caller: Caller, what: str, subject: str, details: str = "") -> None:
        await self._audit.add(act(self._clock, caller, what, subject, details))
