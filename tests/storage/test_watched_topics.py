"""What takes a topic back, and what holds one article: rows of every trigger, on both databases."""

from dataclasses import replace

import pytest
from checked_topics import ROOT, Watched
from set_clock import SetClock
from sqlalchemy import select

from sufler.desk.fast_watch import FastReading, FastWatch
from sufler.domain.checks import ModeReason
from sufler.domain.knowledge import Article, Mode, Translation
from sufler.prompter.accuracy.standing import Share
from sufler.storage.articles import ArticleStore
from sufler.storage.audit import AuditStore
from sufler.storage.database import Database
from sufler.storage.signals import SignalStore
from sufler.storage.tables.conversations import conversations, messages
from sufler.storage.tables.knowledge import topics


@pytest.fixture
def shop(database: Database, clock: SetClock) -> Watched:
    return Watched(database, clock)


async def test_that_an_article_with_new_facts_waits_for_five_right_checks_alone(
    shop: Watched,
) -> None:
    await shop.certified()
    articles = ArticleStore(shop.database, shop.clock)
    told = Article("a", "Доставка", {"ru": Translation("Сколько?", "Доставка стоит 300 рублей.")})
    await articles.save_many([told], "editor")
    await shop.checked("Доставка", [True] * 2)
    nicer = Translation("Сколько же?", "Доставка стоит **300** рублей!")
    await articles.save_many([replace(told, translations={"ru": nicer})], "editor")
    assert await articles.uncleared() == frozenset()
    assert (await shop.certifying.standing("Доставка")).checks == 102
    dearer = Translation("Сколько?", "Доставка стоит 400 рублей.")
    await articles.save_many([replace(told, translations={"ru": dearer})], "editor")
    assert await articles.uncleared() == {"a"}
    assert (await shop.certifying.standing("Доставка")).checks == 0
    assert await shop.mode() is Mode.ANSWERS
    shop.clock.pass_(minutes=1)
    await shop.checked("Доставка", [True, True, True, False, True, True, True, True])
    await shop.watch.round()
    assert await articles.uncleared() == {"a"}
    await shop.checked("Доставка", [True])
    await shop.watch.round()
    assert await articles.uncleared() == frozenset()
    acts = await AuditStore(shop.database).newest(1)
    assert (acts[0].what, acts[0].by, acts[0].subject) == ("article_cleared", "watch", "a")


async def test_that_two_operators_who_mark_wrong_within_a_day_take_a_topic_back(
    shop: Watched,
) -> None:
    await shop.certified()
    marked = await shop.turns("Доставка", 3)
    await shop.mark_wrong(marked[0], "person:1")
    await shop.mark_wrong(marked[1], "person:1")
    assert await shop.watch.round() == []
    await shop.mark_wrong(marked[2], "person:2")
    [made] = await shop.watch.round()
    assert (made.reason, made.numbers) == (ModeReason.TWO_OPERATORS, {"operators": 2})


async def test_that_audits_that_nobody_labels_take_a_topic_back_without_doubling(
    shop: Watched,
) -> None:
    await shop.certified()
    audited = await shop.turns("Доставка", 20, answered=True, audited=True)
    await shop.left_lying(audited[:2], audited[2:])
    assert await shop.watch.round() == []
    await shop.left_lying(audited[2:4], [])
    [made] = await shop.watch.round()
    assert (made.reason, made.numbers) == (ModeReason.NOBODY_CHECKS, {"unwatched": 4, "audits": 20})
    await shop.watch.round()
    proved = await shop.certifying.certificate("Доставка")
    assert (proved.enough, proved.may_answer) == (20.0, True)


async def test_that_a_topic_whose_customers_ask_what_is_far_off_is_taken_back(
    shop: Watched,
) -> None:
    await shop.topic("Доставка")
    await shop.turns("Доставка", 285)
    await shop.turns("Доставка", 15, far_off=True)
    shop.clock.pass_(minutes=1)
    await shop.watch.round()
    await shop.checked("Доставка", [True] * 100)
    await shop.watch.look()
    await shop.ladder.change(ROOT, "Доставка", Mode.ANSWERS)
    shop.clock.pass_(days=9)
    await shop.turns("Доставка", 90)
    await shop.turns("Доставка", 9, far_off=True)
    assert await shop.watch.round() == []  # 99 turns are too few
    await shop.turns("Доставка", 8, far_off=True)
    [made] = await shop.watch.round()
    assert made.reason is ModeReason.DRIFT
    assert made.numbers["before"] == 0.05


async def test_that_what_customers_do_after_answers_raises_the_audit_and_not_more(
    shop: Watched,
) -> None:
    await shop.certified()
    await shop.answered_by_operators("Другая", 200, refused=20)
    shop.clock.pass_(minutes=20)
    await shop.answered_by_bot("Доставка", 40, refused=4)
    shop.clock.pass_(minutes=20)
    assert await shop.watch.round() == []
    await shop.answered_by_bot("Доставка", 20, refused=14)
    shop.clock.pass_(minutes=20)
    [made] = await shop.watch.round()
    assert (made.reason, made.after) == (ModeReason.ALARM, Mode.ANSWERS)
    assert made.numbers["usual"] == 0.1
    async with shop.database.read() as connection:
        alarm_at = await connection.scalar(select(topics.c.alarm_at))
    assert alarm_at == made.at
    assert await shop.watch.round() == []


async def test_that_the_fast_meter_is_told_with_what_it_was_read_off(shop: Watched) -> None:
    await shop.certified()
    fast = FastWatch(SignalStore(shop.database, shop.clock), shop.clock)
    [answers, *_] = await shop.certifying.history("Доставка")
    assert answers.after is Mode.ANSWERS
    await shop.answered_by_operators("Другая", 199, refused=20)
    await shop.answered_by_bot("Доставка", 10, refused=2)
    shop.clock.pass_(minutes=20)
    early = await fast.reading("Доставка", [answers])
    assert early == FastReading(None, Share(2, 10), Share(20, 199))
    assert await fast.reading("Другая", [answers]) is None

    await shop.answered_by_operators("Другая", 2, refused=1)
    shop.clock.pass_(hours=1, minutes=20)
    read = await fast.reading("Доставка", [answers])
    assert read is not None
    assert read.meter is not None
    assert (read.usual, read.meter.reached_after) == (Share(21, 201), None)
    assert 0 < read.meter.level <= 12


async def test_that_answers_which_wait_to_go_out_are_held_back_by_a_demotion(
    shop: Watched,
) -> None:
    await shop.certified()
    message_id = await shop.waiting_answer("Доставка")
    other = await shop.waiting_answer("Другая")
    await shop.ladder.demote("Доставка", ModeReason.WRONG_ANSWERS, {})
    async with shop.database.read() as connection:
        rows = await connection.execute(select(messages.c.id, messages.c.state))
        states = {row.id: row.state for row in rows}
        due = await connection.scalars(
            select(conversations.c.id).where(conversations.c.turn_due_at.is_not(None))
        )
        again = due.all()
    assert (states[message_id], states[other]) == ("cancelled", "pending")
    assert len(again) == 1
