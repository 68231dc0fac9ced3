"""Stores suggestions and feedback, and gives them back as they were."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.decisions import (
    Decision,
    Feedback,
    FeedbackAction,
    Level,
    Suggestion,
    SuggestionItem,
    TurnKind,
    Versions,
)
from sufler.domain.errors import NotFound
from sufler.domain.knowledge import Mode
from sufler.storage.database import Database
from sufler.storage.idempotency import mark_done
from sufler.storage.tables.suggestions import feedback, suggestions

_ITEM_FIELDS = tuple(field.name for field in fields(SuggestionItem))


class SuggestionStore:
    """Suggestions by id, and the feedback to each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, suggestion: Suggestion) -> None:
        """Store it; its id must be new."""
        async with self._database.write() as connection:
            await insert_suggestion(connection, suggestion)

    async def add_many(self, made: Sequence[tuple[Suggestion, Decision]]) -> None:
        """Store them in one transaction, each with what the bot would have done; ids are new."""
        rows = [{**_body(suggestion), "decision": asdict(told)} for suggestion, told in made]
        if not rows:
            return
        async with self._database.write() as connection:
            await connection.execute(insert(suggestions), rows)

    async def get(self, suggestion_id: str) -> Suggestion:
        """Raises NotFound."""
        async with self._database.read() as connection:
            found = await read_suggestion(connection, suggestion_id)
        if found is None:
            raise NotFound("no suggestion has this id", field="suggestion_id")
        return found

    async def add_feedback(self, given: Feedback) -> None:
        """Store what somebody did with a suggestion. Raises NotFound for an unknown one."""
        async with self._database.write() as connection:
            known = select(suggestions.c.id).where(suggestions.c.id == given.suggestion_id)
            if await connection.scalar(known) is None:
                raise NotFound("no suggestion has this id", field="suggestion_id")
            await connection.execute(insert(feedback).values(**asdict(given)))
            await mark_done(connection)

    async def feedback_of(self, suggestion_id: str) -> list[Feedback]:
        """In the order it was given."""
        query = select(feedback).where(feedback.c.suggestion_id == suggestion_id)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(feedback.c.id))).mappings().all()
        return [_feedback(row) for row in rows]


async def insert_suggestion(connection: AsyncConnection, suggestion: Suggestion) -> None:
    """Store `suggestion` inside the caller's transaction."""
    await connection.execute(insert(suggestions).values(**_body(suggestion)))


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


def _body(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "id": suggestion.id,
        "conversation_id": suggestion.conversation_id,
        "text": suggestion.text,
        "language": suggestion.language,
        "turn_kind": suggestion.turn_kind.value,
        "items": [_item_body(item) for item in suggestion.items],
        "versions": asdict(suggestion.versions),
        "took_ms": suggestion.took_ms,
        "at": suggestion.at,
    }


async def read_suggestion(connection: AsyncConnection, suggestion_id: str) -> Suggestion | None:
    """The suggestion as it was stored."""
    query = select(suggestions).where(suggestions.c.id == suggestion_id)
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    return Suggestion(
        id=row["id"],
        text=row["text"],
        language=row["language"],
        turn_kind=TurnKind(row["turn_kind"]),
        items=tuple(_item(body) for body in row["items"]),
        versions=Versions(**row["versions"]),
        took_ms=row["took_ms"],
        at=row["at"],
        conversation_id=row["conversation_id"],
    )


def _item_body(item: SuggestionItem) -> dict[str, Any]:
    # `asdict` copies deeply and takes twice as long as storing the row.
    return {name: getattr(item, name) for name in _ITEM_FIELDS} | {"why": dict(item.why)}


def _item(body: Mapping[str, Any]) -> SuggestionItem:
    return SuggestionItem(
        **{**body, "mode": Mode(body["mode"]), "level": Level(body["level"])},
    )


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
