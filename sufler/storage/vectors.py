"""Vectors by model and content hash, so that a start does not encode again."""

from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy import select

from sufler.domain.ports import Vectors
from sufler.storage.database import Database
from sufler.storage.sharing import put
from sufler.storage.tables.vectors import vectors as table

PAGE = 500


class VectorStore:
    """Fulfils `domain.ports.VectorStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_many(self, model_id: str, hashes: Sequence[str]) -> dict[str, Vectors]:
        """The stored vectors, float32 of shape (dimension,), by content hash. What is damaged is
        left out, so that it is encoded and stored anew."""
        found: dict[str, Vectors] = {}
        async with self._database.read() as connection:
            for start in range(0, len(hashes), PAGE):
                query = select(table.c.content_hash, table.c.dimension, table.c.vector).where(
                    table.c.model_id == model_id,
                    table.c.content_hash.in_(hashes[start : start + PAGE]),
                )
                for content_hash, dimension, data in await connection.execute(query):
                    if len(data) == 4 * dimension:
                        # A copy: what comes from bytes cannot be written to.
                        found[content_hash] = np.frombuffer(data, "<f4").astype(np.float32)
        return found

    async def put_many(self, model_id: str, vectors: Mapping[str, Vectors]) -> None:
        """Store vectors of shape (dimension,), all or none; those already there are replaced."""
        if not vectors:
            return
        async with self._database.write() as connection:
            hashes = sorted(vectors)
            for start in range(0, len(hashes), PAGE):
                await put(
                    connection,
                    table,
                    [
                        {
                            "model_id": model_id,
                            "content_hash": content_hash,
                            "dimension": len(vectors[content_hash]),
                            "vector": np.ascontiguousarray(vectors[content_hash], "<f4").tobytes(),
                        }
                        for content_hash in hashes[start : start + PAGE]
                    ],
                )
