"""Predictions for customers' turns, each drawn before anybody labelled it, as they are read by
certificates, sprints and pages. `drawing.py` writes them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, select

from sufler.domain.checks import Draw
from sufler.storage.database import Database
from sufler.storage.tables.accuracy import checks, draws, review_tasks
from sufler.storage.tables.suggestions import suggestions

_FIELDS = tuple(Draw.__dataclass_fields__)


class DrawStore:
    """Draws as certificates, sprints and pages read them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, suggestion_id: str) -> Draw | None:
        """The draw of this prediction; None where it was made for no turn, or is erased."""
        found = await self._list(select(draws).where(draws.c.suggestion_id == suggestion_id))
        return found[0] if found else None

    async def of_topic(
        self, topic: str | None, since: datetime, until: datetime | None = None
    ) -> list[Draw]:
        """Counting draws of a topic (None: of all) predicted from `since` until before `until`,
        the oldest first."""
        query = select(draws).where(draws.c.counts, draws.c.at >= since, *_of(topic))
        if until is not None:
            query = query.where(draws.c.at < until)
        return await self._list(query.order_by(draws.c.at, draws.c.suggestion_id))

    async def in_order_of_u(
        self, topic: str, since: datetime, limit: int, without_check: bool = True
    ) -> list[Draw]:
        """Counting draws of a topic since then, by their u: which turn is next is chosen by
        nothing that anybody could see. `without_check`: those that nobody has labelled or was
        asked to, and that a hidden draw does not still wait for, while their words are kept."""
        query = select(draws).where(draws.c.counts, draws.c.at >= since, draws.c.topic == topic)
        if without_check:
            query = query.join(suggestions, suggestions.c.id == draws.c.suggestion_id).where(
                suggestions.c.text != "", ~is_open_hidden(), ~_is_labelled()
            )
        return await self._list(query.order_by(draws.c.u, draws.c.suggestion_id).limit(limit))

    async def confidences(
        self, topic: str | None, limit: int = 300, until: datetime | None = None
    ) -> list[float]:
        """Confidences (0..1) of the last `limit` counting turns of a topic (None: of all) that
        were predicted before `until`, the oldest first."""
        query = select(draws.c.confidence).where(draws.c.counts, *_of(topic))
        if until is not None:
            query = query.where(draws.c.at < until)
        newest = query.order_by(draws.c.at.desc(), draws.c.suggestion_id).limit(limit)
        async with self._database.read() as connection:
            return list((await connection.execute(newest)).scalars())[::-1]

    async def _list(self, query: Select[Any]) -> list[Draw]:
        async with self._database.read() as connection:
            return [draw_from(row) for row in (await connection.execute(query)).mappings()]


def draw_from(row: Mapping[Any, Any]) -> Draw:
    """A row of `draws`."""
    return Draw(**{name: row[name] for name in _FIELDS})


def _of(topic: str | None) -> list[Any]:
    return [] if topic is None else [draws.c.topic == topic]


def is_open_hidden() -> Any:
    """Hidden, and it is not yet known how it is labelled."""
    return draws.c.hidden & draws.c.settled_at.is_(None)


def _is_labelled() -> Any:
    """A check there is, or somebody was asked for one."""
    return exists().where(checks.c.suggestion_id == draws.c.suggestion_id) | exists().where(
        review_tasks.c.suggestion_id == draws.c.suggestion_id
    )
