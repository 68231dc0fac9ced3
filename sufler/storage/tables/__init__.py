"""Every table, over one `metadata`. Importing this package is what makes the metadata whole."""

from sufler.storage.tables import knowledge, people, vectors
from sufler.storage.tables.base import metadata

__all__ = ["knowledge", "metadata", "people", "vectors"]
