"""Sources of articles that are imported again and again: what they are, and when they are due."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Language

MANUAL, HOURLY = "manual", "hourly"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SCHEDULE = re.compile(r"(daily|weekly (mon|tue|wed|thu|fri|sat|sun)) ([01]\d|2[0-3]):([0-5]\d)")


class SourceKind(StrEnum):
    """What a source's address is: a sitemap, addresses of pages (one a line), one file's address,
    or a folder on the server."""

    SITEMAP = "sitemap"
    PAGES = "pages"
    FILE = "file"
    FOLDER = "folder"


class Vanished(StrEnum):
    """What becomes of an article that its source has no more."""

    LEAVE = "leave"
    DRAFT = "draft"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Source:
    """A source as it is kept. `schedule`: manual, hourly, "daily 03:00" or "weekly mon 03:00", in
    UTC; see `checked_schedule`. `topic` and `language` stand in where the source says nothing
    (topic: for all of its articles). `next_run_at` None: only when it is asked for."""

    id: int
    name: str
    kind: SourceKind
    address: str
    schedule: str
    vanished: Vanished
    created_by: str
    created_at: datetime
    language: Language | None = None
    topic: str | None = None
    next_run_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page of a source as it was last read; `error` is why it could not be."""

    url: str
    etag: str | None = None
    modified: str | None = None
    error: str | None = None
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceArticle:
    """What a source gave: `digest` (SHA-256, hex) of the article in it, and the `revision` that
    it made. `page` is its page's address or path; `gone`: the source has it no more."""

    article_id: str
    page: str
    digest: str
    revision: int
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `url` is where it was found in the end. `unchanged`: as at the last time, no body
    (304); `gone`: there is none any more (404, 410)."""

    url: str
    body: bytes = b""
    kind: str = ""
    charset: str | None = None
    etag: str | None = None
    modified: str | None = None
    unchanged: bool = False
    gone: bool = False


class PageFetcher(Protocol):
    """Fetches pages; see `outbound/fetch.py`."""

    async def get(
        self,
        url: str,
        kinds: frozenset[str],
        *,
        etag: str | None = None,
        modified: str | None = None,
    ) -> Fetched:
        """The page, of one of these content types. With the `etag` or `modified` of an earlier
        answer it may be unchanged. Raises FetchError."""
        ...


def checked_schedule(text: str) -> str:
    """The schedule in its one form. Raises BadInput."""
    words = " ".join(text.casefold().split())
    if words in (MANUAL, HOURLY) or _SCHEDULE.fullmatch(words):
        return words
    raise BadInput(
        "schedule: must be manual, hourly, daily 03:00 or weekly mon 03:00 (UTC)", field="schedule"
    )


def next_run(schedule: str, after: datetime) -> datetime | None:
    """When a source of this schedule is due next, later than `after`; None: by hand only."""
    if schedule == MANUAL:
        return None
    if schedule == HOURLY:
        return after + timedelta(hours=1)
    found = _SCHEDULE.fullmatch(schedule)
    if found is None:
        raise BadInput("schedule: is damaged", field="schedule")
    moment = after.astimezone(UTC).replace(
        hour=int(found[3]), minute=int(found[4]), second=0, microsecond=0
    )
    while moment <= after or (found[2] and DAYS[moment.weekday()] != found[2]):
        moment += timedelta(days=1)
    return moment
