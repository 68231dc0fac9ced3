"""The story of one lesson: what was done with a suggestion, and what is learned of it."""

from sufler.domain.learning import Lesson, LessonState, Outcome, Use
from sufler.domain.ports import TextEncoder
from sufler.kb_index.knowledge import KnowledgeBase
from sufler.prompter.learning.ports import LearnedRecords


class Learner:
    """Judges lessons by the current index; stores nothing."""

    def __init__(
        self, knowledge: KnowledgeBase, encoder: TextEncoder, records: LearnedRecords
    ) -> None:
        self._knowledge = knowledge
        self._encoder = encoder
        self._records = records

    async def learn(self, lesson: Lesson) -> Outcome:
        """What this lesson teaches; the same lesson on the same index gives the same outcome."""
        return Outcome(LessonState.SKIPPED, Use.IGNORED, "not judged yet")
