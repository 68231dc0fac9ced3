"""Builds what learns, and what editors do with it."""

from typing import TYPE_CHECKING

from sufler.desk.gap_looking import GapLooking
from sufler.desk.gaps import Gaps
from sufler.desk.golden import GoldenDesk, Prompting
from sufler.desk.learned import Base, LearnedDesk
from sufler.desk.lessons import Lessons
from sufler.desk.nightly import Nightly
from sufler.domain.learning import Outcome
from sufler.domain.ports import Clock
from sufler.prompter.learning.learner import Learner
from sufler.storage.database import Database
from sufler.storage.gaps import GapStore
from sufler.storage.golden import GoldenStore
from sufler.storage.learned_list import LearnedStore
from sufler.storage.lessons import LessonStore
from sufler.storage.proposals import ProposalStore

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


def nightly_over(
    database: Database, knowledge: "KnowledgeBase", encoder: "TextEncoder", clock: Clock
) -> Nightly:
    """The nightly look at what was learned."""
    return Nightly(LearnedStore(database, clock), knowledge, encoder, clock)


def learned_desk_over(database: Database, knowledge: Base, clock: Clock) -> LearnedDesk:
    """What editors see and do with what was learned."""
    return LearnedDesk(
        LearnedStore(database, clock),
        ProposalStore(database, clock),
        LessonStore(database, clock),
        knowledge,
        clock,
    )


def golden_desk_over(
    database: Database, knowledge: Base, prompter: Prompting, clock: Clock
) -> GoldenDesk:
    """Golden questions."""
    return GoldenDesk(GoldenStore(database, clock), prompter, knowledge, clock)


def gaps_over(
    database: Database, knowledge: "KnowledgeBase", encoder: "TextEncoder", clock: Clock
) -> Gaps:
    """What the base lacks."""
    records = GapStore(database)
    return Gaps(records, knowledge, GapLooking(records, knowledge, encoder, clock), clock)
