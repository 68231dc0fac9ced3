"""Reads an open turn with what stands around it, in one read of the database."""

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.conversation.drawing import Sample
from sufler.conversation.ports import AtHand
from sufler.domain.conversation import Author
from sufler.storage import ownership, turn_record
from sufler.storage.drawing import drawn_before
from sufler.storage.flow_rows import under_way
from sufler.storage.rows import message_from
from sufler.storage.tables.conversations import episodes, messages

# Nobody writes so much within one turn; what is beyond is decided about the next time.
_LONGEST = 500


async def at_hand(connection: AsyncConnection, conversation_id: str, history: int) -> AtHand | None:
    """The open turn, None without one, and at most `history` messages before it. Raises
    NotFound."""
    conversation = await ownership.read(connection, conversation_id)
    said = (await connection.execute(_since_it_began(conversation_id))).mappings().all()
    since = [message_from(row) for row in said]
    turn = tuple(message for message in since if message.open)
    if not turn:
        return None
    of_it = select(messages).where(
        messages.c.conversation_id == conversation_id, messages.c.id < turn[0].id
    )
    before = (
        await connection.execute(of_it.order_by(messages.c.id.desc()).limit(history))
    ).mappings()
    earlier = [message_from(row) for row in before]
    closed = None
    if conversation.episode > 1:
        closed = await connection.scalar(
            select(episodes.c.closed_at).where(
                episodes.c.conversation_id == conversation_id,
                episodes.c.number == conversation.episode - 1,
            )
        )
    # The u of the message that began it; one from before there were any has none.
    u = next(row["u"] for row in said if row["id"] == turn[0].id)
    before_it = await drawn_before(connection, conversation_id, conversation.episode)
    return AtHand(
        conversation=conversation,
        turn=turn,
        history=tuple(reversed(earlier)),
        others=tuple(message for message in since if message.author is not Author.CUSTOMER),
        stopped=await turn_record.stopped_for(connection, conversation_id),
        closed_before=closed,
        sample=Sample(u, *before_it),
        run=await under_way(connection, conversation_id),
    )


def _since_it_began(conversation_id: str) -> Select[tuple[object, ...]]:
    """Everything that was said from the first message of the turn on."""
    first = (
        select(func.min(messages.c.id))
        .where(messages.c.conversation_id == conversation_id, messages.c.open)
        .scalar_subquery()
    )
    query = select(messages).where(
        messages.c.conversation_id == conversation_id, messages.c.id >= first
    )
    return query.order_by(messages.c.id).limit(_LONGEST)
