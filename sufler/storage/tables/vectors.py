"""Vectors by content hash and model, and trained heads with their arrays."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime

# `vector`: little-endian float32, `dimension` of them.
vectors = Table(
    "vectors",
    metadata,
    Column("model_id", String(200), primary_key=True),
    Column("content_hash", String(64), primary_key=True),
    Column("dimension", Integer, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)

# `sha256` is of `meta` (JSON) with the names and checksums of the arrays: it shows a missing one.
heads = Table(
    "heads",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("head_id", String(200), nullable=False, unique=True),
    Column("model_id", String(200), nullable=False),
    Column("meta", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("created_at", AwareTime, nullable=False),
    Index("ix_heads_model_id_id", "model_id", "id"),
)

# `data` is a .npy file; `sha256` is of it.
head_arrays = Table(
    "head_arrays",
    metadata,
    Column("head", Integer, ForeignKey("heads.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("data", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
)
