"""The one transaction that ends a turn: suggestions, decisions, replies, and the owner."""

from typing import Any

from sqlalchemy import ColumnElement, CursorResult, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.conversation.ports import Answered, Decided, Outcome, Stopped, Told
from sufler.domain.conversation import Conversation, Owner
from sufler.domain.decisions import Decision, DecisionKind, Reason, TurnKind
from sufler.domain.stops import EVERYWHERE, TOPIC, conversation_scope
from sufler.storage.drawing import record_draws
from sufler.storage.event_rows import event_started, withdraw_consent
from sufler.storage.flow_rows import keep_run
from sufler.storage.ownership import locked, note_owner, to_bot
from sufler.storage.rows import reply_row
from sufler.storage.sharing import together
from sufler.storage.stream import add_message
from sufler.storage.suggestions import (
    insert_feedback_once,
    insert_suggestion,
    read_suggestion,
)
from sufler.storage.tables.conversations import conversations, events, messages, stops
from sufler.storage.tables.queues import notes

DECISION = "decision"
CUSTOMER = "customer"  # who closed it
STOPPING = "automatic answers"  # what a stop is alone with

_LOOKED_BACK = 50  # decisions

_NO_QUESTION = frozenset(
    {TurnKind.THANKS, TurnKind.ACKNOWLEDGEMENT, TurnKind.EMOJI, TurnKind.EMPTY}
)
_AUTOMATIC = frozenset({DecisionKind.ANSWER, DecisionKind.CLARIFY, DecisionKind.FLOW})


async def store(connection: AsyncConnection, outcome: Outcome) -> bool:
    """Store `outcome` inside the caller's transaction; False with nothing written when the
    conversation is no longer what the decision saw, or automatic answers were stopped."""
    if any(each.decision.kind in _AUTOMATIC for each in outcome.decided):
        # Before any row is held: a stop sees this answer waiting, or this answer sees the stop.
        await together(connection, STOPPING)
    if not await _unchanged(connection, outcome):
        return False
    stopped = await stopped_for(connection, outcome.before.id)
    if any(_is_automatic(each, stopped) for each in outcome.decided):
        await connection.rollback()
        return False
    if outcome.event is not None and not await _begins(connection, outcome, stopped):
        await connection.rollback()
        return False
    before, numbers = outcome.before, [message.id for message in outcome.turn]
    for each in outcome.decided:
        if each.suggestion is not None:
            await insert_suggestion(connection, each.suggestion)
        suggestion_id = each.suggestion.id if each.suggestion else each.about
        for reply in each.replies:
            row = reply_row(before.id, reply, outcome.at, suggestion_id)
            await add_message(connection, row)
        await connection.execute(
            insert(events).values(
                conversation_id=before.id,
                episode=before.episode,
                kind=DECISION,
                body=_decision_body(outcome, each.decision),
                suggestion_id=suggestion_id,
                at=outcome.at,
            )
        )
    await record_draws(connection, outcome.draws)
    suggested = outcome.decided[-1].suggestion
    ended: dict[str, Any] = {"open": False}
    if suggested is not None:
        ended["suggestion_id"] = suggested.id
    await connection.execute(update(messages).where(messages.c.id.in_(numbers)).values(**ended))
    if outcome.run is not None:
        await keep_run(connection, outcome.run)
    if outcome.note:
        await connection.execute(
            insert(notes).values(
                conversation_id=before.id, at=outcome.at, by="bot", by_name="", text=outcome.note
            )
        )
    if outcome.closes:
        # After what is said: the next message opens another episode.
        now = await locked(connection, before.id)
        await to_bot(connection, now, outcome.at, by=CUSTOMER, close=True)
    if outcome.withdraws:
        await withdraw_consent(connection, before, outcome.at)
    for given in outcome.feedback:
        await insert_feedback_once(connection, given)
    if outcome.owner is not before.owner:
        reason = outcome.decided[-1].decision.reason.value
        await note_owner(connection, before, outcome.owner, "decision", "bot", reason=reason)
    return True


async def _begins(connection: AsyncConnection, outcome: Outcome, stopped: Stopped) -> bool:
    """Whether the event begins its flow here and now; it does so once."""
    event, run = outcome.event, outcome.run
    if event is None or run is None or event.topic in stopped.topics:
        return False
    return await event_started(connection, event.event_id, run, outcome.at)


def as_it_was_seen(before: Conversation) -> list[ColumnElement[bool]]:
    """What must still hold of a conversation for a decision about it to be stored."""
    same_operator = (
        conversations.c.operator_id.is_(None)
        if before.operator_id is None
        else conversations.c.operator_id == before.operator_id
    )
    return [
        conversations.c.owner == before.owner.value,
        conversations.c.open == before.open,
        same_operator,
        conversations.c.changes == before.changes,
    ]


async def _unchanged(connection: AsyncConnection, outcome: Outcome) -> bool:
    before = outcome.before
    last = outcome.decided[-1]
    values: dict[str, Any] = {
        "owner": outcome.owner.value,
        "language": outcome.language,
        "updated_at": outcome.at,
        "misses": outcome.misses,
        "changes": conversations.c.changes + 1,
    }
    if outcome.turn:
        values |= {"turn_due_at": None, "turn_since": None, "turn_attempts": 0}
    prospect = outcome.prospect
    if outcome.owner is Owner.QUEUE and before.owner is not Owner.QUEUE:
        values |= {
            "waiting_since": outcome.at,
            "unanswered_since": outcome.at,
            "hand_off_reason": last.decision.reason.value,
            "queue_id": None if prospect is None else prospect.queue_id,
            "escalated": 0,
        }
    if prospect is not None:
        values["told"] = prospect.awaits.value
    if before.owner is Owner.OPERATOR and before.unanswered_since is None and _asks(outcome):
        values["unanswered_since"] = outcome.at
    # A "thanks" while waiting must not take away what was suggested for the question before it.
    for each in outcome.decided:
        suggestion, decision = each.suggestion, each.decision
        if suggestion is not None and suggestion.turn_kind is TurnKind.QUESTION:
            values["suggestion_id"] = suggestion.id
        if decision.kind is DecisionKind.ANSWER and decision.article_ids:
            values["last_article_id"] = decision.article_ids[0]
    changed: CursorResult[Any] = await connection.execute(
        update(conversations)
        .where(conversations.c.id == before.id, *as_it_was_seen(before))
        .values(**values)
    )
    return changed.rowcount == 1


def _asks(outcome: Outcome) -> bool:
    """Whether the customer of an operator waits for an answer now: a "thanks" needs none, nor does
    what a flow did by itself."""
    if not outcome.turn:
        return False
    kinds = [each.suggestion.turn_kind for each in outcome.decided if each.suggestion]
    return not kinds or any(kind not in _NO_QUESTION for kind in kinds)


def _is_automatic(decided: Decided, stopped: Stopped) -> bool:
    """Whether it says something that may no longer be said by itself."""
    if decided.decision.kind not in _AUTOMATIC:
        return False
    if stopped.everywhere:
        return True
    items = decided.suggestion.items if decided.suggestion else ()
    topics = {item.topic for item in items if item.article_id in decided.decision.article_ids}
    return bool(topics & stopped.topics)


async def stopped_for(connection: AsyncConnection, conversation_id: str) -> Stopped:
    """Where automatic answers are stopped, as far as this conversation is concerned."""
    scopes = set((await connection.execute(select(stops.c.scope))).scalars())
    everywhere = bool({EVERYWHERE, conversation_scope(conversation_id)} & scopes)
    topics = {scope.removeprefix(TOPIC) for scope in scopes if scope.startswith(TOPIC)}
    return Stopped(everywhere, frozenset(topics))


def _decision_body(outcome: Outcome, decision: Decision) -> dict[str, Any]:
    return {
        "kind": decision.kind.value,
        "reason": decision.reason.value,
        "article_ids": list(decision.article_ids),
        "confidence": decision.confidence,
        "owner_before": outcome.before.owner.value,
        "owner": outcome.owner.value,
        "messages": [message.id for message in outcome.turn],
        "failure": outcome.failure and outcome.failure[:500],
    }


async def decided_before(
    connection: AsyncConnection, conversation: Conversation, reason: Reason
) -> bool:
    """Whether a decision of the conversation's episode had this reason."""
    query = select(events.c.body).where(
        events.c.conversation_id == conversation.id,
        events.c.kind == DECISION,
        events.c.episode == conversation.episode,
    )
    bodies = (await connection.execute(query)).scalars()
    return any(body["reason"] == reason.value for body in bodies)


async def last_answer(
    connection: AsyncConnection, conversation_id: str, suggestion_id: str | None
) -> Answered | None:
    """The newest answer of the bot, with its suggestion and what else was sent from that; of
    several answers to one turn the one made from `suggestion_id`."""
    query = (
        select(events.c.suggestion_id, events.c.episode, events.c.body)
        .where(
            events.c.conversation_id == conversation_id,
            events.c.kind == DECISION,
            events.c.suggestion_id.is_not(None),
        )
        .order_by(events.c.id.desc())
        .limit(_LOOKED_BACK)
    )
    rows = (await connection.execute(query)).all()
    sent = [row for row in rows if row.body["kind"] == DecisionKind.ANSWER.value]
    if not sent:
        return None
    last = next(
        (
            row
            for row in sent
            if row.suggestion_id == suggestion_id
            and row.body["messages"] == sent[0].body["messages"]
        ),
        sent[0],
    )
    suggestion = await read_suggestion(connection, last.suggestion_id)
    if suggestion is None:
        return None
    same = (row for row in reversed(sent) if row.suggestion_id == last.suggestion_id)
    tried = tuple(one for row in same for one in row.body["article_ids"])
    return Answered(suggestion, tried, last.episode)


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
