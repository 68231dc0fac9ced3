"""Search over all messages: words by the index that the database keeps (migration 0013), people by
the names beside the messages, matters by their number, and conversations by filters alone."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.conversation import Conversation, Message
from sufler.domain.desk import Sought
from sufler.domain.queues import DEFAULT_QUEUE
from sufler.storage.database import Database
from sufler.storage.rows import conversation_from, message_from
from sufler.storage.tables.conversations import conversations, episodes, messages

# As in migration 0013: PostgreSQL uses its index for this expression, to the letter.
_UPPER = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯё"
_LOWER = "абвгдеежзийклмнопрстуфхцчшщъыьэюяе"
_MARKS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~«»„“”‘’—–…№'
_FROM = (_UPPER + "'" + _MARKS).replace("'", "''")
_TO = _LOWER + " " * (1 + len(_MARKS))
_WORDS: Final = (
    "to_tsvector('simple', translate(lower(messages.author_name || ' ' || messages.text), "
    f"'{_FROM}', '{_TO}'))"
)
_FTS = table("messages_fts", column("rowid"))

Place = tuple[datetime, str]


class SearchStore:
    """Fulfils `desk.searching.SearchRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def messages(
        self,
        stems: Sequence[tuple[str, bool]],
        sought: Sought,
        hidden: Collection[str],
        me: str,
        limit: int,
        before: int | None,
    ) -> list[tuple[Conversation, Message]]:
        """Messages with all of these words, the newest first. `stems`: folded words, and whether
        they are only how a word begins. `hidden`: queues whose talks are left out, but `me`'s."""
        async with self._database.read() as connection:
            filters = _filters(sought, hidden, me)
            id_: ColumnElement[int] = _FTS.c.rowid
            if connection.dialect.name == "sqlite":
                query = _by_words(stems)
                query = query.where(*_within(messages.c.at, sought))
                if before is not None:
                    query = query.where(id_ < before)
            else:
                query, id_ = _by_words_of_postgresql(stems, sought, before, apart=bool(filters))
            query = query.where(*filters)
            rows = (await connection.execute(query.order_by(id_.desc()).limit(limit))).all()
            return await _read(connection, [row[0] for row in rows])

    async def conversations(
        self, sought: Sought, hidden: Collection[str], me: str, limit: int, after: Place | None
    ) -> list[Conversation]:
        """Those that the filters let through, the newest talk first."""
        moment, id_ = conversations.c.updated_at, conversations.c.id
        query = select(conversations).where(*_filters(sought, hidden, me), *_within(moment, sought))
        if after is not None:
            earlier = and_(moment == after[0], id_ < after[1])
            query = query.where(or_(moment < after[0], earlier))
        return await self._talks(query.order_by(moment.desc(), id_.desc()).limit(limit))

    async def numbered(
        self, number: int, sought: Sought, hidden: Collection[str], me: str
    ) -> list[Conversation]:
        """The conversation in which this matter was or is."""
        whose = select(episodes.c.conversation_id).where(episodes.c.id == number)
        query = select(conversations).where(
            or_(conversations.c.ticket == number, conversations.c.id.in_(whose)),
            *_filters(sought, hidden, me),
        )
        return await self._talks(query.order_by(conversations.c.updated_at.desc()).limit(5))

    async def _talks(self, query: Select[Any]) -> list[Conversation]:
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [conversation_from(row) for row in rows]


def _by_words(stems: Sequence[tuple[str, bool]]) -> Select[Any]:
    # Quoted: whatever is in a word, it is no operator of FTS5.
    asked = " ".join(f'"{word}"{"*" if begins else ""}' for word, begins in stems)
    return (
        select(_FTS.c.rowid)
        .select_from(
            _FTS.join(messages, messages.c.id == _FTS.c.rowid).join(
                conversations, conversations.c.id == messages.c.conversation_id
            )
        )
        .where(literal_column("messages_fts").op("MATCH")(asked))
    )


def _by_words_of_postgresql(
    stems: Sequence[tuple[str, bool]], sought: Sought, before: int | None, *, apart: bool
) -> tuple[Select[Any], ColumnElement[int]]:
    """And the column of the message's id. `apart`: the words are looked up first and by themselves;
    joined at once with a channel's conversations, the words of all their messages would be made
    anew. Without such a filter the newest with a common word are found soonest at once."""
    asked = " & ".join(f"'{word}'{':*' if begins else ''}" for word, begins in stems)
    found = select(messages.c.id, messages.c.conversation_id).where(
        literal_column(_WORDS).op("@@")(func.to_tsquery(text("'simple'"), asked)),
        *_within(messages.c.at, sought),
    )
    if before is not None:
        found = found.where(messages.c.id < before)
    if not apart:
        return found.with_only_columns(messages.c.id), messages.c.id
    hits = found.cte("hits").prefix_with("MATERIALIZED")
    query = select(hits.c.id).join(conversations, conversations.c.id == hits.c.conversation_id)
    return query, hits.c.id


def _filters(sought: Sought, hidden: Collection[str], me: str) -> list[ColumnElement[bool]]:
    queue, operator = conversations.c.queue_id, conversations.c.operator_id
    found: list[ColumnElement[bool]] = []
    if hidden:
        found.append(or_(queue.is_(None), queue.not_in(sorted(hidden)), operator == me))
    if sought.channel is not None:
        found.append(conversations.c.channel == sought.channel)
    if sought.operator_id is not None:
        before = conversations.c.previous_operator_id
        found.append(or_(operator == sought.operator_id, before == sought.operator_id))
    if sought.queue_id == DEFAULT_QUEUE:
        found.append(or_(queue.is_(None), queue == DEFAULT_QUEUE))
    elif sought.queue_id is not None:
        found.append(queue == sought.queue_id)
    if sought.open is not None:
        found.append(conversations.c.open if sought.open else ~conversations.c.open)
    return found


def _within(moment: Any, sought: Sought) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.since is not None:
        found.append(moment >= sought.since)
    if sought.until is not None:
        found.append(moment < sought.until)
    return found


async def _read(
    connection: AsyncConnection, ids: Sequence[int]
) -> list[tuple[Conversation, Message]]:
    said = await connection.execute(select(messages).where(messages.c.id.in_(ids)))
    found = {row["id"]: message_from(row) for row in said.mappings()}
    talks = {each.conversation_id for each in found.values()}
    rows = await connection.execute(select(conversations).where(conversations.c.id.in_(talks)))
    by_id = {row["id"]: conversation_from(row) for row in rows.mappings()}
    return [(by_id[found[id_].conversation_id], found[id_]) for id_ in ids if id_ in found]
