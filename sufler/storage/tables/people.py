"""Staff, their sessions and tries to log in, and the keys of machines."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText

people = Table(
    "people",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("login", String(100), nullable=False, unique=True),
    Column("name", CleanText, nullable=False),
    Column("role", String(20), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("password_hash", String(300), nullable=False),
    Column("created_at", AwareTime, nullable=False),
    Column("seen_at", AwareTime, nullable=True),
)

# Only a SHA-256 of the token is kept: a stolen database opens no session.
sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column(
        "person_id",
        String(64),
        ForeignKey("people.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("created_at", AwareTime, nullable=False),
    Column("expires_at", AwareTime, nullable=False, index=True),
    Column("seen_at", AwareTime, nullable=True),
    Column("client", String(200), nullable=True),
)

# Tries to log in that did not succeed; `bucket` is a hash of "login …" or "client …".
login_tries = Table(
    "login_tries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("bucket", String(64), nullable=False),
    Column("at", AwareTime, nullable=False),
    Index("ix_login_tries_bucket_at", "bucket", "at"),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", CleanText, nullable=False),
    Column("scope", String(20), nullable=False),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column(
        "person_id",
        String(64),
        ForeignKey("people.id", ondelete="CASCADE"),
        nullable=True,
        index=True,
    ),
    Column("created_at", AwareTime, nullable=False),
    Column("revoked_at", AwareTime, nullable=True),
    Column("used_at", AwareTime, nullable=True),
)
