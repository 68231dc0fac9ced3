"""Many unit vectors in memory: read as float32, kept in half of that where there are many."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sufler.domain.ports import Vectors
from sufler.kb_index.ngrams import Floats

# Above so many rows a number is kept as 16 bits, in steps of 1 / STEPS: as exact for products as
# float16, and twice as fast to read.
FLOAT_ROWS = 4_096
STEPS = 32_767
# Rows read at a time where all are.
AT_ONCE = 20_000


class UnitRows:
    """`rows[numbers]` are unit vectors, float32, whatever they are kept as."""

    def __init__(self, count: int, dimension: int) -> None:
        self.shape = (count, dimension)
        kind = np.int16 if count > FLOAT_ROWS else np.float32
        self._kept: NDArray[Any] = np.zeros(self.shape, dtype=kind)
        self._small = kind is np.int16

    @staticmethod
    def of(parts: Sequence[Vectors]) -> "UnitRows":
        """The rows of all `parts`, one after the other."""
        found = UnitRows(sum(len(part) for part in parts), parts[0].shape[1])
        start = 0
        for part in parts:
            found.put(np.arange(start, start + len(part)), part)
            start += len(part)
        return found

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, numbers: NDArray[Any] | slice) -> Vectors:
        found: Vectors = self._kept[numbers].astype(np.float32, copy=False)
        return found * np.float32(1 / STEPS) if self._small else found

    def put(self, numbers: NDArray[Any], vectors: Vectors) -> None:
        """Keep `vectors` as the rows `numbers`."""
        self._kept[numbers] = np.rint(vectors * STEPS) if self._small else vectors

    def products(self, numbers: NDArray[Any], vector: Vectors) -> Floats:
        """Product of each of the rows `numbers` with `vector`, shape (n,)."""
        found: Floats = self._kept[numbers].astype(np.float32, copy=False) @ vector
        return found * np.float32(1 / STEPS) if self._small else found

    def all_products(self, vector: Vectors) -> Floats:
        """Product of each row with `vector`, shape (len,)."""
        if not self._small:
            exact: Floats = self._kept @ vector
            return exact
        return np.concatenate([page @ vector for page in self.pages()])

    def pages(self) -> Iterator[Vectors]:
        """All rows, AT_ONCE at a time."""
        for start in range(0, len(self), AT_ONCE):
            yield self[start : start + AT_ONCE]
