"""Files that customers sent; their bytes lie in the data folder, at `path`."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText

# `conversation_id` is null until a message has brought the file into one. `path` is relative to
# the folder of files, so that the data folder can be moved. `source` is where the channel has the
# bytes, while they are not here: it is asked again at `source_at`, and never when that is null.
files = Table(
    "files",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("customer_id", String(200), nullable=False),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=True),
    Column("kind", String(20), nullable=False),
    Column("name", CleanText, nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("path", String(200), nullable=False),
    Column("created_at", AwareTime, nullable=False),
    Column("source", String(300), nullable=True),
    Column("source_tries", Integer, nullable=False, server_default="0"),
    Column("source_at", AwareTime, nullable=True),
    Index("ix_files_channel_customer_id", "channel", "customer_id"),
    Index("ix_files_conversation_id_created_at", "conversation_id", "created_at"),
    Index("ix_files_source_at", "source_at"),
)
