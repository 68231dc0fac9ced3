"""Writing articles as CSV or JSON Lines; importing what was written changes nothing."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator

import orjson

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import LANGUAGES, Article, Language, Phrasing, PhrasingSource, flow_of
from sufler.kb_index.formats.columns import OWN_COLUMN
from sufler.kb_index.formats.full_form import to_object
from sufler.kb_index.formats.tables import guarded

EXPORT_FORMATS = ("csv", "jsonl")
CSV_COLUMNS = (
    "id", "topic", "title_ru", "answer_ru", "phrasings_ru", "title_en", "answer_en",
    "phrasings_en", "status", "valid_from", "valid_until", "owner", "other_language_ok",
    OWN_COLUMN,
)  # fmt: skip


def export_lines(articles: Iterable[Article], kind: str) -> Iterator[str]:
    """The file in pieces, one for each article, to be written as UTF-8 without changing newlines.

    CSV begins with a byte order mark, so that Excel reads it as UTF-8; cells that a spreadsheet
    would run as formulas begin with an apostrophe, which the import takes off again.
    """
    yield from _head(kind)
    for article in articles:
        yield _line(article, kind)


async def export_stream(articles: AsyncIterator[Article], kind: str) -> AsyncIterator[str]:
    """As `export_lines`, from a store's own stream."""
    for head in _head(kind):
        yield head
    async for article in articles:
        yield _line(article, kind)


async def without_flows(articles: AsyncIterator[Article]) -> AsyncIterator[Article]:
    """Those that are answers: what stands for a flow is published, and cannot be imported."""
    async for article in articles:
        if flow_of(article.id) is None:
            yield article


def _head(kind: str) -> list[str]:
    if kind not in EXPORT_FORMATS:
        raise BadInput(f"format: must be one of {', '.join(EXPORT_FORMATS)}", field="format")
    return ["\ufeff" + _csv_line(CSV_COLUMNS)] if kind == "csv" else []


def _line(article: Article, kind: str) -> str:
    if kind == "jsonl":
        return orjson.dumps(to_object(article)).decode() + "\n"
    return _csv_line([guarded(cell) for cell in cells_of(article)])


def _csv_line(cells: Iterable[str]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def cells_of(article: Article) -> Iterator[str]:
    """The cells of an article as they are, one for each of CSV_COLUMNS."""
    record = to_object(article)
    yield from (article.id, article.topic)
    for language in LANGUAGES:
        translation = article.translations.get(language)
        yield translation.title if translation else ""
        yield translation.answer if translation else ""
        yield "\n".join(item.text for item in article.phrasings if item.language == language)
    for name in ("status", "valid_from", "valid_until", "owner"):
        yield record[name] or ""
    yield "yes" if article.other_language_ok else "no"
    yield "" if _plain(article.phrasings) else orjson.dumps(record["phrasings"]).decode()


def _plain(phrasings: tuple[Phrasing, ...]) -> bool:
    """Whether the cells alone bring the phrasings back as they are."""
    ordered = sorted(phrasings, key=lambda item: LANGUAGES.index(item.language))
    return list(phrasings) == ordered == [_imported(item.text, item.language) for item in ordered]


def _imported(text: str, language: Language) -> Phrasing:
    return Phrasing(text, language, PhrasingSource.IMPORTED)
