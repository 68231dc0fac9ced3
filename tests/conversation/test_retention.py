"""What is older than a company keeps it goes by itself; what is counted stays."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from conversation_world import ANNA, World
from sqlalchemy import func, insert, select, update

from sufler.app.settings import Settings
from sufler.domain.administration import Act
from sufler.domain.customers import KINDS
from sufler.domain.decisions import Feedback, FeedbackAction
from sufler.storage.audit import AuditStore
from sufler.storage.erasure import ErasureStore
from sufler.storage.files import FileStore
from sufler.storage.retention import STEP, Retention
from sufler.storage.tables.accuracy import readers
from sufler.storage.tables.conversations import conversations, events, inbox, messages
from sufler.storage.tables.learning import learned, learned_spans, proposals
from sufler.storage.tables.suggestions import feedback, suggestions

DAY_S = 24 * 3600.0


def keeping(world: World, folder: Path = Path("/nowhere"), /, **days: int) -> Retention:
    eraser = ErasureStore(world.database, folder, world.clock)
    return Retention(world.database, eraser, world.clock, days)


async def count(world: World, what: object, *where: object) -> int:
    query = select(func.count()).select_from(what).where(*where)  # type: ignore[arg-type]  # a table
    async with world.database.read() as connection:
        return int(await connection.scalar(query) or 0)


async def test_that_by_default_all_is_kept_but_handled_rows_of_the_inbox(
    world: World, tmp_path: Path
) -> None:
    keep = Settings(data_dir=tmp_path).keep_days
    assert keep == {**dict.fromkeys(KINDS, 0), "inbox": 30, "stream": 14, "flows": 30}
    await world.say("где заказ")
    world.clock.move(31 * DAY_S)
    assert await keeping(world, **keep).sweep() == {"inbox": 1, "stream": 0, "flows": 0}
    assert len(await world.history()) == 2
    assert not await count(world, inbox)


async def test_that_a_row_which_is_not_handled_is_not_too_old(world: World) -> None:
    await world.send("где заказ")
    world.clock.move(100 * DAY_S)
    await keeping(world, inbox=30, parked=30).sweep()
    assert await count(world, inbox) == 1


async def test_that_old_messages_go_and_their_customer_becomes_nobody(world: World) -> None:
    await world.say("где заказ")
    await world.say("где заказ", customer="c2", first_name="Вася")
    old = (await world.conversation()).id
    await world.desk.workplace.readers.opened(ANNA, old)
    world.clock.move(10 * DAY_S)
    await world.say("где заказ", customer="c2", first_name="Вася")
    assert (await keeping(world, messages=5).sweep())["messages"] == 4
    assert await world.conversations.find("test", "c1") is None
    assert await count(world, readers) == 0
    kept = await world.conversations.get(old)
    assert (kept.customer.name, kept.customer.first_name) == ("", "")
    assert len(await world.history("c2")) == 2
    assert await world.say("где заказ")  # c1 is new again
    assert (await world.conversation()).id != old


async def test_that_what_waits_is_not_removed_however_old_it_is(world: World) -> None:
    await world.send("не знаю что")
    await world.take_in()
    await world.send("где заказ", customer="c2")
    await world.take_in()
    due, _ = await world.open_turns.due(["test"], world.clock.now())
    for turn in due:
        await world.turns.decide(turn.conversation_id)
        break
    world.clock.move(100 * DAY_S)
    await keeping(world, messages=5).sweep()
    waiting = await count(world, messages, messages.c.state == "pending")
    unanswered = await count(world, messages, messages.c.open)
    assert (waiting, unanswered) == (1, 1)


async def test_that_suggestions_lose_their_texts_and_stay_countable(world: World) -> None:
    await world.say("где заказ")
    (made,) = {m.suggestion_id for m in await world.history() if m.suggestion_id}
    given = Feedback(
        made, FeedbackAction.EDITED, ANNA.id, world.clock.now(), "delivery", "текст", "причина"
    )
    await world.suggestions.add_feedback(given)
    world.clock.move(10 * DAY_S)
    assert (await keeping(world, suggestions=5).sweep())["suggestions"] == 1
    left = await world.suggestions.get(made)
    assert (left.text, left.items[0].text) == ("", "")
    assert (left.items[0].article_id, left.items[0].confidence) == ("delivery", 0.9)
    assert await count(world, feedback, feedback.c.final_text.is_(None)) == 1
    assert (await keeping(world, suggestions=5).sweep())["suggestions"] == 0
    assert await count(world, suggestions) == 1


async def test_that_taken_back_wordings_and_proposals_go_and_what_serves_stays(
    world: World,
) -> None:
    at = world.clock.now()
    row = {"kind": "phrasing", "article_id": "delivery", "language": "ru", "weight": 0.5}
    row |= {"by": ANNA.id, "at": at, "why": "taught"}
    states = ("unconfirmed", "undone", "quarantined", "review")
    told = {"kind": "article", "state": "dismissed", "question": "где", "language": "ru"}
    told |= {"before": "", "after": "тут", "base_revision": 0, "by": ANNA.id, "at": at, "count": 1}
    async with world.database.write() as connection:
        for number, state in enumerate(states, 1):
            one = {**row, "id": number, "state": state, "text": state}
            await connection.execute(insert(learned).values(**one))
            spans = insert(learned_spans).values(learned_id=number, added=1, weight=0.5)
            await connection.execute(spans)
        await connection.execute(insert(proposals).values(**told))
        world.clock.move(10 * DAY_S)
        touched = update(learned).where(learned.c.state == "review")
        await connection.execute(touched.values(changed_at=world.clock.now()))
    assert (await keeping(world, learned=5).sweep())["learned"] == 2
    async with world.database.read() as connection:
        rows = await connection.execute(select(learned.c.state).order_by(learned.c.id))
        left = rows.scalars().all()
        spans_left = (await connection.execute(select(learned_spans.c.learned_id))).scalars().all()
    assert (list(left), list(spans_left)) == (["unconfirmed", "review"], [1, 4])
    assert not await count(world, proposals)


async def test_that_decisions_keep_what_is_counted(world: World) -> None:
    await world.say("где заказ")
    talk = (await world.conversation()).id
    world.clock.move(10 * DAY_S)
    assert (await keeping(world, events=5).sweep())["events"] >= 1
    async with world.database.read() as connection:
        body = await connection.scalar(select(events.c.body).where(events.c.kind == "decision"))
    assert body is not None
    assert body["kind"] == "answer"
    assert body["reason"] == "confident"
    assert "messages" not in body
    assert await world.conversations.last_told(talk) is not None
    assert (await keeping(world, events=5).sweep())["events"] == 0


async def test_that_files_and_acts_go_when_their_time_is_over(world: World, tmp_path: Path) -> None:
    store = FileStore(world.database, tmp_path / "files", world.clock)

    async def stream() -> AsyncIterator[bytes]:
        yield b"bytes"

    await store.put(stream(), "a.txt", "text/plain", 10, channel="test", customer_id="c1")
    audit = AuditStore(world.database)
    await audit.add(Act(world.clock.now(), "person:a", "А", "setting_changed", "x"))
    world.clock.move(10 * DAY_S)
    await audit.add(Act(world.clock.now(), "person:a", "А", "setting_changed", "y"))
    gone = await keeping(world, tmp_path / "files", files=5, audit=5).sweep()
    assert gone == {"files": 1, "audit": 1}
    assert not [each for each in (tmp_path / "files").rglob("*") if each.is_file()]
    assert [act.subject for act in await audit.newest(5)] == ["y"]


async def test_that_many_rows_go_in_small_steps(world: World) -> None:
    await world.say("где заказ")
    row = {
        "channel": "test",
        "customer_id": "c9",
        "body": {},
        "received_at": world.clock.now(),
        "state": "done",
        "done_at": world.clock.now(),
        "attempts": 0,
    }
    many = STEP * 2 + 7
    async with world.database.write() as connection:
        rows = [{**row, "external_id": f"x{number}"} for number in range(many)]
        await connection.execute(insert(inbox), rows)
    world.clock.move(40 * DAY_S)
    assert (await keeping(world, inbox=30).sweep())["inbox"] == many + 1


async def test_that_a_conversation_with_a_person_keeps_its_customer(world: World) -> None:
    await world.hire(ANNA)
    await world.say("не знаю что")
    talk = await world.conversation()
    await world.desk.take(ANNA, talk.id)
    async with world.database.write() as connection:
        await connection.execute(
            update(conversations).values(updated_at=world.clock.now() - timedelta(days=90))
        )
    world.clock.move(100 * DAY_S)
    await keeping(world, messages=5).sweep()
    assert (await world.conversation()).id == talk.id


async def test_that_sizes_are_told(world: World) -> None:
    await world.say("где заказ")
    sizes = await keeping(world).sizes()
    assert set(sizes) == set(KINDS)
    assert sizes["messages"][0] == 2
    assert sizes["messages"][1] is not None
    assert sizes["files"] == (0, None)
