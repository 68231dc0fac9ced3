"""Tests of topics, one after another: which bars were read off coverage, when, and what passed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.checks import Trial
from sufler.storage.database import Database
from sufler.storage.sharing import alone
from sufler.storage.tables.accuracy import trials

_FIELDS = tuple(Trial.__dataclass_fields__)


class TrialStore:
    """Trials are only added; the moment of the grant is written into them once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all_until(self, until: datetime | None = None) -> list[Trial]:
        """Every trial that had begun by then, the oldest first; as if nothing was granted later."""
        query = select(trials).order_by(trials.c.started_at, trials.c.id)
        if until is not None:
            query = query.where(trials.c.started_at <= until)
        async with self._database.read() as connection:
            found = [_trial(row) for row in (await connection.execute(query)).mappings()]
        return [_as_of(each, until) for each in found]

    async def begin(self, trial: Trial, after: int | None) -> Trial | None:
        """Begin it (its id is 0), where `after` is the id of the topic's last one (None: there is
        none); None when somebody else began one meanwhile. Returned with its id."""
        row = {name: getattr(trial, name) for name in _FIELDS if name != "id"}
        row["bars"] = list(trial.bars)
        last = select(trials.c.id).where(trials.c.topic == trial.topic)
        async with self._database.write() as connection:
            await alone(connection, f"trial {trial.topic}")
            found = await connection.scalar(last.order_by(trials.c.id.desc()).limit(1))
            if found != after:
                return None
            added = await connection.execute(insert(trials).values(**row).returning(trials))
            return _trial(added.mappings().one())

    async def grant(self, trial_id: int, at: datetime) -> bool:
        """Its certificate is granted; False when it was before."""
        async with self._database.write() as connection:
            return await granted(connection, trial_id, at)


async def granted(connection: AsyncConnection, trial_id: int, at: datetime) -> bool:
    """`TrialStore.grant` inside the caller's transaction."""
    done = await connection.execute(
        update(trials)
        .where(trials.c.id == trial_id, trials.c.granted_at.is_(None))
        .values(granted_at=at)
    )
    return bool(done.rowcount)


def _trial(row: Mapping[Any, Any]) -> Trial:
    values = {name: row[name] for name in _FIELDS}
    return Trial(**{**values, "bars": tuple(row["bars"])})


def _as_of(trial: Trial, until: datetime | None) -> Trial:
    later = until is not None and trial.granted_at is not None and trial.granted_at > until
    return replace(trial, granted_at=None) if later else trial
