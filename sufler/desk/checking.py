"""What an operator answered without a suggestion, compared with what the bot would have said: alone
where that is an article's text for certain; else a reviewer looks. See docs/accuracy.md."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from sufler.domain.checks import Check, CheckKind, Draw, Said, Unlabelled
from sufler.domain.errors import Conflict, NotFound
from sufler.domain.knowledge import Article
from sufler.prompter.accuracy.matched import article_said, says_anything

# A hidden turn that nobody answers for so long counts as wrong.
LABELLED_WITHIN: Final = timedelta(days=7)
# Of the replies that the matcher decides, a random tenth is looked at all the same; all of them,
# while that tenth disagrees in more than this share. Counted over so long.
LOOKED_AT: Final = 0.1
DISAGREES: Final = 0.01
REMEMBERED: Final = timedelta(days=90)
NOBODY: Final = "nobody"

_log = structlog.get_logger(__name__)


class CheckingRecords(Protocol):
    """`storage.checking.CheckingStore`."""

    async def unlabelled(
        self, now: datetime, until: datetime, limit: int = ...
    ) -> list[Unlabelled]: ...
    async def label(self, check: Check) -> Check: ...
    async def to_review(self, draw: Draw, matched: str | None, at: datetime) -> None: ...
    async def settle(self, suggestion_id: str, at: datetime) -> None: ...


class Looks(Protocol):
    """`storage.review_numbers.ReviewNumbers`."""

    async def matched_looks(self, since: datetime) -> tuple[int, int]:
        """How many replies that the matcher decided were looked at, and how many it got wrong."""
        ...


class Checking:
    """A chore of `conversation/timers.py`. `articles` gives what is published now."""

    def __init__(
        self, records: CheckingRecords, looks: Looks, articles: Callable[[], Sequence[Article]]
    ) -> None:
        self._records = records
        self._looks = looks
        self._articles = articles

    async def __call__(self, now: datetime) -> int:
        """Label what can be labelled; how many turns have been settled."""
        settled = 0
        for each in await self._records.unlabelled(now, now - LABELLED_WITHIN):
            settled += await self._settled(each, now)
        return settled

    async def _settled(self, turn: Unlabelled, now: datetime) -> bool:
        said = next((each for each in turn.said if says_anything(each.text, turn.values)), None)
        if said is None:
            return await self._without_words(turn, now)
        matched = await asyncio.to_thread(self._matched, turn, said)
        # u below the share means hidden: below a tenth of the share is a random tenth of those.
        drawn = turn.draw.u < turn.draw.share * LOOKED_AT
        if matched is None or drawn or await self._distrusted(now):
            await self._records.to_review(turn.draw, matched, now)
        else:
            await self._label(turn.draw, matched == turn.draw.article_id, said, now)
        return True

    def _matched(self, turn: Unlabelled, said: Said) -> str | None:
        return article_said(said.text, [turn.draw.article_id], self._articles(), turn.values)

    async def _without_words(self, turn: Unlabelled, now: datetime) -> bool:
        """Nobody has said anything: a reviewer looks once the matter is over, and what nobody
        takes up for days must not be missing from the count."""
        if turn.over:
            await self._records.to_review(turn.draw, None, now)
            return True
        if turn.draw.at < now - LABELLED_WITHIN:
            await self._label(turn.draw, False, Said("", NOBODY, now), now, overdue=True)
            return True
        return False

    async def _distrusted(self, now: datetime) -> bool:
        looked, wrong = await self._looks.matched_looks(now - REMEMBERED)
        return wrong > DISAGREES * looked

    async def _label(
        self, draw: Draw, right: bool, said: Said, now: datetime, *, overdue: bool = False
    ) -> None:
        check = Check(
            id=0,
            suggestion_id=draw.suggestion_id,
            topic=draw.topic,
            article_id=draw.article_id,
            kind=CheckKind.HIDDEN,
            confidence=draw.confidence,
            right=right,
            propensity=draw.share,
            predicted_at=draw.at,
            at=now,
            by=said.by,
            took_s=None if overdue else (said.at - draw.at).total_seconds(),
            overdue=overdue,
        )
        try:
            await self._records.label(check)
        except (Conflict, NotFound) as refused:
            _log.info("check_refused", reason=refused.message)
            await self._records.settle(draw.suggestion_id, now)
