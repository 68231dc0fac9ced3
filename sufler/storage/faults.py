"""What a database's own error means in words, and how to mend it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sufler.domain.errors import StorageUnavailable

# What SQLite says (a part of it, lower case) → what we say.
_WORDS: tuple[tuple[str, str], ...] = (
    (
        "database or disk is full",
        "the disk with the database is full; free some space: nothing was half-written",
    ),
    (
        "readonly database",
        "the database is read-only; check the rights of its file and folder, "
        "or remove mode=ro from SUFLER_DATABASE_URL",
    ),
    (
        "locked",
        "the database is locked by another program; wait until it ends, or end it "
        "(a second `sufler serve`, an import, a backup)",
    ),
    (
        "unable to open",
        "the database file cannot be opened; check that its folder exists and may be written",
    ),
    (
        "disk i/o error",
        "reading or writing the database file failed (disk I/O error); check the disk, "
        "and that the file was not moved or deleted",
    ),
    (
        "malformed",
        "the database file is damaged; restore it from a backup "
        "(`sqlite3 FILE .recover` saves what can be read)",
    ),
    (
        "file is not a database",
        "the database file is not an SQLite database; check SUFLER_DATABASE_URL",
    ),
    (
        "no such table",
        "the database has no tables of Sufler yet; start `sufler serve` once to make them",
    ),
)


def explained(error: BaseException) -> StorageUnavailable | None:
    """`error` in words, or None when it is not about the database being unavailable."""
    if isinstance(error, PoolTimeout):
        return StorageUnavailable("the database is too busy: no connection came free in time")
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.DatabaseError):
        said = str(original).lower()
        for part, words in _WORDS:
            if part in said:
                return StorageUnavailable(words)
        return None
    if isinstance(error, DBAPIError) and (
        error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    ):
        return StorageUnavailable("the database does not answer; check that it is running")
    return None


@contextmanager
def faults_explained() -> Iterator[None]:
    """Within it, a database that cannot be read or written raises StorageUnavailable."""
    try:
        yield
    except (DBAPIError, PoolTimeout, sqlite3.DatabaseError) as error:
        words = explained(error)
        if words is None:
            raise
        raise words from error
