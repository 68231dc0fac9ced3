"""The review list: what waits for an editor, and what became of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update

from sufler.domain.administration import Act
from sufler.domain.errors import Conflict, NotFound
from sufler.domain.learning import (
    Learned,
    LearnedKind,
    LearnedState,
    Proposal,
    ProposalKind,
    ProposalState,
)
from sufler.domain.ports import Clock
from sufler.storage.audit import write_down
from sufler.storage.database import Database
from sufler.storage.idempotency import mark_done
from sufler.storage.learned import FULL, Change, propose
from sufler.storage.sharing import put
from sufler.storage.tables.learning import clearances, proposals

_OPEN = proposals.c.state == ProposalState.OPEN.value


class ProposalStore:
    """Proposals by id. Deciding about one that is decided raises Conflict."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def open(self, limit: int = 50, after: int | None = None) -> list[Proposal]:
        """Those that wait, with an id above `after`, the oldest first."""
        query = select(proposals).where(_OPEN).order_by(proposals.c.id).limit(limit)
        if after is not None:
            query = query.where(proposals.c.id > after)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [_proposal(row) for row in rows]

    async def count(self) -> int:
        """How many wait."""
        async with self._database.read() as connection:
            query = select(func.count()).select_from(proposals).where(_OPEN)
            return await connection.scalar(query) or 0

    async def add_new(self, wanted: Sequence[Proposal]) -> int:
        """Put those into the list that were never in it, whatever became of them; how many. What
        decides is the article with the question, or for a new article its answer."""
        added = 0
        async with self._database.write() as connection:
            for each in wanted:
                new = each.kind is ProposalKind.ARTICLE
                known = select(proposals.c.id).where(
                    proposals.c.kind == each.kind.value,
                    proposals.c.after == each.after
                    if new
                    else (proposals.c.article_id == each.article_id)
                    & (proposals.c.question == each.question),
                )
                if await connection.scalar(known.limit(1)) is None:
                    await propose(connection, each)
                    added += 1
        return added

    async def get(self, proposal_id: int) -> Proposal:
        """Raises NotFound."""
        query = select(proposals).where(proposals.c.id == proposal_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            raise NotFound("no proposal has this id", field="proposal_id")
        return _proposal(row)

    async def decide(self, proposal_id: int, state: ProposalState, by: str) -> None:
        """Note what became of it."""
        async with self._database.write() as connection:
            await self._decide(connection, proposal_id, state, by)
            await mark_done(connection)

    async def approve_phrasing(self, proposal: Proposal, by: str) -> None:
        """Its question becomes a confirmed phrasing of its article, in the same step."""
        if proposal.kind is not ProposalKind.PHRASING or proposal.article_id is None:
            raise Conflict("this proposal is not of a phrasing", field="proposal_id")
        now = self._clock.now()
        one = Learned(
            id=0,
            kind=LearnedKind.PHRASING,
            state=LearnedState.CONFIRMED,
            article_id=proposal.article_id,
            text=proposal.question,
            language=proposal.language,
            weight=FULL,
            by=proposal.by,
            at=now,
            why=by,
            lesson_id=proposal.lesson_id,
            conversation_id=proposal.conversation_id,
            confirmed_by=by,
        )
        async with self._database.write() as connection:
            change = Change(connection, by, now)
            await change.add(one)
            await self._decide(connection, proposal.id, ProposalState.APPROVED, by)
            if await change.finish():
                await self._database.wakeups.announce("knowledge")
            await mark_done(connection)

    async def hold(self, article_id: str, by: str, proposal_id: int) -> bool:
        """The article needs clearing from now on; False when it did so already."""
        async with self._database.write() as connection:
            change = Change(connection, by, self._clock.now())
            await change.touch(article_id)
            known = select(clearances.c.article_id).where(clearances.c.article_id == article_id)
            if await connection.scalar(known) is not None:
                return False
            now = self._clock.now()
            row = {"article_id": article_id, "since": now, "by": by, "proposal_id": proposal_id}
            await put(connection, clearances, [row])
            await change.finish()
            await self._database.wakeups.announce("knowledge")
        return True

    async def release(self, article_id: str, by: str, act: Act | None = None) -> bool:
        """The article is cleared; False when it needed no clearing."""
        async with self._database.write() as connection:
            change = Change(connection, by, self._clock.now())
            await change.touch(article_id)
            done = await connection.execute(
                delete(clearances).where(clearances.c.article_id == article_id)
            )
            if not done.rowcount:
                return False
            if act is not None:
                await write_down(connection, act)
            await change.finish()
            await self._database.wakeups.announce("knowledge")
            await mark_done(connection)
        return True

    async def held(self) -> list[Mapping[str, Any]]:
        """Articles that need clearing: article_id, since, by; the oldest first."""
        query = select(clearances).order_by(clearances.c.since, clearances.c.article_id)
        async with self._database.read() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def _decide(
        self, connection: Any, proposal_id: int, state: ProposalState, by: str
    ) -> None:
        done = await connection.execute(
            update(proposals)
            .where(proposals.c.id == proposal_id, _OPEN)
            .values(state=state.value, decided_by=by, decided_at=self._clock.now())
        )
        if not done.rowcount:
            raise Conflict("somebody else has decided about this already", field="proposal_id")


def _proposal(row: Mapping[Any, Any]) -> Proposal:
    values = {name: row[name] for name in Proposal.__dataclass_fields__}
    kind, state = ProposalKind(row["kind"]), ProposalState(row["state"])
    phrasings = tuple(row["phrasings"] or ())
    return Proposal(**values | {"kind": kind, "state": state, "phrasings": phrasings})
