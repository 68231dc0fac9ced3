"""Rows of the conversation tables as the plain data of `domain/`, and back; when one is due."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, or_

from sufler.conversation.ports import Reply
from sufler.domain.conversation import (
    Attachment,
    Author,
    Button,
    Conversation,
    Customer,
    IncomingKind,
    Message,
    Owner,
    Reach,
    SendState,
)

# Nothing is ever postponed for longer. A later moment means that the clock was set back.
LONGEST_WAIT = timedelta(hours=1)

_WAITING = (
    "queue_id",
    "previous_operator_id",
    "owned_since",
    "unanswered_since",
    "customer_at",
    "operator_at",
    "warned_at",
    "escalated",
    "told",
)


def time_has_come(column: Column[datetime], now: datetime) -> ColumnElement[bool]:
    """Whether a row that was postponed until `column` may be tried at `now`."""
    return or_(column.is_(None), column <= now, column > now + LONGEST_WAIT)


def conversation_from(row: Mapping[Any, Any]) -> Conversation:
    """A row of `conversations`."""
    return Conversation(
        id=row["id"],
        channel=row["channel"],
        customer=Customer(
            external_id=row["customer_id"],
            name=row["customer_name"],
            first_name=row["customer_first_name"],
            language=row["customer_language"],
        ),
        owner=Owner(row["owner"]),
        language=row["language"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        operator_id=row["operator_id"],
        episode=row["episode"],
        open=row["open"],
        waiting_since=row["waiting_since"],
        suggestion_id=row["suggestion_id"],
        hand_off_reason=row["hand_off_reason"],
        last_article_id=row["last_article_id"],
        ticket=row["ticket"],
        changes=row["changes"],
        misses=row["misses"],
        reach=Reach(row["reach"]),
        turn_attempts=row["turn_attempts"],
        tags=tuple(row["tags"] or ()),
        given=row["given"] or {},
        **{name: row[name] for name in _WAITING},
    )


def message_from(row: Mapping[Any, Any]) -> Message:
    """A row of `messages`."""
    return Message(
        id=row["id"],
        conversation_id=row["conversation_id"],
        author=Author(row["author"]),
        text=row["text"],
        at=row["at"],
        author_name=row["author_name"],
        buttons=tuple(Button(label, data) for label, data in row["buttons"]),
        state=None if row["state"] is None else SendState(row["state"]),
        error=row["error"],
        attempts=row["attempts"],
        external_id=row["external_id"],
        suggestion_id=row["suggestion_id"],
        attachments=tuple(Attachment(**each) for each in row["attachments"] or ()),
        quotes=row["quotes"],
        kind=None if row["kind"] is None else IncomingKind(row["kind"]),
        button=row["button"],
        edited_at=row["edited_at"],
        author_id=row["author_id"],
        open=row["open"],
        edit_state=None if row["edit_state"] is None else SendState(row["edit_state"]),
        undo_until=_undo_until(row),
    )


def _undo_until(row: Mapping[Any, Any]) -> datetime | None:
    """What was never begun to be sent waits for nothing but this; a postponed one was tried."""
    held = row["state"] == SendState.PENDING.value and row["attempts"] == 0
    until: datetime | None = row["next_at"] if held else None
    return until


def reply_row(
    conversation_id: str, reply: Reply, at: datetime, suggestion_id: str | None
) -> dict[str, Any]:
    """A pending message for the outbox."""
    held = {"next_at": at + timedelta(seconds=reply.hold_s)} if reply.hold_s else {}
    return {
        "conversation_id": conversation_id,
        "author": reply.author.value,
        "author_name": reply.author_name,
        "author_id": reply.author_id,
        "text": reply.text,
        "buttons": [[button.label, button.data] for button in reply.buttons],
        "at": at,
        "state": SendState.PENDING.value,
        "attempts": 0,
        "suggestion_id": suggestion_id,
        "quotes": reply.quotes,
        "low": reply.low,
        "attachments": [asdict(each) for each in reply.attachments] or None,
        **held,
    }
