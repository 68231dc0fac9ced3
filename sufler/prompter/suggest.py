"""Suggestions for a turn: which articles fit, how surely. Next stop: `conversation/decide.py`."""

import asyncio
import time
import uuid
from collections.abc import Mapping, Sequence
from importlib.metadata import version

import structlog

from sufler.domain.decisions import Suggestion, SuggestionItem, TurnKind, Versions
from sufler.domain.knowledge import Article, Language, Mode
from sufler.domain.ports import Clock, HeadStore, TextEncoder
from sufler.domain.variables import fill
from sufler.kb_index.index import Index
from sufler.kb_index.knowledge import KnowledgeBase
from sufler.prompter.confidence import ALL, Prior, confidences, evidence, level, shipped_priors
from sufler.prompter.learning.fit import Fitted, fit
from sufler.prompter.rank import Ranked, rank
from sufler.prompter.reading import read
from sufler.prompter.turn_kind import answerable, language_of, turn_kind

_log = structlog.get_logger(__name__)

MOST_ITEMS = 10
# Changes that come close together are learned together; meanwhile they are found by their vectors.
REFIT_PAUSE_S = 0.3


class Prompter:
    """Suggests from the current index with the current head; refits in the background."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        encoder: TextEncoder,
        heads: HeadStore,
        clock: Clock,
        prior: Prior | None = None,
    ) -> None:
        self._knowledge = knowledge
        self._encoder = encoder
        self._heads = heads
        self._clock = clock
        self._prior = prior or shipped_priors()[ALL]
        self._fitted: Fitted | None = None
        self._runtime = version("onnxruntime")

    async def start(self) -> None:
        """Take the stored head, if it is of this base and model, or train one. After
        `KnowledgeBase.start`."""
        stored = await self._heads.latest(self._encoder.model_id)
        if stored is not None:
            try:
                fitted = Fitted.stored(*stored)
            except (KeyError, TypeError, ValueError):
                # Kept by a version of Sufler that stored something else with a head.
                _log.info("stored_head_unreadable", head=stored[0])
            else:
                if fitted.head.knowledge == self._knowledge.index.version:
                    self._fitted = fitted
                    return
        await self.refit()

    async def refit(self) -> None:
        """Train on the current index, store the head and swap it in."""
        index = self._knowledge.index
        fitted = await asyncio.to_thread(fit, index, self._knowledge.background)
        await self._heads.save(
            fitted.head.id, self._encoder.model_id, fitted.head.arrays(), fitted.meta()
        )
        self._fitted = fitted

    async def follow(self) -> None:
        """Refit whenever the index has changed, until cancelled."""
        while True:
            await asyncio.sleep(REFIT_PAUSE_S)
            if self._knowledge.index.version != self._current.head.knowledge:
                await self.refit()

    @property
    def _current(self) -> Fitted:
        assert self._fitted is not None, "the prompter is not started"
        return self._fitted

    async def suggest(
        self,
        text: str,
        *,
        language: Language | None = None,
        history: Sequence[tuple[str, str]] = (),
        limit: int = 3,
        conversation_id: str | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Suggestion:
        """Suggest at most `limit` (1..10) articles for `text`, best first; stores nothing.

        `history` is (role, text), oldest first; a message without words of its own takes its
        language from there. `variables` fill the answers. An empty base gives no items.
        """
        began = time.perf_counter()
        clean = read(text)
        spoken = language or language_of(clean, _language_before(history))
        kind = turn_kind(clean)
        index, fitted = self._knowledge.index, self._current
        items: tuple[SuggestionItem, ...] = ()
        if index.size and clean:
            vector = (await self._encoder.encode([clean], "query"))[0]
            centred = self._knowledge.background.centre(vector, spoken, "query")
            ranked = rank(index, fitted.scorer, centred, clean)
            limit = min(max(limit, 1), MOST_ITEMS)
            asks = bool(ranked.phrasings) and answerable(kind, ranked.phrasings[0])
            items = self._items(index, fitted, ranked, asks, spoken, limit, variables or {})
            # Somebody who asks for a person gets one, whatever the base says to that.
            if asks and kind is not TurnKind.ASKS_FOR_PERSON:
                kind = TurnKind.QUESTION
        return Suggestion(
            id=uuid.uuid4().hex,
            text=clean,
            language=spoken,
            turn_kind=kind,
            items=items if kind is not TurnKind.EMPTY else (),
            versions=Versions(
                index.version,
                self._encoder.model_id,
                fitted.head.id,
                self._prior.id,
                self._runtime,
            ),
            took_ms=round((time.perf_counter() - began) * 1000, 3),
            at=self._clock.now(),
            conversation_id=conversation_id,
        )

    def _items(
        self,
        index: Index,
        fitted: Fitted,
        ranked: Ranked,
        asks: bool,
        language: Language,
        limit: int,
        variables: Mapping[str, str],
    ) -> tuple[SuggestionItem, ...]:
        now = self._clock.now()
        articles = [index.article(article_id) for article_id in ranked.article_ids]
        keep = [n for n, a in enumerate(articles) if a is not None and a.valid_at(now)]
        if not keep:
            return ()
        served = Ranked(
            tuple(ranked.article_ids[n] for n in keep),
            ranked.scores[keep],
            ranked.parts[keep],
            tuple(ranked.phrasings[n] for n in keep),
        )
        chosen = [article for n in keep[:limit] if (article := articles[n]) is not None]
        found = evidence(served, fitted.scale, asks)
        sureness = confidences(served, self._prior.probability(found), limit)
        return tuple(
            self._item(index, served, number, article, confidence, language, variables)
            for number, (article, confidence) in enumerate(zip(chosen, sureness, strict=True))
        )

    def _item(
        self,
        index: Index,
        ranked: Ranked,
        number: int,
        article: Article,
        confidence: float,
        language: Language,
        variables: Mapping[str, str],
    ) -> SuggestionItem:
        served_in, translation = article.in_language(language)
        topic = index.topics.get(article.topic)
        return SuggestionItem(
            article_id=article.id,
            title=translation.title,
            text=fill(translation.answer, variables),
            topic=article.topic,
            mode=topic.mode if topic else Mode.SUGGESTS,
            language=served_in,
            language_ok=served_in == language or article.other_language_ok,
            confidence=round(confidence, 4),
            level=level(confidence),
            phrasing=ranked.phrasings[number],
            why=ranked.why(number),
        )


def _language_before(history: Sequence[tuple[str, str]]) -> Language:
    for role, text in reversed(history):
        if role == "customer" and any(char.isalpha() for char in text):
            return language_of(text, "ru")
    return "ru"
