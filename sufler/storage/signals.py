"""What customers did after the bot's answers, and after operators' own, from stored rows."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.conversation import Author
from sufler.domain.decisions import Reason, TurnKind
from sufler.domain.ports import Clock
from sufler.prompter.accuracy.signals import Given, Sign, good_or_bad
from sufler.prompter.accuracy.standing import Share
from sufler.storage.database import Database
from sufler.storage.tables.accuracy import draws
from sufler.storage.tables.conversations import events, messages
from sufler.storage.tables.suggestions import suggestions
from sufler.storage.turn_record import DECISION

# The newest answers are enough to see a change; ids asked for at a time.
MOST: Final = 1000
PAGE: Final = 500
_REFUSED: Final = frozenset({Reason.ASKS_FOR_PERSON.value, Reason.NOT_IT.value})
_REFUSING: Final = frozenset({TurnKind.ASKS_FOR_PERSON.value, TurnKind.NOT_IT.value})


class SignalStore:
    """Reads only."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def after_automatic(self, topic: str, since: datetime) -> list[bool]:
        """Of the topic's newest automatic answers since then, in order, whether each was good."""
        query = (
            select(draws.c.conversation_id, draws.c.episode, draws.c.article_id, draws.c.at)
            .where(draws.c.topic == topic, draws.c.answered, draws.c.at > since)
            .order_by(draws.c.at.desc())
            .limit(MOST)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            answers = [Given(row[0], row[1], row[2], row[3]) for row in reversed(rows)]
            signs = await _signs(connection, {each.conversation_id for each in answers}, since)
        return good_or_bad(answers, signs, self._clock.now())

    async def after_operators(self, since: datetime) -> Share:
        """Bad signals after the newest answers that operators gave themselves since then."""
        query = (
            select(draws.c.conversation_id, draws.c.episode, draws.c.article_id, draws.c.at)
            .where(~draws.c.answered, draws.c.at > since)
            .order_by(draws.c.at.desc())
            .limit(MOST)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            asked = [Given(row[0], row[1], row[2], row[3]) for row in reversed(rows)]
            ids = {each.conversation_id for each in asked}
            replies = await _replies(connection, ids, since)
            signs = await _signs(connection, ids, since)
        answers = _answered(asked, replies)
        found = good_or_bad(answers, signs, self._clock.now())
        return Share(found.count(False), len(found))


def _answered(asked: list[Given], replies: dict[str, list[datetime]]) -> list[Given]:
    """Those that an operator answered before the next one was asked, at the time of the reply."""
    following: dict[str, datetime] = {}
    found = []
    for each in reversed(asked):
        end = following.get(each.conversation_id)
        following[each.conversation_id] = each.at
        times = replies.get(each.conversation_id, ())
        reply = next((at for at in times if at > each.at and (end is None or at <= end)), None)
        if reply is not None:
            found.append(Given(each.conversation_id, each.episode, each.article_id, reply))
    return sorted(found, key=lambda answer: answer.at)


async def _replies(
    connection: AsyncConnection, ids: Collection[str], since: datetime
) -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = defaultdict(list)
    for page in _pages(ids):
        query = (
            select(messages.c.conversation_id, messages.c.at)
            .where(
                messages.c.conversation_id.in_(page),
                messages.c.author == Author.OPERATOR.value,
                messages.c.at > since,
            )
            .order_by(messages.c.id)
        )
        for conversation_id, at in (await connection.execute(query)).all():
            found[conversation_id].append(at)
    return found


async def _signs(connection: AsyncConnection, ids: Collection[str], since: datetime) -> list[Sign]:
    found: list[Sign] = []
    for page in _pages(ids):
        decided = (
            select(
                events.c.conversation_id,
                events.c.episode,
                events.c.at,
                events.c.body["reason"].as_string(),
                suggestions.c.turn_kind,
            )
            .outerjoin(suggestions, suggestions.c.id == events.c.suggestion_id)
            .where(
                events.c.conversation_id.in_(page),
                events.c.kind == DECISION,
                events.c.at > since,
            )
        )
        for conversation_id, episode, at, reason, kind in (await connection.execute(decided)).all():
            if reason in _REFUSED or kind in _REFUSING:
                found.append(Sign(conversation_id, episode, at, refused=True))
        asked: Any = select(
            draws.c.conversation_id, draws.c.episode, draws.c.at, draws.c.article_id
        ).where(draws.c.conversation_id.in_(page), draws.c.at > since)
        found += [
            Sign(row[0], row[1], row[2], refused=False, article_id=row[3])
            for row in (await connection.execute(asked)).all()
        ]
    return found


def _pages(ids: Collection[str]) -> list[list[str]]:
    ordered = sorted(ids)
    return [ordered[start : start + PAGE] for start in range(0, len(ordered), PAGE)]
