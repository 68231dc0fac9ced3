"""What was learned, as learning asks for it and as editors see and undo it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from sufler.desk.learned import Done
from sufler.domain.errors import NotFound
from sufler.domain.learning import (
    SERVING,
    Learned,
    LearnedFilter,
    LearnedKind,
    LearnedState,
)
from sufler.domain.ports import Clock
from sufler.prompter.learning.ports import Checked, Taught
from sufler.storage.blind_checks import agreement
from sufler.storage.database import Database
from sufler.storage.idempotency import mark_done
from sufler.storage.learned import FULL, Change, learned_of
from sufler.storage.tables.learning import learned, learned_spans

# For so long it is remembered how checks agree with an operator: tens of ms where there are many.
AGREEMENT_S = 60.0
_SERVING = [state.value for state in SERVING]


class LearnedStore:
    """Fulfils `prompter.learning.ports.LearnedRecords` and `desk.learned.LearnedRecords`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._checked: dict[str, tuple[float, Checked]] = {}

    async def learned_at(self, article_id: str, text: str) -> Learned | None:
        """The phrasing of exactly these words that was learned for this article, in whatever
        state; the newest of several."""
        query = (
            select(learned)
            .where(
                learned.c.article_id == article_id,
                learned.c.kind == LearnedKind.PHRASING.value,
                learned.c.text == text,
            )
            .order_by(learned.c.id.desc())
            .limit(1)
        )
        found = await self._rows(query)
        return found[0] if found else None

    async def learned_by(self, by: str, since: datetime) -> Taught:
        """What this operator's lessons after `since` made, in whatever state."""
        query = (
            select(learned.c.kind, func.count())
            .where(learned.c.by == by, learned.c.at > since, learned.c.lesson_id.is_not(None))
            .group_by(learned.c.kind)
        )
        async with self._database.read() as connection:
            counts = {row[0]: row[1] for row in await connection.execute(query)}
        return Taught(
            counts.get(LearnedKind.PHRASING.value, 0), counts.get(LearnedKind.NEGATIVE.value, 0)
        )

    async def checked(self, by: str) -> Checked:
        """How often blind checks agree with what this operator sent, as it was within the last
        minute: it is asked for at every lesson."""
        asked_at, found = self._checked.get(by, (-AGREEMENT_S, Checked()))
        if self._clock.monotonic() - asked_at >= AGREEMENT_S:
            async with self._database.read() as connection:
                found = await agreement(connection, by)
            self._checked[by] = self._clock.monotonic(), found
        return found

    async def get(self, learned_id: int) -> Learned:
        """Raises NotFound."""
        found = await self._rows(select(learned).where(learned.c.id == learned_id))
        if not found:
            raise NotFound("nothing learned has this id", field="learned_id")
        return found[0]

    async def page(
        self, wanted: LearnedFilter, limit: int, before: int | None = None
    ) -> list[Learned]:
        """At most `limit` with an id below `before`, the newest first."""
        query = _filtered(wanted).order_by(learned.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(learned.c.id < before)
        return await self._rows(query)

    async def count(self, wanted: LearnedFilter) -> int:
        """How many there are."""
        query = select(func.count()).select_from(_filtered(wanted).subquery())
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def teachers(self) -> list[tuple[str, int]]:
        """Who has taught how much, the most first."""
        query = (
            select(learned.c.by, func.count())
            .where(learned.c.kind == LearnedKind.PHRASING.value)
            .group_by(learned.c.by)
            .order_by(func.count().desc(), learned.c.by)
        )
        async with self._database.read() as connection:
            return [(row[0], row[1]) for row in await connection.execute(query)]

    async def serving(self) -> list[Learned]:
        """Every phrasing that serves, by id: what the nightly sweep looks at."""
        return await self._rows(
            _filtered(LearnedFilter(kind=LearnedKind.PHRASING))
            .where(learned.c.state.in_(_SERVING))
            .order_by(learned.c.id)
        )

    async def as_of(self, version: int) -> list[tuple[Learned, float]]:
        """What served at a past knowledge version, with the weight that it had then."""
        spans = learned_spans
        query = (
            select(learned, spans.c.weight.label("then"))
            .join(spans, spans.c.learned_id == learned.c.id)
            .where(
                spans.c.added <= version, spans.c.retired.is_(None) | (spans.c.retired > version)
            )
            .order_by(learned.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [(learned_of(row), row["then"]) for row in rows]

    async def change(
        self, ids: Sequence[int], state: LearnedState, by: str, why: str | None = None
    ) -> Done:
        """Bring these into `state`. `why` names a guard; by default it is the person. CONFIRMED
        serves at full weight."""
        weight = FULL if state is LearnedState.CONFIRMED else None
        async with self._database.write() as connection:
            change = Change(connection, by, self._clock.now())
            count = await change.put(ids, state, why or by, weight)
            version = await change.finish()
            if version:
                await self._database.wakeups.announce("knowledge")
            await mark_done(connection)
        return Done(count, version)

    async def undo(self, wanted: LearnedFilter, by: str) -> Done:
        """Take back everything of `wanted` that serves or waits; of an operator also what they
        confirmed of others', which serves at its former weight."""
        query = _filtered(wanted).with_only_columns(learned.c.id)
        query = query.where(learned.c.state != LearnedState.UNDONE.value)
        async with self._database.write() as connection:
            change = Change(connection, by, self._clock.now())
            await change.version()
            ids = list((await connection.execute(query)).scalars())
            count = await change.put(ids, LearnedState.UNDONE, by)
            if wanted.by is not None:
                theirs = list((await connection.execute(_confirmed(wanted))).scalars())
                count += await change.unconfirm(theirs)
            version = await change.finish()
            if version:
                await self._database.wakeups.announce("knowledge")
            await mark_done(connection)
        return Done(count, version)

    async def _rows(self, query: Select[Any]) -> list[Learned]:
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [learned_of(row) for row in rows]


def _confirmed(wanted: LearnedFilter) -> Select[Any]:
    """Lessons of `wanted.by` that confirmed others' wordings, in the same time and for the same
    article."""
    query = select(learned.c.confirmed_in).where(
        learned.c.confirmed_by == wanted.by, learned.c.confirmed_in.is_not(None)
    )
    if wanted.article_id is not None:
        query = query.where(learned.c.article_id == wanted.article_id)
    if wanted.since is not None:
        query = query.where(learned.c.changed_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(learned.c.changed_at < wanted.until)
    return query


def _filtered(wanted: LearnedFilter) -> Select[Any]:
    query = select(learned)
    for column, value in (
        (learned.c.article_id, wanted.article_id),
        (learned.c.by, wanted.by),
        (learned.c.kind, wanted.kind),
        (learned.c.lesson_id, wanted.lesson_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.states:
        query = query.where(learned.c.state.in_([state.value for state in wanted.states]))
    if wanted.since is not None:
        query = query.where(learned.c.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(learned.c.at < wanted.until)
    return query
