"""Imports into a real SQLite base: all or nothing, idempotent, merged with what editors added."""

import asyncio
import csv
import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from databases import fresh_file

from sufler.domain.errors import BadInput, StorageUnavailable
from sufler.domain.knowledge import Article, ArticleStatus, Mode, Phrasing, PhrasingSource, Topic
from sufler.kb_index.formats import export_lines
from sufler.kb_index.formats.report import ImportReport, Outcome
from sufler.kb_index.importing import import_files, import_upload
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 2, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


class StoredKnowledge:
    """The knowledge base as an import sees it, without encoder and index."""

    def __init__(self, store: ArticleStore) -> None:
        self.store = store
        self.topics: Mapping[str, Topic] = {}

    async def get_many(self, ids: Sequence[str]) -> Mapping[str, Article]:
        return await self.store.get_many(ids)

    async def save(
        self,
        articles: Iterable[Article],
        author: str,
        expected: Mapping[str, int] | None = None,
        *,
        import_id: int | None = None,
    ) -> int:
        saved = await self.store.save_many(articles, author, expected, import_id=import_id)
        self.topics = {topic.name: topic for topic in await self.store.topics()}
        return saved

    async def everything(self) -> list[Article]:
        return [article async for article in self.store.all()]


@pytest.fixture
async def base(tmp_path: Path) -> AsyncIterator[StoredKnowledge]:
    database = Database(fresh_file(tmp_path))
    yield StoredKnowledge(ArticleStore(database, FixedClock()))
    await database.close()


def table(tmp_path: Path, *rows: Sequence[str], name: str = "faq.csv") -> Path:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    path = tmp_path / name
    path.write_text(buffer.getvalue(), "utf-8")
    return path


async def imported(path: Path, base: StoredKnowledge, **options: Any) -> ImportReport:
    return await import_files(path, base, author="anna", **options)


HEADER = ("id", "вопрос", "ответ", "раздел", "формулировки")
FIRST = ("a1", "Где заказ?", "В пути.", "Доставка", "где посылка")
SECOND = ("a2", "Как вернуть?", "Напишите.", "Возврат", "")


async def test_that_an_import_is_stored_and_a_second_run_changes_nothing(
    tmp_path: Path, base: StoredKnowledge
) -> None:
    path = table(tmp_path, HEADER, FIRST, SECOND)
    report = await imported(path, base)
    assert (report.imported, report.saved, report.files) == (True, 2, ["faq.csv"])
    assert report.words()[-1] == "2 topics suggest; nothing is answered by itself yet."
    again = await imported(path, base)
    assert (again.counts[Outcome.UNCHANGED], again.saved) == (2, 0)
    assert await base.store.version() == 1


async def test_that_a_rehearsal_tells_the_same_and_stores_nothing(
    tmp_path: Path, base: StoredKnowledge
) -> None:
    await imported(table(tmp_path, HEADER, FIRST), base)
    changed = (*FIRST[:2], "Уже здесь.", *FIRST[3:])
    path = table(tmp_path, HEADER, changed, SECOND, ("a3", "", "Ответ", "", ""))
    report = await imported(path, base, dry_run=True)
    rows = {row.outcome: row for row in report.rows}
    assert rows[Outcome.CHANGED].detail == "answer (ru)"
    assert rows[Outcome.NEW].at.row == 3
    assert str(rows[Outcome.REJECTED].at) == "faq.csv, row 4"
    assert rows[Outcome.REJECTED].detail == "column title (ru): is empty"
    assert [article.id for article in await base.everything()] == ["a1"]


async def test_that_one_rejected_row_keeps_everything_out_unless_it_may_be_skipped(
    tmp_path: Path, base: StoredKnowledge
) -> None:
    path = table(tmp_path, HEADER, FIRST, ("a2", "Вопрос", "", "", ""))
    report = await imported(path, base)
    assert (report.imported, report.refused) == (False, True)
    assert report.words()[-1].startswith("Nothing was imported: 1 rejected")
    assert await base.everything() == []
    report = await imported(path, base, skip_rejected=True)
    assert (report.imported, report.saved) == (True, 1)


async def test_that_one_id_with_two_contents_rejects_both_rows_by_name(
    tmp_path: Path, base: StoredKnowledge
) -> None:
    path = table(tmp_path, HEADER, FIRST, FIRST, ("a1", "Где заказ?", "Не знаю.", "", ""), SECOND)
    report = await imported(path, base)
    assert {str(row.at): row.detail for row in report.listed(Outcome.REJECTED)} == {
        "faq.csv, row 2": "column id: “a1” is also in faq.csv, row 4, with other content",
        "faq.csv, row 4": "column id: “a1” is also in faq.csv, row 2, with other content",
    }
    assert report.counts[Outcome.REPEATED] == 1
    assert not report.imported


async def test_that_rows_without_ids_but_with_one_title_contradict(
    tmp_path: Path, base: StoredKnowledge
) -> None:
    path = table(tmp_path, ("вопрос", "ответ"), ("Где?", "Там."), ("где?", "Здесь."))
    report = await imported(path, base)
    assert report.counts[Outcome.REJECTED] == 2


async def test_that_equal_titles_with_different_answers_are_named_but_imported(
    tmp_path: Path, base: StoredKnowledge
) -> None:
    path = table(tmp_path, HEADER, FIRST, ("a9", "Где  заказ?", "Не знаю.", "", ""))
    report = await imported(path, base)
    (pair,) = report.contradictions
    assert (pair.article_id, pair.other_id, pair.at.row) == ("a9", "a1", 3)
    assert report.imported


async def test_that_nearly_equal_titles_are_named_also_with_the_base(
    tmp_path: Path, base: StoredKnowledge
) -> None:
    path = table(
        tmp_path,
        HEADER,
        ("a1", "Как оформить возврат товара?", "Так.", "", ""),
        ("a2", "Как оформит возврат товара?", "Так.", "", ""),
        ("a3", "Как оплатить тариф 100?", "Так.", "", ""),
        ("a4", "Как оплатить тариф 200?", "Так.", "", ""),
        ("a5", "Где находится ваш магазин", "Там.", "", ""),
    )
    known = [("b1", "Где находится ваш магазин?"), ("a1", "Как оформить возврат товара")]
    report = await imported(path, base, known_titles=known)
    found = {(pair.article_id, pair.other_id) for pair in report.near_duplicates}
    assert found == {("a2", "a1"), ("a5", "b1"), ("a2", "a1")}


async def test_that_a_row_for_each_language_becomes_one_article(
    tmp_path: Path, base: StoredKnowledge
) -> None:
    header = ("id", "язык", "вопрос", "ответ")
    path = table(tmp_path, header, ("a", "ru", "Где?", "Там."), ("a", "en", "Where?", "There."))
    report = await imported(path, base)
    (article,) = await base.everything()
    assert report.saved == 1
    assert set(article.translations) == {"ru", "en"}
    assert (await imported(path, base)).counts[Outcome.UNCHANGED] == 1


async def test_that_what_a_table_does_not_speak_of_stays_as_editors_made_it(
    tmp_path: Path, base: StoredKnowledge
) -> None:
    await imported(table(tmp_path, HEADER, FIRST), base)
    stored = await base.store.get("a1")
    learned = Phrasing("когда привезут", "ru", PhrasingSource.LEARNED, "пётр", 0.5)
    edited = replace(
        stored,
        phrasings=(*stored.phrasings, learned),
        status=ArticleStatus.ARCHIVED,
        owner="Анна",
        other_language_ok=True,
    )
    await base.save([edited], "anna")
    given = ("a1", "Где заказ?", "Уже здесь.", "", "где моя посылка\n")
    await imported(table(tmp_path, HEADER, given), base)
    after = await base.store.get("a1")
    assert after.translations["ru"].answer == "Уже здесь."
    assert [item.text for item in after.phrasings] == ["где моя посылка", "когда привезут"]
    assert after.phrasings[1] == learned
    assert (after.status, after.owner, after.topic) == (ArticleStatus.ARCHIVED, "Анна", "Доставка")
    assert after.other_language_ok


async def test_that_our_own_export_is_taken_exactly(tmp_path: Path, base: StoredKnowledge) -> None:
    await imported(table(tmp_path, HEADER, FIRST, SECOND), base)
    text = "".join(export_lines(await base.everything(), "csv"))
    path = tmp_path / "export.csv"
    path.write_text(text.replace("где посылка", ""), "utf-8", newline="")
    report = await imported(path, base)
    assert (report.counts[Outcome.UNCHANGED], report.counts[Outcome.CHANGED]) == (1, 1)
    assert (await base.store.get("a1")).phrasings == ()


async def test_that_topics_that_answer_are_told_apart(
    tmp_path: Path, base: StoredKnowledge
) -> None:
    await base.store.set_topic(Topic("Доставка", Mode.ANSWERS, "demo"), "anna")
    report = await imported(table(tmp_path, HEADER, FIRST, SECOND), base)
    assert report.topics == {"Доставка": "answers", "Возврат": "suggests"}
    assert report.words()[-1] == "Topics that suggest: 1; that answer by themselves: 1."


async def test_that_a_failing_store_leaves_nothing_behind(
    tmp_path: Path, base: StoredKnowledge
) -> None:
    class FullDisk(StoredKnowledge):
        async def save(self, articles: Iterable[Article], author: str, *_: Any, **_k: Any) -> int:
            def until_full() -> Iterable[Article]:
                yield next(iter(articles))
                raise StorageUnavailable("the disk is full")

            return await super().save(until_full(), author)

    path = table(tmp_path, HEADER, FIRST, SECOND)
    with pytest.raises(StorageUnavailable):
        await import_files(path, FullDisk(base.store), author="anna")
    assert await base.everything() == []
    assert (await imported(path, base)).saved == 2


async def test_that_an_upload_is_told_by_its_name(tmp_path: Path, base: StoredKnowledge) -> None:
    data = table(tmp_path, HEADER, FIRST, ("a2", "Вопрос", "", "", "")).read_bytes()
    report = await import_upload("../../каталог\\База знаний.CSV", data, base, author="key:1")
    assert str(report.listed(Outcome.REJECTED)[0].at) == "База знаний.CSV, row 3"
    with pytest.raises(BadInput, match=r"faq\.pdf: unknown kind of file"):
        await import_upload("faq.pdf", data, base, author="key:1")
    with pytest.raises(BadInput, match=r"faq\.csv: the file is empty"):
        await import_upload("faq.csv", b"", base, author="key:1")
    path = tmp_path / "stored-elsewhere"
    path.write_bytes(json.dumps({"question": "A?", "answer": "B."}).encode())
    report = await import_upload("kb.jsonl", path, base, author="key:1")
    assert report.saved == 1


async def test_that_a_folder_with_a_workbook_and_a_table_is_one_import(
    tmp_path: Path, base: StoredKnowledge
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    table(folder, HEADER, FIRST)
    book = openpyxl.Workbook()
    for row in (HEADER, SECOND):
        book.active.append(row)
    book.save(folder / "more.xlsx")
    report = await imported(folder, base)
    assert report.files == ["faq.csv", "more.xlsx [Sheet]"]
    assert await base.store.version() == 1


async def test_that_progress_is_told_stage_by_stage(tmp_path: Path, base: StoredKnowledge) -> None:
    told: list[tuple[str, int, int | None]] = []
    rows = [(f"a{n}", f"Вопрос про {n}", "Да.", "", "") for n in range(1_100)]
    path = table(tmp_path, HEADER, *rows)
    await imported(path, base, on_progress=lambda *step: told.append(step))
    assert ("reading", 1_100, None) in told
    assert ("comparing", 1_100, 1_100) in told
    assert told[-1] == ("saving", 1_100, 1_100)


async def test_that_rejected_rows_are_all_counted_but_not_all_listed(
    tmp_path: Path, base: StoredKnowledge
) -> None:
    rows = [(f"a{n}", "", "Да.", "", "") for n in range(1_500)]
    report = await imported(table(tmp_path, HEADER, *rows), base)
    assert report.counts[Outcome.REJECTED] == 1_500
    assert len(report.rows) == 1_000


async def test_that_html_in_answers_is_pointed_out(tmp_path: Path, base: StoredKnowledge) -> None:
    path = table(tmp_path, HEADER, ("a1", "Где?", "<p>Там</p>", "", ""))
    report = await imported(path, base)
    assert "Rows with HTML tags in the answer: 1" in report.words()[1]


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
sys.path[:0] = {folders!r}
from test_importing import FixedClock, StoredKnowledge
from sufler.kb_index.importing import import_files
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database

def tell(stage, done, total):
    if stage == {stage!r}:
        os.kill(os.getpid(), signal.SIGKILL)

knowledge = StoredKnowledge(ArticleStore(Database("sqlite:///" + sys.argv[1]), FixedClock()))
asyncio.run(import_files(Path(sys.argv[2]), knowledge, author="anna", on_progress=tell))
"""


@pytest.mark.parametrize("stage", ["reading", "comparing", "saving"])
async def test_that_an_import_killed_half_way_leaves_nothing_and_can_be_run_again(
    tmp_path: Path, base: StoredKnowledge, stage: str
) -> None:
    rows = [(f"a{n}", f"Вопрос про {n}", "Да.", "", "") for n in range(1_100)]
    path = table(tmp_path, HEADER, *rows)
    folders = [str(folder) for folder in Path(__file__).parents[:2]]
    script = KILLED.format(folders=folders, stage=stage)
    command = [sys.executable, "-c", script, str(tmp_path / "sufler.db"), str(path)]
    root = Path(__file__).parents[2]
    done = await asyncio.to_thread(subprocess.run, command, cwd=root, check=False)
    assert done.returncode == -signal.SIGKILL
    assert await base.everything() == []
    assert (await imported(path, base)).saved == 1_100


async def test_that_many_look_alike_titles_cost_little_time(
    tmp_path: Path, base: StoredKnowledge
) -> None:
    rows = [(f"a{n}", f"Как подключить тариф номер {n}?", "Так.", "", "") for n in range(5_000)]
    began = time.process_time()
    report = await imported(table(tmp_path, HEADER, *rows), base, dry_run=True)
    assert report.near_duplicates == []
    assert time.process_time() - began < 20
