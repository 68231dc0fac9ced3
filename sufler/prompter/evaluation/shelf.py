"""A base in memory that learns: articles, what was learned, and frozen questions, for `--stream`
and `--replay`. What `storage` keeps in tables is kept in lists here, by the same rules."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sufler.domain.errors import NotFound
from sufler.domain.knowledge import (
    Article,
    ArticleRevision,
    Phrasing,
    PhrasingSource,
    Topic,
)
from sufler.domain.learning import (
    SERVING,
    Frozen,
    Learned,
    LearnedKind,
    LearnedState,
    Outcome,
    Proposal,
    RefitReport,
    Why,
)
from sufler.domain.ports import ArticleChange, TextEncoder, TextKind, Vectors
from sufler.prompter.learning.ports import Checked, Taught


class LearningShelf:
    """An `ArticleStore`, `LearnedRecords` and `FrozenAnswers` in one."""

    def __init__(self, articles: Sequence[Article], golden: Sequence[Frozen] = ()) -> None:
        self._articles = {article.id: article for article in articles}
        self._changed = dict.fromkeys(self._articles, 1)
        self._added: dict[int, int] = {}
        self._version = 1
        self._golden = tuple(golden)
        self.learned: dict[int, Learned] = {}
        self.proposals: list[Proposal] = []
        self.reports: list[RefitReport] = []

    def keep(self, outcome: Outcome, confirmed_by: str) -> None:
        """Store an outcome as one knowledge version."""
        changes = [replace(each, id=len(self.learned) + n + 1) for n, each in
                   enumerate(outcome.learned)]  # fmt: skip
        changes += [
            replace(
                self.learned[each],
                state=LearnedState.CONFIRMED,
                weight=1.0,
                why=Why.SECOND,
                confirmed_by=confirmed_by,
            )
            for each in outcome.confirm
        ]
        self.proposals += outcome.proposals
        self.change(changes)

    def change(self, changes: Iterable[Learned]) -> None:
        """Store new or changed rows as one knowledge version, if any of them serves or did."""
        changes = list(changes)
        if not changes:
            return
        self._version += 1
        for each in changes:
            was = self.learned.get(each.id)
            if was is None or (was.state in SERVING, was.weight) != (True, each.weight):
                self._added[each.id] = self._version
            self.learned[each.id] = each
            self._changed[each.article_id] = self._version

    async def version(self) -> int:
        """See `ArticleStore`."""
        return self._version

    async def get(self, article_id: str) -> Article:
        """See `ArticleStore`."""
        if article_id not in self._articles:
            raise NotFound(f"There is no article {article_id}.", field="id")
        return self._merged(self._articles[article_id])

    async def get_many(self, ids: Sequence[str]) -> dict[str, Article]:
        """See `ArticleStore`."""
        return {each: await self.get(each) for each in ids if each in self._articles}

    async def all(self) -> AsyncIterator[Article]:
        """See `ArticleStore`."""
        for article in self._articles.values():
            yield self._merged(article)

    async def changed_since(self, version: int) -> list[ArticleChange]:
        """See `ArticleStore`."""
        return [
            ArticleChange(at, self._merged(self._articles[article_id]))
            for article_id, at in self._changed.items()
            if at > version
        ]

    async def save_many(
        self,
        articles: Iterable[Article],
        author: str,
        expected: Mapping[str, int] | None = None,
        *,
        import_id: int | None = None,
    ) -> int:
        """See `ArticleStore`; revisions are not kept."""
        self._version += 1
        given = list(articles)
        for article in given:
            self._articles[article.id] = article
            self._changed[article.id] = self._version
        return len(given)

    async def history(self, article_id: str) -> list[ArticleRevision]:
        """None are kept."""
        return []

    async def negatives(self) -> list[Learned]:
        """See `ArticleStore`."""
        return [e for e in self._serving() if e.kind is LearnedKind.NEGATIVE]

    async def uncleared(self) -> frozenset[str]:
        """All are cleared."""
        return frozenset()

    async def topics(self) -> list[Topic]:
        """None are set."""
        return []

    async def set_topic(self, topic: Topic, author: str) -> None:
        """None are kept."""

    async def learned_at(self, article_id: str, text: str) -> Learned | None:
        """See `LearnedRecords`."""
        found = (e for e in reversed(self.learned.values()) if e.kind is LearnedKind.PHRASING)
        return next((e for e in found if (e.article_id, e.text) == (article_id, text)), None)

    async def learned_by(self, by: str, since: datetime) -> Taught:
        """See `LearnedRecords`."""
        mine = [e for e in self.learned.values() if e.by == by and e.at > since]
        phrasings = sum(e.kind is LearnedKind.PHRASING for e in mine)
        return Taught(phrasings, len(mine) - phrasings)

    async def checked(self, by: str) -> Checked:
        """Nobody is checked here."""
        return Checked()

    async def frozen(self) -> Sequence[Frozen]:
        """See `FrozenAnswers`."""
        return self._golden

    async def serving_since(self, knowledge: int) -> Sequence[Learned]:
        """See `FrozenAnswers`."""
        return [e for e in self._serving() if self._added[e.id] > knowledge]

    async def refitted(self, report: RefitReport) -> None:
        """See `FrozenAnswers`."""
        self.reports.append(report)
        taken = [self.learned[each] for each in report.quarantined]
        self.change(replace(e, state=LearnedState.QUARANTINED, why=Why.REFIT) for e in taken)

    def _serving(self) -> list[Learned]:
        return [each for each in self.learned.values() if each.state in SERVING]

    def _merged(self, article: Article) -> Article:
        added = tuple(
            Phrasing(e.text, e.language, PhrasingSource.LEARNED, weight=e.weight)
            for e in self._serving()
            if e.article_id == article.id and e.kind is LearnedKind.PHRASING
        )
        return replace(article, phrasings=article.phrasings + added)


class HeadsInMemory:
    """A `HeadStore` that keeps the last."""

    def __init__(self) -> None:
        self._last: tuple[str, dict[str, NDArray[Any]], dict[str, Any]] | None = None

    async def save(
        self,
        head_id: str,
        model_id: str,
        arrays: Mapping[str, NDArray[Any]],
        meta: Mapping[str, Any],
    ) -> None:
        """See `HeadStore`."""
        self._last = (head_id, dict(arrays), dict(meta))

    async def latest(
        self, model_id: str
    ) -> tuple[str, dict[str, NDArray[Any]], dict[str, Any]] | None:
        """See `HeadStore`."""
        return self._last

    async def newest(self, model_id: str) -> str | None:
        """See `HeadStore`."""
        return self._last[0] if self._last else None


class RememberedEncoder:
    """Encodes each text of a run once."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder
        self._known: dict[tuple[str, TextKind], Vectors] = {}
        self.model_id = encoder.model_id
        self.dimension = encoder.dimension

    def encode_one(self, text: str, kind: TextKind) -> Vectors:
        """See `TextEncoder`."""
        if (text, kind) not in self._known:
            self._known[text, kind] = self._encoder.encode_one(text, kind)
        return self._known[text, kind]

    async def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """See `TextEncoder`."""
        new = [text for text in dict.fromkeys(texts) if (text, kind) not in self._known]
        if new:
            vectors = await self._encoder.encode(new, kind)
            self._known.update({(t, kind): v for t, v in zip(new, vectors, strict=True)})
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([self._known[text, kind] for text in texts])
