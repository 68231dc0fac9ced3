"""The head: a logistic regression over the frozen vectors, one row of weights an article.

Titles, phrasings and answers are its examples, so it exists from the first article on. It is
trained on plain arrays with L-BFGS; where classes times examples grow too large for that, each
article's row is the mean of its examples, which needs no training.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from sufler.domain.ports import Vectors
from sufler.kb_index.index import Index
from sufler.kb_index.ngrams import Floats

# Unit vectors times SCALE, with a penalty of PENALTY / 2 x |weights|^2 on the summed loss: chosen
# on the training parts of the public sets (docs/measurements.md).
SCALE = 8.0
PENALTY = 0.3
STEPS = 100
# Examples x articles up to which training takes seconds on two cores; above it, means.
TRAINABLE = 6_000_000
MEANS_SCALE = 30.0


@dataclass(frozen=True)
class Head:
    """`logits = weights @ vector + bias`, higher is better; row i is `article_ids[i]`.

    `id` is a hash of the arrays: the same examples give the same head.
    """

    id: str
    article_ids: tuple[str, ...]
    weights: Floats
    bias: Floats
    knowledge: int

    def rows(self) -> Mapping[str, int]:
        """Row numbers by article id."""
        return {article_id: number for number, article_id in enumerate(self.article_ids)}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What the store keeps of it."""
        return {"weights": self.weights, "bias": self.bias}

    def meta(self) -> dict[str, Any]:
        """What the store keeps beside the arrays."""
        return {"article_ids": list(self.article_ids), "knowledge": self.knowledge}

    @staticmethod
    def stored(head_id: str, arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> "Head":
        """The head that `arrays()` and `meta()` were taken of."""
        return Head(
            head_id,
            tuple(meta["article_ids"]),
            arrays["weights"],
            arrays["bias"],
            int(meta["knowledge"]),
        )


@dataclass(frozen=True, slots=True)
class Examples:
    """`vectors` (n, dimension), centred and unit; `labels` (n,) number `article_ids`;
    `weights` (n,) are 1 for what an editor wrote, less for what was learned."""

    article_ids: tuple[str, ...]
    vectors: Vectors
    labels: NDArray[np.int64]
    weights: Floats


def examples_of(index: Index) -> Examples:
    """Every title, phrasing, answer, and title with answer of the published articles."""
    ids: list[str] = []
    vectors: list[Vectors] = []
    labels: list[NDArray[np.int64]] = []
    weights: list[Floats] = []
    for segment, mask in zip(index.segments, index.live, strict=True):
        numbers = np.full(len(segment.articles), -1, dtype=np.int64)
        numbers[mask] = np.arange(len(ids), len(ids) + int(mask.sum()))
        ids.extend(a.id for a, alive in zip(segment.articles, mask, strict=True) if alive)
        asked, told = numbers[segment.question_articles], numbers[segment.passage_articles]
        question_weights = np.array([e.weight for e in segment.questions], dtype=np.float32)
        vectors += [
            segment.question_vectors[asked >= 0],
            segment.passage_vectors[told >= 0],
            segment.answer_vectors[told >= 0],
        ]
        labels += [asked[asked >= 0], told[told >= 0], told[told >= 0]]
        ones = np.ones(int((told >= 0).sum()), dtype=np.float32)
        weights += [question_weights[asked >= 0], ones, ones]
    if not ids:
        nothing = np.zeros(0, dtype=np.float32)
        return Examples((), np.zeros((0, 1), dtype=np.float32), nothing.astype(np.int64), nothing)
    return Examples(
        tuple(ids), np.concatenate(vectors), np.concatenate(labels), np.concatenate(weights)
    )


def train(examples: Examples, knowledge: int) -> Head:
    """Fit a head; seconds of one core at most, in numpy: call it off the event loop."""
    count, classes = len(examples.labels), len(examples.article_ids)
    if classes > 0 and count * classes <= TRAINABLE:
        weights, bias = _fit(examples, classes)
    else:
        weights, bias = _means(examples, classes)
    digest = hashlib.sha256(weights.tobytes() + bias.tobytes())
    digest.update("\0".join(examples.article_ids).encode())
    return Head(digest.hexdigest()[:16], examples.article_ids, weights, bias, knowledge)


def _fit(examples: Examples, classes: int) -> tuple[Floats, Floats]:
    inputs = examples.vectors * np.float32(SCALE)
    labels, importance = examples.labels, examples.weights[:, None]
    count, width = inputs.shape
    rows = np.arange(count)

    def loss_and_slope(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat[: classes * width].reshape(classes, width).astype(np.float32)
        logits = inputs @ weights.T + flat[classes * width :].astype(np.float32)
        logits -= logits.max(axis=1, keepdims=True)
        np.exp(logits, out=logits)
        logits /= logits.sum(axis=1, keepdims=True)
        chosen = np.maximum(logits[rows, labels], 1e-30)
        loss = float(-(np.log(chosen) * importance[:, 0]).sum() + PENALTY / 2 * (weights**2).sum())
        logits[rows, labels] -= 1.0
        logits *= importance
        slope = logits.T @ inputs + np.float32(PENALTY) * weights
        return loss, np.concatenate((slope.ravel(), logits.sum(axis=0))).astype(np.float64)

    start = np.zeros(classes * width + classes)
    result = minimize(
        loss_and_slope, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "ftol": 1e-6}
    )
    weights = result.x[: classes * width].reshape(classes, width) * SCALE
    return weights.astype(np.float32), result.x[classes * width :].astype(np.float32)


def _means(examples: Examples, classes: int) -> tuple[Floats, Floats]:
    sums = np.zeros((classes, examples.vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, examples.labels, examples.vectors * examples.weights[:, None])
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    return sums / np.maximum(norms, 1e-9) * MEANS_SCALE, np.zeros(classes, dtype=np.float32)
