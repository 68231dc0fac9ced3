"""Pages of a site: which there are, what changed since the last time, and their rows."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from sufler.domain.errors import BadInput, FetchError
from sufler.domain.knowledge import Language
from sufler.domain.sources import Fetched, PageFetcher, SourcePage
from sufler.kb_index.formats.docx_page import docx_page
from sufler.kb_index.formats.html_page import html_page
from sufler.kb_index.formats.markdown_page import markdown_page
from sufler.kb_index.formats.page import Page
from sufler.kb_index.formats.page_rows import Place, Placed, by_key, place_of, rows_of, topic_name
from sufler.kb_index.formats.rows import ImportRow, RowRef
from sufler.kb_index.formats.sitemap import read_sitemap

MAX_PAGES = 5_000
MAX_SITEMAPS = 50
AT_ONCE = 4
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTML = frozenset({"text/html", "application/xhtml+xml"})
PAGE_KINDS = HTML | {"text/markdown", "text/x-markdown", _WORD}
SITEMAP_KINDS = frozenset(
    {"application/xml", "text/xml", "text/plain", "application/gzip", "application/x-gzip",
     "application/octet-stream", "application/rss+xml"}
)  # fmt: skip
# Called with how many pages were read, and of how many.
Tell = Callable[[int, int], None]


async def sitemap_pages(fetcher: PageFetcher, address: str) -> list[str]:
    """The pages that a sitemap names, with those of the sitemaps that it leads to, at most
    MAX_PAGES. Raises FetchError and BadInput, naming the sitemap."""
    waiting, known = [address], {address}
    pages: dict[str, None] = {}
    while waiting:
        url = waiting.pop(0)
        found = await _named(fetcher, url, SITEMAP_KINDS)
        if found.gone:
            raise FetchError(f"{url}: there is none")
        these, further = read_sitemap(found.body, url)
        pages.update(dict.fromkeys(these))
        waiting += [each for each in further if each not in known]
        known.update(further)
        if len(known) > MAX_SITEMAPS:
            raise BadInput(f"{address}: leads to more than {MAX_SITEMAPS} sitemaps")
        if len(pages) > MAX_PAGES:
            raise BadInput(f"{address}: names more than {MAX_PAGES:,} pages; import a part of it")
    if not pages:
        raise BadInput(f"{address}: names no pages")
    return list(pages)


@dataclass(slots=True)
class Reading:
    """What one reading of pages found. `pages`: each with what the next reading needs, or its
    error; `unchanged` and `gone`: addresses; `bodies`: where the others were put."""

    pages: dict[str, SourcePage] = field(default_factory=dict)
    unchanged: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    bodies: dict[str, tuple[Path, Fetched]] = field(default_factory=dict)


async def read_addresses(
    fetcher: PageFetcher,
    urls: Sequence[str],
    folder: Path,
    known: Mapping[str, SourcePage],
    on_progress: Tell | None = None,
) -> Reading:
    """Fetch the pages into `folder`, a few at once. Those that are as `known` says are not sent
    again; translations of one page are read together, so that they are divided alike."""
    reading = Reading()
    room = asyncio.Semaphore(AT_ONCE)
    done = 0

    async def read(url: str, earlier: SourcePage | None) -> None:
        nonlocal done
        async with room:
            await _read(fetcher, url, folder, earlier, reading)
        done += 1
        if on_progress is not None:
            on_progress(done, len(urls))

    async with asyncio.TaskGroup() as tasks:
        for url in urls:
            tasks.create_task(read(url, known.get(url)))
    for group in by_key((place_of_address(url), url) for url in urls):
        whole = [url for _, url in group]
        if any(url in reading.bodies for url in whole):
            for url in reading.unchanged & set(whole):
                reading.unchanged.discard(url)
                await _read(fetcher, url, folder, None, reading)
    return reading


def rows_of_reading(
    reading: Reading, language: Language | None = None
) -> Iterator[tuple[ImportRow, str]]:
    """The rows of what was read, each with the address of its page. A page that is none is a
    rejected row. `language` is that of pages that say nothing of it."""
    for group in by_key((place_of_address(url), url) for url in reading.bodies):
        placed: list[Placed] = []
        for place, url in group:
            path, found = reading.bodies[url]
            try:
                page = _page(path, url, found)
                placed.append(Placed(url, place, replace(page, language=page.language or language)))
            except BadInput as error:
                reason = error.message.removeprefix(f"{url}: ")
                yield ImportRow(RowRef(url, 1), reason=reason), url
        for row in rows_of(placed):
            yield row, row.at.file


def place_of_address(url: str) -> Place:
    """The place of a page: its host and path; the topic is the last folder of the path."""
    parts = urlsplit(url)
    path = unquote(parts.path).strip("/")
    place = place_of(f"{path}.html" if path and "." not in path.rpartition("/")[2] else path or "-")
    folders = PurePosixPath(place.key).parts[:-1]
    topic = topic_name(folders[-1]) if folders else ""
    query = f"?{parts.query}" if parts.query else ""
    key = f"{parts.netloc}/{'' if place.key == '-' else place.key}{query}".rstrip("/")
    return replace(place, key=key, topic=topic)


async def _read(
    fetcher: PageFetcher, url: str, folder: Path, earlier: SourcePage | None, reading: Reading
) -> None:
    before = earlier if earlier is not None and earlier.error is None else None
    try:
        found = await fetcher.get(
            url,
            PAGE_KINDS,
            etag=before.etag if before else None,
            modified=before.modified if before else None,
        )
    except FetchError as error:
        reading.pages[url] = SourcePage(url, error=error.message)
        return
    if found.unchanged and before is not None:
        reading.pages[url] = before
        reading.unchanged.add(url)
    elif found.gone or found.unchanged:
        reading.pages[url] = SourcePage(url, error="there is no such page any more")
        reading.gone.add(url)
    else:
        path = folder / hashlib.sha256(url.encode()).hexdigest()
        await asyncio.to_thread(path.write_bytes, found.body)
        reading.pages[url] = SourcePage(url, found.etag, found.modified)
        reading.bodies[url] = (path, replace(found, body=b""))


def _page(path: Path, url: str, found: Fetched) -> Page:
    if not path.stat().st_size:
        raise BadInput(f"{url}: the page is empty")
    if found.kind == _WORD:
        return docx_page(path, url, address=found.url)
    if found.kind in HTML:
        return html_page(path, url, address=found.url, charset=found.charset)
    return markdown_page(path, url, address=found.url)


async def _named(fetcher: PageFetcher, url: str, kinds: frozenset[str]) -> Fetched:
    try:
        return await fetcher.get(url, kinds)
    except FetchError as error:
        raise FetchError(f"{url}: {error.message}") from None
