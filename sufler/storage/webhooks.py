"""Webhooks and their deliveries in the database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Row, String, cast, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.administration import Act
from sufler.domain.errors import NotFound
from sufler.domain.stream import StreamKind
from sufler.domain.webhooks import Delivery, DeliveryState, Posted, Webhook
from sufler.storage.audit import write_down
from sufler.storage.database import Database
from sufler.storage.idempotency import mark_done
from sufler.storage.stream import StreamStore, note
from sufler.storage.tables.webhooks import deliveries, stream, webhooks

AT_ONCE = 500
# So many may wait for one address; what comes then stays in the log until there is room.
MOST_PENDING = 1000
# Nothing waits longer for its next try: a later moment means that the clock was set back.
LONGEST_WAIT = timedelta(days=2)
_PENDING = DeliveryState.PENDING.value


class WebhookStore:
    """Fulfils `desk.webhooks.WebhookStore` and `desk.webhook_sending.DeliveryStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Webhook]:
        """The oldest first."""
        query = select(webhooks).order_by(webhooks.c.created_at, webhooks.c.id)
        async with self._database.read() as connection:
            return [_webhook(row) for row in await connection.execute(query)]

    async def get(self, webhook_id: str) -> Webhook:
        """Raises NotFound."""
        async with self._database.read() as connection:
            return _webhook(await _row(connection, webhook_id))

    async def add(self, webhook: Webhook, secret: str, act: Act) -> None:
        """Store a new one: it is told what happens from now on."""
        newest = select(func.coalesce(func.max(stream.c.id), 0))
        while await StreamStore(self._database).settle():  # what was before is before it
            pass
        async with self._database.write() as connection:
            await connection.execute(
                insert(webhooks).values(
                    id=webhook.id,
                    url=webhook.url,
                    kinds=_kinds(webhook.kinds),
                    note=webhook.note,
                    active=webhook.active,
                    secret=secret,
                    cursor=await connection.scalar(newest),
                    created_at=webhook.created_at,
                    created_by=webhook.created_by,
                )
            )
            await write_down(connection, act)
            await mark_done(connection)

    async def put(self, webhook: Webhook, act: Act) -> None:
        """Store what may be changed. Switched on again, what waits is tried at once. Raises
        NotFound."""
        async with self._database.write() as connection:
            before = await _row(connection, webhook.id, locked=True)
            await connection.execute(
                update(webhooks)
                .where(webhooks.c.id == webhook.id)
                .values(
                    url=webhook.url,
                    kinds=_kinds(webhook.kinds),
                    note=webhook.note,
                    active=webhook.active,
                    disabled_at=webhook.disabled_at,
                    disabled_why=webhook.disabled_why,
                    failing_since=webhook.failing_since,
                )
            )
            if webhook.active and not before.active:
                await connection.execute(
                    update(deliveries)
                    .where(deliveries.c.webhook_id == webhook.id, deliveries.c.state == _PENDING)
                    .values(attempts=0, since=act.at, next_at=None)
                )
            await write_down(connection, act)
            await self._database.wakeups.announce("stream")

    async def remove(self, webhook_id: str, act: Act) -> None:
        """With its deliveries. Raises NotFound."""
        async with self._database.write() as connection:
            await _row(connection, webhook_id, locked=True)
            mine = deliveries.c.webhook_id == webhook_id
            await connection.execute(delete(deliveries).where(mine))
            await connection.execute(delete(webhooks).where(webhooks.c.id == webhook_id))
            await write_down(connection, act)

    async def rotate(self, webhook_id: str, secret: str, until: datetime, act: Act) -> None:
        """Another secret; the one before it signs too, until then. Raises NotFound."""
        async with self._database.write() as connection:
            before = await _row(connection, webhook_id, locked=True)
            await connection.execute(
                update(webhooks)
                .where(webhooks.c.id == webhook_id)
                .values(secret=secret, old_secret=before.secret, old_secret_until=until)
            )
            await write_down(connection, act)
            await mark_done(connection)

    async def secrets(self, webhook_id: str, now: datetime) -> list[str]:
        """What its bodies are signed with at `now`, the newest first. Raises NotFound."""
        async with self._database.read() as connection:
            row = await _row(connection, webhook_id)
        old = row.old_secret if row.old_secret_until and row.old_secret_until > now else None
        return [each for each in (row.secret, old) if each]

    async def disable(self, webhook_id: str, why: str, act: Act) -> bool:
        """Switch it off and tell programs outside; False when it was off, or is gone."""
        async with self._database.write() as connection:
            done: CursorResult[Any] = await connection.execute(
                update(webhooks)
                .where(webhooks.c.id == webhook_id, webhooks.c.active)
                .values(active=False, disabled_at=act.at, disabled_why=why)
            )
            if done.rowcount:
                await write_down(connection, act)
                facts = {"what": "webhook_disabled", "webhook_id": webhook_id, "why": why}
                await note(connection, StreamKind.ALERT, facts=facts)
            return bool(done.rowcount)

    async def fan_out(self, webhook_id: str, at: datetime) -> bool:
        """Make the deliveries of what it has not been told of; True when there may be more. What
        only one caller may see goes to no webhook."""
        async with self._database.write() as connection:
            found = await connection.execute(
                select(webhooks.c.cursor, webhooks.c.kinds, webhooks.c.active)
                .where(webhooks.c.id == webhook_id)
                .with_for_update()
            )
            hook = found.one_or_none()
            if hook is None or not hook.active or await _is_full(connection, webhook_id):
                return False
            query = (
                select(stream.c.id, stream.c.kind, stream.c.conversation_id, stream.c.caller_id)
                .where(stream.c.id > hook.cursor)
                .order_by(stream.c.id)
                .limit(AT_ONCE)
            )
            rows = (await connection.execute(query)).all()
            made = [
                {
                    "webhook_id": webhook_id,
                    "event_id": row.id,
                    "kind": row.kind,
                    "conversation_id": row.conversation_id,
                    "state": _PENDING,
                    "attempts": 0,
                    "since": at,
                    "created_at": at,
                }
                for row in rows
                if row.caller_id is None and (not hook.kinds or row.kind in hook.kinds)
            ]
            if made:
                await connection.execute(insert(deliveries), made)
            if rows:
                await connection.execute(
                    update(webhooks).where(webhooks.c.id == webhook_id).values(cursor=rows[-1].id)
                )
        return len(rows) == AT_ONCE

    async def due(self, webhook_id: str, now: datetime, limit: int) -> list[Delivery]:
        """The first waiting one of each conversation whose time has come: one that is tried again
        later holds back those behind it."""
        alone = "#" + cast(deliveries.c.id, String)
        waiting = (deliveries.c.webhook_id == webhook_id, deliveries.c.state == _PENDING)
        heads = (
            select(func.min(deliveries.c.id))
            .where(*waiting)
            .group_by(func.coalesce(deliveries.c.conversation_id, alone))
        )
        next_at = deliveries.c.next_at
        query = (
            select(deliveries)
            .where(
                deliveries.c.id.in_(heads),
                or_(next_at.is_(None), next_at <= now, next_at > now + LONGEST_WAIT),
            )
            .order_by(deliveries.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [_delivery(row) for row in await connection.execute(query)]

    async def tried(
        self, delivery: Delivery, posted: Posted, at: datetime, next_at: datetime | None
    ) -> datetime | None:
        """Store what came of a try; without `next_at` one that failed is parked. Since when the
        webhook has been failing; None when it is not."""
        done = posted.error is None
        state = DeliveryState.DONE if done else DeliveryState.PARKED
        if not done and next_at is not None:
            state = DeliveryState.PENDING
        async with self._database.write() as connection:
            await connection.execute(
                update(deliveries)
                .where(deliveries.c.id == delivery.id)
                .values(
                    state=state.value,
                    attempts=delivery.attempts + 1,
                    next_at=None if done else next_at,
                    tried_at=at,
                    status=posted.status,
                    error=posted.error,
                    answer=posted.answer,
                    took_ms=posted.took_ms,
                )
            )
            since = None if done else func.coalesce(webhooks.c.failing_since, at)
            changed = await connection.execute(
                update(webhooks)
                .where(webhooks.c.id == delivery.webhook_id)
                .values(failing_since=since)
                .returning(webhooks.c.failing_since)
            )
            failing: datetime | None = changed.scalar_one_or_none()
            return failing

    async def add_tested(self, webhook_id: str, posted: Posted, at: datetime) -> Delivery:
        """Store a test that was sent. Raises NotFound."""
        state = DeliveryState.DONE if posted.error is None else DeliveryState.PARKED
        async with self._database.write() as connection:
            await _row(connection, webhook_id)
            added = await connection.execute(
                insert(deliveries)
                .values(
                    webhook_id=webhook_id,
                    kind="test",
                    state=state.value,
                    attempts=1,
                    since=at,
                    created_at=at,
                    tried_at=at,
                    status=posted.status,
                    error=posted.error,
                    answer=posted.answer,
                    took_ms=posted.took_ms,
                )
                .returning(deliveries)
            )
            made = _delivery(added.one())
            await mark_done(connection)
        return made

    async def log(
        self,
        webhook_id: str,
        *,
        state: DeliveryState | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[Delivery]:
        """Deliveries with ids below `before`, the newest first. Raises NotFound."""
        query = select(deliveries).where(deliveries.c.webhook_id == webhook_id)
        if state is not None:
            query = query.where(deliveries.c.state == state.value)
        if before is not None:
            query = query.where(deliveries.c.id < before)
        async with self._database.read() as connection:
            await _row(connection, webhook_id)
            rows = await connection.execute(query.order_by(deliveries.c.id.desc()).limit(limit))
            return [_delivery(row) for row in rows]

    async def counts(self) -> dict[str, dict[str, int]]:
        """Deliveries by webhook and state."""
        query = select(deliveries.c.webhook_id, deliveries.c.state, func.count())
        grouped = query.group_by(deliveries.c.webhook_id, deliveries.c.state)
        found: dict[str, dict[str, int]] = {}
        async with self._database.read() as connection:
            for webhook_id, state, count in await connection.execute(grouped):
                found.setdefault(webhook_id, {})[state] = count
        return found

    async def replay(
        self, webhook_id: str, at: datetime, act: Act, delivery_id: int | None = None
    ) -> int:
        """Send one again, whatever became of it, or all that were parked; how many. Tests are left
        out, and what waits already. Raises NotFound."""
        mine = [deliveries.c.webhook_id == webhook_id, deliveries.c.event_id.is_not(None)]
        if delivery_id is not None:
            mine += [deliveries.c.id == delivery_id, deliveries.c.state != _PENDING]
        else:
            mine.append(deliveries.c.state == DeliveryState.PARKED.value)
        async with self._database.write() as connection:
            await _row(connection, webhook_id, locked=True)
            done: CursorResult[Any] = await connection.execute(
                update(deliveries)
                .where(*mine)
                .values(state=_PENDING, attempts=0, since=at, next_at=None)
            )
            if done.rowcount:
                await write_down(connection, act)
                await self._database.wakeups.announce("stream")
            await mark_done(connection)
        return int(done.rowcount)


async def _row(
    connection: AsyncConnection, webhook_id: str, *, locked: bool = False
) -> Row[*tuple[Any, ...]]:
    query = select(webhooks).where(webhooks.c.id == webhook_id)
    row = (await connection.execute(query.with_for_update() if locked else query)).one_or_none()
    if row is None:
        raise NotFound("there is no webhook with this id", field="webhook_id")
    return row


async def _is_full(connection: AsyncConnection, webhook_id: str) -> bool:
    waiting = select(func.count()).where(
        deliveries.c.webhook_id == webhook_id, deliveries.c.state == _PENDING
    )
    return int(await connection.scalar(waiting) or 0) >= MOST_PENDING


def _kinds(kinds: frozenset[StreamKind]) -> Sequence[str]:
    return sorted(kind.value for kind in kinds)


def _webhook(row: Row[*tuple[Any, ...]]) -> Webhook:
    return Webhook(
        id=row.id,
        url=row.url,
        kinds=frozenset(map(StreamKind, row.kinds)),
        note=row.note,
        active=row.active,
        created_at=row.created_at,
        created_by=row.created_by,
        old_secret_until=row.old_secret_until,
        failing_since=row.failing_since,
        disabled_at=row.disabled_at,
        disabled_why=row.disabled_why,
    )


def _delivery(row: Row[*tuple[Any, ...]]) -> Delivery:
    return Delivery(
        id=row.id,
        webhook_id=row.webhook_id,
        event_id=row.event_id,
        kind=row.kind,
        conversation_id=row.conversation_id,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        since=row.since,
        created_at=row.created_at,
        next_at=row.next_at,
        tried_at=row.tried_at,
        status=row.status,
        error=row.error,
        answer=row.answer,
        took_ms=row.took_ms,
    )
