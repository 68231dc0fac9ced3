"""Finding equal and nearly equal titles among many without comparing each with each."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from sufler.kb_index.formats.report import TitlePair
from sufler.kb_index.formats.rows import RowRef
from sufler.kb_index.formats.texts import same_text_key

NEAR = 90.0
MAX_PAIRS = 200
_BLOCK = 64
_KEYS = 3
_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class KnownTitle:
    """One title. `at` is None for a title of the base; `answer` is a digest of the answer, empty
    where it is not known."""

    title: str
    article_id: str
    at: RowRef | None
    answer: bytes = b""


def equal_titles(titles: Iterable[KnownTitle]) -> Iterator[TitlePair]:
    """Pairs of articles with the same title, at least one of them from the file."""
    first: dict[str, KnownTitle] = {}
    for known in titles:
        earlier = first.setdefault(same_text_key(known.title), known)
        if earlier.article_id != known.article_id:
            yield from _pair(known, earlier, 100.0)


def near_titles(titles: Sequence[KnownTitle]) -> Iterator[TitlePair]:
    """Pairs of articles whose titles are alike to NEAR of 100, but not equal.

    Only titles that share one of their rarest words (by its first letters) are compared, within
    blocks of at most 64, so the cost grows with the number of titles and not with its square;
    a pair may therefore be missed in a very large base, but never invented. Titles that differ
    in a number are no pair.
    """
    keys = [same_text_key(known.title) for known in titles]
    texts = _numbered(keys)
    numbers = _numbered(["-".join(_DIGITS.findall(key)) for key in keys])
    seen: set[tuple[int, int]] = set()
    for block in _blocks(keys):
        compared = [keys[place] for place in block]
        scores = process.cdist(
            compared, compared, scorer=fuzz.ratio, score_cutoff=NEAR, dtype=np.float32, workers=1
        )
        # A pair differs as a text, but not in its numbers.
        fits = (scores >= NEAR) & (numbers[block][:, None] == numbers[block])
        fits &= texts[block][:, None] != texts[block]
        for left, right in np.argwhere(np.triu(fits, 1)).tolist():
            pair = (min(block[left], block[right]), max(block[left], block[right]))
            one, other = titles[pair[1]], titles[pair[0]]
            if pair not in seen and one.article_id != other.article_id:
                seen.add(pair)
                yield from _pair(one, other, float(scores[left, right]))


def _numbered(texts: Sequence[str]) -> NDArray[np.int64]:
    """A number for each text; equal texts have equal numbers."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(text, len(known)) for text in texts], dtype=np.int64)


def _pair(one: KnownTitle, other: KnownTitle, likeness: float) -> Iterator[TitlePair]:
    if one.at is None:
        one, other = other, one
    if one.at is not None:
        differ = bool(one.answer and other.answer) and one.answer != other.answer
        yield TitlePair(
            one.title,
            one.at,
            one.article_id,
            other.title,
            other.at,
            other.article_id,
            round(likeness, 1),
            contradicts=likeness == 100.0 and differ,
        )


def _blocks(keys: Sequence[str]) -> Iterator[list[int]]:
    """Places of titles that share a rare word, in overlapping windows over their sorted texts."""
    stems = [{word[:5] for word in _WORD.findall(key) if len(word) > 2} or {key} for key in keys]
    counts: defaultdict[str, int] = defaultdict(int)
    for words in stems:
        for word in words:
            counts[word] += 1
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, words in enumerate(stems):
        for word in sorted(words, key=lambda word: (counts[word], word))[:_KEYS]:
            if counts[word] > 1:
                places[word].append(place)
    for block in places.values():
        block.sort(key=lambda place: keys[place])
        for start in range(0, max(1, len(block) - _BLOCK // 2), _BLOCK // 2):
            if len(window := block[start : start + _BLOCK]) > 1:
                yield window
