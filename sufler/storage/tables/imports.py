"""Import runs, sources that are imported again, and what each source gave the last time."""

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
    Text,
)

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText

_BIG = BigInteger().with_variant(Integer, "sqlite")

sources = Table(
    "sources",
    metadata,
    Column("id", _BIG, primary_key=True, autoincrement=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("address", CleanText, nullable=False),
    Column("schedule", String(40), nullable=False),
    Column("language", String(5), nullable=True),
    Column("topic", String(300), nullable=True),
    Column("vanished", String(20), nullable=False),
    Column("created_by", CleanText, nullable=False),
    Column("created_at", AwareTime, nullable=False),
    Column("next_run_at", AwareTime, nullable=True, index=True),
    sqlite_autoincrement=True,
)

imports = Table(
    "imports",
    metadata,
    Column("id", _BIG, primary_key=True, autoincrement=True),
    Column("source_id", _BIG, nullable=True),
    Column("source", CleanText, nullable=False),
    Column("author", CleanText, nullable=False),
    Column("started_at", AwareTime, nullable=False),
    Column("finished_at", AwareTime, nullable=True),
    Column("counts", JSON, nullable=False),
    Column("errors", JSON, nullable=False),
    Column("undone_at", AwareTime, nullable=True),
    Column("undone_by", CleanText, nullable=True),
    Index("ix_imports_source_id_id", "source_id", "id"),
    sqlite_autoincrement=True,
)

# A page of a source as it was last read: what a conditional request needs, and what went wrong.
source_pages = Table(
    "source_pages",
    metadata,
    Column("source_id", _BIG, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("url", Text, nullable=False),
    Column("etag", String(300), nullable=True),
    Column("modified", String(100), nullable=True),
    Column("error", CleanText, nullable=True),
    Column("read_at", AwareTime, nullable=True),
)

# An article that a source gave: `digest` of what it gave, and the revision that made of it. Where
# the stored article is at another revision, a person has changed it since.
source_articles = Table(
    "source_articles",
    metadata,
    Column("source_id", _BIG, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("article_id", String(300), primary_key=True),
    Column("page", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("gone", Boolean, nullable=False),
)
