"""Rows of review tasks, reviews and draws as the plain data of `domain/`; adding a task inside
somebody else's transaction; and which tasks one person may review."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.checks import CheckKind, Draw, Review, ReviewTask, TaskState
from sufler.storage.tables.accuracy import draws, readers, review_tasks, reviews
from sufler.storage.tables.conversations import conversations, events, messages

# A turn that was drawn and that nobody labels for so long counts as wrong.
LABELLED_WITHIN: Final = timedelta(days=7)
# Every so many tasks one is given to two reviewers; a dispute goes to one more.
TWO_LOOK_AT_ONE_OF: Final = 10
MOST_REVIEWS: Final = 3

LIVE: Final = (TaskState.OPEN.value, TaskState.DISPUTED.value)


async def add_task(
    connection: AsyncConnection,
    suggestion_id: str,
    kind: CheckKind,
    propensity: float,
    at: datetime,
    matched: str | None = None,
) -> int | None:
    """Put a drawn turn before reviewers; the task's id, or None where it is no draw or has a task
    already. `propensity`: the chance (0..1] with which it was drawn. `matched`: the article that
    the operator's reply was found to be, where that is looked at all the same."""
    topic = await connection.scalar(
        select(draws.c.topic).where(draws.c.suggestion_id == suggestion_id)
    )
    if topic is None:
        return None
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    adding = insert(review_tasks).values(
        suggestion_id=suggestion_id,
        kind=kind.value,
        topic=topic,
        propensity=propensity,
        matched=matched,
        reviewers=reviewers_of(suggestion_id),
        state=TaskState.OPEN.value,
        created_at=at,
        due_at=at + LABELLED_WITHIN,
    )
    once = adding.on_conflict_do_nothing(index_elements=["suggestion_id"])
    added: int | None = await connection.scalar(once.returning(review_tasks.c.id))
    return added


def reviewers_of(suggestion_id: str) -> int:
    """How many review it: two for a tenth, which nothing but the id decides."""
    drawn = hashlib.sha256(f"two reviewers {suggestion_id}".encode()).digest()
    return 2 if int.from_bytes(drawn[:4]) % TWO_LOOK_AT_ONE_OF == 0 else 1


def task_from(row: Mapping[Any, Any]) -> ReviewTask:
    """A row of `review_tasks`."""
    return ReviewTask(
        id=row["id"],
        suggestion_id=row["suggestion_id"],
        kind=CheckKind(row["kind"]),
        topic=row["topic"],
        propensity=row["propensity"],
        state=TaskState(row["state"]),
        created_at=row["created_at"],
        due_at=row["due_at"],
        matched=row["matched"],
        reviewers=row["reviewers"],
        done_at=row["done_at"],
    )


def review_from(row: Mapping[Any, Any]) -> Review:
    """A row of `reviews`."""
    return Review(
        id=row["id"],
        task_id=row["task_id"],
        reviewer=row["reviewer"],
        choice=row["choice"],
        also=tuple(row["also"]),
        shown=tuple(row["shown"]),
        took_s=row["took_s"],
        at=row["at"],
    )


def draw_of(row: Mapping[Any, Any]) -> Draw:
    """A row of `draws`."""
    return Draw(**{name: row[name] for name in Draw.__dataclass_fields__})


def wants_review() -> ColumnElement[bool]:
    """Of a row of `review_tasks`: somebody more is to look at it."""
    stand = (
        select(func.count())
        .where(reviews.c.task_id == review_tasks.c.id, reviews.c.undone_at.is_(None))
        .correlate(review_tasks)
        .scalar_subquery()
    )
    state = review_tasks.c.state
    return or_(
        and_(state == TaskState.OPEN.value, stand < review_tasks.c.reviewers),
        and_(state == TaskState.DISPUTED.value, stand < MOST_REVIEWS),
    )


def stranger_to(person_id: str, hidden: Collection[str] = ()) -> list[ColumnElement[bool]]:
    """Of a row of `draws`: the person neither served nor read its conversation, and it is in none
    of the queues that are `hidden` from them."""
    talk = draws.c.conversation_id
    known = [
        exists().where(readers.c.conversation_id == talk, readers.c.reader == person_id),
        exists().where(messages.c.conversation_id == talk, messages.c.author_id == person_id),
        exists().where(conversations.c.id == talk, conversations.c.operator_id == person_id),
        exists().where(events.c.conversation_id == talk, events.c.by == person_id),
    ]
    if hidden:
        others = conversations.c.queue_id.in_(sorted(hidden))
        known.append(exists().where(conversations.c.id == talk, others))
    return [~each for each in known]


def not_reviewed_by(reviewer: str) -> ColumnElement[bool]:
    """Of a row of `review_tasks`: no review of theirs stands."""
    return ~exists().where(
        reviews.c.task_id == review_tasks.c.id,
        reviews.c.reviewer == reviewer,
        reviews.c.undone_at.is_(None),
    )
