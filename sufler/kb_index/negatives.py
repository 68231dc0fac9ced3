"""Wordings that do not ask for an article, kept as vectors: each counts only near it, and fades."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufler.domain.knowledge import LANGUAGES
from sufler.domain.learning import Learned
from sufler.domain.ports import Vectors
from sufler.kb_index.background import Background
from sufler.kb_index.vectors import StoredVectors


@dataclass(frozen=True)
class Negatives:
    """Row i: not `article_ids[i]` for a wording near `vectors[i]`, (n, dimension), centred, unit;
    said at `at[i]`, seconds since 1970, with `weights[i]`, 0..1."""

    article_ids: tuple[str, ...]
    vectors: Vectors
    at: NDArray[np.float64]
    weights: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.article_ids)


NO_NEGATIVES = Negatives(
    (), np.zeros((0, 1), np.float32), np.zeros(0, np.float64), np.zeros(0, np.float32)
)


async def load_negatives(
    found: Iterable[Learned], vectors: StoredVectors, background: Background
) -> Negatives:
    """Encode what has no stored vector yet. `found` are those of kind NEGATIVE that serve."""
    rows = list(found)
    if not rows:
        return NO_NEGATIVES
    raw = await vectors.of([each.text for each in rows], "query")
    centred = np.empty_like(raw)
    for language in LANGUAGES:
        chosen = [number for number, each in enumerate(rows) if each.language == language]
        centred[chosen] = background.centre(raw[chosen], language, "query")
    return Negatives(
        tuple(each.article_id for each in rows),
        centred,
        np.array([each.at.timestamp() for each in rows], dtype=np.float64),
        np.array([each.weight for each in rows], dtype=np.float32),
    )
