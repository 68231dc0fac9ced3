"""Past conversations through the real program, in a database of their own that is thrown away."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sufler.app.replay_plan import FIXED, REFITTED, PastBase, Plan, base_of
from sufler.app.settings import Settings
from sufler.app.wiring import opened_basis
from sufler.domain.decisions import Feedback, FeedbackAction, Suggestion
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Article, ArticleStatus
from sufler.kb_index.encoder import Encoder, load_encoder
from sufler.kb_index.formats.full_form import to_object
from sufler.kb_index.knowledge import KnowledgeBase
from sufler.kb_index.vectors import StoredVectors
from sufler.prompter.learning.learner import Learner
from sufler.prompter.learning.masking import masked
from sufler.prompter.suggest import Prompter
from sufler.prompter.turn_kind import language_of
from sufler.replay.comparing import compare
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
from sufler.storage.past_talks import PastTalks
from sufler.storage.suggestions import SuggestionStore
from sufler.storage.vectors import VectorStore

OnProgress = Callable[[str, float], None]
# A head's id, its arrays, and what is kept beside them.
StoredHead = tuple[str, dict[str, Any], dict[str, Any]]

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_MOST_MISSING = 20


@dataclass(frozen=True)
class Run:
    """What one plan gave: the judged turns with what was predicted, the base, and until when its
    texts were made (None: not known, or from no history)."""

    turns: list[PastTurn]
    predicted: list[Predicted]
    base: PastBase
    articles: list[Article]
    taught: int
    texts_until: datetime | None
    missing: list[Article]
    proposed: list[Article]


@dataclass(frozen=True)
class Replayed:
    """The report; the articles that the history would give, as drafts; and the run behind it."""

    figures: dict[str, Any]
    run: Run

    @property
    def proposed(self) -> list[dict[str, Any]]:
        """As `kb import` takes them."""
        return [to_object(each) for each in self.run.proposed]


@dataclass(frozen=True)
class History:
    """What is replayed: an export, with the names of those who answered in it, or Sufler's own
    conversations since a moment (aware)."""

    file: Path | None = None
    operators: Sequence[str] = ()
    since: datetime | None = None

    async def turns(self, settings: Settings) -> list[PastTurn]:
        """In the order of time. Raises BadInput."""
        if self.file is not None:
            talks = await asyncio.to_thread(read_talks, self.file, self.operators)
            where = str(self.file)
        else:
            assert self.since is not None, "one of both is given"
            async with opened_basis(settings) as basis:
                talks = await PastTalks(basis.database, basis.clock).since(self.since)
            where = f"the conversations since {self.since:%Y-%m-%d}"
        found = in_time_order(talks)
        if not found:
            raise BadInput(f"{where}: no operator replied to a customer in it", field="file")
        return found


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
    history: History,
    plan: Plan,
    target: float,
    on_progress: OnProgress = lambda what, share: None,
    *,
    against: Plan | None = None,
) -> Replayed:
    """Replay `history` as `plan` says; with `against` once more, to compare. Raises BadInput."""
    on_progress("read", 0.0)
    turns = await history.turns(settings)
    plans = [plan] if against is None else [plan, against]
    bases = [await base_of(settings, each, history.since) for each in plans]
    on_progress("encoder", 0.0)
    encoder = await asyncio.to_thread(load_encoder, settings.model_folder)
    runs = []
    try:
        heads = [await _named_head(settings, each, encoder.model_id) for each in plans]
        for base, each, head in zip(bases, plans, heads, strict=True):
            with TemporaryDirectory(prefix="sufler-replay-") as folder:
                database = Database(f"sqlite:///{folder}/sufler.db")
                try:
                    await database.migrate()
                    runs.append(await _run(database, encoder, turns, base, each, head, on_progress))
                finally:
                    await database.close()
    finally:
        encoder.close()
    bars = [settings.answer_bar if each.policy is None else each.policy for each in plans]
    told = _told(runs[0], target, bars[0])
    if against is not None:
        told["compared"] = compare(runs[0].predicted, runs[1].predicted, (bars[0], bars[1])) | {
            "this": asdict(plan) | {"base": runs[0].base.name, "bar": bars[0]},
            "other": asdict(against) | {"base": runs[1].base.name, "bar": bars[1]},
        }
    return Replayed(told, runs[0])


def _told(run: Run, target: float, bar: float) -> dict[str, Any]:
    told = figures(run.predicted, target, bar)
    told["base"] = run.base.name
    told["articles"] = len(run.articles)
    told["taught"] = run.taught
    told["missing"] = [
        {"times": 1 + len(each.phrasings), "question": _title(each)}
        for each in run.missing[:_MOST_MISSING]
    ]
    return told


async def _run(
    database: Database,
    encoder: Encoder,
    turns: list[PastTurn],
    base: PastBase,
    plan: Plan,
    head: StoredHead | None,
    on_progress: OnProgress,
) -> Run:
    clock = PastClock()
    stored = VectorStore(database)
    vectors = StoredVectors(encoder, stored)
    knowledge = KnowledgeBase(ArticleStore(database, clock), stored, encoder)
    heads = HeadStore(database, clock)
    prompter = Prompter(knowledge, encoder, heads, clock)
    await knowledge.start()
    articles, from_history = base.articles, not base.articles
    taught = turns[: len(turns) // 2] if from_history else []
    judged = turns[len(taught) :]
    if from_history:
        on_progress("articles from the first half", 0.0)
        drafts = await propose(taught, vectors)
        articles = [replace(each, status=ArticleStatus.PUBLISHED) for each in drafts]
    await knowledge.save(articles, "replay")
    if head is not None:
        # It is of another base's version; what it does not know is scored by its texts.
        head_id, arrays, meta = head
        now = {**meta, "knowledge": knowledge.index.version}
        await heads.save(head_id, encoder.model_id, arrays, now)
    await prompter.start()
    learner = Learner(knowledge, encoder, LearnedStore(database, clock))
    desk = Desk(database, clock, knowledge, learner)
    matcher = await Matcher.over(articles, vectors, knowledge.background)

    def tell(done: int, wanted: int) -> None:
        on_progress("replay", done / wanted)

    refits = plan.head == REFITTED
    try:
        predicted = await replay(judged, prompter, matcher, desk, tell, refits=refits)
        missing = await _missing(judged, predicted, vectors)
        proposed = await propose(turns, vectors) if from_history else missing
    finally:
        await knowledge.close()
    until = max((each.replied_at for each in taught if each.replied_at), default=None)
    return Run(
        turns=judged,
        predicted=predicted,
        base=base,
        articles=articles,
        taught=len(taught),
        texts_until=until if from_history else base.changed_at,
        missing=missing,
        proposed=proposed,
    )


async def _named_head(settings: Settings, plan: Plan, model_id: str) -> StoredHead | None:
    """The stored head that the plan names; None: it is trained on the base. Raises BadInput."""
    if plan.head in (REFITTED, FIXED):
        return None
    async with opened_basis(settings) as basis:
        found = await basis.heads.named(plan.head, model_id)
    if found is None:
        raise BadInput(
            f"head={plan.head}: refitted, fixed, or the id of one of the last 20 heads",
            field="with",
        )
    return found


async def _missing(
    turns: Sequence[PastTurn], predicted: Sequence[Predicted], vectors: StoredVectors
) -> list[Article]:
    """What operators answered again and again in their own words: drafts of articles."""
    anew = [turn for turn, made in zip(turns, predicted, strict=True) if made.replied is None]
    return await propose(anew, vectors)


def _title(article: Article) -> str:
    title = next(iter(article.translations.values())).title
    return masked(title, language_of(title, "ru"))
