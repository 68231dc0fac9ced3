"""Suggestions for a turn: which articles fit, how surely. Next stop: `conversation/decide.py`."""

import asyncio
import time
import uuid
from collections.abc import Mapping, Sequence
from importlib.metadata import version

import structlog

from sufler.domain.decisions import Suggestion, SuggestionItem, TurnKind, Versions
from sufler.domain.knowledge import Article, Language
from sufler.domain.ports import Announcements, Clock, HeadStore, Leases, TextEncoder
from sufler.domain.variables import fill
from sufler.kb_index.index import Index
from sufler.kb_index.knowledge import KnowledgeBase
from sufler.prompter.confidence import ALL, Prior, confidences, evidence, level, shipped_priors
from sufler.prompter.followup import (
    ANSWERED_BEFORE,
    CLEAR_BY_ITSELF,
    asked_before,
    leans_back,
    together,
)
from sufler.prompter.learning.fit import Fitted, fit
from sufler.prompter.learning.head import examples_in, trainable
from sufler.prompter.learning.ports import FrozenAnswers
from sufler.prompter.learning.refit import QUIET_S, FrozenCheck, RefitRule
from sufler.prompter.rank import Ranked, rank, without_rejected
from sufler.prompter.reading import read
from sufler.prompter.turn_kind import answerable, language_of, turn_kind

_log = structlog.get_logger(__name__)

MOST_ITEMS = 10
# How often it is looked whether a refit is due: what changed meanwhile is found by its vectors.
REFIT_LOOK_S = 0.3
LOOK_S = 1.0
# After a refit, so many times as long as it took.
REFIT_REST = 3.0
# A wish, whatever the base says to it.
_KEPT = frozenset({TurnKind.ASKS_FOR_PERSON, TurnKind.ASKS_STATUS, TurnKind.CLOSES})


class Prompter:
    """Suggests from the current index with the current head; refits in the background."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        encoder: TextEncoder,
        heads: HeadStore,
        clock: Clock,
        prior: Prior | None = None,
        frozen: FrozenAnswers | None = None,
        quiet_s: float = QUIET_S,
    ) -> None:
        """`frozen`: what refits are checked against; `quiet_s`: see `RefitRule`."""
        self._knowledge = knowledge
        self._encoder = encoder
        self._heads = heads
        self._clock = clock
        self._prior = prior or shipped_priors()[ALL]
        self._fitted: Fitted | None = None
        self._taken: str | None = None
        self._check = None if frozen is None else FrozenCheck(frozen, knowledge, encoder, clock)
        self._quiet_s = quiet_s
        # The knowledge version of which a head was refused; -1: of none since the last accepted.
        self._refused = -1
        self._runtime = version("onnxruntime")

    async def start(self) -> None:
        """Take the stored head, if it is of this base and model, and train one where it is behind
        or there is none. After `KnowledgeBase.start`."""
        fitted, version = await self._stored(), self._knowledge.index.version
        if fitted is not None and fitted.head.knowledge <= version:
            self._fitted = fitted
        if self._fitted is None or self._fitted.head.knowledge < version:
            await self.refit()

    async def refit(self) -> bool:
        """Train on the current index; store the head and swap it in, unless it turned frozen
        answers wrong: then the old one stays, and False is returned."""
        index, background = self._knowledge.index, self._knowledge.background
        fitted = await asyncio.to_thread(fit, index, background)
        if self._check is not None:
            fitted, report = await self._check.checked(self._fitted, fitted, index)
            if not report.accepted:
                self._refused = index.version
                stopped = len(report.quarantined)
                _log.info("refit_refused", knowledge=index.version, quarantined=stopped)
                return False
        if fitted.head.worth_storing:
            await self._heads.save(
                fitted.head.id, self._encoder.model_id, fitted.head.arrays(), fitted.meta()
            )
        self._fitted, self._refused = fitted, -1
        self._taken = await self._heads.newest(self._encoder.model_id)
        return True

    async def train(self, leases: Leases) -> None:
        """Refit whenever the index has changed, until cancelled, while this process holds the
        lease `train`; the others take what it stores. Raises LeaseLost."""
        async with leases.holding("train"):
            await self._refit_when_behind(trained=True)

    async def follow(self, stored: Announcements) -> None:
        """Take each newer head that another process stores, until cancelled. `stored` tells of
        them; they are looked for every second as well. What is not stored is made here."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._refit_when_behind(trained=False))
            group.create_task(self._take(stored))

    async def _refit_when_behind(self, *, trained: bool) -> None:
        pause, rule = REFIT_LOOK_S, RefitRule(self._quiet_s)
        while True:
            await asyncio.sleep(pause)
            index = self._knowledge.index
            if self._refused >= 0:
                # Those held responsible have been taken out since: there may be a good head now.
                due = index.version > self._refused
            else:
                due = rule.due(index, self._current, time.monotonic())
            if due and trainable(examples_in(index), index.size) is trained:
                began = time.perf_counter()
                await self.refit()
                # However large the base and busy its editors, most of a core is left for messages.
                pause = max(REFIT_LOOK_S, REFIT_REST * (time.perf_counter() - began))

    async def _take(self, stored: Announcements) -> None:
        while True:
            await stored.wait(LOOK_S)
            newest = await self._heads.newest(self._encoder.model_id)
            if newest == self._taken:
                continue
            fitted, self._taken = await self._stored(), newest
            if fitted is not None and fitted.head.knowledge >= self._current.head.knowledge:
                self._fitted = fitted

    async def _stored(self) -> Fitted | None:
        stored = await self._heads.latest(self._encoder.model_id)
        try:
            return None if stored is None else Fitted.stored(*stored)
        except (KeyError, TypeError, ValueError):
            # Kept by a version of Sufler that stored something else with a head.
            _log.info("stored_head_unreadable", head=stored[0] if stored else None)
            return None

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

        `history` is (role, text), oldest first. A message without words of its own takes its
        language from there, and a follow-up what it is about: then `text` of the suggestion holds
        the words of both. `variables` fill the answers. An empty base gives no items.
        """
        began = time.perf_counter()
        clean = read(text)
        spoken = language or language_of(clean, _language_before(history))
        kind = turn_kind(clean)
        index, fitted = self._knowledge.index, self._current
        items: tuple[SuggestionItem, ...] = ()
        if index.size and clean:
            clean, ranked, asks = await self._found(index, fitted, clean, spoken, kind, history)
            limit = min(max(limit, 1), MOST_ITEMS)
            items = self._items(index, fitted, ranked, asks, spoken, limit, variables or {})
            # Somebody who asks for a person gets one, whatever the base says to that.
            if asks and kind not in _KEPT:
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

    async def _found(
        self,
        index: Index,
        fitted: Fitted,
        text: str,
        language: Language,
        kind: TurnKind,
        history: Sequence[tuple[str, str]],
    ) -> tuple[str, Ranked, bool]:
        """What fits `text`, by which words that was found, and whether the base may answer it."""
        own = await self._ranked(index, fitted, text, language)
        asks = bool(own.phrasings) and answerable(kind, own.phrasings[0])
        if kind is not TurnKind.QUESTION or not history or not leans_back(text):
            return text, own, asks
        before = asked_before(history)
        if before is None or self._sureness(fitted, own, asks) >= CLEAR_BY_ITSELF:
            return text, own, asks
        words = f"{before}\n{text}"
        both = await self._ranked(index, fitted, words, language)
        earlier = await self._ranked(index, fitted, before, language)
        if not both.article_ids:
            return text, own, asks
        answered = self._sureness(fitted, earlier, True) >= ANSWERED_BEFORE
        told = earlier.article_ids[0] if answered else None
        return words, together(own, both, told), asks

    async def _ranked(self, index: Index, fitted: Fitted, text: str, language: Language) -> Ranked:
        """The articles that are valid now, ranked for `text`."""
        vector = (await self._encoder.encode([text], "query"))[0]
        centred = self._knowledge.background.centre(vector, language, "query")
        now = self._clock.now()
        ranked = rank(index, fitted.scorer, centred, text)
        ranked = without_rejected(ranked, index.negatives, centred, now.timestamp())
        articles = (index.article(one) for one in ranked.article_ids)
        keep = [n for n, a in enumerate(articles) if a is not None and a.valid_at(now)]
        return Ranked(
            tuple(ranked.article_ids[n] for n in keep),
            ranked.scores[keep],
            ranked.parts[keep],
            tuple(ranked.phrasings[n] for n in keep),
        )

    def _sureness(self, fitted: Fitted, ranked: Ranked, asks: bool) -> float:
        """Confidence of the first article; 0 where there is none."""
        if not ranked.article_ids:
            return 0.0
        return self._prior.probability(evidence(ranked, fitted.scale, asks))

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
        top = self._sureness(fitted, ranked, asks)
        articles = [index.article(one) for one in ranked.article_ids[:limit]]
        chosen = [article for article in articles if article is not None]
        sureness = confidences(ranked, top, len(chosen)) if chosen else []
        return tuple(
            self._item(ranked, number, article, confidence, language, variables)
            for number, (article, confidence) in enumerate(zip(chosen, sureness, strict=True))
        )

    def _item(
        self,
        ranked: Ranked,
        number: int,
        article: Article,
        confidence: float,
        language: Language,
        variables: Mapping[str, str],
    ) -> SuggestionItem:
        served_in, translation = article.in_language(language)
        return SuggestionItem(
            article_id=article.id,
            title=translation.title,
            text=fill(translation.answer, variables),
            topic=article.topic,
            mode=self._knowledge.mode_of(article),
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
