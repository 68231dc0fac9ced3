"""Topics with turns, checks and audits as they are stored, for tests of certificates."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from set_clock import SetClock
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.desk.certifying import Certifying
from sufler.desk.fast_watch import FastWatch
from sufler.desk.ladder import Ladder
from sufler.desk.topic_watch import TopicWatch
from sufler.domain.checks import CheckKind
from sufler.domain.knowledge import Mode, Topic
from sufler.domain.people import Caller, Role
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database
from sufler.storage.mode_changes import ModeStore
from sufler.storage.proposals import ProposalStore
from sufler.storage.sharing import put
from sufler.storage.signals import SignalStore
from sufler.storage.standings import StandingStore
from sufler.storage.tables.accuracy import checks, draws, review_tasks
from sufler.storage.tables.conversations import conversations, events, messages
from sufler.storage.tables.suggestions import feedback, suggestions
from sufler.storage.trials import TrialStore

MODEL = "e5"
ROOT = Caller("person:root", "Корнеева", Role.ADMINISTRATOR, "root")


class CheckedTopics:
    """The stores over one database, the ladder above them, and rows as the desk writes them."""

    def __init__(self, database: Database, clock: SetClock, *, strict: bool = False) -> None:
        self.database = database
        self.clock = clock
        self.modes = ModeStore(database)
        self.trials = TrialStore(database)
        self.counts = StandingStore(database)
        self.certifying = Certifying(self.trials, self.modes, self.counts, clock, strict=strict)
        self.ladder = Ladder(self.modes, self.certifying, clock)

    async def topic(self, *names: str) -> None:
        for name in names:
            await ArticleStore(self.database, self.clock).set_topic(Topic(name), "editor")

    async def turns(
        self,
        topic: str,
        count: int,
        confidence: float = 0.9,
        *,
        model: str = MODEL,
        article: str = "a",
        **more: Any,
    ) -> list[str]:
        """Predictions of turns, a second apart, the last of them now."""
        now = self.clock.now()
        ids = [uuid.uuid4().hex for _ in range(count)]
        moments = [now - timedelta(seconds=count - 1 - place) for place in range(count)]
        versions = {"knowledge": 1, "model": model, "head": "", "policy": "", "onnxruntime": ""}
        made = [
            {
                "id": each,
                "conversation_id": f"c{each}",
                "text": "?",
                "language": "ru",
                "turn_kind": "question",
                "items": [],
                "versions": versions,
                "took_ms": 1.0,
                "at": at,
            }
            for each, at in zip(ids, moments, strict=True)
        ]
        drawn = [
            {
                "suggestion_id": each,
                "conversation_id": f"c{each}",
                "episode": 1,
                "topic": topic,
                "article_id": article,
                "confidence": confidence,
                "u": 0.05,
                "share": 0.1,
                "counts": True,
                "hidden": False,
                "answered": False,
                "audited": False,
                "far_off": False,
                "at": at,
                **more,
            }
            for each, at in zip(ids, moments, strict=True)
        ]
        async with self.database.write() as connection:
            await connection.execute(insert(suggestions), made)
            await connection.execute(insert(draws), drawn)
        return ids

    async def checked(
        self,
        topic: str,
        right: Sequence[bool],
        confidence: float = 0.9,
        kind: CheckKind = CheckKind.HIDDEN,
        *,
        model: str = MODEL,
        article: str = "a",
        predicted_at: datetime | None = None,
    ) -> None:
        """Checks, a second apart, the last of them now; predicted a minute before."""
        now = self.clock.now()
        rows = [
            {
                "suggestion_id": uuid.uuid4().hex,
                "kind": kind.value,
                "topic": topic,
                "article_id": article,
                "confidence": confidence,
                "right": good,
                "propensity": 0.1,
                "predicted_at": predicted_at or at - timedelta(seconds=1),
                "versions": {"model": model},
                "at": at,
                "by": "person:1",
                "overdue": False,
            }
            for place, good in enumerate(right)
            if (at := now - timedelta(milliseconds=10 * (len(right) - 1 - place)))
        ]
        async with self.database.write() as connection:
            await connection.execute(insert(checks), rows)
            await self.database.wakeups.announce("checks")

    async def mark_wrong(self, suggestion_id: str, by: str) -> None:
        """An operator rejects a suggestion as wrong."""
        row = {"suggestion_id": suggestion_id, "action": "rejected", "reason": "wrong"}
        async with self.database.write() as connection:
            await connection.execute(insert(feedback), [{**row, "by": by, "at": self.clock.now()}])

    async def left_lying(self, overdue: Sequence[str], done: Sequence[str]) -> None:
        """Audits, some of which nobody labelled in time."""
        now = self.clock.now()
        rows = [
            {
                "suggestion_id": each,
                "kind": "audit",
                "topic": "Доставка",
                "propensity": 1.0,
                "reviewers": 1,
                "state": "done" if each in done else "overdue",
                "created_at": now,
                "due_at": now,
            }
            for each in (*overdue, *done)
        ]
        async with self.database.write() as connection:
            for row in rows:
                await put_task(connection, row)

    async def answered_by_bot(self, topic: str, count: int, refused: int) -> None:
        """Automatic answers now; after the first `refused` of them the customer says "not it"."""
        ids = await self.turns(topic, count, answered=True)
        await self._refuse(ids[:refused])

    async def answered_by_operators(self, topic: str, count: int, refused: int) -> None:
        """The same with operators' own replies."""
        ids = await self.turns(topic, count)
        at = self.clock.now() + timedelta(seconds=1)
        row = {"author": "operator", "author_name": "", "text": "x", "buttons": [], "attempts": 0}
        rows = [{**row, "conversation_id": f"c{each}", "at": at} for each in ids]
        await self._conversations(ids)
        async with self.database.write() as connection:
            await connection.execute(insert(messages), rows)
        await self._refuse(ids[:refused])

    async def waiting_answer(self, topic: str) -> int:
        """An automatic answer of the topic that still waits to be sent; the message's id."""
        [of] = await self.turns(topic, 1, answered=True)
        await self._conversations([of])
        now = self.clock.now()
        row = {"conversation_id": f"c{of}", "suggestion_id": of, "at": now}
        said = {"author": "bot", "author_name": "", "text": "x", "buttons": [], "attempts": 0}
        decision = {"kind": "answer", "reason": "confident", "messages": []}
        async with self.database.write() as connection:
            await connection.execute(
                update(suggestions).where(suggestions.c.id == of).values(items=[{"topic": topic}])
            )
            await connection.execute(
                insert(events).values(**row, episode=1, kind="decision", body=decision)
            )
            query = insert(messages).values(**row, **said, state="pending").returning(messages.c.id)
            return int(await connection.scalar(query) or 0)

    async def _refuse(self, ids: Sequence[str]) -> None:
        await self._conversations(ids)
        at = self.clock.now() + timedelta(minutes=1)
        body = {"kind": "hand_off", "reason": "not_it"}
        row = {"episode": 1, "kind": "decision", "body": body, "at": at}
        rows = [{**row, "conversation_id": f"c{each}"} for each in ids]
        async with self.database.write() as connection:
            await connection.execute(insert(events), rows)

    async def _conversations(self, ids: Sequence[str]) -> None:
        now = self.clock.now()
        rows = [
            {
                "id": f"c{each}",
                "channel": "web",
                "customer_id": each,
                "customer_name": "",
                "customer_first_name": "",
                "owner": "bot",
                "language": "ru",
                "created_at": now,
                "updated_at": now,
                "episode": 1,
                "open": True,
                "ticket": 1,
            }
            for each in ids
        ]
        async with self.database.write() as connection:
            await put(connection, conversations, rows)


class Watched(CheckedTopics):
    """With the watch above."""

    def __init__(self, database: Database, clock: SetClock, *, strict: bool = False) -> None:
        super().__init__(database, clock, strict=strict)
        self.watch = self.watch_of(MODEL)

    def watch_of(self, model: str) -> TopicWatch:
        return TopicWatch(
            self.certifying,
            self.ladder,
            self.trials,
            self.counts,
            FastWatch(SignalStore(self.database, self.clock), self.clock),
            ProposalStore(self.database, self.clock),
            self.clock,
            model,
        )

    async def certified(self, topic: str = "Доставка") -> None:
        """With a certificate, and answering by it."""
        await self.topic(topic)
        await self.turns(topic, 300)
        await self.watch.round()
        await self.checked(topic, [True] * 100)
        await self.watch.look()
        self.clock.pass_(minutes=1)
        await self.ladder.change(ROOT, topic, Mode.ANSWERS)
        self.clock.pass_(minutes=1)

    async def mode(self, topic: str = "Доставка") -> Mode:
        return next(each.mode for each in await self.modes.topics() if each.name == topic)


async def put_task(connection: AsyncConnection, row: dict[str, Any]) -> None:
    """Store a review task, or its new state."""
    of = review_tasks.c.suggestion_id == row["suggestion_id"]
    changed = await connection.execute(update(review_tasks).where(of).values(state=row["state"]))
    if not changed.rowcount:
        await connection.execute(insert(review_tasks), [row])
