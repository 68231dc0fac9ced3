"""A knowledge base and its prompter over a real SQLite file with the real encoder, and the files
that such tests start from, made once in a run. Encoding is remembered: it gives the same bytes
anyway."""

import asyncio
import fcntl
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from databases import at_once, fresh_file

from sufler.domain.knowledge import Article, Language, Phrasing, Topic, Translation
from sufler.domain.ports import TextKind, Vectors
from sufler.kb_index.encoder import Encoder
from sufler.kb_index.formats import read_articles
from sufler.kb_index.knowledge import KnowledgeBase
from sufler.prompter.suggest import Prompter
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database
from sufler.storage.heads import HeadStore
from sufler.storage.vectors import VectorStore

NAMED = {
    *("delivery-cost", "delivery-time", "delivery-tracking", "account-password-reset"),
    *("account-unsubscribe", "promo-not-working", "giftcard-use", "bonus-expiry", "bonus-about"),
    *("about-scam", "product-induction", "business-supplier"),
}
DEMO = Path(__file__).parents[1] / "demo" / "articles.jsonl"


class RememberingEncoder:
    """The real encoder; a text that some test had encoded before is not run again. In `once` are
    the files that this run has made."""

    def __init__(self, encoder: Encoder, once: Path) -> None:
        self.real = encoder
        self.once = once
        self._known: dict[tuple[str, TextKind], Vectors] = {}
        self.model_id = encoder.model_id
        self.dimension = encoder.dimension

    def encode_one(self, text: str, kind: TextKind) -> Vectors:
        if (text, kind) not in self._known:
            self._known[text, kind] = self.real.encode_one(text, kind)
        return self._known[text, kind]

    async def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if (text, kind) not in self._known]
        if new:
            vectors = await self.real.encode(new, kind)
            self._known.update({(t, kind): v for t, v in zip(new, vectors, strict=True)})
        else:
            await asyncio.sleep(0)  # as the encoder lets others run too
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([self._known[text, kind] for text in texts])


class CountingEncoder:
    """Writes down every text that it is asked to encode, with its kind."""

    def __init__(self, encoder: RememberingEncoder) -> None:
        self._encoder = encoder
        self.asked: list[tuple[str, TextKind]] = []
        self.model_id = encoder.model_id
        self.dimension = encoder.dimension

    def encode_one(self, text: str, kind: TextKind) -> Vectors:
        self.asked.append((text, kind))
        return self._encoder.encode_one(text, kind)

    async def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        self.asked += [(text, kind) for text in texts]
        return await self._encoder.encode(texts, kind)

    def texts(self) -> list[str]:
        """The texts asked for since the last call, each once."""
        asked, self.asked = self.asked, []
        return list(dict.fromkeys(text for text, _ in asked))


class SteadyClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def move(self, **amount: float) -> None:
        self.moment += timedelta(**amount)


@dataclass
class Base:
    """One process's view of a stored base."""

    database: Database
    clock: SteadyClock
    encoder: CountingEncoder
    heads: HeadStore
    knowledge: KnowledgeBase
    prompter: Prompter

    async def save(self, *articles: Article) -> None:
        await self.knowledge.save(articles, "editor")

    async def set_topic(self, topic: Topic) -> None:
        """As the store has it; people go by the ladder (`desk/ladder.py`)."""
        await ArticleStore(self.database, self.clock).set_topic(topic, "editor")
        await self.knowledge.refresh()

    async def best(self, text: str, **asked: object) -> str | None:
        """The id of the first suggested article."""
        made = await self.prompter.suggest(text, **asked)  # type: ignore[arg-type]  # as given
        return made.items[0].article_id if made.items else None

    async def found(self, text: str) -> list[str]:
        """Ids of what is suggested, best first, ten at most."""
        made = await self.prompter.suggest(text, limit=10)
        return [item.article_id for item in made.items]


Opening = Callable[[], AbstractAsyncContextManager[Base]]


@asynccontextmanager
async def opened(
    file: Path, encoder: RememberingEncoder, clock: SteadyClock | None = None
) -> AsyncIterator[Base]:
    """Open and start what a process opens on the database `file`."""
    clock = clock or SteadyClock()
    counting = CountingEncoder(encoder)
    database = Database(f"sqlite:///{file}")
    heads = HeadStore(database, clock)
    knowledge = KnowledgeBase(ArticleStore(database, clock), VectorStore(database), counting)
    prompter = Prompter(knowledge, counting, heads, clock, quiet_s=0.2)
    try:
        await knowledge.start()
        await prompter.start()
        yield Base(database, clock, counting, heads, knowledge, prompter)
    finally:
        await database.close()


def made_once(file: Path, make: Callable[[Path], None]) -> Path:
    """`file`, made by the first worker of xdist that wants it; others wait until it is there."""
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            making = file.with_suffix("")
            making.mkdir()
            make(making)
            (making / "sufler.db").rename(file)
    return file


def known_file(once: Path, encoder: Callable[[], Encoder]) -> Path:
    """A migrated database with the vectors of the background and of the demo, and nothing else."""

    async def encode(file: Path) -> None:
        async with opened(file, RememberingEncoder(encoder(), once)) as base:
            await base.save(*read_articles(DEMO))

    def make(folder: Path) -> None:
        (folder / "demo").mkdir()
        fresh_file(folder / "demo")
        at_once(encode(folder / "demo" / "sufler.db"))
        fresh_file(folder)
        with closing(sqlite3.connect(folder / "sufler.db")) as empty:
            empty.execute("ATTACH ? AS demo", (str(folder / "demo" / "sufler.db"),))
            empty.execute("INSERT INTO vectors SELECT * FROM demo.vectors")
            empty.commit()

    return made_once(once / "known.db", make)


def made_file(encoder: RememberingEncoder, demo: bool) -> Path:
    """A migrated database with known vectors, and with the demo's articles or none."""
    known = known_file(encoder.once, lambda: encoder.real)
    if not demo:
        return known

    async def shop(file: Path) -> None:
        async with opened(file, encoder) as base:
            await base.save(*demo_shop())
            await base.prompter.refit()

    def make(folder: Path) -> None:
        at_once(shop(Path(shutil.copy(known, folder / "sufler.db"))))

    return made_once(encoder.once / "shop.db", make)


def demo_shop() -> list[Article]:
    """Every other article of the demo and those that tests name, answers cut to their first line:
    half a minute of encoding less."""
    every = read_articles(DEMO)
    return [
        replace(
            each,
            translations={
                language: replace(told, answer=told.answer.split("\n")[0][:120])
                for language, told in each.translations.items()
            },
        )
        for number, each in enumerate(every)
        if number % 2 == 0 or each.id in NAMED
    ]


def copied(encoder: RememberingEncoder, folder: Path, *, demo: bool = False) -> Path:
    """A database of the test's own in `folder`."""
    return Path(shutil.copy(made_file(encoder, demo), folder / "sufler.db"))


def article(
    article_id: str,
    title: str,
    answer: str = "Ответ на этот вопрос.",
    *phrasings: str,
    language: Language = "ru",
    topic: str = "Вопросы",
    **fields: object,
) -> Article:
    """A published article in one language."""
    return Article(
        article_id,
        topic,
        {language: Translation(title, answer)},
        tuple(Phrasing(text, language) for text in phrasings),
        **fields,  # type: ignore[arg-type]  # an article's own fields
    )


SMALL = (
    article("cost", "Сколько стоит доставка?", "Курьер — 290 рублей.", "почём курьер"),
    article("return", "Как вернуть товар?", "Примем назад за 14 дней.", "хочу сдать покупку"),
    article("password", "Как восстановить пароль?", "Пришлём код.", "забыл пароль", "не войти"),
    article("warranty", "Какая гарантия на чайник?", "Два года.", "чайник сломался"),
    article("card", "Можно ли платить картой?", "Да, любой.", "оплата картой"),
)
