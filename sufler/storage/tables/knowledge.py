"""Articles, every revision of them, topics, and the log of knowledge versions."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table, Text

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText

topics = Table(
    "topics",
    metadata,
    Column("name", String(300), primary_key=True),
    Column("mode", String(20), nullable=False),
    Column("without_certificate", CleanText, nullable=True),
    Column("target", Float, nullable=False, server_default="0.95"),
    Column("bar", Float, nullable=True),
    Column("hold_s", Integer, nullable=False, server_default="0"),
    # When bad signals after its automatic answers last rose: the next thirty are all audited.
    Column("alarm_at", AwareTime, nullable=True),
)

# The newest state of each article. `body` is the JSON of `article_json.py`; `content_hash` is of
# it, so that an import can see what is unchanged without reading the bodies.
articles = Table(
    "articles",
    metadata,
    Column("id", String(300), primary_key=True),
    Column("topic", String(300), nullable=False, index=True),
    Column("status", String(20), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("version", BigInteger, nullable=False, index=True),
    Column("content_hash", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("updated_at", AwareTime, nullable=False),
)

article_revisions = Table(
    "article_revisions",
    metadata,
    Column("article_id", String(300), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    Column("author", CleanText, nullable=False),
    Column("at", AwareTime, nullable=False),
    # The run of an import that wrote it; so a whole import can be taken back.
    Column("import_id", BigInteger().with_variant(Integer, "sqlite"), nullable=True, index=True),
)

# What each knowledge version changed: articles (with their new revision) or a topic.
knowledge_log = Table(
    "knowledge_log",
    metadata,
    Column(
        "id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    ),
    Column("version", BigInteger, nullable=False),
    Column("article_id", String(300), nullable=True),
    Column("revision", Integer, nullable=True),
    Column("topic", String(300), nullable=True),
    Column("author", CleanText, nullable=False),
    Column("at", AwareTime, nullable=False),
    Index("ix_knowledge_log_version", "version"),
    Index("ix_knowledge_log_article_id", "article_id"),
)

# One row: the newest knowledge version.
knowledge_state = Table(
    "knowledge_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
)
