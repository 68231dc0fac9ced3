"""Importing articles: compared with the base, reported row by row, stored all or nothing."""

import asyncio
import hashlib
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Protocol

import orjson

from sufler.domain.knowledge import Article, Mode, Topic
from sufler.kb_index.formats.build import stable_id
from sufler.kb_index.formats.duplicates import MAX_PAIRS, KnownTitle, equal_titles, near_titles
from sufler.kb_index.formats.full_form import to_object
from sufler.kb_index.formats.merging import changed_fields, joined, merged
from sufler.kb_index.formats.read import read
from sufler.kb_index.formats.report import ImportReport, Outcome, RowOutcome
from sufler.kb_index.formats.rows import ImportRow, RowRef, has_html, reason_against
from sufler.kb_index.formats.spool import Spool
from sufler.kb_index.formats.texts import clean_line

BATCH = 500
Lookup = Callable[[Sequence[str]], Awaitable[Mapping[str, Article]]]
# Called with the stage (reading · comparing · saving), rows done, and rows in all where known.
OnProgress = Callable[[str, int, int | None], None]


class Recorded(Protocol):
    """Where runs are noted; `imports.Imports` is one."""

    async def begin(self, source: str, author: str, source_id: int | None = None) -> int: ...
    async def finish(
        self, run_id: int, counts: Mapping[str, int], errors: Sequence[str]
    ) -> None: ...


class Knowledge(Protocol):
    """What an import needs of the knowledge base; `KnowledgeBase` is one."""

    @property
    def topics(self) -> Mapping[str, Topic]: ...
    async def get_many(self, ids: Sequence[str]) -> Mapping[str, Article]:
        """Stored articles by id, archived ones too; unknown ids are left out."""
        ...

    async def save(
        self,
        articles: Iterable[Article],
        author: str,
        expected: Mapping[str, int] | None = None,
        *,
        import_id: int | None = None,
    ) -> int:
        """Store all or none; returns how many were written. Raises Conflict when an article of
        `expected` stands at another revision by now."""
        ...


async def import_files(
    path: Path,
    knowledge: Knowledge,
    *,
    author: str,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    skip_rejected: bool = False,
    known_titles: Iterable[tuple[str, str]] = (),
    on_progress: OnProgress | None = None,
    name: str | None = None,
    runs: Recorded | None = None,
) -> ImportReport:
    """Import a file or a folder in one transaction, or only say what it would do (`dry_run`).

    Nothing is stored when a row is rejected, unless `skip_rejected`; the report says so. Running
    it again is safe: rows that are in the base as they are count as unchanged. `known_titles`:
    (article id, title) of the base, to name near-duplicates with it. `runs`: where the import is
    remembered, so that it can be taken back; the report has its number. Raises BadInput naming
    the file when it cannot be read at all.
    """
    return await import_rows(
        read(path, mapping=mapping, name=name),
        knowledge,
        author=author,
        source=name or path.name or str(path),
        dry_run=dry_run,
        skip_rejected=skip_rejected,
        known_titles=known_titles,
        on_progress=on_progress,
        runs=runs,
    )


async def import_rows(
    rows: Iterator[ImportRow],
    knowledge: Knowledge,
    *,
    author: str,
    source: str = "",
    dry_run: bool = False,
    skip_rejected: bool = False,
    known_titles: Iterable[tuple[str, str]] = (),
    on_progress: OnProgress | None = None,
    runs: Recorded | None = None,
    run_id: int | None = None,
    expected: Mapping[str, int] | None = None,
) -> ImportReport:
    """As `import_files`, for rows from anywhere; `source` is what the run is called. `run_id`: a
    run that was begun already, and is ended by the caller. `expected`: the revisions that the
    caller saw; raises Conflict when one is another by now."""
    report = ImportReport(dry_run=dry_run, skip_rejected=skip_rejected)
    progress = on_progress or _silent
    with Spool() as waiting, Spool() as ready:
        await _Plan(report, waiting, ready, progress).make(rows, knowledge.get_many, known_titles)
        to_save = report.counts[Outcome.NEW] + report.counts[Outcome.CHANGED]
        if not dry_run and not report.refused:
            if to_save:
                report.run_id = await runs.begin(source, author) if runs else run_id
                counted = _counted(ready.articles(), to_save, progress)
                report.saved = await knowledge.save(
                    counted, author, expected, import_id=report.run_id
                )
                if runs and report.run_id is not None:
                    await runs.finish(report.run_id, report.counted(), report.errors())
            report.imported = True
    for topic in report.topics:
        known = knowledge.topics.get(topic)
        report.topics[topic] = (known.mode if known else Mode.SUGGESTS).value
    return report


async def import_upload(
    filename: str,
    data: bytes | Path,
    knowledge: Knowledge,
    *,
    author: str,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    skip_rejected: bool = False,
    known_titles: Iterable[tuple[str, str]] = (),
    on_progress: OnProgress | None = None,
    runs: Recorded | None = None,
) -> ImportReport:
    """As `import_files`, for one uploaded file: its bytes, or where they were put. What kind of
    file it is, is told by `filename`, which the report also shows."""
    shown = clean_line(PurePosixPath(filename.replace("\\", "/")).name)[-120:] or "upload"
    with tempfile.TemporaryDirectory(prefix="sufler-import-") as folder:
        path = data if isinstance(data, Path) else Path(folder) / "upload"
        if isinstance(data, bytes):
            await asyncio.to_thread(path.write_bytes, data)
        return await import_files(
            path,
            knowledge,
            author=author,
            mapping=mapping,
            dry_run=dry_run,
            skip_rejected=skip_rejected,
            known_titles=known_titles,
            on_progress=on_progress,
            name=shown,
            runs=runs,
        )


async def plan(
    rows: Iterator[ImportRow], lookup: Lookup, *, known_titles: Iterable[tuple[str, str]] = ()
) -> ImportReport:
    """What importing the rows would do, stored nowhere. `lookup` finds articles by their ids."""
    report = ImportReport(dry_run=True)
    with Spool() as waiting, Spool() as ready:
        await _Plan(report, waiting, ready, _silent).make(rows, lookup, known_titles)
    return report


@dataclass(slots=True)
class _Seen:
    """A row of the file that was read before. `place` is None once it has been rejected."""

    at: RowRef
    digest: bytes
    place: int | None


@dataclass(slots=True)
class _Plan:
    """Two passes: the file against itself (ids given twice), then against the base."""

    report: ImportReport
    waiting: Spool
    ready: Spool
    progress: OnProgress
    seen: dict[str, _Seen] = field(default_factory=dict)
    titles: list[KnownTitle] = field(default_factory=list)

    async def make(
        self, rows: Iterator[ImportRow], lookup: Lookup, known_titles: Iterable[tuple[str, str]]
    ) -> None:
        done = 0
        # Reading is work for the processor: in a thread, so that customers are served meanwhile.
        while batch := await asyncio.to_thread(self._read_batch, rows):
            done += batch
            self.progress("reading", done, None)
        total, done = done, 0
        waiting = self.waiting.rows()
        while found := await asyncio.to_thread(lambda: list(islice(waiting, BATCH))):
            ids = [row.article.id for row in found if row.article]
            existing = await lookup(ids)
            await asyncio.to_thread(self._compare_batch, found, existing)
            done += len(found)
            self.progress("comparing", done, total)
        self.titles.extend(KnownTitle(title, key, None) for key, title in known_titles)
        await asyncio.to_thread(self._find_duplicates)

    def _read_batch(self, rows: Iterator[ImportRow]) -> int:
        count = 0
        for row in islice(rows, BATCH):
            count += 1
            if row.at.file not in self.report.files[-1:]:
                self.report.files.append(row.at.file)
            if row.article is None:
                self._reject(row.at, row.reason or "")
            else:
                self._take(row, row.article)
        return count

    def _take(self, row: ImportRow, article: Article) -> None:
        digest = _digest(article)
        earlier = self.seen.get(article.id)
        if earlier is None:
            self.seen[article.id] = _Seen(row.at, digest, self.waiting.put(row))
        elif earlier.digest == digest:
            detail = f"the same as {earlier.at}"
            self.report.add(
                RowOutcome(Outcome.REPEATED, row.at, article.id, _title(article), detail)
            )
        else:
            self._take_again(row, article, earlier)

    def _take_again(self, row: ImportRow, article: Article, earlier: _Seen) -> None:
        """A second row with the id: another language of the article, or a contradiction."""
        first = self.waiting.get(earlier.place) if earlier.place is not None else None
        if first is not None and earlier.place is not None:
            self.waiting.drop(earlier.place)
            both = joined(first, row)
            if both is not None and both.article is not None:
                place = self.waiting.put(both)
                self.seen[article.id] = _Seen(earlier.at, _digest(both.article), place)
                detail = f"joined with {earlier.at}"
                self.report.add(
                    RowOutcome(Outcome.REPEATED, row.at, article.id, _title(article), detail)
                )
                return
            earlier.place = None
            self._reject(earlier.at, _same_id(article, row.at), article)
        self._reject(row.at, _same_id(article, earlier.at), article)

    def _compare_batch(self, rows: list[ImportRow], existing: Mapping[str, Article]) -> None:
        for row in rows:
            if row.article is not None:
                self._compare(row, row.article, existing.get(row.article.id))

    def _compare(self, row: ImportRow, given: Article, before: Article | None) -> None:
        after = merged(row, before)
        if reason := reason_against(after):
            self._reject(row.at, reason, given)
            return
        differences = changed_fields(after, before) if before else []
        outcome = Outcome.NEW
        if before is not None:
            outcome = Outcome.CHANGED if differences else Outcome.UNCHANGED
        if outcome is not Outcome.UNCHANGED:
            self.ready.put(ImportRow(row.at, after))
        self.report.topics.setdefault(after.topic, Mode.SUGGESTS.value)
        self.report.with_html += any(has_html(text.answer) for text in given.translations.values())
        detail = ", ".join(differences)
        self.report.add(RowOutcome(outcome, row.at, after.id, _title(given), detail))
        for text in given.translations.values():
            answer = hashlib.sha256(text.answer.encode()).digest()[:8]
            self.titles.append(KnownTitle(text.title, given.id, row.at, answer))

    def _find_duplicates(self) -> None:
        for pair in islice(equal_titles(self.titles), MAX_PAIRS):
            listed = self.report.contradictions if pair.contradicts else self.report.near_duplicates
            listed.append(pair)
        self.report.near_duplicates.extend(islice(near_titles(self.titles), MAX_PAIRS))

    def _reject(self, at: RowRef, reason: str, article: Article | None = None) -> None:
        named = (article.id, _title(article)) if article else ("", "")
        self.report.add(RowOutcome(Outcome.REJECTED, at, *named, reason))


def _same_id(article: Article, other: RowRef) -> str:
    if any(
        article.id == stable_id(text.title, language)
        for language, text in article.translations.items()
    ):
        # The id was made of the title: whoever wrote the file has never seen it.
        return f"column title: “{_title(article)}” is also in {other}, with other content"
    return f"column id: “{article.id[:60]}” is also in {other}, with other content"


def _digest(article: Article) -> bytes:
    return hashlib.sha256(orjson.dumps(to_object(article))).digest()[:16]


def _title(article: Article) -> str:
    return next(iter(article.translations.values())).title[:80]


def _counted(articles: Iterator[Article], total: int, progress: OnProgress) -> Iterator[Article]:
    for done, article in enumerate(articles, 1):
        yield article
        if done % BATCH == 0 or done == total:
            progress("saving", done, total)


def _silent(stage: str, done: int, total: int | None) -> None:
    """Nobody watches the progress."""
