"""A backup: one zip file with every row, the customers' files, and checksums of all of it. The same
for SQLite and PostgreSQL."""

import hashlib
import os
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import Table

from sufler.domain.errors import BadInput, Conflict, StorageUnavailable
from sufler.storage.database import Database
from sufler.storage.migrate import newest_revision
from sufler.storage.rows_whole import (
    PAGE,
    TABLES,
    Digest,
    Row,
    WholeDatabase,
    pour,
    refuse_while_served,
)

FORMAT: Final = 1
# What the data folder holds besides the database and the encoder, which can be prepared anew.
KEPT_FILES: Final = ("visitors.key", "files")
_MANIFEST: Final = "sufler.json"
_CHUNK: Final = 1 << 20


async def back_up(database: Database, data_dir: Path, file: Path) -> dict[str, int]:
    """Write the state of one moment to `file`, while Sufler runs or not. Returns rows by table.

    Raises Conflict when the file is there already, and StorageUnavailable.
    """
    with _written_whole(file) as archive:
        manifest: dict[str, Any] = {"format": FORMAT, "migration": newest_revision()}
        async with database.read() as connection:
            whole = WholeDatabase(connection)
            digests: dict[str, Digest] = {}
            for name, table in TABLES.items():
                digests[name] = digest = Digest()
                with archive.open(_entry(table), "w", force_zip64=True) as lines:
                    async for page in whole.rows(table):
                        digest.add(page)
                        lines.writelines(orjson.dumps(row) + b"\n" for row in page)
        manifest["tables"] = {
            name: {
                "columns": _columns(TABLES[name]),
                "rows": digest.rows,
                "sha256": digest.sha256,
            }
            for name, digest in digests.items()
        }
        manifest["files"] = {
            name: _copied_in(archive, data_dir / name, name) for name in _kept(data_dir)
        }
        archive.writestr(_MANIFEST, orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return {name: digest.rows for name, digest in digests.items()}


async def restore(
    database: Database, data_dir: Path, file: Path, *, replace: bool
) -> dict[str, int]:
    """Fill the migrated `database` from a backup, all or nothing, and put its files into
    `data_dir`. Returns rows by table.

    Raises BadInput for a file that is no backup of this version or is damaged, Conflict for a
    database that is served or (unless `replace`) not empty.
    """
    with _opened(file) as archive:
        manifest = _manifest(archive, file)
        _check_files(archive, manifest)
        await refuse_while_served(database)
        async with database.write() as connection:
            poured = await pour(_Archive(archive), connection, replace=replace)
            for name, digest in poured.items():
                told = manifest["tables"][name]
                if (digest.rows, digest.sha256) != (told["rows"], told["sha256"]):
                    raise BadInput(f"{file}: table {name} is damaged")
            # Before the commit: files that no row names do no harm, rows without a file do.
            for name in manifest["files"]:
                _copied_out(archive, name, data_dir / name)
    return {name: digest.rows for name, digest in poured.items()}


class _Archive:
    """The rows of a backup."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    async def rows(self, table: Table) -> AsyncIterator[list[Row]]:
        """See `rows_whole.Whole`."""
        page: list[Row] = []
        with self._archive.open(_entry(table)) as lines:
            for line in lines:
                page.append(orjson.loads(line))
                if len(page) == PAGE:
                    yield page
                    page = []
        if page:
            yield page


def _columns(table: Table) -> list[str]:
    return [str(column.name) for column in table.columns]


def _entry(table: Table) -> str:
    return f"tables/{table.name}.jsonl"


@contextmanager
def _written_whole(file: Path) -> Iterator[zipfile.ZipFile]:
    """It holds customers' texts and hashes of passwords: only its owner may read it."""
    if file.exists():
        raise Conflict(f"{file} is there already; name another file")
    part = file.with_name(file.name + ".part")
    try:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w+b") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
                yield archive
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except OSError as error:
        raise StorageUnavailable(f"{file} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, EOFError, orjson.JSONDecodeError) as error:
        raise BadInput(f"{file} is no backup of Sufler, or is damaged") from error
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}") from error


def _manifest(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = orjson.loads(archive.read(_MANIFEST))
    except KeyError:
        raise BadInput(f"{file} is no backup of Sufler") from None
    columns = {name: _columns(table) for name, table in TABLES.items()}
    kept = {name: told["columns"] for name, told in manifest.get("tables", {}).items()}
    if manifest.get("format") != FORMAT or kept != columns:
        raise BadInput(
            f"{file} was made by another version of Sufler (migration "
            f"{manifest.get('migration')}, this one has {newest_revision()}): restore it with that "
            "version, then run sufler db migrate with this one"
        )
    return manifest


def _kept(data_dir: Path) -> list[str]:
    found = []
    for name in KEPT_FILES:
        top = data_dir / name
        files = [top] if top.is_file() else sorted(top.rglob("*"))
        found += [str(file.relative_to(data_dir)) for file in files if file.is_file()]
    return [name for name in found if not name.endswith(".part")]


def _copied_in(archive: zipfile.ZipFile, file: Path, name: str) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as source, archive.open(f"data/{name}", "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()


def _check_files(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    for name, told in manifest["files"].items():
        top, *below = Path(name).parts
        if top not in KEPT_FILES or ".." in below:
            raise BadInput(f"the backup names a file outside of the data folder: {name}")
        digest = hashlib.sha256()
        with archive.open(f"data/{name}") as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
        if digest.hexdigest() != told:
            raise BadInput(f"the backup's file {name} is damaged")


def _copied_out(archive: zipfile.ZipFile, name: str, file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(file.name + ".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as target, archive.open(f"data/{name}") as source:
            while chunk := source.read(_CHUNK):
                target.write(chunk)
        part.replace(file)
    except OSError as error:
        raise StorageUnavailable(f"{file} cannot be written: {error.strerror}") from error
