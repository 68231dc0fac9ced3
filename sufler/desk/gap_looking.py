"""The look for gaps: turns that the base did not serve, put to those that ask for the same."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

import numpy as np
import structlog

from sufler.domain.errors import Conflict
from sufler.domain.gaps import Gap, GapKind, GapLook, GapState, GapTurn
from sufler.domain.knowledge import Language
from sufler.domain.ports import Clock, TextEncoder, TextKind, Vectors
from sufler.kb_index.background import Background
from sufler.kb_index.index import Index
from sufler.prompter.gathering import (
    SAME_QUESTION,
    central,
    gathered,
    says_something,
    with_same_replies,
)
from sufler.prompter.learning.masking import masked
from sufler.prompter.learning.neighbours import answer_cosines, answers_near
from sufler.prompter.learning.uses import Offer, judge

# Turns that count, for the rank too.
WINDOW: Final = timedelta(days=28)
# Turns of a gap that its middle and its best reply are found among, the newest.
LOOKED_AT: Final = 60
# Turns placed at once, the newest: the work grows with their square. The others come next time.
MOST: Final = 3_000
_COMPARED: Final = 5
_BATCH: Final = 64

_log = structlog.get_logger(__name__)


class LookRecords(Protocol):
    """`storage.gaps.GapStore`, as far as a look needs it."""

    async def unserved(self, since: datetime) -> list[GapTurn]: ...
    async def turns_of(self, gap_ids: Sequence[int]) -> dict[int, list[GapTurn]]: ...
    async def all(self) -> list[Gap]: ...
    async def add(
        self, found: Sequence[tuple[Gap, Sequence[GapTurn]]], at: datetime, by: str
    ) -> GapLook: ...


class Indexed(Protocol):
    """`kb_index.knowledge.KnowledgeBase`."""

    @property
    def index(self) -> Index: ...
    @property
    def background(self) -> Background: ...


class GapLooking:
    """Looks when it is asked; keeps no text and no vector of a customer's words."""

    def __init__(
        self, records: LookRecords, knowledge: Indexed, encoder: TextEncoder, clock: Clock
    ) -> None:
        self._records = records
        self._knowledge = knowledge
        self._encoder = encoder
        self._clock = clock
        self._busy = asyncio.Lock()

    async def look(self, by: str) -> GapLook:
        """Place what was not served since, told apart by language. Raises Conflict while another
        look is under way in this process."""
        if self._busy.locked():
            raise Conflict("it is being looked for gaps already")
        async with self._busy:
            now = self._clock.now()
            fresh = (await self._records.unserved(now - WINDOW))[-MOST:]
            every = await self._records.all()
            found: list[tuple[Gap, Sequence[GapTurn]]] = []
            for language in dict.fromkeys(turn.language for turn in fresh):
                spoken = [turn for turn in fresh if turn.language == language]
                there = [gap for gap in every if gap.language == language]
                found += await self._placed(language, spoken, there, now)
            look = await self._records.add(found, now, by)
            _log.info("gaps_looked_for", turns=look.turns, gaps=look.gaps)
            return look

    async def _placed(
        self, language: Language, fresh: Sequence[GapTurn], there: Sequence[Gap], now: datetime
    ) -> list[tuple[Gap, Sequence[GapTurn]]]:
        members = await self._records.turns_of([gap.id for gap in there])
        leaders = {
            gap: next((t for t in members[gap.id] if t.suggestion_id == gap.question_id), None)
            or members[gap.id][-1]
            for gap in there
            if members[gap.id]
        }
        known = list(leaders)
        asked = [words_of(turn) for turn in fresh]
        kept = [place for place, words in enumerate(asked) if words]
        rows = await self._encoded([asked[place] for place in kept], language)
        heads = await self._encoded([words_of(turn) for turn in leaders.values()], language)
        places = [fresh[place] for place in kept]
        groups: dict[int, list[GapTurn]] = {}
        alone: list[int] = []
        for number, row in enumerate(rows):
            nearness = heads @ row
            if len(heads) and nearness.max() >= SAME_QUESTION:
                groups.setdefault(int(nearness.argmax()), []).append(places[number])
            else:
                alone.append(number)
        replies = [_matter(places[number]) for number in alone]
        sent = await self._raw(replies, "passage")
        numbers = await asyncio.to_thread(_grouped, rows[alone], replies, sent)
        for number, group in zip(alone, numbers, strict=True):
            groups.setdefault(len(known) + group, []).append(places[number])
        found: list[tuple[Gap, Sequence[GapTurn]]] = []
        for group, turns in groups.items():
            old = known[group] if group < len(known) else None
            whole = [*(members[old.id] if old else ()), *turns][-LOOKED_AT:]
            found.append((await self._told(old, whole, language, now), turns))
        return found

    async def _told(
        self, old: Gap | None, turns: Sequence[GapTurn], language: Language, now: datetime
    ) -> Gap:
        """The gap of these turns: its middle, its best reply, and whether an article was meant."""
        asked = [turn for turn in turns if words_of(turn)] or list(turns)
        rows = await self._encoded([words_of(turn) for turn in asked], language)
        replied = [turn for turn in turns if says_something(turn.reply)]
        sent = await self._raw([turn.reply for turn in replied], "passage")
        meant = self._meant(turns, replied, sent, language)
        best = replied[central(sent)] if replied else None
        gap = old or Gap(0, GapKind.ARTICLE, GapState.OPEN, language, now, "")
        return replace(
            gap,
            kind=GapKind.PHRASING if meant else GapKind.ARTICLE,
            question_id=asked[central(rows)].suggestion_id,
            reply_id=best.suggestion_id if best else None,
            article_id=meant,
        )

    def _meant(
        self,
        turns: Sequence[GapTurn],
        replied: Sequence[GapTurn],
        sent: Vectors,
        language: Language,
    ) -> str | None:
        """The published article that at least half of those who replied sent, or wrote anew."""
        index, background = self._knowledge.index, self._knowledge.background
        said = {turn.suggestion_id: turn.article_id for turn in turns if turn.article_id}
        for turn, raw in zip(replied, sent, strict=True):
            if turn.suggestion_id in said:
                continue
            near = answers_near(index, background.centre(raw, language, "passage"), _COMPARED)
            offers = []
            for article_id in near:
                cosines = answer_cosines(index, background, article_id, raw)
                article = index.article(article_id)
                for spoken, told in article.translations.items() if article else ():
                    nearness = cosines.get(spoken, 0.0)
                    offers.append(Offer(article_id, spoken, told.answer, near=nearness))
            done = judge(turn.reply, offers)
            found = done.article_id or done.same_as
            if found:
                said[turn.suggestion_id] = found
        if not said:
            return None
        article_id, votes = min(Counter(said.values()).items(), key=lambda one: (-one[1], one[0]))
        answered = {*said, *(turn.suggestion_id for turn in replied)}
        published = index.article(article_id) is not None
        return article_id if published and 2 * votes >= len(answered) else None

    async def _encoded(self, texts: Sequence[str], language: Language) -> Vectors:
        raw = await self._raw(texts, "query")
        return self._knowledge.background.centre(raw, language, "query") if len(raw) else raw

    async def _raw(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Not through the store of vectors: what a customer wrote is kept nowhere else."""
        found = np.zeros((0, self._encoder.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = await self._encoder.encode(texts[start : start + _BATCH], kind)
            found = np.concatenate((found, batch))
        return found


def words_of(turn: GapTurn) -> str:
    """What was asked, without personal data; may be empty."""
    return masked(turn.text, turn.language)


def _matter(turn: GapTurn) -> str:
    """The reply, where it says something; a mere greeting is the same to every question."""
    return turn.reply if says_something(turn.reply) else ""


def _grouped(rows: Vectors, replies: Sequence[str], sent: Vectors) -> list[int]:
    return gathered(with_same_replies(rows @ rows.T, replies, sent))
