"""Every table, over one `metadata`. Importing this package is what makes the metadata whole."""

from sufler.storage.tables import conversations, knowledge, people, suggestions, vectors
from sufler.storage.tables.base import metadata

__all__ = ["conversations", "knowledge", "metadata", "people", "suggestions", "vectors"]
