"""Building articles from the cells of a table's row: topic, translations, phrasings, identity."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from sufler.domain.knowledge import (
    FLOW_PREFIX,
    LANGUAGES,
    OTHER_TOPIC,
    Article,
    ArticleStatus,
    Language,
    Phrasing,
    PhrasingSource,
    Translation,
    flow_of,
)
from sufler.kb_index.formats.columns import OWN_COLUMN, Key
from sufler.kb_index.formats.rows import ImportRow, RowError, RowRef, reason_against
from sufler.kb_index.formats.texts import (
    clean_line,
    clean_text,
    language_of_phrasing,
    language_of_row,
    read_flag,
    read_language,
    read_moment,
    read_status,
    same_text_key,
    split_phrasings,
)

ID_HEX = 12


def stable_id(title: str, language: Language) -> str:
    """The id of an article that came without one: the same for the same title and language."""
    content = f"{same_text_key(title)}\0{language}".encode()
    return hashlib.sha256(content).hexdigest()[:ID_HEX]


def topic_of(section: str) -> str:
    """The topic of a source's section: the first level of "a / b / c"; empty is OTHER_TOPIC."""
    section = clean_line(section)
    if section == OTHER_TOPIC:
        return section
    return section.split(" / ")[0].strip(" /") or OTHER_TOPIC


def finished(
    at: RowRef, article: Article, said: Iterable[str], *, exact: bool = False
) -> ImportRow:
    """The row of `article`, or its rejection when the article is not within the limits."""
    reason = reason_against(article)
    if flow_of(article.id) is not None:
        reason = f"column id: what begins with {FLOW_PREFIX} is made by publishing a flow"
    if reason is not None:
        return ImportRow(at, reason=reason)
    return ImportRow(at, article, said=frozenset(said), exact=exact)


def from_cells(at: RowRef, cells: Mapping[Key, str], *, own: bool = False) -> ImportRow:
    """The article of one row. `own`: the table is our own export, whose cells are taken exactly."""
    try:
        return _from_cells(at, cells, own)
    except RowError as error:
        return ImportRow(at, reason=str(error))


def _from_cells(at: RowRef, cells: Mapping[Key, str], own: bool) -> ImportRow:
    for (name, _), cell in cells.items():
        if "\0" in cell:
            raise RowError(f"column {name}: holds NUL characters; is the file damaged?")
    # An empty cell of somebody's table says nothing; of our own export, that there is nothing.
    said = {name for (name, _), cell in cells.items() if own or cell.strip()}
    said -= {"id", "title", "answer", OWN_COLUMN}
    translations, own_language = _translations(cells)
    languages = (own_language, *(lang for lang in translations if lang != own_language))
    section = cells.get(("topic", None), "")
    article = Article(
        id=clean_line(cells.get(("id", None), ""))
        or stable_id(translations[own_language].title, own_language),
        topic=(clean_line(section) or OTHER_TOPIC) if own else topic_of(section),
        translations=translations,
        phrasings=_phrasings(cells, languages, own),
        **_states(cells),
    )
    return finished(at, article, said | {"translations"}, exact=own)


def _translations(cells: Mapping[Key, str]) -> tuple[dict[Language, Translation], Language]:
    """The translations of a row, and the row's own language (of its first title)."""
    texts: dict[Language, tuple[str, str]] = {}
    title = clean_line(cells.get(("title", None), ""))
    answer = clean_text(cells.get(("answer", None), ""))
    named = cells.get(("language", None), "")
    own: Language | None = read_language(named) if named.strip() else None
    if title or answer:
        own = own or language_of_row(title, answer)
        texts[own] = (title, answer)
    for language in LANGUAGES:
        title = clean_line(cells.get(("title", language), ""))
        answer = clean_text(cells.get(("answer", language), ""))
        if not title and not answer:
            continue
        if language in texts:
            raise RowError(f"column title: has two texts in the language {language}")
        texts[language] = (title, answer)
    if not texts:
        raise RowError("column title: is empty")
    for language, (title, answer) in texts.items():
        if not title or not answer:
            raise RowError(f"column {'answer' if title else 'title'} ({language}): is empty")
    first = own if own in texts else next(lang for lang in LANGUAGES if lang in texts)
    return {lang: Translation(*pair) for lang, pair in texts.items()}, first


def _states(cells: Mapping[Key, str]) -> dict[str, Any]:
    status = cells.get(("status", None), "").strip()
    return {
        "status": read_status(status) if status else ArticleStatus.PUBLISHED,
        "valid_from": read_moment(cells.get(("valid_from", None), ""), "valid_from"),
        "valid_until": read_moment(cells.get(("valid_until", None), ""), "valid_until"),
        "owner": clean_line(cells.get(("owner", None), "")) or None,
        "other_language_ok": read_flag(
            cells.get(("other_language_ok", None), ""), "other_language_ok"
        ),
    }


def _phrasings(
    cells: Mapping[Key, str], languages: tuple[Language, ...], own: bool
) -> tuple[Phrasing, ...]:
    found: list[Phrasing] = []
    for language in (None, *LANGUAGES):
        cell = cells.get(("phrasings", language), "")
        for part in cell.split("\n") if own else split_phrasings(cell):
            if text := clean_line(part):
                spoken = language or language_of_phrasing(text, languages)
                found.append(Phrasing(text, spoken, PhrasingSource.IMPORTED))
    details = cells.get((OWN_COLUMN, None), "") if own else ""
    return unique(_with_details(found, details), exact=own)


def _with_details(found: Sequence[Phrasing], cell: str) -> list[Phrasing]:
    """Give the phrasings of our own export their order and what stands behind their texts."""
    if not cell.strip():
        return list(found)
    try:
        described = phrasings_from(orjson.loads(cell), ("ru",))
    except orjson.JSONDecodeError:
        raise RowError(f"column {OWN_COLUMN}: is not whole; leave it as it was exported") from None
    present = {(phrasing.text, phrasing.language) for phrasing in found}
    kept = [item for item in described if (item.text, item.language) in present]
    known = {(item.text, item.language) for item in kept}
    return kept + [item for item in found if (item.text, item.language) not in known]


def phrasings_from(value: object, languages: tuple[Language, ...]) -> list[Phrasing]:
    """Phrasings from JSON: a list of texts or of objects with text, language, source, author and
    weight. Raises RowError."""
    if not isinstance(value, list):
        raise RowError("column phrasings: must be a list")
    return [_phrasing(item, languages) for item in value]


def _phrasing(item: object, languages: tuple[Language, ...]) -> Phrasing:
    record = {"text": item} if isinstance(item, str) else item
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise RowError("column phrasings: each must be a text or an object with a text")
    text = clean_line(record["text"])
    if unknown := record.keys() - {"text", "language", "source", "author", "weight"}:
        raise RowError(f"column phrasings: “{sorted(unknown)[0][:40]}” is unknown")
    language, author, weight = (record.get(key) for key in ("language", "author", "weight"))
    weight = 1.0 if weight is None else weight
    if language is not None and not isinstance(language, str):
        raise RowError("column phrasings: a language must be ru or en")
    if author is not None and not isinstance(author, str):
        raise RowError("column phrasings: an author must be a text")
    if isinstance(weight, bool) or not isinstance(weight, int | float):
        raise RowError("column phrasings: a weight must be a number")
    try:
        source = PhrasingSource(record.get("source") or PhrasingSource.IMPORTED)
    except ValueError:
        raise RowError("column phrasings: a source must be editor, imported or learned") from None
    spoken = read_language(language) if language else language_of_phrasing(text, languages)
    return Phrasing(text, spoken, source, clean_line(author or "") or None, float(weight))


def unique(phrasings: Iterable[Phrasing], *, exact: bool = False) -> tuple[Phrasing, ...]:
    """The phrasings without repetitions, in order; unless `exact`, case makes no difference."""
    kept: dict[tuple[str, Language], Phrasing] = {}
    for phrasing in phrasings:
        text = phrasing.text if exact else phrasing.text.casefold()
        kept.setdefault((text, phrasing.language), phrasing)
    return tuple(kept.values())
