"""What certificates and the watch count, for all topics at once: checks as columns, the confidences
of the last turns, and what people and customers did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Float, case, cast, extract, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.checks import CheckKind, TaskState
from sufler.domain.decisions import FeedbackAction
from sufler.domain.learning import Reason
from sufler.prompter.accuracy.certificate import LAST_TURNS
from sufler.prompter.accuracy.ledger import NEVER, Ledger
from sufler.prompter.accuracy.standing import Share
from sufler.storage.database import Database
from sufler.storage.tables.accuracy import checks, draws, review_tasks
from sufler.storage.tables.suggestions import feedback, suggestions

_SHOWN: Final = tuple(
    each.value
    for each in FeedbackAction
    if each not in {FeedbackAction.CONFIRMED, FeedbackAction.IGNORED}
)
_JULIAN_1970: Final = 2440587.5
_DAY_S: Final = 86400.0


class StandingStore:
    """Counts over stored rows; writes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: tuple[_Mark, Ledger] | None = None

    async def ledger(self) -> Ledger:
        """Every check. Of what was read before, only what was added since is read; everything
        where one was voided or erased."""
        async with self._database.read() as connection:
            mark = await _mark(connection)
            known = self._known
            if known is not None and known[0] == mark:
                return known[1]
            query = _columns(self._database.is_sqlite)
            if known is not None and await _mark(connection, known[0].newest) == known[0]:
                query = query.where(checks.c.id > known[0].newest)
            else:
                known = None
            rows = (await connection.execute(query)).all()
        ledger = Ledger.of(*(zip(*rows, strict=True) if rows else ((),) * 7))
        if known is not None:
            ledger = known[1].joined(ledger)
        self._known = (mark, ledger)
        return ledger

    async def confidences(
        self, since: datetime, until: datetime, most: int = LAST_TURNS
    ) -> dict[str, list[float]]:
        """By topic, of its last `most` counting turns of this time, the oldest first."""
        place = func.row_number().over(
            partition_by=draws.c.topic, order_by=(draws.c.at.desc(), draws.c.suggestion_id)
        )
        numbered = (
            select(draws.c.topic, draws.c.confidence, place.label("place"))
            .where(draws.c.counts, draws.c.at >= since, draws.c.at <= until)
            .subquery()
        )
        query = (
            select(numbered.c.topic, numbered.c.confidence)
            .where(numbered.c.place <= most)
            .order_by(numbered.c.topic, numbered.c.place.desc())
        )
        found: dict[str, list[float]] = {}
        async with self._database.read() as connection:
            for topic, confidence in (await connection.execute(query)).all():
                found.setdefault(topic, []).append(confidence)
        return found

    async def last_confidences(
        self, topics: Sequence[str] | None, until: datetime, most: int = LAST_TURNS
    ) -> list[float]:
        """Of the last counting turns of these topics together (None: of all), the oldest first."""
        query = select(draws.c.confidence).where(draws.c.counts, draws.c.at <= until)
        if topics is not None:
            query = query.where(draws.c.topic.in_(topics))
        query = query.order_by(draws.c.at.desc(), draws.c.suggestion_id).limit(most)
        async with self._database.read() as connection:
            return list((await connection.execute(query)).scalars())[::-1]

    async def turns(self, since: datetime, until: datetime) -> dict[str, int]:
        """How many counting turns each topic had."""
        return await self._counted(
            select(draws.c.topic, func.count())
            .where(draws.c.counts, draws.c.at >= since, draws.c.at <= until)
            .group_by(draws.c.topic)
        )

    async def accepted(self, since: datetime, until: datetime) -> dict[str, Share]:
        """By topic, of the suggestions that an operator dealt with, those sent as they stood."""
        accepted = feedback.c.action == FeedbackAction.ACCEPTED.value
        query = (
            select(draws.c.topic, func.sum(case((accepted, 1), else_=0)), func.count())
            .join(draws, draws.c.suggestion_id == feedback.c.suggestion_id)
            .where(feedback.c.action.in_(_SHOWN), ~draws.c.hidden)
            .where(feedback.c.at >= since, feedback.c.at <= until)
            .group_by(draws.c.topic)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return {topic: Share(int(part), whole) for topic, part, whole in rows}

    async def unwatched(self, since: datetime) -> list[tuple[str, datetime]]:
        """Topic and beginning of each audit begun since then that nobody labelled in time."""
        query = select(review_tasks.c.topic, review_tasks.c.created_at).where(
            review_tasks.c.kind == CheckKind.AUDIT.value,
            review_tasks.c.state == TaskState.OVERDUE.value,
            review_tasks.c.created_at >= since,
        )
        async with self._database.read() as connection:
            return [(row[0], row[1]) for row in (await connection.execute(query)).all()]

    async def audits(self, topic: str, since: datetime) -> int:
        """How many audits of the topic began since then."""
        query = select(func.count()).where(
            review_tasks.c.kind == CheckKind.AUDIT.value,
            review_tasks.c.topic == topic,
            review_tasks.c.created_at >= since,
        )
        async with self._database.read() as connection:
            return int(await connection.scalar(query) or 0)

    async def far_off(self, topic: str, since: datetime, until: datetime) -> Share:
        """Of a topic's turns of this time, those far from everything that the base knows."""
        far = func.sum(case((draws.c.far_off, 1), else_=0))
        query = select(far, func.count()).where(
            draws.c.topic == topic, draws.c.counts, draws.c.at >= since, draws.c.at < until
        )
        async with self._database.read() as connection:
            part, whole = (await connection.execute(query)).one()
        return Share(int(part or 0), whole)

    async def marked_wrong(self, since: datetime) -> list[tuple[str, str, datetime]]:
        """Topic, operator, and moment of each suggestion that was rejected as wrong since then."""
        query = (
            select(draws.c.topic, feedback.c.by, feedback.c.at)
            .join(draws, draws.c.suggestion_id == feedback.c.suggestion_id)
            .where(
                feedback.c.action == FeedbackAction.REJECTED.value,
                feedback.c.reason == Reason.WRONG.value,
                feedback.c.at >= since,
            )
        )
        async with self._database.read() as connection:
            return [(row[0], row[1], row[2]) for row in (await connection.execute(query)).all()]

    async def other_encoder(self, model: str) -> dict[str, datetime]:
        """By topic, when a check or an automatic answer was last predicted with another encoder
        than `model`."""
        found: dict[str, datetime] = {}
        of_checks = select(checks.c.topic, func.max(checks.c.predicted_at)).where(
            _is_other(checks.c.versions["model"].as_string(), model)
        )
        of_answers = (
            select(draws.c.topic, func.max(draws.c.at))
            .join(suggestions, suggestions.c.id == draws.c.suggestion_id)
            .where(draws.c.answered, _is_other(suggestions.c.versions["model"].as_string(), model))
        )
        async with self._database.read() as connection:
            for query, column in ((of_checks, checks.c.topic), (of_answers, draws.c.topic)):
                for topic, at in (await connection.execute(query.group_by(column))).all():
                    found[topic] = max(at, found.get(topic, at))
        return found

    async def in_a_row(self, article_id: str, since: datetime, most: int) -> int:
        """How many of an article's newest checks, of predictions made since then, are right in a
        row, looking at `most`."""
        query = (
            select(checks.c.right)
            .where(
                checks.c.article_id == article_id,
                checks.c.predicted_at >= since,
                checks.c.voided_at.is_(None),
                checks.c.kind != CheckKind.HISTORY.value,
            )
            .order_by(checks.c.at.desc(), checks.c.id.desc())
            .limit(most)
        )
        async with self._database.read() as connection:
            rights = (await connection.execute(query)).scalars().all()
        return next((place for place, right in enumerate(rights) if not right), len(rights))

    async def _counted(self, query: Any) -> dict[str, int]:
        async with self._database.read() as connection:
            return {row[0]: row[1] for row in (await connection.execute(query)).all()}


class _Mark(NamedTuple):
    """Changes whenever a check is added, voided or erased."""

    every: int
    newest: int
    voided: int


async def _mark(connection: AsyncConnection, until: int | None = None) -> _Mark:
    """Of the checks up to this id; None: of all."""
    query = select(
        func.count(), func.coalesce(func.max(checks.c.id), 0), func.count(checks.c.voided_at)
    )
    if until is not None:
        query = query.where(checks.c.id <= until)
    return _Mark(*(await connection.execute(query)).one())


def _columns(is_sqlite: bool) -> Any:
    """As `Ledger.of` takes them."""

    def seconds(moment: ColumnElement[Any]) -> ColumnElement[float]:
        # To the millisecond, as numbers: 100,000 moments are many objects.
        if is_sqlite:
            return func.round((func.julianday(moment) - _JULIAN_1970) * _DAY_S, 3)
        return cast(extract("epoch", moment), Float)

    return select(
        checks.c.topic,
        checks.c.kind,
        checks.c.confidence,
        checks.c.right,
        seconds(checks.c.predicted_at),
        seconds(checks.c.at),
        func.coalesce(seconds(checks.c.voided_at), literal(NEVER, Float)),
    ).order_by(checks.c.id)


def _is_other(versions_model: ColumnElement[str], model: str) -> ColumnElement[bool]:
    return versions_model.is_not(None) & (versions_model != model)
