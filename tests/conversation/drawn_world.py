"""Turns with a u that the test chose, what an operator answers, and what labels them."""

from dataclasses import replace

from conversation_world import ANNA, AT_ONCE, World
from sqlalchemy import select

from sufler.app.checking import checking_over
from sufler.domain.checks import Check, Draw
from sufler.domain.conversation import Message
from sufler.storage.checks import CheckStore
from sufler.storage.draws import DrawStore
from sufler.storage.tables.accuracy import review_tasks

# Half of it in a topic that answers with a certificate, as the world's does.
CHECKED = replace(AT_ONCE, hidden_share=0.2)
HIDDEN, LOOKED_AT, SHOWN = 0.05, 0.005, 0.5


async def drawn(world: World, text: str, u: float, customer: str = "c1") -> Draw:
    """The draw of the turn that asks `text`, which has this u."""
    world.chances = [u]
    await world.say(text, customer=customer)
    told = await world.turns.last_told("test", customer)
    assert told is not None
    assert told.suggestion is not None
    found = await DrawStore(world.database).get(told.suggestion.id)
    assert found is not None
    return found


async def answered(world: World, text: str, undo_s: float = 0.0, customer: str = "c1") -> Message:
    talk = await world.conversation(customer)
    return await world.desk.reply(ANNA, talk.id, text, undo_s=undo_s)


async def look(world: World) -> int:
    shelf = list(world.shelf.articles.values())
    return await checking_over(world.database, lambda: shelf)(world.clock.now())


async def check_of(world: World, draw: Draw) -> Check | None:
    return await CheckStore(world.database).of_suggestion(draw.suggestion_id)


async def task_of(world: World, draw: Draw) -> tuple[str, str | None, str] | None:
    query = select(review_tasks.c.kind, review_tasks.c.matched, review_tasks.c.state).where(
        review_tasks.c.suggestion_id == draw.suggestion_id
    )
    async with world.database.read() as connection:
        row = (await connection.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1], row[2])
