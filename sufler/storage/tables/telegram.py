"""What Telegram needs to remember: groups that moved, business accounts."""

from sqlalchemy import BigInteger, Boolean, Column, String, Table

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText

# A group that becomes a supergroup gets another id; its members' conversations keep the old one.
moves = Table(
    "telegram_moves",
    metadata,
    Column("old_chat", BigInteger, primary_key=True, autoincrement=False),
    Column("new_chat", BigInteger, nullable=False),
)

connections = Table(
    "telegram_connections",
    metadata,
    Column("id", String(150), primary_key=True),
    Column("owner", CleanText, nullable=False),
    Column("may_reply", Boolean, nullable=False),
    Column("changed_at", AwareTime, nullable=False),
)
