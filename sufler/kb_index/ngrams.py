"""Character n-grams as hashed tf-idf vectors: what two texts share letter by letter, typos too.

One vectorised function serves a single message and a corpus of 100,000 texts alike.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

BUCKETS = 1 << 18
SIZES = (2, 3, 4, 5)
# A gram that stands in more than this share of a large base tells little and costs most.
COMMON_SHARE, COMMON_SHARE_OF_LARGE = 0.2, 0.05
SMALL_BASE, LARGE_BASE = 2_000, 100_000
# Of a long message's grams the rarest, as many as stand in this many texts together, are enough.
MOST_POSTINGS, MOST_SHARE = 120_000, 0.3
# Texts counted at a time: bounds the memory that indexing a large base takes.
AT_ONCE = 2_000
BLOCK = 64

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]
Bytes = NDArray[np.uint8]
KeepOn = Callable[[], None]

# What a gram that stands so often in a text counts.
SUBLINEAR = (1.0 + np.log(np.maximum(np.arange(256), 1))).astype(np.float32)


def fold(text: str) -> str:
    """Lower case, ё as е, single spaces: what grams are taken of."""
    return " ".join(text.lower().replace("ё", "е").split())


def count_grams(texts: Sequence[str]) -> tuple[NDArray[np.int64], Integers, Bytes]:
    """Count hashed grams: (text number, bucket, count up to 255), ordered by text then bucket."""
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
    few = np.minimum(counts, 255).astype(np.uint8)
    return unique // BUCKETS, (unique % BUCKETS).astype(np.int32), few


def gram_texts(texts: Sequence[str], keep_on: KeepOn | None = None) -> NDArray[np.int64]:
    """In how many of `texts` each bucket stands, shape (BUCKETS,)."""
    seen = np.zeros(BUCKETS, dtype=np.int64)
    for _, _, buckets, _ in _pages(texts, keep_on):
        seen += np.bincount(buckets, minlength=BUCKETS)
    return seen


def _pages(
    texts: Sequence[str], keep_on: KeepOn | None
) -> Iterator[tuple[int, NDArray[np.int64], Integers, Bytes]]:
    """Number of the first text, then `count_grams`, of AT_ONCE texts at a time."""
    for start in range(0, len(texts), AT_ONCE):
        if keep_on is not None:
            keep_on()
        yield start, *count_grams(texts[start : start + AT_ONCE])


@dataclass(frozen=True, slots=True)
class GramWeights:
    """Inverse document frequency per bucket, shape (BUCKETS,); fixed for a segment's life."""

    idf: Floats

    @staticmethod
    def of(texts: Sequence[str]) -> "GramWeights":
        """Smoothed idf over `texts`."""
        return GramWeights.counted(gram_texts(texts), len(texts))

    @staticmethod
    def counted(seen: NDArray[np.int64], texts: int) -> "GramWeights":
        """Smoothed idf, from in how many of so many texts each bucket stands."""
        return GramWeights(np.log((1.0 + texts) / (1.0 + seen)).astype(np.float32) + 1.0)

    def vectors(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], Integers, Floats]:
        """Unit tf-idf rows as (text number, bucket, weight)."""
        rows, buckets, counts = count_grams(texts)
        weights = SUBLINEAR[counts] * self.idf[buckets]
        norms = np.sqrt(np.bincount(rows, weights=weights**2, minlength=len(texts)))
        return rows, buckets, (weights / np.maximum(norms[rows], 1e-9)).astype(np.float32)

    def cosines(self, buckets: Integers, values: Floats, texts: Sequence[str]) -> Floats:
        """Cosine of one message, given as its grams, with each of a few texts: shape (n,)."""
        rows, found, weights = self.vectors(texts)
        message = np.zeros(BUCKETS, dtype=np.float32)
        message[buckets] = values
        return np.bincount(rows, weights=weights * message[found], minlength=len(texts)).astype(
            np.float32
        )


class GramIndex:
    """For each gram the texts that it stands in: cosine of a message with all of them at once.

    5 bytes a gram of a text: the text's number, and how often the gram stands there.
    """

    def __init__(
        self,
        texts: Sequence[str],
        weights: GramWeights,
        seen: NDArray[np.int64] | None = None,
        keep_on: KeepOn | None = None,
    ) -> None:
        """Index `texts`. `seen`: their `gram_texts`, where known. `keep_on` is called now and
        then, and ends the work by raising."""
        self.size = len(texts)
        self._idf = weights.idf
        seen = gram_texts(texts, keep_on) if seen is None else seen
        if self.size > SMALL_BASE:
            share = COMMON_SHARE if self.size <= LARGE_BASE else COMMON_SHARE_OF_LARGE
            seen = np.where(seen >= share * self.size, 0, seen)
        starts = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(seen)))
        owners = np.empty(starts[-1], dtype=np.int32)
        counts = np.empty(starts[-1], dtype=np.uint8)
        self._shorten = np.zeros(self.size, dtype=np.float32)  # 1 / length of the tf-idf row
        free = starts[:-1].copy()
        for first, rows, buckets, times in _pages(texts, keep_on):
            squares = (SUBLINEAR[times] * self._idf[buckets]) ** 2
            lengths = np.sqrt(np.bincount(rows, weights=squares))
            self._shorten[first : first + len(lengths)] = 1.0 / np.maximum(lengths, 1e-9)
            kept = np.flatnonzero(seen[buckets])
            order = kept[np.argsort(buckets[kept], kind="stable")]
            at = np.flatnonzero(np.diff(buckets[order], prepend=-1))
            found, many = buckets[order[at]], np.diff(at, append=len(order))
            places = np.repeat(free[found] - at, many) + np.arange(len(order))
            owners[places] = rows[order] + first
            counts[places] = times[order]
            free[found] += many
        if starts[-1] < 2**31:  # or else scipy makes all numbers 8 bytes long
            starts = starts.astype(np.int32)
        self._postings = sparse.csr_array((counts, owners, starts), shape=(BUCKETS, self.size))
        self._seen = seen

    @property
    def partial(self) -> bool:
        """Whether so many common grams are left out that cosines are a good deal too low."""
        return self.size > LARGE_BASE

    @property
    def _most(self) -> int:
        return max(MOST_POSTINGS, int(self.size * MOST_SHARE))

    def cosines(self, buckets: Integers, values: Floats) -> Floats:
        """Cosine (0..1) of one message, given as its grams, with every text: shape (size,)."""
        seen = self._seen[buckets]
        keep = seen > 0
        if self.size > SMALL_BASE:
            rarest = np.argsort(seen, kind="stable")
            keep[rarest[np.cumsum(seen[rarest]) > self._most]] = False
        chosen = buckets[keep]
        texts = self._postings[chosen]
        texts.data = np.take(SUBLINEAR, texts.data, mode="clip")  # does not check each number
        found: Floats = (values[keep] * self._idf[chosen]) @ texts
        found *= self._shorten
        return found


def highest(cosines: Floats, width: int) -> NDArray[np.int64]:
    """Numbers of the `width` highest cosines that are above zero, unordered; of equals the first.

    The highest of all stand in the blocks whose own highest are the highest: most are not read.
    """
    blocks = len(cosines) // BLOCK
    if blocks <= width:
        rows = np.arange(len(cosines))
    else:
        tops = cosines[: blocks * BLOCK].reshape(blocks, BLOCK).max(axis=1)
        firsts = np.sort(best(tops, width)) * BLOCK
        rows = (firsts[:, None] + np.arange(BLOCK)).ravel()
        rows = np.concatenate((rows, np.arange(blocks * BLOCK, len(cosines))))
    found = cosines[rows]
    chosen = best(found, width)
    return rows[chosen[found[chosen] > 0]]


def best(scores: Floats, width: int) -> NDArray[np.int64]:
    """Numbers of the `width` highest scores, unordered; of equal ones the first."""
    if len(scores) <= width:
        return np.arange(len(scores))
    # What is equal may differ in its last digit, by where it stands.
    scores = np.round(scores, 6)
    least = np.partition(scores, -width)[-width]
    above = np.flatnonzero(scores > least)
    return np.concatenate((above, np.flatnonzero(scores == least)[: width - len(above)]))
