"""Vectors by content: a text is encoded once for a model, then read from the store."""

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sufler.domain.ports import TextEncoder, TextKind, Vectors, VectorStore

# Encoded and stored at a time: what a kill can cost, about two seconds of work.
BATCH = 512
# Read at a time.
PAGE = 5_000


def content_hash(text: str, kind: TextKind) -> str:
    """Hex key of a text as it is encoded; a query and a passage of the same words differ."""
    return hashlib.blake2b(f"{kind}\0{text}".encode("utf-8", "replace"), digest_size=16).hexdigest()


class StoredVectors:
    """Encodes what the store does not have yet, and stores it."""

    def __init__(self, encoder: TextEncoder, store: VectorStore) -> None:
        self._encoder = encoder
        self._store = store

    @property
    def model_id(self) -> str:
        """The model whose vectors these are."""
        return self._encoder.model_id

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return self._encoder.dimension

    async def of(
        self,
        texts: Sequence[str],
        kind: TextKind,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Vectors:
        """Unit vectors of `texts`, shape (n, dimension), in their order.

        `on_progress(done, wanted)` counts the texts that had to be encoded.
        """
        found = np.zeros((len(texts), self._encoder.dimension), dtype=np.float32)
        async for rows, vectors in self.pages(texts, kind, on_progress):
            found[rows] = vectors
        return found

    async def pages(
        self,
        texts: Sequence[str],
        kind: TextKind,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> AsyncIterator[tuple[NDArray[np.int64], Vectors]]:
        """As `of`, some at a time: numbers of texts, and their vectors. Each text comes once."""
        model = self._encoder.model_id
        hashes = [content_hash(text, kind) for text in texts]
        missing: dict[str, list[int]] = {}
        for start in range(0, len(texts), PAGE):
            page = hashes[start : start + PAGE]
            known = await self._store.get_many(model, list(dict.fromkeys(page)))
            rows = [start + place for place, key in enumerate(page) if key in known]
            for place, key in enumerate(page, start):
                if key not in known:
                    missing.setdefault(key, []).append(place)
            if rows:
                yield np.array(rows), np.stack([known[hashes[row]] for row in rows])
        keys = list(missing)
        for start in range(0, len(keys), BATCH):
            batch = keys[start : start + BATCH]
            encoded = await self._encoder.encode([texts[missing[key][0]] for key in batch], kind)
            await self._store.put_many(model, dict(zip(batch, encoded, strict=True)))
            if on_progress is not None:
                on_progress(start + len(batch), len(keys))
            counts = [len(missing[key]) for key in batch]
            rows = [row for key in batch for row in missing[key]]
            yield np.array(rows), np.repeat(encoded, counts, axis=0)
