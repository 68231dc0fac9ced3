"""Blind review over real databases: who may judge which turn, what a pick becomes, disputes,
turns that nobody labels, and sprints."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from conversation_world import ANNA, BORIS, World
from sqlalchemy import insert, select, update

from sufler.app.reviewing import reviewing_over, settling_over
from sufler.desk.reviewing import SHOWN_FOR, Reviewing
from sufler.domain.administration import Act
from sufler.domain.checks import Check, CheckKind, Choice
from sufler.domain.errors import BadInput, Conflict, Forbidden, NotFound
from sufler.domain.knowledge import Mode
from sufler.domain.people import Caller, Role
from sufler.domain.queues import Queue
from sufler.prompter.accuracy.agreement import agreement
from sufler.storage.checks import CheckStore
from sufler.storage.customers import CustomerStore
from sufler.storage.erasure import ErasureStore
from sufler.storage.review_numbers import ReviewNumbers
from sufler.storage.review_rows import add_task, reviewers_of
from sufler.storage.tables.accuracy import draws, readers, review_tasks, reviews, trials

VERA = Caller("person:vera", "Вера", Role.OPERATOR, "vera")
ZOYA = Caller("person:zoya", "Зоя", Role.SUPERVISOR, "zoya")
SERVICE = Caller("key:crm", "CRM", Role.ADMINISTRATOR)
TOPIC = Mode.SUGGESTS.value


class Review(World):
    """Turns with a prediction of `cost`, before reviewers."""

    async def prepare(self) -> None:
        for id_ in ("cost", "when", "return", "far"):
            text = "{customer.first_name}, наугад" if id_ == "far" else f"ответ {id_}"
            self.shelf.put(id_, text, mode=Mode.SUGGESTS)
        await self.hire(ANNA, BORIS, VERA, ZOYA)
        self.reviewing: Reviewing = reviewing_over(
            self.database,
            self.desk.lines.queues,
            lambda: list(self.shelf.articles.values()),
            lambda: self.shelf.topics,
            self.clock,
        )
        self.settling = settling_over(self.database)
        self.checks = CheckStore(self.database)

    async def asked(self, customer: str = "c1", text: str = "сколько стоит") -> str:
        """A customer asked; the id of the prediction for it."""
        self.prompter.fits[text] = [("cost", 0.9), ("when", 0.5), ("return", 0.2)]
        await self.say(text, customer=customer)
        found = (await self.conversation(customer)).suggestion_id
        assert found is not None
        return found

    async def task(
        self, customer: str = "c1", kind: CheckKind = CheckKind.HIDDEN, among: int = 1
    ) -> int:
        """A turn before `among` reviewers; its task's id."""
        made = await self.asked(customer)
        async with self.database.write() as connection:
            id_ = await add_task(connection, made, kind, 0.1, self.clock.now())
            assert id_ is not None
            assert await add_task(connection, made, kind, 0.1, self.clock.now()) is None
            change = update(review_tasks).where(review_tasks.c.id == id_)
            await connection.execute(change.values(reviewers=among))
        return id_

    async def picks(self, caller: Caller, choice: str, *also: str) -> int:
        """The caller's next card is shown, looked at for eight seconds, and answered."""
        card = await self.reviewing.next(caller)
        assert card is not None
        self.clock.move(8)
        await self.reviewing.pick(caller, card.task_id, choice, also)
        return card.task_id

    async def settle(self, seconds: float = 31) -> list[Check]:
        """Let the time to take back go by; the checks there are."""
        self.clock.move(seconds)
        await self.settling(self.clock.now())
        return await self.checks.all_until()

    async def states(self) -> dict[int, str]:
        async with self.database.read() as connection:
            rows = await connection.execute(select(review_tasks.c.id, review_tasks.c.state))
            return {row[0]: row[1] for row in rows}


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


async def test_that_a_sprint_takes_turns_by_their_u_and_by_nothing_else(world: Review) -> None:
    made = {}
    for n, (u, confidence) in enumerate([(0.7, 0.99), (0.2, 0.1), (0.5, 0.5), (0.9, 0.9)]):
        key = await world.asked(f"c{n}")
        made[key] = u
        async with world.database.write() as connection:
            row = update(draws).where(draws.c.suggestion_id == key)
            await connection.execute(row.values(u=u, confidence=confidence))
    with pytest.raises(Forbidden):
        await world.reviewing.sprint(BORIS, TOPIC, 2)
    for topic, checks, minutes in (("нет такой", 2, None), (TOPIC, 0, None), (TOPIC, None, None)):
        with pytest.raises(BadInput):
            await world.reviewing.sprint(ZOYA, topic, checks, minutes)
    first = await world.reviewing.sprint(ZOYA, TOPIC, 2)
    assert (first.taken, first.there) == (2, 4)
    rest = await world.reviewing.sprint(ZOYA, TOPIC, minutes=10)  # at ten seconds each
    assert (rest.taken, rest.there) == (2, 2)
    assert (await world.reviewing.sprint(ZOYA, TOPIC, 5)).taken == 0
    async with world.database.read() as connection:
        rows = await connection.execute(select(review_tasks).order_by(review_tasks.c.id))
        found = [(made[row["suggestion_id"]], row["propensity"]) for row in rows.mappings()]
    assert found == [(0.2, 0.5), (0.5, 0.5), (0.7, 1.0), (0.9, 1.0)]
    assert (await world.reviewing.progress(BORIS)).waiting == {TOPIC: 4}
    card = await world.reviewing.next(BORIS, "другая")
    assert card is None


async def test_that_a_sprint_takes_no_hidden_later_or_old_turn(world: Review) -> None:
    for n in range(4):
        key = await world.asked(f"c{n}")
        change = (
            {"hidden": True},
            {"counts": False},
            {"at": world.clock.now() - timedelta(days=31)},
            {"at": world.clock.now() - timedelta(days=5)},
        )[n]
        async with world.database.write() as connection:
            row = update(draws).where(draws.c.suggestion_id == key)
            await connection.execute(row.values(**change))
    async with world.database.write() as connection:  # after a demotion only fresh ones count
        began = world.clock.now() - timedelta(days=1)
        values = {"topic": TOPIC, "started_at": began, "since": began, "why": "test"}
        await connection.execute(insert(trials).values(**values, target=0.9, enough=20, bars=[]))
    assert (await world.reviewing.sprint(ZOYA, TOPIC, 9)).there == 0


async def test_that_an_erased_customer_leaves_no_task_no_review_and_no_reader(
    world: Review, tmp_path: Path
) -> None:
    await world.task(among=2)
    talk = (await world.conversation()).id
    await world.picks(BORIS, "cost")
    await world.desk.workplace.readers.opened(VERA, talk)
    found = await CustomerStore(world.database).everything("test", "c1")
    assert found is not None
    assert [row["reader"] for row in found["readers"]] == ["vera"]
    erasures = ErasureStore(world.database, tmp_path, world.clock)
    act = Act(world.clock.now(), "person:zoya", "Зоя", "customer_erased", "test")
    await erasures.erase("test", "c1", lambda _counts: act)
    async with world.database.read() as connection:
        for table in (review_tasks, reviews, readers):
            assert (await connection.execute(select(table))).all() == []


async def test_that_it_is_counted_how_often_the_matcher_and_reviewers_disagree(
    world: Review,
) -> None:
    for customer, matched, choice in (("c1", "cost", "cost"), ("c2", "when", "cost")):
        task = await world.task(customer)
        async with world.database.write() as connection:
            row = update(review_tasks).where(review_tasks.c.id == task)
            await connection.execute(row.values(matched=matched))
        await world.picks(BORIS, choice)
    await world.settle()
    since = world.clock.now() - timedelta(days=1)
    assert await ReviewNumbers(world.database).matched_looks(since) == (2, 1)


async def test_that_the_pace_is_the_readers_own(world: Review) -> None:
    for n in range(5):
        await world.task(f"c{n}")
        card = await world.reviewing.next(BORIS)
        assert card is not None
        await world.reviewing.pick(BORIS, card.task_id, "cost", took_s=20.0 + n)
    assert (await world.reviewing.progress(BORIS)).pace_s == 22.0
    assert (await world.reviewing.progress(VERA)).pace_s == 10.0


def test_that_kappa_is_agreement_beyond_chance() -> None:
    assert agreement([]).kappa is None
    assert agreement([("a", "a")] * 5).kappa is None  # always the same: nothing can be told
    assert agreement([("a", "a"), ("b", "b")]).kappa == 1.0
    assert agreement([("a", "b"), ("b", "a")]).kappa == -1.0
    # Scott's own form: 3 of 4 agree, chance (5/8)² + (3/8)² = 34/64.
    found = agreement([("a", "a"), ("a", "a"), ("a", "b"), ("b", "b")])
    assert (found.pairs, found.same) == (4, 3)
    assert found.kappa == pytest.approx((3 / 4 - 34 / 64) / (1 - 34 / 64))


def test_that_about_a_tenth_is_given_to_two() -> None:
    two = sum(reviewers_of(f"suggestion {n}") == 2 for n in range(5000))
    assert 430 < two < 570
