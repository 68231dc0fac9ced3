"""What operators work with: drafts, templates, and what is known of customers."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText

_ID = BigInteger().with_variant(Integer, "sqlite")

# One reply under way for each operator and conversation. `revision` never comes twice, also after
# the draft was removed: a tab that did not hear of it cannot bring an old text back.
drafts = Table(
    "drafts",
    metadata,
    Column("operator_id", String(80), primary_key=True),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), primary_key=True),
    Column("text", CleanText, nullable=False),
    Column("quotes", String(200), nullable=True),
    Column("quoted", CleanText, nullable=False),
    Column("attachments", JSON, nullable=False),
    Column("used", JSON(none_as_null=True), nullable=True),
    Column("revision", BigInteger, nullable=False),
    Column("at", AwareTime, nullable=False),
    Index("ix_drafts_conversation_id", "conversation_id"),
    Index("ix_drafts_at", "at"),
)

templates = Table(
    "templates",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("title", CleanText, nullable=False),
    Column("shortcut", String(40), nullable=False),
    Column("text", CleanText, nullable=False),
    Column("sharing", String(10), nullable=False),
    Column("owner_id", String(80), nullable=False),
    Column("queue_id", String(64), nullable=True),
    Column("uses", Integer, nullable=False),
    Column("updated_at", AwareTime, nullable=False),
    sqlite_autoincrement=True,
)

# The fields that every customer's card has.
customer_fields = Table(
    "customer_fields",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("name", JSON, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("choices", JSON, nullable=False),
    Column("place", Integer, nullable=False),
)

customer_notes = Table(
    "customer_notes",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("channel", String(20), nullable=False),
    Column("customer_id", String(200), nullable=False),
    Column("at", AwareTime, nullable=False),
    Column("by", String(80), nullable=False),
    Column("by_name", CleanText, nullable=False),
    Column("text", CleanText, nullable=False),
    Index("ix_customer_notes_channel_customer_id", "channel", "customer_id"),
    sqlite_autoincrement=True,
)
