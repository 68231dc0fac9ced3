"""How the blind review stands, in numbers: what waits and for whom, pace, agreement, audits."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select

from sufler.domain.checks import CheckKind, Review, TaskState
from sufler.storage.database import Database
from sufler.storage.review_rows import (
    LIVE,
    not_reviewed_by,
    review_from,
    stranger_to,
    wants_review,
)
from sufler.storage.tables.accuracy import checks, draws, review_tasks, reviews
from sufler.storage.tables.suggestions import suggestions


class ReviewNumbers:
    """Fulfils `desk.reviewing.ReviewCounts`. Nothing here is ever written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self) -> dict[str, int]:
        """Turns that somebody is to look at, by topic."""
        query = (
            select(review_tasks.c.topic, func.count())
            .where(review_tasks.c.state.in_(LIVE), wants_review())
            .group_by(review_tasks.c.topic)
            .order_by(review_tasks.c.topic)
        )
        async with self._database.read() as connection:
            return {row[0]: row[1] for row in await connection.execute(query)}

    async def for_person(
        self, person_id: str, hidden: Collection[str] = (), topic: str | None = None
    ) -> int:
        """How many of them this person may review."""
        query = (
            select(func.count())
            .select_from(
                review_tasks.join(draws, draws.c.suggestion_id == review_tasks.c.suggestion_id)
            )
            .where(
                review_tasks.c.state.in_(LIVE),
                wants_review(),
                not_reviewed_by(f"person:{person_id}"),
                *stranger_to(person_id, hidden),
            )
        )
        if topic is not None:
            query = query.where(review_tasks.c.topic == topic)
        return await self._number(query)

    async def done_since(self, reviewer: str, since: datetime) -> int:
        """How many turns the reviewer has picked for since then."""
        query = select(func.count()).where(
            reviews.c.reviewer == reviewer, reviews.c.undone_at.is_(None), reviews.c.at >= since
        )
        return await self._number(query)

    async def took(self, reviewer: str, newest: int = 50) -> list[float]:
        """Seconds that each of the reviewer's newest picks took."""
        query = (
            select(reviews.c.took_s)
            .where(reviews.c.reviewer == reviewer, reviews.c.undone_at.is_(None))
            .order_by(reviews.c.id.desc())
            .limit(newest)
        )
        async with self._database.read() as connection:
            return list((await connection.execute(query)).scalars())

    async def disputes(self) -> int:
        """How many turns their reviewers judge differently, with nobody having decided."""
        disputed = review_tasks.c.state == TaskState.DISPUTED.value
        return await self._number(select(func.count()).where(disputed, wants_review()))

    async def pairs(self, newest: int = 1000) -> list[tuple[Review, Review, tuple[str, ...]]]:
        """What two reviewers picked for the same turn, each without the other, with the ids of the
        articles that were suggested, best first; of the newest `newest` such turns."""
        twice = (
            select(reviews.c.task_id)
            .where(reviews.c.undone_at.is_(None))
            .group_by(reviews.c.task_id)
            .having(func.count() >= 2)
            .order_by(reviews.c.task_id.desc())
            .limit(newest)
            .subquery()
        )
        query = (
            select(reviews, suggestions.c["items"].label("offered"))
            .join(twice, twice.c.task_id == reviews.c.task_id)
            .join(review_tasks, review_tasks.c.id == reviews.c.task_id)
            .join(suggestions, suggestions.c.id == review_tasks.c.suggestion_id)
            .where(reviews.c.undone_at.is_(None))
            .order_by(reviews.c.task_id, reviews.c.id)
        )
        by_task: dict[int, list[Mapping[Any, Any]]] = {}
        async with self._database.read() as connection:
            for row in (await connection.execute(query)).mappings():
                by_task.setdefault(row["task_id"], []).append(row)
        return [
            (review_from(one), review_from(other), tuple(i["article_id"] for i in one["offered"]))
            for one, other, *_ in by_task.values()
        ]

    async def late_audits(self, before: datetime) -> int:
        """Automatic answers drawn for the audit before then whose check still waits."""
        query = select(func.count()).where(
            review_tasks.c.kind == CheckKind.AUDIT.value,
            review_tasks.c.state.in_(LIVE),
            wants_review(),
            review_tasks.c.created_at < before,
        )
        return await self._number(query)

    async def matched_looks(self, since: datetime) -> tuple[int, int]:
        """Of the turns that the matcher decided and reviewers looked at all the same, done since
        then: how many, and in how many they say otherwise."""
        matcher_says = case((review_tasks.c.matched == checks.c.article_id, True), else_=False)
        otherwise = case((matcher_says != checks.c.right, 1), else_=0)
        query = (
            select(func.count(), func.coalesce(func.sum(otherwise), 0))
            .select_from(
                review_tasks.join(checks, checks.c.suggestion_id == review_tasks.c.suggestion_id)
            )
            .where(
                review_tasks.c.matched.is_not(None),
                review_tasks.c.state == TaskState.DONE.value,
                review_tasks.c.done_at >= since,
            )
        )
        async with self._database.read() as connection:
            looked, wrong = (await connection.execute(query)).one()
        return looked, int(wrong)

    async def _number(self, query: Select[Any]) -> int:
        async with self._database.read() as connection:
            return int(await connection.scalar(query) or 0)
