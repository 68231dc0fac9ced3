"""What several processes share: who holds which right, and until when."""

from sqlalchemy import Column, String, Table

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime

# `until` is by the database's clock; `holder` is a `process_name` with something of its own.
leases = Table(
    "leases",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("holder", String(200), nullable=False),
    Column("until", AwareTime, nullable=False),
)
