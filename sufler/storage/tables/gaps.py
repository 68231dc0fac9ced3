"""What the base lacks: gaps, the turns in each, and when was looked for them."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText

_ID = BigInteger().with_variant(Integer, "sqlite")

# `article_id`: of a missing phrasing the article that was meant; of a missing article the draft
# that was made of it. `question_id`, `reply_id`: the turns (suggestions' ids) with the most central
# question and the best reply. A gap holds nobody's words: those are read from its turns.
gaps = Table(
    "gaps",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("language", String(5), nullable=False),
    Column("article_id", String(300), nullable=True),
    Column("at", AwareTime, nullable=False),
    Column("changed_at", AwareTime, nullable=True),
    Column("changed_by", CleanText, nullable=True),
    Column("question_id", String(64), nullable=False),
    Column("reply_id", String(64), nullable=True),
    sqlite_autoincrement=True,
)

# One turn is in one gap. `waited_s`: how long the customer waited for a person's reply; null where
# none came, or the conversation is a foreign desk's.
gap_turns = Table(
    "gap_turns",
    metadata,
    Column(
        "suggestion_id",
        String(64),
        ForeignKey("suggestions.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("gap_id", _ID, ForeignKey("gaps.id", ondelete="CASCADE"), nullable=False),
    Column("lack", String(20), nullable=False),
    Column("at", AwareTime, nullable=False),
    Column("waited_s", Float, nullable=True),
    Index("ix_gap_turns_gap_id_at", "gap_id", "at"),
)

gap_looks = Table(
    "gap_looks",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("at", AwareTime, nullable=False, index=True),
    Column("by", CleanText, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("gaps", Integer, nullable=False),
    sqlite_autoincrement=True,
)
