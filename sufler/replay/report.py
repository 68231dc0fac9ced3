"""What a replay tells: how much could have been answered, how precisely, and what is missing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from sufler.domain.checks import Check, CheckKind
from sufler.domain.decisions import Versions
from sufler.prompter.accuracy.certificate import (
    DEFAULT_TARGET,
    candidate_bars,
    certificate,
    coverage,
)
from sufler.prompter.evaluation.metrics import curve

# Points of the curve that are told.
POINTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
# Months shorter than this many questions, or with fewer that repeat, are not worth automating.
WORTH_A_MONTH = 800
WORTH_REPEATING = 0.5
_MONTH_DAYS = 30.44


@dataclass(frozen=True, slots=True)
class Predicted:
    """One turn of the past: what would have been suggested before its reply was learned, best
    first, and which article the human's reply was (None: nobody can tell without a person).
    `confidence` is the first suggestion's."""

    talk_id: str
    question: str
    at: datetime | None
    first: bool
    suggested: tuple[str, ...]
    topic: str
    confidence: float
    replied: str | None
    versions: Versions | None = None

    @property
    def right(self) -> bool:
        """Whether the first suggestion was what the human said."""
        return bool(self.suggested) and self.suggested[0] == self.replied


def figures(
    predicted: Sequence[Predicted], target: float = DEFAULT_TARGET, bar: float = 0.9
) -> dict[str, Any]:
    """The report as plain data; the same turns give the same. A turn whose reply is no article's
    text counts as wrong wherever the bot would have answered: the cautious reading. `bar`: the
    confidence (0..1) from which it would have."""
    matched = [each for each in predicted if each.replied is not None]
    return {
        "turns": len(predicted),
        "conversations": len({each.talk_id for each in predicted}),
        "from": _moment(predicted, min),
        "to": _moment(predicted, max),
        "a_month": _a_month(predicted),
        "replied_with_an_article": _share(len(matched), len(predicted)),
        "top1": _share(sum(each.right for each in matched), len(matched)),
        "top3": _share(sum(each.replied in each.suggested[:3] for each in matched), len(matched)),
        "answered": _answered(predicted, bar),
        "curve": _curve(predicted),
        "all": _certified(predicted, target),
        "topics": {
            topic: _certified(turns, target)
            for topic, turns in sorted(_by_topic(predicted).items())
        },
        "worth_it": _worth_it(predicted, len(matched)),
    }


def checks_of(predicted: Sequence[Predicted]) -> list[Check]:
    """Checks of the kind "history": the first turn of each episode."""
    moment = datetime.fromtimestamp(0, UTC)
    return [
        Check(
            id=number,
            suggestion_id="",
            topic=each.topic,
            article_id=each.suggested[0] if each.suggested else "",
            kind=CheckKind.HISTORY,
            confidence=each.confidence,
            right=each.right,
            propensity=1.0,
            predicted_at=each.at or moment,
            at=each.at or moment,
            by="history",
        )
        for number, each in enumerate(predicted)
        if each.first
    ]


def _answered(predicted: Sequence[Predicted], bar: float) -> dict[str, float]:
    sent = [each for each in predicted if each.suggested and each.confidence >= bar]
    return {
        "bar": bar,
        "share": _share(len(sent), len(predicted)),
        "right": _share(sum(each.right for each in sent), len(sent)),
    }


def _certified(turns: Sequence[Predicted], target: float) -> dict[str, Any]:
    """What history would prove. History alone never switches a topic on."""
    confidences = [each.confidence for each in turns]
    checks = checks_of(turns)
    found = certificate(checks, candidate_bars(confidences), target)
    return {
        "turns": len(turns),
        "checks": found.checks,
        "wrong": found.wrong,
        "bar": None if found.bar is None else round(found.bar, 4),
        "precision": round(found.precision, 4),
        "coverage": 0.0 if found.bar is None else round(coverage(confidences, found.bar), 4),
        "more": found.more,
    }


def _curve(predicted: Sequence[Predicted]) -> list[dict[str, float]]:
    """Precision where the surest share of all turns is answered."""
    if not predicted:
        return []
    confidences = np.array([each.confidence for each in predicted], dtype=np.float64)
    right = np.array([each.right for each in predicted], dtype=bool)
    covered, precise = curve(confidences, right)
    told = []
    for point in POINTS:
        reached = np.flatnonzero(covered >= point - 1e-9)
        if len(reached):
            place = int(reached[0])
            told.append(
                {"coverage": round(float(covered[place]), 4)}
                | {"precision": round(float(precise[place]), 4)}
            )
    return told


def _worth_it(predicted: Sequence[Predicted], matched: int) -> list[str]:
    """Reasons not to automate yet; empty when there is none."""
    reasons = []
    a_month = _a_month(predicted)
    if a_month is not None and a_month < WORTH_A_MONTH:
        reasons.append("few_questions")
    if predicted and matched < WORTH_REPEATING * len(predicted):
        reasons.append("few_repeat")
    return reasons


def _a_month(predicted: Sequence[Predicted]) -> int | None:
    moments = [each.at for each in predicted if each.at is not None]
    if len(moments) < 2:
        return None
    days = max((max(moments) - min(moments)).total_seconds() / 86_400, 1.0)
    return round(len(moments) / days * _MONTH_DAYS)


def _by_topic(predicted: Sequence[Predicted]) -> dict[str, list[Predicted]]:
    found: dict[str, list[Predicted]] = defaultdict(list)
    for each in predicted:
        if each.suggested:
            found[each.topic].append(each)
    return found


def _moment(predicted: Sequence[Predicted], which: Any) -> str | None:
    moments = [each.at for each in predicted if each.at is not None]
    return which(moments).isoformat() if moments else None


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
