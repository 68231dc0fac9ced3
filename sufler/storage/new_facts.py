"""What a change of an article's facts does, in the transaction that stores the change: its checks
stop counting, and where its topic answers by a certificate, the bot does not send it until it is
cleared."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.knowledge import ArticleStatus, Mode, flow_of
from sufler.prompter.accuracy.new_facts import says_other_facts
from sufler.storage.article_json import decode
from sufler.storage.checks import TOPIC
from sufler.storage.database import write_of
from sufler.storage.sharing import put
from sufler.storage.tables.accuracy import checks
from sufler.storage.tables.knowledge import articles, topics
from sufler.storage.tables.learning import clearances

WHY: Final = "facts"


async def note_new_facts(
    connection: AsyncConnection, bodies: Mapping[str, str], author: str, at: datetime
) -> list[str]:
    """`bodies` are the articles' new ones, by id, before they are stored; which of them say other
    facts than they did."""
    certified = select(topics.c.name).where(
        topics.c.mode == Mode.ANSWERS.value, topics.c.without_certificate.is_(None)
    )
    answering = set((await connection.execute(certified)).scalars())
    counted = select(checks.c.article_id).where(
        checks.c.article_id.in_(bodies), checks.c.voided_at.is_(None)
    )
    checked = set((await connection.execute(counted.distinct())).scalars())
    query = select(articles.c.id, articles.c.topic, articles.c.body).where(
        articles.c.id.in_(bodies), articles.c.status == ArticleStatus.PUBLISHED.value
    )
    # Of a large import only what something rests on is compared; a flow's article is no answer.
    rows = [
        row
        for row in (await connection.execute(query)).all()
        if (row.topic in answering or row.id in checked) and flow_of(row.id) is None
    ]
    changed = [
        row
        for row in rows
        if says_other_facts(decode(row.body, 0, at), decode(bodies[row.id], 0, at))
    ]
    ids = [row.id for row in changed]
    if checked.intersection(ids):
        await connection.execute(
            update(checks)
            .where(checks.c.article_id.in_(ids), checks.c.voided_at.is_(None))
            .values(voided_at=at, voided_why=WHY)
        )
        await write_of(connection).announce_once(TOPIC)
    await _hold(connection, [row.id for row in changed if row.topic in answering], author, at)
    return ids


async def _hold(connection: AsyncConnection, ids: Sequence[str], author: str, at: datetime) -> None:
    query = select(clearances.c.article_id).where(clearances.c.article_id.in_(ids))
    held = set((await connection.execute(query)).scalars()) if ids else set()
    rows = [
        {"article_id": each, "since": at, "by": author, "proposal_id": None}
        for each in ids
        if each not in held
    ]
    if rows:
        await put(connection, clearances, rows)
