"""Trained heads: arrays as .npy with a checksum each, never pickle; the last 20 are kept."""

import asyncio
import hashlib
import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.ports import Clock
from sufler.storage.database import Database
from sufler.storage.sharing import alone
from sufler.storage.tables.vectors import head_arrays, heads

KEPT = 20

log = structlog.get_logger(__name__)


class HeadStore:
    """Fulfils `domain.ports.HeadStore`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def save(
        self,
        head_id: str,
        model_id: str,
        arrays: Mapping[str, NDArray[Any]],
        meta: Mapping[str, Any],
    ) -> None:
        """Store a head as the newest of its model, and forget all but the last 20 of that model.

        A head of the same id is replaced. Raises ValueError for arrays of Python objects.
        """
        files = await asyncio.to_thread(_files, arrays)
        told = json.dumps(dict(meta))
        async with self._database.write() as connection:
            await alone(connection, "heads")
            await connection.execute(delete(heads).where(heads.c.head_id == head_id))
            row = insert(heads).values(
                head_id=head_id,
                model_id=model_id,
                meta=told,
                sha256=_checksum(told, {name: sha256 for name, (_, sha256) in files.items()}),
                created_at=self._clock.now(),
            )
            head = (await connection.execute(row.returning(heads.c.id))).scalar_one()
            for name, (data, sha256) in files.items():
                await connection.execute(
                    insert(head_arrays).values(head=head, name=name, data=data, sha256=sha256)
                )
            of_model = select(heads.c.id).where(heads.c.model_id == model_id)
            newest = of_model.order_by(heads.c.id.desc()).limit(KEPT)
            kept = (await connection.execute(newest)).scalars().all()
            await connection.execute(
                delete(heads).where(heads.c.model_id == model_id, heads.c.id.not_in(kept))
            )
            await self._database.wakeups.announce("head")

    async def newest(self, model_id: str) -> str | None:
        """A mark of what `latest` gives: another one whenever a head has been stored."""
        query = select(heads.c.id, heads.c.sha256, heads.c.created_at)
        query = query.where(heads.c.model_id == model_id).order_by(heads.c.id.desc()).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else f"{row.id} {row.sha256} {row.created_at}"

    async def latest(
        self, model_id: str
    ) -> tuple[str, dict[str, NDArray[Any]], dict[str, Any]] | None:
        """(head id, arrays, meta) of the newest whole head of the model; None when there is none.
        A damaged one is passed over with a warning."""
        return await self._newest_whole(heads.c.model_id == model_id)

    async def named(
        self, head_id: str, model_id: str
    ) -> tuple[str, dict[str, NDArray[Any]], dict[str, Any]] | None:
        """The same for one of the kept heads by its id."""
        return await self._newest_whole(
            (heads.c.head_id == head_id) & (heads.c.model_id == model_id)
        )

    async def _newest_whole(
        self, which: ColumnElement[bool]
    ) -> tuple[str, dict[str, NDArray[Any]], dict[str, Any]] | None:
        query = select(heads).where(which).order_by(heads.c.id.desc())
        async with self._database.read() as connection:
            for row in (await connection.execute(query)).all():
                arrays = await _arrays(connection, row.id, row.meta, row.sha256)
                if arrays is not None:
                    return row.head_id, arrays, json.loads(row.meta)
                log.warning("head_damaged", head=row.head_id, model=row.model_id)
        return None


async def _arrays(
    connection: AsyncConnection, head: int, meta: str, sha256: str
) -> dict[str, NDArray[Any]] | None:
    query = select(head_arrays).where(head_arrays.c.head == head).order_by(head_arrays.c.name)
    rows = (await connection.execute(query)).all()
    if _checksum(meta, {row.name: row.sha256 for row in rows}) != sha256:
        return None
    stored = {row.name: (row.data, row.sha256) for row in rows}
    return await asyncio.to_thread(_loaded, stored)


def _files(arrays: Mapping[str, NDArray[Any]]) -> dict[str, tuple[bytes, str]]:
    files = {}
    for name, array in arrays.items():
        file = io.BytesIO()
        np.save(file, array, allow_pickle=False)
        data = file.getvalue()
        files[name] = (data, hashlib.sha256(data).hexdigest())
    return files


def _loaded(stored: Mapping[str, tuple[bytes, str]]) -> dict[str, NDArray[Any]] | None:
    loaded = {}
    for name, (data, sha256) in stored.items():
        if hashlib.sha256(data).hexdigest() != sha256:
            return None
        loaded[name] = np.load(io.BytesIO(data), allow_pickle=False)
    return loaded


def _checksum(meta: str, arrays: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps([meta, sorted(arrays.items())]).encode()).hexdigest()
