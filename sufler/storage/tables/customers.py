"""Who is banned, who writes too fast, and files that are still to be removed from the disk."""

from sqlalchemy import Column, Integer, String, Table

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText

# Without `until` it is for good. `dismissed`: how many messages were not taken since.
bans = Table(
    "bans",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("customer_id", String(200), primary_key=True),
    Column("at", AwareTime, nullable=False),
    Column("until", AwareTime, nullable=True),
    Column("by", String(80), nullable=False),
    Column("by_name", CleanText, nullable=False),
    Column("reason", CleanText, nullable=False),
    Column("dismissed", Integer, nullable=False),
)

# Customers who wrote too fast: when they were told so last, and how much was not taken.
floods = Table(
    "floods",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("customer_id", String(200), primary_key=True),
    Column("at", AwareTime, nullable=False),
    Column("told_at", AwareTime, nullable=True),
    Column("dismissed", Integer, nullable=False),
)

# Files whose rows are gone, by their path below the folder of files: a process that dies between
# its transaction and the disk leaves them to the next one.
removals = Table(
    "removals",
    metadata,
    Column("path", String(200), primary_key=True),
    Column("at", AwareTime, nullable=False),
)
