"""Cleaning and reading of single cells: titles, answers, phrasings, languages, dates, states."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from sufler.domain.knowledge import ArticleStatus, Language
from sufler.kb_index.formats.rows import RowError

# Controls and format characters (Unicode's Cc and Cf), except line feed and tab, and except the
# two joiners that hold emoji and some scripts together. A test compares it with Unicode.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f]"
)
_LETTERS = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile("[\u0400-\u04ff]+")
_LONE = re.compile("[\ud800-\udfff]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_ENTITY = re.compile(r"&#?\w{1,10};")
_CYRILLIC_SHARE = 0.25

_STATUS = {
    ArticleStatus.DRAFT: {"draft", "черновик"},
    ArticleStatus.PUBLISHED: {
        "published", "active", "опубликовано", "опубликована", "опубликован", "активна", "активно",
    },
    ArticleStatus.ARCHIVED: {"archived", "archive", "архив", "в архиве", "архивная"},
}  # fmt: skip
_LANGUAGE: dict[str, Language] = {
    **dict.fromkeys(("ru", "rus", "russian", "рус", "русский", "ру", "ru-ru", "русск"), "ru"),
    **dict.fromkeys(("en", "eng", "english", "англ", "английский", "en-us", "en-gb"), "en"),
}
_YES = {"1", "true", "yes", "y", "да", "истина", "+"}
_NO = {"", "0", "false", "no", "n", "нет", "ложь", "-"}


def clean_line(text: str) -> str:
    """One line without control, invisible and direction characters; whitespace runs are one space.

    Not `normalise`: its NFKC is right for the encoder but would turn «№» into «No» in a title that
    customers read. Idempotent.
    """
    return " ".join(_visible(_BREAKS.sub(" ", text)).split())


def clean_text(text: str) -> str:
    """An answer: newlines become \\n and stay, other control and direction characters go."""
    return _visible(_BREAKS.sub("\n", text)).strip()


def _visible(text: str) -> str:
    text = _LONE.sub("\ufffd", _INVISIBLE.sub("", text))
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def same_text_key(text: str) -> str:
    """What two texts share when people would call them the same: case and spacing aside."""
    return clean_line(text).casefold()


def cyrillic_share(text: str) -> float:
    """Share of Cyrillic among the letters, 0..1; 0 for a text without letters."""
    letters = "".join(_LETTERS.findall(text))
    return len("".join(_CYRILLIC.findall(letters))) / len(letters) if letters else 0.0


def language_of_row(title: str, answer: str) -> Language:
    """Russian when a quarter of the letters of the title, or of it all, are Cyrillic."""
    mixed = cyrillic_share(f"{title} {answer[:500]}")
    return "ru" if max(cyrillic_share(title), mixed) >= _CYRILLIC_SHARE else "en"


def language_of_phrasing(text: str, languages: tuple[Language, ...]) -> Language:
    """The language of a phrasing of an article that has `languages` (the row's own first).

    Latin letters in an article without an English text are the row's own language: transliteration
    and product names are common there.
    """
    if cyrillic_share(text) >= _CYRILLIC_SHARE:
        return "ru"
    has_letters = any(char.isalpha() for char in text)
    return "en" if has_letters and "en" in languages else languages[0]


def split_phrasings(cell: str) -> list[str]:
    """The phrasings of one cell: by lines; else by " | "; else by ";" where that makes phrases."""
    cell = _BREAKS.sub("\n", cell)
    if "\n" in cell:
        return cell.split("\n")
    if " | " in cell:
        return cell.split(" | ")
    if ";" in cell and "://" not in cell and not _ENTITY.search(cell):
        parts = [part.strip() for part in cell.split(";")]
        if all(map(_is_phrase, filter(None, parts))):
            return parts
    return [cell]


def _is_phrase(part: str) -> bool:
    begins = part[0].isalnum() or part[0] in "«“\"'"
    return len(part) >= 3 and begins and any(map(str.isalpha, part))


def read_language(cell: str) -> Language:
    """The language that a cell names. Raises RowError, as all readers of cells here do."""
    found = _LANGUAGE.get(clean_line(cell).casefold().rstrip("."))
    if found is None:
        raise RowError("column language: must be ru or en")
    return found


def language_word(word: str) -> Language | None:
    """The language that a word of a header names, if it names one."""
    return _LANGUAGE.get(word)


def read_status(cell: str) -> ArticleStatus:
    """The status that a cell names, in Russian or English."""
    word = clean_line(cell).casefold()
    for status, words in _STATUS.items():
        if word in words:
            return status
    raise RowError("column status: must be draft, published or archived")


def read_flag(cell: str, column: str) -> bool:
    """Yes or no; an empty cell is no."""
    word = clean_line(cell).casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise RowError(f"column {column}: must be yes or no")


def read_moment(cell: str, column: str) -> datetime | None:
    """A date or a moment (ISO 8601 or 31.12.2026 [18:00]); without an offset it is UTC.

    A bare date in `valid_until` means that whole day, so it becomes the start of the next one.
    """
    cell = clean_line(cell)
    if not cell:
        return None
    moment, bare = _parse_moment(cell, column)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        if bare and column == "valid_until":
            moment += timedelta(days=1)
        moment.astimezone(UTC)
    except OverflowError:
        raise RowError(f"column {column}: the date is too far away") from None
    return moment


def _parse_moment(cell: str, column: str) -> tuple[datetime, bool]:
    for pattern in ("%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S"):
        try:
            return datetime.strptime(cell, pattern), pattern == "%d.%m.%Y"
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(cell), len(cell) <= 10
    except ValueError:
        raise RowError(f"column {column}: must be a date such as 2026-12-31") from None
