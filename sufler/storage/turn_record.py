"""The one transaction that ends a turn: message, suggestion, decision, replies, owner, inbox."""

from typing import Any

from sqlalchemy import CursorResult, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.conversation.ports import Outcome, Told
from sufler.domain.conversation import Author, Owner
from sufler.domain.decisions import Decision, DecisionKind, Reason, TurnKind
from sufler.storage.rows import reply_row
from sufler.storage.suggestions import insert_suggestion, read_suggestion
from sufler.storage.tables.conversations import conversations, events, inbox, messages

DECISION = "decision"


async def store(connection: AsyncConnection, outcome: Outcome) -> bool:
    """Store `outcome` inside the caller's transaction; False with nothing written if the owner
    or the inbox row is no longer what the decision saw."""
    unfinished = select(inbox.c.state).where(inbox.c.id == outcome.row.id).with_for_update()
    if await connection.scalar(unfinished) != "new":
        return False
    if not await _owner_unchanged(connection, outcome):
        return False
    await _finish_row(connection, outcome)
    suggestion = outcome.suggestion
    if suggestion is not None:
        await insert_suggestion(connection, suggestion)
    suggestion_id = suggestion.id if suggestion else None
    before = outcome.before
    customers = {
        "conversation_id": before.id,
        "author": Author.CUSTOMER.value,
        "author_name": before.customer.name or before.customer.first_name,
        "text": outcome.customer_text,
        "buttons": [],
        "at": outcome.row.incoming.at or outcome.row.received_at,
        "attempts": 0,
        "external_id": outcome.row.incoming.external_id,
        "suggestion_id": suggestion_id,
        "inbox_id": outcome.row.id,
    }
    await connection.execute(insert(messages).values(**customers))
    for reply in outcome.replies:
        row = reply_row(before.id, reply, outcome.at, suggestion_id)
        await connection.execute(insert(messages).values(**row))
    await connection.execute(
        insert(events).values(
            conversation_id=before.id,
            episode=before.episode,
            kind=DECISION,
            body=_decision_body(outcome),
            suggestion_id=suggestion_id,
            at=outcome.at,
        )
    )
    return True


async def _owner_unchanged(connection: AsyncConnection, outcome: Outcome) -> bool:
    before, decision = outcome.before, outcome.decision
    values: dict[str, Any] = {
        "owner": outcome.owner.value,
        "language": outcome.language,
        "updated_at": outcome.at,
    }
    if outcome.owner is Owner.QUEUE and before.owner is not Owner.QUEUE:
        values |= {"waiting_since": outcome.at, "hand_off_reason": decision.reason.value}
    suggestion = outcome.suggestion
    # A "thanks" while waiting must not take away what was suggested for the question before it.
    if suggestion is not None and suggestion.turn_kind is TurnKind.QUESTION:
        values["suggestion_id"] = suggestion.id
    if decision.kind is DecisionKind.ANSWER and decision.article_ids:
        values["last_article_id"] = decision.article_ids[0]
    same_operator = (
        conversations.c.operator_id.is_(None)
        if before.operator_id is None
        else conversations.c.operator_id == before.operator_id
    )
    changed: CursorResult[Any] = await connection.execute(
        update(conversations)
        .where(
            conversations.c.id == before.id,
            conversations.c.owner == before.owner.value,
            conversations.c.open == before.open,
            same_operator,
        )
        .values(**values)
    )
    return changed.rowcount == 1


async def _finish_row(connection: AsyncConnection, outcome: Outcome) -> None:
    failed = outcome.failure is not None
    await connection.execute(
        update(inbox)
        .where(inbox.c.id == outcome.row.id)
        .values(
            state="failed" if failed else "done",
            error=outcome.failure[:500] if outcome.failure else None,
            done_at=outcome.at,
        )
    )


def _decision_body(outcome: Outcome) -> dict[str, Any]:
    decision = outcome.decision
    return {
        "kind": decision.kind.value,
        "reason": decision.reason.value,
        "article_ids": list(decision.article_ids),
        "confidence": decision.confidence,
        "owner_before": outcome.before.owner.value,
        "owner": outcome.owner.value,
    }


async def last_told(connection: AsyncConnection, conversation_id: str) -> Told | None:
    """The newest decision of a conversation with its suggestion."""
    query = (
        select(events)
        .where(events.c.conversation_id == conversation_id, events.c.kind == DECISION)
        .order_by(events.c.id.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    body = row["body"]
    decision = Decision(
        DecisionKind(body["kind"]),
        Reason(body["reason"]),
        tuple(body["article_ids"]),
        body["confidence"],
    )
    suggestion = (
        await read_suggestion(connection, row["suggestion_id"]) if row["suggestion_id"] else None
    )
    return Told(decision, suggestion, row["at"])


async def offered(connection: AsyncConnection, conversation_id: str, limit: int = 50) -> list[str]:
    """Ids of articles offered to choose from in the last `limit` decisions, newest first."""
    query = (
        select(events.c.body)
        .where(events.c.conversation_id == conversation_id, events.c.kind == DECISION)
        .order_by(events.c.id.desc())
        .limit(limit)
    )
    bodies = (await connection.execute(query)).scalars().all()
    ids = [
        article_id
        for body in bodies
        if body["kind"] == DecisionKind.CLARIFY.value
        for article_id in body["article_ids"]
    ]
    return list(dict.fromkeys(ids))
