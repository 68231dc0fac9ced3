"""Turns under blind review: who gets which, what was picked, what is done. See docs/review.md."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.checks import CheckKind, Review, ReviewTask, TaskState
from sufler.domain.errors import Conflict, Forbidden, NotFound
from sufler.domain.reviews import Sprint, Turn
from sufler.storage.database import Database
from sufler.storage.idempotency import mark_done
from sufler.storage.review_rows import (
    LIVE,
    MOST_REVIEWS,
    add_task,
    draw_of,
    not_reviewed_by,
    review_from,
    stranger_to,
    task_from,
    wants_review,
)
from sufler.storage.rows import conversation_from, message_from
from sufler.storage.sharing import alone
from sufler.storage.suggestion_rows import suggestion_from
from sufler.storage.tables.accuracy import checks, draws, review_tasks, reviews, trials
from sufler.storage.tables.conversations import conversations, episodes, events, messages
from sufler.storage.tables.suggestions import suggestions

# Messages before the turn.
_CONTEXT = 6


class ReviewStore:
    """Fulfils `desk.reviewing.ReviewRecords`. A reviewer is a person's id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def next_for(
        self,
        person_id: str,
        *,
        hidden: Collection[str] = (),
        shown_to_others: Collection[int] = (),
        topic: str | None = None,
    ) -> Turn | None:
        """The turn that is due first, of those that this person may review; None without one."""
        query = (
            select(review_tasks)
            .join(draws, draws.c.suggestion_id == review_tasks.c.suggestion_id)
            .where(
                review_tasks.c.state.in_(LIVE),
                wants_review(),
                not_reviewed_by(_signed(person_id)),
                *stranger_to(person_id, hidden),
            )
            .order_by(review_tasks.c.due_at, review_tasks.c.id)
            .limit(1)
        )
        if topic is not None:
            query = query.where(review_tasks.c.topic == topic)
        if shown_to_others:
            query = query.where(review_tasks.c.id.not_in(sorted(shown_to_others)))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
            return None if row is None else await _turn(connection, task_from(row))

    async def turn(self, task_id: int) -> Turn:
        """Raises NotFound."""
        async with self._database.read() as connection:
            return await _turn(connection, await _task(connection, task_id))

    async def add(
        self, review: Review, person_id: str, *, hidden: Collection[str] = (), decides: bool = False
    ) -> Review:
        """Store what was picked (its id is passed over). `decides`: the person may settle a dispute
        of which they are one side. Raises NotFound, Conflict when nobody more is to look at it or
        they did, and Forbidden for a conversation that they served or read."""
        async with self._database.write() as connection:
            task = await _task(connection, review.task_id, lock=True)
            stand = await _standing(connection, [task.id])
            most = task.reviewers if task.state is TaskState.OPEN else MOST_REVIEWS
            if task.state.value not in LIVE or len(stand) >= most:
                raise Conflict("this turn has been reviewed meanwhile", field="task_id")
            own = any(each.reviewer == review.reviewer for each in stand)
            if own and not (decides and task.state is TaskState.DISPUTED):
                raise Conflict("you have reviewed this turn already", field="task_id")
            free = select(draws.c.suggestion_id).where(
                draws.c.suggestion_id == task.suggestion_id, *stranger_to(person_id, hidden)
            )
            if await connection.scalar(free) is None:
                raise Forbidden("a turn is reviewed by somebody who neither served nor read it")
            done = await connection.execute(
                insert(reviews)
                .values(
                    task_id=task.id,
                    reviewer=review.reviewer,
                    choice=review.choice,
                    also=list(review.also),
                    shown=list(review.shown),
                    took_s=review.took_s,
                    at=review.at,
                )
                .returning(reviews)
            )
            stored = review_from(done.mappings().one())
            await mark_done(connection)
        return stored

    async def undo(self, reviewer: str, since: datetime, at: datetime) -> int:
        """Take back the reviewer's newest pick, if it is not older than `since`; its task's id.
        Raises Conflict when there is none."""
        newest = (
            select(reviews.c.id, reviews.c.task_id)
            .where(
                reviews.c.reviewer == reviewer,
                reviews.c.at > since,
                reviews.c.undone_at.is_(None),
            )
            .order_by(reviews.c.id.desc())
            .limit(1)
        )
        async with self._database.write() as connection:
            row = (await connection.execute(newest)).one_or_none()
            task = None if row is None else await _task(connection, row.task_id, lock=True)
            if row is None or task is None or task.state.value not in LIVE:
                raise Conflict("there is nothing that can still be taken back")
            change = update(reviews).where(reviews.c.id == row.id).values(undone_at=at)
            await connection.execute(change)
            await mark_done(connection)
        return task.id

    async def sprint(self, topic: str, limit: int, since: datetime, at: datetime) -> Sprint:
        """Put further turns of the topic, predicted since then, before reviewers: by their stored u
        and by nothing else, the lowest first."""
        known = [
            exists().where(each.c.suggestion_id == draws.c.suggestion_id)
            for each in (checks, review_tasks)
        ]
        query = (
            select(draws.c.suggestion_id, draws.c.u)
            .join(suggestions, suggestions.c.id == draws.c.suggestion_id)
            .where(
                suggestions.c.text != "",  # its words are kept
                draws.c.topic == topic,
                draws.c.at >= since,
                draws.c.counts,
                ~draws.c.hidden,
                *(~each for each in known),
            )
            .order_by(draws.c.u, draws.c.suggestion_id)
        )
        async with self._database.write() as connection:
            await alone(connection, "sprint")
            rows = (await connection.execute(query)).all()
            taken = rows[:limit]
            # Every turn whose u is no higher was taken by now, here or before.
            chance = 1.0 if len(taken) == len(rows) else max(row.u for row in taken)
            for row in taken:
                await add_task(connection, row.suggestion_id, CheckKind.REVIEW, chance, at)
            await mark_done(connection)
        return Sprint(topic, len(taken), len(rows))

    async def fresh_since(self, topic: str) -> datetime | None:
        """Since when predictions count in the topic's present test; None: all of them do."""
        query = (
            select(trials.c.since)
            .where(trials.c.topic == topic)
            .order_by(trials.c.started_at.desc(), trials.c.id.desc())
            .limit(1)
        )
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def to_settle(self, before: datetime, now: datetime, limit: int = 200) -> list[Turn]:
        """Turns whose reviewers have all picked, and those that are due at `now`; none with a pick
        after `before`, which may still be taken back. Without their words."""
        fresh = exists().where(
            reviews.c.task_id == review_tasks.c.id,
            reviews.c.undone_at.is_(None),
            reviews.c.at > before,
        )
        query = (
            select(review_tasks)
            .where(
                review_tasks.c.state.in_(LIVE),
                ~fresh,
                (review_tasks.c.due_at <= now) | ~wants_review(),
            )
            .order_by(review_tasks.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
            return [await _turn(connection, task_from(row)) for row in rows]

    async def put_state(self, task_id: int, state: TaskState, at: datetime) -> None:
        """What became of a task that was open or disputed until now."""
        ended = None if state.value in LIVE else at
        change = (
            update(review_tasks)
            .where(review_tasks.c.id == task_id, review_tasks.c.state.in_(LIVE))
            .values(state=state.value, done_at=ended)
        )
        async with self._database.write() as connection:
            await connection.execute(change)

    async def disputed(self, limit: int = 50) -> list[Turn]:
        """Turns that their reviewers judge differently and nobody has decided, oldest first."""
        query = (
            select(review_tasks)
            .where(review_tasks.c.state == TaskState.DISPUTED.value, wants_review())
            .order_by(review_tasks.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
            return [await _turn(connection, task_from(row)) for row in rows]


def _signed(person_id: str) -> str:
    return f"person:{person_id}"


async def _task(connection: AsyncConnection, task_id: int, *, lock: bool = False) -> ReviewTask:
    query: Select[Any] = select(review_tasks).where(review_tasks.c.id == task_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings()
    if (found := row.one_or_none()) is None:
        raise NotFound("no turn under review has this id", field="task_id")
    return task_from(found)


async def _standing(connection: AsyncConnection, task_ids: Sequence[int]) -> list[Review]:
    query = (
        select(reviews)
        .where(reviews.c.task_id.in_(task_ids), reviews.c.undone_at.is_(None))
        .order_by(reviews.c.id)
    )
    return [review_from(row) for row in (await connection.execute(query)).mappings()]


async def _turn(connection: AsyncConnection, task: ReviewTask) -> Turn:
    key = task.suggestion_id
    one = select(draws).where(draws.c.suggestion_id == key)
    draw = draw_of((await connection.execute(one)).mappings().one())
    made = select(suggestions).where(suggestions.c.id == key)
    whose = select(conversations).where(conversations.c.id == draw.conversation_id)
    talk = (await connection.execute(whose)).mappings().one_or_none()
    told = select(events.c.body).where(
        events.c.conversation_id == draw.conversation_id, events.c.suggestion_id == key
    )
    bodies = (await connection.execute(told.order_by(events.c.id))).scalars().all()
    numbers = [id_ for body in bodies[:1] for id_ in body.get("messages", ())]
    numbers = numbers or ([draw.message_id] if draw.message_id is not None else [])
    said = await _messages(connection, select(messages).where(messages.c.id.in_(numbers)))
    opened = select(episodes.c.opened_at).where(
        episodes.c.conversation_id == draw.conversation_id, episodes.c.number == draw.episode
    )
    began = await connection.scalar(opened)
    earlier = select(messages).where(messages.c.conversation_id == draw.conversation_id)
    if began is not None:
        earlier = earlier.where(messages.c.at >= began)
    first = min(numbers, default=None)
    earlier = earlier.where(messages.c.at < draw.at if first is None else messages.c.id < first)
    last = earlier.order_by(messages.c.id.desc()).limit(_CONTEXT)
    return Turn(
        task=task,
        draw=draw,
        suggestion=suggestion_from((await connection.execute(made)).mappings().one()),
        conversation=None if talk is None else conversation_from(talk),
        context=tuple(reversed(await _messages(connection, last))),
        said=tuple(said),
        reviews=tuple(await _standing(connection, [task.id])),
    )


async def _messages(connection: AsyncConnection, query: Select[Any]) -> list[Any]:
    return [message_from(row) for row in (await connection.execute(query)).mappings()]
