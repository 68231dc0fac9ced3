"""An article's content as canonical JSON, and back: equal articles have equal JSON."""

import hashlib
import math
from dataclasses import replace
from datetime import UTC, datetime

import orjson

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import LANGUAGES, OTHER_TOPIC, Article, PhrasingSource
from sufler.kb_index.formats.full_form import to_object, trusted


def encode(article: Article) -> str:
    """Everything but the revision, the time of change, and phrasings that were learned: those
    are kept in a table of their own. An empty topic becomes OTHER_TOPIC.

    Raises BadInput when something cannot be stored: a lone surrogate, a weight that is no number.
    """
    if not all(math.isfinite(phrasing.weight) for phrasing in article.phrasings):
        raise BadInput(f"article {article.id!r}: a weight is a finite number", field="weight")
    content = to_object(article) | {
        "topic": article.topic or OTHER_TOPIC,
        "valid_from": _moment(article.valid_from),
        "valid_until": _moment(article.valid_until),
    }
    texts = content["translations"]
    content["translations"] = {each: texts[each] for each in LANGUAGES if each in texts}
    learned = PhrasingSource.LEARNED.value
    content["phrasings"] = [each for each in content["phrasings"] if each["source"] != learned]
    for phrasing in content["phrasings"]:
        phrasing["weight"] = float(phrasing["weight"])
    try:
        return orjson.dumps(content).decode()
    except orjson.JSONEncodeError as error:
        raise BadInput(f"article {article.id!r} cannot be stored: {error}") from error


def hash_of(body: str) -> str:
    """SHA-256 (hex) of an encoded article."""
    return hashlib.sha256(body.encode()).hexdigest()


def decode(body: str, revision: int, updated_at: datetime, version: int = 0) -> Article:
    """The article of an encoded body, without what was learned for it."""
    article = trusted(orjson.loads(body))
    return replace(article, revision=revision, updated_at=updated_at, version=version)


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()
