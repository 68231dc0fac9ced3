"""Figures for administrators over real rows: endings, uses, first replies, drift."""

import random
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from set_clock import SetClock
from sqlalchemy import insert

from sufler.desk.figures import FEW, Figures, effect_of
from sufler.domain.errors import Forbidden
from sufler.domain.figures import Asked, Ending, Served
from sufler.domain.people import Caller, Role
from sufler.storage.database import Database
from sufler.storage.figures import FiguresStore
from sufler.storage.tables.accuracy import checks, draws
from sufler.storage.tables.conversations import conversations, episodes, events, messages
from sufler.storage.tables.suggestions import feedback, suggestions

ROOT = Caller("person:root", "Алла", Role.ADMINISTRATOR, "root")
DAY = timedelta(days=1)


class Past:
    """Rows as turns, the desk and customers leave them."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        self.database = database
        self.now = clock.now()
        self.figures = Figures(FiguresStore(database), clock)

    async def add(self, table: Any, *rows: Mapping[str, Any]) -> None:
        async with self.database.write() as connection:
            for row in rows:
                await connection.execute(insert(table).values(**row))

    async def episode(
        self,
        *happened: tuple[str, str | None, str | None],
        closed: datetime | None,
        talk: str | None = None,
        number: int = 1,
    ) -> str:
        """`happened`: pairs of a decision's kind and reason with the owner after it; or a word of
        the log with who did it, and the queue it put it in."""
        opened = (closed or self.now) - timedelta(hours=1)
        if talk is None:
            talk = uuid.uuid4().hex
            await self.add(
                conversations,
                {
                    "id": talk,
                    "channel": "web",
                    "customer_id": talk,
                    "customer_name": "Олег",
                    "customer_first_name": "",
                    "owner": "bot",
                    "language": "ru",
                    "created_at": opened,
                    "updated_at": opened,
                    "episode": number,
                    "open": closed is None,
                    "ticket": 7,
                },
            )
        row = {"conversation_id": talk, "number": number, "opened_at": opened, "closed_at": closed}
        await self.add(episodes, row)
        for place, (word, reason, owner) in enumerate(happened):
            at = opened + timedelta(minutes=place)
            log = {"conversation_id": talk, "episode": number, "at": at}
            if word in ("taken", "closed", "transferred", "returned", "escalated"):
                body = {"owner_before": "queue"} | ({"queue": owner} if owner else {})
                await self.add(events, {**log, "kind": word, "by": reason, "body": body})
                continue
            body = {"kind": word, "reason": reason, "owner": owner or "bot", "article_ids": []}
            await self.add(events, {**log, "kind": "decision", "body": body})
        return talk

    async def turn(
        self,
        *,
        hidden: bool = False,
        seconds: float | None = None,
        mode: str = "suggests",
        by: str = "anna",
        used: str | None = None,
        right: bool | None = None,
        article: str = "cost",
        far_off: bool = False,
        at: datetime | None = None,
        state: str = "sent",
        **more: Any,
    ) -> str:
        """A drawn turn; answered after so many `seconds`, and what was done with what was shown."""
        at = at or self.now - DAY
        talk = await self.episode(("hand_off", "low_confidence", "queue"), closed=None)
        made = uuid.uuid4().hex
        item = {"article_id": article, "title": "Сколько?", "text": "300 ₽", "mode": mode}
        suggestion = {
            "id": made,
            "conversation_id": talk,
            "text": "сколько стоит",
            "language": "ru",
            "turn_kind": "question",
            "items": [item | {"why": {"head": 1.5}}],
            "versions": {},
            "took_ms": 1.0,
            "at": at,
        }
        await self.add(suggestions, suggestion)
        draw = {
            "suggestion_id": made,
            "conversation_id": talk,
            "episode": 1,
            "topic": "Доставка",
            "article_id": article,
            "confidence": 0.9,
            "u": 0.5,
            "share": 0.1,
            "counts": True,
            "hidden": hidden,
            "answered": False,
            "audited": False,
            "far_off": far_off,
            "at": at,
        }
        await self.add(draws, draw | more)
        if seconds is not None:
            said = {
                "conversation_id": talk,
                "author": "operator",
                "author_name": "Анна",
                "author_id": by,
                "text": "Нет, 400",
                "buttons": [],
                "at": at + timedelta(seconds=seconds),
                "state": state,
                "attempts": 0,
            }
            await self.add(messages, said)
        if used is not None:
            given = {
                "suggestion_id": made,
                "action": used,
                "by": f"person:{by}",
                "at": at,
                "article_id": article,
            }
            await self.add(feedback, given)
        if right is not None:
            check = {
                "suggestion_id": made,
                "kind": "hidden",
                "topic": "Доставка",
                "article_id": article,
                "confidence": 0.9,
                "right": right,
                "propensity": 0.1,
                "predicted_at": at,
                "versions": {},
                "at": at + timedelta(minutes=5),
                "by": f"person:{by}",
                "overdue": False,
            }
            await self.add(checks, check)
        return made


@pytest.fixture
def past(database: Database, clock: SetClock) -> Past:
    return Past(database, clock)


async def test_that_each_closed_episode_is_in_exactly_one_class(past: Past) -> None:
    answer = ("answer", "confident", "bot")
    ended = past.now - 10 * DAY
    wanted: dict[str, Ending | None] = {}

    async def put(ending: Ending | None, *happened: Any, closed: datetime = ended) -> str:
        talk = await past.episode(*happened, closed=closed)
        wanted[talk] = ending
        return talk

    handed = ("hand_off", "low_confidence", "queue")
    await put(Ending.SILENT, answer)
    await put(Ending.CONFIRMED, answer, ("courtesy", "confirmed", "bot"))
    await put(Ending.CONFIRMED, answer, ("closed", "customer", None))
    await put(Ending.SILENT, answer, ("courtesy", "confirmed", "bot"), answer)
    await put(Ending.HANDED_OFF, handed, ("taken", "person:anna", None))
    await put(Ending.HANDED_OFF, answer, handed, ("taken", "person:anna", None), answer)
    await put(Ending.ABANDONED, handed, ("escalated", "timer", None), ("closed", "timer", None))
    await put(Ending.ABANDONED, ("clarify", "close_candidates", "bot"), ("closed", "timer", None))
    await put(Ending.ABANDONED, answer, ("transferred", "person:zoya", "sales"))
    await put(None, ("courtesy", "nothing_to_answer", "bot"), ("closed", "timer", None))
    soon = await put(Ending.REOPENED, answer, ("courtesy", "confirmed", "bot"))
    later = await put(Ending.SILENT, answer, closed=past.now - 20 * DAY)
    for talk, opened in ((soon, ended + 7 * DAY), (later, past.now - 12 * DAY)):
        await past.episode(talk=talk, number=2, closed=opened + timedelta(hours=1))
    await past.episode(answer, closed=None)
    await past.episode(answer, closed=past.now - 60 * DAY)
    seen = await past.figures.endings(ROOT, 28)
    found = {e.conversation_id: kind for kind, them in seen.by_class.items() for e in them}
    assert found == {talk: ending for talk, ending in wanted.items() if ending is not None}
    assert seen.total == sum(len(each) for each in seen.by_class.values()) == len(found)
    # The reopened ones' second episodes asked nothing either.
    assert (seen.nothing_asked, seen.open_now, seen.fresh) == (3, 1, 0)
    fresh = await past.episode(answer, closed=past.now - DAY)
    seen = await past.figures.endings(ROOT, 28)
    assert seen.fresh == 1
    assert seen.by_class[Ending.SILENT][0].conversation_id == fresh


async def test_that_operators_are_counted_without_what_was_hidden_from_them(past: Past) -> None:
    for used in ("accepted", "accepted", "edited", "rejected"):
        await past.turn(seconds=30, used=used)
    await past.turn(hidden=True, seconds=90, used="replaced", right=True)
    await past.turn(hidden=True, seconds=60, right=False, by="boris")
    await past.turn(seconds=10, state="cancelled")
    seen = await past.figures.staff(ROOT, 7)
    anna, boris = sorted(seen.operators, key=lambda each: each.uses.by)
    assert anna.uses.by == "person:anna"
    assert anna.uses.actions == {"accepted": 2, "edited": 1, "rejected": 1}
    assert (anna.times.with_s, anna.times.without_s) == (30, 90)
    assert (anna.checks, anna.agreed) == (1, 1)
    assert (boris.uses.total, boris.checks, boris.agreed) == (0, 1, 0)
    assert seen.times.ratio is None  # too few to tell
    taken = await past.figures.taken(ROOT, "Доставка", 7)
    assert sorted(right for _, right in taken) == [False, False, True, True]
    assert (await past.figures.staff(ROOT, 90)).times.with_count == 4


async def test_that_only_turns_that_might_have_been_shown_are_compared(past: Past) -> None:
    await past.turn(seconds=30)
    await past.turn(hidden=True, seconds=60)
    # In a topic that answers, the others never reach an operator; in one that observes, none sees.
    await past.turn(hidden=True, seconds=600, mode="answers")
    await past.turn(seconds=600, mode="observes")
    await past.turn(seconds=600, answered=True)
    await past.turn(seconds=600, counts=False)
    times = (await past.figures.staff(ROOT, 7)).times
    assert (times.with_count, times.without_count) == (1, 1)
    assert (times.with_s, times.without_s) == (30, 60)


async def test_that_what_is_wrong_is_read_with_what_a_person_wrote(past: Past) -> None:
    await past.turn(hidden=True, seconds=60, right=False)
    await past.turn(hidden=True, seconds=60, right=True)
    (wrong,) = await past.figures.wrong(ROOT, "Доставка")
    assert (wrong.asked, wrong.title, wrong.answer) == ("сколько стоит", "Сколько?", "300 ₽")
    assert (wrong.reply, wrong.kind, wrong.why) == ("Нет, 400", "hidden", {"head": 1.5})
    assert await past.figures.wrong(ROOT, "Возврат") == []
    checked = await past.figures.checked(ROOT, "Доставка")
    assert sorted(right for _, _, right in checked) == [False, True]
    assert (await past.figures.talks(ROOT, [wrong.conversation_id or ""])) == {
        wrong.conversation_id: ("Олег", 7)
    }


async def test_that_days_of_the_drift_are_the_viewers(past: Past) -> None:
    zone = ZoneInfo("Asia/Vladivostok")
    evening = (past.now - 2 * DAY).replace(hour=20, minute=0)
    await past.turn(far_off=True, at=evening)
    await past.turn(at=evening - timedelta(hours=12))
    for _ in range(3):
        await past.turn(article="when", at=evening)
    here = await past.figures.drift(ROOT, 7, zone)
    there = await past.figures.drift(ROOT, 7, ZoneInfo("UTC"), "Доставка")
    assert len(here) == len(there) == 7
    assert here[evening.date() + DAY].far_off == 1
    assert there[evening.date()].far_off == 1
    assert there[evening.date()].turns == 5
    assert sum(each.turns for each in here.values()) == 5
    assert [asked for _, _, asked in await past.figures.far_turns(ROOT, 7)] == ["сколько стоит"]
    assert await past.figures.far_turns(ROOT, 7, "Возврат") == []
    assert await past.figures.asked(ROOT) == Asked(turns=5, repeated=3)


async def test_that_only_administrators_see_figures(past: Past) -> None:
    supervisor = Caller("person:zoya", "Зоя", Role.SUPERVISOR, "zoya")
    with pytest.raises(Forbidden):
        await past.figures.endings(supervisor, 28)
    with pytest.raises(Forbidden):
        await past.figures.staff(supervisor, 28)
    with pytest.raises(Forbidden):
        await past.figures.wrong(supervisor, "Доставка")


def test_that_an_effect_is_told_with_an_interval_that_holds(clock: SetClock) -> None:
    """Replies that take 80 % of the time with a suggestion: the interval holds 0.8 about 19 times
    in 20, and nothing is told of small arms."""
    now = clock.now()

    def served(hidden: bool, seconds: float) -> Served:
        return Served("s", "c", now, hidden, True, "person:a", now + timedelta(seconds=seconds))

    held = 0
    for seed in range(200):
        chance = random.Random(seed)
        shown = [served(False, chance.lognormvariate(4, 0.7) * 0.8) for _ in range(400)]
        hidden = [served(True, chance.lognormvariate(4, 0.7)) for _ in range(60)]
        effect = effect_of(shown + hidden)
        assert effect.low is not None
        assert effect.high is not None
        held += effect.low <= 0.8 <= effect.high
    assert 180 <= held <= 198
    few = effect_of([served(False, 10)] * (FEW - 1) + [served(True, 10)] * 500)
    assert few.ratio is None
    assert few.with_s == 10
