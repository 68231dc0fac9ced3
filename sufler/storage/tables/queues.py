"""Queues, what operators are doing, and staff's notes about conversations."""

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
    false,
)

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText

# One row for each queue that was set up; its rules are read and written as a whole.
queues = Table(
    "queues",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("body", JSON, nullable=False),
    Column("created_at", AwareTime, nullable=False),
)

# What a person chose to be doing, and what they can do. Without a row: online, no skills.
operators = Table(
    "operators",
    metadata,
    Column("person_id", String(80), primary_key=True),
    Column("status", String(10), nullable=False),
    Column("status_at", AwareTime, nullable=False),
    Column("skills", JSON, nullable=False),
    Column("capacity", Integer, nullable=True),
)

notes = Table(
    "notes",
    metadata,
    Column(
        "id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    ),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("at", AwareTime, nullable=False),
    Column("by", String(80), nullable=False),
    Column("by_name", CleanText, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("whisper", Boolean, nullable=False, server_default=false()),
    Index("ix_notes_conversation_id", "conversation_id"),
    sqlite_autoincrement=True,
)
