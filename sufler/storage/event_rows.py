"""Rows of events from outside, and of consents, inside the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import CursorResult, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.conversation import Conversation
from sufler.domain.flows import FlowRun
from sufler.domain.outside_events import Consent, EventState, OutsideEvent
from sufler.storage.tables.outside_events import consents, outside_events

# Who withdrew: the customer, by words.
CUSTOMER: Final = "customer"
# What an event is without what tells of whom it was; so it is known for ever.
EMPTIED: Final[Mapping[str, Any]] = {
    "event_id": "",
    "channel": "",
    "customer_id": "",
    "data": None,
    "run_id": None,
    "conversation_id": None,
}


def key_of(event_id: str) -> str:
    """What an event is known by."""
    return sha256(event_id.encode()).hexdigest()


def event_from(row: Mapping[Any, Any], event_id: str) -> OutsideEvent:
    """A row of `outside_events`, whose id may be gone."""
    names = OutsideEvent.__dataclass_fields__.keys() - {"id", "state", "data"}
    given = {name: row[name] for name in names}
    return OutsideEvent(
        id=event_id, state=EventState(row["state"]), data=row["data"] or {}, **given
    )


async def event_started(
    connection: AsyncConnection, event_id: str, run: FlowRun, at: datetime
) -> bool:
    """The event has begun this run; False when something came of it before."""
    done: CursorResult[Any] = await connection.execute(
        update(outside_events)
        .where(
            outside_events.c.key == key_of(event_id),
            outside_events.c.state == EventState.WAITING.value,
        )
        .values(
            state=EventState.STARTED.value,
            data=None,
            due_at=None,
            decided_at=at,
            flow=run.flow,
            run_id=run.id,
            conversation_id=run.conversation_id,
        )
    )
    return bool(done.rowcount)


async def wrote_first(
    connection: AsyncConnection, conversation: Conversation, run_id: str | None
) -> bool:
    """Whether an event began the run, or (None) any flow of the conversation, of a customer whose
    consent holds."""
    began = (
        outside_events.c.conversation_id == conversation.id,
        outside_events.c.state == EventState.STARTED.value,
        *(() if run_id is None else (outside_events.c.run_id == run_id,)),
    )
    if not await connection.scalar(select(exists().where(*began))):
        return False
    consent = await newest_consent(
        connection, conversation.channel, conversation.customer.external_id
    )
    return consent is not None and consent.given


async def newest_consent(
    connection: AsyncConnection, channel: str, customer_id: str
) -> Consent | None:
    """The one that counts."""
    query = (
        select(consents)
        .where(consents.c.channel == channel, consents.c.customer_id == customer_id)
        .order_by(consents.c.id.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    return Consent(**{name: row[name] for name in Consent.__dataclass_fields__})


async def withdraw_consent(
    connection: AsyncConnection, conversation: Conversation, at: datetime
) -> None:
    """By the customer's own words."""
    await connection.execute(
        insert(consents).values(
            channel=conversation.channel,
            customer_id=conversation.customer.external_id,
            given=False,
            at=at,
            by=CUSTOMER,
            how="message",
        )
    )
