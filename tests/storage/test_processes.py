"""What several processes share: leases, claims, wake-ups, and writes at one moment."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from patience import PATIENCE_S
from set_clock import SetClock
from sqlalchemy import select, text, update

from sufler.conversation.ports import Reply
from sufler.domain.conversation import Author, Customer, Incoming, IncomingKind, Owner
from sufler.domain.errors import LeaseLost, StorageUnavailable
from sufler.domain.knowledge import Article, Mode, Topic, Translation
from sufler.storage.articles import ArticleStore
from sufler.storage.conversations import ConversationStore
from sufler.storage.database import Database
from sufler.storage.inbox import InboxStore
from sufler.storage.leases import Leases
from sufler.storage.outbox import OutboxStore
from sufler.storage.process_name import has_ended, process_name
from sufler.storage.tables.conversations import inbox
from sufler.storage.tables.processes import leases

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ANNA = Customer("anna", "Анна")


@pytest.fixture
async def other(database: Database) -> AsyncIterator[Database]:
    """The same database, as another process opens it."""
    opened = Database(database.url.render_as_string(hide_password=False))
    yield opened
    await opened.close()


def incoming(external_id: str, customer: Customer = ANNA) -> Incoming:
    return Incoming("web", external_id, customer, IncomingKind.TEXT, "вопрос")


async def pass_by(database: Database, seconds: float) -> None:
    """As if that much time had passed for every lease and claim."""
    earlier = timedelta(seconds=seconds)
    async with database.write() as connection:
        for row in (await connection.execute(select(leases))).all():
            change = update(leases).where(leases.c.name == row.name)
            await connection.execute(change.values(until=row.until - earlier))
        for row in (await connection.execute(select(inbox.c.id, inbox.c.claimed_until))).all():
            if row.claimed_until is not None:
                change = update(inbox).where(inbox.c.id == row.id)
                await connection.execute(change.values(claimed_until=row.claimed_until - earlier))


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock that processes share stands, but for what passes by."""
    now = datetime.now(UTC)

    async def moment(_: object) -> datetime:
        return now

    for name in ("leases", "inbox"):
        monkeypatch.setattr(f"sufler.storage.{name}.moment", moment)


@pytest.mark.usefixtures("still")
async def test_that_one_process_at_a_time_holds_a_lease(database: Database) -> None:
    one, two = Leases(database, "one"), Leases(database, "two")
    assert await one.try_hold("x")
    assert await one.try_hold("x")
    assert not await two.try_hold("x")
    assert await two.try_hold("y")
    assert await one.holders() == {"x": "one", "y": "two"}
    await pass_by(database, 9)
    assert await two.try_hold("x")
    assert not await one.try_hold("x")


async def test_that_of_many_who_ask_at_once_one_gets_it(database: Database) -> None:
    asked = [Leases(database, f"process {n}").try_hold("x") for n in range(8)]
    assert sum(await asyncio.gather(*asked)) == 1


@pytest.mark.usefixtures("still")
async def test_that_a_lease_is_given_back_and_the_next_one_begins(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sufler.storage.leases.ASK_S", 0.02)
    monkeypatch.setattr("sufler.storage.leases.HELD_S", PATIENCE_S)
    order: list[str] = []

    async def hold(name: str) -> None:
        async with Leases(database, name).holding("x"):
            order.append(f"{name} begins")
            await asyncio.sleep(0.1)
            order.append(f"{name} ends")

    await asyncio.gather(hold("one"), hold("two"))
    assert [line.split()[1] for line in order] == ["begins", "ends"] * 2
    assert await Leases(database).holders() == {}


@pytest.mark.usefixtures("still")
async def test_that_the_body_is_cancelled_when_the_lease_is_lost(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sufler.storage.leases.RENEW_S", 0.05)
    seen = []

    async def hold() -> None:
        async with Leases(database, "one").holding("x") as held:
            other = Leases(database, "two")
            while not await other.try_hold("x"):  # "one" may renew it in between
                await pass_by(database, 9)
            try:
                await asyncio.sleep(30)
            finally:
                seen.append(held.lost)

    with pytest.raises(LeaseLost):
        await hold()
    assert seen == [True]
    assert await Leases(database).holders() == {"x": "two"}


async def test_that_a_lease_is_lost_when_the_database_is_away_for_too_long(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sufler.storage.leases.RENEW_S", 0.05)
    monkeypatch.setattr("sufler.storage.leases.HELD_S", 1.3)

    async def away(*_: object) -> bool:
        raise StorageUnavailable("away")

    mine = Leases(database, "one")

    async def hold() -> None:
        async with mine.holding("x"):
            monkeypatch.setattr(mine, "try_hold", away)
            await asyncio.sleep(30)

    with pytest.raises(LeaseLost):
        await hold()


async def test_that_an_error_of_the_body_comes_through_and_ends_the_lease(
    database: Database,
) -> None:
    for error in (ValueError("ours"), TimeoutError("ours"), asyncio.CancelledError()):
        with contextlib.suppress(asyncio.CancelledError), pytest.raises((ValueError, TimeoutError)):
            async with Leases(database, "one").holding("x"):
                raise error
        assert await Leases(database).holders() == {}


async def test_that_what_a_dead_process_of_this_machine_held_is_free_at_once(
    database: Database,
) -> None:
    code = "from sufler.storage.process_name import process_name; print(process_name())"
    gone = subprocess.check_output([sys.executable, "-c", code], text=True).strip()  # noqa: ASYNC221 - short
    assert has_ended(gone)
    assert not has_ended(process_name())
    assert not has_ended("another machine/1/1")
    same_pid_again = process_name().rpartition("/")[0] + "/1"
    assert has_ended(same_pid_again)
    assert await Leases(database, gone).try_hold("x")
    assert await Leases(database).try_hold("x")
    store = InboxStore(database, gone)
    await store.add(incoming("m1"), NOW)
    [row] = await store.due(["web"], NOW)
    assert await store.claim(row.id)
    assert await InboxStore(database).claim(row.id)
    assert len(process_name()) < 150


@pytest.mark.usefixtures("still")
async def test_that_two_processes_never_work_on_one_customer(database: Database) -> None:
    one, two = InboxStore(database, "one"), InboxStore(database, "two")
    for number in range(3):
        await one.add(incoming(f"m{number}"), NOW)
    await one.add(incoming("b", Customer("boris", "Борис")), NOW)
    first, boris = await one.due(["web"], NOW)
    assert await one.claim(first.id)
    assert [row.id for row in await two.due(["web"], NOW)] == [boris.id]
    assert not await two.claim(first.id)
    assert await one.claim(first.id)  # again, after its own hiccup
    await pass_by(database, 14)
    assert not await two.claim(first.id)
    await pass_by(database, 2)
    assert [row.id for row in await two.due(["web"], NOW)] == [first.id, boris.id]
    assert await two.claim(first.id)
    await one.release()
    assert not await one.claim(first.id)
    await two.postpone(first.id, NOW, "trouble")
    assert await one.claim(first.id)
    await one.release()
    assert await two.claim(first.id)


async def test_that_of_many_claims_at_one_moment_one_succeeds(database: Database) -> None:
    await InboxStore(database).add(incoming("m1"), NOW)
    claims = [InboxStore(database, f"process {n}").claim(1) for n in range(8)]
    assert sum(await asyncio.gather(*claims)) == 1


async def test_that_a_wake_up_comes_when_the_write_is_committed_and_only_then(
    database: Database, other: Database
) -> None:
    here, there = database.wakeups.subscribe("desk"), other.wakeups.subscribe("desk")
    listening = asyncio.create_task(other.wakeups.run())
    if not database.is_sqlite:
        assert await anext(there) == ""  # it listens now

    async def failing() -> None:
        async with database.write():
            await database.wakeups.announce("desk", "never")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    async with database.write():
        await database.wakeups.announce("desk", "inside")
        await here.wait(0.05)
    await database.wakeups.announce("inbox", "another topic")
    await database.wakeups.announce("desk", "outside")
    async with asyncio.timeout(PATIENCE_S):
        assert [await anext(here), await anext(here)] == ["inside", "outside"]
        if not database.is_sqlite:
            assert [await anext(there), await anext(there)] == ["inside", "outside"]
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def test_that_a_broken_line_of_wake_ups_is_made_again(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sufler.storage.wakeups.AGAIN_S", 0.05)
    database = Database(postgresql_url)
    heard = database.wakeups.subscribe("inbox")
    listening = asyncio.create_task(database.wakeups.run())
    async with asyncio.timeout(PATIENCE_S):
        await anext(heard)
        others = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        async with database.read() as connection:
            await connection.execute(others)
        assert await anext(heard) == ""  # something may have been announced meanwhile
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await database.close()


async def test_that_no_reader_skips_a_version_while_many_write(
    database: Database, other: Database
) -> None:
    clock = SetClock()
    answer = {"ru": Translation("Вопрос?", "Ответ.")}
    stores = [ArticleStore(database, clock), ArticleStore(other, clock)]
    done = asyncio.Event()
    seen: dict[str, int] = {}

    async def write(number: int) -> None:
        store = stores[number % 2]
        await store.save_many([Article(f"a{number}", f"t{number}", answer)], "x")
        await store.set_topic(Topic(f"t{number}", Mode.ANSWERS), "x")

    async def follow() -> int:
        version = 0
        while True:
            last = done.is_set()
            for change in await stores[0].changed_since(version):
                seen[change.article.id] = change.version
                version = max(version, change.version)
            if last:
                return version

    following = asyncio.create_task(follow())
    await asyncio.gather(*[write(number) for number in range(12)])
    done.set()
    await following
    assert seen.keys() == {f"a{number}" for number in range(12)}
    assert len(set(seen.values())) == 12
    assert await stores[0].version() == 24


async def test_that_nobody_takes_a_conversation_under_a_released_reply(
    database: Database, other: Database
) -> None:
    """Either the bot's message went first, or the operator's taking cancelled it: never both."""
    talks, outbox = ConversationStore(database), OutboxStore(other)
    for number in range(15):
        customer = Customer(f"c{number}", "К")
        talk = await talks.open_for("web", customer, "ru", NOW)
        async with database.write() as connection:
            message = (
                await connection.execute(
                    text(
                        "INSERT INTO messages (conversation_id, author, author_name, text, buttons,"
                        " at, state, attempts) VALUES (:talk, 'bot', '', 'x', '[]', :at,"
                        " 'pending', 0) RETURNING id"
                    ),
                    {"talk": talk.id, "at": NOW if not database.is_sqlite else str(NOW)},
                )
            ).scalar_one()
        claimed, taken = await asyncio.gather(
            outbox.claim(message), talks.take(talk.id, "anna", NOW)
        )
        assert taken.owner is Owner.OPERATOR
        async with database.read() as connection:
            query = text("SELECT state FROM messages WHERE id = :id")
            state = (await connection.execute(query, {"id": message})).scalar_one()
        assert state == ("sending" if claimed else "cancelled")


async def test_that_two_operators_who_take_at_once_do_not_both_have_it(
    database: Database, other: Database
) -> None:
    one, two = ConversationStore(database), ConversationStore(other)
    reply = Reply("Здравствуйте.", author=Author.OPERATOR)
    for number in range(8):
        talk = await one.open_for("web", Customer(f"c{number}", "К"), "ru", NOW)
        (_, first), (_, second) = await asyncio.gather(
            one.reply(talk.id, "anna", reply, NOW), two.reply(talk.id, "boris", reply, NOW)
        )
        assert (first is None) != (second is None)


async def test_that_a_customer_who_writes_twice_at_once_has_one_conversation(
    database: Database, other: Database
) -> None:
    stores = [ConversationStore(database), ConversationStore(other)] * 3
    opened = await asyncio.gather(*[store.open_for("web", ANNA, "ru", NOW) for store in stores])
    assert len({talk.id for talk in opened}) == 1
    assert {talk.ticket for talk in opened} == {1}
