"""`sufler doctor --fix`: real damage, said before it is mended, and nothing lost by it."""

import asyncio
import json
import os
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sufler.storage.database import Database
from sufler.storage.leases import Leases
from sufler.storage.migrate import newest_revision
from sufler.storage.serving_lock import serving_lock
from sufler.storage.upkeep import WriteCheck
from tests.app.conftest import Sufler

LONG_AGO = time.time() - 86_400


@pytest.fixture
def data(folder: Path, model_folder: Path, sufler: Sufler, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound data folder with one operator."""
    monkeypatch.setenv("SUFLER_MODEL_DIR", str(model_folder.parent))
    monkeypatch.setenv("SUFLER_PORT", "0")
    sufler("people", "add", "olga")
    return folder / "data"


def _found(sufler: Sufler, what: str) -> dict[str, str] | None:
    rows = json.loads(sufler("doctor", "--json").out)
    return next((row for row in rows if row["what"] == what), None)


def _run(statement: str, *values: object, file: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(file) as connection:
        return connection.execute(statement, values).fetchall()


def test_that_a_sound_installation_has_nothing_to_mend(sufler: Sufler, data: Path) -> None:
    said = sufler("doctor", "--fix")
    assert said.code == 0, said.out
    assert "nothing that could be mended" in said.out


def test_that_a_missing_folder_and_database_are_made(
    sufler: Sufler, folder: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUFLER_MODEL_DIR", str(model_folder.parent))
    assert _found(sufler, "folder") is not None
    assert list(folder.iterdir()) == []
    said = sufler("doctor", "--fix")
    assert said.code == 1, "there is still nobody who could answer"
    assert (folder / "data").stat().st_mode & 0o777 == 0o700
    assert _found(sufler, "folder") is None
    assert (_found(sufler, "database") or {})["health"] == "ok"


def test_that_what_others_may_read_is_closed(
    sufler: Sufler, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data / "visitors.key").write_bytes(b"k" * 32)
    (data / "visitors.key").chmod(0o644)
    (data / "sufler.db").chmod(0o666)
    settings = data.parent / "sufler.toml"
    settings.write_text(f'widget_secret = "{"s" * 32}"\n')
    settings.chmod(0o644)
    found = _found(sufler, "rights")
    assert found is not None
    assert "visitors.key" in found["words"]
    assert (data / "visitors.key").stat().st_mode & 0o777 == 0o644, "without --fix nothing changes"
    assert sufler("doctor", "--fix").code == 0
    modes = [file.stat().st_mode & 0o777 for file in (data / "visitors.key", data / "sufler.db")]
    assert modes == [0o600, 0o600]
    assert settings.stat().st_mode & 0o777 == 0o640, "a group of its own may read the settings"


def test_that_a_new_database_is_for_its_owner_only(sufler: Sufler, data: Path) -> None:
    for file in data.glob("sufler.db*"):
        assert file.stat().st_mode & 0o077 == 0, file


def test_that_pending_migrations_are_run_over_a_copy(sufler: Sufler, data: Path) -> None:
    file = data / "sufler.db"
    _downgrade(file)
    found = _found(sufler, "database")
    assert found is not None
    assert "sufler doctor --fix" in found["mend"]
    said = sufler("doctor", "--fix")
    assert said.code == 0, said.out
    copy = data / f"sufler.db.before-{newest_revision()}"
    assert _run("SELECT login FROM people", file=copy) == [("olga",)]
    assert _run("SELECT version_num FROM alembic_version", file=copy) == [("0002",)]
    assert _run("SELECT version_num FROM alembic_version", file=file) == [(newest_revision(),)]
    assert _run("SELECT login FROM people", file=file) == [("olga",)]


def _downgrade(file: Path) -> None:
    """A database as an earlier version left it: with its people, and without the later tables."""
    from alembic import command

    from sufler.storage import migrate

    named = "id, login, name, role, active, password_hash, created_at"
    people = _run(f"SELECT {named} FROM people", file=file)
    for each in file.parent.glob("sufler.db*"):
        each.unlink()

    async def work() -> None:
        database = Database(f"sqlite:///{file}")
        async with database.write() as connection:

            def up(sync: object) -> None:
                config = migrate._config()
                config.attributes["connection"] = sync
                command.upgrade(config, "0002")

            await connection.run_sync(up)
        await database.close()

    asyncio.run(work())
    marks = ", ".join("?" * len(people[0]))
    with sqlite3.connect(file) as connection:
        connection.execute(f"INSERT INTO people ({named}) VALUES ({marks})", people[0])
    file.chmod(0o600)


def test_that_a_database_that_is_served_is_not_migrated_under_it(
    sufler: Sufler, data: Path
) -> None:
    _downgrade(data / "sufler.db")
    with serving_lock(Database(f"sqlite:///{data}/sufler.db")):
        said = sufler("doctor", "--fix")
    assert said.code == 1
    assert "not done: Sufler runs; stop it first" in said.out
    revision = _run("SELECT version_num FROM alembic_version", file=data / "sufler.db")
    assert revision == [("0002",)]


def test_that_half_written_files_go_and_young_ones_stay(sufler: Sufler, data: Path) -> None:
    (data / "files" / "ab").mkdir(parents=True)
    old, young = data / "visitors.key.part", data / "files" / "ab" / "abc.part"
    for part in (old, young):
        part.write_bytes(b"half")
    os.utime(old, (LONG_AGO, LONG_AGO))
    assert "delete 1" in (_found(sufler, "parts") or {})["mend"]
    assert sufler("doctor", "--fix").code == 0
    assert not old.exists()
    assert young.exists()


def test_that_sessions_that_are_over_go(sufler: Sufler, data: Path) -> None:
    file, now = data / "sufler.db", datetime.now(UTC)
    (person,) = _run("SELECT id FROM people", file=file)
    for name, until in (("over", now - timedelta(hours=1)), ("open", now + timedelta(hours=1))):
        at = until.strftime("%Y-%m-%d %H:%M:%S.%f")
        row = (name, person[0], at, at, None, None)
        columns = "(token_hash, person_id, created_at, expires_at, seen_at, client)"
        _run(f"INSERT INTO sessions {columns} VALUES (?, ?, ?, ?, ?, ?)", *row, file=file)
    assert (_found(sufler, "sessions") or {})["health"] == "off"
    assert sufler("doctor", "--fix").code == 0
    assert _run("SELECT token_hash FROM sessions", file=file) == [("open",)]


def test_that_what_a_dead_process_holds_is_freed_and_a_living_ones_is_not(
    sufler: Sufler, data: Path
) -> None:
    from sufler.storage.process_name import process_name

    machine = process_name().split("/")[0]
    database = Database(f"sqlite:///{data}/sufler.db")

    async def hold() -> None:
        await Leases(database, f"{machine}/999999999/1").try_hold("send:web", 60)
        await Leases(database, "another-machine/1/1").try_hold("telegram", 60)
        await database.close()

    asyncio.run(hold())
    found = _found(sufler, "leases")
    assert found is not None
    assert "send:web" in found["words"]
    assert "telegram" not in found["words"]
    assert sufler("doctor", "--fix").code == 0
    assert _run("SELECT name FROM leases", file=data / "sufler.db") == [("telegram",)]


def test_that_an_empty_part_of_the_file_is_given_back(sufler: Sufler, data: Path) -> None:
    file = data / "sufler.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE filler (bytes BLOB)")
        connection.executemany("INSERT INTO filler VALUES (?)", [(os.urandom(1 << 20),)] * 24)
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TABLE filler")
    before = file.stat().st_size
    assert (_found(sufler, "size") or {})["health"] == "off"
    assert sufler("doctor", "--fix").code == 0
    assert file.stat().st_size < before / 4
    assert _run("SELECT login FROM people", file=file) == [("olga",)]


def test_that_files_that_no_message_names_are_moved_aside_and_kept(
    sufler: Sufler, data: Path
) -> None:
    orphan = data / "files" / "ab" / "orphan"
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"a customer's picture")
    os.utime(orphan, (LONG_AGO, LONG_AGO))
    assert _found(sufler, "files") is not None
    assert sufler("doctor", "--fix").code == 0
    assert not orphan.exists()
    (kept,) = data.glob("files-without-row-*/ab/orphan")
    assert kept.read_bytes() == b"a customer's picture"


def test_that_a_damaged_encoder_is_prepared_again(
    sufler: Sufler, data: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    damaged = folder / "encoders" / "default"
    damaged.mkdir(parents=True)
    (damaged / "manifest.json").write_text("{")
    monkeypatch.setenv("SUFLER_MODEL_DIR", str(damaged.parent))
    asked: list[list[str]] = []

    def instead(command: list[str]) -> int:  # the minute of PyTorch has tests of its own
        asked.append(command)
        return 1

    monkeypatch.setattr("sufler.app.serving._run_to_its_end", instead)
    said = sufler("doctor", "--fix")
    assert asked
    assert asked[0][-3:] == ["model", "prepare", "default"]
    assert said.code == 1
    assert "not done: the encoder could not be prepared" in said.out


def test_that_a_damaged_database_is_left_as_it_is(sufler: Sufler, data: Path) -> None:
    for each in data.glob("sufler.db-*"):
        each.unlink()
    (data / "sufler.db").write_bytes(b"no database" * 1000)
    said = sufler("doctor", "--fix")
    assert said.code == 1
    assert (data / "sufler.db").read_bytes() == b"no database" * 1000
    assert "Traceback" not in said.out + said.err


def test_that_fix_and_json_are_not_given_together(sufler: Sufler) -> None:
    assert sufler("doctor", "--fix", "--json").code == 2


async def test_that_a_database_that_cannot_be_written_is_noticed(tmp_path: Path) -> None:
    sound = Database(f"sqlite:///{tmp_path}/sufler.db")
    await sound.migrate()
    await WriteCheck(sound, tmp_path)()
    from sufler.domain.errors import StorageUnavailable

    with pytest.raises(StorageUnavailable, match="disk is full"):
        await WriteCheck(sound, tmp_path, least_free=1 << 62)()
    await sound.close()
    only_read = Database(f"sqlite:///{tmp_path}/sufler.db?mode=ro")
    with pytest.raises(StorageUnavailable, match="read-only"):
        await WriteCheck(only_read, tmp_path)()
    await only_read.close()
