"""Flows' versions, the runs of flows in conversations, and the requests that they create."""

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
    false,
    text,
)

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText

_ID = BigInteger().with_variant(Integer, "sqlite")

# `number` counts published versions from 1; 0 is the draft.
flow_versions = Table(
    "flow_versions",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("name", String(30), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("text", CleanText, nullable=False),
    Column("by", CleanText, nullable=False),
    Column("at", AwareTime, nullable=False),
    UniqueConstraint("name", "number"),
    sqlite_autoincrement=True,
)

# `begun_at`: a call was begun then, and what came of it is not written down yet.
flow_runs = Table(
    "flow_runs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("episode", Integer, nullable=False),
    Column("flow", String(30), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", JSON, nullable=False),
    Column("step", String(30), nullable=False),
    Column("waiting", String(10), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("calling", JSON, nullable=True),
    Column("begun_at", AwareTime, nullable=True),
    Column("claimed_until", AwareTime, nullable=True),
    Column("remind_at", AwareTime, nullable=True),
    Column("reminded", Boolean, nullable=False, server_default=false()),
    Column("parked", Boolean, nullable=False, server_default=false()),
    Column("path", JSON, nullable=False),
    Column("started_at", AwareTime, nullable=False),
    Column("changed_at", AwareTime, nullable=False),
    Index("ix_flow_runs_conversation_id", "conversation_id"),
    Index("ix_flow_runs_flow", "flow", "started_at"),
    Index(
        "uq_flow_runs_going_on",
        "conversation_id",
        unique=True,
        sqlite_where=text("outcome = ''"),
        postgresql_where=text("outcome = ''"),
    ),
    Index(
        "ix_flow_runs_calling",
        "waiting",
        sqlite_where=text("outcome = '' AND waiting IN ('call', 'request')"),
        postgresql_where=text("outcome = '' AND waiting IN ('call', 'request')"),
    ),
    Index("ix_flow_runs_remind_at", "remind_at"),
)

customer_requests = Table(
    "customer_requests",
    metadata,
    Column("number", _ID, primary_key=True, autoincrement=True),
    Column("key", String(120), nullable=False, unique=True),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("title", CleanText, nullable=False),
    Column("fields", JSON, nullable=False),
    Column("created_at", AwareTime, nullable=False),
    Column("done_at", AwareTime, nullable=True),
    Column("done_by", CleanText, nullable=True),
    Index("ix_customer_requests_conversation_id", "conversation_id"),
    Index("ix_customer_requests_done_at", "done_at", "number"),
    sqlite_autoincrement=True,
)
