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

# Unit vectors times SCALE, with a penalty of PENALTY / 2 x |weights - prototypes|^2 on the summed
# loss: chosen, as what is below, on the training parts of the public sets (docs/measurements.md).
SCALE = 8.0
PENALTY = 0.3
STEPS = 100
# The logit that a typical message has at a prototype it points to exactly; and how far the spread
# within articles is drawn to one that is the same in all directions, in its mean variances.
PROTOTYPE_SCALE = 15.0
PROTOTYPE_RIDGE = 10.0
# Examples x articles up to which training takes seconds on two cores; above it, means.
TRAINABLE = 6_000_000
MEANS_SCALE = 30.0


@dataclass(frozen=True)
class Head:
    """`logits = weights @ vector + bias`, higher is better; row i is `article_ids[i]`.

    `id` is a hash of the arrays: the same examples give the same head. `worth_storing` is false
    for means: they are large, and made again from the index in no time.
    """

    id: str
    article_ids: tuple[str, ...]
    weights: Floats
    bias: Floats
    knowledge: int
    worth_storing: bool = True

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
        vectors += [
            segment.question_vectors[asked >= 0],
            segment.passage_vectors[told >= 0],
            segment.answer_vectors[told >= 0],
        ]
        labels += [asked[asked >= 0], told[told >= 0], told[told >= 0]]
        ones = np.ones(int((told >= 0).sum()), dtype=np.float32)
        weights += [segment.question_weights[asked >= 0], ones, ones]
    if not ids:
        nothing = np.zeros(0, dtype=np.float32)
        return Examples((), np.zeros((0, 1), dtype=np.float32), nothing.astype(np.int64), nothing)
    return Examples(
        tuple(ids),
        np.concatenate(vectors, dtype=np.float32),
        np.concatenate(labels),
        np.concatenate(weights),
    )


def head_of(index: Index) -> Head:
    """The head of all published articles; seconds of one core at most, in numpy: call it off the
    event loop."""
    if trainable(examples_in(index), index.size):
        return train(examples_of(index), index.version)
    ids = tuple(article.id for article in index.articles())
    # A segment adds its vectors up once: a small change costs little, however large the base.
    sums = [segment.sums[live] for segment, live in zip(index.segments, index.live, strict=True)]
    return _head(ids, *_means(np.concatenate(sums)), index.version, worth_storing=False)


def examples_in(index: Index) -> int:
    """How many examples `examples_of` makes."""
    passages = sum(
        int(live[segment.passage_articles].sum())
        for segment, live in zip(index.segments, index.live, strict=True)
    )
    return index.entries + 2 * passages


def trainable(examples: int, articles: int) -> bool:
    """Whether a head of so many is trained; else the row of an article is its mean."""
    return articles == 0 or examples * articles <= TRAINABLE


def train(examples: Examples, knowledge: int) -> Head:
    """Fit a head to given examples, as `head_of` does."""
    classes = len(examples.article_ids)
    if classes and trainable(len(examples.labels), classes):
        return _head(examples.article_ids, *_fit(examples, classes), knowledge)
    sums = np.zeros((classes, examples.vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, examples.labels, examples.vectors * examples.weights[:, None])
    return _head(examples.article_ids, *_means(sums), knowledge)


def _head(
    ids: tuple[str, ...],
    weights: Floats,
    bias: Floats,
    knowledge: int,
    worth_storing: bool = True,
) -> Head:
    digest = hashlib.sha256(weights.tobytes())
    digest.update(bias.tobytes())
    digest.update("\0".join(ids).encode())
    return Head(digest.hexdigest()[:16], ids, weights, bias, knowledge, worth_storing)


def _fit(examples: Examples, classes: int) -> tuple[Floats, Floats]:
    inputs = examples.vectors * np.float32(SCALE)
    labels, importance = examples.labels, examples.weights[:, None]
    count, width = inputs.shape
    rows = np.arange(count)
    prototypes = _prototypes(examples, classes) / np.float32(SCALE)

    def loss_and_slope(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        apart = flat[: classes * width].reshape(classes, width).astype(np.float32)
        logits = inputs @ (prototypes + apart).T + flat[classes * width :].astype(np.float32)
        logits -= logits.max(axis=1, keepdims=True)
        np.exp(logits, out=logits)
        logits /= logits.sum(axis=1, keepdims=True)
        chosen = np.maximum(logits[rows, labels], 1e-30)
        loss = float(-(np.log(chosen) * importance[:, 0]).sum() + PENALTY / 2 * (apart**2).sum())
        logits[rows, labels] -= 1.0
        logits *= importance
        slope = logits.T @ inputs + np.float32(PENALTY) * apart
        return loss, np.concatenate((slope.ravel(), logits.sum(axis=0))).astype(np.float64)

    start = np.zeros(classes * width + classes)
    result = minimize(
        loss_and_slope, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "ftol": 1e-6}
    )
    weights = (result.x[: classes * width].reshape(classes, width) + prototypes) * SCALE
    return weights.astype(np.float32), result.x[classes * width :].astype(np.float32)


def _prototypes(examples: Examples, classes: int) -> Floats:
    """The mean direction of each article's examples, shape (classes, dimension), where directions
    count less in which the examples of one article differ much among themselves (whitening by the
    spread within articles, as in linear discriminant analysis)."""
    vectors, labels = examples.vectors.astype(np.float64), examples.labels
    importance = examples.weights.astype(np.float64)[:, None]
    means = _summed(vectors * importance, labels, classes)
    means /= np.maximum(np.bincount(labels, importance[:, 0], classes), 1e-9)[:, None]
    apart = (vectors - means[labels]) * np.sqrt(importance)
    spread = apart.T @ apart / max(float(importance.sum()) - classes, 1.0)
    width = len(spread)
    spread += (PROTOTYPE_RIDGE * np.trace(spread) / width + 1e-6) * np.eye(width)
    variances, axes = np.linalg.eigh(spread)
    whiten = (axes * variances**-0.5) @ axes.T
    white = vectors @ whiten
    lengths = np.linalg.norm(white, axis=1, keepdims=True)
    directions = _summed(white / np.maximum(lengths, 1e-9) * importance, labels, classes)
    directions /= np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-9)
    scaled: Floats = (PROTOTYPE_SCALE / lengths.mean() * (directions @ whiten)).astype(np.float32)
    return scaled


def _summed(
    rows: NDArray[np.float64], labels: NDArray[np.int64], classes: int
) -> NDArray[np.float64]:
    sums = np.zeros((classes, rows.shape[1]))
    np.add.at(sums, labels, rows)
    return sums


def _means(sums: Floats) -> tuple[Floats, Floats]:
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    weights = sums / (np.maximum(norms, 1e-9) / np.float32(MEANS_SCALE))
    return weights, np.zeros(len(sums), dtype=np.float32)
