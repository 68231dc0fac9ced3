"""Stores suggestions and feedback, and gives them back as they were."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.checks import Draw
from sufler.domain.decisions import (
    UNSEEN,
    Decision,
    Feedback,
    FeedbackAction,
    Suggestion,
    SuggestionItem,
)
from sufler.domain.errors import NotFound
from sufler.storage.database import Database
from sufler.storage.drawing import record_draws, record_outside
from sufler.storage.idempotency import mark_done
from sufler.storage.lessons import TOPIC as LESSONS
from sufler.storage.lessons import insert_feedback_as_lesson
from sufler.storage.stream import note_suggestions
from sufler.storage.suggestion_rows import suggestion_from, suggestion_row
from sufler.storage.tables.conversations import conversations, events
from sufler.storage.tables.suggestions import feedback, suggestions

# The kind of an event: an operator searched while the suggestion was hidden.
SEARCHED = "searched"


class SuggestionStore:
    """Suggestions by id, and the feedback to each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, suggestion: Suggestion) -> None:
        """Store it; its id must be new."""
        async with self._database.write() as connection:
            await insert_suggestion(connection, suggestion)

    async def add_many(
        self,
        made: Sequence[tuple[Suggestion, Decision, str]],
        drawn: Mapping[str, Draw] | None = None,
    ) -> frozenset[str]:
        """Store them in one transaction, each with what the bot would have done and the id of the
        caller who asked for it; their own ids are new. `drawn`: what chance says of them, by their
        ids. Returns the ids of those that nobody may see: they were drawn for a check, or belong
        to a turn that was."""
        if not made:
            return frozenset()
        offered = [each for each, _, _ in made]
        async with self._database.write() as connection:
            hidden, draws = await record_outside(connection, offered, drawn or {})
            rows = [
                suggestion_row(replace(each, hidden=each.id in hidden))
                | {"decision": asdict(UNSEEN if each.id in hidden else told)}
                for each, told, _ in made
            ]
            await connection.execute(insert(suggestions), rows)
            await record_draws(connection, draws)
            await note_suggestions(connection, offered, [caller for _, _, caller in made])
        return hidden

    async def get(self, suggestion_id: str) -> Suggestion:
        """Raises NotFound."""
        async with self._database.read() as connection:
            found = await read_suggestion(connection, suggestion_id)
        if found is None:
            raise NotFound("no suggestion has this id", field="suggestion_id")
        return found

    async def add_feedback(self, given: Feedback) -> None:
        """Store what somebody did with a suggestion: a lesson that is due at once. Raises NotFound
        for an unknown one."""
        async with self._database.write() as connection:
            await insert_feedback_as_lesson(connection, given, due_at=given.at)
            await self._database.wakeups.announce(LESSONS)
            await mark_done(connection)

    async def searched(
        self,
        beside: Suggestion,
        by: str,
        words: str,
        found: Sequence[SuggestionItem],
        at: datetime,
    ) -> None:
        """Keep what was searched for, and found, while the suggestion of a turn was hidden."""
        episode = select(conversations.c.episode).where(
            conversations.c.id == beside.conversation_id
        )
        async with self._database.write(lasting=False) as connection:
            number = await connection.scalar(episode)
            if number is None:
                return
            await connection.execute(
                insert(events).values(
                    conversation_id=beside.conversation_id,
                    episode=number,
                    kind=SEARCHED,
                    body={"words": words, "found": [item.article_id for item in found]},
                    suggestion_id=beside.id,
                    by=by,
                    at=at,
                )
            )

    async def feedback_of(self, suggestion_id: str) -> list[Feedback]:
        """In the order it was given."""
        query = select(feedback).where(feedback.c.suggestion_id == suggestion_id)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(feedback.c.id))).mappings().all()
        return [_feedback(row) for row in rows]


async def insert_suggestion(connection: AsyncConnection, suggestion: Suggestion) -> None:
    """Store `suggestion` inside the caller's transaction, and note it for programs outside."""
    await connection.execute(insert(suggestions).values(**suggestion_row(suggestion)))
    await note_suggestions(connection, [suggestion], [None])


async def insert_feedback_once(connection: AsyncConnection, given: Feedback) -> None:
    """Store it unless the same person has said the same of the same article: a button can be
    pressed twice."""
    same = select(feedback.c.id).where(
        feedback.c.suggestion_id == given.suggestion_id,
        feedback.c.by == given.by,
        feedback.c.action == given.action.value,
        feedback.c.article_id == given.article_id,
    )
    if await connection.scalar(same) is None:
        await connection.execute(insert(feedback).values(**asdict(given)))


async def read_suggestion(connection: AsyncConnection, suggestion_id: str) -> Suggestion | None:
    """The suggestion as it was stored."""
    query = select(suggestions).where(suggestions.c.id == suggestion_id)
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    return suggestion_from(row)


def _feedback(row: Mapping[Any, Any]) -> Feedback:
    return Feedback(
        suggestion_id=row["suggestion_id"],
        action=FeedbackAction(row["action"]),
        by=row["by"],
        at=row["at"],
        article_id=row["article_id"],
        final_text=row["final_text"],
        reason=row["reason"],
    )
