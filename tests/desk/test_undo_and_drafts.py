"""A reply that waits to be undone, drafts on the server, and places that nobody has filled."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from conversation_world import ANNA, BORIS, World
from sqlalchemy import func, select

from sufler.domain.conversation import Attachment, Author, Owner, SendState
from sufler.domain.desk import Draft, Used
from sufler.domain.errors import BadInput, Conflict, NotFound
from sufler.domain.events import EventKind
from sufler.domain.knowledge import Mode
from sufler.domain.queues import Note
from sufler.domain.variables import Place, unfilled
from sufler.storage.tables.conversations import messages
from sufler.storage.tables.suggestions import feedback


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    built = await World(database_url).open()
    yield built
    await built.close()


@pytest.fixture
async def talk(world: World) -> str:
    """A conversation that waits for a person."""
    await world.hire(ANNA, BORIS)
    await world.say("оператор")
    return (await world.conversation()).id


async def heard(world: World) -> list[str]:
    await world.turns.drain()
    return world.ears.texts()


async def test_that_a_reply_waits_for_its_window_and_then_goes_out_in_order(
    world: World, talk: str
) -> None:
    before = len(await heard(world))
    first = await world.desk.reply(ANNA, talk, "Раз", undo_s=5)
    second = await world.desk.reply(ANNA, talk, "Два")
    assert first.undo_until is not None
    assert (first.undo_until - world.clock.now()).total_seconds() == 5
    assert second.undo_until is None
    assert (await world.desk.get(talk)).operator_id == "anna"
    world.clock.move(4.9)
    assert len(await heard(world)) == before
    world.clock.move(0.2)
    assert (await heard(world))[before:] == ["Раз", "Два"]
    with pytest.raises(Conflict, match="too late"):
        await world.desk.undo(ANNA, talk, first.id)


async def test_that_an_undone_reply_was_never_there_and_its_text_is_in_the_draft(
    world: World, talk: str
) -> None:
    waited = (await world.desk.get(talk)).unanswered_since
    assert waited is not None
    file = Attachment("f1", "photo", "a.png", "image/png", 3)
    said = await world.desk.reply(
        ANNA, talk, "Уже едет, {customer.first_name}", quotes="in1", attachments=[file], undo_s=5
    )
    await world.desk.workplace.drafts.save(ANNA, talk, Draft("и ещё"))
    with pytest.raises(Conflict, match="author"):
        await world.desk.undo(BORIS, talk, said.id)
    back = await world.desk.undo(ANNA, talk, said.id)
    assert (back.text, back.quotes, back.attachments) == ("Уже едет, Оля\n\nи ещё", "in1", (file,))
    assert back == await world.desk.workplace.drafts.of(ANNA, talk)
    world.clock.move(60)
    assert "Уже едет, Оля" not in await heard(world)
    assert said.id not in {each.id for each in await world.history()}
    after = await world.desk.get(talk)
    assert (after.owner, after.unanswered_since) == (Owner.OPERATOR, waited)
    with pytest.raises(NotFound):
        await world.desk.undo(ANNA, talk, said.id)


async def test_that_the_bot_is_silent_while_a_reply_waits_and_an_edit_goes_out_with_it(
    world: World, talk: str
) -> None:
    said = await world.desk.reply(ANNA, talk, "Раз", undo_s=5)
    before = len(await heard(world))
    await world.say("где заказ")
    await world.desk.edit(ANNA, talk, said.id, "Другое")
    world.clock.move(6)
    assert (await heard(world))[before:] == ["Другое"]
    assert not world.ears.edits


async def test_that_an_undo_and_the_sending_at_one_moment_do_not_both_happen(
    world: World, talk: str
) -> None:
    for number in range(6):
        said = await world.desk.reply(ANNA, talk, f"Ответ {number}", undo_s=5)
        undone, sent = await asyncio.gather(
            world.desk.undo(ANNA, talk, said.id),
            world.outbox.claim(said.id),
            return_exceptions=True,
        )
        if isinstance(undone, Draft):
            assert sent is False
        else:
            assert isinstance(undone, Conflict)
            assert sent is True
            await world.outbox.sent(said.id, None)


@pytest.mark.parametrize("seconds", [-1.0, 61.0, float("nan")])
async def test_that_an_impossible_window_is_refused(
    world: World, talk: str, seconds: float
) -> None:
    with pytest.raises(BadInput) as refused:
        await world.desk.reply(ANNA, talk, "Раз", undo_s=seconds)
    assert refused.value.field == "undo_s"


async def test_that_two_tabs_do_not_overwrite_each_others_draft(world: World, talk: str) -> None:
    drafts = world.desk.workplace.drafts
    events = world.desk.subscribe()
    one = await drafts.save(ANNA, talk, Draft("первая", used=Used("s1", "delivery")))
    assert one.stored
    assert (await anext(events)).kind is EventKind.DRAFT
    late = await drafts.save(ANNA, talk, Draft("вторая"))
    assert not late.stored
    assert late.draft == one.draft == await drafts.of(ANNA, talk)
    assert one.draft.used == Used("s1", "delivery")
    two = await drafts.save(ANNA, talk, replace(late.draft, text="вторая"))
    assert two.stored
    assert two.draft.revision > one.draft.revision
    assert (await drafts.of(BORIS, talk)).empty
    assert set(await drafts.mine(ANNA)) == {talk}


async def test_that_a_draft_outlives_a_restart_and_goes_with_its_reply(
    world: World, talk: str
) -> None:
    old = (await world.desk.workplace.drafts.save(ANNA, talk, Draft("не дописано"))).draft
    await world.close()
    await world.open()
    drafts = world.desk.workplace.drafts
    assert (await drafts.of(ANNA, talk)).text == "не дописано"
    await world.desk.reply(ANNA, talk, "дописано")
    assert (await drafts.of(ANNA, talk)).empty
    # A tab that has not heard of it brings nothing back.
    assert not (await drafts.save(ANNA, talk, replace(old, text="не дописано!"))).stored
    world.clock.move(1)
    new = (await drafts.save(ANNA, talk, Draft("новое"))).draft
    assert not (await drafts.save(ANNA, talk, replace(old, text="старое"))).stored
    assert (await drafts.save(ANNA, talk, replace(new, text=""))).draft == Draft()


async def test_that_closing_removes_everybodys_drafts(world: World, talk: str) -> None:
    drafts = world.desk.workplace.drafts
    await world.desk.take(ANNA, talk)
    for caller in (ANNA, BORIS):
        await drafts.save(caller, talk, Draft("что-то"))
    await world.desk.close(ANNA, talk)
    assert not await drafts.mine(ANNA)
    assert not await drafts.mine(BORIS)


async def test_that_a_draft_needs_a_conversation_and_has_a_limit(world: World, talk: str) -> None:
    drafts = world.desk.workplace.drafts
    with pytest.raises(NotFound):
        await drafts.save(ANNA, "nowhere", Draft("x"))
    with pytest.raises(BadInput):
        await drafts.save(ANNA, talk, Draft("я" * 20_001))


async def test_that_an_unfilled_place_is_not_sent_and_is_named(world: World, talk: str) -> None:
    with pytest.raises(BadInput, match=r"\{номер заказа\}") as refused:
        await world.desk.reply(ANNA, talk, "Заказ {номер заказа} едет, {customer.first_name}")
    assert refused.value.field == "text"
    assert (await world.desk.get(talk)).owner is Owner.QUEUE
    async with world.database.read() as connection:
        operators = messages.c.author == Author.OPERATOR.value
        assert not await connection.scalar(
            select(func.count()).select_from(messages).where(operators)
        )
    said = await world.desk.reply(
        ANNA, talk, "Это {customer.nick|клиент}, `{code}` и {operator.name}"
    )
    assert said.text == "Это клиент, `{code}` и Анна"
    with pytest.raises(BadInput):
        await world.desk.edit(ANNA, talk, said.id, "Заказ {номер}")


async def test_that_a_hostile_name_blocks_no_reply(world: World) -> None:
    await world.hire(ANNA)
    await world.send("оператор", first_name="{x} {today}")
    await world.turns.drain()
    talk = (await world.conversation()).id
    said = await world.desk.reply(ANNA, talk, "Здравствуйте, {customer.first_name}")
    again = await world.desk.reply(ANNA, talk, said.text)
    assert again.text == said.text
    assert again.state is SendState.PENDING


def test_that_places_are_found_where_they_stand() -> None:
    text = "Это {имя} и {order.id}, `{code}`, \\{нет\\}, {{шаблон}}, {есть|запасное}, {a: 1}"
    places = [Place(4, 9, "имя"), Place(12, 22, "order.id"), Place(55, 70, "есть")]
    assert list(unfilled(text)) == places
    assert [text[place.start : place.end] for place in places] == [
        "{имя}",
        "{order.id}",
        "{есть|запасное}",
    ]
    assert not unfilled("{customer.name} {today|сегодня}", {"customer.name": "Оля"})
    assert unfilled("{customer.name}", {"customer.name": " \u200b"})


async def test_that_notes_stand_in_their_places_among_messages(world: World, talk: str) -> None:
    transfers = world.desk.lines.transfers
    world.clock.move(1)
    await transfers.add_note(ANNA, talk, "первая")
    world.clock.move(1)
    await world.desk.reply(ANNA, talk, "Здравствуйте")
    world.clock.move(1)
    await transfers.add_note(ANNA, talk, "вторая")
    whole = await world.desk.stream(ANNA, talk)
    assert [each.text for each in whole if isinstance(each, Note)] == ["первая", "вторая"]
    assert isinstance(whole[-1], Note)
    assert whole[-2].text == "Здравствуйте"
    # Pages together are the whole, and no note is in two of them.
    pages: list[object] = []
    before = None
    while page := await world.desk.stream(ANNA, talk, 1, before):
        pages = [*page, *pages]
        before = next(each.id for each in page if not isinstance(each, Note))
    assert pages == whole


async def test_that_an_undone_reply_teaches_nothing_and_says_again_where_it_came_from(
    world: World,
) -> None:
    await world.hire(ANNA)
    world.shelf.put("a", "Ответ", mode=Mode.SUGGESTS)
    world.prompter.fits["где заказ"] = [("a", 0.3)]
    await world.say("где заказ")
    conversation = await world.conversation()
    talk, suggestion_id = conversation.id, conversation.suggestion_id
    assert suggestion_id is not None
    used = Used(suggestion_id, found=True)

    async def lessons() -> list[tuple[int | None, object]]:
        async with world.database.read() as connection:
            query = select(feedback.c.message_id, feedback.c.due_at)
            return [tuple(row) for row in await connection.execute(query)]

    said = await world.desk.reply(ANNA, talk, "Раз", used=used, undo_s=5)
    assert await lessons() == [(said.id, said.undo_until)]
    assert (await world.desk.undo(ANNA, talk, said.id)).used == used
    assert await lessons() == []
    with pytest.raises(NotFound):
        await world.desk.reply(ANNA, talk, "Два", used=Used("unknown"))
    assert "Два" not in {each.text for each in await world.history()}
