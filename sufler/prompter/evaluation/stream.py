"""`sufler evaluate --stream`: training messages one after the other, with feedback that the core
learns from, as in the product: the same learner, guards, refits and nightly sweep."""

import random
import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import inf
from typing import Any

from sufler.domain.decisions import Suggestion
from sufler.domain.errors import BadInput
from sufler.domain.learning import (
    SERVING,
    Frozen,
    LearnedKind,
    LearnedState,
    Lesson,
    LessonState,
    Outcome,
    Why,
)
from sufler.domain.ports import TextEncoder
from sufler.kb_index.knowledge import KnowledgeBase
from sufler.prompter.confidence import shipped_priors
from sufler.prompter.evaluation import metrics
from sufler.prompter.evaluation.dataset import Dataset, Row, some_shots, with_phrasings
from sufler.prompter.evaluation.evaluate import OnProgress, choose_prior
from sufler.prompter.evaluation.offline import VectorsInMemory
from sufler.prompter.evaluation.shelf import HeadsInMemory, LearningShelf, RememberedEncoder
from sufler.prompter.learning.guards import Guards
from sufler.prompter.learning.learner import Learner
from sufler.prompter.learning.refit import enough_new
from sufler.prompter.learning.sweep import sweep
from sufler.prompter.suggest import Prompter
from sufler.prompter.turn_kind import language_of

SHOTS, MESSAGES, OPERATORS = 3, 3_000, 5
WINDOWS = (0, 300, 1_000, 2_000, 3_000)
# Messages of a working day, and the seconds between them; at night the sweep, and a refit.
A_DAY, APART_S = 300, 10
# One article of so many has a golden question.
GOLDEN_OF = 4
# After every so many lessons the same words are asked again: is what was taught first now?
ASKED_AGAIN = 10
# In life one try follows the other until a head is accepted.
REFUSALS = 10
BEGINS = datetime(2026, 1, 12, 9, tzinfo=UTC)
# What `without` may name: guards taken out one by one.
GUARDS = ("same", "short", "neighbours", "cap", "frozen", "sweep", "negatives", "half")


@dataclass(frozen=True, slots=True)
class Plan:
    """`wrong`: share (0..1) of messages at which the operator sends the best of the wrong articles
    shown. `learning` False: the static core. `without`: some of GUARDS."""

    messages: int = MESSAGES
    wrong: float = 0.0
    learning: bool = True
    seed: int = 0
    without: frozenset[str] = frozenset()

    def limits(self) -> Guards:
        """The guards' limits, those left out never reached."""
        out: dict[str, dict[str, Any]] = {
            "same": {"same_wording": 2.0},
            "short": {"least_words": 0},
            "neighbours": {"against": 99},
            "cap": {"a_day": 10**9, "for_each": inf, "against_each": inf},
        }
        found: dict[str, Any] = {}
        for name in self.without:
            found |= out.get(name, {})
        return Guards(**found)


class SteppingClock:
    """A clock that is moved by hand."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """The moment that it stands at."""
        return self._at

    def monotonic(self) -> float:
        """The same in seconds."""
        return self._at.timestamp()

    def to(self, at: datetime) -> None:
        """Move on."""
        self._at = at


class LearningBase:
    """A base with its prompter and learner, all in memory."""

    def __init__(self, shelf: LearningShelf, encoder: TextEncoder, plan: Plan, name: str) -> None:
        self.shelf, self.plan = shelf, plan
        self.clock = SteppingClock(BEGINS)
        self.encoder = RememberedEncoder(encoder)
        self.knowledge = KnowledgeBase(shelf, VectorsInMemory(), self.encoder)
        _, prior = choose_prior(shipped_priors(), name)
        heads = HeadsInMemory()
        self.prompter = Prompter(self.knowledge, self.encoder, heads, self.clock, prior, shelf)
        self.learner = Learner(self.knowledge, self.encoder, shelf, plan.limits())
        self.effect_ms: list[float] = []
        self.outcomes: Counter[str] = Counter()
        self.uses: Counter[str] = Counter()
        self._entries = 0

    async def start(self) -> None:
        """Index and train."""
        await self.knowledge.start()
        await self.prompter.start()
        self._entries = self.knowledge.index.entries

    async def teach(self, lesson: Lesson) -> Outcome:
        """Learn, store, and serve; a refit when it is due."""
        began = time.perf_counter()
        outcome = await self.learner.learn(lesson)
        if "negatives" in self.plan.without:
            kept = [e for e in outcome.learned if e.kind is LearnedKind.PHRASING]
            outcome = replace(outcome, learned=kept)
        if "half" in self.plan.without:
            whole = [replace(e, weight=1.0) for e in outcome.learned]
            outcome = replace(outcome, learned=whole)
        self.shelf.keep(outcome, lesson.by)
        await self.knowledge.refresh()
        self.effect_ms.append((time.perf_counter() - began) * 1000)
        self.outcomes[f"{outcome.state}: {outcome.why}"] += 1
        self.uses[str(outcome.use)] += 1
        if abs(self.knowledge.index.entries - self._entries) >= enough_new(self._entries):
            await self.refit()
        return outcome

    async def night(self) -> None:
        """The sweep, and the refit that a quiet minute brings."""
        if "sweep" not in self.plan.without:
            learned = [e for e in self.shelf.learned.values() if e.state in SERVING]
            index, background = self.knowledge.index, self.knowledge.background
            swept = await sweep(index, background, self.encoder, learned)
            rows = self.shelf.learned
            self.shelf.change(
                [
                    *(
                        replace(rows[e], state=LearnedState.QUARANTINED, why=Why.SWEEP)
                        for e in swept.against
                    ),
                    *(
                        replace(rows[e], state=LearnedState.CONFIRMED, weight=1.0, why=Why.AGREED)
                        for e in swept.agreed
                    ),
                ]
            )
            await self.knowledge.refresh()
        await self.refit()

    async def next_day(self) -> None:
        """The night, and the morning after it."""
        await self.night()
        self.clock.to(self.clock.now() + timedelta(days=1))

    async def refit(self) -> None:
        """Refit; where it is refused, again without those held responsible, as the product does."""
        for _ in range(REFUSALS):
            accepted = await self.prompter.refit()
            await self.knowledge.refresh()
            if accepted:
                break
        self._entries = self.knowledge.index.entries

    async def close(self) -> None:
        """Give up what is being merged."""
        await self.knowledge.close()


async def stream(
    dataset: Dataset, encoder: TextEncoder, plan: Plan, on_progress: OnProgress
) -> dict[str, Any]:
    """Figures by window of messages. Raises BadInput where there are too few rows."""
    if unknown := plan.without - set(GUARDS):
        raise BadInput(f"There is no guard {min(unknown)}.", field="without")
    began = time.perf_counter()
    base, rows = _begun(dataset, encoder, plan)
    await base.start()
    draw = random.Random(plan.seed + 1)  # noqa: S311 - a draw, not a secret
    places: list[int] = []
    confidences: list[float] = []
    wrong: set[int] = set()
    first_after = taught = 0
    for number, row in enumerate(rows):
        base.clock.to(BEGINS + timedelta(days=number // A_DAY, seconds=number % A_DAY * APART_S))
        made = await base.prompter.suggest(row.text, limit=10)
        ids = [item.article_id for item in made.items]
        places.append(ids.index(row.article_id) + 1 if row.article_id in ids else 99)
        confidences.append(made.items[0].confidence if made.items else 0.0)
        if plan.learning:
            sent = _sent(row, ids[:3], plan.wrong, draw)
            lesson = _lesson(base, number, made, sent)
            if sent != row.article_id:
                wrong.add(lesson.id)
            outcome = await base.teach(lesson)
            learned = outcome.state is LessonState.LEARNED and outcome.why == Why.TAUGHT
            if learned and number % ASKED_AGAIN == 0:
                again = await base.prompter.suggest(row.text, limit=1)
                taught += 1
                first_after += bool(again.items) and again.items[0].article_id == sent
            if (number + 1) % A_DAY == 0:
                await base.night()
        if (number + 1) % 500 == 0:
            on_progress(f"{number + 1} messages, top 1 of the last 500: {_share(places[-500:], 1)}")
    await base.close()
    states = Counter(str(e.state) for e in base.shelf.learned.values())
    return {
        "set": dataset.name,
        "articles": len(dataset.articles),
        "phrasings_at_start": SHOTS,
        "wrong_accepts": plan.wrong,
        "learning": plan.learning,
        "without": sorted(plan.without),
        "seed": plan.seed,
        "windows": _windows(places, confidences),
        "wrongly_accepted": len(wrong),
        "held_back": _held_back(base, wrong),
        "taught_then_first": round(first_after / taught, 4) if taught else None,
        "outcomes": dict(base.outcomes.most_common()),
        "learned": dict(states),
        "refits": _refits(base),
        "effect_ms": metrics.percentiles(base.effect_ms),
        "seconds": round(time.perf_counter() - began, 1),
    }


def _begun(dataset: Dataset, encoder: TextEncoder, plan: Plan) -> tuple[LearningBase, list[Row]]:
    chosen, rest = some_shots(dataset.train, SHOTS, plan.seed)
    frozen: dict[str, Frozen] = {}
    rows: list[Row] = []
    draw = random.Random(plan.seed)  # noqa: S311 - a shuffle, not a secret
    draw.shuffle(rest)
    for row in rest:
        # Held out of each article: golden questions, no phrasings, and not of the stream.
        if row.article_id not in frozen:
            spoken = language_of(row.text, "en")
            frozen[row.article_id] = Frozen(row.text, spoken, row.article_id, True)
        else:
            rows.append(row)
    if not rows:
        raise BadInput(f"{dataset.name} has too few rows in train.csv.", field="train.csv")
    golden = [] if "frozen" in plan.without else list(frozen.values())[::GOLDEN_OF]
    shelf = LearningShelf(with_phrasings(dataset.articles, chosen), golden)
    return LearningBase(shelf, encoder, plan, dataset.name), rows[: plan.messages]


def _sent(row: Row, shown: Sequence[str], wrong: float, draw: random.Random) -> str:
    """The article whose text the operator sends."""
    if draw.random() < wrong:
        return next((each for each in shown if each != row.article_id), row.article_id)
    return row.article_id


def _lesson(base: LearningBase, number: int, made: Suggestion, sent: str) -> Lesson:
    article = base.knowledge.article(sent)
    assert article is not None, "an article of the base"
    now = base.clock.now()
    return Lesson(
        id=number + 1,
        suggestion_id=made.id,
        question=made.text,
        language=made.language,
        combined=False,
        shown=tuple(item.article_id for item in made.items[:3]),
        by=f"operator-{number % OPERATORS}",
        at=now,
        due_at=now,
        sent=article.in_language(made.language)[1].answer,
        article_id=sent,
    )


def _windows(places: Sequence[int], confidences: Sequence[float]) -> dict[str, Any]:
    found = {}
    for start, end in pairwise(WINDOWS):
        part = places[start:end]
        if part:
            found[f"{start}-{start + len(part)}"] = {
                "top1": _share(part, 1),
                "top3": _share(part, 3),
                "confidence": round(sum(confidences[start:end]) / len(part), 4),
            }
    return found


def _share(places: Sequence[int], within: int) -> float:
    return round(sum(place <= within for place in places) / max(len(places), 1), 4)


def _held_back(base: LearningBase, wrong: Collection[int]) -> dict[str, dict[str, int]]:
    """What became of phrasings by the guard that holds them back: of wrong lessons, and of right
    ones."""
    found: dict[str, dict[str, int]] = {}
    for each in base.shelf.learned.values():
        if each.kind is LearnedKind.PHRASING:
            what = "served" if each.state in SERVING else f"{each.state}: {each.why}"
            counts = found.setdefault(what, {"wrong": 0, "right": 0})
            counts["wrong" if each.lesson_id in wrong else "right"] += 1
    return found


def _refits(base: LearningBase) -> dict[str, int]:
    reports = base.shelf.reports
    refused = [report for report in reports if not report.accepted]
    return {
        "with_flips": len(reports),
        "refused": len(refused),
        "quarantined": sum(len(report.quarantined) for report in refused),
    }
