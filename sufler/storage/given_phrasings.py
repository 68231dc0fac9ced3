"""What writers of articles say of learned phrasings that they were given with them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.learning import SERVING, Learned, LearnedKind, LearnedState
from sufler.storage.learned import FULL, Change, folded
from sufler.storage.spool import SpooledArticle
from sufler.storage.tables.learning import learned, learned_spans

_SERVING = [state.value for state in SERVING]
_PHRASING = LearnedKind.PHRASING.value


class Given:
    """What writers of articles say of learned phrasings: taken out, weighed anew, brought along.
    Returns from `take` the articles that changed by it alone or too."""

    def __init__(self, connection: AsyncConnection, change: Change, by: str, at: datetime) -> None:
        self._connection = connection
        self._change = change
        self._by = by
        self._at = at

    async def take(self, chunk: Sequence[SpooledArticle]) -> set[str]:
        """Compare what is given with what is stored. What serves and is not given was taken out,
        unless it was learned after the writer had read the article."""
        given = {each.id: each for each in chunk}
        stored = await self._stored(list(given))
        touched = set()
        for article_id, spooled in given.items():
            rows = stored.get(article_id, {})
            if await self._compare(spooled, rows):
                touched.add(article_id)
        return touched

    async def _compare(self, spooled: SpooledArticle, rows: dict[Any, list[Any]]) -> bool:
        touched = False
        said = {
            (language, folded(text)): (text, language, author, weight)
            for text, language, author, weight in spooled.learned
        }
        for key, (text, language, author, weight) in said.items():
            if key not in rows:
                one = self._brought(spooled.id, text, language, author, weight)
                await self._change.add(one)
                touched = True
                continue
            for row in rows[key]:
                if row.state in _SERVING and row.weight != weight:
                    state = LearnedState.CONFIRMED if weight >= FULL else LearnedState(row.state)
                    await self._change.put([row.id], state, self._by, weight)
                    touched = True
        gone = [
            row.id
            for key, those in rows.items()
            if key not in said
            for row in those
            if row.state in _SERVING and row.added is not None and row.added <= spooled.version
        ]
        if gone:
            await self._change.put(gone, LearnedState.UNDONE, self._by)
        return touched or bool(gone)

    def _brought(
        self, article_id: str, text: str, language: Any, author: str | None, weight: float
    ) -> Learned:
        by = author or self._by
        talk = by.removeprefix("customer:") if by.startswith("customer:") else None
        return Learned(
            id=0,
            kind=LearnedKind.PHRASING,
            state=LearnedState.CONFIRMED if weight >= FULL else LearnedState.UNCONFIRMED,
            article_id=article_id,
            text=text,
            language=language,
            weight=weight,
            by=by,
            at=self._at,
            why=self._by,
            conversation_id=talk,
        )

    async def _stored(self, ids: Sequence[str]) -> dict[str, dict[Any, list[Any]]]:
        added = (
            select(learned_spans.c.learned_id, func.min(learned_spans.c.added).label("added"))
            .group_by(learned_spans.c.learned_id)
            .subquery()
        )
        found: dict[str, dict[Any, list[Any]]] = {}
        query = (
            select(learned, added.c.added)
            .outerjoin(added, added.c.learned_id == learned.c.id)
            .where(learned.c.article_id.in_(ids), learned.c.kind == _PHRASING)
        )
        for row in (await self._connection.execute(query)).all():
            of = found.setdefault(row.article_id, {})
            of.setdefault((row.language, folded(row.text)), []).append(row)
        return found
