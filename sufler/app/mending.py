"""What `sufler doctor --fix` can mend: each says what is the matter and what it will do. Nothing
of it loses data: what may still be wanted is moved aside."""

import asyncio
import shutil
import stat
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sufler.app.finding import Finding, Health
from sufler.app.settings import Settings, config_file
from sufler.app.typed import typed
from sufler.domain.errors import Conflict, ModelDamaged, ModelMissing, SuflerError
from sufler.kb_index.encoder.manifest import verified_manifest
from sufler.storage.database import Database
from sufler.storage.migrate import newest_revision, revision_of
from sufler.storage.rows_whole import refuse_while_served
from sufler.storage.serving_lock import serving_lock
from sufler.storage.upkeep import Upkeep, copy_aside

# A younger one may belong to a process that is at work.
STALE_S = 3600.0
# The migration that brought what tells that a database is served.
LEASES_SINCE = "0003"
MIB = 1024**2


@dataclass(frozen=True, slots=True)
class Repair:
    """Something that can be mended: what it is, what `do` will do, in words. `do` returns what it
    did, and raises SuflerError or OSError when it could not."""

    what: str
    words: str
    will: str
    do: Callable[[], Awaitable[str]]
    health: Health = Health.YELLOW

    def as_finding(self) -> Finding:
        """A line of `sufler doctor` without --fix."""
        return Finding(
            self.what, self.health, self.words, typed(f"sufler doctor --fix: {self.will}")
        )


async def repairs(settings: Settings, database: Database) -> AsyncIterator[Repair]:
    """What could be mended now, in the order in which it should be; each is looked for only when
    those before have been dealt with. Changes nothing by itself."""
    for local in (_folder, _rights, _encoder, _parts):
        for found in await asyncio.to_thread(_listed, local, settings, database):
            yield found
    if (repair := await _migration(database)) is not None:
        yield repair
    if not await _is_migrated(database):
        return
    upkeep = Upkeep(database)
    for look in (_sessions, _leases, _compacting):
        if (repair := await look(upkeep, database)) is not None:
            yield repair
    if (repair := await _orphans(upkeep, settings.data_dir)) is not None:
        yield repair


def _listed(
    find: Callable[[Settings, Database], Iterator[Repair]], settings: Settings, database: Database
) -> list[Repair]:
    return list(find(settings, database))


def _folder(settings: Settings, _database: Database) -> Iterator[Repair]:
    folder = settings.data_dir
    if folder.exists():
        return

    async def make() -> str:
        folder.mkdir(mode=0o700, parents=True)
        return f"made {folder}"

    yield Repair("folder", f"{folder} is not there yet", f"make {folder}", make, Health.GREY)


def _rights(settings: Settings, database: Database) -> Iterator[Repair]:
    """Secrets and customers' texts that others on this machine may read."""
    private = [settings.data_dir / "visitors.key"]
    if database.file is not None:
        private += [
            database.file.with_name(database.file.name + end) for end in ("", "-wal", "-shm")
        ]
    open_to_all = [file for file in private if _mode(file) & 0o077]
    settings_file = config_file()
    # A group of its own may well be meant to read the settings.
    if settings_file is not None and settings.secrets() and _mode(settings_file) & 0o007:
        open_to_all.append(settings_file)
    if not open_to_all:
        return
    names = ", ".join(map(str, open_to_all))

    async def close() -> str:
        for file in open_to_all:
            file.chmod(_mode(file) & (0o770 if file == settings_file else 0o700))
        return f"only its owner may read {names}"

    words = f"others on this machine may read {names}"
    yield Repair("rights", words, "take that right away", close)


def _mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode) if file.is_file() else 0


def _encoder(settings: Settings, _database: Database) -> Iterator[Repair]:
    try:
        if verified_manifest(settings.model_folder).source == settings.model:
            return
        words = f"what is prepared is not {settings.model}"
    except ModelMissing:
        words = "it has not been prepared yet"
    except ModelDamaged as error:
        words = error.message.split(" Run:")[0]

    async def prepare() -> str:
        from sufler.app.serving import prepare_encoder

        prepare_encoder(settings)  # here, not in a thread: it minds the signals
        return f"prepared {settings.model}"

    yield Repair("encoder", words, "prepare it, which takes a minute", prepare, Health.RED)


def _parts(settings: Settings, _database: Database) -> Iterator[Repair]:
    """What killed processes left half-written; the whole files have other names."""
    left = [*settings.data_dir.glob("*.part"), *settings.data_dir.glob("files/*/*.part")]
    model = settings.model_folder
    left += [*model.parent.glob(f".{model.name}-*")]
    left = [each for each in left if time.time() - each.lstat().st_mtime > STALE_S]
    if not left:
        return

    async def remove() -> str:
        for each in left:
            if each.is_dir():
                await asyncio.to_thread(shutil.rmtree, each)
            else:
                each.unlink(missing_ok=True)
        return f"deleted {len(left)}"

    words = f"half-written and older than an hour: {', '.join(map(str, left[:5]))}"
    words += f" and {len(left) - 5} more" if len(left) > 5 else ""
    yield Repair("parts", words, f"delete {len(left)}", remove)


async def _migration(database: Database) -> Repair | None:
    there = database.file is None or database.file.exists()
    revision = None
    if there:
        try:
            async with database.read() as connection:
                revision = await connection.run_sync(revision_of)
        except SuflerError:
            return None  # the check of the database says what is the matter
    if revision == newest_revision():
        return None
    will = f"migrate it to {newest_revision()}"
    if revision is not None and database.file is not None:
        will += f", with a copy of it as it is in {database.file}.before-{newest_revision()}"

    async def migrate() -> str:
        with _unserved(database):
            if revision is not None and revision >= LEASES_SINCE:
                await refuse_while_served(database)
            if revision is not None and database.file is not None:
                copy = f"before-{newest_revision()}"
                await asyncio.to_thread(copy_aside, database.file, copy)
            await database.migrate()
        return f"migrated to {newest_revision()}"

    state = "is empty" if revision is None else f"is at migration {revision}"
    words = f"it {state}" if there else "it is not there yet"
    return Repair("database", words, will, migrate, Health.RED)


async def _is_migrated(database: Database) -> bool:
    if database.file is not None and not database.file.exists():
        return False
    try:
        async with database.read() as connection:
            return await connection.run_sync(revision_of) == newest_revision()
    except SuflerError:
        return False


async def _sessions(upkeep: Upkeep, _database: Database) -> Repair | None:
    count = await upkeep.over_sessions(datetime.now(UTC))
    if not count:
        return None

    async def forget() -> str:
        return f"deleted {await upkeep.forget_over_sessions(datetime.now(UTC))}"

    words = f"{count} of staff are over, and let nobody in"
    return Repair("sessions", words, "delete them", forget, Health.GREY)


async def _leases(upkeep: Upkeep, _database: Database) -> Repair | None:
    names, claims = await upkeep.dead_leases(), await upkeep.dead_claims()
    if not names and not claims:
        return None

    async def free() -> str:
        await upkeep.free_dead()
        return "freed"

    held = [*names, *(f"message {number}" for number in claims)]
    return Repair("leases", f"a process that is gone holds {', '.join(held)}", "free them", free)


async def _compacting(upkeep: Upkeep, database: Database) -> Repair | None:
    size = await upkeep.size()
    if size is None or not size.worth_compacting:
        return None

    async def compact() -> str:
        with _unserved(database):
            await refuse_while_served(database)
            await upkeep.compact()
        after = await upkeep.size()
        return f"{size.whole // MIB} MB before, {after.whole // MIB if after else 0} MB now"

    words = f"{size.empty // MIB} of its {size.whole // MIB} MB are empty"
    return Repair("size", words, "check it and write it anew", compact, Health.GREY)


async def _orphans(upkeep: Upkeep, data_dir: Path) -> Repair | None:
    """Bytes that no row of the database names. After the wrong backup was restored they may be
    all that is left of them, so they are kept."""
    known = await upkeep.file_paths()
    folder = data_dir / "files"
    orphans = await asyncio.to_thread(lambda: list(_unknown(folder, known)))
    if not orphans:
        return None
    aside = data_dir / f"files-without-row-{datetime.now(UTC):%Y%m%d-%H%M%S}"

    async def move() -> str:
        for file in orphans:
            target = aside / file.relative_to(folder)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.rename(target)
        return f"moved {len(orphans)} to {aside}; delete that folder when nobody misses them"

    words = f"{len(orphans)} customers' files belong to no message of this database"
    return Repair("files", words, f"move them to {aside.name}", move)


def _unknown(folder: Path, known: set[str]) -> Iterator[Path]:
    for file in folder.glob("*/*"):
        old = time.time() - file.stat().st_mtime > STALE_S
        if old and file.suffix != ".part" and str(file.relative_to(folder)) not in known:
            yield file


@contextmanager
def _unserved(database: Database) -> Iterator[None]:
    """Raises Conflict while a `serve` works on the SQLite file."""
    try:
        with serving_lock(database):
            yield
    except Conflict as error:
        raise Conflict(f"Sufler runs; stop it first ({error.message})") from error
