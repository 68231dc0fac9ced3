"""What a source gave is taken in: changes of people stay, and what vanished goes as was said."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import orjson

from sufler.domain.knowledge import Article, ArticleStatus
from sufler.domain.sources import Source, SourceArticle, Vanished
from sufler.kb_index.formats.full_form import to_object
from sufler.kb_index.formats.merging import joined
from sufler.kb_index.formats.rows import ImportRow, RowRef
from sufler.kb_index.importing import Knowledge, import_rows
from sufler.kb_index.source_reading import Read

# When a source loses more at once, it is more likely broken than emptied (share, articles).
TOO_MANY_SHARE, TOO_MANY = 0.5, 5
_STATUS = {Vanished.DRAFT: ArticleStatus.DRAFT, Vanished.ARCHIVE: ArticleStatus.ARCHIVED}


@dataclass(slots=True)
class Taking:
    """One run over what was read. Afterwards `given` is what is to be known of the source,
    `counts` and `errors` are the run's."""

    source: Source
    knowledge: Knowledge
    given: dict[str, SourceArticle]
    read: Read
    counts: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    _taken: dict[str, tuple[ImportRow, str, str]] = field(default_factory=dict)
    _expected: dict[str, int] = field(default_factory=dict)

    async def take(self, author: str, run_id: int) -> None:
        """Compare, and store in one transaction. Raises Conflict when somebody saved one of the
        articles in between; nothing is stored then."""
        rows = self._by_article()
        now = await self.knowledge.get_many(sorted(rows.keys() | self.given.keys()))
        conflicts = self._compare(rows, now)
        gone = self._vanished(rows, now)
        taken = [row for row, _, _ in self._taken.values()] + gone
        report = await import_rows(
            iter(taken),
            self.knowledge,
            author=author,
            skip_rejected=True,
            run_id=run_id,
            expected=self._expected,
        )
        self.errors += [f"rejected: {line}" for line in report.errors()]
        self.counts = {
            **report.counted(),
            "changed": report.counted()["changed"] - len(gone),
            "rejected": report.counted()["rejected"] + self.counts.get("rejected", 0),
            "unchanged": report.counted()["unchanged"] + len(rows) - len(self._taken) - conflicts,
            "conflicts": conflicts,
            "vanished": self.counts.get("vanished", 0),
            "failed": sum(page.error is not None for page in self.read.pages.values()),
        }
        await self._remember()

    def _by_article(self) -> dict[str, tuple[ImportRow, str]]:
        """The rows by their articles; two languages of one are joined, a contradiction is left
        for the import to reject."""
        found: dict[str, tuple[ImportRow, str]] = {}
        rejected = 0
        for row, page in self.read.rows:
            if row.article is None:
                rejected += 1
                self.errors.append(f"rejected: {row.at}: {row.reason}")
                continue
            earlier = found.get(row.article.id)
            if earlier is None:
                found[row.article.id] = (row, page)
            elif both := joined(earlier[0], row):
                found[row.article.id] = (both, earlier[1])
            else:
                rejected += 1
                self.errors.append(
                    f"rejected: {row.at}: the same id as {earlier[0].at}: {row.article.id}"
                )
        for page, state in self.read.pages.items():
            if state.error and not any(page in line for line in self.errors):
                self.errors.append(f"failed: {page}: {state.error}")
        self.counts["rejected"] = rejected
        return found

    def _compare(
        self, rows: Mapping[str, tuple[ImportRow, str]], now: Mapping[str, Article]
    ) -> int:
        """Choose the rows that are taken; the number of those that people's changes keep out."""
        conflicts = 0
        for article_id, (row, page) in rows.items():
            digest = _digest(row)
            known, stored = self.given.get(article_id), now.get(article_id)
            if known is not None and known.digest == digest and not known.gone:
                continue
            if stored is not None and (known is None or known.revision != stored.revision):
                conflicts += 1
                why = "was changed by a person" if known else "is not of this source"
                self.errors.append(f"conflict: {article_id}: {why}; {row.at} was not taken")
                continue
            if known is not None and known.gone and "status" not in row.said and row.article:
                back = replace(row.article, status=ArticleStatus.PUBLISHED)
                row = replace(row, article=back, said=row.said | {"status"})
            self._taken[article_id] = (row, page, digest)
            self._expected[article_id] = stored.revision if stored is not None else 0
        return conflicts

    def _vanished(
        self, rows: Mapping[str, tuple[ImportRow, str]], now: Mapping[str, Article]
    ) -> list[ImportRow]:
        """What the source has no more: noted, and as rows where it is to change."""
        kept = self.read.unchanged | self.read.failed
        lost = [
            one
            for one in self.given.values()
            if one.article_id not in rows and one.page not in kept and not one.gone
        ]
        self.counts["vanished"] = len(lost)
        there = sum(not one.gone for one in self.given.values())
        if len(lost) > TOO_MANY and len(lost) > TOO_MANY_SHARE * there:
            self.errors.append(
                f"vanished: {len(lost)} of {there} articles at once; they are left as they are"
            )
            return []
        changed: list[ImportRow] = []
        for one in lost:
            stored = now.get(one.article_id)
            status = _STATUS.get(self.source.vanished)
            ours = stored is not None and stored.revision == one.revision
            if stored is None or status is None or not ours:
                what = "left as it is"
            else:
                what = "now a draft" if status is ArticleStatus.DRAFT else "archived"
                # In full form: what it says of the status is taken exactly.
                article = replace(stored, status=status)
                at = RowRef(one.page, 0)
                changed.append(ImportRow(at, article, said=frozenset({"status"}), exact=True))
                self._expected[one.article_id] = stored.revision
            self.errors.append(f"vanished: {one.article_id}: {what}")
            self.given[one.article_id] = replace(one, gone=True)
        return changed

    async def _remember(self) -> None:
        gone = [one.article_id for one in self.given.values() if one.gone]
        now = await self.knowledge.get_many([*self._taken, *gone])
        for article_id, (_, page, digest) in self._taken.items():
            if stored := now.get(article_id):
                self.given[article_id] = SourceArticle(article_id, page, digest, stored.revision)
        for article_id in gone:
            known = self.given[article_id]
            if known.gone and article_id in self._expected and article_id in now:
                revision = now[article_id].revision
                self.given[article_id] = replace(known, revision=revision)


def _digest(row: ImportRow) -> str:
    record = [to_object(row.article) if row.article else None, sorted(row.said)]
    return hashlib.sha256(orjson.dumps(record)).hexdigest()
