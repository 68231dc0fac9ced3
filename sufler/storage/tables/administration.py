"""What administrators set on pages, and the log of their acts."""

from sqlalchemy import JSON, BigInteger, Column, Integer, String, Table

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText

# One row for each chosen thing; without a row, the environment's or the default is in force.
settings = Table(
    "settings",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("value", JSON, nullable=False),
    Column("changed_at", AwareTime, nullable=False),
    Column("author", String(80), nullable=False),
)

# Only ever added to. The name is kept too: a person may be renamed or removed later.
audit = Table(
    "audit",
    metadata,
    Column(
        "id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    ),
    Column("at", AwareTime, nullable=False),
    Column("by", String(80), nullable=False),
    Column("by_name", CleanText, nullable=False),
    Column("what", String(40), nullable=False),
    Column("subject", CleanText, nullable=False),
    Column("details", CleanText, nullable=False),
    sqlite_autoincrement=True,
)
