"""What customers everywhere write: the zero from which a base's own similarities are measured.

Our own texts, in no base's words. Their mean is taken out of every vector (e5's raw cosines all
lie between 0.7 and 1.0, and a language has a direction of its own), and how well they fit a base
by chance is what a real question has to beat.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

import numpy as np

from sufler.domain.knowledge import LANGUAGES, Language
from sufler.domain.ports import TextKind, Vectors
from sufler.kb_index.vectors import StoredVectors


@lru_cache(maxsize=1)
def background_texts() -> dict[Language, tuple[str, ...]]:
    """About 190 messages in each language, from some twenty trades and from small talk."""
    folder = files(__package__)
    return {
        language: tuple((folder / f"{language}.txt").read_text(encoding="utf-8").split("\n")[:-1])
        for language in LANGUAGES
    }


@dataclass(frozen=True)
class Background:
    """Vectors of the background messages, raw, and the means by language and kind of text.

    `means[language, kind]` has shape (dimension,); `messages[language]` (n, dimension).
    """

    messages: dict[Language, Vectors]
    means: dict[tuple[Language, TextKind], Vectors]

    @cached_property
    def sample(self) -> Vectors:
        """Every third message of each language, centred."""
        return np.concatenate(
            [self.centre(found[::3], each, "query") for each, found in self.messages.items()]
        )

    def centre(self, vectors: Vectors, language: Language, kind: TextKind) -> Vectors:
        """Take the language's mean out of `vectors`, (n, dimension) or (dimension,); unit again."""
        moved = vectors - self.means[language, kind]
        norms = np.linalg.norm(moved, axis=-1, keepdims=True)
        unit: Vectors = (moved / np.maximum(norms, 1e-9)).astype(np.float32)
        return unit


async def load_background(vectors: StoredVectors) -> Background:
    """Read the background's vectors, or encode them: about 750 runs, once for a model."""
    messages: dict[Language, Vectors] = {}
    means: dict[tuple[Language, TextKind], Vectors] = {}
    for language, texts in background_texts().items():
        messages[language] = await vectors.of(texts, "query")
        means[language, "query"] = messages[language].mean(axis=0)
        means[language, "passage"] = (await vectors.of(texts, "passage")).mean(axis=0)
    return Background(messages, means)
