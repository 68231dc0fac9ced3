"""Runs of imports as they are kept, what each changed, and what taking one back did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sufler.domain.knowledge import Article


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One import that stored something or tried to.

    `source`: the file's or the source's name. `counts`: rows by outcome, and "saved" articles.
    `finished_at` None: still running, or the process died (then nothing of it is stored, or all).
    `source_id`: the source that is imported again and again, where there is one.
    """

    id: int
    source: str
    author: str
    started_at: datetime
    finished_at: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    undone_at: datetime | None = None
    undone_by: str | None = None
    source_id: int | None = None


@dataclass(frozen=True, slots=True)
class ImportChange:
    """What a run did to one article.

    `before`: as it was before the run; None when the run made it. `now`: as it is stored now.
    `since`: who changed it after the run; None when nobody did.
    """

    article_id: str
    before: Article | None
    now: Article
    since: str | None = None


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What an undo did: articles `restored` to what they were, articles that the run had made now
    `archived`, and those `skipped` because somebody changed them after the run."""

    run_id: int
    restored: int = 0
    archived: int = 0
    skipped: tuple[ImportChange, ...] = ()
