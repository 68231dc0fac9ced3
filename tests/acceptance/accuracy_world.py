"""The administrators' pages of accuracy over a shop's twelve weeks: turns, checks, feedback,
replies and endings as they would be stored; real certificates, the real ladder, the real watch."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from web_world import PASSWORD, World

from sufler.app.accuracy import certifying_over, ladder_over
from sufler.desk.certifying import Certifying
from sufler.desk.fast_watch import FastWatch
from sufler.desk.figures import Figures
from sufler.desk.ladder import Ladder
from sufler.desk.topic_watch import TopicWatch
from sufler.domain.people import Role
from sufler.storage.checks import CheckStore
from sufler.storage.database import Database
from sufler.storage.draws import DrawStore
from sufler.storage.figures import FiguresStore
from sufler.storage.proposals import ProposalStore
from sufler.storage.signals import SignalStore
from sufler.storage.standings import StandingStore
from sufler.storage.tables.accuracy import checks, draws
from sufler.storage.tables.conversations import conversations, episodes, events, messages
from sufler.storage.tables.suggestions import feedback, suggestions
from sufler.storage.trials import TrialStore
from sufler.web.accuracy_services import AccuracyServices
from sufler.web.services import Administration

MODEL = "small"
TURNS = 1440
VERSIONS = {"knowledge": 1, "model": MODEL, "head": "", "policy": "", "onnxruntime": ""}
HOSTILE = "<img src=x onerror=alert(1)> а в деревню {{7*7}} сколько"
QUESTIONS = ("сколько стоит доставка", "почём курьер", "доставка до дома сколько", "цена доставки")


class Months:
    """Rows of the past, gathered and stored at once."""

    def __init__(self, now: datetime, seed: int = 7) -> None:
        self.now = now
        self.chance = random.Random(seed)
        self.rows: dict[Any, list[dict[str, Any]]] = {}
        self._seed, self._count = seed, 0

    def add(self, table: Any, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    async def store(self, database: Database) -> None:
        """Everything gathered so far, in an order that references allow."""
        order = (conversations, episodes, suggestions, draws, messages, feedback, checks, events)
        async with database.write() as connection:
            for table in order:
                for begin in range(0, len(self.rows.get(table, ())), 500):
                    part = self.rows[table][begin : begin + 500]
                    await connection.execute(insert(table), part)
        self.rows.clear()

    def turn(
        self,
        topic: str,
        article: str,
        confidence: float,
        at: datetime,
        *,
        asked: str = "",
        hidden: bool = False,
        answered: bool = False,
        far_off: bool = False,
    ) -> str:
        """One drawn turn in a conversation of its own; its suggestion's id."""
        self._count += 1
        number = f"{self._seed}-{self._count}"
        talk, made = f"talk-{number}", f"drawn-{number}"
        self.add(
            conversations,
            id=talk,
            channel="web",
            customer_id=talk,
            customer_name=self.chance.choice(("Мария", "Олег", "Ирина", "Пётр")),
            customer_first_name="",
            owner="bot",
            language="ru",
            created_at=at,
            updated_at=at,
            episode=1,
            open=False,
            ticket=1000 + self._count,
        )
        item = {
            "article_id": article,
            "title": "Сколько стоит доставка?",
            "text": "300 ₽, а от 3000 ₽ бесплатно.",
            "topic": topic,
            "mode": "answers" if answered else "suggests",
            "why": {"head": 1.84, "similarity": 0.41, "letters": 0.22},
        }
        self.add(
            suggestions,
            id=made,
            conversation_id=talk,
            text=asked or self.chance.choice(QUESTIONS),
            language="ru",
            turn_kind="question",
            items=[item],
            versions=VERSIONS,
            took_ms=3.0,
            at=at,
            hidden=hidden,
        )
        self.add(
            draws,
            suggestion_id=made,
            conversation_id=talk,
            episode=1,
            topic=topic,
            article_id=article,
            confidence=round(confidence, 4),
            u=self.chance.random(),
            share=0.1,
            counts=True,
            hidden=hidden,
            answered=answered,
            audited=False,
            far_off=far_off,
            at=at,
        )
        return made

    def check(
        self, made: str, topic: str, article: str, confidence: float, at: datetime, right: bool
    ) -> None:
        self.add(
            checks,
            suggestion_id=made,
            kind=self.chance.choice(("hidden", "hidden", "review")),
            topic=topic,
            article_id=article,
            confidence=round(confidence, 4),
            right=right,
            propensity=0.1,
            predicted_at=at,
            versions=VERSIONS,
            at=at + timedelta(minutes=20),
            by="person:anna",
            overdue=False,
        )

    def answered_by(
        self, made: str, operator: str, at: datetime, seconds: float, action: str | None
    ) -> None:
        """What the operator did, the reply, and the episode's end."""
        talk = f"talk-{made.removeprefix('drawn-')}"
        replied = at + timedelta(seconds=seconds)
        self.add(
            messages,
            conversation_id=talk,
            author="operator",
            author_name="Анна",
            author_id=operator,
            text="В деревню 500 ₽.",
            buttons=[],
            at=replied,
            state="sent",
            attempts=0,
            low=False,
            open=False,
        )
        if action is not None:
            self.add(
                feedback,
                suggestion_id=made,
                action=action,
                by=f"person:{operator}",
                at=replied,
                article_id="cost",
                found=False,
                attempts=0,
            )

    def ended(self, made: str, at: datetime, *happened: Mapping[str, Any]) -> None:
        talk = f"talk-{made.removeprefix('drawn-')}"
        closed = at + timedelta(hours=1)
        self.add(episodes, conversation_id=talk, number=1, opened_at=at, closed_at=closed)
        for each in happened:
            row = {"by": None, "body": {}, "kind": "decision"} | dict(each)
            self.add(events, conversation_id=talk, episode=1, at=at, **row)


ANSWER = {"body": {"kind": "answer", "reason": "confident", "owner": "bot"}}
CONFIRMED = {"body": {"kind": "courtesy", "reason": "confirmed", "owner": "bot"}}
HANDED = {"body": {"kind": "hand_off", "reason": "topic_suggests", "owner": "queue"}}
TAKEN = {"kind": "taken", "by": "person:anna", "body": {"owner_before": "queue"}}


class AccuracyWorld(World):
    """With `certifying`, `ladder` and `watch`, and nothing asked yet."""

    certifying: Certifying
    ladder: Ladder
    watch: TopicWatch

    async def _build(self) -> None:
        await super()._build()
        await self.people.add("vera", "Вера", Role.ADMINISTRATOR, PASSWORD)
        self._build_accuracy()

    def _build_accuracy(self) -> None:
        self.certifying = certifying_over(self.database, self.clock)
        self.ladder = ladder_over(self.database, self.clock, self.certifying)
        self.watch = TopicWatch(
            self.certifying,
            self.ladder,
            TrialStore(self.database),
            StandingStore(self.database),
            FastWatch(SignalStore(self.database, self.clock), self.clock),
            ProposalStore(self.database, self.clock),
            self.clock,
            MODEL,
        )

    def _administration(self) -> Administration:
        return replace(super()._administration(), accuracy=self.accuracy())

    def accuracy(self) -> AccuracyServices:
        figures = Figures(FiguresStore(self.database), self.clock)
        database = self.database
        return AccuracyServices(
            self.certifying,
            self.ladder,
            figures,
            CheckStore(database),
            DrawStore(database),
            FastWatch(SignalStore(database, self.clock), self.clock),
        )

    async def person_id(self, login: str) -> str:
        return (await self.people.get(login)).id

    async def live_through(self, weeks: int = 12) -> None:
        """«Доставка» has proved 95 %; «Возврат» has not."""
        now = self.clock.now()
        past = Months(now)
        anna, boris = await self.person_id("anna"), await self.person_id("boris")
        span = timedelta(weeks=weeks)
        # What candidate bars are read off, before anything was checked.
        for place in range(300):
            at = now - span + timedelta(minutes=place)
            topic, article = ("Доставка", "cost") if place % 3 else ("Возврат", "return")
            past.turn(topic, article, 0.6 + 0.39 * past.chance.random(), at)
        await past.store(self.database)
        await self.watch.round()
        self._checked(past, now, span, [anna, boris])
        await past.store(self.database)
        await self.watch.look()

    def _checked(
        self, past: Months, now: datetime, span: timedelta, operators: Sequence[str]
    ) -> None:
        """Checks, shown turns with what was done with them, and how episodes ended."""
        chance = past.chance
        for place in range(TURNS):
            at = now - span + timedelta(days=1) + (span - timedelta(days=2)) * (place / TURNS)
            delivery = place % 3 != 0
            topic, article = ("Доставка", "cost") if delivery else ("Возврат", "return")
            confidence = 0.6 + 0.39 * chance.random()
            sure = delivery and confidence > 0.8
            right = sure or chance.random() < 0.9
            hidden = place % 2 == 0
            far = chance.random() < 0.08
            asked = HOSTILE if not right and delivery else ""
            made = past.turn(topic, article, confidence, at, hidden=hidden, asked=asked)
            past.rows[draws][-1]["far_off"] = far
            seconds = chance.lognormvariate(4.2, 0.6) * (1.0 if hidden else 0.7)
            action = None if hidden else chance.choice(("accepted",) * 9 + ("edited", "rejected"))
            past.answered_by(made, operators[place % 2], at, seconds, action)
            if hidden:
                past.check(made, topic, article, confidence, at, right)
            match place % 7:
                case 0 | 1 | 2:
                    past.ended(made, at, HANDED, TAKEN)
                case 3 | 4:
                    past.ended(made, at, ANSWER)
                case 5:
                    past.ended(made, at, ANSWER, CONFIRMED)
                case _:
                    past.ended(made, at, HANDED)
