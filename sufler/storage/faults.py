"""What a database's own error means in words, and how to mend it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sufler.domain.errors import BadInput, StorageUnavailable, SuflerError

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

_AWAY = "the database server does not answer; check that it is running, and SUFLER_DATABASE_URL"
_NO_ENTRY = (
    "the database server refuses the login or the database of SUFLER_DATABASE_URL; "
    "check the name, the password, and that the database exists"
)
# PostgreSQL's SQLSTATE, or the first two characters of it → what we say.
_STATES: dict[str, str] = {
    "08": _AWAY,
    "28": _NO_ENTRY,
    "3D": _NO_ENTRY,
    "25006": "the database is read-only (a standby, or set so); let SUFLER_DATABASE_URL name "
    "the server that may be written to",
    "42501": "the database refuses us a right; make the role of SUFLER_DATABASE_URL the owner "
    "of its tables",
    "42P01": "the database has no tables of Sufler yet; start `sufler serve` once to make them",
    "53100": "the disk of the database server is full; free some space: nothing was half-written",
    "53300": "the database server has no connection left; raise its max_connections, "
    "or run fewer processes",
    "53": "the database server has not enough memory or disk; see its log",
    "57": "the database server is stopping, starting, or ended our connection; "
    "it is tried again until it answers",
    "58": "the database server has trouble with its disk; see its log",
    "XX": "the database server has an internal trouble; see its log",
    "40": "the database had to break off what two processes did at once; try again",
    "55P03": "the database is locked by another program; wait until it ends, or end it",
}
# What a value was that cannot be stored.
_VALUES: dict[str, str] = {
    "22000": "a value is too large, or holds a character that cannot be stored",
    "22001": "a value is too long to be stored",
    "22003": "a number is too large to be stored",
    "22021": "a text holds a character that cannot be stored",
    "22P05": "a text holds a character that cannot be stored",
}


def explained(error: BaseException) -> SuflerError | None:
    """`error` in words: StorageUnavailable, or BadInput for a value that cannot be stored; None
    when it is neither."""
    if isinstance(error, PoolTimeout):
        return StorageUnavailable("the database is too busy: no connection came free in time")
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.DatabaseError):
        said = str(original).lower()
        for part, words in _WORDS:
            if part in said:
                return StorageUnavailable(words)
        return None
    state = getattr(original, "sqlstate", None) or ""
    if state:
        if state in _VALUES:
            return BadInput(_VALUES[state])
        told = _STATES.get(state) or _STATES.get(state[:2])
        return None if told is None else StorageUnavailable(told)
    if isinstance(error, DBAPIError) and (
        error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    ):
        return StorageUnavailable(_AWAY)
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


@contextmanager
def connecting_explained() -> Iterator[None]:
    """The same while connecting, where a driver lets through what the system says."""
    try:
        with faults_explained():
            yield
    except OSError as error:  # TimeoutError is one too
        raise StorageUnavailable(_AWAY) from error
