"""Files of pages: Markdown, HTML and Word, one or a folder of them, as rows of articles."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sufler.domain.errors import BadInput
from sufler.kb_index.formats.docx_page import docx_page
from sufler.kb_index.formats.html_page import html_page
from sufler.kb_index.formats.markdown_page import markdown_page
from sufler.kb_index.formats.page import Page
from sufler.kb_index.formats.page_rows import Placed, by_key, place_of, rows_of
from sufler.kb_index.formats.rows import ImportRow, RowRef

PageReader = Callable[[Path, str], Page]
PAGES: Mapping[str, PageReader] = {
    ".md": markdown_page,
    ".markdown": markdown_page,
    ".html": html_page,
    ".htm": html_page,
    ".xhtml": html_page,
    ".docx": docx_page,
}


def read_pages(files: Mapping[str, Path]) -> Iterator[ImportRow]:
    """The rows of pages by their relative paths. A page that cannot be read is a rejected row,
    an empty one is none. Raises BadInput where there is one page only."""
    for group in by_key((place_of(name), name) for name in files):
        read: list[Placed] = []
        for place, name in group:
            try:
                read.append(Placed(name, place, _page(files[name], name)))
            except BadInput as error:
                if len(files) == 1:
                    raise
                reason = error.message.removeprefix(f"{name}: ")
                if not _blank(files[name]):
                    yield ImportRow(RowRef(name, 1), reason=reason)
        yield from rows_of(read)


def read_page(path: Path, name: str, _mapping: Mapping[str, str]) -> Iterator[ImportRow]:
    """The rows of a single page."""
    yield from read_pages({name: path})


def _page(path: Path, name: str) -> Page:
    with path.open("rb") as stream:
        if not stream.read(1):
            raise BadInput(f"{name}: the file is empty")
    return PAGES[Path(name).suffix.lower()](path, name)


def _blank(path: Path) -> bool:
    return path.stat().st_size < 64 and not path.read_bytes().strip()
