"""Whether a message is taken at all: bans and floods, looked at before it is stored."""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.conversation import InboxRow, Incoming, IncomingKind
from sufler.storage.tables.conversations import inbox
from sufler.storage.tables.customers import bans, floods

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
# At most one word about it in this time: what answers each message makes a flood twice as large.
TOLD_AGAIN = timedelta(minutes=10)

# These are not the customer's own words: a person's, and the channel's.
_NOT_THEIRS = frozenset({IncomingKind.FROM_STAFF, IncomingKind.REACH})


async def admit(
    connection: AsyncConnection, incoming: Incoming, at: datetime, most_an_hour: int
) -> bool:
    """Inside the transaction that would store it: False when it is counted and not taken, because
    the customer is banned or has sent `most_an_hour` (0: any number) within the last hour."""
    if incoming.kind in _NOT_THEIRS:
        return True
    channel, customer_id = incoming.channel, incoming.customer.external_id
    banned = await connection.execute(
        update(bans)
        .where(
            bans.c.channel == channel,
            bans.c.customer_id == customer_id,
            or_(bans.c.until.is_(None), bans.c.until > at),
        )
        .values(dismissed=bans.c.dismissed + 1)
    )
    if banned.rowcount:
        return False
    if not most_an_hour:
        return True
    if await _sent_since(connection, channel, customer_id, at - HOUR, most_an_hour) < most_an_hour:
        return True
    await _note(connection, channel, customer_id, at, dismissed=1)
    return False


async def too_fast(connection: AsyncConnection, row: InboxRow, most_a_minute: int) -> bool:
    """Whether the customer had sent more than `most_a_minute` (0: any number) within the minute
    before this row, the row included."""
    incoming = row.incoming
    if not most_a_minute:
        return False
    before = row.received_at - MINUTE
    sent = await _sent_since(
        connection,
        incoming.channel,
        incoming.customer.external_id,
        before,
        most_a_minute + 1,
        upto=row.id,
    )
    return sent > most_a_minute


async def may_tell(
    connection: AsyncConnection, channel: str, customer_id: str, at: datetime
) -> bool:
    """Whether the customer may be told now that they write too fast; it is noted as told."""
    query = select(floods.c.told_at).where(
        floods.c.channel == channel, floods.c.customer_id == customer_id
    )
    told = await connection.scalar(query)
    if told is not None and at - TOLD_AGAIN < told <= at:
        return False
    await _note(connection, channel, customer_id, at, told_at=at)
    return True


async def _sent_since(
    connection: AsyncConnection,
    channel: str,
    customer_id: str,
    since: datetime,
    most: int,
    upto: int | None = None,
) -> int:
    """How many rows of the inbox are theirs, counted up to `most`."""
    theirs = select(inbox.c.id).where(
        inbox.c.channel == channel,
        inbox.c.customer_id == customer_id,
        inbox.c.received_at > since,
    )
    if upto is not None:
        theirs = theirs.where(inbox.c.id <= upto)
    counted = select(func.count()).select_from(theirs.limit(most).subquery())
    return int(await connection.scalar(counted) or 0)


async def _note(
    connection: AsyncConnection,
    channel: str,
    customer_id: str,
    at: datetime,
    *,
    dismissed: int = 0,
    told_at: datetime | None = None,
) -> None:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    values = {"at": at, "told_at": told_at, "dismissed": dismissed}
    adding = insert(floods).values(channel=channel, customer_id=customer_id, **values)
    changed = {"at": at, "dismissed": floods.c.dismissed + dismissed}
    if told_at is not None:
        changed["told_at"] = told_at
    await connection.execute(
        adding.on_conflict_do_update(index_elements=["channel", "customer_id"], set_=changed)
    )
