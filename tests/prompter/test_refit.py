"""Refits: when they are due, and which do not pass."""

import asyncio
from dataclasses import replace

from base_world import RememberingEncoder, article
from lessons_world import School
from patience import PATIENCE_S

from sufler.domain.learning import Flip, Frozen, LearnedKind, LearnedState, Use, Why
from sufler.kb_index.knowledge import KnowledgeBase
from sufler.prompter.evaluation.offline import VectorsInMemory
from sufler.prompter.learning.fit import Fitted
from sufler.prompter.learning.refit import RefitRule, enough_new, refused, sign_test
from sufler.prompter.suggest import Prompter

GOLDEN = Frozen("чем можно заплатить за заказ", "ru", "card", True)


def flips(wrong: int, right: int) -> list[Flip]:
    question = Frozen("?", "ru", "a", False)
    return [Flip(question, "a", "b", n < wrong) for n in range(wrong + right)]


def test_that_significantly_more_wrong_than_right_is_refused() -> None:
    assert sign_test(5, 0) == 1 / 32
    assert not refused(flips(4, 0))
    assert refused(flips(5, 0))
    assert not refused(flips(5, 3))
    assert not refused(flips(0, 9))
    assert not refused([])


def test_that_one_golden_question_is_enough() -> None:
    assert refused([Flip(GOLDEN, "card", "cost", True)])
    assert not refused([Flip(GOLDEN, "cost", "card", False)])


async def test_that_a_refit_waits_for_enough_new_phrasings_or_a_quiet_minute(
    remembering: RememberingEncoder,
) -> None:
    school = await School(remembering).start()
    fitted, rule = school.prompter._current, RefitRule()
    assert not rule.due(school.knowledge.index, fitted, 0.0)
    await school.teach("почём привезти диван", school.answer("cost"), shown=("cost",))
    index = school.knowledge.index
    assert not rule.due(index, fitted, 100.0)
    assert not rule.due(index, fitted, 159.9)
    assert rule.due(index, fitted, 160.0)
    assert RefitRule().due(index, _with_entries(school, 11), 100.0)
    assert not RefitRule().due(index, _with_entries(school, 10), 100.0)
    assert [enough_new(entries) for entries in (0, 100, 600, 5_000)] == [10, 10, 30, 50]


def _with_entries(school: School, fewer: int) -> Fitted:
    return replace(school.prompter._current, entries=school.knowledge.index.entries - fewer + 1)


async def test_that_only_what_turned_a_golden_question_wrong_is_stopped_and_the_next_head_passes(
    remembering: RememberingEncoder,
) -> None:
    school = await School(remembering, golden=(GOLDEN,)).start()
    head = school.prompter._current.head.id
    assert (await school.found(GOLDEN.text))[0] == "card"
    # Somebody answers what is asked about payment with the price of delivery; what others teach,
    # also for that article, is as it should be.
    for text in ("почём привезти диван", "во сколько обойдётся курьер"):
        await school.teach(text, school.answer("cost"), shown=("cost",), by="boris")
    await school.teach(GOLDEN.text, school.answer("cost"), shown=("cost",), article_id="cost")
    await school.teach("забыл пароль от кабинета", school.answer("password"), shown=("password",))
    assert not await school.prompter.refit()
    assert school.prompter._current.head.id == head
    (report,) = school.shelf.reports
    assert (report.accepted, [each.turned_wrong for each in report.flips]) == (False, [True])
    states = {each.text: (each.state, each.why) for each in school.shelf.learned.values()}
    assert states.pop(GOLDEN.text) == (LearnedState.QUARANTINED, Why.REFIT)
    assert {state for state, _ in states.values()} == {LearnedState.UNCONFIRMED}
    await school.knowledge.refresh()
    assert await school.prompter.refit()
    assert school.prompter._current.head.id != head
    assert (await school.found(GOLDEN.text))[0] == "card"


async def test_that_a_rejection_of_the_right_article_may_be_what_turned_a_question_wrong(
    remembering: RememberingEncoder,
) -> None:
    school = await School(remembering, golden=(GOLDEN,)).start()
    await school.teach(GOLDEN.text, shown=("card",), reason="wrong", use=Use.REJECTED)
    await school.teach("забыл пароль от кабинета", school.answer("password"), shown=("password",))
    assert not await school.prompter.refit()
    kinds = {each.kind: each.state for each in school.shelf.learned.values()}
    assert kinds == {
        LearnedKind.NEGATIVE: LearnedState.QUARANTINED,
        LearnedKind.PHRASING: LearnedState.UNCONFIRMED,
    }
    await school.knowledge.refresh()
    assert await school.prompter.refit()


async def test_that_an_editors_own_change_passes_and_is_listed(
    remembering: RememberingEncoder,
) -> None:
    school = await School(remembering, golden=(GOLDEN,)).start()
    await school.knowledge.save(
        [article("pay", "Чем можно заплатить?", "Наличными.", GOLDEN.text)], "editor"
    )
    assert await school.prompter.refit()
    (report,) = school.shelf.reports
    assert (report.accepted, list(report.quarantined)) == (True, [])


async def test_that_a_start_checks_its_head_against_the_stored_one(
    remembering: RememberingEncoder,
) -> None:
    """A restart is no way around the frozen answers."""
    school = await School(remembering, golden=(GOLDEN,)).start()
    for text in (GOLDEN.text, "заплатить за заказ можно чем"):
        await school.teach(text, school.answer("cost"), shown=("cost",), article_id="cost")
    again = School(remembering, golden=(GOLDEN,))
    again.shelf, again.heads = school.shelf, school.heads
    again.knowledge = KnowledgeBase(again.shelf, VectorsInMemory(), remembering)
    again.prompter = Prompter(
        again.knowledge, remembering, again.heads, again.clock, frozen=again.shelf
    )
    await again.start()
    assert [report.accepted for report in school.shelf.reports] == [False]
    assert again.prompter._current.head.id == school.prompter._current.head.id


async def test_that_a_refused_head_is_tried_again_as_soon_as_those_responsible_are_out(
    remembering: RememberingEncoder,
) -> None:
    school = await School(remembering, golden=(GOLDEN,)).start()
    for text in (GOLDEN.text, "заплатить за заказ можно чем"):
        await school.teach(text, school.answer("cost"), shown=("cost",), article_id="cost")
    loop = asyncio.create_task(school.prompter._refit_when_behind(trained=True))
    async with asyncio.timeout(PATIENCE_S):
        while school.prompter._current.head.knowledge < school.knowledge.index.version:
            await asyncio.sleep(0.02)
            await school.knowledge.refresh()
    loop.cancel()
    assert not school.shelf.reports[0].accepted
    assert (await school.found(GOLDEN.text))[0] == "card"
