"""What stands near a text in the index: phrasings of any article or of one, and answers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufler.domain.knowledge import LANGUAGES, Language
from sufler.domain.ports import TextKind, Vectors
from sufler.kb_index.background import Background
from sufler.kb_index.index import Index
from sufler.kb_index.ngrams import Floats, best
from sufler.kb_index.segment import Segment

# Rows looked at, of which the confirmed ones count.
WIDTH = 96
# Articles that may have the very words that are left out.
SAME_WORDS = 8
# What an editor wrote or a second person confirmed has this weight; what is not confirmed less.
CONFIRMED = 1.0


@dataclass(frozen=True, slots=True)
class Near:
    """An indexed question (a title or a phrasing). `cosine` to what was asked for: between centred
    vectors where found by `questions_near`, raw where by `own_questions`."""

    article_id: str
    text: str
    cosine: float


def questions_near(index: Index, vector: Vectors, width: int, without: str = "") -> list[Near]:
    """The `width` nearest confirmed questions, nearest first; not those with the words `without`.
    `vector` (dimension,) is centred."""
    found: list[Near] = []
    for segment, live in zip(index.segments, index.live, strict=True):
        rows = _nearest_rows(segment, live, vector, width + SAME_WORDS)
        cosines = segment.question_vectors.products(rows, vector)
        taken = 0
        for place in np.argsort(-cosines, kind="stable"):
            row = rows[place]
            text = segment.questions[row]
            if segment.question_weights[row] < CONFIRMED or text == without:
                continue
            if (taken := taken + 1) > width:
                break
            article = segment.articles[segment.question_articles[row]]
            found.append(Near(article.id, text, float(cosines[place])))
    return sorted(found, key=lambda near: (-near.cosine, near.article_id))[:width]


def own_questions(
    index: Index, background: Background, article_id: str, raw: Vectors
) -> list[Near]:
    """All questions of one article by raw cosine to the raw vector `raw`, nearest first."""
    for segment, live in zip(index.segments, index.live, strict=True):
        number = segment.numbers.get(article_id)
        if number is None or not live[number]:
            continue
        rows = np.arange(segment.question_starts[number], segment.question_starts[number + 1])
        spoken = [LANGUAGES[code] for code in segment.question_languages[rows]]
        vectors = [
            uncentred(background, centred, language, "query")
            for centred, language in zip(segment.question_vectors[rows], spoken, strict=True)
        ]
        cosines = np.stack(vectors) @ raw
        found = [
            Near(article_id, segment.questions[row], float(cosine))
            for row, cosine in zip(rows, cosines, strict=True)
        ]
        return sorted(found, key=lambda near: -near.cosine)
    return []


def answers_near(index: Index, vector: Vectors, width: int) -> list[str]:
    """Ids of the articles with the `width` nearest answers to the centred `vector` of a passage."""
    found: list[tuple[float, str]] = []
    for segment, live in zip(index.segments, index.live, strict=True):
        rows = segment.passage_rows.to(vector, WIDTH, live, segment.passage_articles)
        cosines = segment.answer_vectors.products(rows, vector)
        ids = (segment.articles[segment.passage_articles[row]].id for row in rows)
        found += zip(cosines.tolist(), ids, strict=True)
    ordered = sorted(found, key=lambda each: (-each[0], each[1]))
    return list(dict.fromkeys(article_id for _, article_id in ordered))[:width]


def answer_cosines(
    index: Index, background: Background, article_id: str, raw: Vectors
) -> Mapping[Language, float]:
    """Raw cosine of the raw vector `raw` of a passage to the article's answer in each language."""
    for segment, live in zip(index.segments, index.live, strict=True):
        number = segment.numbers.get(article_id)
        if number is None or not live[number]:
            continue
        rows = slice(segment.passage_starts[number], segment.passage_starts[number + 1])
        spoken = segment.articles[number].translations
        vectors = segment.answer_vectors[rows]
        return {
            language: float(uncentred(background, centred, language, "passage") @ raw)
            for language, centred in zip(spoken, vectors, strict=True)
        }
    return {}


def uncentred(
    background: Background, centred: Vectors, language: Language, kind: TextKind
) -> Vectors:
    """The raw unit vector that `background.centre` made `centred` of: the one on the line from the
    mean that has length 1."""
    mean = background.means[language, kind]
    along = float(mean @ centred)
    length = -along + float(np.sqrt(along * along + 1.0 - float(mean @ mean)))
    raw: Vectors = (mean + np.float32(length) * centred).astype(np.float32)
    return raw


def _nearest_rows(
    segment: Segment, live: NDArray[np.bool_], vector: Vectors, width: int
) -> NDArray[np.int64]:
    if segment.question_rows.kind != "exact":
        return segment.question_rows.to(vector, WIDTH, live, segment.question_articles)
    # All are compared anyway: then only confirmed ones need be among the nearest.
    cosines: Floats = segment.question_vectors.all_products(vector)
    fit = live[segment.question_articles] & (segment.question_weights >= CONFIRMED)
    rows = np.flatnonzero(fit)
    return rows[best(cosines[rows], width)]
