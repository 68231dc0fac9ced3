"""Staff: logging in, tries limited, sessions ended at once, keys, and rights."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from databases import fresh_file
from patience import PATIENCE_S
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import text

from sufler.desk.people import ROLE_RIGHTS, TRIES, People, require
from sufler.domain.errors import (
    BadInput,
    Conflict,
    Forbidden,
    NotFound,
    TooManyTries,
    Unauthenticated,
)
from sufler.domain.people import Caller, Right, Role
from sufler.storage.database import Database
from sufler.storage.keys import KeyStore
from sufler.storage.people import PeopleStore
from sufler.storage.sessions import SessionStore


@dataclass
class Clock:
    """A clock that stands still until it is set."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 5, 1, tzinfo=UTC))

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()


# Real argon2, made cheap: most tests are not about its cost.
CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))


@dataclass
class Room:
    people: People
    clock: Clock
    database: Database

    def people_of_real_cost(self) -> People:
        stores = PeopleStore(self.database), KeyStore(self.database), SessionStore(self.database)
        return People(*stores, self.clock)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    database = Database(fresh_file(tmp_path))
    clock = Clock()
    stores = PeopleStore(database), KeyStore(database), SessionStore(database)
    people = People(*stores, clock, CHEAP)
    yield Room(people, clock, database)
    await database.close()


async def stored(database: Database) -> str:
    """Everything in the tables of people, as text."""
    parts = []
    async with database.read() as connection:
        for table in ("people", "sessions", "keys", "login_tries"):
            parts += [str(row) for row in await connection.execute(text(f"SELECT * FROM {table}"))]
    return "\n".join(parts)


async def wrong_tries(people: People, count: int, login: str = "anna", client: str = "") -> None:
    for number in range(count):
        with pytest.raises(Unauthenticated):
            await people.login(login, "not the password", client or f"address {number}")


async def test_that_the_first_administrator_is_made_once(room: Room) -> None:
    password = await room.people.first_administrator()
    assert password is not None
    assert await room.people.first_administrator() is None
    caller = await room.people.caller_of_session(await room.people.login("Admin", password, "here"))
    assert caller.role is Role.ADMINISTRATOR


async def test_that_two_starts_at_one_moment_make_one_administrator(room: Room) -> None:
    made = await asyncio.gather(*[room.people.first_administrator() for _ in range(3)])
    assert sum(password is not None for password in made) == 1
    assert len(await room.people.list()) == 1


async def test_that_a_person_logs_in_and_out(room: Room) -> None:
    person, password = await room.people.add("Anna", "Анна", Role.OPERATOR)
    token = await room.people.login(" anna ", password, "here")
    caller = await room.people.caller_of_session(token)
    assert caller == Caller(f"person:{person.id}", "Анна", Role.OPERATOR, person.id)
    await room.people.logout(token)
    with pytest.raises(Unauthenticated):
        await room.people.caller_of_session(token)


async def test_that_no_password_token_or_secret_is_stored(room: Room) -> None:
    person, password = await room.people.add("anna", "Anna", Role.OPERATOR)
    token = await room.people.login("anna", password, "here")
    _, secret = await room.people.create_key("desk", Role.OPERATOR, person)
    kept = await stored(room.database)
    assert "$argon2id$" in kept
    for told in (password, token, secret):
        assert told not in kept


async def test_that_an_unknown_login_is_refused_like_a_wrong_password(room: Room) -> None:
    await room.people.add("anna", "Anna", Role.OPERATOR)
    said = set()
    for login in ("anna", "nobody", "\ud800", "x" * 5000):
        with pytest.raises(Unauthenticated) as refused:
            await room.people.login(login, "wrong\ud800", "here")
        said.add(str(refused.value))
    assert len(said) == 1


async def test_that_an_unknown_login_takes_about_as_long_as_a_wrong_password(room: Room) -> None:
    people = room.people_of_real_cost()
    await people.add("anna", "Anna", Role.OPERATOR)
    await wrong_tries(people, 1, "warm-up")
    took: dict[str, list[float]] = {"anna": [], "nobody": []}
    for number in range(5):
        for login, times in took.items():
            began = time.process_time()  # what a busy machine does not lengthen
            with pytest.raises(Unauthenticated):
                await people.login(login, "wrong", f"address {number}")
            times.append(time.process_time() - began)
    # One argon2 run is about 40 ms: without one, the unknown login would take a tenth of it.
    assert min(took["nobody"]) > 0.4 * min(took["anna"])


async def test_that_tries_are_limited_per_login_and_the_wait_ends(room: Room) -> None:
    _, password = await room.people.add("anna", "Anna", Role.OPERATOR)
    await wrong_tries(room.people, TRIES)
    with pytest.raises(TooManyTries) as limited:
        await room.people.login("anna", password, "a new address")
    assert 0 < limited.value.retry_after <= 600
    room.clock.moment += timedelta(seconds=limited.value.retry_after)
    assert await room.people.login("anna", password, "a new address")


async def test_that_tries_are_limited_per_client(room: Room) -> None:
    _, password = await room.people.add("anna", "Anna", Role.OPERATOR)
    for number in range(TRIES):
        await wrong_tries(room.people, 1, f"guess{number}", "one address")
    with pytest.raises(TooManyTries):
        await room.people.login("anna", password, "one address")
    assert await room.people.login("anna", password, "another address")


async def test_that_tries_at_one_moment_do_not_slip_past_the_limit(room: Room) -> None:
    await room.people.add("anna", "Anna", Role.OPERATOR)
    said = await asyncio.gather(
        *[room.people.login("anna", "wrong", f"address {n}") for n in range(TRIES + 5)],
        return_exceptions=True,
    )
    assert sum(isinstance(each, TooManyTries) for each in said) == 5


async def test_that_the_limit_outlives_a_restart(room: Room) -> None:
    await wrong_tries(room.people, TRIES, "anna")
    database = Database(str(room.database.url))
    again = People(PeopleStore(database), KeyStore(database), SessionStore(database), room.clock)
    with pytest.raises(TooManyTries):
        await again.login("anna", "wrong", "here")
    await database.close()


async def test_that_right_logins_use_up_no_tries(room: Room) -> None:
    _, password = await room.people.add("anna", "Anna", Role.OPERATOR)
    for _ in range(TRIES + 2):
        await room.people.login("anna", password, "one office")


async def test_that_a_clock_set_back_locks_nobody_out_for_long(room: Room) -> None:
    _, password = await room.people.add("anna", "Anna", Role.OPERATOR)
    await wrong_tries(room.people, TRIES)
    room.clock.moment -= timedelta(days=300)
    assert await room.people.login("anna", password, "here")


async def test_that_disabling_ends_sessions_and_keys_at_once(room: Room) -> None:
    person, password = await room.people.add("anna", "Anna", Role.OPERATOR)
    token = await room.people.login("anna", password, "here")
    _, secret = await room.people.create_key("desk", Role.OPERATOR, person)
    await room.people.disable("anna")
    with pytest.raises(Unauthenticated):
        await room.people.caller_of_session(token)
    with pytest.raises(Unauthenticated):
        await room.people.caller_of_key(secret)
    with pytest.raises(Unauthenticated):
        await room.people.login("anna", password, "here")
    await room.people.enable("anna")
    assert await room.people.login("anna", password, "here")
    with pytest.raises(Unauthenticated):
        await room.people.caller_of_session(token)


async def test_that_a_reset_ends_sessions_and_the_old_password(room: Room) -> None:
    _, old = await room.people.add("anna", "Anna", Role.OPERATOR)
    token = await room.people.login("anna", old, "here")
    new = await room.people.reset("anna")
    with pytest.raises(Unauthenticated):
        await room.people.caller_of_session(token)
    with pytest.raises(Unauthenticated):
        await room.people.login("anna", old, "here")
    assert await room.people.login("anna", new, "here")


async def test_that_a_reset_lets_a_locked_out_person_in(room: Room) -> None:
    await room.people.add("anna", "Anna", Role.OPERATOR)
    await wrong_tries(room.people, TRIES)
    assert await room.people.login("anna", await room.people.reset("anna"), "here")


async def test_that_a_login_overtaken_by_a_reset_opens_no_session(room: Room) -> None:
    person, _ = await room.people.add("anna", "Anna", Role.OPERATOR)
    sessions = SessionStore(room.database)
    now = room.clock.now()
    with pytest.raises(Unauthenticated):
        await sessions.add("hash", (person, "an older password's hash"), now, now)


async def test_that_revoking_ends_every_session_of_a_person(room: Room) -> None:
    _, password = await room.people.add("anna", "Anna", Role.OPERATOR)
    tokens = [await room.people.login("anna", password, "here") for _ in range(2)]
    await room.people.revoke("anna")
    for token in tokens:
        with pytest.raises(Unauthenticated):
            await room.people.caller_of_session(token)


async def test_that_a_session_ends_by_itself(room: Room) -> None:
    _, password = await room.people.add("anna", "Anna", Role.OPERATOR)
    token = await room.people.login("anna", password, "here")
    room.clock.moment += timedelta(days=7, seconds=1)
    with pytest.raises(Unauthenticated):
        await room.people.caller_of_session(token)


async def test_that_the_last_administrator_cannot_be_disabled(room: Room) -> None:
    await room.people.first_administrator()
    await room.people.add("anna", "Anna", Role.OPERATOR)
    with pytest.raises(Conflict):
        await room.people.disable("admin")
    assert all(person.active for person in await room.people.list())
    await room.people.add("boss", "Boss", Role.ADMINISTRATOR)
    await room.people.disable("admin")


async def test_that_a_taken_login_is_a_conflict_whatever_its_case(room: Room) -> None:
    await room.people.add("anna", "Anna", Role.OPERATOR)
    with pytest.raises(Conflict):
        await room.people.add("ANNA", "Another Anna", Role.EDITOR)


@pytest.mark.parametrize(
    ("login", "name", "password", "named"),
    [
        ("", "Anna", None, "login"),
        ("an na", "Anna", None, "login"),
        ("anna", " \u200b", None, "name"),
        ("anna", "A" * 101, None, "name"),
        ("anna", "Anna", "short", "password"),
        ("anna", "Anna", "x" * 257, "password"),
        ("anna", "Anna", "broken \ud800 one", "password"),
    ],
)
async def test_that_bad_input_names_its_field(
    room: Room, login: str, name: str, password: str | None, named: str
) -> None:
    with pytest.raises(BadInput) as refused:
        await room.people.add(login, name, Role.OPERATOR, password)
    assert refused.value.field == named


async def test_that_an_unknown_person_is_not_found(room: Room) -> None:
    for act in (room.people.reset, room.people.disable, room.people.revoke, room.people.get):
        with pytest.raises(NotFound):
            await act("nobody")


async def test_that_a_key_works_until_it_is_revoked(room: Room) -> None:
    key, secret = await room.people.create_key("shop", Role.EDITOR)
    assert secret.startswith("sk_")
    assert len(secret) > 40
    caller = await room.people.caller_of_key(secret)
    assert caller == Caller(f"key:{key.id}", "shop", Role.EDITOR, None)
    await room.people.revoke_key(key.id)
    with pytest.raises(Unauthenticated):
        await room.people.caller_of_key(secret)
    assert [kept.revoked_at for kept in await room.people.keys()] == [room.clock.now()]
    with pytest.raises(NotFound):
        await room.people.revoke_key("no such key")


async def test_that_a_persons_key_speaks_in_the_persons_name(room: Room) -> None:
    person, _ = await room.people.add("anna", "Анна", Role.EDITOR)
    _, secret = await room.people.create_key("my script", Role.OPERATOR, person)
    caller = await room.people.caller_of_key(secret)
    assert (caller.name, caller.role, caller.person_id) == ("Анна", Role.OPERATOR, person.id)


async def test_that_a_person_cannot_own_a_key_above_the_role(room: Room) -> None:
    person, _ = await room.people.add("anna", "Anna", Role.OPERATOR)
    with pytest.raises(Forbidden):
        await room.people.create_key("more", Role.ADMINISTRATOR, person)


@pytest.mark.parametrize("secret", ["", "sk_", "sk_wrong", "Bearer x", "sk_\ud800"])
async def test_that_an_unknown_key_is_refused(room: Room, secret: str) -> None:
    with pytest.raises(Unauthenticated):
        await room.people.caller_of_key(secret)


def test_that_each_role_has_its_rights_and_no_more() -> None:
    assert Right.EDIT_ARTICLES not in ROLE_RIGHTS[Role.SUPERVISOR]
    assert Right.SUPERVISE not in ROLE_RIGHTS[Role.OPERATOR]
    assert Right.ADMINISTER not in ROLE_RIGHTS[Role.EDITOR]
    assert ROLE_RIGHTS[Role.ADMINISTRATOR] == frozenset(Right)
    require(Caller("person:1", "Anna", Role.OPERATOR), Right.CONVERSE)
    with pytest.raises(Forbidden):
        require(Caller("person:1", "Anna", Role.OPERATOR), Right.EDIT_ARTICLES)


async def test_that_hashing_leaves_the_event_loop_free(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    went_on, hashed = threading.Event(), room.people._hasher.hash

    def late(password: str) -> str:
        assert went_on.wait(PATIENCE_S), "the event loop waits for a hash"
        return hashed(password)

    monkeypatch.setattr(room.people._hasher, "hash", late)
    asyncio.get_running_loop().call_later(0.01, went_on.set)
    await room.people.add("anna", "Anna", Role.OPERATOR)
