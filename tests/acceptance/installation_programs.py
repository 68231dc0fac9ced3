"""The programs of an installation: a database prepared once, and `serve` and `work` over it."""

import fcntl
import json
import shutil
from pathlib import Path

from databases import at_once
from nursery_world import Forked, nursery
from sufler_world import START_S, Sufler
from telegram_world import wait_until

from sufler.app.clock import SystemClock
from sufler.desk.people import People
from sufler.domain.people import Role
from sufler.storage.database import Database
from sufler.storage.keys import KeyStore
from sufler.storage.people import PeopleStore
from sufler.storage.rows_whole import copied, opened_whole
from sufler.storage.sessions import SessionStore

# Gleb and Dina have no desk open but where a case says so.
STAFF = {
    **dict.fromkeys(("anna", "boris", "gleb", "dina"), Role.OPERATOR),
    "vera": Role.ADMINISTRATOR,
}


def poured(file: Path, url: str) -> str:
    """The same on PostgreSQL, in the migrated database `url`."""

    async def pour() -> None:
        source, target = opened_whole(f"sqlite:///{file}"), opened_whole(url)
        try:
            await copied(source, target, replace=True)
        finally:
            await source.close()
            await target.close()

    at_once(pour())
    return url


class Prepared:
    """A database with the demo, its vectors, its head, and staff with keys: made once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys: dict[str, str] = json.loads((folder / "keys.json").read_text("utf-8"))

    @property
    def database(self) -> Path:
        return self.folder / "data" / "sufler.db"


def prepared_in(folder: Path, model_folder: Path, known: Path) -> Prepared:
    """Prepare it, or wait until another worker of xdist has."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "keys.json").exists():
            shutil.rmtree(folder / "data", ignore_errors=True)
            served = Sufler(folder, model_folder, known=known)
            served.start()
            served.stop()
            keys = at_once(_hired(f"sqlite:///{folder / 'data' / 'sufler.db'}"))
            (folder / "keys.json").write_text(json.dumps(keys), encoding="utf-8")
    return Prepared(folder)


async def _hired(url: str) -> dict[str, str]:
    database = Database(url)
    try:
        people = People(
            PeopleStore(database), KeyStore(database), SessionStore(database), SystemClock()
        )
        keys = {}
        for login, role in STAFF.items():
            person, _ = await people.add(login, login.title(), role, None)
            _, keys[login] = await people.create_key(login, role, person)
        return keys
    finally:
        await database.close()


class Program(Sufler):
    """`sufler serve` or `sufler work`, with the stage hand of `cases/staged_sufler.py`."""

    def __init__(
        self,
        folder: Path,
        model_folder: Path,
        url: str,
        stage: Path,
        *,
        works: bool = False,
    ) -> None:
        super().__init__(folder, model_folder, url)
        self.works = works
        self.environment["STAGE_FOLDER"] = str(stage)
        self.log.touch()

    def begin(self) -> None:
        """Start it without waiting."""
        self._began_at = self.log.stat().st_size
        words = ["work" if self.works else "serve"]
        self._process = self.forked(words, self.log, self.environment)

    def forked(self, words: list[str], log: Path, environment: dict[str, str]) -> Forked:
        """Any command of `sufler`, begun, with the stage hand."""
        return nursery().begin(words, log, environment, staged=True)

    def start(self) -> None:
        self.begin()
        self.wait()

    def wait(self) -> None:
        """Until it is ready."""
        wait_until(self._up, timeout_s=START_S, every_s=0.1)

    def _up(self) -> bool:
        if not self.works:
            return self._ready()
        running = self._process is not None and self._process.poll() is None
        said = self.log.read_bytes()[self._began_at :]
        assert running, said[-3000:].decode("utf-8", "replace")
        return b"Sufler works" in said

    @property
    def pid(self) -> int:
        """Of the process that runs now."""
        assert self._process is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None
