"""Blind review over real databases: who may judge which turn, what a pick becomes, disputes,
turns that nobody labels, and sprints."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from conversation_world import ANNA, BORIS
from review_world import SERVICE, TOPIC, VERA, ZOYA, Review
from sqlalchemy import select, update

from sufler.desk.reviewing import SHOWN_FOR
from sufler.domain.checks import CheckKind, Choice
from sufler.domain.errors import BadInput, Conflict, Forbidden, NotFound
from sufler.domain.people import Caller, Role
from sufler.domain.queues import Queue
from sufler.storage.tables.accuracy import readers, review_tasks, reviews


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[Review]:
    built = Review(database_url)
    await built.open()
    await built.prepare()
    yield built
    await built.close()


async def test_that_a_stranger_sees_the_turn_with_a_random_article_and_nothing_that_came_after(
    world: Review,
) -> None:
    await world.say("оператор")  # of the same episode, before the turn
    task = await world.task()
    talk = (await world.conversation()).id
    await world.desk.reply(ANNA, talk, "Триста рублей", undo_s=0)
    await world.say("а когда?")
    card = await world.reviewing.next(BORIS)
    assert card is not None
    assert (card.task_id, card.turn, card.language) == (task, "сколько стоит", "ru")
    assert card.context[0].text == "оператор"
    assert [each.text for each in card.said] == ["сколько стоит"]
    shown = str(card)
    assert "Триста" not in shown
    assert "а когда" not in shown
    texts = {each.article_id: each.text for each in card.options}
    assert set(texts) == {"cost", "when", "return", "far"}
    assert texts["far"] == "Оля, наугад"  # written as it would have been sent
    assert await world.reviewing.next(BORIS) == card  # the same order for the same person
    orders = set()
    for n in range(12):
        other = Caller(f"person:p{n}", "П", Role.OPERATOR, f"p{n}")
        world.clock.move(SHOWN_FOR.total_seconds() + 1)
        seen = await world.reviewing.next(other)
        assert seen is not None
        orders.add(tuple(each.article_id for each in seen.options))
    assert len(orders) > 3


async def test_that_who_served_or_read_a_conversation_does_not_review_its_turns(
    world: Review,
) -> None:
    task = await world.task()
    talk = (await world.conversation()).id
    await world.desk.reply(ANNA, talk, "Триста рублей", undo_s=0)
    await world.desk.return_to_bot(ANNA, talk)
    await world.desk.workplace.readers.opened(VERA, talk)
    await world.desk.workplace.readers.opened(VERA, talk)
    await world.desk.workplace.readers.opened(VERA, "no such conversation")
    await world.desk.workplace.readers.opened(SERVICE, talk)
    async with world.database.read() as connection:
        rows = (await connection.execute(select(readers.c.reader))).scalars().all()
    assert rows == ["vera"]
    for caller in (ANNA, VERA, SERVICE):
        assert await world.reviewing.next(caller) is None
        progress = await world.reviewing.progress(caller)
        assert (progress.mine, progress.waiting) == (0, {TOPIC: 1})
    for caller in (ANNA, VERA):
        with pytest.raises(Forbidden):
            await world.reviewing.pick(caller, task, "cost")
    with pytest.raises(Conflict, match="people"):
        await world.reviewing.pick(SERVICE, task, "cost")
    assert await world.reviewing.next(BORIS) is not None


async def test_that_an_operator_reviews_no_turns_of_other_peoples_queues(world: Review) -> None:
    root = Caller("person:root", "Босс", Role.ADMINISTRATOR, "root")
    queue = Queue("", {"ru": "Золотые", "en": "Gold"}, topics=(TOPIC,), members=("anna",))
    made = await world.desk.lines.queues.save(root, queue)
    await world.task()
    assert (await world.conversation()).queue_id == made.id
    assert await world.reviewing.next(BORIS) is None
    assert await world.reviewing.next(ZOYA) is not None


@pytest.mark.parametrize(
    ("choice", "also", "right"),
    [
        ("cost", (), True),
        ("when", (), False),
        (Choice.NONE, (), False),
        (Choice.NOT_A_QUESTION, (), False),
        (Choice.TWO, ("far", "cost"), True),
        (Choice.TWO, ("far", "when"), False),
    ],
)
async def test_that_a_pick_becomes_a_check_once_it_can_no_longer_be_taken_back(
    world: Review, choice: str, also: tuple[str, ...], right: bool
) -> None:
    task = await world.task()
    await world.picks(BORIS, choice, *also)
    assert await world.settle(29) == []
    assert await world.reviewing.next(VERA) is None  # it has its reviewer
    with pytest.raises(Conflict):
        await world.reviewing.pick(VERA, task, "cost")
    (check,) = await world.settle(2)
    assert (check.right, check.kind, check.by, check.took_s, check.propensity) == (
        *(right, CheckKind.HIDDEN, "person:boris", 8.0, 0.1),
    )
    assert await world.settle() == [check]
    assert await world.states() == {task: "done"}
    with pytest.raises(Conflict):
        await world.reviewing.undo(BORIS)


async def test_that_a_pick_is_taken_back_and_given_anew(world: Review) -> None:
    task = await world.task()
    await world.picks(BORIS, Choice.NONE)
    assert (await world.reviewing.progress(BORIS)).today == 1
    back = await world.reviewing.undo(BORIS)
    assert back.task_id == task
    assert (await world.reviewing.progress(BORIS)).today == 0
    with pytest.raises(Conflict):
        await world.reviewing.undo(BORIS)
    assert await world.settle() == []
    await world.picks(BORIS, "cost")
    (check,) = await world.settle()
    assert check.right
    async with world.database.read() as connection:
        rows = await connection.execute(select(reviews.c.choice, reviews.c.undone_at.is_(None)))
        assert [tuple(row) for row in rows] == [("none", False), ("cost", True)]


async def test_that_what_was_not_shown_cannot_be_picked(world: Review) -> None:
    task = await world.task()
    for choice, also in (
        ("nothing of ours", ()),
        (Choice.TWO, ("cost",)),
        (Choice.TWO, ("cost", "cost")),
        (Choice.TWO, ("cost", "elsewhere")),
        ("cost", ("when",)),
        ("skip", ()),
    ):
        with pytest.raises(BadInput):
            await world.reviewing.pick(BORIS, task, choice, also)
    with pytest.raises(NotFound):
        await world.reviewing.pick(BORIS, 999, "cost")
    assert await world.settle() == []


async def test_that_two_people_are_not_shown_the_same_turn_at_once(world: Review) -> None:
    first, second = await world.task("c1"), await world.task("c2")
    ours, theirs = await world.reviewing.next(BORIS), await world.reviewing.next(VERA)
    assert ours and theirs  # noqa: PT018
    assert (ours.task_id, theirs.task_id) == (first, second)
    world.clock.move(SHOWN_FOR.total_seconds() + 1)
    left = await world.reviewing.next(VERA)
    assert left is not None
    assert left.task_id == first  # nobody is waited for


async def test_that_a_dispute_goes_to_a_third_person_whose_pick_decides(world: Review) -> None:
    task = await world.task(among=2)
    await world.picks(BORIS, "cost")
    assert await world.settle() == []  # one of two
    assert await world.reviewing.next(BORIS) is None
    await world.picks(VERA, Choice.NONE)
    assert await world.settle() == []
    assert await world.states() == {task: "disputed"}
    (dispute,) = await world.reviewing.disputes(ZOYA)
    assert [pick.choice for pick in dispute.picks] == ["cost", "none"]
    with pytest.raises(Forbidden):
        await world.reviewing.disputes(VERA)
    found = (await world.reviewing.progress(ZOYA)).agreement
    assert (found.pairs, found.same) == (1, 0)
    with pytest.raises(Conflict):
        await world.reviewing.pick(VERA, task, "cost")
    await world.picks(ZOYA, "cost")
    (check,) = await world.settle()
    assert (check.right, check.by) == (True, "person:zoya")
    assert await world.states() == {task: "done"}
    assert (await world.reviewing.progress(ZOYA)).agreement.pairs == 1


async def test_that_a_supervisor_settles_a_dispute_of_their_own(world: Review) -> None:
    task = await world.task(among=2)
    await world.picks(ZOYA, "cost")
    await world.picks(VERA, Choice.NONE)
    await world.settle()
    with pytest.raises(Forbidden):
        await world.reviewing.disputed_turn(VERA, task)
    card = await world.reviewing.disputed_turn(ZOYA, task)
    await world.reviewing.pick(ZOYA, card.task_id, Choice.NONE)
    (check,) = await world.settle()
    assert not check.right
    with pytest.raises(NotFound):
        await world.reviewing.disputed_turn(ZOYA, task)


async def test_that_two_who_pick_otherwise_but_judge_alike_have_no_dispute(world: Review) -> None:
    task = await world.task(among=2)
    await world.picks(BORIS, Choice.NONE)
    await world.picks(VERA, Choice.NOT_A_QUESTION)
    (check,) = await world.settle()
    assert not check.right
    assert await world.states() == {task: "done"}


async def test_that_after_seven_days_a_drawn_turn_is_wrong_and_an_audit_unwatched(
    world: Review,
) -> None:
    drawn = await world.task("c1")
    audit = await world.task("c2", CheckKind.AUDIT)
    looked = await world.task("c3", among=2)
    disputed = await world.task("c4", among=2)
    for caller, choice in ((BORIS, "cost"), (VERA, Choice.NONE)):
        await world.reviewing.pick(caller, disputed, choice)
    await world.reviewing.pick(BORIS, looked, "cost")
    await world.settle()
    world.clock.move(timedelta(days=3).total_seconds())
    assert (await world.reviewing.progress(ZOYA)).late == 1
    world.clock.move(timedelta(days=4, seconds=-120).total_seconds())
    assert await world.settle(0) == []
    found = {check.by: check for check in await world.settle(120)}
    assert not found["nobody"].right
    assert found["nobody"].overdue
    assert found["person:boris"].right  # one of its two reviewers looked
    assert not found["person:vera"].right  # who disagree to the end
    assert len(found) == 3
    assert await world.states() == {
        **{drawn: "overdue", audit: "overdue"},
        **{looked: "done", disputed: "done"},
    }
    assert (await world.reviewing.progress(ZOYA)).late == 0
    with pytest.raises(Conflict):
        await world.reviewing.pick(BORIS, drawn, "cost")


async def test_that_a_check_that_is_there_already_ends_the_task_all_the_same(
    world: Review,
) -> None:
    """A process died between the check and the end of its task."""
    task = await world.task()
    await world.picks(BORIS, "cost")
    (check,) = await world.settle()
    async with world.database.write() as connection:
        again = update(review_tasks).where(review_tasks.c.id == task)
        await connection.execute(again.values(state="open", done_at=None))
    assert await world.settle() == [check]
    assert await world.states() == {task: "done"}
