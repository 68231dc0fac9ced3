"""Builds what learns: the lesson loop over the stored lessons, the learner and the base."""

from typing import TYPE_CHECKING

from sufler.desk.lessons import Lessons
from sufler.domain.learning import Outcome
from sufler.domain.ports import Clock
from sufler.prompter.learning.learner import Learner
from sufler.storage.database import Database
from sufler.storage.learned_list import LearnedStore
from sufler.storage.lessons import LessonStore

if TYPE_CHECKING:
    from sufler.api.metrics import Metrics
    from sufler.domain.ports import TextEncoder
    from sufler.kb_index.knowledge import KnowledgeBase


def lessons_over(
    database: Database,
    knowledge: "KnowledgeBase",
    encoder: "TextEncoder",
    clock: Clock,
    metrics: "Metrics | None" = None,
) -> Lessons:
    """The lesson loop; `metrics` counts what becomes of lessons."""

    def told(outcome: Outcome) -> None:
        if metrics is not None:
            metrics.lessons.labels(outcome.state.value).inc()

    learner = Learner(knowledge, encoder, LearnedStore(database, clock))
    return Lessons(LessonStore(database, clock), learner, knowledge, clock, told)
