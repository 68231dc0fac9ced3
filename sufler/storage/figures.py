"""Figures for administrators, read from what is stored: endings, uses, first replies, drift."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from sufler.domain.checks import CheckKind
from sufler.domain.conversation import Author, Owner, SendState
from sufler.domain.decisions import DecisionKind, FeedbackAction, Reason
from sufler.domain.figures import REPEATED, Asked, Ended, Served, Uses, Wrong
from sufler.domain.knowledge import Mode
from sufler.storage.database import Database
from sufler.storage.tables.accuracy import checks, draws
from sufler.storage.tables.conversations import conversations, episodes, events, messages
from sufler.storage.tables.suggestions import feedback, suggestions
from sufler.storage.turn_record import CUSTOMER, DECISION

# Words of the log that are no change of owner to a person or a queue.
_NO_OWNER = (DECISION, "closed", "returned", "escalated", "reach")
_ASKED = tuple(
    each.value
    for each in (
        DecisionKind.ANSWER,
        DecisionKind.CLARIFY,
        DecisionKind.FLOW,
        DecisionKind.HAND_OFF,
    )
)
_HELPED = (Reason.CONFIRMED.value, Reason.SOLVED.value)
_BY_CUSTOMERS = "customer:%"
_BY_HISTORY = "history"


class FiguresStore:
    """Nothing here is ever written. Periods are from `since` on and before `until`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ended(self, since: datetime, until: datetime) -> list[Ended]:
        """Episodes that were closed in the period, by when."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_ended(since, until))).mappings().all()
        return [
            Ended(
                conversation_id=row["conversation_id"],
                number=row["number"],
                opened_at=row["opened_at"],
                closed_at=row["closed_at"],
                asked=bool(row["asked"]),
                answered=bool(row["answered"]),
                waited=bool(row["waited"]),
                served=bool(row["served"]),
                confirmed=(row["helped"] or 0) > (row["answered"] or 0),
                next_at=row["next_at"],
            )
            for row in rows
        ]

    async def open_now(self) -> int:
        """How many episodes are not closed yet."""
        query = select(func.count()).where(episodes.c.closed_at.is_(None))
        async with self._database.read() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def uses(self, since: datetime, until: datetime) -> list[Uses]:
        """What operators did with what they were shown, the busiest first. Of turns that were
        hidden nothing counts: there was nothing to accept."""
        query = (
            select(feedback.c.by, feedback.c.action, func.count())
            .select_from(
                feedback.outerjoin(draws, draws.c.suggestion_id == feedback.c.suggestion_id)
            )
            .where(
                feedback.c.at >= since,
                feedback.c.at < until,
                feedback.c.by.not_like(_BY_CUSTOMERS),
                feedback.c.by != _BY_HISTORY,
                or_(draws.c.hidden.is_(None), ~draws.c.hidden),
            )
            .group_by(feedback.c.by, feedback.c.action)
        )
        found: dict[str, dict[str, int]] = {}
        async with self._database.read() as connection:
            for by, action, count in await connection.execute(query):
                found.setdefault(by, {})[action] = count
        made = [Uses(by, actions) for by, actions in found.items()]
        return sorted(made, key=lambda each: (-each.total, each.by))

    async def served(self, since: datetime, until: datetime) -> list[Served]:
        """Turns of the period that were drawn, counted, and not answered by the bot."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_served(since, until))).all()
        return [
            Served(
                suggestion_id=row.suggestion_id,
                conversation_id=row.conversation_id,
                at=row.at,
                hidden=row.hidden,
                shown_to=row.mode == Mode.SUGGESTS.value,
                by=_caller_id(row.author_id),
                replied_at=row.replied_at,
                agreed=row.right,
            )
            for row in rows
        ]

    async def far_off(
        self, since: datetime, until: datetime, topic: str | None = None
    ) -> list[tuple[datetime, bool]]:
        """When each turn of the period came, and whether it was far from everything known."""
        query = select(draws.c.at, draws.c.far_off).where(draws.c.at >= since, draws.c.at < until)
        if topic is not None:
            query = query.where(draws.c.topic == topic)
        async with self._database.read() as connection:
            return [(row.at, row.far_off) for row in await connection.execute(query)]

    async def taken(
        self, topic: str, since: datetime, until: datetime
    ) -> list[tuple[datetime, bool]]:
        """For each shown suggestion of a topic that an operator did something with: when, and
        whether the top article was sent as it stood."""
        as_it_stood = and_(
            feedback.c.action == FeedbackAction.ACCEPTED.value,
            feedback.c.article_id == draws.c.article_id,
        )
        query = (
            select(func.min(feedback.c.at), func.max(case((as_it_stood, 1), else_=0)))
            .select_from(feedback.join(draws, draws.c.suggestion_id == feedback.c.suggestion_id))
            .where(
                draws.c.topic == topic,
                draws.c.at >= since,
                draws.c.at < until,
                ~draws.c.hidden,
                ~draws.c.answered,
                feedback.c.by.not_like(_BY_CUSTOMERS),
            )
            .group_by(draws.c.suggestion_id)
        )
        async with self._database.read() as connection:
            return [(at, bool(right)) for at, right in await connection.execute(query)]

    async def wrong(self, topic: str, most: int) -> list[Wrong]:
        """A topic's newest wrong checks, as they are read one by one."""
        query = (
            select(
                checks,
                suggestions.c.text,
                suggestions.c["items"],
                suggestions.c.conversation_id,
                _first_reply(checks.c.predicted_at, suggestions.c.conversation_id)
                .with_only_columns(messages.c.text)
                .scalar_subquery()
                .label("reply"),
            )
            .select_from(checks.outerjoin(suggestions, suggestions.c.id == checks.c.suggestion_id))
            .where(checks.c.topic == topic, ~checks.c.right, checks.c.voided_at.is_(None))
            .order_by(checks.c.at.desc(), checks.c.id.desc())
            .limit(most)
        )
        async with self._database.read() as connection:
            return [_wrong(row) for row in (await connection.execute(query)).mappings()]

    async def far_turns(
        self, since: datetime, until: datetime, topic: str | None, most: int
    ) -> list[tuple[str, datetime, str]]:
        """The newest turns far from everything known: conversation, when, and what was asked."""
        query = (
            select(draws.c.conversation_id, draws.c.at, suggestions.c.text)
            .select_from(draws.join(suggestions, suggestions.c.id == draws.c.suggestion_id))
            .where(draws.c.at >= since, draws.c.at < until, draws.c.far_off)
            .order_by(draws.c.at.desc())
            .limit(most)
        )
        if topic is not None:
            query = query.where(draws.c.topic == topic)
        async with self._database.read() as connection:
            return [tuple(row) for row in await connection.execute(query)]

    async def asked(self, since: datetime, until: datetime) -> Asked:
        """How much was asked in the period, and how much of it was asked again and again."""
        query = (
            select(draws.c.far_off, draws.c.article_id, func.count())
            .where(draws.c.at >= since, draws.c.at < until)
            .group_by(draws.c.far_off, draws.c.article_id)
        )
        turns = repeated = 0
        async with self._database.read() as connection:
            for far, _, count in await connection.execute(query):
                turns += count
                repeated += count if not far and count >= REPEATED else 0
        return Asked(turns, repeated)

    async def checked(self, topic: str, most: int) -> list[tuple[str, datetime, bool]]:
        """The conversations of a topic's newest checks: when each was labelled, whether right."""
        query = (
            select(suggestions.c.conversation_id, checks.c.at, checks.c.right)
            .select_from(checks.join(suggestions, suggestions.c.id == checks.c.suggestion_id))
            .where(
                checks.c.topic == topic,
                checks.c.voided_at.is_(None),
                suggestions.c.conversation_id.is_not(None),
            )
            .order_by(checks.c.at.desc(), checks.c.id.desc())
            .limit(most)
        )
        async with self._database.read() as connection:
            return [tuple(row) for row in await connection.execute(query)]

    async def talks(self, ids: Collection[str]) -> dict[str, tuple[str, int]]:
        """The customer's name and the ticket's number of the conversations that are stored."""
        columns = (conversations.c.customer_name, conversations.c.customer_first_name)
        query = select(conversations.c.id, *columns, conversations.c.ticket).where(
            conversations.c.id.in_(ids)
        )
        async with self._database.read() as connection:
            return {
                row.id: (row.customer_name or row.customer_first_name, row.ticket)
                for row in await connection.execute(query)
            }


def _ended(since: datetime, until: datetime) -> Select[Any]:
    following = episodes.alias()
    kind, body = events.c.kind, events.c.body
    decided = kind == DECISION
    did, why, owner = (body[name].as_string() for name in ("kind", "reason", "owner"))
    put = kind.not_in(_NO_OWNER)
    queued = or_(
        and_(decided, owner == Owner.QUEUE.value), and_(put, body["queue"].as_string().is_not(None))
    )
    taken = or_(
        and_(decided, owner == Owner.OPERATOR.value),
        and_(put, body["queue"].as_string().is_(None)),
    )
    helped = or_(and_(decided, why.in_(_HELPED)), and_(kind == "closed", events.c.by == CUSTOMER))
    return (
        select(
            episodes.c.conversation_id,
            episodes.c.number,
            episodes.c.opened_at,
            episodes.c.closed_at,
            following.c.opened_at.label("next_at"),
            _last(and_(decided, did.in_(_ASKED))).label("asked"),
            _last(and_(decided, did == DecisionKind.ANSWER.value)).label("answered"),
            _last(queued).label("waited"),
            _last(taken).label("served"),
            _last(helped).label("helped"),
        )
        .select_from(
            episodes.outerjoin(
                following,
                and_(
                    following.c.conversation_id == episodes.c.conversation_id,
                    following.c.number == episodes.c.number + 1,
                ),
            ).outerjoin(
                events,
                and_(
                    events.c.conversation_id == episodes.c.conversation_id,
                    events.c.episode == episodes.c.number,
                ),
            )
        )
        .where(episodes.c.closed_at >= since, episodes.c.closed_at < until)
        .group_by(episodes.c.id, following.c.opened_at)
        .order_by(episodes.c.closed_at, episodes.c.id)
    )


def _last(what: ColumnElement[bool]) -> ColumnElement[Any]:
    """The newest event that is so; None without one."""
    return func.max(case((what, events.c.id)))


def _served(since: datetime, until: datetime) -> Select[Any]:
    reply = messages.alias()
    first = (
        _first_reply(draws.c.at, draws.c.conversation_id)
        .with_only_columns(messages.c.id)
        .scalar_subquery()
    )
    in_time = or_(episodes.c.closed_at.is_(None), reply.c.at <= episodes.c.closed_at)
    verdict = and_(
        checks.c.suggestion_id == draws.c.suggestion_id,
        checks.c.kind == CheckKind.HIDDEN.value,
        checks.c.voided_at.is_(None),
        ~checks.c.overdue,
    )
    return (
        select(
            draws.c.suggestion_id,
            draws.c.conversation_id,
            draws.c.at,
            draws.c.hidden,
            suggestions.c["items"][0]["mode"].as_string().label("mode"),
            reply.c.author_id,
            reply.c.at.label("replied_at"),
            checks.c.right,
        )
        .select_from(
            draws.join(suggestions, suggestions.c.id == draws.c.suggestion_id)
            .outerjoin(
                episodes,
                and_(
                    episodes.c.conversation_id == draws.c.conversation_id,
                    episodes.c.number == draws.c.episode,
                ),
            )
            .outerjoin(reply, and_(reply.c.id == first, in_time))
            .outerjoin(checks, verdict)
        )
        .where(draws.c.at >= since, draws.c.at < until, draws.c.counts, ~draws.c.answered)
        .order_by(draws.c.at)
    )


def _first_reply(after: Any, conversation_id: Any) -> Select[Any]:
    """The first message of an operator that was not taken back."""
    return (
        select(messages)
        .where(
            messages.c.conversation_id == conversation_id,
            messages.c.author == Author.OPERATOR.value,
            messages.c.state != SendState.CANCELLED.value,
            messages.c.at >= after,
        )
        .order_by(messages.c.id)
        .limit(1)
    )


def _caller_id(author_id: str | None) -> str | None:
    """Messages name a person by the bare id, and a machine's key as the caller it is."""
    return f"person:{author_id}" if author_id and ":" not in author_id else author_id


def _wrong(row: Any) -> Wrong:
    items = row["items"] or []
    none: dict[str, Any] = {}
    item = next((each for each in items if each["article_id"] == row["article_id"]), none)
    return Wrong(
        check_id=row["id"],
        conversation_id=row["conversation_id"],
        asked=row["text"] or "",
        title=item.get("title") or "",
        answer=item.get("text") or "",
        article_id=row["article_id"],
        confidence=row["confidence"],
        kind=row["kind"],
        overdue=row["overdue"],
        why=item.get("why") or {},
        reply=row["reply"] or "",
        at=row["at"],
    )
