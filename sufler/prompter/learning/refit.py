"""When the head is trained anew, and whether the new one may serve: not if it turns right answers
wrong that editors or checks have frozen."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import comb

import numpy as np

from sufler.domain.learning import Flip, Frozen, Learned, RefitReport
from sufler.domain.ports import Clock, TextEncoder, Vectors
from sufler.kb_index.background import Background
from sufler.kb_index.index import Index
from sufler.prompter.learning.fit import Fitted
from sufler.prompter.learning.ports import FrozenAnswers
from sufler.prompter.rank import rank, without_rejected

# So many phrasings more or fewer, or this long without a change; in a base of few entries sooner,
# where fifty are much and a refit is cheap: at a SHARE of them, at FEWEST at least.
NEW_PHRASINGS = 50
FEWEST, SHARE = 10, 20
QUIET_S = 60.0
# One-sided probability of as many flips to wrong among all flips, if both ways were as likely.
SIGNIFICANT = 0.05
# New phrasings of the article that wrongly wins are held responsible when they are this much
# less near to the question than the nearest of them, or nearer (cosine of centred vectors).
RESPONSIBLE = 0.05


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

    def __init__(self, answers: FrozenAnswers, encoder: TextEncoder, clock: Clock) -> None:
        self._answers = answers
        self._encoder = encoder
        self._clock = clock
        self._vectors: dict[str, Vectors] = {}

    async def checked(
        self, old: Fitted | None, new: Fitted, index: Index, background: Background
    ) -> tuple[Fitted, RefitReport]:
        """`new` with its frozen answers, and the report, which is stored where anything flipped.

        Only published articles' questions count. Without an old head everything is accepted."""
        asked = await self._asked(index, background)
        now = self._clock.now()
        found = await asyncio.to_thread(_answered, asked, index, new, now.timestamp())
        new = replace(new, answers=found)
        flips = _flips(asked, old.answers if old else {}, found)
        report = RefitReport(now, new.head.id, index.version, True, flips)
        if old is not None and refused(flips):
            taught = await self._answers.serving_since(old.head.knowledge)
            blamed = await self._responsible(asked, flips, taught, background)
            # With nothing learned since, an editor's own changes did it: listed, not held back.
            if blamed:
                report = replace(report, accepted=False, quarantined=tuple(blamed))
        if flips:
            await self._answers.refitted(report)
        return new, report

    async def _asked(self, index: Index, background: Background) -> list[_Asked]:
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

    async def _responsible(
        self,
        asked: Sequence[_Asked],
        flips: Sequence[Flip],
        taught: Sequence[Learned],
        background: Background,
    ) -> list[int]:
        """Ids of the new phrasings that pulled frozen questions away: of each question those of
        the article that wins now; where it has none, the nearest of any other than the right."""
        if not taught:
            return []
        raw = await self._encoder.encode([each.text for each in taught], "query")
        vectors = [
            background.centre(each, learned.language, "query")
            for each, learned in zip(raw, taught, strict=True)
        ]
        by_question = {each.question: each.vector for each in asked}
        found: dict[int, None] = {}
        for flip in flips:
            if not flip.turned_wrong:
                continue
            cosines = np.stack(vectors) @ by_question[flip.question]
            wrong = [n for n, t in enumerate(taught) if t.article_id != flip.question.article_id]
            winners = [n for n in wrong if taught[n].article_id == flip.now]
            if winners:
                nearest = max(float(cosines[n]) for n in winners)
                blamed = [n for n in winners if cosines[n] >= nearest - RESPONSIBLE]
            else:
                blamed = sorted(wrong, key=lambda n: (-cosines[n], n))[:1]
            found.update((taught[n].id, None) for n in blamed)
        return list(found)


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


def _answered(
    asked: Sequence[_Asked], index: Index, fitted: Fitted, now: float
) -> dict[str, str | None]:
    """The first article for each question, by its key."""
    found: dict[str, str | None] = {}
    for each in asked:
        ranked = rank(index, fitted.scorer, each.vector, each.question.text)
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
