"""The log that programs outside are told from, where they are told, and what came of it."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText

_BIG = BigInteger().with_variant(Integer, "sqlite")


def _about() -> list[Column]:  # type: ignore[type-arg]
    """What a row is about: names only, no text of anybody."""
    return [
        Column("kind", String(30), nullable=False),
        Column("conversation_id", String(200), nullable=True),
        Column("message_id", BigInteger, nullable=True),
        Column("suggestion_id", String(64), nullable=True),
        Column("caller_id", String(80), nullable=True),
        Column("facts", JSON, nullable=False),
        Column("at", AwareTime, nullable=False),
    ]


# Written in the transaction of what happened. On PostgreSQL a row with a smaller id may be
# committed later, so nobody reads on from here: `stream` gives each row its place.
happened = Table(
    "happened",
    metadata,
    Column("id", _BIG, primary_key=True, autoincrement=True),
    *_about(),
    Index("ix_happened_conversation_id", "conversation_id"),
    sqlite_autoincrement=True,
)

# Ids are given by one process at a time and are visible in their order.
stream = Table(
    "stream",
    metadata,
    Column("id", _BIG, primary_key=True, autoincrement=True),
    *_about(),
    Column("queue_id", String(64), nullable=True),
    Index("ix_stream_conversation_id_id", "conversation_id", "id"),
    Index("ix_stream_at", "at"),
    sqlite_autoincrement=True,
)

# `cursor`: up to this row of `stream` its deliveries exist.
webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("url", CleanText, nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("note", CleanText, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("secret", String(120), nullable=False),
    Column("old_secret", String(120), nullable=True),
    Column("old_secret_until", AwareTime, nullable=True),
    Column("cursor", BigInteger, nullable=False),
    Column("failing_since", AwareTime, nullable=True),
    Column("disabled_at", AwareTime, nullable=True),
    Column("disabled_why", CleanText, nullable=True),
    Column("created_at", AwareTime, nullable=False),
    Column("created_by", CleanText, nullable=False),
)

# `since`: its tries are counted from then. A test has no `event_id`.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _BIG, primary_key=True, autoincrement=True),
    Column("webhook_id", String(32), ForeignKey("webhooks.id"), nullable=False),
    Column("event_id", BigInteger, nullable=True),
    Column("kind", String(30), nullable=False),
    Column("conversation_id", String(200), nullable=True),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("since", AwareTime, nullable=False),
    Column("created_at", AwareTime, nullable=False),
    Column("next_at", AwareTime, nullable=True),
    Column("tried_at", AwareTime, nullable=True),
    Column("status", Integer, nullable=True),
    Column("error", CleanText, nullable=True),
    Column("answer", CleanText, nullable=True),
    Column("took_ms", Integer, nullable=True),
    UniqueConstraint("webhook_id", "event_id"),
    Index("ix_deliveries_webhook_id_state_id", "webhook_id", "state", "id"),
    Index("ix_deliveries_conversation_id", "conversation_id"),
    Index("ix_deliveries_created_at", "created_at"),
    sqlite_autoincrement=True,
)
