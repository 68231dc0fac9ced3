"""Past conversations through the real program, in a database of their own that is thrown away."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sufler.app.base import DEMO_FILE
from sufler.app.settings import Settings
from sufler.app.wiring import opened_basis
from sufler.domain.decisions import Feedback, FeedbackAction, Suggestion
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Article, ArticleStatus
from sufler.kb_index.encoder import Encoder, load_encoder
from sufler.kb_index.formats.full_form import to_object
from sufler.kb_index.formats.read import read_articles
from sufler.kb_index.knowledge import KnowledgeBase
from sufler.kb_index.vectors import StoredVectors
from sufler.prompter.learning.learner import Learner
from sufler.prompter.learning.masking import masked
from sufler.prompter.suggest import Prompter
from sufler.prompter.turn_kind import language_of
from sufler.replay.exports.read import read_talks
from sufler.replay.matching import Matcher
from sufler.replay.proposing import propose
from sufler.replay.report import Predicted, figures
from sufler.replay.run import replay
from sufler.replay.talks import PastTurn, in_time_order
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database
from sufler.storage.heads import HeadStore
from sufler.storage.learned_list import LearnedStore
from sufler.storage.lessons import LessonStore
from sufler.storage.suggestions import SuggestionStore
from sufler.storage.vectors import VectorStore

OnProgress = Callable[[str, float], None]

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_MOST_MISSING = 20


@dataclass(frozen=True)
class Replayed:
    """The report, and the articles that the history would give, as `kb import` takes them."""

    figures: dict[str, Any]
    proposed: list[dict[str, Any]]


class PastClock:
    """Stands at the moment of the turn that is being replayed; never goes back."""

    def __init__(self) -> None:
        self._now = _BEGINNING

    def now(self) -> datetime:
        """That moment."""
        return self._now

    def monotonic(self) -> float:
        """The same in seconds."""
        return self._now.timestamp()

    def go_to(self, at: datetime | None) -> None:
        """To `at`, or a moment on."""
        self._now = max(self._now + timedelta(milliseconds=1), at or _BEGINNING)


class Desk:
    """A human's reply becomes a lesson that is learned at once."""

    def __init__(
        self,
        database: Database,
        clock: PastClock,
        knowledge: KnowledgeBase,
        learner: Learner,
    ) -> None:
        self._suggestions = SuggestionStore(database)
        self._lessons = LessonStore(database, clock)
        self._clock = clock
        self._knowledge = knowledge
        self._learner = learner

    async def begin(self, at: datetime | None) -> None:
        """It is `at` now."""
        self._clock.go_to(at)

    async def teach(self, made: Suggestion, reply: str, turn: PastTurn) -> bool:
        """Learn from the reply; whether the base has changed."""
        now = self._clock.now()
        await self._suggestions.add(made)
        given = Feedback(made.id, FeedbackAction.REPLACED, "history", now, final_text=reply)
        await self._suggestions.add_feedback(given)
        while (lesson := await self._lessons.begin(now)) is not None:
            await self._lessons.store(lesson, await self._learner.learn(lesson))
        return await self._knowledge.refresh()


async def replayed(
    settings: Settings,
    file: Path,
    operators: Sequence[str],
    base: str,
    target: float,
    on_progress: OnProgress = lambda what, share: None,
) -> Replayed:
    """Replay the export `file`; `base` is auto, current or history. Raises BadInput."""
    on_progress("read", 0.0)
    turns = in_time_order(await asyncio.to_thread(read_talks, file, operators))
    if not turns:
        raise BadInput(f"{file}: no operator replied to a customer in it", field="file")
    articles = [] if base == "history" else await _current(settings)
    if base == "current" and not articles:
        raise BadInput("the knowledge base is empty; use --base history", field="base")
    if base == "auto" and {each.id for each in articles} <= await asyncio.to_thread(_demo):
        articles = []
    on_progress("encoder", 0.0)
    encoder = await asyncio.to_thread(load_encoder, settings.model_folder)
    try:
        with TemporaryDirectory(prefix="sufler-replay-") as folder:
            database = Database(f"sqlite:///{folder}/sufler.db")
            try:
                await database.migrate()
                return await _through(database, encoder, turns, articles, target, on_progress)
            finally:
                await database.close()
    finally:
        encoder.close()


async def _through(
    database: Database,
    encoder: Encoder,
    turns: list[PastTurn],
    articles: list[Article],
    target: float,
    on_progress: OnProgress,
) -> Replayed:
    clock = PastClock()
    stored = VectorStore(database)
    vectors = StoredVectors(encoder, stored)
    knowledge = KnowledgeBase(ArticleStore(database, clock), stored, encoder)
    prompter = Prompter(knowledge, encoder, HeadStore(database, clock), clock)
    await knowledge.start()
    from_history = not articles
    taught = turns[: len(turns) // 2] if from_history else []
    if from_history:
        on_progress("articles from the first half", 0.0)
        drafts = await propose(taught, vectors)
        articles = [replace(each, status=ArticleStatus.PUBLISHED) for each in drafts]
    await knowledge.save(articles, "replay")
    await prompter.start()
    learner = Learner(knowledge, encoder, LearnedStore(database, clock))
    desk = Desk(database, clock, knowledge, learner)
    matcher = await Matcher.over(articles, vectors, knowledge.background)

    def tell(done: int, wanted: int) -> None:
        on_progress("replay", done / wanted)

    try:
        predicted = await replay(turns[len(taught) :], prompter, matcher, desk, tell)
        missing = await _missing(turns[len(taught) :], predicted, vectors)
    finally:
        await knowledge.close()
    told = figures(predicted, target)
    told["base"] = "history" if from_history else "current"
    told["articles"] = len(articles)
    told["taught"] = len(taught)
    told["missing"] = [
        {"times": 1 + len(each.phrasings), "question": _title(each)}
        for each in missing[:_MOST_MISSING]
    ]
    proposed = await propose(turns, vectors) if from_history else missing
    return Replayed(told, [to_object(each) for each in proposed])


async def _missing(
    turns: Sequence[PastTurn], predicted: Sequence[Predicted], vectors: StoredVectors
) -> list[Article]:
    """What operators answered again and again in their own words: drafts of articles."""
    anew = [turn for turn, made in zip(turns, predicted, strict=True) if made.replied is None]
    return await propose(anew, vectors)


async def _current(settings: Settings) -> list[Article]:
    async with opened_basis(settings) as basis:
        stored = [article async for article in basis.articles.all()]
    return [each for each in stored if each.status is ArticleStatus.PUBLISHED]


def _demo() -> set[str]:
    return {each.id for each in read_articles(DEMO_FILE)} if DEMO_FILE.is_file() else set()


def _title(article: Article) -> str:
    title = next(iter(article.translations.values())).title
    return masked(title, language_of(title, "ru"))
