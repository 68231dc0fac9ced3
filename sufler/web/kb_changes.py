"""What differs between two states of an article, word by word, for history and conflicts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

from sufler.domain.knowledge import LANGUAGES, Article, Phrasing

_TOKEN = re.compile(r"\n|[^\S\n]*\w+|[^\S\n]*[^\w\s]|[^\S\n]+")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
# Comparing words takes time by the square of their number; longer texts are compared by lines.
_MOST_WORDS = 3000


class Kind(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text that stayed, went or came."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs: its name, such as `answer.ru`, and its pieces in reading order."""

    field: str
    pieces: tuple[Piece, ...]


def changed_fields(before: Article | None, after: Article) -> list[str]:
    """The names of the fields that differ, in the order in which a page shows them."""
    return [name for name, old, new in _fields(before, after) if old != new]


def changes(before: Article | None, after: Article) -> list[Change]:
    """Each field that differs, with its differences. `before` None: everything came."""
    found = []
    for name, old, new in _fields(before, after):
        if old == new:
            continue
        pieces = _by_lines(old, new) if name == "phrasings" else differences(old, new)
        found.append(Change(name, tuple(pieces)))
    return found


def differences(old: str, new: str) -> list[Piece]:
    """The way from `old` to `new` in words; what was removed stands before what was added."""
    pattern = _TOKEN
    if max(len(pattern.findall(old)), len(pattern.findall(new))) > _MOST_WORDS:
        pattern = _LINE
    before, after = pattern.findall(old), pattern.findall(new)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Kind.SAME, "".join(before[a:b])))
            continue
        if b > a:
            pieces.append(Piece(Kind.REMOVED, "".join(before[a:b])))
        if d > c:
            pieces.append(Piece(Kind.ADDED, "".join(after[c:d])))
    return _joined(pieces)


def _by_lines(old: str, new: str) -> list[Piece]:
    """Lists of lines, whose order does not matter: those that went, those that came."""
    before, after = old.splitlines(), new.splitlines()
    known, wanted = set(before), set(after)
    gone = [line for line in before if line not in wanted]
    come = [line for line in after if line not in known]
    pieces = [Piece(Kind.REMOVED, line + "\n") for line in gone]
    pieces += [Piece(Kind.ADDED, line + "\n") for line in come]
    return pieces


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Changes with nothing but white space between them read better as one."""
    smooth: list[Piece] = []
    for place, piece in enumerate(pieces):
        bare = piece.kind is Kind.SAME and not piece.text.strip() and "\n" not in piece.text
        if bare and 0 < place < len(pieces) - 1:
            smooth += [Piece(Kind.REMOVED, piece.text), Piece(Kind.ADDED, piece.text)]
        else:
            smooth.append(piece)
    joined: list[Piece] = []
    for same, group in groupby(smooth, key=lambda piece: piece.kind is Kind.SAME):
        run = list(group)
        if same:
            joined += run
            continue
        for kind in (Kind.REMOVED, Kind.ADDED):
            words = "".join(piece.text for piece in run if piece.kind is kind)
            if words:
                joined.append(Piece(kind, words))
    return joined


def _fields(before: Article | None, after: Article) -> Iterator[tuple[str, str, str]]:
    old = dict(_texts(before)) if before else {}
    for name, new in _texts(after):
        yield name, old.get(name, ""), new


def _texts(article: Article) -> Iterator[tuple[str, str]]:
    yield "status", article.status.value
    yield "topic", article.topic
    for language in LANGUAGES:
        told = article.translations.get(language)
        yield f"title.{language}", told.title if told else ""
        yield f"answer.{language}", told.answer if told else ""
    yield "phrasings", "\n".join(_phrasing_line(each) for each in article.phrasings)
    yield "valid_from", _moment(article.valid_from)
    yield "valid_until", _moment(article.valid_until)
    yield "owner", article.owner or ""
    yield "other_language_ok", "✓" if article.other_language_ok else ""


def _phrasing_line(phrasing: Phrasing) -> str:
    weight = "" if phrasing.weight == 1 else f" ×{phrasing.weight:g}"
    return f"{phrasing.language}: {phrasing.text}{weight}"


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if moment else ""
