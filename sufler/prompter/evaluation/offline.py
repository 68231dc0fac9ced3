"""A base built in memory, and messages scored on it the way the product scores them."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sufler.domain.knowledge import Article
from sufler.domain.ports import TextEncoder, Vectors
from sufler.kb_index.background import Background, load_background
from sufler.kb_index.index import Index
from sufler.kb_index.segment import Segment
from sufler.kb_index.vectors import StoredVectors
from sufler.prompter.confidence import Evidence, evidence
from sufler.prompter.evaluation.dataset import Row
from sufler.prompter.learning.fit import Fitted, fit
from sufler.prompter.rank import Ranked, rank
from sufler.prompter.reading import read
from sufler.prompter.turn_kind import answerable, language_of, turn_kind


class VectorsInMemory:
    """A `VectorStore` that lives as long as the run."""

    def __init__(self) -> None:
        self._vectors: dict[tuple[str, str], Vectors] = {}

    async def get_many(self, model_id: str, hashes: Sequence[str]) -> dict[str, Vectors]:
        """Those that are there."""
        return {
            key: self._vectors[model_id, key] for key in hashes if (model_id, key) in self._vectors
        }

    async def put_many(self, model_id: str, vectors: Mapping[str, Vectors]) -> None:
        """Keep them."""
        for key, vector in vectors.items():
            self._vectors[model_id, key] = vector


@dataclass(frozen=True, slots=True)
class Scored:
    """A message with its ranking, and the evidence for the first article, None where there is
    none."""

    message: Row
    ranked: Ranked
    evidence: Evidence | None
    rank_ms: float


@dataclass(frozen=True)
class OfflineBase:
    """An index and what was fitted to it."""

    index: Index
    fitted: Fitted
    background: Background
    vectors: StoredVectors

    async def score(self, rows: Sequence[Row]) -> list[Scored]:
        """Rank every message; encoding is not part of `rank_ms`."""
        texts = [read(row.text) for row in rows]
        encoded = await self.vectors.of(texts, "query")
        return [
            self._one(row, text, vector)
            for row, text, vector in zip(rows, texts, encoded, strict=True)
        ]

    def _one(self, row: Row, text: str, vector: Vectors) -> Scored:
        began = time.perf_counter()
        centred = self.background.centre(vector, language_of(text, "en"), "query")
        ranked = rank(self.index, self.fitted.scorer, centred, text)
        found = None
        if ranked.article_ids:
            asks = answerable(turn_kind(text), ranked.phrasings[0])
            found = evidence(ranked, self.fitted.scale, asks)
        spent = (time.perf_counter() - began) * 1000
        return Scored(row, ranked, found, spent)


async def build(
    articles: Sequence[Article], vectors: StoredVectors, background: Background | None = None
) -> OfflineBase:
    """Index `articles` and fit to them."""
    background = background or await load_background(vectors)
    segment = Segment(articles)
    await segment.load(vectors, background, None)
    index = Index(1, (segment,), (np.ones(len(segment.articles), dtype=bool),), {})
    return OfflineBase(index, fit(index, background), background, vectors)


def memory_vectors(encoder: TextEncoder) -> StoredVectors:
    """Vectors that are encoded once in a run."""
    return StoredVectors(encoder, VectorsInMemory())
