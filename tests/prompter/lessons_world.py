"""A small learning base in memory: lessons go through the real learner, index and head."""

from datetime import UTC, datetime, timedelta
from typing import Any

from base_world import SMALL, RememberingEncoder

from sufler.domain.knowledge import Article
from sufler.domain.learning import Frozen, Lesson, Outcome
from sufler.kb_index.knowledge import KnowledgeBase
from sufler.prompter.evaluation.offline import VectorsInMemory
from sufler.prompter.evaluation.shelf import HeadsInMemory, LearningShelf
from sufler.prompter.evaluation.stream import SteppingClock
from sufler.prompter.learning.learner import Learner
from sufler.prompter.suggest import Prompter

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class School:
    """`shelf` is what is stored, `learner` judges, `prompter` suggests."""

    def __init__(
        self,
        encoder: RememberingEncoder,
        articles: tuple[Article, ...] = SMALL,
        golden: tuple[Frozen, ...] = (),
    ) -> None:
        self.encoder = encoder
        self.shelf = LearningShelf(articles, golden)
        self.clock = SteppingClock(NOW)
        self.knowledge = KnowledgeBase(self.shelf, VectorsInMemory(), encoder)
        self.heads = HeadsInMemory()
        self.prompter = Prompter(
            self.knowledge, encoder, self.heads, self.clock, frozen=self.shelf, quiet_s=0.1
        )
        self.learner = Learner(self.knowledge, encoder, self.shelf)
        self._lessons = 0

    async def start(self) -> "School":
        """Index and train."""
        await self.knowledge.start()
        await self.prompter.start()
        return self

    def lesson(self, question: str, sent: str | None = None, **given: Any) -> Lesson:
        """An operator's act on a suggestion for `question`."""
        self._lessons += 1
        values: dict[str, Any] = {
            "suggestion_id": "s",
            "language": "ru",
            "combined": False,
            "shown": (),
            "by": "anna",
            "at": self.clock.now(),
            "due_at": self.clock.now() + timedelta(seconds=5),
        }
        return Lesson(id=self._lessons, question=question, sent=sent, **(values | given))

    async def judged(self, question: str, sent: str | None = None, **given: Any) -> Outcome:
        """What the learner makes of it; nothing is stored."""
        return await self.learner.learn(self.lesson(question, sent, **given))

    async def teach(self, question: str, sent: str | None = None, **given: Any) -> Outcome:
        """Judge, store and serve."""
        lesson = self.lesson(question, sent, **given)
        outcome = await self.learner.learn(lesson)
        self.shelf.keep(outcome, lesson.by)
        await self.knowledge.refresh()
        return outcome

    async def found(self, text: str) -> list[str]:
        """Ids of what is suggested, best first."""
        made = await self.prompter.suggest(text, limit=10)
        return [item.article_id for item in made.items]

    def answer(self, article_id: str) -> str:
        """The article's answer in Russian."""
        article = self.knowledge.article(article_id)
        assert article is not None
        return article.in_language("ru")[1].answer
