"""The lesson loop: what operators did is learned at the moment it is due, once, in one process.
Curious: `prompter/learning/learner.py` judges, `storage/lessons.py` keeps."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

import structlog

from sufler.domain.errors import StorageUnavailable
from sufler.domain.learning import Lesson, LessonState, Outcome, Use
from sufler.domain.ports import Announcements, Clock, Leases

LEASE: Final = "learn"
# Lessons are looked for at least so often, in seconds: a wake-up may be lost.
LOOK_S: Final = 1.0

_log = structlog.get_logger(__name__)


class LessonRecords(Protocol):
    """`storage.lessons.LessonStore`."""

    async def next_due(self) -> datetime | None: ...
    async def begin(self, now: datetime) -> Lesson | None: ...
    async def park(self, lesson_id: int, why: str) -> None: ...
    async def store(self, lesson: Lesson, outcome: Outcome) -> bool: ...


class Learning(Protocol):
    """`prompter.learning.learner.Learner`."""

    async def learn(self, lesson: Lesson) -> Outcome: ...


class Serving(Protocol):
    """`kb_index.knowledge.KnowledgeBase`."""

    async def refresh(self) -> bool: ...


class Lessons:
    """Learns. `told` hears of each outcome that was stored."""

    def __init__(
        self,
        records: LessonRecords,
        learner: Learning,
        knowledge: Serving,
        clock: Clock,
        told: Callable[[Outcome], None] = lambda outcome: None,
    ) -> None:
        self._records = records
        self._learner = learner
        self._knowledge = knowledge
        self._clock = clock
        self._told = told

    async def run(self, leases: Leases, announced: Announcements) -> None:
        """For ever, while this process holds the lease `learn`. `announced` tells of new lessons.
        Raises LeaseLost."""
        async with leases.holding(LEASE):
            while True:
                await self.learn_due()
                await announced.wait(await self._until_due())

    async def learn_due(self) -> int:
        """Learn everything that is due now, in order; how many lessons. What cannot be learned is
        parked, and the others go on. Raises StorageUnavailable."""
        count = 0
        while lesson := await self._records.begin(self._clock.now()):
            await self._learn(lesson)
            count += 1
        return count

    async def _learn(self, lesson: Lesson) -> None:
        try:
            outcome = await self._learner.learn(lesson)
            stored = await self._records.store(lesson, outcome)
        except StorageUnavailable:
            raise
        except Exception as error:
            # Its words are a customer's: of the error, only what kind it is.
            kind = type(error).__name__
            _log.error("lesson_parked", lesson=lesson.id, error=kind)
            await self._records.park(lesson.id, f"failed {kind}")
            self._told(Outcome(LessonState.SKIPPED, lesson.use or Use.IGNORED, "failed"))
            return
        if not stored:
            return  # taken back or erased meanwhile
        if outcome.learned or outcome.confirm:
            await self._knowledge.refresh()
        self._told(outcome)

    async def _until_due(self) -> float:
        """Seconds until the next lesson, at most LOOK_S."""
        due = await self._records.next_due()
        if due is None:
            return LOOK_S
        return min(max((due - self._clock.now()).total_seconds(), 0.0), LOOK_S)
