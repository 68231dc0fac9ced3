"""When the head is trained anew, and whether the new one may serve: not if it turns right answers
wrong that editors or checks have frozen."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import comb

from threadpoolctl import threadpool_limits

from sufler.domain.learning import Flip, Frozen, Learned, LearnedKind, RefitReport
from sufler.domain.ports import Clock, TextEncoder, Vectors
from sufler.kb_index.index import Index
from sufler.kb_index.knowledge import KnowledgeBase
from sufler.prompter.learning.fit import NO_STAND_IN, Fitted
from sufler.prompter.learning.head import head_of
from sufler.prompter.learning.ports import FrozenAnswers
from sufler.prompter.rank import Scorer, rank, without_rejected

# So many phrasings more or fewer, or this long without a change; in a base of few entries sooner,
# where fifty are much and a refit is cheap: at a SHARE of them, at FEWEST at least.
NEW_PHRASINGS = 50
FEWEST, SHARE = 10, 20
QUIET_S = 60.0
# One-sided probability of as many flips to wrong among all flips, if both ways were as likely.
SIGNIFICANT = 0.05
# So often some of those found responsible are put back, to see whether they are innocent.
PUT_BACK = 16
# See `_doubt`: what cannot have turned a question wrong.
NO_DOUBT = 2


class RefitRule:
    """Says when a refit is due. Between refits what changed is found by its vectors."""

    def __init__(self, quiet_s: float = QUIET_S) -> None:
        self._quiet_s = quiet_s
        self._seen = -1
        self._since = 0.0

    def due(self, index: Index, fitted: Fitted, now: float) -> bool:
        """Whether `fitted` should be replaced by one of `index`; `now` in seconds, ever growing."""
        if index.version != self._seen:
            self._seen, self._since = index.version, now
        if index.version <= fitted.head.knowledge:
            return False
        if not fitted.head.article_ids:
            return True  # nothing was there to learn from before
        if abs(index.entries - fitted.entries) >= enough_new(fitted.entries):
            return True
        return now - self._since >= self._quiet_s


def enough_new(entries: int) -> int:
    """How many phrasings more or fewer are worth a refit of a head trained on so many entries."""
    return min(NEW_PHRASINGS, max(FEWEST, entries // SHARE))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A frozen question with its centred vector and how it is known among answers."""

    question: Frozen
    vector: Vectors
    key: str


class FrozenCheck:
    """Compares a new head with what the old one, on the base as it was then, answered."""

    def __init__(
        self, answers: FrozenAnswers, knowledge: KnowledgeBase, encoder: TextEncoder, clock: Clock
    ) -> None:
        self._answers = answers
        self._knowledge = knowledge
        self._encoder = encoder
        self._clock = clock
        self._vectors: dict[str, Vectors] = {}

    async def checked(
        self, old: Fitted | None, new: Fitted, index: Index
    ) -> tuple[Fitted, RefitReport]:
        """`new`, trained on `index`, with its frozen answers, and the report, which is stored
        where anything flipped.

        Only published articles' questions count. Without an old head everything is accepted."""
        asked = await self._asked(index)
        now = self._clock.now()
        found = await asyncio.to_thread(_answered, asked, index, new.scorer, now.timestamp())
        new = replace(new, answers=found)
        before = old.answers if old else {}
        flips = _flips(asked, before, found)
        report = RefitReport(now, new.head.id, index.version, True, flips)
        if old is not None and refused(flips):
            learned = await self._answers.serving_since(old.head.knowledge)
            flipped = {_key(flip.question) for flip in flips}
            asked = [each for each in asked if each.key in flipped]
            blamed = await self._responsible(_Tried(asked, before, flips, index, now), learned)
            # Where nobody taught it, an editor's own change did it: listed, not held back.
            if blamed:
                ids = tuple(each.id for each in blamed)
                report = replace(report, accepted=False, quarantined=ids)
        if flips:
            await self._answers.refitted(report)
        return new, report

    async def _asked(self, index: Index) -> list[_Asked]:
        background = self._knowledge.background
        questions = [q for q in await self._answers.frozen() if index.article(q.article_id)]
        missing = [q.text for q in questions if q.text not in self._vectors]
        if missing:
            raw = await self._encoder.encode(list(dict.fromkeys(missing)), "query")
            self._vectors.update(zip(dict.fromkeys(missing), raw, strict=True))
        kept = {question.text for question in questions}
        self._vectors = {text: v for text, v in self._vectors.items() if text in kept}
        return [
            _Asked(q, background.centre(self._vectors[q.text], q.language, "query"), _key(q))
            for q in questions
        ]

    async def _responsible(self, tried: "_Tried", learned: Sequence[Learned]) -> list[Learned]:
        """A few of the likeliest without which the head passes, found by training it without
        them. None, where it does not pass without any of them either."""
        suspects = await self._suspects(tried, learned)
        theirs = tried.but(await self._flips_without(tried, suspects))

        async def passes(some: Sequence[Learned]) -> bool:
            return not refused(theirs(await self._flips_without(tried, some)))

        if not suspects or not refused(theirs(tried.flips)):
            return []
        few, enough = 0, 1
        while enough < len(suspects) and not await passes(suspects[:enough]):
            few, enough = enough, enough * 2
        enough = min(enough, len(suspects))
        while enough - few > 1:
            middle = (few + enough) // 2
            few, enough = (few, middle) if await passes(suspects[:middle]) else (middle, enough)
        return await _needed(suspects[:enough], passes)

    async def _flips_without(self, tried: "_Tried", some: Sequence[Learned]) -> list[Flip]:
        index = await self._knowledge.without(tried.index, some)
        found = await asyncio.to_thread(_answered_anew, tried.asked, index, tried.now.timestamp())
        return _flips(tried.asked, tried.before, found)

    async def _suspects(self, tried: "_Tried", learned: Sequence[Learned]) -> list[Learned]:
        """What may have turned a question wrong, the likeliest first: nearest to it, phrasings of
        the article that wins now before those of others, and what speaks against the right one."""
        raw = await self._encoder.encode([each.text for each in learned], "query")
        background = self._knowledge.background
        vectors = [
            background.centre(each, one.language, "query")
            for each, one in zip(raw, learned, strict=True)
        ]
        by_question = {each.question: each.vector for each in tried.asked}
        places: dict[int, tuple[int, float]] = {}
        for flip in tried.flips:
            if not flip.turned_wrong:
                continue
            cosines = [float(vector @ by_question[flip.question]) for vector in vectors]
            ranks = [_doubt(each, flip) for each in learned]
            for number, place in enumerate(zip(ranks, (-c for c in cosines), strict=True)):
                if place[0] < NO_DOUBT:
                    places[number] = min(places.get(number, place), place)
        return [learned[number] for number in sorted(places, key=lambda n: (places[n], n))]


@dataclass(frozen=True, slots=True)
class _Tried:
    """A head that was refused: which questions flipped, what they were answered `before`, and the
    `index` that it was trained on."""

    asked: Sequence[_Asked]
    before: Mapping[str, str | None]
    flips: Sequence[Flip]
    index: Index
    now: datetime

    @staticmethod
    def but(others: Sequence[Flip]) -> Callable[[Sequence[Flip]], list[Flip]]:
        """Takes out of flips those to wrong that are among `others`."""
        known = {_key(flip.question) for flip in others if flip.turned_wrong}
        return lambda flips: [
            flip for flip in flips if not (flip.turned_wrong and _key(flip.question) in known)
        ]


async def _needed(
    blamed: Sequence[Learned], passes: Callable[[Sequence[Learned]], Awaitable[bool]]
) -> list[Learned]:
    """Those of `blamed` without which a head must be to pass: halves, quarters and so on of them
    are put back, PUT_BACK times at most."""
    needed, part, tries = list(blamed), len(blamed) // 2, PUT_BACK
    while part:
        start = 0
        while start < len(needed) and tries:
            rest = needed[:start] + needed[start + part :]
            tries -= 1
            if rest and await passes(rest):
                needed = rest
            else:
                start += part
        part //= 2
    return needed


def _doubt(learned: Learned, flip: Flip) -> int:
    """How likely it is, 0 the likeliest, that this turned the question wrong."""
    own = learned.article_id == flip.question.article_id
    if learned.kind is LearnedKind.NEGATIVE:
        return 0 if own else NO_DOUBT
    if own:
        return NO_DOUBT
    return 0 if learned.article_id == flip.now else 1


def refused(flips: Sequence[Flip]) -> bool:
    """Whether a golden question turned wrong, or significantly more answers did than right."""
    wrong = sum(flip.turned_wrong for flip in flips)
    if any(flip.turned_wrong and flip.question.golden for flip in flips):
        return True
    return wrong > 0 and sign_test(wrong, len(flips) - wrong) < SIGNIFICANT


def sign_test(wrong: int, right: int) -> float:
    """One-sided probability of `wrong` or more of all flips, if both ways were as likely."""
    flips = wrong + right
    return float(sum(comb(flips, number) for number in range(wrong, flips + 1)) / 2.0**flips)


def _answered_anew(asked: Sequence[_Asked], index: Index, now: float) -> dict[str, str | None]:
    """The same of a head that is trained on `index` for this alone."""
    with threadpool_limits(1):
        head = head_of(index)
    return _answered(asked, index, Scorer(head, NO_STAND_IN), now)


def _answered(
    asked: Sequence[_Asked], index: Index, scorer: Scorer, now: float
) -> dict[str, str | None]:
    """The first article for each question, by its key."""
    found: dict[str, str | None] = {}
    for each in asked:
        ranked = rank(index, scorer, each.vector, each.question.text)
        ranked = without_rejected(ranked, index.negatives, each.vector, now)
        found[each.key] = ranked.article_ids[0] if ranked.article_ids else None
    return found


def _flips(
    asked: Sequence[_Asked], before: Mapping[str, str | None], after: Mapping[str, str | None]
) -> list[Flip]:
    flips = []
    for each in asked:
        if each.key not in before:
            continue
        was, now, right = before[each.key], after[each.key], each.question.article_id
        if (was == right) is not (now == right):
            flips.append(Flip(each.question, was, now, was == right))
    return flips


def _key(question: Frozen) -> str:
    text = f"{question.article_id}\0{question.text}"
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
