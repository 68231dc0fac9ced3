"""The searchable state of the base at one knowledge version: immutable, swapped in as a whole.

A large first segment, the base, and smaller ones for what changed since; a changed article's old
rows stay where they are and are passed over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sufler.domain.knowledge import Article, Topic
from sufler.domain.ports import Vectors
from sufler.kb_index.negatives import NO_NEGATIVES, Negatives
from sufler.kb_index.ngrams import Floats, GramWeights
from sufler.kb_index.segment import Segment

# A lighter phrasing counts as this heavy: its distance is divided by its weight.
LEAST_WEIGHT = np.float32(0.1)
PARTS = ("similarity", "passage", "letters", "letters_of_answer")


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a search found, unordered. `parts` has shape (n, 4): cosines in the order of PARTS,
    higher is better. `phrasings[i]` is the indexed question that fits article i best."""

    article_ids: tuple[str, ...]
    parts: Floats
    phrasings: tuple[str, ...]


@dataclass(frozen=True)
class Index:
    """`live[k]` tells which articles of segment k are current; `topics` by name. The letters of
    all segments are weighed by the texts of the published articles of version `letters`.
    `negatives` are not articles': ranking takes them off what `search` found. `changed`: the
    version after which an article is as it is now, for those changed since the start."""

    version: int
    segments: tuple[Segment, ...]
    live: tuple[NDArray[np.bool_], ...]
    topics: Mapping[str, Topic]
    letters: int = 0
    negatives: Negatives = NO_NEGATIVES
    changed: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def size(self) -> int:
        """How many articles can be found."""
        return int(sum(mask.sum() for mask in self.live))

    @cached_property
    def entries(self) -> int:
        """How many titles and phrasings are searched."""
        return sum(
            int(mask[segment.question_articles].sum())
            for segment, mask in zip(self.segments, self.live, strict=True)
        )

    @property
    def kind(self) -> str:
        """How the questions of the base are found by meaning: exact, signs or lists."""
        return self.segments[0].question_rows.kind if self.segments else "exact"

    @property
    def recall(self) -> float:
        """The lowest recall (0..1) of a segment against comparing all, as measured at its build."""
        found = [
            rows.recall
            for segment in self.segments
            for rows in (segment.question_rows, segment.passage_rows)
        ]
        return min(found, default=1.0)

    def article(self, article_id: str) -> Article | None:
        """A published article, or None."""
        for segment, mask in zip(self.segments, self.live, strict=True):
            number = segment.numbers.get(article_id)
            if number is not None and mask[number]:
                return segment.articles[number]
        return None

    def articles(self) -> list[Article]:
        """All published articles."""
        return [
            article
            for segment, mask in zip(self.segments, self.live, strict=True)
            for article, alive in zip(segment.articles, mask, strict=True)
            if alive
        ]

    def search(
        self, vector: Vectors, text: str, also: Iterable[str] = (), width: int = 48
    ) -> Candidates:
        """Find the articles that may answer `text`, whose centred unit vector is `vector`.

        `width` is how many rows are looked at by meaning; letters add half as many. `also` are
        ids that somebody else found.
        """
        also = tuple(also)
        ids: list[str] = []
        rows: list[Floats] = []
        phrasings: list[str] = []
        weights: GramWeights | None = None
        for segment, live in zip(self.segments, self.live, strict=True):
            if segment.gram_weights is not weights:
                weights = segment.gram_weights
                _, buckets, values = weights.vectors([text])
            numbers, question_grams, passage_grams = segment.nearest(
                vector, buckets, values, width, live
            )
            others = [segment.numbers[each] for each in also if each in segment.numbers]
            if others:
                numbers = np.union1d(numbers, others)
                numbers = numbers[live[numbers]]
            if not len(numbers):
                continue
            asked, asked_at = _rows_of(segment.question_starts, numbers)
            told, told_at = _rows_of(segment.passage_starts, numbers)
            similarities = segment.question_vectors.products(asked, vector)
            similarities = weighed(similarities, segment.question_weights[asked])
            similarity = np.maximum.reduceat(similarities, asked_at)
            nearest = asked[_firsts(similarities, similarity, asked_at)]
            letters = np.maximum.reduceat(question_grams[asked], asked_at)
            if segment.question_grams.partial:
                # Of many texts the index tells which are alike; how much, the texts themselves.
                alike = asked[_firsts(question_grams[asked], letters, asked_at)]
                texts = [segment.questions[row] for row in alike]
                letters = np.maximum(letters, weights.cosines(buckets, values, texts))
            ids.extend(segment.articles[number].id for number in numbers)
            phrasings.extend(segment.questions[row] for row in nearest)
            passages = segment.passage_vectors.products(told, vector)
            rows.append(
                np.column_stack(
                    (
                        similarity,
                        np.maximum.reduceat(passages, told_at),
                        letters,
                        np.maximum.reduceat(passage_grams[told], told_at),
                    )
                )
            )
        parts = np.concatenate(rows) if rows else np.zeros((0, len(PARTS)), dtype=np.float32)
        return Candidates(tuple(ids), parts, tuple(phrasings))


def weighed(similarities: Floats, weights: Floats) -> Floats:
    """Cosines to phrasings of `weights` (0..1): what stands on one operator's word is as near as
    ever for its very words, and the further off the less it weighs."""
    one = np.float32(1.0)
    return np.maximum(one - (one - similarities) / np.maximum(weights, LEAST_WEIGHT), -one)


def _firsts(values: Floats, highest: Floats, starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """In each run of `values` the place of its highest; of equals the first: titles come before
    phrasings."""
    counts = np.diff(starts, append=len(values))
    best = np.flatnonzero(values == np.repeat(highest, counts))
    return best[np.searchsorted(best, starts)]


def _rows_of(
    starts: NDArray[np.int64], numbers: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All rows of the articles `numbers`, and where each article's begin among them."""
    counts = starts[numbers + 1] - starts[numbers]
    ends = np.cumsum(counts)
    begins = ends - counts
    return np.repeat(starts[numbers] - begins, counts) + np.arange(ends[-1]), begins
