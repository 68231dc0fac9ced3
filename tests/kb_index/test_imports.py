"""Imports that are remembered, and taken back whole: on a real SQLite base."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from databases import fresh_file

from sufler.app.base import StoredBase
from sufler.domain.errors import Conflict, NotFound
from sufler.domain.knowledge import Article, ArticleStatus, Translation
from sufler.kb_index.formats.report import ImportReport
from sufler.kb_index.importing import import_files
from sufler.kb_index.imports import Imports
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database
from sufler.storage.imports import ImportStore


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 2, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


@dataclass
class World:
    folder: Path
    store: ArticleStore
    base: StoredBase
    imports: Imports

    async def take(self, *rows: tuple[str, str, str]) -> ImportReport:
        file = self.folder / "answers.csv"
        lines = ["id;вопрос;ответ", *(";".join(row) for row in rows)]
        file.write_text("\n".join(lines), "utf-8")
        return await import_files(file, self.base, author="anna", runs=self.imports)

    async def answer(self, article_id: str) -> str:
        return (await self.store.get(article_id)).translations["ru"].answer


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    database = Database(fresh_file(tmp_path))
    store = ArticleStore(database, FixedClock())
    base = await StoredBase.over(store)
    yield World(tmp_path, store, base, Imports(ImportStore(database, FixedClock()), base))
    await database.close()


A, B, C = ("a", "Вопрос А", "Ответ А"), ("b", "Вопрос Б", "Ответ Б"), ("c", "Вопрос В", "Ответ В")


def edited(article: Article, answer: str) -> Article:
    return replace(article, translations={"ru": Translation("Вопрос", answer)})


async def test_that_an_import_is_remembered_with_its_counts(world: World) -> None:
    report = await world.take(A, B)
    (run,) = await world.imports.runs()
    assert run.id == report.run_id
    assert (run.source, run.author, run.counts["new"], run.counts["saved"]) == (
        *("answers.csv", "anna", 2, 2),
    )
    assert run.finished_at is not None


async def test_that_an_import_that_changes_nothing_is_not_listed(world: World) -> None:
    await world.take(A)
    assert (await world.take(A)).run_id is None
    assert len(await world.imports.runs()) == 1


async def test_that_undo_brings_back_what_was_and_archives_what_was_made(world: World) -> None:
    await world.take(A, B)
    second = await world.take(("a", "Вопрос А", "Другой"), B, C)
    report = await world.imports.undo(second.run_id or 0, "olga")
    assert (report.restored, report.archived, report.skipped) == (1, 1, ())
    assert await world.answer("a") == "Ответ А"
    assert (await world.store.get("c")).status is ArticleStatus.ARCHIVED
    assert (await world.store.get("b")).revision == 1
    run = await world.imports.run(second.run_id or 0)
    assert run.undone_by == "olga"
    assert "undo of import" in (await world.store.history("a"))[0].author


async def test_that_undo_leaves_alone_what_a_person_changed_since(world: World) -> None:
    made = await world.take(A, B)
    await world.store.save_many([edited(await world.store.get("a"), "Правка")], "ivan")
    report = await world.imports.undo(made.run_id or 0, "olga")
    assert report.archived == 1
    assert [(one.article_id, one.since) for one in report.skipped] == [("a", "ivan")]
    assert await world.answer("a") == "Правка"


async def test_that_an_edit_during_the_undo_is_seen_and_kept(world: World) -> None:
    made = await world.take(A, B)

    class Late(StoredBase):
        saves = 0

        async def save(self, articles, author, expected=None, *, import_id=None):  # type: ignore[no-untyped-def]  # as in StoredBase
            self.saves += 1
            if self.saves == 1:
                changed = edited(await world.store.get("a"), "Только что")
                await world.store.save_many([changed], "ivan")
            return await super().save(articles, author, expected, import_id=import_id)

    imports = Imports(world.imports._runs, await Late.over(world.store))
    report = await imports.undo(made.run_id or 0, "olga")
    assert (report.archived, len(report.skipped)) == (1, 1)
    assert await world.answer("a") == "Только что"


async def test_that_an_import_is_taken_back_once(world: World) -> None:
    made = await world.take(A)
    await world.imports.undo(made.run_id or 0, "olga")
    with pytest.raises(Conflict, match="already"):
        await world.imports.undo(made.run_id or 0, "olga")
    with pytest.raises(NotFound):
        await world.imports.undo(999, "olga")


async def test_that_a_long_import_is_taken_back_whole(world: World) -> None:
    made = await world.take(*((f"k{n}", f"Вопрос {n}", "Ответ") for n in range(1201)))
    report = await world.imports.undo(made.run_id or 0, "olga")
    assert report.archived == 1201
    assert [article async for article in world.store.all()] == []
