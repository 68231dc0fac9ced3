"""Reads for people who come to a conversation later: versions, quotes, what the bot tried."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.conversation import Message, SendState
from sufler.domain.decisions import DecisionKind, FeedbackAction, Reason
from sufler.domain.past import Delay, Tried, Version
from sufler.storage.database import Database
from sufler.storage.rows import message_from
from sufler.storage.tables.conversations import conversations, events, message_versions, messages
from sufler.storage.tables.suggestions import feedback, suggestions
from sufler.storage.turn_record import DECISION

_SAID = tuple(
    each.value
    for each in (
        DecisionKind.ANSWER,
        DecisionKind.CLARIFY,
        DecisionKind.FLOW,
        DecisionKind.HAND_OFF,
    )
)
_OF_CUSTOMER = "customer"
_VERDICTS = {FeedbackAction.REJECTED.value: False, FeedbackAction.CONFIRMED.value: True}


class PastStore:
    """Nothing here is ever written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def versions(self, conversation_id: str, message_id: int) -> list[Version]:
        """What the message said before its edits, the oldest first."""
        query = (
            select(message_versions)
            .join(messages, messages.c.id == message_versions.c.message_id)
            .where(messages.c.id == message_id, messages.c.conversation_id == conversation_id)
            .order_by(message_versions.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings()
            return [Version(row["text"], row["until"]) for row in rows]

    async def quoted(self, conversation_id: str, external_ids: Sequence[str]) -> list[Message]:
        """The messages that have these ids of their channel."""
        query = select(messages).where(
            messages.c.conversation_id == conversation_id,
            messages.c.external_id.in_(external_ids),
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings()
            return [message_from(row) for row in rows]

    async def tried(self, conversation_id: str, episode: int, most: int = 20) -> list[Tried]:
        """What the bot said or offered in this episode, and why it handed over; oldest first."""
        query = (
            select(events)
            .where(
                events.c.conversation_id == conversation_id,
                events.c.kind == DECISION,
                events.c.episode == episode,
            )
            .order_by(events.c.id.desc())
            .limit(most)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
            told = [row for row in reversed(rows) if row["body"]["kind"] in _SAID]
            ids = {row["suggestion_id"] for row in told if row["suggestion_id"]}
            offered = await _offered(connection, ids)
            verdicts = await _verdicts(connection, ids)
        return [_tried(row, offered.get(row["suggestion_id"], []), verdicts) for row in told]

    async def closed_by(self, conversation_id: str) -> str | None:
        """Who closed the last matter that was closed: a person's id, "timer" or "customer"."""
        query = (
            select(events.c.by)
            .where(events.c.conversation_id == conversation_id, events.c.kind == "closed")
            .order_by(events.c.id.desc())
            .limit(1)
        )
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def delay(self, channel: str, before: datetime) -> Delay | None:
        """What was to go out on the channel before then and has not; None when there is nothing."""
        query = (
            select(func.count(), func.min(messages.c.at))
            .join(conversations, conversations.c.id == messages.c.conversation_id)
            .where(
                messages.c.state.in_([SendState.PENDING.value, SendState.SENDING.value]),
                messages.c.at < before,
                conversations.c.channel == channel,
            )
        )
        async with self._database.read() as connection:
            waiting, since = (await connection.execute(query)).one()
        return Delay(waiting, since) if waiting else None


async def _offered(
    connection: AsyncConnection, ids: set[str]
) -> dict[str, list[Mapping[str, Any]]]:
    query = select(suggestions.c.id, suggestions.c["items"]).where(
        suggestions.c.id.in_(ids), ~suggestions.c.hidden
    )
    return {row[0]: row[1] for row in await connection.execute(query)} if ids else {}


async def _verdicts(
    connection: AsyncConnection, ids: set[str]
) -> dict[tuple[str, str | None], bool]:
    """By suggestion and article; the newest word counts."""
    if not ids:
        return {}
    query = (
        select(feedback.c.suggestion_id, feedback.c.article_id, feedback.c.action)
        .where(
            feedback.c.suggestion_id.in_(ids),
            feedback.c.reason == _OF_CUSTOMER,
            feedback.c.action.in_(_VERDICTS),
        )
        .order_by(feedback.c.id)
    )
    rows = await connection.execute(query)
    return {(row[0], row[1]): _VERDICTS[row[2]] for row in rows}


def _tried(
    row: Mapping[Any, Any],
    items: Sequence[Mapping[str, Any]],
    verdicts: Mapping[tuple[str, str | None], bool],
) -> Tried:
    body = row["body"]
    kind, article_ids = DecisionKind(body["kind"]), tuple(body["article_ids"])
    by_id = {item["article_id"]: item for item in items}
    if kind is DecisionKind.HAND_OFF and items:
        titles, confidence = (items[0]["title"],), items[0]["confidence"]
    else:
        found = [by_id[each]["title"] for each in article_ids if each in by_id]
        titles, confidence = tuple(found), body["confidence"]
    verdict = None
    if kind is DecisionKind.ANSWER and article_ids:
        verdict = verdicts.get((row["suggestion_id"], article_ids[0]))
    return Tried(
        kind=kind,
        reason=Reason(body["reason"]),
        titles=titles,
        confidence=confidence,
        verdict=verdict,
        messages=tuple(body["messages"]),
        at=row["at"],
    )
