"""What was learned from operators, what waits for an editor, golden questions, refits."""

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
)

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText


def _id() -> Column[int]:
    big = BigInteger().with_variant(Integer, "sqlite")
    return Column("id", big, primary_key=True, autoincrement=True)


# Wordings that serve (or do not) beside those in an article's body. Never rewritten into it.
learned = Table(
    "learned",
    metadata,
    _id(),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("article_id", String(300), nullable=False),
    Column("text", CleanText, nullable=False),
    Column("language", String(5), nullable=False),
    Column("weight", Float, nullable=False),
    Column("by", CleanText, nullable=False),
    Column("at", AwareTime, nullable=False),
    Column("why", CleanText, nullable=False),
    Column("lesson_id", Integer, nullable=True),
    Column("conversation_id", CleanText, nullable=True),
    Column("confirmed_by", CleanText, nullable=True),
    # The lesson that gave it full weight: taken back, it takes the weight along.
    Column("confirmed_in", Integer, nullable=True),
    Column("changed_at", AwareTime, nullable=True),
    Index("ix_learned_article_id_state", "article_id", "state"),
    Index("ix_learned_kind_state", "kind", "state"),
    Index("ix_learned_at", "at"),
    Index("ix_learned_conversation_id", "conversation_id"),
    Index("ix_learned_lesson_id", "lesson_id"),
    Index("ix_learned_confirmed_in", "confirmed_in"),
    sqlite_autoincrement=True,
)

# From which knowledge version until before which one each of them served, and at what weight:
# any past version can be rebuilt.
learned_spans = Table(
    "learned_spans",
    metadata,
    Column(
        "learned_id",
        BigInteger().with_variant(Integer, "sqlite"),
        ForeignKey("learned.id"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("added", BigInteger, primary_key=True, autoincrement=False),
    Column("retired", BigInteger, nullable=True),
    Column("weight", Float, nullable=False),
)

proposals = Table(
    "proposals",
    metadata,
    _id(),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("article_id", String(300), nullable=True),
    Column("question", CleanText, nullable=False),
    Column("language", String(5), nullable=False),
    Column("before", CleanText, nullable=False),
    Column("after", CleanText, nullable=False),
    Column("base_revision", Integer, nullable=False),
    Column("by", CleanText, nullable=False),
    Column("at", AwareTime, nullable=False),
    Column("lesson_id", Integer, nullable=True),
    Column("conversation_id", CleanText, nullable=True),
    Column("decided_by", CleanText, nullable=True),
    Column("decided_at", AwareTime, nullable=True),
    Column("count", Integer, nullable=False),
    # Of an article proposed from history: further questions that it answers, masked.
    Column("phrasings", JSON(none_as_null=True), nullable=True),
    Index("ix_proposals_state_at", "state", "at"),
    Index("ix_proposals_article_id", "article_id"),
    Index("ix_proposals_conversation_id", "conversation_id"),
    sqlite_autoincrement=True,
)

golden = Table(
    "golden",
    metadata,
    _id(),
    Column("text", CleanText, nullable=False),
    Column("language", String(5), nullable=False),
    Column("article_id", String(300), nullable=False, index=True),
    Column("by", CleanText, nullable=False),
    Column("at", AwareTime, nullable=False),
    Column("conversation_id", CleanText, nullable=True, index=True),
    sqlite_autoincrement=True,
)

# Heads that were trained: whether each was taken, and what spoke against it. Flips name articles
# and golden questions by id, and hold nobody's words.
refits = Table(
    "refits",
    metadata,
    _id(),
    Column("at", AwareTime, nullable=False, index=True),
    Column("knowledge", BigInteger, nullable=False),
    Column("head", String(80), nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("flips", JSON, nullable=False),
    Column("quarantined", JSON, nullable=False),
    sqlite_autoincrement=True,
)

# Articles whose facts an approved proposal changed: the bot does not send them by itself until an
# administrator has vouched for them.
clearances = Table(
    "clearances",
    metadata,
    Column("article_id", String(300), primary_key=True),
    Column("since", AwareTime, nullable=False),
    Column("by", CleanText, nullable=False),
    Column("proposal_id", BigInteger, nullable=True),
)
