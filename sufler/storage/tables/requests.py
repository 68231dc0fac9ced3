"""Requests of the API that carry a key of their own, and what was answered."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, LargeBinary, String, Table

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime

# `name`: SHA-256 of caller, method, path and key; `fingerprint`: of what was sent. `done`: what was
# asked for is stored; `status`, `headers`, `body`: the answer, once it is kept.
requests = Table(
    "requests",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("holder", String(32), nullable=False),
    Column("until", AwareTime, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("status", Integer, nullable=True),
    Column("headers", JSON, nullable=True),
    Column("body", LargeBinary, nullable=True),
    Column("at", AwareTime, nullable=False),
    Index("ix_requests_at", "at"),
)
