"""Operators' own chats, and what they were told there."""

from sqlalchemy import (
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
)

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText

# One row for each person who ever opened the page of their alerts. Of a code only its SHA-256 is
# kept; it stays after its use, without `code_until`, to know it when it comes once more.
alert_links = Table(
    "alert_links",
    metadata,
    Column("person_id", String(64), ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("chat_id", String(40), nullable=True, unique=True),
    Column("chat_name", CleanText, nullable=False),
    Column("language", String(5), nullable=False),
    Column("linked_at", AwareTime, nullable=True),
    Column("broken", CleanText, nullable=True),
    Column("code_hash", String(64), nullable=True, unique=True),
    Column("code_until", AwareTime, nullable=True),
    Column("quiet_from", Integer, nullable=True),
    Column("quiet_to", Integer, nullable=True),
    Column("quiet_zone", String(64), nullable=True),
    Column("looked_at", AwareTime, nullable=True),
    Column("desk_quiet", Boolean, nullable=False, server_default=false()),
)

# The unique key is what makes a person be told once. Nothing of the customer's is in it: the words
# are made when it is sent. `state`: pending · sending · sent · failed · unknown · dropped.
alerts = Table(
    "alerts",
    metadata,
    Column(
        "id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    ),
    Column("person_id", String(64), ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("level", Integer, nullable=False),
    Column("since", AwareTime, nullable=False),
    Column("made_at", AwareTime, nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", AwareTime, nullable=False),
    Column("error", CleanText, nullable=True),
    UniqueConstraint("person_id", "conversation_id", "kind", "level", "since"),
    Index("ix_alerts_state_next_at", "state", "next_at"),
    Index("ix_alerts_conversation_id", "conversation_id"),
    sqlite_autoincrement=True,
)
