"""Certificates, the ladder and the watch over stored rows, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from checked_topics import ROOT, Watched
from patience import PATIENCE_S
from set_clock import SetClock

from sufler.domain.checks import CheckKind, ModeReason
from sufler.domain.errors import BadInput, Conflict, Forbidden, NotFound
from sufler.domain.knowledge import Mode, Topic
from sufler.domain.people import Caller, Role
from sufler.prompter.accuracy.standing import OVERALL, POOL, Share
from sufler.storage.audit import AuditStore
from sufler.storage.database import Database
from sufler.storage.leases import Leases


@pytest.fixture
def shop(database: Database, clock: SetClock) -> Watched:
    return Watched(database, clock)


async def test_that_a_topic_goes_live_by_its_certificate_and_a_check_too_few_is_too_few(
    shop: Watched,
) -> None:
    await shop.topic("Доставка")
    await shop.turns("Доставка", 300)
    await shop.watch.round()
    await shop.checked("Доставка", [True] * 87)
    with pytest.raises(Conflict) as refused:
        await shop.ladder.change(ROOT, "Доставка", Mode.ANSWERS)
    assert refused.value.field == "words"
    standing = await shop.certifying.standing("Доставка")
    assert (standing.needed, standing.may_answer, standing.precision > 0.94) == (1, False, True)
    shop.clock.pass_(hours=1)
    await shop.checked("Доставка", [True])
    made = await shop.ladder.change(ROOT, "Доставка", Mode.ANSWERS)
    assert (made.reason, made.numbers["checks"]) == (ModeReason.CERTIFIED, 88)
    [topic] = await shop.modes.topics()
    assert topic == Topic("Доставка", Mode.ANSWERS, bar=0.9)
    standing = await shop.certifying.standing("Доставка")
    assert (standing.bar, standing.coverage, standing.checks) == (0.9, 1.0, 88)
    assert standing.certified_at == made.at
    assert [act.what for act in await AuditStore(shop.database).newest(5)] == ["topic_mode"]


async def test_that_what_was_certified_at_a_past_moment_can_be_told_again(shop: Watched) -> None:
    await shop.certified()
    then = shop.clock.now()
    before = await shop.certifying.certificate("Доставка", then)
    shop.clock.pass_(days=1)
    await shop.checked("Доставка", [False] * 40)
    await shop.watch.look()
    assert not (await shop.certifying.certificate("Доставка")).may_answer
    assert await shop.certifying.certificate("Доставка", then) == before
    assert before.may_answer


async def test_that_administrators_let_a_topic_answer_by_their_word_until_it_has_a_certificate(
    shop: Watched,
) -> None:
    await shop.topic("Доставка")
    editor = Caller("person:e", "Э", Role.EDITOR, "e")
    with pytest.raises(Forbidden):
        await shop.ladder.change(editor, "Доставка", Mode.ANSWERS, "можно")
    with pytest.raises(NotFound):
        await shop.ladder.change(ROOT, "Нет такой", Mode.OBSERVES)
    with pytest.raises(BadInput):
        await shop.ladder.change(ROOT, "Доставка", Mode.ANSWERS, "x" * 301)
    with pytest.raises(Conflict):
        await shop.ladder.change(ROOT, "Доставка", Mode.SUGGESTS)
    made = await shop.ladder.change(ROOT, "Доставка", Mode.ANSWERS, " пробный \n запуск ")
    assert (made.reason, made.words) == (ModeReason.WITHOUT_CERTIFICATE, "пробный запуск")
    [topic] = await shop.modes.topics()
    assert (topic.without_certificate, topic.bar) == ("пробный запуск", None)
    await shop.turns("Доставка", 300)
    await shop.watch.round()
    await shop.checked("Доставка", [True] * 100)
    shop.clock.pass_(seconds=1)
    [proved] = await shop.watch.look()
    assert (proved.by, proved.reason) == ("watch", ModeReason.CERTIFIED)
    [topic] = await shop.modes.topics()
    assert (topic.without_certificate, topic.bar) == (None, 0.9)
    assert await shop.watch.look() == []


async def test_that_history_alone_never_switches_a_topic_on(shop: Watched) -> None:
    await shop.topic("Доставка")
    await shop.turns("Доставка", 300)
    await shop.watch.round()
    old = shop.clock.now() - timedelta(days=100)
    await shop.checked("Доставка", [False] * 50, kind=CheckKind.HISTORY, predicted_at=old)
    await shop.checked("Доставка", [True] * 200, kind=CheckKind.HISTORY)
    await shop.checked("Доставка", [True] * 29)
    proved = await shop.certifying.certificate("Доставка")
    assert (proved.checks, proved.bar, proved.may_answer) == (229, 0.9, False)
    assert (await shop.certifying.standing("Доставка")).needed == 1
    await shop.checked("Доставка", [True])
    assert (await shop.certifying.certificate("Доставка")).may_answer


async def test_that_wrong_answers_take_a_topic_back_and_only_new_checks_count_double(
    shop: Watched,
) -> None:
    await shop.certified()
    await shop.checked("Доставка", [False, True, False, False, False], kind=CheckKind.AUDIT)
    assert await shop.watch.look() == []  # 39 points
    await shop.checked("Доставка", [False], kind=CheckKind.AUDIT)
    [made] = await shop.watch.look()
    assert (made.reason, made.after) == (ModeReason.WRONG_ANSWERS, Mode.SUGGESTS)
    assert made.numbers == {"level": 49.0, "audits": 6, "wrong": 5}
    [topic] = await shop.modes.topics()
    assert (topic.mode, topic.bar) == (Mode.SUGGESTS, None)
    await shop.watch.round()
    standing = await shop.certifying.standing("Доставка")
    assert standing.trial is not None
    assert (standing.trial.enough, standing.checks, standing.certified_at) == (40.0, 0, None)
    shop.clock.pass_(hours=1)
    await shop.checked("Доставка", [True] * 100)
    assert not (await shop.certifying.certificate("Доставка")).may_answer
    await shop.checked("Доставка", [True] * 10)
    assert (await shop.certifying.certificate("Доставка")).may_answer


async def test_that_a_certificate_is_renewed_silently_or_expires_without_doubling(
    shop: Watched,
) -> None:
    await shop.certified()
    shop.clock.pass_(days=80)
    await shop.checked("Доставка", [True] * 100, kind=CheckKind.AUDIT)
    await shop.turns("Доставка", 300, 0.8)
    shop.clock.pass_(days=10)
    await shop.watch.round()
    assert await shop.mode() is Mode.ANSWERS
    standing = await shop.certifying.standing("Доставка")
    assert (standing.certified_at, standing.checks) == (shop.clock.now(), 100)
    shop.clock.pass_(days=90)
    await shop.checked("Доставка", [True] * 50, kind=CheckKind.AUDIT)
    [made] = await shop.watch.round()
    assert (made.reason, made.numbers) == (ModeReason.EXPIRED, {"checks": 50, "wrong": 0})
    standing = await shop.certifying.standing("Доставка")
    assert standing.trial is not None
    assert (standing.trial.enough, standing.checks) == (20.0, 50)


async def test_that_another_encoder_takes_back_what_it_did_not_earn(shop: Watched) -> None:
    await shop.certified()
    made = await shop.watch_of("another").round()
    assert [each.reason for each in made] == [ModeReason.NEW_ENCODER]
    standing = await shop.certifying.standing("Доставка")
    assert standing.trial is not None
    assert (standing.trial.enough, standing.checks) == (20.0, 0)
    assert await shop.watch_of("another").round() == []


async def test_that_small_topics_are_certified_together_and_a_large_one_by_itself(
    shop: Watched,
) -> None:
    await shop.topic("Большая", "А", "Б")
    await shop.turns("Большая", 100)
    for name in ("А", "Б"):
        await shop.turns(name, 50, 0.8)
    await shop.watch.round()
    await shop.watch.round()
    await shop.checked("Большая", [False] * 9)
    for name in ("А", "Б"):
        await shop.checked(name, [True] * 50, 0.8)
    pooled = await shop.certifying.standing("А")
    assert (pooled.pooled, pooled.checks, pooled.may_answer) == (True, 100, True)
    large = await shop.certifying.standing("Большая")
    assert (large.pooled, large.checks, large.may_answer) == (False, 9, False)
    overview = await shop.certifying.overview()
    assert (overview[0].topic, overview[0].checks) == (OVERALL, 109)
    assert overview[-1].topic == POOL
    for name in ("А", "Б"):
        await shop.ladder.change(ROOT, name, Mode.ANSWERS)
    shop.clock.pass_(minutes=1)
    for name in ("А", "Б"):
        await shop.checked(name, [False, False], 0.8, CheckKind.AUDIT)
    made = await shop.watch.look()
    assert {each.topic for each in made} == {POOL}
    assert await shop.mode("А") is await shop.mode("Б") is Mode.SUGGESTS
    await shop.watch.round()
    pool = await shop.certifying.standing(POOL)
    assert pool.trial is not None
    assert (pool.trial.enough, pool.checks) == (40.0, 0)
    assert (await shop.certifying.standing("А")).pooled


async def test_that_a_trend_counts_a_topics_own_checks_by_weeks(shop: Watched) -> None:
    await shop.topic("А", "Б")
    for name in ("А", "Б"):
        await shop.turns(name, 40, 0.8)
    await shop.watch.round()
    await shop.checked("А", [False, True, True], 0.8)
    shop.clock.pass_(days=16)
    await shop.checked("А", [True] * 2, 0.8)
    await shop.checked("Б", [False], 0.8)
    shop.clock.pass_(days=6)
    standing = await shop.certifying.standing("А")
    assert standing.pooled
    assert standing.trend == (*[Share()] * 4, Share(2, 3), Share(), Share(), Share(2, 2))
    overall = await shop.certifying.standing(OVERALL)
    assert overall.trend[-1] == Share(2, 3)
    shop.clock.pass_(days=60)
    assert (await shop.certifying.standing("А")).trend == (Share(),) * 8


async def test_that_strict_mode_takes_as_much_evidence_as_there_are_topics(
    database: Database, clock: SetClock
) -> None:
    shop = Watched(database, clock, strict=True)
    await shop.topic("А", "Б")
    await shop.turns("А", 300)
    await shop.watch.round()
    found = await shop.certifying.standing("А")
    assert found.trial is not None
    assert found.trial.enough == 40.0


async def test_that_a_higher_target_needs_more_and_is_refused_to_who_answers_by_less(
    shop: Watched,
) -> None:
    await shop.certified()
    with pytest.raises(Conflict) as refused:
        await shop.ladder.tune(ROOT, "Доставка", target=0.98)
    assert refused.value.field == "target"
    with pytest.raises(BadInput):
        await shop.ladder.tune(ROOT, "Доставка", target=0.5)
    with pytest.raises(BadInput):
        await shop.ladder.tune(ROOT, "Доставка", hold_s=601)
    tuned = await shop.ladder.tune(ROOT, "Доставка", target=0.8, hold_s=20)
    assert (tuned.target, tuned.hold_s, tuned.mode) == (0.8, 20, Mode.ANSWERS)
    await shop.watch.round()
    standing = await shop.certifying.standing("Доставка")
    assert (standing.target, standing.may_answer) == (0.8, True)
    assert standing.certified_at is not None


async def test_that_a_demotion_follows_its_check_at_once_in_the_loop(shop: Watched) -> None:
    await shop.certified()
    async with _running(shop):
        changed = shop.database.wakeups.subscribe("topics")
        await shop.checked("Доставка", [False] * 4, kind=CheckKind.AUDIT)
        async with asyncio.timeout(PATIENCE_S):
            while await shop.mode() is not Mode.SUGGESTS:
                await changed.wait(PATIENCE_S)


@asynccontextmanager
async def _running(shop: Watched) -> AsyncIterator[None]:
    announced = shop.database.wakeups.subscribe("checks")
    task = asyncio.create_task(shop.watch.run(Leases(shop.database), announced))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
