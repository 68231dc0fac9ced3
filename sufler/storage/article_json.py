"""An article's content as canonical JSON, and back: equal articles have equal JSON."""

import hashlib
import math
from datetime import UTC, datetime
from typing import Any

import orjson

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import (
    LANGUAGES,
    OTHER_TOPIC,
    Article,
    ArticleStatus,
    Phrasing,
    PhrasingSource,
    Translation,
)


def encode(article: Article) -> str:
    """Everything but the revision and the time of change. An empty topic becomes OTHER_TOPIC.

    Raises BadInput when something cannot be stored: a lone surrogate, a weight that is no number.
    """
    if not all(math.isfinite(phrasing.weight) for phrasing in article.phrasings):
        raise BadInput(f"article {article.id!r}: a weight is a finite number", field="weight")
    content: dict[str, Any] = {
        "id": article.id,
        "topic": article.topic or OTHER_TOPIC,
        "translations": {
            language: {"title": translation.title, "answer": translation.answer}
            for language in LANGUAGES
            if (translation := article.translations.get(language)) is not None
        },
        "phrasings": [
            {
                "text": phrasing.text,
                "language": phrasing.language,
                "source": phrasing.source.value,
                "author": phrasing.author,
                "weight": float(phrasing.weight),
            }
            for phrasing in article.phrasings
        ],
        "status": article.status.value,
        "valid_from": _moment(article.valid_from),
        "valid_until": _moment(article.valid_until),
        "owner": article.owner,
        "other_language_ok": article.other_language_ok,
    }
    try:
        return orjson.dumps(content).decode()
    except orjson.JSONEncodeError as error:
        raise BadInput(f"article {article.id!r} cannot be stored: {error}") from error


def hash_of(body: str) -> str:
    """SHA-256 (hex) of an encoded article."""
    return hashlib.sha256(body.encode()).hexdigest()


def decode(body: str, revision: int, updated_at: datetime) -> Article:
    """The article of an encoded body."""
    content = orjson.loads(body)
    return Article(
        id=content["id"],
        topic=content["topic"],
        translations={
            language: Translation(kept["title"], kept["answer"])
            for language in LANGUAGES
            if (kept := content["translations"].get(language)) is not None
        },
        phrasings=tuple(
            Phrasing(
                kept["text"],
                kept["language"],
                PhrasingSource(kept["source"]),
                kept["author"],
                kept["weight"],
            )
            for kept in content["phrasings"]
        ),
        status=ArticleStatus(content["status"]),
        valid_from=_from_moment(content["valid_from"]),
        valid_until=_from_moment(content["valid_until"]),
        owner=content["owner"],
        other_language_ok=content["other_language_ok"],
        updated_at=updated_at,
        revision=revision,
    )


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _from_moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
