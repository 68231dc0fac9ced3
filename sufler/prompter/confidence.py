"""Confidence: the calibrated probability that the top answer, as it stands, would be right.

The product of two logistic models: that the base answers the message at all, from how far its best
article stands above the base's own background; and that the best article is the right one, from
how far it is ahead of the next. No weight is negative: more evidence never lowers a confidence.
Fitted on public sets and shipped as `prior.json`; `evaluation/fit_prior.py` makes that file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sufler.domain.decisions import Level
from sufler.domain.errors import BadInput
from sufler.prompter.rank import Ranked

SCOPE_FEATURES = ("score_above_background", "letters", "similarity")
RANK_FEATURES = ("share", "lead")
SURE, LIKELY = 0.85, 0.5
ALL = "all"
FAR_AHEAD = 10.0
# What is left of a confidence where the message asks nothing: thanks, "ok", a number.
ASKS_NOTHING = 0.05

Row = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BaseScale:
    """What background messages score on this base at best: their mean and deviation."""

    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a turn's confidence is computed from; see SCOPE_FEATURES and RANK_FEATURES."""

    scope: Row
    rank: Row
    asks: bool = True


def evidence(ranked: Ranked, scale: BaseScale, asks: bool) -> Evidence:
    """The evidence for the first of `ranked`, which holds at least one article. `asks`: the
    message is one that the base may answer, not thanks or an "ok"."""
    _, similarity, _, letters, _ = (float(value) for value in ranked.parts[0])
    scores = ranked.scores.astype(np.float64)
    best = float(scores[0])
    lead = min(best - float(scores[1]), FAR_AHEAD) if len(scores) > 1 else FAR_AHEAD / 2
    others = float(np.exp(scores[1:] - best).sum())
    above = (best - scale.mean) / max(scale.deviation, 0.05)
    return Evidence(
        np.array([above, letters, similarity]),
        np.array([-np.log(others + 1e-4), lead]),
        asks,
    )


@dataclass(frozen=True)
class Logistic:
    """`1 / (1 + exp(-(weights @ z + bias)))`, z being the row standardised and capped at 4."""

    mean: Row
    deviation: Row
    weights: Row
    bias: float

    def probability(self, row: Row) -> float:
        """Probability, 0..1."""
        standard = np.clip((row - self.mean) / self.deviation, -4.0, 4.0)
        return float(1.0 / (1.0 + np.exp(-(standard @ self.weights + self.bias))))


@dataclass(frozen=True)
class Prior:
    """`scope`: the base answers this at all. `rank`: if so, the first article is the right one."""

    id: str
    scope: Logistic
    rank: Logistic

    def probability(self, found: Evidence) -> float:
        """Confidence, 0..1."""
        right = self.scope.probability(found.scope) * self.rank.probability(found.rank)
        return right if found.asks else right * ASKS_NOTHING


def confidences(ranked: Ranked, top: float, limit: int) -> list[float]:
    """Confidences (0..1) of the best `limit` articles, the first being `top`.

    The runners-up share what the scores give them against the first, and never more than what the
    first leaves.
    """
    result = [top]
    for score in ranked.scores[1:limit]:
        share = top * float(np.exp(score - ranked.scores[0]))
        result.append(min(share, 1.0 - top, result[-1]))
    return result


def level(confidence: float) -> Level:
    """точно · вероятно · проверьте."""
    if confidence >= SURE:
        return Level.SURE
    return Level.LIKELY if confidence >= LIKELY else Level.CHECK


@lru_cache(maxsize=1)
def shipped_priors() -> Mapping[str, Prior]:
    """The shipped priors by the family of sets that each has not seen; `all` has seen all."""
    text = (files(__package__) / "prior.json").read_text(encoding="utf-8")
    return _parse(json.loads(text))


def read_priors(path: Path) -> Mapping[str, Prior]:
    """Priors of a file like the shipped one. Raises BadInput."""
    try:
        return _parse(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{path} is not a prior of confidence: {error}", field="prior") from error


def _parse(page: Mapping[str, Any]) -> dict[str, Prior]:
    if page["features"] != {"scope": list(SCOPE_FEATURES), "rank": list(RANK_FEATURES)}:
        raise ValueError("its features are not those of this version")
    return {
        family: Prior(f"{page['id']}/{family}", _logistic(each["scope"]), _logistic(each["rank"]))
        for family, each in page["priors"].items()
    }


def _logistic(found: Mapping[str, Any]) -> Logistic:
    return Logistic(
        np.array(found["mean"]),
        np.array(found["deviation"]),
        np.array(found["weights"]),
        float(found["bias"]),
    )
