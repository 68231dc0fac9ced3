"""The searchable state of the base at one knowledge version: immutable, swapped in as a whole.

A large first segment and a small one for what changed since; a changed article's old rows stay
where they are and are passed over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sufler.domain.knowledge import Article, Topic
from sufler.domain.ports import Vectors
from sufler.kb_index.ngrams import Floats
from sufler.kb_index.segment import Segment

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
    """`live[k]` tells which articles of segment k are current; `topics` by name."""

    version: int
    segments: tuple[Segment, ...]
    live: tuple[NDArray[np.bool_], ...]
    topics: Mapping[str, Topic]

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
        for segment, mask in zip(self.segments, self.live, strict=True):
            _, buckets, values = segment.gram_weights.vectors([text])
            numbers, question_grams, passage_grams = segment.nearest(vector, buckets, values, width)
            others = [segment.numbers[each] for each in also if each in segment.numbers]
            if others:
                numbers = np.union1d(numbers, others)
            numbers = numbers[mask[numbers]]
            if not len(numbers):
                continue
            asked, asked_at = _rows_of(segment.question_starts, numbers)
            told, told_at = _rows_of(segment.passage_starts, numbers)
            similarities = segment.question_vectors[asked] @ vector
            similarity = np.maximum.reduceat(similarities, asked_at)
            counts = np.diff(asked_at, append=len(asked))
            best = np.flatnonzero(similarities == np.repeat(similarity, counts))
            # Of equals the first: titles come before phrasings.
            best = asked[best[np.searchsorted(best, asked_at)]]
            ids.extend(segment.articles[number].id for number in numbers)
            phrasings.extend(segment.questions[row].text for row in best)
            passages = segment.passage_vectors[told] @ vector
            rows.append(
                np.column_stack(
                    (
                        similarity,
                        np.maximum.reduceat(passages, told_at),
                        np.maximum.reduceat(question_grams[asked], asked_at),
                        np.maximum.reduceat(passage_grams[told], told_at),
                    )
                )
            )
        parts = np.concatenate(rows) if rows else np.zeros((0, len(PARTS)), dtype=np.float32)
        return Candidates(tuple(ids), parts, tuple(phrasings))


def _rows_of(
    starts: NDArray[np.int64], numbers: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All rows of the articles `numbers`, and where each article's begin among them."""
    counts = starts[numbers + 1] - starts[numbers]
    ends = np.cumsum(counts)
    begins = ends - counts
    return np.repeat(starts[numbers] - begins, counts) + np.arange(ends[-1]), begins
