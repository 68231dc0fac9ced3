"""Character n-grams as hashed tf-idf vectors: what two texts share letter by letter, typos too.

One vectorised function serves a single message and a corpus of 100,000 texts alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

BUCKETS = 1 << 18
SIZES = (2, 3, 4, 5)
# A gram that stands in more than this share of a large base tells little and costs most.
COMMON_SHARE = 0.2
SMALL_BASE = 2_000
# Of a long message's grams the rarest, as many as stand in this many texts together, are enough.
MOST_POSTINGS = 120_000
# Texts counted at a time: bounds the memory that indexing a large base takes.
AT_ONCE = 2_000

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]


def fold(text: str) -> str:
    """Lower case, ё as е, single spaces: what grams are taken of."""
    return " ".join(text.lower().replace("ё", "е").split())


def count_grams(texts: Sequence[str]) -> tuple[NDArray[np.int64], Integers, Floats]:
    """Count hashed grams: (text number, bucket, sublinear count), ordered by text then bucket."""
    joined = "".join(f" {fold(text)} \n" for text in texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    ends = codes == 10
    owner = np.cumsum(ends) - ends
    line = owner.astype(np.int64)
    keys: list[NDArray[np.int64]] = []
    for size in SIZES:
        if len(codes) < size:
            continue
        count = len(codes) - size + 1
        mixed = np.full(count, size * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF, dtype=np.uint64)
        for offset in range(size):
            mixed = (mixed ^ codes[offset : offset + count]) * np.uint64(0x100000001B3)
            mixed ^= mixed >> np.uint64(29)
        within = line[:count] == line[size - 1 :]
        within &= ~ends[size - 1 :]
        bucket = (mixed[within] % np.uint64(BUCKETS)).astype(np.int64)
        keys.append(line[:count][within] * BUCKETS + bucket)
    every = np.concatenate(keys) if keys else np.zeros(0, dtype=np.int64)
    unique, counts = np.unique(every, return_counts=True)
    weights = (1.0 + np.log(counts)).astype(np.float32)
    return unique // BUCKETS, (unique % BUCKETS).astype(np.int32), weights


@dataclass(frozen=True, slots=True)
class GramWeights:
    """Inverse document frequency per bucket, shape (BUCKETS,); fixed for a segment's life."""

    idf: Floats

    @staticmethod
    def of(texts: Sequence[str]) -> "GramWeights":
        """Smoothed idf over `texts`."""
        seen = np.zeros(BUCKETS, dtype=np.int64)
        for start in range(0, len(texts), AT_ONCE):
            _, buckets, _ = count_grams(texts[start : start + AT_ONCE])
            seen += np.bincount(buckets, minlength=BUCKETS)
        return GramWeights(np.log((1.0 + len(texts)) / (1.0 + seen)).astype(np.float32) + 1.0)

    def vectors(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], Integers, Floats]:
        """Unit tf-idf rows as (text number, bucket, weight)."""
        rows, buckets, weights = count_grams(texts)
        weights = weights * self.idf[buckets]
        norms = np.sqrt(np.bincount(rows, weights=weights**2, minlength=len(texts)))
        return rows, buckets, (weights / np.maximum(norms[rows], 1e-9)).astype(np.float32)


class GramIndex:
    """Postings of the unit tf-idf rows of `texts`: cosine of a message with all of them at once."""

    def __init__(self, texts: Sequence[str], weights: GramWeights) -> None:
        """Index `texts`; memory is about 8 bytes a gram."""
        self.size = len(texts)
        parts: list[Any] = [sparse.csr_array((0, BUCKETS), dtype=np.float32)]
        for start in range(0, len(texts), AT_ONCE):
            page = texts[start : start + AT_ONCE]
            rows, buckets, values = weights.vectors(page)
            ends = np.searchsorted(rows, np.arange(len(page) + 1)).astype(np.int32)
            parts.append(sparse.csr_array((values, buckets, ends), shape=(len(page), BUCKETS)))
        # A row of the transposed matrix is a bucket: the texts that it stands in.
        by_text = sparse.vstack(parts, format="csr")
        parts.clear()
        if self.size > SMALL_BASE:
            seen = np.bincount(by_text.indices, minlength=BUCKETS)
            by_text.data[seen[by_text.indices] >= COMMON_SHARE * self.size] = 0.0
            by_text.eliminate_zeros()
            by_text.prune()
        self._postings = sparse.csr_array(by_text.T)
        self._counts = np.diff(self._postings.indptr)

    def cosines(self, buckets: Integers, values: Floats) -> Floats:
        """Cosine (0..1) of one message, given as its grams, with every text: shape (size,)."""
        counts = self._counts[buckets]
        keep = counts > 0
        if self.size > SMALL_BASE:
            rarest = np.argsort(counts, kind="stable")
            keep[rarest[np.cumsum(counts[rarest]) > MOST_POSTINGS]] = False
        found: Floats = values[keep] @ self._postings[buckets[keep]]
        return found
