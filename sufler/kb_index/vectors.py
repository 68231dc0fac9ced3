"""Vectors by content: a text is encoded once for a model, then read from the store."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from sufler.domain.ports import TextEncoder, TextKind, Vectors, VectorStore

# Encoded and stored at a time: what a kill can cost, about two seconds of work.
BATCH = 512


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

    async def of(
        self,
        texts: Sequence[str],
        kind: TextKind,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Vectors:
        """Unit vectors of `texts`, shape (n, dimension), in their order.

        `on_progress(done, wanted)` counts the texts that had to be encoded.
        """
        hashes = [content_hash(text, kind) for text in texts]
        known = await self._store.get_many(self._encoder.model_id, list(dict.fromkeys(hashes)))
        missing = {key: text for key, text in zip(hashes, texts, strict=True) if key not in known}
        keys = list(missing)
        for start in range(0, len(keys), BATCH):
            batch = keys[start : start + BATCH]
            encoded = await self._encoder.encode([missing[key] for key in batch], kind)
            fresh = dict(zip(batch, encoded, strict=True))
            await self._store.put_many(self._encoder.model_id, fresh)
            known.update(fresh)
            if on_progress is not None:
                on_progress(start + len(batch), len(keys))
        if not texts:
            return np.zeros((0, self._encoder.dimension), dtype=np.float32)
        return np.stack([known[key] for key in hashes])
