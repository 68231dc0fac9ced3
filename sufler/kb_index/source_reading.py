"""What a source holds now: its pages or its file as rows, and what stayed as it was."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

from sufler.domain.errors import BadInput, FetchError
from sufler.domain.sources import (
    MANUAL,
    PageFetcher,
    Source,
    SourceKind,
    SourcePage,
    Vanished,
)
from sufler.kb_index.formats.read import read as read_files
from sufler.kb_index.formats.rows import ImportRow, RowRef
from sufler.kb_index.formats.sitemap import addresses
from sufler.kb_index.web_pages import (
    Reading,
    Tell,
    read_addresses,
    rows_of_reading,
    sitemap_pages,
)

# A file's kind is told by its name and its content; servers call such files anything.
ANY_KIND: frozenset[str] = frozenset()


@dataclass(slots=True)
class Read:
    """`rows`: each with its page. `unchanged`: pages that are as they were; `failed`: pages that
    could not be read now, whose articles therefore stay."""

    rows: list[tuple[ImportRow, str]] = field(default_factory=list)
    pages: dict[str, SourcePage] = field(default_factory=dict)
    unchanged: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)


async def read_source(
    source: Source,
    fetcher: PageFetcher,
    folder: Path,
    known: Mapping[str, SourcePage],
    on_progress: Tell | None = None,
) -> Read:
    """Read all of a source; `folder` is for what is fetched, `known` its pages at the last time.
    Raises FetchError and BadInput where nothing of it can be read."""
    if source.kind is SourceKind.FOLDER:
        return await asyncio.to_thread(_folder, source)
    if source.kind is SourceKind.FILE:
        return await _file(source, fetcher, folder, known)
    if source.kind is SourceKind.SITEMAP:
        urls = await sitemap_pages(fetcher, source.address)
    else:
        urls = addresses(source.address, source.name)
    reading = await read_addresses(fetcher, urls, folder, known, on_progress)
    rows = await asyncio.to_thread(
        lambda: list(_rows(source, rows_of_reading(reading, source.language)))
    )
    return _read(reading, rows)


def _read(reading: Reading, rows: list[tuple[ImportRow, str]]) -> Read:
    failed = {url for url, page in reading.pages.items() if page.error} - reading.gone
    for row, url in rows:
        if row.article is None:
            # What is not whole must not make its other articles vanish.
            failed.add(url)
            reading.pages[url] = replace(
                reading.pages[url], error=row.reason, etag=None, modified=None
            )
    return Read(rows, reading.pages, reading.unchanged, failed)


def _folder(source: Source) -> Read:
    path = Path(source.address)
    if not path.exists():
        raise BadInput(f"{source.address}: there is no such folder on the server", field="address")
    rows = list(_rows(source, ((row, row.at.file) for row in read_files(path))))
    bad = {page: row.reason for row, page in rows if row.article is None}
    pages = {page: SourcePage(page, error=bad.get(page)) for _, page in rows}
    return Read(rows, pages, failed=set(bad))


async def _file(
    source: Source, fetcher: PageFetcher, folder: Path, known: Mapping[str, SourcePage]
) -> Read:
    url = source.address
    before = known.get(url)
    before = before if before is not None and before.error is None else None
    found = await fetcher.get(
        url,
        ANY_KIND,
        etag=before.etag if before else None,
        modified=before.modified if before else None,
    )
    if found.unchanged and before is not None:
        return Read(pages={url: before}, unchanged={url})
    if found.gone:
        raise FetchError(f"{url}: there is none")
    name = PurePosixPath(unquote(urlsplit(url).path)).name or "file"
    path = folder / "file"
    await asyncio.to_thread(path.write_bytes, found.body)

    def read() -> list[tuple[ImportRow, str]]:
        return list(_rows(source, ((row, url) for row in read_files(path, name=name))))

    rows = await asyncio.to_thread(read)
    bad = any(row.article is None for row, _ in rows)
    # With rejected rows it is read again the next time, whether it changed or not.
    page = SourcePage(url, None if bad else found.etag, None if bad else found.modified)
    return Read(rows, {url: page}, failed={url} if bad else set())


def _rows(source: Source, rows: Iterator[tuple[ImportRow, str]]) -> Iterator[tuple[ImportRow, str]]:
    """The rows with the source's topic in place of their own."""
    for row, page in rows:
        if row.article is not None and source.topic:
            article = replace(row.article, topic=source.topic)
            yield replace(row, article=article, said=row.said | {"topic"}), page
        else:
            yield row, page


async def rows_of_address(
    address: str, kind: SourceKind, fetcher: PageFetcher, on_progress: Tell | None = None
) -> list[ImportRow]:
    """What an address holds, for an import that is not repeated; `kind` as of a source. A page
    that cannot be read is a rejected row. Raises FetchError and BadInput."""
    now = datetime.now(UTC)
    source = Source(0, "addresses", kind, address, MANUAL, Vanished.LEAVE, "", now)
    with TemporaryDirectory(prefix="sufler-source-") as folder:
        read = await read_source(source, fetcher, Path(folder), {}, on_progress)
    told = {row.at.file for row, _ in read.rows if row.article is None}
    unread = [
        ImportRow(RowRef(page, 0), reason=state.error)
        for page, state in read.pages.items()
        if state.error and page not in told
    ]
    return [*unread, *(row for row, _ in read.rows)]
