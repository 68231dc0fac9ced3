"""Finding the rows nearest to a vector: exactly, by their signs, or in lists, as their number asks.

What is not exact measures itself when it is built, and takes more effort until it is good enough.
"""

from typing import Any, Protocol

import faiss
import numpy as np
from numpy.typing import NDArray

from sufler.domain.ports import Vectors
from sufler.kb_index.ngrams import Floats, best
from sufler.kb_index.unit_rows import UnitRows

# Up to EXACT_ROWS rows are compared exactly; up to SIGN_ROWS the signs of their numbers (48 bytes
# a row) find several times as many as are wanted, and only those are compared; above, only the
# lists nearest to the vector are read (docs/decisions/0007-large-bases.md).
EXACT_ROWS = 4_096
SIGN_ROWS = 200_000
# Of the exact first 8 of each message that it is measured with.
LEAST_RECALL, RECALL_OF = 0.98, 8
# Rows looked for when measuring: as many as a search looks for.
WIDTH = 48
SEED = 7

Numbers = NDArray[np.int64]
Alive = NDArray[np.bool_]


class Nearest:
    """`kind` is "exact", "signs" or "lists"; `recall` (0..1) was measured when it was built."""

    def __init__(self, vectors: UnitRows, asked: Vectors) -> None:
        """`vectors` are kept, not copied. Recall is measured with the messages `asked`,
        (m, dimension): the further from the rows, the harder."""
        self._vectors = vectors
        self._finder: Finder | None = None
        self._effort = 0
        self.recall = 1.0
        if len(vectors) > EXACT_ROWS:
            self._finder = Lists(vectors) if len(vectors) > SIGN_ROWS else Signs(vectors)
            self._tune(self._finder, asked)

    @property
    def kind(self) -> str:
        """How rows are found."""
        return self._finder.kind if self._finder else "exact"

    def to(self, vector: Vectors, width: int, alive: Alive, owners: Numbers) -> Numbers:
        """Numbers of the `width` rows nearest to `vector`, unordered; of equals the first.

        Only rows whose owner is alive: `alive[owners[row]]`.
        """
        if self._finder is None:
            scores = self._vectors.all_products(vector)
            rows = np.flatnonzero(alive[owners])
            return rows[best(scores[rows], width)]
        rows = self._finder.candidates(vector, width, self._effort)
        rows = np.sort(rows[alive[owners[rows]]])
        return rows[best(self._vectors.products(rows, vector), width)]

    def _tune(self, finder: "Finder", asked: Vectors) -> None:
        wanted = _eighth_best(self._vectors, asked)
        for self._effort in range(finder.efforts):
            hits = 0
            for vector, least in zip(asked, wanted, strict=True):
                rows = finder.candidates(vector, WIDTH, self._effort)
                scores = self._vectors.products(rows, vector)
                # Equal vectors may stand for each other.
                hits += min(int((scores >= least - 1e-5).sum()), RECALL_OF)
            self.recall = hits / (len(asked) * RECALL_OF)
            if self.recall >= LEAST_RECALL:
                return
        self._finder, self.recall = None, 1.0


class Finder(Protocol):
    """Finds rows that are probably among the nearest; a higher effort, up to `efforts` - 1, finds
    more of them."""

    kind: str
    efforts: int

    def candidates(self, vector: Vectors, width: int, effort: int) -> Numbers:
        """Distinct row numbers, more than `width` where there are as many."""
        ...


class Signs:
    """Compares the signs of all rows with those of the vector, bit by bit."""

    kind = "signs"
    shares = (32, 64, 128, 256)
    efforts = len(shares)

    def __init__(self, vectors: UnitRows) -> None:
        signs: Any = faiss.IndexBinaryFlat(vectors.shape[1])
        signs.use_heap = False  # counting is faster than a heap of so many
        self._signs = signs
        for page in vectors.pages():
            self._signs.add(np.packbits(page > 0, axis=1))

    def candidates(self, vector: Vectors, width: int, effort: int) -> Numbers:
        """See `Finder`."""
        count = min(width * self.shares[effort], self._signs.ntotal)
        _, found = self._signs.search(np.packbits(vector > 0)[None], count)
        rows: Numbers = found[0]
        return rows


class Lists:
    """Rows in lists by k-means; of the lists read, each row's one bit a number is compared."""

    kind = "lists"
    # Lists read, and how many times the wanted rows are taken from them.
    reads = ((32, 32), (64, 32), (96, 48), (128, 64), (256, 128), (512, 256))
    efforts = len(reads)

    def __init__(self, vectors: UnitRows) -> None:
        # One thread a search and a build: the cores are the encoder's, and other messages'.
        faiss.omp_set_num_threads(1)
        count, dimension = vectors.shape
        lists = 1 << int(np.log2(count) / 2)
        self._coarse = faiss.IndexFlatIP(dimension)
        self._rows: Any = faiss.IndexIVFRaBitQFastScan(
            self._coarse, dimension, lists, faiss.METRIC_INNER_PRODUCT
        )
        self._rows.cp.niter = 8
        self._rows.cp.spherical = True
        self._rows.cp.min_points_per_centroid = 1
        sample = np.random.default_rng(SEED).choice(count, min(count, lists * 64), replace=False)
        self._rows.train(vectors[np.sort(sample)])
        for page in vectors.pages():
            self._rows.add(page)

    def candidates(self, vector: Vectors, width: int, effort: int) -> Numbers:
        """See `Finder`."""
        probes, share = self.reads[effort]
        how = faiss.IVFRaBitQSearchParameters()
        how.nprobe = probes
        _, found = self._rows.search(vector[None], width * share, params=how)
        rows: Numbers = found[0]
        return rows[rows >= 0]


def _eighth_best(vectors: UnitRows, asked: Vectors) -> Floats:
    """The exact RECALL_OF-th highest product of each of `asked`, shape (len(asked),)."""
    kept = np.zeros((len(asked), 0), dtype=np.float32)
    for page in vectors.pages():
        found = asked @ page.T
        last = min(RECALL_OF, found.shape[1])
        kept = np.concatenate((kept, np.partition(found, -last, axis=1)[:, -last:]), axis=1)
    eighth: Floats = np.partition(kept, -RECALL_OF, axis=1)[:, -RECALL_OF]
    return eighth
