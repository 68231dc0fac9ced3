"""A whole base in a backup, back again, and over to the other kind of database: nothing is lost."""

import json
import os
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from databases import Server
from set_clock import SetClock
from sqlalchemy import insert, null, select, text

from sufler.domain.conversation import Customer, Incoming, IncomingKind
from sufler.domain.errors import BadInput, Conflict
from sufler.domain.knowledge import Article, Translation
from sufler.storage.articles import ArticleStore
from sufler.storage.backup import back_up, restore
from sufler.storage.conversations import ConversationStore
from sufler.storage.database import Database
from sufler.storage.heads import HeadStore
from sufler.storage.inbox import InboxStore
from sufler.storage.leases import Leases
from sufler.storage.rows_whole import TABLES, Digest, WholeDatabase, copied, opened_whole
from sufler.storage.tables.suggestions import suggestions
from sufler.storage.vectors import VectorStore

NOW = datetime(2026, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)
ODD = 'Привет "мир" \\ \u2028 👩🏽\u200d💻 ' + "x" * 3000


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = opened_whole(url)
    await database.migrate()
    yield database
    await database.close()


async def filled(url: str) -> None:
    """Rows of every sort of column: texts, JSON (null and none), bytes, moments, numbers."""
    database = Database(url)
    await database.migrate()
    clock = SetClock()
    articles = ArticleStore(database, clock)
    await articles.save_many(
        (Article(f"a{n:04}", "т", {"ru": Translation("Вопрос?", ODD)}) for n in range(1201)), "анна"
    )
    vectors = {f"{n:064x}": np.full(5, n / 7, np.float32) for n in range(700)}
    await VectorStore(database).put_many("model", vectors)
    await HeadStore(database, clock).save("h", "model", {"w": np.eye(3, dtype=np.float32)}, {})
    inbox = InboxStore(database)
    for number in range(3):
        who = Customer(f"c{number}", ODD[:60], "Оля", None)
        await inbox.add(Incoming("web", f"m{number}", who, IncomingKind.TEXT, ODD), NOW)
        await ConversationStore(database).open_for("web", who, "ru", NOW)
    row = {
        "text": ODD,
        "language": "ru",
        "turn_kind": "question",
        "items": [{"why": {"vector": 0.1}, "text": ODD}],
        "versions": {},
        "took_ms": 0.1 + 0.2,
        "at": NOW,
    }
    async with database.write() as connection:
        await connection.execute(insert(suggestions).values(id="s1", decision=None, **row))
        await connection.execute(insert(suggestions).values(id="s2", decision=null(), **row))
    await database.close()


async def digests(url: str) -> dict[str, Digest]:
    async with opened(url) as database, database.read() as connection:
        return await WholeDatabase(connection).digests()


async def test_that_a_base_moves_to_postgresql_and_back_with_nothing_lost(
    tmp_path: Path, postgresql: Server
) -> None:
    first = f"sqlite:///{tmp_path}/first.db"
    second, third = await postgresql.fresh(), f"sqlite:///{tmp_path}/third.db"
    await filled(first)
    for source, target in ((first, second), (second, third)):
        async with opened(source) as one, opened(target) as other:
            poured = await copied(one, other, replace=False)
        assert poured["articles"].rows == 1201
        assert poured["vectors"].rows == 700
        assert await digests(target) == await digests(first) == poured
    async with Database(second).read() as connection:
        query = select(suggestions.c.decision.is_(None)).order_by(suggestions.c.id)
        assert list((await connection.execute(text(str(query)))).scalars()) == [False, True]


async def test_that_the_next_ids_do_not_clash_after_a_move(
    tmp_path: Path, postgresql: Server
) -> None:
    first, second = f"sqlite:///{tmp_path}/first.db", await postgresql.fresh()
    await filled(first)
    async with opened(first) as one, opened(second) as other:
        await copied(one, other, replace=False)
    moved = Database(second)
    who = Customer("new", "Новый")
    assert await InboxStore(moved).add(
        Incoming("web", "new", who, IncomingKind.TEXT, "здравствуйте"), NOW
    )
    conversation = await ConversationStore(moved).open_for("web", who, "ru", NOW)
    assert conversation.ticket == 4
    assert await ArticleStore(moved, SetClock()).save_many(
        [Article("new", "т", {"ru": Translation("Вопрос?", "Ответ.")})], "анна"
    )
    await moved.close()


async def test_that_a_backup_is_restored_whole_into_either_database(
    database_url: str, postgresql: Server, tmp_path: Path
) -> None:
    await filled(database_url)
    kept, brought = tmp_path / "kept", tmp_path / "brought"
    (kept / "files" / "ab").mkdir(parents=True)
    (kept / "files" / "ab" / "abc").write_bytes(b"a picture")
    (kept / "visitors.key").write_bytes(b"k" * 32)
    file = tmp_path / "backup.zip"
    async with opened(database_url) as source:
        counted = await back_up(source, kept, file)
        with pytest.raises(Conflict, match="already"):
            await back_up(source, kept, file)
    assert counted["articles"] == 1201
    assert os.stat(file).st_mode & 0o077 == 0
    before = await digests(database_url)
    for target in (f"sqlite:///{tmp_path}/restored.db", await postgresql.fresh()):
        async with opened(target) as empty:
            assert await restore(empty, brought, file, replace=False) == counted
            with pytest.raises(Conflict, match="--replace"):
                await restore(empty, brought, file, replace=False)
            await restore(empty, brought, file, replace=True)
        assert await digests(target) == before
    assert (brought / "files" / "ab" / "abc").read_bytes() == b"a picture"
    assert (brought / "visitors.key").read_bytes() == b"k" * 32


@pytest.mark.parametrize("damage", ["row", "missing row", "manifest", "file", "outside", "no zip"])
async def test_that_a_damaged_backup_leaves_the_database_as_it_was(
    database_url: str, tmp_path: Path, damage: str
) -> None:
    await filled(database_url)
    whole, file = tmp_path / "whole.zip", tmp_path / "damaged.zip"
    (tmp_path / "visitors.key").write_bytes(b"k" * 32)
    async with opened(database_url) as source:
        await back_up(source, tmp_path, whole)
    if damage == "no zip":
        file.write_bytes(b"a shopping list")
    else:
        _damaged(whole, file, damage)
    before = await digests(database_url)
    async with opened(database_url) as target:
        with pytest.raises(BadInput):
            await restore(target, tmp_path / "out", file, replace=True)
    assert await digests(database_url) == before
    assert not (tmp_path / "out").exists()


def _damaged(whole: Path, file: Path, damage: str) -> None:
    with zipfile.ZipFile(whole) as good, zipfile.ZipFile(file, "w") as bad:
        for name in good.namelist():
            data = good.read(name)
            if name == "tables/articles.jsonl" and damage == "row":
                data = data.replace(b"\xd0\x92", b"\xd0\x93", 1)
            if name == "tables/articles.jsonl" and damage == "missing row":
                data = data[data.index(b"\n") + 1 :]
            if name == "data/visitors.key" and damage == "file":
                data = b"another"
            if name == "sufler.json" and damage in ("manifest", "outside"):
                manifest = json.loads(data)
                if damage == "manifest":
                    manifest["tables"]["articles"]["columns"].pop()
                else:
                    manifest["files"] = {"../stolen": ""}
                data = json.dumps(manifest).encode()
            bad.writestr(name, data)


async def test_that_what_runs_is_neither_copied_nor_restored_into(
    database_url: str, tmp_path: Path
) -> None:
    await filled(database_url)
    file = tmp_path / "backup.zip"
    async with opened(database_url) as served, opened(f"sqlite:///{tmp_path}/new.db") as other:
        async with Leases(served, "a process elsewhere").holding("send:web"):
            await back_up(served, tmp_path / "data", file)
            with pytest.raises(Conflict, match="send:web"):
                await copied(served, other, replace=False)
            with pytest.raises(Conflict, match="stop every"):
                await restore(served, tmp_path / "data", file, replace=True)
        await copied(served, other, replace=False)


async def test_that_a_backup_is_of_one_moment(database_url: str, tmp_path: Path) -> None:
    await filled(database_url)
    clock = SetClock()
    file = tmp_path / "backup.zip"
    async with opened(database_url) as source:
        reading, other = WholeDatabase, Database(database_url)
        store = ArticleStore(other, clock)
        async with source.read() as connection:
            whole = reading(connection)
            seen = Digest()
            async for page in whole.rows(TABLES["topics"]):
                seen.add(page)
            await store.save_many([Article("z", "new", {"ru": Translation("В?", "О.")})], "x")
            assert (await whole.digests())["articles"].rows == 1201
        await back_up(source, tmp_path / "data", file)
        await other.close()
    with zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("sufler.json"))["tables"]["articles"]["rows"] == 1202
