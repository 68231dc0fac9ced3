"""What a reader yields for each row of a file, and the limits that every article must keep."""

import re
from dataclasses import dataclass, field

from sufler.domain.knowledge import Article

MAX_ID = 200
MAX_TOPIC = 200
MAX_TITLE = 500
MAX_ANSWER = 20_000
MAX_PHRASINGS = 500
MAX_PHRASING = 1_000
MAX_OWNER = 200
MAX_WEIGHT = 100.0
MAX_CELL = 1_000_000

_BAD_LINK = re.compile(r"\]\(\s*<?\s*(javascript|vbscript|data|file)\s*:", re.IGNORECASE)
_HTML_TAG = re.compile(
    r"</?(?:p|br|b|i|u|a|div|span|strong|em|ul|ol|li|img|table|tr|td|h[1-6])\b[^<>]*>",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RowRef:
    """Where a row stands. `file` is the name shown to people, with the sheet in brackets where
    there is one; `row` counts from 1 as a spreadsheet does (line of a JSONL file, item of JSON)."""

    file: str
    row: int

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row of a file: an article, or the reason why it is none (then `article` is None).

    `said`: the names of the article's fields that the row speaks of; the others keep what the base
    has. `exact`: the row is in our own full form, so what it leaves out of a field is to go.
    """

    at: RowRef
    article: Article | None = None
    reason: str | None = None
    said: frozenset[str] = field(default_factory=frozenset)
    exact: bool = False


class RowError(Exception):
    """A row that cannot become an article; the words name the column."""


def reason_against(article: Article) -> str | None:
    """Why the article cannot be stored, naming the field, or None when it can."""
    if not article.id or len(article.id) > MAX_ID:
        return f"column id: must have 1 to {MAX_ID} characters"
    if not article.topic or len(article.topic) > MAX_TOPIC:
        return f"column topic: must have 1 to {MAX_TOPIC} characters"
    if not article.translations:
        return "column title: there is none in any language"
    for language, translation in article.translations.items():
        if reason := _reason_against_texts(language, translation.title, translation.answer):
            return reason
    if article.owner is not None and len(article.owner) > MAX_OWNER:
        return f"column owner: longer than {MAX_OWNER} characters"
    if article.valid_from and article.valid_until and article.valid_from >= article.valid_until:
        return "column valid_until: is not later than valid_from"
    return _reason_against_phrasings(article)


def has_html(text: str) -> bool:
    """Whether the text has HTML tags, which are shown to customers as they are written."""
    return _HTML_TAG.search(text) is not None


def _reason_against_texts(language: str, title: str, answer: str) -> str | None:
    if not title:
        return f"column title ({language}): is empty"
    if len(title) > MAX_TITLE:
        return f"column title ({language}): {len(title)} characters, at most {MAX_TITLE}"
    if not answer:
        return f"column answer ({language}): is empty"
    if len(answer) > MAX_ANSWER:
        return f"column answer ({language}): {len(answer)} characters, at most {MAX_ANSWER}"
    if bad := _BAD_LINK.search(answer):
        return f"column answer ({language}): a link with “{bad.group(1)}:” is not allowed"
    return None


def _reason_against_phrasings(article: Article) -> str | None:
    if len(article.phrasings) > MAX_PHRASINGS:
        return f"column phrasings: {len(article.phrasings)} of them, at most {MAX_PHRASINGS}"
    for phrasing in article.phrasings:
        if not phrasing.text:
            return "column phrasings: one is empty"
        if len(phrasing.text) > MAX_PHRASING:
            return (
                f"column phrasings: one has {len(phrasing.text)} characters, at most {MAX_PHRASING}"
            )
        if not 0 <= phrasing.weight <= MAX_WEIGHT:
            return f"column phrasings: weight {phrasing.weight} is not within 0 to {MAX_WEIGHT:g}"
    return None
