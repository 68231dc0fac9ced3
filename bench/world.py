"""Large bases for measuring, made of the demo's words and vectors by a seeded hand.

Only the demo's own texts are encoded. Every other text's vector is a mix of two of theirs with
some noise, put into the vector store under the text's content hash, where the product finds it.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import sufler
from sufler.app.settings import Settings, load_settings
from sufler.app.wiring import Services, opened_basis, opened_services
from sufler.domain.knowledge import Article, Language, Phrasing, Translation
from sufler.domain.ports import TextKind, Vectors
from sufler.kb_index.encoder import load_encoder
from sufler.kb_index.normalise import normalise
from sufler.kb_index.vectors import content_hash

ROOT = Path(sufler.__file__).parents[1]
SEED = 20_26
NOISE = 0.15  # length of what is added to a mixed unit vector
PUT_AT_ONCE = 5_000
MADE_AT_ONCE = 10_000
ADDED = ("please", "пожалуйста", "срочно")


@dataclass(frozen=True)
class Place:
    """Where the bench works: a folder for data folders, and the prepared encoder."""

    folder: Path
    model: Path
    made: dict[str, Path] = field(default_factory=dict)

    def data(self, name: str) -> Path:
        """A data folder of its own, with the encoder in it."""
        folder = self.folder / name
        if not folder.exists():
            (folder / "model").mkdir(parents=True)
            (folder / "model" / "default").symlink_to(self.model)
        return folder


def settings(data: Path) -> Settings:
    """The settings of a base in `data`."""
    return load_settings(data_dir=data, demo=False, model="default", log_level="error")


@dataclass(frozen=True, slots=True)
class Source:
    """The demo's texts of one language, with their vectors."""

    questions: list[str]
    answers: list[str]
    words: list[str]
    question_vectors: Vectors
    answer_vectors: Vectors


def demo_articles() -> list[dict[str, object]]:
    """The demo as it is in its file."""
    text = (ROOT / "demo" / "articles.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def demo_messages() -> list[str]:
    """Questions as customers ask them, that the demo's articles do not contain word for word."""
    import csv

    with (ROOT / "demo" / "messages.csv").open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file) if row["kind"].startswith("in_scope")]


@asynccontextmanager
async def large_base(place: Place, articles: int, phrasings: int) -> AsyncIterator[Services]:
    """The product over `articles` made-up articles of one title and `phrasings` phrasings each."""
    async with opened_services(settings(await filled(place, articles, phrasings))) as services:
        yield services


async def filled(place: Place, articles: int, phrasings: int) -> Path:
    """The data folder of such a base, made once."""
    name = f"base-{articles}-{phrasings}"
    if name not in place.made:
        place.made[name] = place.data(name)
        await _fill(place.made[name], place.model, articles, phrasings)
    return place.made[name]


async def _fill(data: Path, model: Path, articles: int, phrasings: int) -> None:
    encoder = load_encoder(model)
    try:
        sources: dict[Language, Source] = {}
        for language in ("ru", "en"):
            questions, answers = _texts(language)
            sources[language] = Source(
                questions,
                answers,
                [word for text in questions + answers for word in text.split()],
                encoder.encode_many(questions, "query"),
                encoder.encode_many(answers, "passage"),
            )
        model_id = encoder.model_id
    finally:
        encoder.close()
    maker = _Maker(sources)
    async with opened_basis(settings(data)) as basis:
        for start in range(0, articles, MADE_AT_ONCE):
            numbers = range(start, min(start + MADE_AT_ONCE, articles))
            made = [maker.article(number, phrasings) for number in numbers]
            keys = list(maker.vectors)
            for first in range(0, len(keys), PUT_AT_ONCE):
                page = {key: maker.vectors[key] for key in keys[first : first + PUT_AT_ONCE]}
                await basis.vectors.put_many(model_id, page)
            maker.vectors.clear()
            await basis.articles.save_many(made, "bench")


def _texts(language: Language) -> tuple[list[str], list[str]]:
    questions, answers = [], []
    for article in demo_articles():
        translations, phrasings = article["translations"], article["phrasings"]
        assert isinstance(translations, dict)
        assert isinstance(phrasings, list)
        if language in translations:
            questions.append(str(translations[language]["title"]))
            answers.append(str(translations[language]["answer"]))
        questions += [str(each["text"]) for each in phrasings if each["language"] == language]
    return questions, answers


class _Maker:
    """Makes articles, and the vectors of their texts by content hash."""

    def __init__(self, sources: dict[Language, Source]) -> None:
        self._sources = sources
        self._random = random.Random(SEED)  # noqa: S311 - no secret
        self._numpy = np.random.default_rng(SEED)
        self.vectors: dict[str, Vectors] = {}

    def article(self, number: int, phrasings: int) -> Article:
        """Article `number`: questions around one of the demo's, an answer of two of the demo's."""
        language: Language = "en" if number % 4 == 0 else "ru"
        source = self._sources[language]
        around = self._random.randrange(len(source.questions))
        title, *others = (self._question(source, around) for _ in range(phrasings + 1))
        answer = self._answer(source, title)
        return Article(
            id=f"made-{number:05}",
            topic=f"Topic {number % 40}",
            translations={language: Translation(title, answer)},
            phrasings=tuple(Phrasing(text, language) for text in others),
        )

    def _question(self, source: Source, around: int) -> str:
        other = self._random.randrange(len(source.questions))
        words = source.questions[around].split()
        for _ in range(self._random.randint(1, 3)):
            place = self._random.randrange(len(words) + 1)
            words[place : place + self._random.randint(0, 1)] = [self._random.choice(source.words)]
        text = " ".join(words)
        self._mix(text, "query", source.question_vectors, around, other)
        return text

    def _answer(self, source: Source, title: str) -> str:
        one, two = (self._random.randrange(len(source.answers)) for _ in range(2))
        halves = [source.answers[number].split(" ") for number in (one, two)]
        text = " ".join(halves[0][: len(halves[0]) // 2] + halves[1][len(halves[1]) // 2 :])
        for whole in (text, f"{title}\n{text}"):
            self._mix(whole, "passage", source.answer_vectors, one, two)
        return text

    def _mix(self, text: str, kind: TextKind, vectors: Vectors, one: int, two: int) -> None:
        share = self._random.uniform(0.5, 1.0)
        drawn = self._numpy.standard_normal((vectors.shape[1],), dtype=np.float32)
        noise: Vectors = drawn * np.float32(NOISE / vectors.shape[1] ** 0.5)
        mixed: Vectors = vectors[one] * share + vectors[two] * (1.0 - share) + noise
        self.vectors[content_hash(text, kind)] = mixed / np.linalg.norm(mixed)


def messages(services: Services, count: int) -> list[str]:
    """`count` messages: the demo's questions, and phrasings of the base with a word more."""
    chooser = random.Random(SEED + 1)  # noqa: S311 - no secret
    found = demo_messages()
    articles = services.knowledge.index.articles()
    while len(found) < count:
        article = chooser.choice(articles)
        texts = [phrasing.text for phrasing in article.phrasings]
        found.append(
            f"{chooser.choice(texts)} {chooser.choice(('please', 'пожалуйста', 'срочно'))}"
        )
    chooser.shuffle(found)
    return [normalise(text) for text in found[:count]]


def environment(data: Path, port: int) -> dict[str, str]:
    """The environment of a process of its own over `data`."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("SUFLER_")}
    own = {"SUFLER_DATA_DIR": str(data), "SUFLER_PORT": str(port), "PYTHONPATH": str(ROOT)}
    return {**kept, **own, "SUFLER_LOG_LEVEL": "warning", "SUFLER_API_RATE": "0"}


def command(data: Path, words: Sequence[str]) -> str:
    """Run a `sufler` command over `data`; what it printed."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "sufler.app.main", *words],
        env=environment(data, 0),
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout
