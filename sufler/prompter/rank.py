"""Ranking: the parts of an article's score and their sum. Curious: `kb_index/index.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sufler.domain.ports import Vectors
from sufler.kb_index.index import PARTS, Index
from sufler.kb_index.negatives import Negatives
from sufler.kb_index.ngrams import Floats
from sufler.prompter.learning.head import Head

# What each part adds to the head's logit; from the ablation in docs/measurements.md.
WEIGHTS = np.array([2.0, 1.0, 2.0, 2.0], dtype=np.float32)
# Articles that the head alone finds are looked at too; with more rows than this, only the rows of
# the candidates are multiplied.
HEAD_WIDTH = 8
HEAD_ROWS_AT_ONCE = 3_000
# What is new since the head was trained counts by itself from this similarity on: lower, articles
# that were taught something would win over those that were not (docs/measurements.md).
NEW_FROM = 0.8
# A rejection takes as much off the score of the article for the very wording, nothing at this
# cosine of centred vectors and below, and half of it after so many seconds (30 days).
REJECTED, REJECTED_FROM = 3.0, 0.7
REJECTED_HALF_LIFE_S = 30 * 86_400.0


@dataclass(frozen=True)
class Scorer:
    """A head made ready for ranking.

    `stand_in` (3,) gives an article that the head has not seen yet its logit: similarity,
    passage, 1.
    """

    head: Head
    stand_in: Floats

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """The head's row numbers by article id."""
        return self.head.rows()


@dataclass(frozen=True, slots=True)
class Ranked:
    """Articles for one message, best first. `parts` (n, 5): the head's logit, then PARTS;
    `scores` (n,), higher is better, no fixed range."""

    article_ids: tuple[str, ...]
    scores: Floats
    parts: Floats
    phrasings: tuple[str, ...]

    def why(self, number: int) -> dict[str, float]:
        """The named parts of one score."""
        names = ("head", *PARTS)
        values = self.parts[number]
        return {name: round(float(v), 4) for name, v in zip(names, values, strict=True)}


def rank(index: Index, scorer: Scorer, vector: Vectors, text: str) -> Ranked:
    """Rank the articles of `index` for `text`, whose centred unit vector is `vector`."""
    head = scorer.head
    all_at_once = 0 < len(head.article_ids) <= HEAD_ROWS_AT_ONCE
    logits = head.weights @ vector + head.bias if all_at_once else None
    also: list[str] = []
    if logits is not None:
        best = np.argsort(-logits)[:HEAD_WIDTH]
        also = [head.article_ids[number] for number in best]
    found = index.search(vector, text, also)
    if not found.article_ids:
        return Ranked((), np.zeros(0, np.float32), np.zeros((0, 5), np.float32), ())
    rows = np.array([scorer.rows.get(article_id, -1) for article_id in found.article_ids])
    known = rows >= 0
    by_head = found.parts[:, :2] @ scorer.stand_in[:2] + scorer.stand_in[2]
    if logits is not None:
        # What was changed after this head was trained counts by its texts too, until the next.
        changed = _changed(index, head, found.article_ids) & (found.parts[:, 0] >= NEW_FROM)
        fresh = by_head[changed]
        by_head[known] = logits[rows[known]]
        by_head[changed] = np.maximum(by_head[changed], fresh)
    elif known.any():
        # In a head of means a phrasing unlike the article's others is lost: it counts by itself.
        means = head.weights[rows[known]] @ vector + head.bias[rows[known]]
        by_head[known] = np.maximum(by_head[known], means)
    scores = by_head + found.parts @ WEIGHTS
    # Equal articles may differ in the last digit, by where they stand: of them, the id decides.
    order = np.lexsort((np.array(found.article_ids), -np.round(scores, 5)))
    return Ranked(
        tuple(found.article_ids[number] for number in order),
        scores[order],
        np.column_stack((by_head, found.parts))[order],
        tuple(found.phrasings[number] for number in order),
    )


def _changed(index: Index, head: Head, article_ids: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.array([index.changed.get(each, 0) > head.knowledge for each in article_ids], bool)


def without_rejected(ranked: Ranked, negatives: Negatives, vector: Vectors, now: float) -> Ranked:
    """`ranked` for the message `vector` (centred), less what was said against its articles for
    wordings near it, at `now`, seconds since 1970. No score rises."""
    if not len(negatives) or not ranked.article_ids:
        return ranked
    near = np.clip((negatives.vectors @ vector - REJECTED_FROM) / (1.0 - REJECTED_FROM), 0.0, 1.0)
    fading = 0.5 ** (np.maximum(now - negatives.at, 0.0) / REJECTED_HALF_LIFE_S)
    against: dict[str, float] = {}
    for number in np.flatnonzero(near):
        less = REJECTED * float(near[number] * fading[number] * negatives.weights[number])
        article_id = negatives.article_ids[number]
        against[article_id] = max(against.get(article_id, 0.0), less)
    if against.keys().isdisjoint(ranked.article_ids):
        return ranked
    taken = np.array([against.get(each, 0.0) for each in ranked.article_ids], dtype=np.float32)
    scores = ranked.scores - taken
    order = np.lexsort((np.array(ranked.article_ids), -np.round(scores, 5)))
    return Ranked(
        tuple(ranked.article_ids[number] for number in order),
        scores[order],
        ranked.parts[order],
        tuple(ranked.phrasings[number] for number in order),
    )
