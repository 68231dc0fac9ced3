"""A block of articles made searchable at once and never changed after: vectors and n-grams."""

import asyncio
import copy
import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sufler.domain.knowledge import LANGUAGES, Article, Language
from sufler.domain.ports import TextKind, Vectors
from sufler.kb_index.background import Background
from sufler.kb_index.nearest import EXACT_ROWS, Alive, Nearest
from sufler.kb_index.ngrams import (
    Floats,
    GramIndex,
    GramWeights,
    Integers,
    KeepOn,
    gram_texts,
    highest,
)
from sufler.kb_index.unit_rows import UnitRows
from sufler.kb_index.vectors import StoredVectors

# Of rows whose article has changed since, so many times the wanted rows are looked through.
LOOKED_THROUGH = 8
# Articles whose vectors are added up at a time.
AT_ONCE = 1_000

Progress = Callable[[str, int, int], None]
Part = tuple["Segment", Alive]


@dataclass(frozen=True, slots=True)
class Entry:
    """One indexed way of asking: a title or a phrasing. `weight` is 0..1, a title's is 1."""

    text: str
    language: Language
    weight: float = 1.0


def questions_of(article: Article) -> list[Entry]:
    """Titles in every language, then phrasings; the same words only once."""
    entries: dict[str, Entry] = {}
    for language, translation in article.translations.items():
        entries.setdefault(translation.title, Entry(translation.title, language))
    for phrasing in article.phrasings:
        entries.setdefault(phrasing.text, Entry(phrasing.text, phrasing.language, phrasing.weight))
    return list(entries.values())


def passages_of(article: Article) -> list[tuple[str, str, Language]]:
    """(title and answer, answer alone, language) for every translation."""
    return [
        (f"{translation.title}\n{translation.answer}", translation.answer, language)
        for language, translation in article.translations.items()
    ]


class Segment:
    """Articles with everything that a search reads. Article i's questions are rows
    `question_starts[i]:question_starts[i + 1]`, its passages `passage_starts[i]:…[i + 1]`.

    `question_languages` number LANGUAGES.
    """

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = tuple(articles)
        self.numbers = {article.id: number for number, article in enumerate(self.articles)}
        self.questions: list[str] = []
        languages: list[int] = []
        weights: list[float] = []
        question_starts, passage_starts = [0], [0]
        for article in self.articles:
            for entry in questions_of(article):
                self.questions.append(entry.text)
                languages.append(LANGUAGES.index(entry.language))
                weights.append(entry.weight)
            question_starts.append(len(self.questions))
            passage_starts.append(passage_starts[-1] + len(article.translations))
        self.question_languages = np.array(languages, dtype=np.int8)
        self.question_weights = np.array(weights, dtype=np.float32)
        self.question_starts = np.array(question_starts, dtype=np.int64)
        self.passage_starts = np.array(passage_starts, dtype=np.int64)
        numbers = np.arange(len(self.articles))
        self.question_articles = np.repeat(numbers, np.diff(self.question_starts))
        self.passage_articles = np.repeat(numbers, np.diff(self.passage_starts))

    async def load(
        self,
        vectors: StoredVectors,
        background: Background,
        grams: GramWeights | None,
        on_progress: Progress | None = None,
    ) -> None:
        """Encode what is new and build both indexes. `grams` None: weigh by this segment."""

        async def centred(
            texts: Sequence[str], languages: NDArray[np.int8], kind: TextKind, what: str
        ) -> UnitRows:
            told = on_progress
            found = UnitRows(len(texts), vectors.dimension)
            async for rows, raw in vectors.pages(
                texts, kind, None if told is None else lambda done, all_: told(what, done, all_)
            ):
                for number, language in enumerate(LANGUAGES):
                    chosen = languages[rows] == number
                    found.put(rows[chosen], background.centre(raw[chosen], language, kind))
            return found

        self.question_vectors = await centred(
            self.questions, self.question_languages, "query", "questions"
        )
        passages = [each for article in self.articles for each in passages_of(article)]
        spoken = np.array([LANGUAGES.index(language) for *_, language in passages], dtype=np.int8)
        wholes = [whole for whole, _, _ in passages]
        self.passage_vectors = await centred(wholes, spoken, "passage", "answers")
        self.answer_vectors = await centred(
            [answer for _, answer, _ in passages], spoken, "passage", "answers"
        )
        self._asked = background.sample
        # In a thread: a large segment takes seconds, and customers are answered meanwhile.
        await asyncio.to_thread(self._build, grams)

    @staticmethod
    def merged(
        parts: Sequence[Part], grams: GramWeights | None, keep_on: KeepOn | None = None
    ) -> "Segment":
        """One segment of the live articles of several, in their order. Nothing is encoded or read;
        `keep_on` is called now and then, and ends the work by raising."""
        found = Segment(
            [
                article
                for segment, mask in parts
                for article, alive in zip(segment.articles, mask, strict=True)
                if alive
            ]
        )
        found.question_vectors = UnitRows.of(
            [segment.question_vectors[mask[segment.question_articles]] for segment, mask in parts]
        )
        told = [(segment, mask[segment.passage_articles]) for segment, mask in parts]
        found.passage_vectors = UnitRows.of([each.passage_vectors[kept] for each, kept in told])
        found.answer_vectors = UnitRows.of([each.answer_vectors[kept] for each, kept in told])
        found._asked = parts[0][0]._asked
        found._build(grams, keep_on)
        return found

    def weighed_by(self, grams: GramWeights) -> "Segment":
        """The same, its letters weighed by `grams`."""
        other = copy.copy(self)
        other._weigh(grams)
        return other

    def _weigh(self, grams: GramWeights | None, keep_on: KeepOn | None = None) -> None:
        wholes = [whole for article in self.articles for whole, _, _ in passages_of(article)]
        asked, told = gram_texts(self.questions, keep_on), gram_texts(wholes, keep_on)
        both = len(self.questions) + len(wholes)
        self.gram_weights = grams or GramWeights.counted(asked + told, both)
        self.question_grams = GramIndex(self.questions, self.gram_weights, asked, keep_on)
        self.passage_grams = GramIndex(wholes, self.gram_weights, told, keep_on)

    def _build(self, grams: GramWeights | None, keep_on: KeepOn | None = None) -> None:
        self.question_rows = Nearest(self.question_vectors, self._asked)
        self.passage_rows = Nearest(self.passage_vectors, self._asked)
        self._weigh(grams, keep_on)
        if len(self.questions) > EXACT_ROWS:
            _give_memory_back()

    @cached_property
    def sums(self) -> Floats:
        """The sum of each article's vectors by their weights, shape (articles, dimension)."""
        found = np.zeros((len(self.articles), self.question_vectors.shape[1]), dtype=np.float32)
        for start in range(0, len(self.articles), AT_ONCE):
            end = min(start + AT_ONCE, len(self.articles))
            asked = slice(self.question_starts[start], self.question_starts[end])
            told = slice(self.passage_starts[start], self.passage_starts[end])
            vectors = self.question_vectors[asked]
            vectors = vectors * self.question_weights[asked, None]
            at = self.question_starts[start:end] - self.question_starts[start]
            found[start:end] = np.add.reduceat(vectors, at, axis=0)
            vectors = self.passage_vectors[told]
            vectors = vectors + self.answer_vectors[told]
            at = self.passage_starts[start:end] - self.passage_starts[start]
            found[start:end] += np.add.reduceat(vectors, at, axis=0)
        return found

    def nearest(
        self, vector: Vectors, buckets: Integers, values: Floats, width: int, live: Alive
    ) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Numbers of live articles worth a look, by meaning and by letters, `width` rows of each
        kind; and the n-gram cosines of all questions and passages."""
        question_grams = self.question_grams.cosines(buckets, values)
        passage_grams = self.passage_grams.cosines(buckets, values)
        asked, told = self.question_articles, self.passage_articles
        found = [
            asked[self.question_rows.to(vector, width, live, asked)],
            told[self.passage_rows.to(vector, width // 2, live, told)],
            _lettered(question_grams, width // 2, live, asked),
            _lettered(passage_grams, width // 4, live, told),
        ]
        return np.unique(np.concatenate(found)), question_grams, passage_grams


def _lettered(
    cosines: Floats, width: int, live: Alive, owners: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Owners of the `width` rows with the highest cosines among the live ones."""
    rows = highest(cosines, width)
    if not live[owners[rows]].all():
        rows = highest(cosines, width * LOOKED_THROUGH)
        rows = rows[live[owners[rows]]]
        rows = rows[np.argsort(-cosines[rows], kind="stable")[:width]]
    return owners[rows]


def _give_memory_back() -> None:
    """Building a large segment leaves hundreds of MB that are free, but still the process's."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's
    if trim is not None:
        trim(0)
