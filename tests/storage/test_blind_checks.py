"""What learning takes from blind checks: operators' weights, and answers that refits keep."""

from datetime import timedelta
from typing import Any

import pytest
from checked_topics import Watched
from set_clock import SetClock
from sqlalchemy import insert, update

from sufler.domain.learning import Frozen, Golden, Learned, LearnedKind, LearnedState
from sufler.prompter.learning.guards import operator_weight
from sufler.prompter.learning.ports import Checked
from sufler.storage.database import Database
from sufler.storage.golden import GoldenStore
from sufler.storage.learned_list import LearnedStore
from sufler.storage.tables.accuracy import checks, review_tasks
from sufler.storage.tables.learning import learned
from sufler.storage.tables.suggestions import feedback, suggestions

ANNA, REVIEWER = "person:anna", "person:boris"


@pytest.fixture
def shop(database: Database, clock: SetClock) -> Watched:
    return Watched(database, clock)


async def label(
    shop: Watched, turn: str, right: bool, by: str = REVIEWER, text: str = "", **more: Any
) -> None:
    """A check of the turn, whose predicted article is `a`."""
    now = shop.clock.now()
    row = {
        "suggestion_id": turn,
        "kind": "review",
        "topic": "Доставка",
        "article_id": "a",
        "confidence": 0.9,
        "right": right,
        "propensity": 0.1,
        "predicted_at": now - timedelta(hours=1),
        "versions": {},
        "at": now,
        "by": by,
        "overdue": False,
    }
    async with shop.database.write() as connection:
        await connection.execute(insert(checks).values(**(row | more)))
        if text:
            this = update(suggestions).where(suggestions.c.id == turn)
            await connection.execute(this.values(text=text))


async def answer(
    shop: Watched, turn: str, article: str | None, use: str, taught: str | None = None
) -> None:
    """Anna's reply to the turn, learned; `taught`: the article that its words were found to be."""
    now = shop.clock.now()
    row = {"suggestion_id": turn, "action": "accepted", "by": ANNA, "at": now, "use": use}
    async with shop.database.write() as connection:
        adding = insert(feedback).values(**row, article_id=article, state="learned")
        lesson = (await connection.execute(adding.returning(feedback.c.id))).scalar_one()
        if taught:
            one = Learned(
                *(0, LearnedKind.PHRASING, LearnedState.UNCONFIRMED, taught, turn, "ru", 0.5),
                by=ANNA,
                at=now,
                lesson_id=lesson,
            )
            values = {n: getattr(one, n) for n in one.__dataclass_fields__ if n != "id"}
            await connection.execute(insert(learned).values(**values))


async def test_that_an_operators_weight_follows_what_others_labelled(shop: Watched) -> None:
    records = LearnedStore(shop.database, shop.clock)
    assert await records.checked(ANNA) == Checked()
    shop.clock.pass_(minutes=1)
    turns = await shop.turns("Доставка", 9)
    said = [("a", "verbatim", None), ("a", "cosmetic", None), ("b", "other", "a")]
    for turn, (article, use, taught) in zip(turns, said, strict=False):
        await answer(shop, turn, article, use, taught)
        await label(shop, turn, right=True)
    assert await records.checked(ANNA) == Checked(3, 0)
    # Another article than the right one, and the one that was labelled wrong.
    shop.clock.pass_(minutes=1)
    await answer(shop, turns[3], "b", "searched")
    await label(shop, turns[3], right=True)
    await answer(shop, turns[4], "a", "verbatim")
    await label(shop, turns[4], right=False)
    # A reply in own words, which were found to be that article before a reviewer looked.
    await answer(shop, turns[5], None, "anew")
    async with shop.database.write() as connection:
        task = {"kind": "hidden", "topic": "Доставка", "propensity": 0.1, "state": "done"}
        now = shop.clock.now()
        task |= {"reviewers": 1, "created_at": now, "due_at": now, "matched": "a"}
        await connection.execute(insert(review_tasks).values(suggestion_id=turns[5], **task))
    await label(shop, turns[5], right=True)
    assert await records.checked(ANNA) == Checked(4, 2)
    shop.clock.pass_(minutes=1)
    # Nothing is said by a label of her own words, a voided or overdue one, another article where
    # the predicted one was wrong, changed facts; nor of anybody else.
    await answer(shop, turns[6], "a", "verbatim")
    await label(shop, turns[6], right=True, by=ANNA)
    await answer(shop, turns[7], "b", "searched")
    await label(shop, turns[7], right=False)
    await answer(shop, turns[8], "a", "facts")
    await label(shop, turns[8], right=False)
    async with shop.database.write() as connection:
        first = update(checks).where(checks.c.suggestion_id == turns[0])
        await connection.execute(first.values(voided_at=shop.clock.now()))
        second = update(checks).where(checks.c.suggestion_id == turns[4])
        await connection.execute(second.values(overdue=True))
    assert await records.checked(ANNA) == Checked(3, 1)
    assert await records.checked("person:vera") == Checked()
    assert operator_weight(Checked(3, 9)) < operator_weight(Checked(3, 1))


async def test_that_refits_are_held_to_confirmed_checks_beside_golden_questions(
    shop: Watched,
) -> None:
    golden = GoldenStore(shop.database, shop.clock)
    await golden.add([Golden(0, "где мой заказ", "ru", "a", "editor", shop.clock.now())])
    turns = await shop.turns("Доставка", 7)
    texts = ["когда привезут", "где мой заказ", "когда привезут", "сколько ждать", "куда", "кто"]
    for turn, text in zip(turns, texts, strict=False):
        await label(shop, turn, right=text != "сколько ждать", text=text, overdue=text == "куда")
        shop.clock.pass_(minutes=1)
    async with shop.database.write() as connection:
        gone = update(checks).where(checks.c.suggestion_id == turns[5])
        await connection.execute(gone.values(voided_at=shop.clock.now()))
    # What leans on earlier words would be asked without them.
    await label(shop, turns[6], right=True, text="где заказ\nа если завтра")
    assert await golden.frozen() == [
        Frozen("где мой заказ", "ru", "a", golden=True),
        Frozen("когда привезут", "ru", "a", golden=False),
    ]
