"""Search over all history: words in both languages, names, numbers, filters; kept with messages."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from conversation_world import ANNA, BORIS, World
from sqlalchemy import text

from sufler.domain.conversation import Author, Customer, Incoming, IncomingKind
from sufler.domain.desk import Hit, Sought
from sufler.domain.errors import BadInput
from sufler.domain.people import Caller, Role
from sufler.domain.queues import Queue
from sufler.kb_index.stems import excerpt_of, stems_of
from sufler.storage.searching import _WORDS
from sufler.storage.tables.conversations import conversations

BOSS = Caller("person:boss", "Босс", Role.SUPERVISOR, "boss")
ROOT = Caller("person:root", "Главный", Role.ADMINISTRATOR, "root")


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    built = await World(database_url).open()
    await built.hire(ANNA, BORIS)
    yield built
    await built.close()


async def found(world: World, words: str = "", caller: Caller = ANNA, **more: object) -> list[Hit]:
    sought = Sought(words, **more)  # type: ignore[arg-type]  # as given
    return list((await world.desk.workplace.search.find(caller, sought)).items)


async def texts(world: World, words: str) -> list[str]:
    return [each.excerpt for each in await found(world, words) if each.author is Author.CUSTOMER]


async def test_that_words_are_found_in_their_forms_in_both_languages(world: World) -> None:
    for said in (
        "Когда вернут деньги за ВОЗВРАТ ёлки?",
        "Where are my returns, interned-магазин №5?",
        "Заказ А-1234/56 на почту olya@example.org не пришёл",
        "возвратиться",
    ):
        await world.say(said)
    returned = "Когда вернут деньги за ВОЗВРАТ ёлки?"
    assert await texts(world, "возврата елка") == [returned]
    assert await texts(world, "ДЕНЕГ возврат") == []  # another root is another word
    assert await texts(world, "возврат") == ["возвратиться", returned]
    assert len(await texts(world, "return")) == len(await texts(world, "магазины")) == 1
    assert len(await texts(world, "1234")) == len(await texts(world, "example.org")) == 1
    assert await texts(world, "не пришел а") != []
    (hit,) = [each for each in await found(world, "возвраты ёлке") if each.message_id]
    assert [hit.excerpt[a:b] for a, b in hit.marks] == ["ВОЗВРАТ", "ёлки"]


async def test_that_names_and_numbers_are_found(world: World) -> None:
    await world.say("первый вопрос", customer="c1")
    await world.desk.take(ANNA, (await world.conversation()).id)
    await world.desk.reply(ANNA, (await world.conversation()).id, "Ответила")
    ticket = (await world.conversation()).ticket
    assert {each.author_name for each in await found(world, "оля")} == {"Оля К."}
    assert [each.author for each in await found(world, "анна ответила")] == [Author.OPERATOR]
    await world.desk.close(ANNA, (await world.conversation()).id)
    await world.say("второй вопрос")
    for number in (ticket, (await world.conversation()).ticket):
        first = (await found(world, f"#{number}"))[0]
        assert (first.conversation.ticket, first.message_id) == (
            (await world.conversation()).ticket,
            None,
        )


async def test_that_the_index_goes_with_edits_undo_and_erasure(world: World) -> None:
    await world.say("зелёный крокодил", external_id="one")
    edit = Incoming(
        channel="test",
        external_id="edit",
        customer=Customer("c1", "Оля К.", "Оля"),
        kind=IncomingKind.EDIT,
        text="синий слон",
        about="one",
    )
    await world.turns.receive(edit)
    await world.turns.drain()
    assert await texts(world, "крокодил") == []
    assert await texts(world, "синий") == ["синий слон"]
    talk = (await world.conversation()).id
    said = await world.desk.reply(ANNA, talk, "про бегемота", undo_s=5)
    assert [each.message_id for each in await found(world, "бегемот")] == [said.id]
    await world.desk.undo(ANNA, talk, said.id)
    assert await found(world, "бегемот") == []
    if world.database.is_sqlite:
        async with world.database.write() as connection:
            await connection.execute(
                text("INSERT INTO messages_fts(messages_fts, rank) VALUES ('integrity-check', 1)")
            )


async def test_that_filters_hold_together_and_alone(world: World) -> None:
    await world.say("оператор, вопрос", customer="c1")
    await world.say("оператор", customer="c1")
    first = (await world.conversation("c1")).id
    await world.desk.take(ANNA, first)
    await world.desk.close(ANNA, first)
    world.clock.move(3600)
    await world.say("вопрос", customer="c2")
    second = (await world.conversation("c2")).id
    now = world.clock.now()

    async def talks(words: str, **more: object) -> set[str]:
        return {each.conversation.id for each in await found(world, words, **more)}

    for words in ("вопрос", ""):
        assert await talks(words) == {first, second}
        assert await talks(words, open=True) == {second}
        assert await talks(words, open=False) == {first}
        assert await talks(words, operator_id="anna") == {first}
        assert await talks(words, since=now - timedelta(minutes=1)) == {second}
        assert await talks(words, until=now - timedelta(minutes=1)) == {first}
        assert await talks(words, channel="test") == {first, second}
        assert await talks(words, channel="web", open=True) == set()
        assert await talks(words, queue_id="default") == {first, second}
        assert await talks(words, queue_id="sales") == set()
    with pytest.raises(BadInput):
        await found(world, "вопрос", since=now.replace(tzinfo=None))


async def test_that_operators_find_what_they_may_see(world: World) -> None:
    sales = await world.desk.lines.queues.save(ROOT, Queue("", {"ru": "П"}, members=("boris",)))
    await world.say("секретный вопрос")
    async with world.database.write() as connection:
        await connection.execute(conversations.update().values(queue_id=sales.id))
    for words in ("секретный", "", f"#{(await world.conversation()).ticket}"):
        assert await found(world, words, ANNA) == []
        assert await found(world, words, BORIS) != []
        assert await found(world, words, BOSS) != []


async def test_that_pages_show_each_hit_once_whatever_comes_meanwhile(world: World) -> None:
    for number in range(5):
        await world.say(f"слово {number}", customer=f"c{number}")
        world.clock.move(1)
    search = world.desk.workplace.search
    for words in ("слово", ""):
        seen: list[object] = []
        after, first = None, True
        while first or after:
            page = await search.find(ANNA, Sought(words), 2, after)
            seen += [each.message_id or each.conversation.id for each in page.items]
            if first:
                await world.say("слово новое", customer=f"new {words}")
            after, first = page.following, False
        assert len(seen) == len(set(seen))
        assert len(seen) == 5 + (not words)
    for wrong in ("x", "99999999999999999999", "2026-01-01 a", "2026-01-01T00:00:00+00:00"):
        with pytest.raises(BadInput):
            await search.find(ANNA, Sought("слово" if wrong[0] != "2" else ""), 2, wrong)


@pytest.mark.parametrize(
    "words",
    [
        '" OR rowid > 0 --',
        "слово* NEAR(a, b) {text}: ^x",
        "') ; DROP TABLE messages; --",
        "' | ! & <-> :* \\",
        "%_\x00\ud800",
        "ﷺ" * 400,
        "а б в г д е ж з и к л м н о п",
        "🙂 !!!",
        "____",
    ],
)
async def test_that_a_hostile_question_is_only_words(world: World, words: str) -> None:
    await world.say("обычное слово")
    assert all("обычное" in each.excerpt for each in await found(world, words))
    assert await texts(world, "слово") == ["обычное слово"]


async def test_that_postgresql_uses_its_index(world: World) -> None:
    if world.database.is_sqlite:
        return
    async with world.database.write() as connection:
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        query = f"EXPLAIN SELECT id FROM messages WHERE {_WORDS} @@ to_tsquery('simple', '''a''')"
        plan = (await connection.exec_driver_sql(query)).scalars().all()
    assert any("ix_messages_words" in line for line in plan), plan


def test_that_stems_find_forms_and_leave_short_words() -> None:
    assert stems_of("Возвратами ёлки, но 12 товаров returns") == [
        ("возврат", True),
        ("елк", True),
        ("но", False),
        ("12", False),
        ("товар", True),
        ("return", True),
    ]
    assert len(stems_of(" ".join(map(str, range(100))))) == 10


def test_that_an_excerpt_shows_the_words_where_they_stand() -> None:
    long = f"{'начало ' * 60}нужное слово {'конец ' * 60}"
    piece, marks = excerpt_of(long, [("нужн", True)])
    assert [piece[a:b] for a, b in marks] == ["нужное"]
    assert piece.startswith("…")
    assert piece.endswith("…")
    assert len(piece) < 260
    assert excerpt_of("", [("a", True)]) == ("", ())
