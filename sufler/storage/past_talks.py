"""Sufler's own past for a replay: what was said, and the base as it was at a moment."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from sufler.domain.conversation import Author, SendState
from sufler.domain.customers import learned_from
from sufler.domain.knowledge import Article, ArticleStatus, Phrasing, PhrasingSource
from sufler.domain.learning import LearnedKind
from sufler.domain.ports import Clock
from sufler.replay.talks import PastTalk, Role, Said
from sufler.storage.article_json import decode
from sufler.storage.database import Database
from sufler.storage.learned_list import LearnedStore
from sufler.storage.tables.conversations import episodes, messages
from sufler.storage.tables.knowledge import article_revisions, knowledge_log

PAGE = 500
_NOT_SAID = (SendState.CANCELLED.value, SendState.FAILED.value)
_ROLES: dict[str, Role] = {
    Author.CUSTOMER.value: "customer",
    Author.OPERATOR.value: "operator",
    Author.BOT.value: "bot",
}


class PastTalks:
    """Reads only."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._learned = LearnedStore(database, clock)

    async def since(self, moment: datetime) -> list[PastTalk]:
        """Episodes that were opened from `moment` (aware) on, in that order; id is
        "conversation/number of the episode"."""
        opened = (
            select(episodes.c.conversation_id, episodes.c.number, episodes.c.opened_at)
            .where(episodes.c.opened_at >= moment)
            .order_by(episodes.c.opened_at, episodes.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(opened)).all()
            said: dict[str, list[Any]] = {row.conversation_id: [] for row in rows}
            talks = list(said)
            for start in range(0, len(talks), PAGE):
                query = (
                    select(
                        *(messages.c.conversation_id, messages.c.author, messages.c.text),
                        *(messages.c.at, messages.c.state),
                    )
                    .where(
                        messages.c.conversation_id.in_(talks[start : start + PAGE]),
                        messages.c.at >= moment,
                    )
                    .order_by(messages.c.id)
                )
                for message in await connection.execute(query):
                    said[message.conversation_id].append(message)
        # An episode lasts until the next one of its conversation is opened.
        ends: dict[tuple[str, int], datetime] = {}
        for row in rows:
            ends[row.conversation_id, row.number - 1] = row.opened_at
        found = []
        for row in rows:
            end = ends.get((row.conversation_id, row.number))
            of = said[row.conversation_id]
            found.append(
                PastTalk(
                    f"{row.conversation_id}/{row.number}",
                    tuple(_said(each) for each in of if _within(each, row.opened_at, end)),
                )
            )
        return found

    async def version_at(self, moment: datetime) -> int:
        """The newest knowledge version at `moment`; 0 when there was none."""
        query = select(func.max(knowledge_log.c.version)).where(knowledge_log.c.at <= moment)
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def changed_at(self, version: int | None = None) -> datetime | None:
        """When an article, or what was learned for one, last changed up to `version`."""
        query = (
            select(knowledge_log.c.at)
            .where(knowledge_log.c.article_id.is_not(None))
            .order_by(knowledge_log.c.at.desc())
            .limit(1)
        )
        if version is not None:
            query = query.where(knowledge_log.c.version <= version)
        async with self._database.read() as connection:
            found: datetime | None = await connection.scalar(query)
            return found

    async def articles_at(self, version: int) -> list[Article]:
        """The published articles of a past knowledge version with what was learned by then, by
        id."""
        newest = (
            select(knowledge_log.c.article_id, func.max(knowledge_log.c.revision).label("revision"))
            .where(knowledge_log.c.version <= version, knowledge_log.c.revision.is_not(None))
            .group_by(knowledge_log.c.article_id)
            .subquery()
        )
        query = (
            select(article_revisions)
            .join(
                newest,
                (article_revisions.c.article_id == newest.c.article_id)
                & (article_revisions.c.revision == newest.c.revision),
            )
            .order_by(article_revisions.c.article_id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        found = [decode(row.body, row.revision, row.at) for row in rows]
        published = [each for each in found if each.status is ArticleStatus.PUBLISHED]
        return await self.with_learned(published, version)

    async def with_learned(self, articles: Sequence[Article], version: int) -> list[Article]:
        """These articles with what had been learned for them by a past version, and nothing that
        was learned since."""
        taught: dict[str, list[Phrasing]] = {}
        for one, weight in await self._learned.as_of(version):
            if one.kind is LearnedKind.PHRASING:
                by = learned_from(one.conversation_id) if one.conversation_id else one.by
                said = Phrasing(one.text, one.language, PhrasingSource.LEARNED, by, weight)
                taught.setdefault(one.article_id, []).append(said)
        return [
            replace(each, phrasings=(*_own(each), *taught.get(each.id, ()))) for each in articles
        ]


def _own(article: Article) -> tuple[Phrasing, ...]:
    return tuple(p for p in article.phrasings if p.source is not PhrasingSource.LEARNED)


def _within(message: Any, opened_at: datetime, end: datetime | None) -> bool:
    said = message.at >= opened_at and (end is None or message.at < end)
    return said and message.state not in _NOT_SAID and bool(message.text.strip())


def _said(message: Any) -> Said:
    return Said(_ROLES[message.author], message.text, message.at)
