"""Conversations and their episodes, messages, the inbox, the log of decisions, and presence."""

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
    UniqueConstraint,
    false,
)

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText

_ID = BigInteger().with_variant(Integer, "sqlite")


conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("customer_id", String(200), nullable=False),
    Column("customer_name", CleanText, nullable=False),
    Column("customer_first_name", CleanText, nullable=False),
    Column("customer_language", String(5), nullable=True),
    Column("owner", String(20), nullable=False),
    Column("operator_id", String(64), nullable=True),
    Column("language", String(5), nullable=False),
    Column("created_at", AwareTime, nullable=False),
    Column("updated_at", AwareTime, nullable=False),
    Column("episode", Integer, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("ticket", BigInteger, nullable=False),
    Column("waiting_since", AwareTime, nullable=True),
    Column("suggestion_id", String(64), nullable=True),
    Column("hand_off_reason", String(40), nullable=True),
    Column("last_article_id", String(300), nullable=True),
    Column("changes", Integer, nullable=False, server_default="0"),
    Column("misses", Integer, nullable=False, server_default="0"),
    Column("reach", String(10), nullable=False, server_default="open"),
    Column("turn_due_at", AwareTime, nullable=True),
    Column("turn_since", AwareTime, nullable=True),
    Column("turn_attempts", Integer, nullable=False, server_default="0"),
    Column("queue_id", String(64), nullable=True),
    Column("previous_operator_id", String(64), nullable=True),
    Column("owned_since", AwareTime, nullable=True),
    Column("unanswered_since", AwareTime, nullable=True),
    Column("customer_at", AwareTime, nullable=True),
    Column("operator_at", AwareTime, nullable=True),
    Column("warned_at", AwareTime, nullable=True),
    Column("escalated", Integer, nullable=False, server_default="0"),
    Column("told", String(20), nullable=True),
    # The customer's card: a conversation is all talk with one customer. `given` by field key.
    Column("tags", JSON(none_as_null=True), nullable=True),
    Column("given", JSON(none_as_null=True), nullable=True),
    Column("card_revision", Integer, nullable=False, server_default="0"),
    UniqueConstraint("channel", "customer_id"),
    Index("ix_conversations_owner_waiting_since", "owner", "waiting_since"),
    Index("ix_conversations_operator_id", "operator_id"),
    Index("ix_conversations_updated_at", "updated_at"),
    Index("ix_conversations_turn_due_at", "turn_due_at"),
    Index("ix_conversations_owner_customer_at", "owner", "customer_at"),
)

# The id is the ticket's number: the database counts, so two workers never give one number twice.
episodes = Table(
    "episodes",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("opened_at", AwareTime, nullable=False),
    Column("closed_at", AwareTime, nullable=True),
    UniqueConstraint("conversation_id", "number"),
    sqlite_autoincrement=True,
)

# `state` is null for what a customer wrote, and such a row names the inbox row it came from once;
# it is `open` until a decision was made about it.
messages = Table(
    "messages",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("author", String(20), nullable=False),
    Column("author_name", CleanText, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("buttons", JSON, nullable=False),
    Column("at", AwareTime, nullable=False),
    Column("state", String(20), nullable=True),
    Column("error", CleanText, nullable=True),
    Column("attempts", Integer, nullable=False),
    Column("next_at", AwareTime, nullable=True),
    Column("external_id", String(200), nullable=True),
    Column("suggestion_id", String(64), nullable=True),
    Column("inbox_id", _ID, nullable=True, unique=True),
    Column("attachments", JSON(none_as_null=True), nullable=True),
    Column("kind", String(20), nullable=True),
    Column("button", String(200), nullable=True),
    Column("quotes", String(200), nullable=True),
    Column("low", Boolean, nullable=False, server_default=false()),
    Column("open", Boolean, nullable=False, server_default=false()),
    # Of a customer's message: drawn evenly from 0..1 when it arrived. See tables/accuracy.py.
    Column("u", Float, nullable=True),
    Column("edited_at", AwareTime, nullable=True),
    Column("edit_state", String(20), nullable=True),
    Column("author_id", String(80), nullable=True),
    # Of a reply that may still be taken back: since when the customer had waited for one.
    Column("unanswered_before", AwareTime, nullable=True),
    Index("ix_messages_conversation_id_id", "conversation_id", "id"),
    Index("ix_messages_conversation_id_external_id", "conversation_id", "external_id"),
    Index("ix_messages_state_id", "state", "id"),
    Index("ix_messages_conversation_id_edited_at", "conversation_id", "edited_at"),
    sqlite_autoincrement=True,
)

# What an edited message said before, and until when.
message_versions = Table(
    "message_versions",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("message_id", _ID, ForeignKey("messages.id"), nullable=False),
    Column("text", CleanText, nullable=False),
    Column("until", AwareTime, nullable=False),
    Index("ix_message_versions_message_id", "message_id"),
    sqlite_autoincrement=True,
)

# Where automatic answers are stopped: "all", "topic:…" or "conversation:…".
stops = Table(
    "stops",
    metadata,
    Column("scope", String(320), primary_key=True),
    Column("by", String(80), nullable=False),
    Column("reason", CleanText, nullable=False),
    Column("at", AwareTime, nullable=False),
)

# `state`: new · done · failed. The unique key is what makes a message be received once. Who works
# on a row has claimed it; `claimed_until` is by the database's clock.
inbox = Table(
    "inbox",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("channel", String(20), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("customer_id", String(200), nullable=False),
    Column("body", JSON, nullable=False),
    Column("received_at", AwareTime, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", AwareTime, nullable=True),
    Column("error", CleanText, nullable=True),
    Column("done_at", AwareTime, nullable=True),
    Column("claimed_by", String(200), nullable=True),
    Column("claimed_until", AwareTime, nullable=True),
    UniqueConstraint("channel", "external_id"),
    Index("ix_inbox_state_id", "state", "id"),
    Index("ix_inbox_channel_customer_id_received_at", "channel", "customer_id", "received_at"),
    sqlite_autoincrement=True,
)

# Every decision and every change of owner, with what it was made from.
events = Table(
    "events",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("episode", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("body", JSON, nullable=False),
    Column("suggestion_id", String(64), nullable=True),
    Column("by", String(80), nullable=True),
    Column("at", AwareTime, nullable=False),
    Column("queue_id", String(64), nullable=True),
    Index("ix_events_conversation_id_kind_id", "conversation_id", "kind", "id"),
    Index("ix_events_queue_id_kind_id", "queue_id", "kind", "id"),
    sqlite_autoincrement=True,
)

# When each operator's desk was last seen open; in the database, because `serve` and `chat` are
# two processes.
presence = Table(
    "presence",
    metadata,
    Column("caller_id", String(80), primary_key=True),
    Column("seen_at", AwareTime, nullable=False),
)
