"""Pages become rows: ids by path and heading, the topic by folder, and the translations of one
path are one article."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from sufler.domain.knowledge import LANGUAGES, Language
from sufler.kb_index.formats.build import from_cells
from sufler.kb_index.formats.columns import Key
from sufler.kb_index.formats.html_text import joined
from sufler.kb_index.formats.page import Draft, Page, drafts_of, is_generic
from sufler.kb_index.formats.rows import MAX_ID, ImportRow, RowRef
from sufler.kb_index.formats.texts import clean_line, language_of_row

_FOLDERS: dict[str, Language] = {
    **dict.fromkeys(("ru", "rus", "russian", "ru-ru", "ru_ru"), "ru"),
    **dict.fromkeys(("en", "eng", "english", "en-us", "en_us", "en-gb", "en_gb"), "en"),
}
_SUFFIX = re.compile(r"[._](ru|en)(?:[-_](?:ru|us|gb))?$", re.IGNORECASE)
_INDEX = frozenset({"index", "_index", "readme"})
_ORDER = re.compile(r"^\d+[-_. ]+(?=\D)")
_FOR_ALL = ("status", "valid_from", "valid_until", "owner", "other_language_ok")
_CUT = 180


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands. `key` is the same for the translations of one page; `language` is what
    its name or folder says, `topic` its first folder; both may say nothing."""

    key: str
    language: Language | None = None
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A page at its place; `name` is what people are shown."""

    name: str
    place: Place
    page: Page


def place_of(path: str) -> Place:
    """The place of a relative path: `ru/delivery/cost.md`, `delivery/cost.ru.md`."""
    *folders, file = PurePosixPath(path).parts
    stem = file.rsplit(".", 1)[0] if "." in file[1:] else file
    language: Language | None = None
    if found := _SUFFIX.search(stem):
        language = "ru" if found[1].casefold() == "ru" else "en"
        stem = stem[: found.start()]
    kept = []
    for folder in folders:
        named = _FOLDERS.get(folder.casefold())
        if named is None or (language is not None and named != language):
            kept.append(folder)
        else:
            language = named
    is_index = bool(kept) and stem.casefold() in _INDEX
    key = "/".join(kept if is_index else [*kept, stem])
    return Place(key, language, topic_name(kept[0]) if kept else "")


def topic_name(folder: str) -> str:
    """A folder's name for people: without its number, hyphens are spaces."""
    words = clean_line(re.sub(r"[-_]+", " ", _ORDER.sub("", folder)))
    return words[:1].upper() + words[1:]


def rows_of(pages: Sequence[Placed]) -> Iterator[ImportRow]:
    """The rows of one page in one or more languages, those with the same key.

    Sections of translations are the same article when they have the same anchor, or when the
    pages are divided alike; else each language keeps articles of its own. Where one language's
    page says that it is one article, so are the others.
    """
    whole = any(placed.page.whole for placed in pages)
    found = [
        (placed, _language(placed), drafts_of(replace(placed.page, whole=whole)))
        for placed in pages
    ]
    found.sort(key=lambda one: (one[0].place.language is not None, LANGUAGES.index(one[1])))
    leading = found[0][2] if found else []
    for placed, language, drafts in found:
        for number, draft in enumerate(_aligned(drafts, leading), 1):
            at = RowRef(placed.name, number)
            yield from_cells(at, _cells(placed, language, draft, alone=len(drafts) == 1))


def by_key(pages: Iterable[tuple[Place, str]]) -> Iterator[list[tuple[Place, str]]]:
    """The places with their names, those of one key together, in the order of their first."""
    groups: dict[str, list[tuple[Place, str]]] = {}
    for place, name in pages:
        groups.setdefault(place.key, []).append((place, name))
    yield from groups.values()


def _aligned(drafts: Sequence[Draft], leading: Sequence[Draft]) -> Sequence[Draft]:
    if [draft.level for draft in drafts] != [draft.level for draft in leading]:
        return drafts
    return [
        draft if draft.anchored else replace(draft, slug=lead.slug)
        for draft, lead in zip(drafts, leading, strict=True)
    ]


def _cells(placed: Placed, language: Language, draft: Draft, *, alone: bool) -> dict[Key, str]:
    head, page = placed.page.head, placed.page
    own = head.get("id") or placed.place.key
    topic = head.get("topic") or placed.place.topic or draft.topic
    if not topic and not alone and not is_generic(page.title):
        topic = page.title
    cells: dict[Key, str] = {
        ("id", None): _id(f"{own}#{draft.slug}" if draft.slug else own),
        ("title", None): draft.title,
        ("answer", None): draft.answer,
        ("language", None): language,
        ("topic", None): " ".join(topic.split("\n")),
    }
    for name in _FOR_ALL:
        if head.get(name):
            cells[name, None] = head[name]
    if head.get("phrasings") and not draft.slug:
        cells["phrasings", None] = head["phrasings"]
    return cells


def _id(wanted: str) -> str:
    wanted = clean_line(wanted)
    if len(wanted) <= MAX_ID:
        return wanted
    return f"{wanted[:_CUT]}-{hashlib.sha256(wanted.encode()).hexdigest()[:12]}"


def _language(placed: Placed) -> Language:
    said = placed.place.language if "language" not in placed.page.head else None
    if said or placed.page.language:
        return said or placed.page.language or "ru"
    words = joined(placed.page.items[:20])
    return language_of_row(placed.page.title, words)
