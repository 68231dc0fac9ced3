"""The full form of an article as a JSON object: writing it, reading it, and flat objects."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sufler.domain.knowledge import (
    LANGUAGES,
    OTHER_TOPIC,
    Article,
    ArticleStatus,
    Language,
    Phrasing,
    PhrasingSource,
    Translation,
)
from sufler.kb_index.formats.build import (
    finished,
    from_cells,
    phrasings_from,
    stable_id,
    unique,
)
from sufler.kb_index.formats.columns import OWN_COLUMN, Key, canonical
from sufler.kb_index.formats.rows import ImportRow, RowError, RowRef
from sufler.kb_index.formats.texts import clean_line, clean_text, read_moment, read_status

_KEYS = frozenset(
    {
        "id", "topic", "translations", "phrasings", "status", "valid_from", "valid_until",
        "owner", "other_language_ok", "updated_at", "revision",
    }
)  # fmt: skip
_SAID = _KEYS - {"id", "updated_at", "revision"}


def to_object(article: Article) -> dict[str, Any]:
    """The article in full form, ready for JSON; `updated_at` and `revision` stay behind."""
    return {
        "id": article.id,
        "topic": article.topic,
        "translations": {
            language: {"title": translation.title, "answer": translation.answer}
            for language, translation in article.translations.items()
        },
        "phrasings": [
            {
                "text": phrasing.text,
                "language": phrasing.language,
                "source": phrasing.source.value,
                "author": phrasing.author,
                "weight": phrasing.weight,
            }
            for phrasing in article.phrasings
        ],
        "status": article.status.value,
        "valid_from": article.valid_from.isoformat() if article.valid_from else None,
        "valid_until": article.valid_until.isoformat() if article.valid_until else None,
        "owner": article.owner,
        "other_language_ok": article.other_language_ok,
    }


def trusted(record: Mapping[str, Any]) -> Article:
    """The article of what `to_object` made, without looking at it again."""
    return Article(
        id=record["id"],
        topic=record["topic"],
        translations={
            language: Translation(texts["title"], texts["answer"])
            for language, texts in record["translations"].items()
        },
        phrasings=tuple(
            Phrasing(
                item["text"],
                item["language"],
                PhrasingSource(item["source"]),
                item["author"],
                item["weight"],
            )
            for item in record["phrasings"]
        ),
        status=ArticleStatus(record["status"]),
        valid_from=_moment(record["valid_from"]),
        valid_until=_moment(record["valid_until"]),
        owner=record["owner"],
        other_language_ok=record["other_language_ok"],
    )


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def from_object(at: RowRef, value: object, mapping: Mapping[str, str]) -> ImportRow:
    """The article of one JSON object: the full form when it has "translations", else a flat one
    whose keys are named as the columns of a table are."""
    try:
        if not isinstance(value, dict):
            raise RowError("is not a JSON object")
        if "translations" in value:
            return _from_full(at, value)
        return _from_flat(at, value, mapping)
    except RowError as error:
        return ImportRow(at, reason=str(error))


def _from_full(at: RowRef, record: Mapping[str, Any]) -> ImportRow:
    if unknown := sorted(record.keys() - _KEYS):
        raise RowError(f"column {unknown[0][:40]}: is unknown")
    translations = _translations(record["translations"])
    if not translations:
        raise RowError("column translations: there is none")
    first = next(language for language in LANGUAGES if language in translations)
    ok = record.get("other_language_ok")
    if ok is not None and not isinstance(ok, bool):
        raise RowError("column other_language_ok: must be true or false")
    languages = (first, *(language for language in translations if language != first))
    status = _text(record, "status")
    article = Article(
        id=clean_line(_text(record, "id")) or stable_id(translations[first].title, first),
        topic=clean_line(_text(record, "topic")) or OTHER_TOPIC,
        translations=translations,
        phrasings=unique(phrasings_from(record.get("phrasings") or [], languages), exact=True),
        status=read_status(status) if status else ArticleStatus.PUBLISHED,
        valid_from=read_moment(_text(record, "valid_from"), "valid_from"),
        valid_until=read_moment(_text(record, "valid_until"), "valid_until"),
        owner=clean_line(_text(record, "owner")) or None,
        other_language_ok=bool(ok),
    )
    return finished(at, article, record.keys() & _SAID, exact=True)


def _translations(value: object) -> dict[Language, Translation]:
    if not isinstance(value, dict):
        raise RowError("column translations: must be an object")
    if unknown := sorted(value.keys() - set(LANGUAGES)):
        raise RowError(f"column translations: the language “{unknown[0][:20]}” is not ru or en")
    found: dict[Language, Translation] = {}
    for language in LANGUAGES:
        if (texts := value.get(language)) is None:
            continue
        if not isinstance(texts, dict) or not all(
            isinstance(texts.get(key), str) for key in ("title", "answer")
        ):
            raise RowError(f"column translations ({language}): needs title and answer as texts")
        found[language] = Translation(clean_line(texts["title"]), clean_text(texts["answer"]))
    return found


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if key == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise RowError(f"column {key}: must be a text")
    return value


def _from_flat(at: RowRef, record: Mapping[str, Any], mapping: Mapping[str, str]) -> ImportRow:
    by_name = {name: canonical(field) for field, name in mapping.items()}
    cells: dict[Key, str] = {}
    for name, value in record.items():
        key = by_name.get(name) or canonical(name)
        if key is None or key[0] == OWN_COLUMN or value is None:
            continue
        if key in cells and name not in by_name:
            continue
        cells[key] = _cell(value, name)
    return from_cells(at, cells)


def _cell(value: object, name: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        # The last line break keeps a list of one from being split at its punctuation.
        return "\n".join(" ".join(item.split()) for item in value) + "\n"
    raise RowError(f"column {name[:40]}: must be a text")
