"""Knowledge versions: one writer at a time makes the next one."""

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.storage.sharing import alone
from sufler.storage.tables.knowledge import knowledge_state


async def next_version(connection: AsyncConnection) -> int:
    """The version that this transaction makes, if it makes one; see `set_version`."""
    # One writer at a time until it is committed: whoever sees a version sees all before it.
    await alone(connection, "knowledge")
    return (await connection.scalar(select(knowledge_state.c.version)) or 0) + 1


async def set_version(connection: AsyncConnection, version: int) -> None:
    """It is made."""
    done = await connection.execute(update(knowledge_state).values(version=version))
    if done.rowcount == 0:
        await connection.execute(insert(knowledge_state).values(id=1, version=version))
