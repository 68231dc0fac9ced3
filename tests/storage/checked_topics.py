"""Topics with turns, checks and audits as they are stored, for tests of certificates."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from set_clock import SetClock
from sqlalchemy import insert

from sufler.desk.certifying import Certifying
from sufler.desk.ladder import Ladder
from sufler.domain.checks import CheckKind
from sufler.domain.knowledge import Topic
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database
from sufler.storage.mode_changes import ModeStore
from sufler.storage.standings import StandingStore
from sufler.storage.tables.accuracy import checks, draws
from sufler.storage.tables.suggestions import suggestions
from sufler.storage.trials import TrialStore

MODEL = "e5"


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
