"""Gaps in the database: which turns were not served, what was replied, and one place for each."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from set_clock import SetClock
from sqlalchemy import insert, update

from sufler.domain.checks import Check, CheckKind
from sufler.domain.decisions import (
    Feedback,
    FeedbackAction,
    Level,
    Suggestion,
    SuggestionItem,
    TurnKind,
    Versions,
)
from sufler.domain.errors import Conflict, NotFound
from sufler.domain.gaps import Gap, GapKind, GapState, GapTurn, Lack
from sufler.domain.knowledge import Mode
from sufler.storage.database import Database
from sufler.storage.gaps import GapStore
from sufler.storage.suggestions import SuggestionStore
from sufler.storage.tables.accuracy import checks, draws
from sufler.storage.tables.conversations import conversations, messages
from sufler.storage.tables.suggestions import feedback, suggestions

TALK = "talk"


class Shelf:
    """The stores over one database, with one conversation."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        self.database = database
        self.clock = clock
        self.gaps = GapStore(database)
        self.suggestions = SuggestionStore(database)
        self.since = clock.now() - timedelta(days=28)

    async def fill(self) -> None:
        now = self.clock.now()
        row = {
            "id": TALK,
            "channel": "test",
            "customer_id": "c",
            "customer_name": "",
            "customer_first_name": "",
            "owner": "queue",
            "language": "ru",
            "created_at": now,
            "updated_at": now,
            "episode": 1,
            "open": True,
            "ticket": 1,
        }
        async with self.database.write() as connection:
            await connection.execute(insert(conversations).values(**row))

    async def asked(
        self, id_: str, confidence: float | None = 0.9, talk: str | None = TALK, **changed: object
    ) -> Suggestion:
        """A suggestion for a turn of now; a minute passes."""
        item = SuggestionItem(
            *("a", "Где заказ?", "Едет.", "Т", Mode.SUGGESTS, "ru"),
            *(True, confidence or 0.0, Level.CHECK, "x"),
        )
        made = Suggestion(
            id=id_,
            text=f"вопрос {id_}",
            language="ru",
            turn_kind=TurnKind.QUESTION,
            items=() if confidence is None else (item,),
            versions=Versions(1, "m", "h", "p", "o"),
            took_ms=1.0,
            at=self.clock.now(),
            conversation_id=talk,
        )
        await self.suggestions.add(replace(made, **changed))  # type: ignore[arg-type]  # its fields
        self.clock.pass_(minutes=1)
        return made

    async def said(self, author: str, text: str, state: str | None = None) -> None:
        row = {
            "conversation_id": TALK,
            "author": author,
            "author_name": "",
            "text": text,
            "buttons": [],
            "at": self.clock.now(),
            "state": state,
            "attempts": 0,
        }
        async with self.database.write() as connection:
            await connection.execute(insert(messages).values(**row))
        self.clock.pass_(minutes=1)

    async def done(self, id_: str, action: FeedbackAction, **more: str) -> None:
        given = Feedback(id_, action, "person:o", self.clock.now(), **more)  # type: ignore[arg-type]
        await self.suggestions.add_feedback(given)

    async def use(self, id_: str, use: str) -> None:
        async with self.database.write() as connection:
            of = feedback.c.suggestion_id == id_
            await connection.execute(update(feedback).where(of).values(use=use, state="review"))

    async def unserved(self) -> dict[str, GapTurn]:
        found = await self.gaps.unserved(self.since)
        assert [turn.at for turn in found] == sorted(turn.at for turn in found)
        return {turn.suggestion_id: turn for turn in found}


@pytest.fixture
async def shelf(database: Database, clock: SetClock) -> Shelf:
    made = Shelf(database, clock)
    await made.fill()
    return made


def gap(question_id: str, at: datetime, **changed: object) -> Gap:
    made = Gap(0, GapKind.ARTICLE, GapState.OPEN, "ru", at, question_id)
    return replace(made, **changed)  # type: ignore[arg-type]  # its fields


async def test_that_a_turn_is_not_served_without_a_sure_suggestion_or_when_it_was_turned_down(
    shelf: Shelf,
) -> None:
    for id_ in ("sure", "rejected", "particular", "anew", "old"):
        await shelf.asked(id_)
    await shelf.asked("nothing", None)
    await shelf.asked("little", 0.3)
    await shelf.asked("little-but-taken", 0.3)
    await shelf.asked("thanks", 0.1, turn_kind=TurnKind.THANKS)
    await shelf.asked("older", 0.1, at=shelf.since - timedelta(days=1))
    await shelf.done("rejected", FeedbackAction.REJECTED, reason="wrong")
    await shelf.done("particular", FeedbackAction.REJECTED, reason="particular")
    await shelf.done("anew", FeedbackAction.REPLACED, final_text="Своими словами.")
    await shelf.use("anew", "anew")
    await shelf.done("little-but-taken", FeedbackAction.ACCEPTED, article_id="a")
    found = await shelf.unserved()
    assert {id_: turn.lack for id_, turn in found.items()} == {
        "rejected": Lack.REJECTED,
        "anew": Lack.ANEW,
        "nothing": Lack.NOTHING,
        "little": Lack.NOTHING,
    }
    assert (found["anew"].reply, found["anew"].waited_s) == ("Своими словами.", None)
    assert (found["little"].topic, found["nothing"].topic) == ("Т", "")


async def test_that_a_reply_is_what_a_person_sent_until_the_customer_wrote_again(
    shelf: Shelf,
) -> None:
    await shelf.asked("one", 0.1)
    await shelf.said("bot", "Передал оператору.", "sent")
    await shelf.said("operator", "Взято назад.", "cancelled")
    await shelf.said("operator", "Сейчас посмотрю.", "sent")
    await shelf.said("operator", "Упакуем.", "sent")
    await shelf.said("customer", "Спасибо")
    await shelf.said("operator", "Пожалуйста!", "sent")
    turn = (await shelf.unserved())["one"]
    assert (turn.reply, turn.waited_s) == ("Сейчас посмотрю.\nУпакуем.", 180.0)


async def test_that_a_hidden_turn_waits_for_its_label(shelf: Shelf) -> None:
    made = await shelf.asked("one", 0.1)
    drawn = {
        "suggestion_id": "one",
        "conversation_id": TALK,
        "episode": 1,
        "topic": "Т",
        "article_id": "a",
        "confidence": 0.1,
        "u": 0.05,
        "share": 0.1,
        "counts": True,
        "hidden": True,
        "answered": False,
        "audited": False,
        "far_off": False,
        "at": made.at,
    }
    async with shelf.database.write() as connection:
        await connection.execute(insert(draws).values(**drawn))
    assert not await shelf.unserved()
    label = Check(
        *(0, "one", "Т", "a", CheckKind.HIDDEN, 0.1, False, 0.1, made.at, shelf.clock.now(), "o")
    )
    names = [name for name in Check.__dataclass_fields__ if name != "id"]
    row = {name: getattr(label, name) for name in names} | {"kind": "hidden", "versions": {}}
    async with shelf.database.write() as connection:
        await connection.execute(insert(checks).values(**row))
    assert set(await shelf.unserved()) == {"one"}


async def test_that_each_turn_is_in_one_gap_and_leaves_with_its_suggestion(shelf: Shelf) -> None:
    for id_ in ("one", "two", "three"):
        await shelf.asked(id_, 0.1)
    found = await shelf.unserved()
    now = shelf.clock.now()
    placed = [(gap("one", now), [found["one"], replace(found["two"], waited_s=60.0)])]
    look = await shelf.gaps.add(placed, now, "week")
    assert (look.turns, look.gaps) == (2, 1)
    # Another process has looked at the same time.
    assert (await shelf.gaps.add(placed, now, "Ева")).turns == 0
    assert (await shelf.gaps.look()) is not None
    (stored,) = await shelf.gaps.all()
    assert set(await shelf.unserved()) == {"three"}
    told = replace(stored, kind=GapKind.PHRASING, article_id="a", reply_id="three")
    await shelf.gaps.add([(told, [found["three"]])], now, "week")
    (stored,) = await shelf.gaps.all()
    assert stored == told
    size = (await shelf.gaps.sizes(shelf.since))[stored.id]
    assert (size.turns, size.waited_s) == (3, 60.0)
    until = found["two"].at
    assert (await shelf.gaps.sizes(shelf.since, until))[stored.id].turns == 1

    async with shelf.database.write() as connection:
        await connection.execute(feedback.delete())
        await connection.execute(suggestions.delete().where(suggestions.c.id == "one"))
    left = (await shelf.gaps.turns_of([stored.id]))[stored.id]
    assert [turn.suggestion_id for turn in left] == ["two", "three"]


async def test_that_one_person_decides_about_a_gap(shelf: Shelf) -> None:
    turn = await shelf.asked("one", 0.1)
    found = await shelf.unserved()
    await shelf.gaps.add([(gap("one", turn.at), [found["one"]])], turn.at, "week")
    (stored,) = await shelf.gaps.all()
    now = shelf.clock.now()
    await shelf.gaps.decide(stored.id, GapState.DISMISSED, "Ева", now)
    with pytest.raises(Conflict):
        await shelf.gaps.decide(stored.id, GapState.TAKEN, "Егор", now, "gap-1")
    await shelf.gaps.decide(stored.id, GapState.OPEN, "Егор", now)
    await shelf.gaps.decide(stored.id, GapState.TAKEN, "Егор", now, "gap-1")
    taken = await shelf.gaps.get(stored.id)
    assert (taken.state, taken.article_id, taken.changed_by) == (GapState.TAKEN, "gap-1", "Егор")
    with pytest.raises(NotFound):
        await shelf.gaps.get(999)
