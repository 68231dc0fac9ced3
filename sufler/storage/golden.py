"""Golden questions, and the refits that were checked against them."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update

from sufler.domain.errors import NotFound
from sufler.domain.learning import Frozen, Golden, Learned, LearnedState, RefitReport
from sufler.domain.ports import Clock
from sufler.storage.blind_checks import confirmed_answers
from sufler.storage.database import Database
from sufler.storage.idempotency import mark_done
from sufler.storage.learned import Change, learned_of
from sufler.storage.tables.learning import golden, learned, learned_spans, refits

_FIELDS = tuple(Golden.__dataclass_fields__)


class GoldenStore:
    """Fulfils `prompter.learning.ports.FrozenAnswers`, and what pages need of golden questions."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def frozen(self) -> list[Frozen]:
        """The golden questions by id, then the confirmed checks that are no golden questions."""
        questions = [
            Frozen(each.text, each.language, each.article_id, golden=True)
            for each in await self.all()
        ]
        known = {(each.text, each.article_id) for each in questions}
        async with self._database.read() as connection:
            confirmed = await confirmed_answers(connection)
        return questions + [e for e in confirmed if (e.text, e.article_id) not in known]

    async def all(self) -> list[Golden]:
        """By id."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(golden).order_by(golden.c.id))).mappings()
            return [_golden(row) for row in rows]

    async def add(self, given: Iterable[Golden]) -> int:
        """Add those that are new; a question that is known gets the article given now. Returns how
        many were added or changed. The ids in `given` are passed over; of two the later wins."""
        changed = 0
        wanted = {(each.text.casefold(), each.language): each for each in given}
        async with self._database.write() as connection:
            rows = (await connection.execute(select(golden))).mappings().all()
            known = {(row["text"].casefold(), row["language"]): row for row in rows}
            for key, each in wanted.items():
                row = known.get(key)
                if row is not None and row["article_id"] == each.article_id:
                    continue
                changed += 1
                values = {name: getattr(each, name) for name in _FIELDS if name != "id"}
                if row is None:
                    await connection.execute(insert(golden).values(**values))
                else:
                    one = update(golden).where(golden.c.id == row["id"])
                    await connection.execute(one.values(**values))
            await mark_done(connection)
        return changed

    async def remove(self, golden_id: int) -> None:
        """Raises NotFound."""
        async with self._database.write() as connection:
            done = await connection.execute(delete(golden).where(golden.c.id == golden_id))
            if not done.rowcount:
                raise NotFound("no golden question has this id", field="golden_id")
            await mark_done(connection)

    async def serving_since(self, knowledge: int) -> list[Learned]:
        """What serves, or weighs otherwise, since after this knowledge version."""
        spans = learned_spans
        newest = select(spans.c.learned_id).where(
            spans.c.added > knowledge, spans.c.retired.is_(None)
        )
        query = select(learned).where(learned.c.id.in_(newest)).order_by(learned.c.id)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [learned_of(row) for row in rows]

    async def refitted(self, report: RefitReport) -> None:
        """Keep the report; with it, in the same transaction, put `report.quarantined` into
        quarantine."""
        async with self._database.write() as connection:
            change = Change(connection, "refit", self._clock.now())
            await change.put(list(report.quarantined), LearnedState.QUARANTINED, "refit")
            known = (await connection.execute(select(golden))).mappings().all()
            numbers = {(row["text"], row["language"]): row["id"] for row in known}
            flips = [
                {
                    "golden": numbers.get((each.question.text, each.question.language)),
                    "article": each.question.article_id,
                    "was": each.was,
                    "now": each.now,
                    "turned_wrong": each.turned_wrong,
                }
                for each in report.flips
            ]
            if flips or not report.accepted:  # most refits change no answer
                await connection.execute(
                    insert(refits).values(
                        at=report.at,
                        knowledge=report.knowledge,
                        head=report.head,
                        accepted=report.accepted,
                        flips=flips,
                        quarantined=list(report.quarantined),
                    )
                )
            if await change.finish():
                await self._database.wakeups.announce("knowledge")

    async def newest_refits(self, limit: int = 20) -> list[Mapping[str, Any]]:
        """Refits with flips or a refusal, the newest first: at, knowledge, head, accepted, flips
        (golden, article, was, now, turned_wrong) and quarantined (ids)."""
        query = select(refits).order_by(refits.c.id.desc()).limit(limit)
        async with self._database.read() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def refused(self) -> int:
        """How many refits were refused so far."""
        query = select(refits.c.id).where(~refits.c.accepted)
        async with self._database.read() as connection:
            return len((await connection.execute(query)).all())


def _golden(row: Mapping[Any, Any]) -> Golden:
    return Golden(**{name: row[name] for name in _FIELDS})
