"""Checks: labels that are only ever added, so that what was certified at any past moment can be
computed again."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.checks import Check, CheckKind
from sufler.domain.decisions import Versions
from sufler.domain.errors import BadInput, Conflict, NotFound
from sufler.storage.database import Database, write_of
from sufler.storage.tables.accuracy import checks, draws
from sufler.storage.tables.conversations import episodes
from sufler.storage.tables.learning import learned
from sufler.storage.tables.suggestions import suggestions

# Whom `announce` wakes up when a check was added or voided.
TOPIC: Final = "checks"
_FIELDS = tuple(Check.__dataclass_fields__)


class CheckStore:
    """Checks by topic and time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, check: Check, versions: Versions | None = None) -> Check:
        """Store it (its id is 0), and tell who listens to `checks`; returned with its id. What was
        predicted is taken from the draw; only of history, which has none, from `check` itself, with
        the prediction's `versions`.

        Raises NotFound where there is no such prediction, BadInput for what is no chance, and
        Conflict for a prediction that has its check, is not the first of its episode, or was made
        after something of its own episode was learned.
        """
        async with self._database.write() as connection:
            return await add_check(connection, check, versions)

    async def of_topic(
        self, topic: str, since: datetime | None = None, until: datetime | None = None
    ) -> list[Check]:
        """Checks of predictions made from `since` on that were labelled until then and not voided
        by then, in the order of their labels."""
        return await self._list(_holding(until).where(checks.c.topic == topic, *_since(since)))

    async def all_until(self, until: datetime | None = None) -> list[Check]:
        """Every check that was labelled until then and not voided by then, by label."""
        return await self._list(_holding(until))

    async def of_article(self, article_id: str, since: datetime | None = None) -> list[Check]:
        """Checks that hold of what was predicted to be this article, by label; voided ones too
        are left out."""
        query = _holding(None).where(checks.c.article_id == article_id, *_since(since))
        return await self._list(query)

    async def of_suggestion(self, suggestion_id: str) -> Check | None:
        """The check of a prediction, also a voided one."""
        found = await self._list(select(checks).where(checks.c.suggestion_id == suggestion_id))
        return found[0] if found else None

    async def void(self, article_id: str, why: str, at: datetime) -> int:
        """The article's facts changed: its checks stop counting from then on; how many did."""
        async with self._database.write() as connection:
            done = await connection.execute(
                update(checks)
                .where(checks.c.article_id == article_id, checks.c.voided_at.is_(None))
                .values(voided_at=at, voided_why=why[:40])
            )
            if done.rowcount:
                await self._database.wakeups.announce(TOPIC)
        return int(done.rowcount)

    async def _list(self, query: Select[Any]) -> list[Check]:
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(checks.c.at, checks.c.id))
            return [check_from(row) for row in rows.mappings()]


def check_from(row: Mapping[Any, Any]) -> Check:
    """A row of `checks`."""
    return Check(**{**{name: row[name] for name in _FIELDS}, "kind": CheckKind(row["kind"])})


async def add_check(
    connection: AsyncConnection, check: Check, versions: Versions | None = None
) -> Check:
    """`CheckStore.add` inside the caller's transaction."""
    if not 0 < check.propensity <= 1:
        raise BadInput("the chance of being drawn is above 0, up to 1", field="propensity")
    if check.kind is not CheckKind.HISTORY:
        check, versions = await _as_predicted(connection, check)
    if not 0 <= check.confidence <= 1:
        raise BadInput("a confidence is 0 to 1", field="confidence")
    if check.at < check.predicted_at:
        raise Conflict("this prediction was made after its label", field="predicted_at")
    row = {name: getattr(check, name) for name in _FIELDS if name != "id"}
    row |= {"kind": check.kind.value, "versions": asdict(versions) if versions else {}}
    query = select(checks.c.id).where(checks.c.suggestion_id == check.suggestion_id)
    if await connection.scalar(query) is not None:
        raise _second()
    try:
        added = await connection.execute(insert(checks).values(**row).returning(checks.c.id))
    except IntegrityError as error:  # another process labelled it at this moment
        raise _second() from error
    number = int(added.scalar_one())
    await connection.execute(
        update(draws)
        .where(draws.c.suggestion_id == check.suggestion_id, draws.c.settled_at.is_(None))
        .values(settled_at=check.at)
    )
    await write_of(connection).announce_once(TOPIC)
    return replace(check, id=number)


async def _as_predicted(connection: AsyncConnection, check: Check) -> tuple[Check, Versions]:
    """The check with what its draw and its suggestion say of the prediction."""
    query = (
        select(draws, suggestions.c.versions)
        .join(suggestions, suggestions.c.id == draws.c.suggestion_id)
        .where(draws.c.suggestion_id == check.suggestion_id)
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFound("no turn was predicted with this id", field="suggestion_id")
    if not row["counts"]:
        raise Conflict("one turn of an episode is checked: its first", field="suggestion_id")
    if await _was_taught(connection, row):
        raise Conflict(
            "this prediction was made after its own episode had been learned from",
            field="suggestion_id",
        )
    predicted = replace(
        check,
        topic=row["topic"],
        article_id=row["article_id"],
        confidence=row["confidence"],
        predicted_at=row["at"],
    )
    return predicted, Versions(**row["versions"])


async def _was_taught(connection: AsyncConnection, draw: Mapping[Any, Any]) -> bool:
    """Whether the base had learned from the draw's own episode when it predicted: then the label
    was known to it, and proves nothing."""
    opened = select(func.min(episodes.c.opened_at)).where(
        episodes.c.conversation_id == draw["conversation_id"],
        episodes.c.number == draw["episode"],
    )
    since = await connection.scalar(opened)
    query = select(
        exists().where(
            learned.c.conversation_id == draw["conversation_id"],
            learned.c.at <= draw["at"],
            *([] if since is None else [learned.c.at >= since]),
        )
    )
    return bool(await connection.scalar(query))


def _holding(until: datetime | None) -> Select[Any]:
    if until is None:
        return select(checks).where(checks.c.voided_at.is_(None))
    return select(checks).where(
        checks.c.at <= until, or_(checks.c.voided_at.is_(None), checks.c.voided_at > until)
    )


def _since(since: datetime | None) -> list[ColumnElement[bool]]:
    return [] if since is None else [checks.c.predicted_at >= since]


def _second() -> Conflict:
    return Conflict("this prediction has its check already", field="suggestion_id")
