"""Keeps a second `serve` off the same SQLite file, by a lock that the kernel frees with us."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from sufler.domain.errors import Conflict, StorageUnavailable
from sufler.storage.database import Database

log = structlog.get_logger(__name__)


@contextmanager
def serving_lock(database: Database) -> Iterator[None]:
    """Hold the one right to serve from this database; nothing to hold on PostgreSQL.

    The lock is on a file beside the database, `NAME.serving`, which holds our process id; it is
    gone with the process, also after `kill -9`. Raises Conflict naming the other process.
    """
    if database.file is None:
        yield
        return
    path = database.file.with_name(database.file.name + ".serving")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            # Where no file can be made nobody can write to the database either.
            log.warning("serving_lock_not_possible", reason=error.strerror)
            yield
            return
        raise StorageUnavailable(
            f"the lock file beside the database cannot be made ({error.strerror}); "
            "check the disk and the folder"
        ) from error
    try:
        _take(descriptor)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
        raise Conflict(
            f"another `sufler serve` (process {holder}) already serves from this database; "
            f"stop it first (kill {holder}), or give this one a SUFLER_DATA_DIR of its own"
        ) from None
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    except OSError as error:
        # On a full disk the lock itself still holds; only the process id is missing in it.
        log.warning("serving_lock_without_pid", reason=error.strerror)
