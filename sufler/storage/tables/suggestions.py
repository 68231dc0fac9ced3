"""Suggestions as they were offered, and what people did with them."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    false,
)

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText

# `conversation_id` may be a foreign desk's own, so it refers to no table of ours.
suggestions = Table(
    "suggestions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation_id", CleanText, nullable=True),
    Column("text", CleanText, nullable=False),
    Column("language", String(5), nullable=False),
    Column("turn_kind", String(20), nullable=False),
    Column("items", JSON, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("took_ms", Float, nullable=False),
    Column("at", AwareTime, nullable=False),
    # What the bot would have done, where the API asked; a conversation's decisions are its events.
    Column("decision", JSON, nullable=True),
    # Drawn for a check: nobody may see anything of it. See tables/accuracy.py.
    Column("hidden", Boolean, nullable=False, server_default=false()),
    Index("ix_suggestions_at", "at"),
)

# What is to teach has a `state`, and is a lesson from `due_at` on.
feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("suggestion_id", String(64), ForeignKey("suggestions.id"), nullable=False, index=True),
    Column("action", String(20), nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", AwareTime, nullable=False),
    Column("article_id", String(300), nullable=True),
    Column("final_text", CleanText, nullable=True),
    Column("reason", CleanText, nullable=True),
    Column("conversation_id", CleanText, nullable=True),
    Column("message_id", BigInteger().with_variant(Integer, "sqlite"), nullable=True),
    Column("found", Boolean, nullable=False, server_default=false()),
    Column("due_at", AwareTime, nullable=True),
    Column("state", String(20), nullable=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("use", String(20), nullable=True),
    Column("why", CleanText, nullable=True),
    Column("corrected_by", CleanText, nullable=True),
    Index("ix_feedback_state_due_at", "state", "due_at"),
    Index("ix_feedback_message_id", "message_id"),
    Index("ix_feedback_conversation_id", "conversation_id"),
)
