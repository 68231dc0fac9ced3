"""Words as a search over history knows them: folded, and cut so that other forms are found."""

import re
from collections.abc import Iterator, Sequence

MOST_WORDS = 10
LONGEST_WORD = 60
# Characters of an excerpt, and how many of them stand before the first word found.
EXCERPT, BEFORE = 240, 70

_TOKEN = re.compile(r"[^\W_]+")
# What a word is cut by so that its other forms are found; at least three letters stay.
_RUSSIAN = re.compile(
    r"(?:иями|ями|ами|иях|ях|ах|ого|его|ому|ему|ыми|ими|ться|ть|ая|яя|ое|ее|ые|ие|ый|ий|ой|ою|ею"
    r"|ом|ем|ам|ям|ов|ев|ей|ию|ия|ии|[аяоеыиуюьй])$"
)
_ENGLISH = re.compile(r"(?:ing|ed|es|s)$")
_LEAST_STEM = 3
# A shorter word is looked for as it is: too many begin with it.
_LEAST_BEGINNING = 3

# A folded word, and whether what is looked for only begins with it.
Stems = Sequence[tuple[str, bool]]


def stems_of(words: str) -> list[tuple[str, bool]]:
    """The words as the index knows them: small letters, е for ё, without their endings; and
    whether what is looked for only begins with it. At most ten, each once."""
    folded = words.lower().replace("ё", "е")
    found = {}
    for token in _TOKEN.findall(folded)[: MOST_WORDS * 2]:
        word = token[:LONGEST_WORD]
        ending = _RUSSIAN.search(word) or _ENGLISH.search(word)
        stem = word[: ending.start()] if ending else word
        if len(stem) < _LEAST_STEM:
            stem = word
        found[stem] = len(stem) >= _LEAST_BEGINNING
    return list(found.items())[:MOST_WORDS]


def excerpt_of(text: str, stems: Stems) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A piece of the text around the first word found, in one line, with where the words are."""
    line = " ".join(text.split())
    first = next(_marks(line, stems), (0, 0))[0]
    start = max(0, first - BEFORE)
    if start:
        start = line.find(" ", start, first) + 1 or start
    piece = line[start : start + EXCERPT]
    piece = f"…{piece}" if start else piece
    if start + EXCERPT < len(line):
        piece = f"{piece}…"
    return piece, tuple(_marks(piece, stems))


def _marks(line: str, stems: Stems) -> Iterator[tuple[int, int]]:
    for token in _TOKEN.finditer(line):
        word = token[0].lower().replace("ё", "е")
        if any(word.startswith(stem) if begins else word == stem for stem, begins in stems):
            yield token.span()
