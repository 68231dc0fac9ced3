"""Lessons: what operators did with suggestions, stored with the act itself, each learned once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.decisions import Feedback, FeedbackAction
from sufler.domain.desk import Used
from sufler.domain.errors import NotFound
from sufler.domain.learning import (
    LearnedState,
    Lesson,
    LessonState,
    Outcome,
    ProposalState,
    Use,
)
from sufler.domain.ports import Clock
from sufler.domain.variables import values_of
from sufler.storage.database import Database
from sufler.storage.idempotency import mark_done
from sufler.storage.learned import Change, store_outcome
from sufler.storage.rows import conversation_from
from sufler.storage.tables.conversations import conversations, messages
from sufler.storage.tables.knowledge import articles
from sufler.storage.tables.learning import learned, proposals
from sufler.storage.tables.suggestions import feedback, suggestions
from sufler.storage.versions import next_version

# Who learns at a time; and whom `announce` wakes up.
TOPIC: Final = "lessons"
# Times that a lesson is begun: the process may have died of it.
TRIES: Final = 3
# What every lesson is counted as by those who count acts.
ACTION_OF: Final[Mapping[Use, FeedbackAction]] = {
    Use.VERBATIM: FeedbackAction.ACCEPTED,
    Use.COSMETIC: FeedbackAction.ACCEPTED,
    Use.EXTENDED: FeedbackAction.ACCEPTED,
    Use.FACTS: FeedbackAction.EDITED,
    Use.OTHER: FeedbackAction.REPLACED,
    Use.SEARCHED: FeedbackAction.REPLACED,
    Use.ANEW: FeedbackAction.REPLACED,
    Use.REJECTED: FeedbackAction.REJECTED,
    Use.IGNORED: FeedbackAction.IGNORED,
}


async def insert_lesson(
    connection: AsyncConnection,
    used: Used,
    *,
    by: str,
    at: datetime,
    due_at: datetime,
    conversation_id: str | None = None,
    message_id: int | None = None,
) -> int:
    """A reply that may teach, inside the transaction that stores the reply; its id. It is learned
    from `due_at` on, from the message's text as it is then. The caller announces `TOPIC`.

    Raises NotFound for an unknown suggestion or article.
    """
    if used.article_id is not None:
        known = select(articles.c.id).where(articles.c.id == used.article_id)
        if await connection.scalar(known) is None:
            raise NotFound("there is no article with this id", field="article_id")
    action = FeedbackAction.REPLACED if used.article_id is None else FeedbackAction.ACCEPTED
    given = Feedback(used.suggestion_id, action, by, at, used.article_id)
    return await insert_feedback_as_lesson(
        connection,
        given,
        due_at=due_at,
        conversation_id=conversation_id,
        message_id=message_id,
        found=used.found,
    )


async def insert_feedback_as_lesson(
    connection: AsyncConnection,
    given: Feedback,
    *,
    due_at: datetime,
    conversation_id: str | None = None,
    message_id: int | None = None,
    found: bool = False,
) -> int:
    """What somebody said of a suggestion, as a lesson. Raises NotFound for an unknown one, and
    for another conversation's: its words would not leave with the customer who wrote them."""
    query = select(suggestions.c.conversation_id).where(suggestions.c.id == given.suggestion_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound("no suggestion has this id", field="suggestion_id")
    if conversation_id and row.conversation_id not in (None, conversation_id):
        raise NotFound("this suggestion is another conversation's", field="suggestion_id")
    added = await connection.execute(
        insert(feedback)
        .values(
            suggestion_id=given.suggestion_id,
            action=given.action.value,
            by=given.by,
            at=given.at,
            article_id=given.article_id,
            final_text=given.final_text,
            reason=given.reason,
            conversation_id=conversation_id or row.conversation_id,
            message_id=message_id,
            found=found,
            due_at=due_at,
            state=LessonState.WAITING.value,
        )
        .returning(feedback.c.id)
    )
    return int(added.scalar_one())


async def remove_lesson(connection: AsyncConnection, message_id: int) -> bool:
    """Inside the transaction that takes a message back: it teaches nothing. False when there was
    no lesson, or it has been learned already (undo what it taught then)."""
    done = await connection.execute(
        delete(feedback).where(
            feedback.c.message_id == message_id, feedback.c.state == LessonState.WAITING.value
        )
    )
    return bool(done.rowcount)


class LessonStore:
    """Lessons as `desk/lessons.py` takes them: by the moment at which they are due."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def next_due(self) -> datetime | None:
        """When the first waiting lesson is due; None when none waits."""
        query = select(func.min(feedback.c.due_at)).where(_WAITING)
        async with self._database.read() as connection:
            found: datetime | None = await connection.scalar(query)
            return found

    async def begin(self, now: datetime) -> Lesson | None:
        """The one that is due longest, counted as begun before anybody looks into it; None when
        none is due. One that was begun too often is parked: it may be what ended the process."""
        query = _lessons().where(_WAITING, feedback.c.due_at <= now)
        query = query.order_by(feedback.c.due_at, feedback.c.id).limit(1)
        async with self._database.write() as connection:
            while row := (await connection.execute(query)).mappings().one_or_none():
                if row["attempts"] >= TRIES:
                    ended = _ended(row["id"], LessonState.SKIPPED, "gave_up")
                    await connection.execute(ended)
                    continue
                this = update(feedback).where(feedback.c.id == row["id"])
                await connection.execute(this.values(attempts=row["attempts"] + 1))
                return await _lesson(connection, row)
        return None

    async def get(self, lesson_id: int) -> Lesson:
        """Raises NotFound."""
        async with self._database.read() as connection:
            row = (
                (await connection.execute(_lessons().where(feedback.c.id == lesson_id)))
                .mappings()
                .one_or_none()
            )
            if row is None or row["state"] is None:
                raise NotFound("there is no lesson with this id", field="lesson_id")
            return await _lesson(connection, row)

    async def park(self, lesson_id: int, why: str) -> None:
        """It cannot be learned: others go on."""
        async with self._database.write() as connection:
            await connection.execute(_ended(lesson_id, LessonState.SKIPPED, why))

    async def store(self, lesson: Lesson, outcome: Outcome) -> bool:
        """What a lesson taught, in one transaction; False when it waits no longer, with nothing
        stored. Whatever serves from now on is in a knowledge version of its own."""
        async with self._database.write() as connection:
            # Before any row is held: an erasure holds them in this order.
            await next_version(connection)
            done = await connection.execute(
                update(feedback)
                .where(feedback.c.id == lesson.id, _WAITING)
                .values(
                    state=outcome.state.value,
                    use=outcome.use.value,
                    why=outcome.why,
                    action=ACTION_OF[outcome.use].value,
                )
            )
            if not done.rowcount:
                return False
            if await store_outcome(connection, lesson, outcome, self._clock.now()):
                await self._database.wakeups.announce("knowledge")
            return True

    async def correct(self, lesson_id: int, use: Use, by: str) -> None:
        """A person says what was really done: what was learned from it is undone, what it confirmed
        has its former weight, what it proposed is dismissed, and it is learned anew at once; not
        before its message is sure to go out. Raises NotFound."""
        now = self._clock.now()
        async with self._database.write() as connection:
            change = Change(connection, by, now)
            await change.version()
            done = await connection.execute(
                update(feedback)
                .where(feedback.c.id == lesson_id, feedback.c.state.is_not(None))
                .values(
                    state=LessonState.WAITING.value,
                    use=use.value,
                    corrected_by=by,
                    attempts=0,
                    due_at=case((feedback.c.due_at > now, feedback.c.due_at), else_=now),
                )
            )
            if not done.rowcount:
                raise NotFound("there is no lesson with this id", field="lesson_id")
            query = select(learned.c.id).where(learned.c.lesson_id == lesson_id)
            ids = list((await connection.execute(query)).scalars())
            await change.put(ids, LearnedState.UNDONE, by)
            await change.unconfirm([lesson_id])
            await connection.execute(
                update(proposals)
                .where(
                    proposals.c.lesson_id == lesson_id,
                    proposals.c.state == ProposalState.OPEN.value,
                )
                .values(state=ProposalState.DISMISSED.value, decided_by=by, decided_at=now)
            )
            if await change.finish():
                await self._database.wakeups.announce("knowledge")
            await self._database.wakeups.announce(TOPIC)
            await mark_done(connection)

    async def of_conversation(self, conversation_id: str) -> dict[int, tuple[int, Use, str]]:
        """(lesson, use, why) by the message that it was: what the desk shows beside it."""
        query = select(feedback.c.message_id, feedback.c.id, feedback.c.use, feedback.c.why).where(
            feedback.c.conversation_id == conversation_id,
            feedback.c.message_id.is_not(None),
            feedback.c.use.is_not(None),
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return {row.message_id: (row.id, Use(row.use), row.why or "") for row in rows}


# Variables that say nothing of a customer.
_NOT_THEIRS = ("today", "operator.name")
_WAITING = feedback.c.state == LessonState.WAITING.value


def _ended(lesson_id: int, state: LessonState, why: str) -> Any:
    changed = update(feedback).where(feedback.c.id == lesson_id, _WAITING)
    return changed.values(state=state.value, why=why)


def _lessons() -> Select[Any]:
    return (
        select(
            *feedback.c,
            suggestions.c.text.label("question"),
            suggestions.c.language,
            suggestions.c["items"].label("offered"),
            suggestions.c.hidden,
            messages.c.text.label("said"),
            messages.c.author_name.label("said_by"),
        )
        .join(suggestions, suggestions.c.id == feedback.c.suggestion_id)
        .outerjoin(messages, messages.c.id == feedback.c.message_id)
    )


async def _lesson(connection: AsyncConnection, row: Mapping[Any, Any]) -> Lesson:
    lesson = Lesson(
        id=row["id"],
        suggestion_id=row["suggestion_id"],
        question=row["question"],
        language=row["language"],
        # A suggestion's text is one line, unless it holds the words of an earlier turn too.
        combined="\n" in row["question"],
        # Of what was hidden for a check nothing was shown.
        shown=() if row["hidden"] else tuple(item["article_id"] for item in row["offered"]),
        by=row["by"],
        at=row["at"],
        due_at=row["due_at"],
        sent=row["said"] if row["said"] is not None else row["final_text"],
        article_id=row["article_id"],
        conversation_id=row["conversation_id"],
        message_id=row["message_id"],
        reason=row["reason"],
        use=_told(row),
        corrected_by=row["corrected_by"],
    )
    if lesson.conversation_id is None:
        return lesson
    query = select(conversations).where(conversations.c.id == lesson.conversation_id)
    talk = (await connection.execute(query)).mappings().one_or_none()
    if talk is None:
        return lesson
    conversation = conversation_from(talk)
    variables = values_of(conversation, lesson.at, lesson.language, row["said_by"] or "")
    theirs = (value for name, value in variables.items() if name not in _NOT_THEIRS)
    values = dict.fromkeys((*theirs, conversation.customer.name))
    return replace(lesson, values=tuple(each for each in values if each), variables=variables)


def _told(row: Mapping[Any, Any]) -> Use | None:
    """What the act is without looking at a text: said by who corrected it, by a button, or by a
    desk that does not give the text. An edit that nobody saw may have changed facts."""
    if row["use"] is not None:
        return Use(row["use"])
    action = FeedbackAction(row["action"])
    if action is FeedbackAction.REJECTED or action is FeedbackAction.IGNORED:
        return Use(action.value)
    if row["found"]:
        return Use.SEARCHED
    if row["message_id"] is not None or row["final_text"] is not None:
        return None
    if action is FeedbackAction.REPLACED:
        return Use.ANEW if row["article_id"] is None else Use.SEARCHED
    return Use.VERBATIM if action is FeedbackAction.ACCEPTED else Use.IGNORED
