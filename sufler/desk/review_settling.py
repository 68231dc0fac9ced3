"""What becomes of reviewers' picks: checks, disputes, and turns that nobody labelled in time."""

from datetime import datetime, timedelta
from typing import Protocol

import structlog

from sufler.desk.reviewing import UNDO_S, says_right
from sufler.domain.checks import Check, CheckKind, Review, TaskState
from sufler.domain.errors import BadInput, Conflict, NotFound
from sufler.domain.reviews import Turn

NOBODY = "nobody"

_log = structlog.get_logger(__name__)


class TaskRecords(Protocol):
    """`storage.reviews.ReviewStore`, as far as tasks are ended."""

    async def to_settle(self, before: datetime, now: datetime, limit: int = 200) -> list[Turn]: ...
    async def put_state(self, task_id: int, state: TaskState, at: datetime) -> None: ...


class CheckRecords(Protocol):
    """`storage.checks.CheckStore`."""

    async def add(self, check: Check) -> Check: ...


class Settling:
    """A chore of `conversation/timers.py`: a pick is a check once it can no longer be taken back.
    First the check is stored and then the task is ended, so a death between them loses nothing."""

    def __init__(self, records: TaskRecords, checks: CheckRecords) -> None:
        self._records = records
        self._checks = checks

    async def __call__(self, now: datetime) -> int:
        """How many turns were settled."""
        found = await self._records.to_settle(now - timedelta(seconds=UNDO_S), now)
        for each in found:
            await self._settle(each, now)
        return len(found)

    async def _settle(self, turn: Turn, now: datetime) -> None:
        task, reviews, due = turn.task, turn.reviews, turn.task.due_at <= now
        verdicts = [says_right(each, turn.draw.article_id) for each in reviews]
        if not reviews:
            await self._unlabelled(turn, now)
        elif task.state is TaskState.DISPUTED and len(reviews) > task.reviewers:
            await self._label(turn, verdicts[-1], reviews[-1], now)
        elif len(set(verdicts)) == 1:
            await self._label(turn, verdicts[0], reviews[-1], now)
        elif due:  # in doubt, the topic has not earned it
            await self._label(turn, False, reviews[-1], now)
        else:
            await self._records.put_state(task.id, TaskState.DISPUTED, now)
            _log.info("review_disputed", task=task.id)

    async def _unlabelled(self, turn: Turn, now: datetime) -> None:
        """An automatic answer is unwatched, which the watch counts; any other turn was drawn, and a
        draw that nobody labels must not be missing from the count: it is wrong."""
        if turn.task.kind is not CheckKind.AUDIT:
            await self._add(turn, right=False, by=NOBODY, at=now, overdue=True)
        await self._records.put_state(turn.task.id, TaskState.OVERDUE, now)

    async def _label(self, turn: Turn, right: bool, decided: Review, now: datetime) -> None:
        await self._add(turn, right=right, by=decided.reviewer, at=now, took_s=decided.took_s)
        await self._records.put_state(turn.task.id, TaskState.DONE, now)

    async def _add(
        self,
        turn: Turn,
        *,
        right: bool,
        by: str,
        at: datetime,
        took_s: float | None = None,
        overdue: bool = False,
    ) -> None:
        draw = turn.draw
        check = Check(
            id=0,
            suggestion_id=draw.suggestion_id,
            topic=draw.topic,
            article_id=draw.article_id,
            kind=turn.task.kind,
            confidence=draw.confidence,
            right=right,
            propensity=turn.task.propensity,
            predicted_at=draw.at,
            at=at,
            by=by,
            took_s=took_s,
            overdue=overdue,
        )
        try:
            await self._checks.add(check)
        except (BadInput, Conflict, NotFound) as refused:
            # It has its check, or can have none: the task is over either way.
            _log.info("check_refused", task=turn.task.id, reason=refused.message)
