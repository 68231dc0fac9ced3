"""Events from outside, each looked at until something has come of it; and consents to be written to
first. What begins a flow is stored with the flow: `turn_record.py`."""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.conversation.event_rules import Addressee
from sufler.domain.administration import Act
from sufler.domain.conversation import Conversation
from sufler.domain.outside_events import Consent, EventState, OutsideEvent, Refusal
from sufler.storage import ownership, turn_record
from sufler.storage.audit import write_down
from sufler.storage.database import Database
from sufler.storage.event_rows import EMPTIED, event_from, key_of, newest_consent
from sufler.storage.flow_rows import under_way
from sufler.storage.idempotency import mark_done
from sufler.storage.rows import conversation_from
from sufler.storage.sharing import alone
from sufler.storage.tables.conversations import conversations, episodes
from sufler.storage.tables.customers import bans
from sufler.storage.tables.flows import customer_requests
from sufler.storage.tables.outside_events import consents
from sufler.storage.tables.outside_events import outside_events as table


class OutsideEventStore:
    """Fulfils `desk.outside_events.EventRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, event: OutsideEvent) -> bool:
        """Store it, to be looked at; False when one with its id was told before."""
        key = key_of(event.id)
        async with self._database.write() as connection:
            await alone(connection, f"outside event {key}")
            known = await connection.scalar(select(exists().where(table.c.key == key)))
            if not known:
                await connection.execute(insert(table).values(key=key, **_values(event)))
            await mark_done(connection)
        return not known

    async def get(self, event_id: str) -> OutsideEvent | None:
        """What came of it so far."""
        query = select(table).where(table.c.key == key_of(event_id))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return None if row is None else event_from(row, event_id)

    async def due(self, now: datetime, limit: int) -> list[OutsideEvent]:
        """Those to be looked at now, the longest due first."""
        query = (
            select(table)
            .where(table.c.state == EventState.WAITING.value, table.c.due_at <= now)
            .order_by(table.c.due_at, table.c.key)
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [event_from(row, row["event_id"]) for row in rows]

    async def addressee(self, event: OutsideEvent, now: datetime, since: datetime) -> Addressee:
        """The event's customer, now; `since` is from when on started events count."""
        async with self._database.read() as connection:
            return await _addressee(connection, event, now, since)

    async def open_episode(self, conversation_id: str, at: datetime) -> Conversation:
        """The conversation with an open episode. Raises NotFound when it was erased meanwhile."""
        async with self._database.write() as connection:
            now = await ownership.locked(connection, conversation_id)
            if now.open:
                return now
            number = now.episode + 1
            made = await connection.execute(
                insert(episodes)
                .values(conversation_id=now.id, number=number, opened_at=at)
                .returning(episodes.c.id)
            )
            opened = (
                update(conversations)
                .where(conversations.c.id == now.id)
                .values(open=True, episode=number, ticket=made.scalar_one())
                .returning(conversations)
            )
            return conversation_from((await connection.execute(opened)).mappings().one())

    async def refuse(self, event: OutsideEvent, reason: Refusal, at: datetime) -> None:
        """Nothing comes of it; unless something has by now. Whom we do not know is not kept."""
        gone = EMPTIED if reason is Refusal.UNKNOWN_CUSTOMER else {"data": None}
        values = {"state": EventState.REFUSED.value, "reason": reason.value, "decided_at": at}
        await self._change(event, **values, due_at=None, **gone)

    async def put_off(self, event: OutsideEvent, until: datetime) -> None:
        """Look at it then."""
        await self._change(event, due_at=until)

    async def consent(self, channel: str, customer_id: str) -> Consent | None:
        """The newest one, which counts."""
        async with self._database.read() as connection:
            return await newest_consent(connection, channel, customer_id)

    async def note_consent(self, consent: Consent, act: Act) -> None:
        """From now on this one counts. What was decided before, and is not stored, no longer can
        be."""
        values = {name: getattr(consent, name) for name in Consent.__dataclass_fields__}
        async with self._database.write() as connection:
            await alone(connection, f"inbox {consent.channel} {consent.customer_id}")
            await connection.execute(
                update(conversations)
                .where(
                    conversations.c.channel == consent.channel,
                    conversations.c.customer_id == consent.customer_id,
                )
                .values(changes=conversations.c.changes + 1)
            )
            await connection.execute(insert(consents).values(**values))
            await write_down(connection, act)
            await mark_done(connection)

    async def _change(self, event: OutsideEvent, **values: Any) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                update(table)
                .where(table.c.key == key_of(event.id), table.c.state == EventState.WAITING.value)
                .values(**values)
            )


def _values(event: OutsideEvent) -> dict[str, Any]:
    names = OutsideEvent.__dataclass_fields__.keys() - {"id", "state", "data"}
    given = {name: getattr(event, name) for name in names}
    return {**given, "event_id": event.id, "state": event.state.value, "data": dict(event.data)}


async def _addressee(
    connection: AsyncConnection, event: OutsideEvent, now: datetime, since: datetime
) -> Addressee:
    ban = select(bans.c.until).where(
        bans.c.channel == event.channel, bans.c.customer_id == event.customer_id
    )
    held = (await connection.execute(ban)).one_or_none()
    banned = held is not None and (held.until is None or held.until > now)
    query = select(conversations).where(
        conversations.c.channel == event.channel, conversations.c.customer_id == event.customer_id
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return Addressee(None, banned=banned)
    talk = conversation_from(row)
    consent = await newest_consent(connection, event.channel, event.customer_id)
    open_requests = select(func.count()).where(
        customer_requests.c.conversation_id == talk.id, customer_requests.c.done_at.is_(None)
    )
    started = select(func.count()).where(
        table.c.conversation_id == talk.id,
        table.c.state == EventState.STARTED.value,
        table.c.decided_at > since,
    )
    return Addressee(
        conversation=talk,
        answering=row["turn_due_at"] is not None,
        banned=banned,
        consent=consent is not None and consent.given,
        open_requests=int(await connection.scalar(open_requests) or 0),
        events_started=int(await connection.scalar(started) or 0),
        run=await under_way(connection, talk.id),
        stopped=await turn_record.stopped_for(connection, talk.id),
    )
