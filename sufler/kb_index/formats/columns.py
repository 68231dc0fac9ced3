"""Finding the header of a table and what each of its columns is, in Russian and in English."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Language
from sufler.kb_index.formats.texts import language_word

HEADER_WITHIN = 20
OWN_COLUMN = "sufler_phrasings"  # only our own export has it
TRANSLATED = frozenset({"title", "answer", "phrasings"})

# Of two columns with one meaning, the one named earlier here is taken.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("article id", "id", "код", "код статьи", "ид", "идентификатор", "id статьи", "key"),
    "title": (
        "question", "вопрос", "title", "заголовок", "тема вопроса", "название",
        "вопрос клиента", "вопрос из бз", "текст вопроса", "формулировка вопроса", "subject",
    ),
    "answer": (
        "answer", "ответ", "ответ из бз", "текст ответа", "ответ оператора", "text", "текст",
        "body", "content", "содержание", "reply",
    ),
    "topic": (
        "topic", "тема", "section", "раздел", "category", "категория", "рубрика", "группа",
        "классификатор 1 уровня",
    ),
    "phrasings": (
        "phrasings", "phrasing", "формулировки", "alt titles", "alt title", "синонимы",
        "варианты вопроса", "варианты", "другие формулировки", "альтернативные вопросы",
        "примеры вопросов", "synonyms", "questions", "variants", "utterances", "examples",
    ),
    "language": ("language", "язык", "lang"),
    "status": ("status", "статус", "состояние"),
    "valid_from": ("valid from", "действует с", "начало действия"),
    "valid_until": ("valid until", "valid to", "действует до", "действует по", "конец действия"),
    "owner": ("owner", "владелец", "ответственный"),
    "other_language_ok": ("other language ok",),
    OWN_COLUMN: (OWN_COLUMN.replace("_", " "),),
}  # fmt: skip
_RANKS = {name: (field, rank) for field, names in _NAMES.items() for rank, name in enumerate(names)}
_FIELDS = frozenset(_NAMES)

Key = tuple[str, Language | None]


@dataclass(frozen=True, slots=True)
class Header:
    """What the columns of a table are. `rows` is how many rows of the table come before the data.

    `columns` maps (field, language or None) to the place in a row; `ignored` names the rest.
    """

    columns: Mapping[Key, int]
    rows: int
    ignored: tuple[str, ...] = ()

    @property
    def own(self) -> bool:
        """Whether the table is our own export."""
        return (OWN_COLUMN, None) in self.columns


def find_header(
    rows: Sequence[Sequence[str]], mapping: Mapping[str, str], file: str
) -> Header | None:
    """The header among the first rows of a table, or None when no row names title and answer.

    Rows above it (a report's title) are passed over; a header of two rows, as merged cells leave
    it, is put together. `mapping` gives a field the exact name of its column. Raises BadInput for
    an impossible mapping or for two columns that cannot be told apart.
    """
    wanted = _wanted(mapping)
    for place in range(min(len(rows), HEADER_WITHIN)):
        candidates = [(rows[place], place + 1)]
        if place + 1 < len(rows):
            candidates.append((_merged(rows[place], rows[place + 1]), place + 2))
        found = [
            header
            for names, used in candidates
            if _complete(header := _header(names, used, wanted, file))
        ]
        if found:
            best = max(found, key=lambda header: len(header.columns))
            return _checked(best, mapping, file)
    return None


def canonical(name: str) -> Key | None:
    """What a column of this name is: the field, and the language that the name also holds."""
    known = _known(name)
    return (known[0], known[2]) if known else None


def _known(name: str) -> tuple[str, int, Language | None] | None:
    """Field, rank among the names of its field, and language (“вопрос_en”, “English answer”)."""
    words = _words(name)
    if not words:
        return None
    for base, language in (
        (words, None),
        (words[:-1], language_word(words[-1])),
        (words[1:], language_word(words[0])),
    ):
        known = _RANKS.get(" ".join(base))
        if known and (base is words or (language and known[0] in TRANSLATED)):
            return *known, language
    return None


def _header(names: Sequence[str], used: int, wanted: Mapping[str, Key], file: str) -> Header:
    columns: dict[Key, int] = {}
    ranks: dict[Key, int] = {}
    doubled: dict[Key, str] = {}
    ignored: dict[int, str] = {}
    for place, name in enumerate(names):
        key = wanted.get(_plain(name)) or canonical(name)
        if not name.strip():
            continue
        if key is None or (key in wanted.values() and _plain(name) not in wanted):
            ignored[place] = name.strip()
            continue
        rank = _rank(name)
        if key in ranks and rank == ranks[key]:
            doubled[key] = name.strip()
        elif key not in ranks or rank < ranks[key]:
            if key in columns:
                ignored[columns[key]] = names[columns[key]].strip()
            columns[key], ranks[key] = place, rank
            doubled.pop(key, None)
        else:
            ignored[place] = name.strip()
    header = Header(columns, used, tuple(ignored[place] for place in sorted(ignored)))
    if doubled and _complete(header):
        name = next(iter(doubled.values()))
        raise BadInput(f"{file}: two columns are named “{name[:60]}”", field=name[:60])
    return header


def _rank(name: str) -> int:
    known = _known(name)
    return known[1] if known else -1  # named by --map: nothing comes before it


def _complete(header: Header) -> bool:
    fields = {field for field, _ in header.columns}
    return {"title", "answer"} <= fields


def _merged(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Two rows of a header as one: a group's language goes to each column under it, and a cell
    merged downwards keeps its name."""
    names: list[str] = []
    group = ""
    for place in range(max(len(upper), len(lower))):
        above = upper[place].strip() if place < len(upper) else ""
        below = lower[place].strip() if place < len(lower) else ""
        group = above or group
        words = _words(group)
        language = language_word(words[-1]) if words else None
        both = f"{below} {language}"
        names.append(both if below and language and canonical(both) else below or above)
    return names


def _wanted(mapping: Mapping[str, str]) -> dict[str, Key]:
    wanted: dict[str, Key] = {}
    for field, name in mapping.items():
        key = canonical(field) or ((field, None) if field in _FIELDS else None)
        if key is None:
            fields = ", ".join(sorted(_FIELDS - {OWN_COLUMN}))
            raise BadInput(f"--map: “{field}” is no field; fields are {fields}", field="mapping")
        wanted[_plain(name)] = key
    return wanted


def _checked(header: Header, mapping: Mapping[str, str], file: str) -> Header:
    missing = [
        name
        for name, key in ((name, canonical(field)) for field, name in mapping.items())
        if key is not None and key not in header.columns
    ]
    if missing:
        raise BadInput(f"{file}: no column is named “{missing[0]}”", field=missing[0])
    return header


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace("ё", "е").split())


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", _plain(name))
