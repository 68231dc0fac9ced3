"""A block of articles made searchable at once and never changed after: vectors and n-grams."""

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from sufler.domain.knowledge import Article, Language
from sufler.domain.ports import TextKind, Vectors
from sufler.kb_index.background import Background
from sufler.kb_index.ngrams import Floats, GramIndex, GramWeights, Integers
from sufler.kb_index.vectors import StoredVectors

# One thread a search: the cores are the encoder's, and other messages'.
faiss.omp_set_num_threads(1)

# Up to this many rows are compared exactly; of more, the signs of their numbers (48 bytes a row
# instead of 1,536) find SIGN_SHARE times as many as are wanted, and only those are compared.
EXACT_ROWS = 4_096
SIGN_SHARE = 16

Progress = Callable[[str, int, int], None]


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
    `question_starts[i]:question_starts[i + 1]`, its passages `passage_starts[i]:…[i + 1]`."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = tuple(articles)
        self.numbers = {article.id: number for number, article in enumerate(self.articles)}
        self.questions: list[Entry] = []
        self.passages: list[tuple[str, str, Language]] = []
        question_starts, passage_starts = [0], [0]
        for article in self.articles:
            self.questions.extend(questions_of(article))
            self.passages.extend(passages_of(article))
            question_starts.append(len(self.questions))
            passage_starts.append(len(self.passages))
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
            texts: Sequence[str], languages: Sequence[Language], kind: TextKind, what: str
        ) -> Vectors:
            raw = await vectors.of(
                texts,
                kind,
                None if on_progress is None else lambda done, all_: on_progress(what, done, all_),
            )
            for language in set(languages):
                chosen = np.array([each == language for each in languages])
                raw[chosen] = background.centre(raw[chosen], language, kind)
            return raw

        languages = [entry.language for entry in self.questions]
        self.question_vectors = await centred(
            [entry.text for entry in self.questions], languages, "query", "questions"
        )
        languages = [language for _, _, language in self.passages]
        self.passage_vectors = await centred(
            [whole for whole, _, _ in self.passages], languages, "passage", "answers"
        )
        self.answer_vectors = await centred(
            [answer for _, answer, _ in self.passages], languages, "passage", "answers"
        )
        self._question_rows = _Nearest(self.question_vectors)
        self._passage_rows = _Nearest(self.passage_vectors)
        questions = [entry.text for entry in self.questions]
        passages = [whole for whole, _, _ in self.passages]
        self.gram_weights = grams or GramWeights.of(questions + passages)
        self.question_grams = GramIndex(questions, self.gram_weights)
        self.passage_grams = GramIndex(passages, self.gram_weights)
        if len(questions) > EXACT_ROWS:
            _give_memory_back()

    def nearest(
        self, vector: Vectors, buckets: Integers, values: Floats, width: int
    ) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Article numbers worth a look, by meaning and by letters, `width` rows of each kind;
        and the n-gram cosines of all questions and passages."""
        question_grams = self.question_grams.cosines(buckets, values)
        passage_grams = self.passage_grams.cosines(buckets, values)
        found = [
            self.question_articles[self._question_rows.to(vector, width)],
            self.passage_articles[self._passage_rows.to(vector, width // 2)],
            self.question_articles[_top_above_zero(question_grams, width // 2)],
            self.passage_articles[_top_above_zero(passage_grams, width // 4)],
        ]
        return np.unique(np.concatenate(found)), question_grams, passage_grams


def _give_memory_back() -> None:
    """Building a large segment leaves hundreds of MB that are free, but still the process's."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's
    if trim is not None:
        trim(0)


class _Nearest:
    """Finds the rows of `vectors` whose product with a vector is largest."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors
        self._signs: Any = None
        if len(vectors) > EXACT_ROWS:
            self._signs = faiss.IndexBinaryFlat(vectors.shape[1])
            self._signs.use_heap = False  # counting is faster than a heap of so many
            self._signs.add(np.packbits(vectors > 0, axis=1))

    def to(self, vector: Vectors, width: int) -> NDArray[np.int64]:
        """Numbers of the `width` nearest rows, unordered."""
        if self._signs is None:
            return _top(self._vectors @ vector, width)
        _, found = self._signs.search(np.packbits(vector > 0)[None], width * SIGN_SHARE)
        rows: NDArray[np.int64] = found[0]
        return rows[_top(self._vectors[rows] @ vector, width)]


def _top(scores: Floats, width: int) -> NDArray[np.int64]:
    if len(scores) <= width:
        return np.arange(len(scores))
    return np.argpartition(scores, -width)[-width:]


def _top_above_zero(scores: Floats, width: int) -> NDArray[np.int64]:
    best = _top(scores, width)
    return best[scores[best] > 0]
