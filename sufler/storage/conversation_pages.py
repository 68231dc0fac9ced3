"""Conversations by pages, for lists: each page begins after the last one's moment and id."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select

from sufler.domain.conversation import Conversation, Owner
from sufler.storage.database import Database
from sufler.storage.rows import conversation_from
from sufler.storage.tables.conversations import conversations


class ConversationPages:
    """Reads only; each page is of its own moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def queue(
        self,
        limit: int,
        after: tuple[datetime, str] | None,
        hidden: Collection[str] = (),
    ) -> list[Conversation]:
        """Those in the queue, the longest waiting first; `after` is (waiting_since, id). What is in
        a queue of `hidden` is left out."""
        since, own_id = conversations.c.waiting_since, conversations.c.id
        query = select(conversations).where(
            conversations.c.owner == Owner.QUEUE.value, since.is_not(None), *_seen(hidden)
        )
        if after is not None:
            moment, last = after
            query = query.where(or_(since > moment, and_(since == moment, own_id > last)))
        return await self._list(query.order_by(since, own_id).limit(limit))

    async def recent(
        self,
        limit: int,
        after: tuple[datetime, str] | None,
        owner: Owner | None = None,
        *,
        hidden: Collection[str] = (),
        mine: str | None = None,
    ) -> list[Conversation]:
        """All, or one kind of owner's, the newest talk first; `after` is (updated_at, id). What
        belongs to a queue of `hidden` is left out, unless the operator `mine` has it."""
        changed, own_id = conversations.c.updated_at, conversations.c.id
        query = select(conversations).where(*_seen(hidden, mine))
        if owner is not None:
            query = query.where(conversations.c.owner == owner.value)
        if after is not None:
            moment, last = after
            query = query.where(or_(changed < moment, and_(changed == moment, own_id < last)))
        return await self._list(query.order_by(changed.desc(), own_id.desc()).limit(limit))

    async def _list(self, query: Select[tuple[object, ...]]) -> list[Conversation]:
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [conversation_from(row) for row in rows]


def _seen(hidden: Collection[str], mine: str | None = None) -> list[ColumnElement[bool]]:
    if not hidden:
        return []
    queue = conversations.c.queue_id
    own = [conversations.c.operator_id == mine] if mine is not None else []
    return [or_(queue.is_(None), queue.not_in(sorted(hidden)), *own)]
