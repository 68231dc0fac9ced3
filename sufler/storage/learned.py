"""What was learned: stored beside the articles, merged into them when they are read, undone, and
erased with its customer. Each change of what serves is a knowledge version."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.customers import learned_from
from sufler.domain.knowledge import Article, Phrasing, PhrasingSource
from sufler.domain.learning import (
    SERVING,
    Learned,
    LearnedKind,
    LearnedState,
    Lesson,
    Outcome,
    Proposal,
    ProposalState,
    Why,
)
from sufler.storage.tables.knowledge import articles, knowledge_log
from sufler.storage.tables.learning import golden, learned, learned_spans, proposals
from sufler.storage.versions import next_version, set_version

# Ids in one statement: far below every database's limit.
PAGE: Final = 500
FULL: Final = 1.0
UNCONFIRMED: Final = 0.5
_SERVING: Final = [state.value for state in SERVING]
_PHRASING: Final = LearnedKind.PHRASING.value
# Wordings that differ in this alone are the same.
folded: Callable[[str], str] = str.casefold


async def merged(connection: AsyncConnection, found: Sequence[Article]) -> list[Article]:
    """The articles with what was learned for them, after their own phrasings."""
    ids = [article.id for article in found]
    rows: dict[str, list[Phrasing]] = {}
    for start in range(0, len(ids), PAGE):
        query = (
            select(
                *(learned.c.article_id, learned.c.text, learned.c.language, learned.c.weight),
                *(learned.c.by, learned.c.conversation_id),
            )
            .where(
                learned.c.article_id.in_(ids[start : start + PAGE]),
                learned.c.state.in_(_SERVING),
                learned.c.kind == _PHRASING,
            )
            .order_by(learned.c.id)
        )
        for row in await connection.execute(query):
            rows.setdefault(row.article_id, []).append(_phrasing(row))
    return [
        replace(article, phrasings=(*article.phrasings, *rows[article.id]))
        if article.id in rows
        else article
        for article in found
    ]


async def serving_negatives(connection: AsyncConnection) -> list[Learned]:
    """Wordings that do not ask for an article, oldest first."""
    query = select(learned).where(
        learned.c.kind == LearnedKind.NEGATIVE.value, learned.c.state.in_(_SERVING)
    )
    rows = (await connection.execute(query.order_by(learned.c.id))).mappings()
    return [learned_of(row) for row in rows]


def _phrasing(row: Any) -> Phrasing:
    talk = row.conversation_id
    author = row.by if talk is None else learned_from(talk)
    return Phrasing(row.text, row.language, PhrasingSource.LEARNED, author, row.weight)


async def store_outcome(
    connection: AsyncConnection, lesson: Lesson, outcome: Outcome, at: datetime
) -> bool:
    """What a lesson taught, inside the transaction that ends the lesson, after `next_version`'s
    lock was taken; whether a knowledge version was made of it."""
    change = Change(connection, lesson.by, at)
    for each in outcome.learned:
        of = each.conversation_id or lesson.conversation_id
        await change.add(replace(each, lesson_id=lesson.id, conversation_id=of))
    await change.confirm(outcome.confirm, lesson.by, lesson.id)
    for proposal in outcome.proposals:
        of = proposal.conversation_id or lesson.conversation_id
        named = replace(proposal, lesson_id=lesson.id, conversation_id=of)
        await propose(connection, named)
    return await change.finish()


async def propose(connection: AsyncConnection, proposal: Proposal) -> None:
    """Put it into the review list; one that waits there already is counted instead."""
    same = select(proposals.c.id).where(
        proposals.c.state == ProposalState.OPEN.value,
        proposals.c.kind == proposal.kind.value,
        proposals.c.article_id == proposal.article_id,
        proposals.c.language == proposal.language,
        proposals.c.question == proposal.question
        if proposal.article_id is None
        else proposals.c.after == proposal.after,
    )
    known = (await connection.execute(same.limit(1))).scalar_one_or_none()
    if known is not None:
        counted = update(proposals).where(proposals.c.id == known)
        await connection.execute(counted.values(count=proposals.c.count + 1))
        return
    values = {
        **_values(proposal, "id"),
        "kind": proposal.kind.value,
        "state": proposal.state.value,
    }
    await connection.execute(insert(proposals).values(**values))


class Change:
    """One change of what was learned, inside a transaction; `by` makes it. Rows are locked in one
    order by everybody: whoever may change what serves is alone first."""

    def __init__(self, connection: AsyncConnection, by: str, at: datetime) -> None:
        self._connection = connection
        self._by = by
        self._at = at
        self._version: int | None = None
        self._articles: set[str] = set()

    async def version(self) -> int:
        """The knowledge version that this change makes, if it changes what serves."""
        if self._version is None:
            self._version = await next_version(self._connection)
        return self._version

    async def add(self, one: Learned) -> int | None:
        """Store it; its id. None when the same phrasing serves already."""
        version = await self.version()
        phrasing = one.kind is LearnedKind.PHRASING and one.state in SERVING
        if phrasing and await self._serves_already(one):
            return None
        values = _values(one, "id") | {"kind": one.kind.value, "state": one.state.value}
        adding = insert(learned).values(**values).returning(learned.c.id)
        number = int((await self._connection.execute(adding)).scalar_one())
        if one.state in SERVING:
            await self._serve([(number, one.weight)], version)
            self._articles.add(one.article_id)
        return number

    async def confirm(self, ids: Sequence[int], by: str, lesson_id: int) -> int:
        """Full weight for those that serve at less, by this lesson; how many."""
        query = select(learned.c.id).where(
            learned.c.id.in_(ids), learned.c.state == LearnedState.UNCONFIRMED.value
        )
        found = await self._column(query)
        count = await self.put(found, LearnedState.CONFIRMED, by, FULL)
        of = update(learned).where(learned.c.id.in_(found))
        await self._connection.execute(of.values(confirmed_in=lesson_id))
        return count

    async def unconfirm(self, lesson_ids: Sequence[int]) -> int:
        """What these lessons gave full weight serves at the weight that it had before, unless
        somebody has confirmed it since; how many."""
        count = 0
        for start in range(0, len(lesson_ids), PAGE):
            page = lesson_ids[start : start + PAGE]
            query = select(learned.c.id).where(
                learned.c.confirmed_in.in_(page), learned.c.state == LearnedState.CONFIRMED.value
            )
            for number in await self._column(query):
                weight = await self._weight_before(number)
                put = LearnedState.UNCONFIRMED
                count += await self.put([number], put, Why.TAUGHT, weight)
        return count

    async def put(
        self, ids: Sequence[int], state: LearnedState, why: str, weight: float | None = None
    ) -> int:
        """Bring them into `state`; how many were not in it with this weight already. `why` names
        the guard or the person."""
        changed = 0
        for start in range(0, len(ids), PAGE):
            page = ids[start : start + PAGE]
            query = select(learned).where(learned.c.id.in_(page)).with_for_update()
            await self.version()
            for row in (await self._connection.execute(query)).all():
                now = row.weight if weight is None else weight
                if (row.state, row.weight) == (state.value, now):
                    await self._vouched(row, state, why)
                    continue
                changed += 1
                await self._put(row, state, why, now)
        return changed

    async def touch(self, article_id: str) -> None:
        """How this article is served has changed."""
        await self.version()
        self._articles.add(article_id)

    async def finish(self) -> bool:
        """Write the version down, when what serves has changed; whether it has."""
        if not self._articles:
            return False
        version = await self.version()
        ids = sorted(self._articles)
        for start in range(0, len(ids), PAGE):
            page = ids[start : start + PAGE]
            changed = update(articles).where(articles.c.id.in_(page))
            await self._connection.execute(changed.values(version=version))
        log = {"version": version, "author": self._by, "at": self._at}
        rows = [{"article_id": article_id, **log} for article_id in ids]
        await self._connection.execute(insert(knowledge_log), rows)
        await set_version(self._connection, version)
        return True

    async def _put(self, row: Any, state: LearnedState, why: str, weight: float) -> None:
        values: dict[str, Any] = {"state": state.value, "why": why, "weight": weight}
        values["changed_at"] = self._at
        values["confirmed_in"] = None
        if state is LearnedState.CONFIRMED:
            # By a guard's word alone it may be judged again.
            values["confirmed_by"] = why if why == self._by else None
        elif state is LearnedState.UNCONFIRMED:
            values["confirmed_by"] = None
        await self._connection.execute(
            update(learned).where(learned.c.id == row.id).values(**values)
        )
        serves, served = state in SERVING, row.state in _SERVING
        if served:
            await self._retire([row.id])
        if serves:
            await self._serve([(row.id, weight)], await self.version())
        if serves or served:
            self._articles.add(row.article_id)

    async def _vouched(self, row: Any, state: LearnedState, why: str) -> None:
        """A person stands for what a guard or a lesson had confirmed: it is theirs now."""
        if state is LearnedState.CONFIRMED and why == self._by != row.confirmed_by:
            values = {"why": why, "confirmed_by": why, "confirmed_in": None, "changed_at": self._at}
            await self._connection.execute(
                update(learned).where(learned.c.id == row.id).values(**values)
            )

    async def _weight_before(self, learned_id: int) -> float:
        query = (
            select(learned_spans.c.weight)
            .where(learned_spans.c.learned_id == learned_id, learned_spans.c.retired.is_not(None))
            .order_by(learned_spans.c.retired.desc())
            .limit(1)
        )
        found = await self._connection.scalar(query)
        return UNCONFIRMED if found is None else float(found)

    async def _serve(self, rows: Sequence[tuple[int, float]], version: int) -> None:
        spans = [{"learned_id": n, "added": version, "weight": weight} for n, weight in rows]
        await self._connection.execute(insert(learned_spans), spans)

    async def _retire(self, ids: Sequence[int]) -> None:
        version = await self.version()
        mine = learned_spans.c.learned_id.in_(ids)
        # What was added by this very change has never served.
        await self._connection.execute(
            delete(learned_spans).where(mine, learned_spans.c.added == version)
        )
        await self._connection.execute(
            update(learned_spans)
            .where(mine, learned_spans.c.retired.is_(None))
            .values(retired=version)
        )

    async def _serves_already(self, one: Learned) -> bool:
        query = select(learned.c.text).where(
            learned.c.article_id == one.article_id,
            learned.c.kind == _PHRASING,
            learned.c.state.in_(_SERVING),
            learned.c.language == one.language,
        )
        texts = (await self._connection.execute(query)).scalars()
        return any(folded(text) == folded(one.text) for text in texts)

    async def _column(self, query: Any) -> list[int]:
        return list((await self._connection.execute(query)).scalars())


def learned_of(row: Mapping[Any, Any]) -> Learned:
    """A row of `learned`."""
    values = {name: row[name] for name in Learned.__dataclass_fields__}
    values |= {"kind": LearnedKind(row["kind"]), "state": LearnedState(row["state"])}
    return Learned(**values)


async def forget_learned(
    connection: AsyncConnection, talks: Sequence[str], said: Collection[str], at: datetime
) -> list[str]:
    """Inside the erasure's transaction: delete what was learned or proposed from these
    conversations, or in these words. Returns the learned wordings that are gone."""
    change = Change(connection, "erasure", at)
    await change.version()
    ids = await _ids_from(connection, learned, talks, "text", said)
    await change.put(ids, LearnedState.UNDONE, "erasure")
    await change.finish()
    gone = await _texts(connection, ids)
    await _delete(connection, learned_spans.c.learned_id, ids)
    await _delete(connection, learned.c.id, ids)
    for table, column in ((proposals, "question"), (golden, "text")):
        await _delete(
            connection, table.c.id, await _ids_from(connection, table, talks, column, said)
        )
    return gone


async def _texts(connection: AsyncConnection, ids: Sequence[int]) -> list[str]:
    found: list[str] = []
    for start in range(0, len(ids), PAGE):
        query = select(learned.c.text).where(learned.c.id.in_(ids[start : start + PAGE]))
        found += (await connection.execute(query)).scalars()
    return found


async def _ids_from(
    connection: AsyncConnection, table: Any, talks: Sequence[str], column: str, said: Iterable[str]
) -> list[int]:
    found: set[int] = set()
    for key, values in ((table.c.conversation_id, talks), (table.c[column], sorted(said))):
        for start in range(0, len(values), PAGE):
            query = select(table.c.id).where(key.in_(values[start : start + PAGE]))
            found |= set((await connection.execute(query)).scalars())
    return sorted(found)


async def _delete(connection: AsyncConnection, key: Any, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), PAGE):
        await connection.execute(delete(key.table).where(key.in_(ids[start : start + PAGE])))


def _values(one: Learned | Proposal, without: str) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__ if name != without}
