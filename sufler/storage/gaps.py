"""Gaps and the turns in them; and which turns the base did not serve, read from what was done."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.checks import TaskState
from sufler.domain.conversation import Author, SendState
from sufler.domain.decisions import DecisionKind, FeedbackAction, TurnKind
from sufler.domain.errors import Conflict, NotFound
from sufler.domain.gaps import Gap, GapKind, GapLook, GapSize, GapState, GapTurn, Lack
from sufler.domain.learning import Reason, Use
from sufler.storage.database import Database
from sufler.storage.sharing import alone
from sufler.storage.tables.accuracy import checks, draws, review_tasks
from sufler.storage.tables.conversations import events, messages
from sufler.storage.tables.gaps import gap_looks, gap_turns, gaps
from sufler.storage.tables.suggestions import feedback, suggestions
from sufler.storage.turn_record import DECISION

# Below this confidence nothing was really suggested: "check" is the word that it is shown with.
LITTLE = 0.5
# Ids in one statement.
PAGE = 500
_SERVED = (FeedbackAction.ACCEPTED.value, FeedbackAction.EDITED.value)
# Not the base's fault.
_EXCUSED = (Reason.PARTICULAR.value, Reason.NOT_HERE.value)
_NOT_SAID = (SendState.CANCELLED.value, SendState.FAILED.value)


class GapStore:
    """Fulfils `desk.gaps.GapRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unserved(self, since: datetime) -> list[GapTurn]:
        """Turns after `since` that the base did not serve and that are in no gap yet, the oldest
        first. A turn whose prediction nobody may see yet (hidden, or under review) waits."""
        known = select(gap_turns.c.suggestion_id)
        query = _turns().where(
            suggestions.c.at > since,
            suggestions.c.turn_kind == TurnKind.QUESTION.value,
            suggestions.c.id.not_in(known),
            suggestions.c.id.not_in(_not_to_be_seen()),
            or_(_little(), suggestions.c.id.in_(_taught())),
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
            return await _read(connection, rows)

    async def turns_of(self, gap_ids: Sequence[int]) -> dict[int, list[GapTurn]]:
        """The turns of these gaps whose texts are still there, the oldest first."""
        found: dict[int, list[GapTurn]] = {gap_id: [] for gap_id in gap_ids}
        async with self._database.read() as connection:
            for start in range(0, len(gap_ids), PAGE):
                query = (
                    _turns()
                    .add_columns(gap_turns.c.gap_id, gap_turns.c.lack)
                    .join(gap_turns, gap_turns.c.suggestion_id == suggestions.c.id)
                    .where(gap_turns.c.gap_id.in_(gap_ids[start : start + PAGE]))
                )
                rows = (await connection.execute(query)).mappings().all()
                places = {row["id"]: row["gap_id"] for row in rows}
                for turn in await _read(connection, rows):
                    found[places[turn.suggestion_id]].append(turn)
        return found

    async def all(self) -> list[Gap]:
        """By id."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(gaps).order_by(gaps.c.id))).mappings().all()
        return [_gap(row) for row in rows]

    async def get(self, gap_id: int) -> Gap:
        """Raises NotFound."""
        query = select(gaps).where(gaps.c.id == gap_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            raise NotFound("there is no gap with this id", field="gap_id")
        return _gap(row)

    async def sizes(self, since: datetime, until: datetime | None = None) -> dict[int, GapSize]:
        """By gap, of its turns from `since` on and before `until`; gaps without are not in it."""
        query = (
            select(gap_turns.c.gap_id, func.count(), func.avg(gap_turns.c.waited_s))
            .where(gap_turns.c.at >= since)
            .group_by(gap_turns.c.gap_id)
        )
        if until is not None:
            query = query.where(gap_turns.c.at < until)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return {row[0]: GapSize(row[1], row[2]) for row in rows}

    async def add(
        self, found: Sequence[tuple[Gap, Sequence[GapTurn]]], at: datetime, by: str
    ) -> GapLook:
        """Put turns into gaps, in one step: a gap without an id is new, another is told anew while
        it is open. What another look has placed meanwhile, or an erasure has taken away, is left
        out."""
        async with self._database.write() as connection:
            await alone(connection, "gaps")
            free = await _free(connection, [t.suggestion_id for _, turns in found for t in turns])
            placed = made = 0
            for gap, turns in found:
                rows = [turn for turn in turns if turn.suggestion_id in free]
                if not rows:
                    continue
                made += gap.id == 0
                gap_id = await _put(connection, gap)
                await connection.execute(insert(gap_turns), [_row(gap_id, turn) for turn in rows])
                placed += len(rows)
            await connection.execute(
                insert(gap_looks).values(at=at, by=by, turns=placed, gaps=made)
            )
        return GapLook(at, by, placed, made)

    async def look(self) -> GapLook | None:
        """The newest one; None before the first."""
        query = select(gap_looks).order_by(gap_looks.c.id.desc()).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else GapLook(row.at, row.by, row.turns, row.gaps)

    async def decide(
        self, gap_id: int, state: GapState, by: str, at: datetime, article_id: str | None = None
    ) -> None:
        """An open gap is taken, with the article that it is about from now on, or dismissed; or a
        dismissed one is open again. Raises Conflict when it was decided about already."""
        before = GapState.DISMISSED if state is GapState.OPEN else GapState.OPEN
        values: dict[str, Any] = {"state": state.value, "changed_at": at, "changed_by": by}
        if article_id is not None:
            values["article_id"] = article_id
        async with self._database.write() as connection:
            done = await connection.execute(
                update(gaps).where(gaps.c.id == gap_id, gaps.c.state == before.value).values(values)
            )
        if not done.rowcount:
            raise Conflict("somebody else has decided about this already", field="gap_id")


def _turns() -> Select[Any]:
    return (
        select(
            *(suggestions.c.id, suggestions.c.text, suggestions.c.language, suggestions.c.at),
            *(suggestions.c.conversation_id, suggestions.c["items"]),
        )
        .where(suggestions.c.text != "")
        .order_by(suggestions.c.at, suggestions.c.id)
    )


def _little() -> ColumnElement[bool]:
    """No suggestion that deserves the name, and the bot has not answered from it."""
    sureness = suggestions.c["items"][0]["confidence"].as_float()
    answered = (
        select(events.c.id)
        .where(
            events.c.conversation_id == suggestions.c.conversation_id,
            events.c.kind == DECISION,
            events.c.suggestion_id == suggestions.c.id,
            events.c.body["kind"].as_string() == DecisionKind.ANSWER.value,
        )
        .exists()
    )
    return and_(or_(sureness.is_(None), sureness < LITTLE), ~answered)


def _taught() -> Select[Any]:
    """Suggestions that somebody rejected, or wrote anew instead of."""
    return select(feedback.c.suggestion_id).where(
        or_(
            feedback.c.use == Use.ANEW.value,
            feedback.c.action == FeedbackAction.REJECTED.value,
        )
    )


def _not_to_be_seen() -> CompoundSelect[Any]:
    """Turns that are checked, before their label is there: what is shown of them here would tell
    of the prediction."""
    hidden = (
        select(draws.c.suggestion_id)
        .outerjoin(checks, checks.c.suggestion_id == draws.c.suggestion_id)
        .where(draws.c.hidden, checks.c.id.is_(None))
    )
    waiting = select(review_tasks.c.suggestion_id).where(
        review_tasks.c.state.in_([TaskState.OPEN.value, TaskState.DISPUTED.value])
    )
    return hidden.union(waiting)


async def _read(connection: AsyncConnection, rows: Sequence[Mapping[Any, Any]]) -> list[GapTurn]:
    """Those of `rows` that were not served, with what was replied."""
    acts: dict[str, list[Any]] = defaultdict(list)
    said: dict[str, list[Any]] = defaultdict(list)
    ids = [row["id"] for row in rows]
    for start in range(0, len(ids), PAGE):
        of = feedback.c.suggestion_id.in_(ids[start : start + PAGE])
        for act in await connection.execute(select(feedback).where(of).order_by(feedback.c.id)):
            acts[act.suggestion_id].append(act)
    talks = sorted({row["conversation_id"] for row in rows if row["conversation_id"]})
    first = min((row["at"] for row in rows), default=None)
    for start in range(0, len(talks), PAGE):
        query = select(
            *(messages.c.conversation_id, messages.c.author, messages.c.text),
            *(messages.c.at, messages.c.state),
        ).where(messages.c.conversation_id.in_(talks[start : start + PAGE]), messages.c.at >= first)
        for message in await connection.execute(query.order_by(messages.c.id)):
            said[message.conversation_id].append(message)
    found = (_turn(row, acts[row["id"]], said[row["conversation_id"]]) for row in rows)
    return [turn for turn in found if turn is not None]


def _turn(row: Mapping[Any, Any], acts: Sequence[Any], said: Sequence[Any]) -> GapTurn | None:
    lack = Lack(row["lack"]) if "lack" in row else _lack(acts)
    if lack is None:
        return None
    reply, waited = _reply(row["at"], said)
    if not reply:
        reply = next((act.final_text for act in acts if act.final_text), "")
    sent = [act.article_id for act in acts if act.action == FeedbackAction.REPLACED.value]
    items = row["items"]
    return GapTurn(
        suggestion_id=row["id"],
        text=row["text"],
        language=row["language"],
        lack=lack,
        at=row["at"],
        reply=reply,
        waited_s=waited,
        conversation_id=row["conversation_id"],
        article_id=next((each for each in sent if each), None),
        topic=items[0]["topic"] if items else "",
    )


def _lack(acts: Sequence[Any]) -> Lack | None:
    if any(act.action in _SERVED or act.action == FeedbackAction.CONFIRMED.value for act in acts):
        return None
    rejected = [act for act in acts if act.action == FeedbackAction.REJECTED.value]
    if any(act.reason in _EXCUSED for act in rejected):
        return None
    if rejected:
        return Lack.REJECTED
    return Lack.ANEW if any(act.use == Use.ANEW.value for act in acts) else Lack.NOTHING


def _reply(asked_at: datetime, said: Sequence[Any]) -> tuple[str, float | None]:
    """What a person sent until the customer wrote again, and after how many seconds."""
    parts: list[str] = []
    waited: float | None = None
    for message in said:
        if message.at <= asked_at:
            continue
        if message.author == Author.OPERATOR.value and message.state not in _NOT_SAID:
            waited = waited if parts else (message.at - asked_at).total_seconds()
            parts.append(message.text)
        elif message.author == Author.CUSTOMER.value and parts:
            break
    return "\n".join(each for each in parts if each.strip()), waited


async def _free(connection: AsyncConnection, ids: Sequence[str]) -> set[str]:
    """Those that exist and are in no gap."""
    free: set[str] = set()
    for start in range(0, len(ids), PAGE):
        query = select(suggestions.c.id).where(
            suggestions.c.id.in_(ids[start : start + PAGE]),
            suggestions.c.id.not_in(select(gap_turns.c.suggestion_id)),
        )
        free |= set((await connection.execute(query)).scalars())
    return free


async def _put(connection: AsyncConnection, gap: Gap) -> int:
    told = {
        "kind": gap.kind.value,
        "question_id": gap.question_id,
        "reply_id": gap.reply_id,
        "article_id": gap.article_id,
    }
    if gap.id:
        still = (gaps.c.id == gap.id, gaps.c.state == GapState.OPEN.value)
        await connection.execute(update(gaps).where(*still).values(**told))
        return gap.id
    adding = insert(gaps).values(**told, state=gap.state.value, language=gap.language, at=gap.at)
    return int((await connection.execute(adding.returning(gaps.c.id))).scalar_one())


def _row(gap_id: int, turn: GapTurn) -> dict[str, Any]:
    return {
        "suggestion_id": turn.suggestion_id,
        "gap_id": gap_id,
        "lack": turn.lack.value,
        "at": turn.at,
        "waited_s": turn.waited_s,
    }


def _gap(row: Mapping[Any, Any]) -> Gap:
    values = {name: row[name] for name in Gap.__dataclass_fields__}
    return Gap(**values | {"kind": GapKind(row["kind"]), "state": GapState(row["state"])})
