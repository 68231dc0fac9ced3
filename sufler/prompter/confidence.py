"""Confidence: the calibrated probability that the top answer, as it stands, would be right.

A logistic model over features that mean the same on every base: the parts of the score, how far
the best article is ahead, and how far above this base's own background it stands. Fitted on
public sets and shipped as `prior.json`; `evaluation/fit_prior.py` is the script that makes it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sufler.domain.decisions import Level
from sufler.domain.errors import BadInput
from sufler.prompter.rank import Ranked

FEATURES = (
    "head",
    "similarity",
    "passage",
    "letters",
    "letters_of_answer",
    "lead",
    "share",
    "energy",
    "similarity_above_background",
    "head_above_background",
    "score_above_background",
    "questions",
    "articles",
    "words",
)
SURE, LIKELY = 0.85, 0.5
ALL = "all"


@dataclass(frozen=True, slots=True)
class BaseScale:
    """What background messages get on this base: (mean, deviation) of the best similarity, head
    logit and score. `articles`: how many there are."""

    similarity: tuple[float, float]
    head: tuple[float, float]
    score: tuple[float, float]
    articles: int


def features(ranked: Ranked, scale: BaseScale, questions: int, words: int) -> NDArray[np.float64]:
    """The features of a turn's top article, shape (14,), in the order of FEATURES.

    `questions`: titles and phrasings of the top article. `words`: of the message.
    """
    head, similarity, passage, letters, letters_of_answer = (float(v) for v in ranked.parts[0])
    scores = ranked.scores.astype(np.float64)
    lead = float(scores[0] - scores[1]) if len(scores) > 1 else 5.0
    others = np.exp(scores[1:] - scores[0]).sum()
    return np.array(
        [
            head,
            similarity,
            passage,
            letters,
            letters_of_answer,
            min(lead, 10.0),
            -float(np.log(others + 1e-4)),
            float(scores[0] + np.log1p(others)),
            _above(float(ranked.parts[:, 1].max()), scale.similarity),
            _above(head, scale.head),
            _above(float(scores[0]), scale.score),
            float(np.log(max(questions, 1))),
            float(np.log(scale.articles + 1)),
            float(np.log(max(words, 1))),
        ]
    )


def _above(value: float, background: tuple[float, float]) -> float:
    return (value - background[0]) / max(background[1], 0.02)


@dataclass(frozen=True)
class Prior:
    """`probability = 1 / (1 + exp(-(weights @ standardised + bias)))`; arrays are (14,)."""

    id: str
    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: float

    def probability(self, row: NDArray[np.float64]) -> float:
        """Confidence, 0..1, of one row of features."""
        values = np.clip((row - self.mean) / self.deviation, -4.0, 4.0)
        return float(1.0 / (1.0 + np.exp(-(values @ self.weights + self.bias))))


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


def _parse(page: Mapping[str, object]) -> dict[str, Prior]:
    found = page["priors"]
    if page.get("features") != list(FEATURES) or not isinstance(found, dict):
        raise ValueError("its features are not those of this version")
    return {
        family: Prior(
            f"{page['id']}/{family}",
            np.array(each["mean"]),
            np.array(each["deviation"]),
            np.array(each["weights"]),
            float(each["bias"]),
        )
        for family, each in found.items()
    }
