"""Fitting to a base: its head, and what messages that have nothing to do with it score there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from sufler.domain.knowledge import LANGUAGES, Language
from sufler.kb_index.background import Background, background_texts
from sufler.kb_index.index import Index
from sufler.kb_index.ngrams import Floats
from sufler.prompter.confidence import BaseScale
from sufler.prompter.learning.head import Head, head_of
from sufler.prompter.rank import Scorer, rank

# Every third background message is enough for a mean and a deviation.
STRIDE = 3
# How heads are made. The prior of confidence goes with it: a head of another form is made anew.
FORM = 2
# Where nothing could be measured yet: typical of public bases with titles alone.
UNKNOWN = BaseScale(4.0, 1.0)
NO_STAND_IN = np.array([10.0, 6.0, -4.0], dtype=np.float32)


@dataclass(frozen=True)
class Fitted:
    """All that is learned from one knowledge version. `entries`: how many titles and phrasings it
    had; `answers`: the first article for each frozen question then, see `refit.py`."""

    scorer: Scorer
    scale: BaseScale
    entries: int = 0
    answers: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def head(self) -> Head:
        """The trained head."""
        return self.scorer.head

    def meta(self) -> dict[str, Any]:
        """What the head store keeps beside the arrays; see `stored`."""
        return {
            **self.head.meta(),
            "form": FORM,
            "stand_in": [float(value) for value in self.scorer.stand_in],
            "scale": [self.scale.mean, self.scale.deviation],
            "entries": self.entries,
            "answers": dict(self.answers),
        }

    @staticmethod
    def stored(head_id: str, arrays: dict[str, NDArray[Any]], meta: dict[str, Any]) -> "Fitted":
        """Read back what `head.arrays()` and `meta()` gave. Raises ValueError for another form."""
        if meta.get("form") != FORM:
            raise ValueError("this head was made in another way")
        head = Head.stored(head_id, arrays, meta)
        stand_in = np.array(meta["stand_in"], dtype=np.float32)
        scale = BaseScale(*(float(v) for v in meta["scale"]))
        entries, answers = meta.get("entries", 0), meta.get("answers", {})
        return Fitted(Scorer(head, stand_in), scale, int(entries), answers)


def fit(index: Index, background: Background) -> Fitted:
    """Train the head and measure the background; seconds at most, off the event loop."""
    # More threads than one fight with the encoder's, and take longer in all.
    with threadpool_limits(1):
        head = head_of(index)
    if not head.article_ids:
        return Fitted(Scorer(head, NO_STAND_IN), UNKNOWN)
    scorer = Scorer(head, NO_STAND_IN)
    pairs: list[Floats] = []
    best: list[float] = []
    languages: Sequence[Language] = _languages(index)
    for language in languages:
        texts = background_texts()[language][::STRIDE]
        vectors = background.centre(background.messages[language][::STRIDE], language, "query")
        for text, vector in zip(texts, vectors, strict=True):
            ranked = rank(index, scorer, vector, text)
            pairs.append(ranked.parts[:10, :3])
            best.append(float(ranked.scores[0]))
    scale = BaseScale(float(np.mean(best)), float(np.std(best)))
    return Fitted(Scorer(head, _stand_in(np.concatenate(pairs))), scale, index.entries)


def _languages(index: Index) -> list[Language]:
    """Languages that a fifth of the base's questions or more are in."""
    counts = np.zeros(len(LANGUAGES), dtype=np.int64)
    for segment, live in zip(index.segments, index.live, strict=True):
        asked = segment.question_languages[live[segment.question_articles]]
        counts += np.bincount(asked, minlength=len(LANGUAGES))
    found = zip(LANGUAGES, counts, strict=True)
    return [language for language, count in found if count and count * 5 >= counts.sum()]


def _stand_in(pairs: Floats) -> Floats:
    """Least squares of the head's logit on similarity and passage, never falling with either."""
    inputs: Floats = np.column_stack((pairs[:, 1:3], np.ones(len(pairs), dtype=np.float32)))
    solved = np.linalg.pinv(inputs) @ pairs[:, 0]
    slopes = np.maximum(solved[:2], 1.0)
    offset = float(np.mean(pairs[:, 0] - pairs[:, 1:3] @ slopes))
    return np.array([*slopes, offset], dtype=np.float32)
