"""Hidden turns whose operator has answered: what was said, and how each is labelled then."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.checks import Check, CheckKind, Draw, Said, Unlabelled
from sufler.domain.conversation import Author, Owner, SendState
from sufler.domain.knowledge import Language
from sufler.domain.variables import values_of
from sufler.storage.checks import add_check
from sufler.storage.database import Database
from sufler.storage.drawing import NEW_AFTER
from sufler.storage.draws import draw_from, is_open_hidden
from sufler.storage.review_rows import add_task
from sufler.storage.rows import conversation_from
from sufler.storage.tables.accuracy import draws
from sufler.storage.tables.conversations import conversations, episodes, messages
from sufler.storage.tables.suggestions import feedback, suggestions

_GONE_OUT: Final = (SendState.SENT.value, SendState.SENDING.value, SendState.UNKNOWN.value)


class CheckingStore:
    """Fulfils `desk.checking.CheckingRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unlabelled(
        self, now: datetime, until: datetime, limit: int = 200
    ) -> list[Unlabelled]:
        """Hidden turns that are not labelled yet and that an operator has answered for good, or
        that people are done with, or that were predicted before `until`; the oldest first."""
        query = (
            select(draws, episodes.c.closed_at, suggestions.c.language, conversations.c.owner)
            .join(suggestions, suggestions.c.id == draws.c.suggestion_id)
            .outerjoin(conversations, conversations.c.id == draws.c.conversation_id)
            .outerjoin(
                episodes,
                and_(
                    episodes.c.conversation_id == draws.c.conversation_id,
                    episodes.c.number == draws.c.episode,
                ),
            )
            .where(
                is_open_hidden(),
                draws.c.counts,
                or_(
                    draws.c.at < until,
                    draws.c.message_id.is_(None) & (draws.c.at < now - NEW_AFTER),
                    episodes.c.closed_at.is_not(None),
                    conversations.c.owner == Owner.BOT.value,
                    exists().where(*_replies(now)),
                    exists().where(*_given()),
                ),
            )
            .order_by(draws.c.at)
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
            return [await _with_words(connection, row, now) for row in rows]

    async def label(self, check: Check) -> Check:
        """The operator's own words decide. Raises what `CheckStore.add` raises."""
        async with self._database.write() as connection:
            return await add_check(connection, check)

    async def to_review(self, draw: Draw, matched: str | None, at: datetime) -> None:
        """A reviewer decides; `matched`: what the operator's words were found to be."""
        async with self._database.write() as connection:
            await add_task(
                connection, draw.suggestion_id, CheckKind.HIDDEN, draw.share, at, matched
            )
            await _settle(connection, draw.suggestion_id, at)

    async def settle(self, suggestion_id: str, at: datetime) -> None:
        """There can be no label: it is waited for no longer."""
        async with self._database.write() as connection:
            await _settle(connection, suggestion_id, at)


async def _settle(connection: AsyncConnection, suggestion_id: str, at: datetime) -> None:
    await connection.execute(
        update(draws).where(draws.c.suggestion_id == suggestion_id).values(settled_at=at)
    )


def _replies(now: datetime) -> list[ColumnElement[bool]]:
    """Operators' messages after the turn that can no longer be taken back."""
    waits = and_(
        messages.c.state == SendState.PENDING.value,
        or_(messages.c.next_at.is_(None), messages.c.next_at <= now, messages.c.attempts > 0),
    )
    return [
        messages.c.conversation_id == draws.c.conversation_id,
        messages.c.id > draws.c.message_id,
        messages.c.author == Author.OPERATOR.value,
        or_(messages.c.state.in_(_GONE_OUT), waits),
    ]


def _given() -> list[ColumnElement[bool]]:
    """What a program outside says was sent."""
    return [
        feedback.c.suggestion_id == draws.c.suggestion_id,
        feedback.c.message_id.is_(None),
        feedback.c.final_text.is_not(None),
    ]


async def _with_words(
    connection: AsyncConnection, row: Mapping[Any, Any], now: datetime
) -> Unlabelled:
    draw, closed = draw_from(row), row["closed_at"]
    this = draws.c.suggestion_id == draw.suggestion_id
    replies = (
        select(messages.c.text, messages.c.author_id, messages.c.at)
        .join(draws, and_(*_replies(now)))
        .where(this)
        .order_by(messages.c.id)
    )
    if closed is not None:
        replies = replies.where(messages.c.at <= closed)
    given = (
        select(feedback.c.final_text, feedback.c.by, feedback.c.at)
        .join(draws, and_(*_given()))
        .where(this)
        .order_by(feedback.c.id)
    )
    said = [Said(text, _who(author), at) for text, author, at in await connection.execute(replies)]
    said += [Said(text, by, at) for text, by, at in await connection.execute(given)]
    values = await _values(connection, draw, row["language"])
    # A foreign desk's own, of which it has told nothing, is reviewed after a day.
    over = closed is not None or row["owner"] == Owner.BOT.value or draw.message_id is None
    return Unlabelled(draw, tuple(said), values, over)


def _who(author_id: str | None) -> str:
    """As lessons name who taught them."""
    if author_id is None:
        return "outside"
    return author_id if author_id.startswith("key:") else f"person:{author_id}"


async def _values(connection: AsyncConnection, draw: Draw, language: Language) -> Sequence[str]:
    """The customer's variables, such as the name: they are no matter of a reply."""
    query = select(conversations).where(conversations.c.id == draw.conversation_id)
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return ()
    talk = conversation_from(row)
    known = (*values_of(talk, draw.at, language).values(), talk.customer.name)
    return tuple(dict.fromkeys(each for each in known if each))
