"""What the base lacks: gathered with the real encoder, ranked, made into drafts, and shrunk."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from base_world import SMALL, Base, RememberingEncoder, copied, opened
from patience import PATIENCE_S
from sqlalchemy import insert, select

from sufler.desk.gap_looking import GapLooking
from sufler.desk.gaps import Gaps
from sufler.domain.decisions import Suggestion, TurnKind, Versions
from sufler.domain.errors import BadInput, Conflict, Forbidden
from sufler.domain.gaps import Gap, GapKind, GapLook, GapState, GapTurn
from sufler.domain.knowledge import ArticleStatus
from sufler.domain.people import Caller, Role
from sufler.storage.database import Database
from sufler.storage.gaps import GapStore
from sufler.storage.leases import Leases
from sufler.storage.suggestions import SuggestionStore
from sufler.storage.tables.conversations import conversations, messages
from sufler.storage.tables.learning import learned

EVA = Caller("person:eva", "Ева", Role.EDITOR, "eva")
OLGA = Caller("person:olga", "Ольга", Role.OPERATOR, "olga")
WRAP = (
    "А вы упаковываете подарки?",
    "Можно упаковать в подарочную бумагу? Мой телефон +7 916 123-45-67",
    "Есть ли у вас подарочная упаковка?",
)
WRAPPED = "Здравствуйте, Анна! Да, упакуем подарок бесплатно, скажите об этом курьеру."
COURIER = ("сколько возьмут за привоз на дом", "сколько возьмут за привоз до двери")


class Shop:
    """A base of five articles, and turns that it did not serve."""

    def __init__(self, base: Base) -> None:
        self.base = base
        records = GapStore(base.database)
        looking = GapLooking(records, base.knowledge, base.encoder, base.clock)
        self.gaps = Gaps(records, base.knowledge, looking, base.clock)
        self.suggestions = SuggestionStore(base.database)
        self._asked = 0

    async def asked(self, text: str, reply: str = "", after_s: float = 60.0) -> str:
        """A customer of their own asks, without a suggestion; the conversation's id."""
        self._asked += 1
        talk, now = f"talk{self._asked}", self.base.clock.now()
        row = {
            "id": talk,
            "channel": "test",
            "customer_id": talk,
            "customer_name": "",
            "customer_first_name": "",
            "owner": "queue",
            "language": "ru",
            "created_at": now,
            "updated_at": now,
            "episode": 1,
            "open": True,
            "ticket": self._asked,
        }
        said = {
            "conversation_id": talk,
            "author": "operator",
            "author_name": "",
            "text": reply,
            "buttons": [],
            "at": now + timedelta(seconds=after_s),
            "state": "sent",
            "attempts": 0,
        }
        async with self.base.database.write() as connection:
            await connection.execute(insert(conversations).values(**row))
            if reply:
                await connection.execute(insert(messages).values(**said))
        versions = Versions(1, "m", "h", "p", "o")
        made = Suggestion(talk, text, "ru", TurnKind.QUESTION, (), versions, 1.0, now)
        await self.suggestions.add(replace(made, conversation_id=talk))
        self.base.clock.move(minutes=5)
        return talk

    async def fill(self) -> None:
        await self.base.save(*SMALL)
        for question in WRAP:
            await self.asked(question, WRAPPED)
        for question in COURIER:
            await self.asked(question, "Курьер — 290 рублей.", 3600.0)
        await self.asked("почему небо голубое")


@pytest.fixture
async def shop(tmp_path: Path, remembering: RememberingEncoder) -> AsyncIterator[Shop]:
    async with opened(copied(remembering, tmp_path), remembering) as base:
        made = Shop(base)
        await made.fill()
        yield made


async def test_that_like_questions_are_one_gap_ranked_by_number_and_waiting_time(
    shop: Shop,
) -> None:
    gaps: Gaps = shop.gaps
    assert (await gaps.report(EVA)).look is None
    look = await gaps.look(EVA)
    assert (look.turns, look.gaps, look.by) == (6, 3, "Ева")
    report = await gaps.report(EVA)
    courier, wrap = report.open  # one question is no gap
    assert (courier.gap.kind, courier.size.turns) == (GapKind.PHRASING, 2)
    assert courier.article is not None
    assert courier.article.id == "cost"
    assert courier.weight == 7200.0
    assert (wrap.gap.kind, wrap.size.turns, wrap.size.waited_s) == (GapKind.ARTICLE, 3, 60.0)
    assert wrap.answer == "Упакуем подарок бесплатно, скажите об этом курьеру."
    assert {len(wrap.examples), len({talk for _, talk in wrap.examples})} == {3}
    assert "916" not in str([said for said, _ in wrap.examples])
    # Nothing is placed twice; what comes joins its gap.
    assert (await gaps.look(EVA)).turns == 0
    await shop.asked("У вас есть подарочная упаковка?", WRAPPED)
    again = await gaps.look(EVA)
    assert (again.turns, again.gaps) == (1, 0)
    with pytest.raises(Forbidden):
        await gaps.report(OLGA)


async def test_that_a_draft_becomes_an_article_and_the_gap_shrinks(shop: Shop) -> None:
    gaps, base = shop.gaps, shop.base
    await gaps.look(EVA)
    wrap = next(each for each in (await gaps.report(EVA)).open if each.size.turns == 3)
    with pytest.raises(BadInput, match="answer"):
        await gaps.draft(EVA, wrap.gap.id, wrap.title, "  ")
    article_id = await gaps.draft(EVA, wrap.gap.id, wrap.title, wrap.answer)
    with pytest.raises(Conflict):
        await gaps.draft(EVA, wrap.gap.id, wrap.title, wrap.answer)
    draft = await base.knowledge.get(article_id)
    assert (draft.status, len(draft.phrasings)) == (ArticleStatus.DRAFT, 2)
    assert await base.best("подарочная упаковка есть?") != article_id
    (taken,) = (await gaps.report(EVA)).taken
    assert taken.shrunk is not None
    assert taken.shrunk.since is None

    await base.save(replace(draft, status=ArticleStatus.PUBLISHED))
    assert await base.best("подарочная упаковка есть?") == article_id
    base.clock.move(days=3)
    await shop.asked("Упакуете подарок?", WRAPPED)
    await gaps.look(EVA)
    (taken,) = (await gaps.report(EVA)).taken
    assert taken.shrunk is not None
    assert (taken.shrunk.before, taken.shrunk.so_far, taken.shrunk.after) == (0.75, 1, None)
    base.clock.move(days=11)
    (taken,) = (await gaps.report(EVA)).taken
    assert taken.shrunk is not None
    assert taken.shrunk.after == pytest.approx(0.5, abs=0.01)


async def test_that_questions_are_added_to_the_article_that_was_meant_and_leave_with_customers(
    shop: Shop,
) -> None:
    await shop.gaps.look(EVA)
    courier = (await shop.gaps.report(EVA)).open[0]
    assert await shop.gaps.add_phrasings(EVA, courier.gap.id) == "cost"
    found = {each.text: each.author for each in (await shop.base.knowledge.get("cost")).phrasings}
    assert found.keys() >= set(COURIER)
    async with shop.base.database.read() as connection:
        query = select(learned.c.conversation_id).where(learned.c.text == COURIER[0])
        assert await connection.scalar(query) == "talk4"


async def test_that_what_was_put_away_stays_away_until_it_is_brought_back(shop: Shop) -> None:
    gaps = shop.gaps
    await gaps.look(EVA)
    first = (await gaps.report(EVA)).open[0]
    await gaps.dismiss(EVA, first.gap.id)
    await shop.asked(COURIER[0])
    await gaps.look(EVA)
    report = await gaps.report(EVA)
    assert first.gap.id not in {each.gap.id for each in report.open}
    (away,) = report.dismissed
    assert (away.gap.state, away.size.turns) == (GapState.DISMISSED, 3)
    await gaps.reopen(EVA, first.gap.id)
    assert not (await gaps.report(EVA)).dismissed


class Announcing(GapStore):
    """Tells when a look was stored."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.stored = asyncio.Event()

    async def add(
        self, found: Sequence[tuple[Gap, Sequence[GapTurn]]], at: datetime, by: str
    ) -> GapLook:
        look = await super().add(found, at, by)
        self.stored.set()
        return look


async def test_that_it_is_looked_for_gaps_once_a_week_by_itself(shop: Shop) -> None:
    base = shop.base
    records = Announcing(base.database)
    looking = GapLooking(records, base.knowledge, base.encoder, base.clock)
    gaps = Gaps(records, base.knowledge, looking, base.clock)
    for passed, turns in ((0, 6), (8, 1)):
        base.clock.move(days=passed)
        if passed:
            await shop.asked("почему трава зелёная")
        records.stored.clear()
        working = asyncio.create_task(gaps.run(Leases(base.database)))
        async with asyncio.timeout(PATIENCE_S):
            await records.stored.wait()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        look = (await gaps.report(EVA)).look
        assert look is not None
        assert (look.by, look.turns) == ("week", turns)
