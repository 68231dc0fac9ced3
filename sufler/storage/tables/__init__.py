"""Every table, over one `metadata`. Importing this package is what makes the metadata whole."""

from sufler.storage.tables import (
    administration,
    alerts,
    conversations,
    customers,
    desk,
    files,
    imports,
    knowledge,
    learning,
    people,
    processes,
    queues,
    requests,
    suggestions,
    telegram,
    vectors,
    webhooks,
)
from sufler.storage.tables.base import metadata

__all__ = [
    "administration",
    "alerts",
    "conversations",
    "customers",
    "desk",
    "files",
    "imports",
    "knowledge",
    "learning",
    "metadata",
    "people",
    "processes",
    "queues",
    "requests",
    "suggestions",
    "telegram",
    "vectors",
    "webhooks",
]
