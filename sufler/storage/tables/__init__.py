"""Every table, over one `metadata`. Importing this package is what makes the metadata whole."""

from sufler.storage.tables import (
    administration,
    conversations,
    customers,
    files,
    imports,
    knowledge,
    people,
    processes,
    queues,
    requests,
    suggestions,
    telegram,
    vectors,
)
from sufler.storage.tables.base import metadata

__all__ = [
    "administration",
    "conversations",
    "customers",
    "files",
    "imports",
    "knowledge",
    "metadata",
    "people",
    "processes",
    "queues",
    "requests",
    "suggestions",
    "telegram",
    "vectors",
]
