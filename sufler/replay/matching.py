"""Which article a human's reply says: alone where that is certain, else it is left open. The same
matcher decides about checks (`prompter/accuracy/matched.py`)."""

from collections.abc import Sequence

import numpy as np

from sufler.domain.knowledge import Article, Language
from sufler.domain.ports import Vectors
from sufler.kb_index.background import Background
from sufler.kb_index.vectors import StoredVectors
from sufler.prompter.accuracy.matched import says_the_same
from sufler.prompter.turn_kind import language_of

# Articles whose text is compared with a reply, the nearest by meaning.
COMPARED = 8


class Matcher:
    """Compares replies with the answers of a base."""

    def __init__(
        self,
        answers: Sequence[tuple[str, Language, str]],
        rows: Vectors,
        vectors: StoredVectors,
        background: Background,
    ) -> None:
        self._answers = answers
        self._rows = rows
        self._vectors = vectors
        self._background = background

    @classmethod
    async def over(
        cls, articles: Sequence[Article], vectors: StoredVectors, background: Background
    ) -> "Matcher":
        """A matcher for these articles' answers in every language."""
        answers = [
            (article.id, language, translation.answer)
            for article in articles
            for language, translation in article.translations.items()
        ]
        raw = await vectors.of([answer for _, _, answer in answers], "passage")
        rows = [
            background.centre(vector, language, "passage")
            for vector, (_, language, _) in zip(raw, answers, strict=True)
        ]
        stacked = np.stack(rows) if rows else np.zeros((0, vectors.dimension), np.float32)
        return cls(answers, stacked, vectors, background)

    async def match(self, reply: Sequence[str]) -> str | None:
        """The article whose text one of these messages is, greetings and signatures aside; the
        first message that is one counts. None: nobody can tell without a person."""
        if not self._answers:
            return None
        raw = await self._vectors.of(list(reply), "passage")
        for text, vector in zip(reply, raw, strict=True):
            found = self._one(text, vector)
            if found is not None:
                return found
        return None

    def _one(self, text: str, vector: Vectors) -> str | None:
        centred = self._background.centre(vector, language_of(text, "ru"), "passage")
        nearness = self._rows @ centred
        for number in np.argsort(-nearness, kind="stable")[:COMPARED]:
            answer = self._answers[int(number)]
            if says_the_same(text, answer[2]):
                return answer[0]
        return None
