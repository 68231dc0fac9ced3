"""Events from outside, and customers' consents to be written to first."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText

_ID = BigInteger().with_variant(Integer, "sqlite")

# `key` is the hash of the sender's id: it stays when all else is emptied, so that no event starts
# anything twice, however old it is.
outside_events = Table(
    "outside_events",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("event_id", String(200), nullable=False),
    Column("type", String(30), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("customer_id", String(200), nullable=False),
    Column("data", JSON(none_as_null=True), nullable=True),
    Column("at", AwareTime, nullable=False),
    Column("by", String(80), nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", String(30), nullable=False),
    Column("due_at", AwareTime, nullable=True),
    Column("decided_at", AwareTime, nullable=True),
    Column("flow", String(30), nullable=False),
    Column("run_id", String(32), nullable=True),
    Column("conversation_id", String(64), nullable=True),
    Index("ix_outside_events_channel_customer_id", "channel", "customer_id"),
    Index("ix_outside_events_conversation_id", "conversation_id"),
    Index("ix_outside_events_due_at", "due_at"),
)

# The newest of a customer counts; those before it are the history.
consents = Table(
    "consents",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("channel", String(20), nullable=False),
    Column("customer_id", String(200), nullable=False),
    Column("given", Boolean, nullable=False),
    Column("at", AwareTime, nullable=False),
    Column("by", String(80), nullable=False),
    Column("how", CleanText, nullable=False),
    Index("ix_consents_channel_customer_id", "channel", "customer_id", "id"),
    sqlite_autoincrement=True,
)
