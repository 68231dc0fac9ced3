"""Rows of topics, inside the transaction of whoever writes them: a knowledge version each."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.knowledge import Mode, Topic
from sufler.storage.database import write_of
from sufler.storage.sharing import put
from sufler.storage.tables.knowledge import knowledge_log, topics
from sufler.storage.versions import next_version, set_version


async def read_topics(connection: AsyncConnection) -> list[Topic]:
    """By name."""
    rows = await connection.execute(select(topics).order_by(topics.c.name))
    return [
        Topic(row.name, Mode(row.mode), row.without_certificate, row.target, row.bar, row.hold_s)
        for row in rows
    ]


async def write_topic(connection: AsyncConnection, topic: Topic, author: str, at: datetime) -> bool:
    """Make or change it: a knowledge version of its own; False when it is so already."""
    version = await next_version(connection)
    row = {**asdict(topic), "mode": topic.mode.value}
    stored = await connection.execute(select(topics).where(topics.c.name == topic.name))
    found = stored.mappings().one_or_none()
    if found is not None and all(found[key] == value for key, value in row.items()):
        return False
    await put(connection, topics, [row])
    await connection.execute(
        insert(knowledge_log).values(version=version, topic=topic.name, author=author, at=at)
    )
    await set_version(connection, version)
    await write_of(connection).announce_once("knowledge")
    return True


async def alarm(connection: AsyncConnection, topic: str, at: datetime) -> None:
    """From now on its automatic answers are all audited for a while."""
    await connection.execute(update(topics).where(topics.c.name == topic).values(alarm_at=at))
