"""Transactions that take a row of the inbox into its conversation, each with the row's end."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.conversation.ports import Arrived
from sufler.domain.conversation import (
    Author,
    InboxRow,
    Message,
    Owner,
    Reach,
    SendState,
)
from sufler.domain.errors import Conflict, NotFound
from sufler.domain.stream import StreamKind
from sufler.storage.admission import may_tell
from sufler.storage.files import keep_files
from sufler.storage.rows import message_from, reply_row
from sufler.storage.stream import add_message, note
from sufler.storage.tables.conversations import (
    conversations,
    events,
    inbox,
    message_versions,
    messages,
)

TAKEN_OVER = "an operator took the conversation"
_CHANGEABLE = frozenset({SendState.PENDING, SendState.SENDING, SendState.SENT})


async def finish(connection: AsyncConnection, row_id: int, at: datetime) -> bool:
    """The row is done; False when it was before. First in its transaction: on PostgreSQL it
    holds back another process with the same row."""
    done: CursorResult[Any] = await connection.execute(
        update(inbox)
        .where(inbox.c.id == row_id, inbox.c.state == "new")
        .values(state="done", error=None, done_at=at)
    )
    return done.rowcount == 1


async def message(connection: AsyncConnection, arrived: Arrived) -> bool:
    """The customer's message into its conversation; False when its row was done before."""
    row, incoming = arrived.row, arrived.row.incoming
    if not await finish(connection, row.id, arrived.at):
        return False
    opens = arrived.due_at is not None
    await add_message(
        connection,
        {
            "conversation_id": arrived.conversation.id,
            "author": Author.CUSTOMER.value,
            "author_name": incoming.customer.name or incoming.customer.first_name,
            "text": arrived.shown,
            "buttons": [],
            "at": incoming.at or row.received_at,
            "attempts": 0,
            "external_id": incoming.external_id,
            "inbox_id": row.id,
            "kind": incoming.kind.value,
            "button": arrived.button or incoming.button,
            "quotes": incoming.quotes,
            "open": opens,
            "u": arrived.u,
            "attachments": [asdict(each) for each in incoming.attachments] or None,
        },
    )
    await keep_files(connection, arrived.conversation, incoming.attachments)
    values: dict[str, Any] = {
        "updated_at": arrived.at,
        "reach": Reach.OPEN.value,
        "customer_at": arrived.at,
        "warned_at": None,
    }
    if arrived.due_at is not None:
        values |= await _due(connection, arrived)
        await changed(connection, arrived.conversation.id, **values)
        return True
    # Nothing is decided about it, so nothing that is being decided is out of date.
    await connection.execute(
        update(conversations).where(conversations.c.id == arrived.conversation.id).values(**values)
    )
    await _tell(connection, arrived)
    return True


async def _tell(connection: AsyncConnection, arrived: Arrived) -> None:
    """Say the one word about a flood, unless it was said lately or a person has the talk."""
    talk, word = arrived.conversation, arrived.word
    if word is None:
        return
    owner = await connection.scalar(
        select(conversations.c.owner).where(conversations.c.id == talk.id).with_for_update()
    )
    if owner == Owner.OPERATOR.value:
        return
    if await may_tell(connection, talk.channel, talk.customer.external_id, arrived.at):
        await add_message(connection, reply_row(talk.id, word, arrived.at, None))


async def _due(connection: AsyncConnection, arrived: Arrived) -> dict[str, Any]:
    query = select(conversations.c.turn_since).where(conversations.c.id == arrived.conversation.id)
    # Locked: two messages of one customer must not both believe they opened the turn.
    since = await connection.scalar(query.with_for_update())
    first = since or arrived.at
    latest = first + timedelta(seconds=arrived.longest_s)
    assert arrived.due_at is not None
    due = {"turn_since": first, "turn_due_at": max(arrived.at, min(arrived.due_at, latest))}
    # A turn that could not be decided is no younger for another message.
    return due if since else {**due, "turn_attempts": 0}


async def edit(
    connection: AsyncConnection, row: InboxRow, conversation_id: str, shown: str, at: datetime
) -> bool:
    """Another text for the message that `row` is about; False when there is none such."""
    if not await finish(connection, row.id, at):
        return False
    query = select(messages.c.id, messages.c.text, messages.c.open).where(
        messages.c.conversation_id == conversation_id,
        messages.c.external_id == row.incoming.about,
        messages.c.author == Author.CUSTOMER.value,
    )
    found = (await connection.execute(query)).one_or_none()
    if found is None or found.text == shown:
        return False
    await connection.execute(
        insert(message_versions).values(message_id=found.id, text=found.text, until=at)
    )
    again = not found.open and await _waits_for_a_person(connection, conversation_id, found.id)
    await connection.execute(
        update(messages)
        .where(messages.c.id == found.id)
        .values(text=shown, edited_at=at, open=found.open or again)
    )
    await _note_edit(connection, conversation_id, found.id)
    due = {"turn_due_at": at, "turn_since": at, "turn_attempts": 0} if again else {}
    await changed(connection, conversation_id, updated_at=at, **due)
    return True


async def _waits_for_a_person(
    connection: AsyncConnection, conversation_id: str, message_id: int
) -> bool:
    """Nobody has answered since: neither the bot, which would own it still, nor an operator."""
    answered = exists().where(
        messages.c.conversation_id == conversation_id,
        messages.c.id > message_id,
        messages.c.author == Author.OPERATOR.value,
    )
    query = select(conversations.c.id).where(
        conversations.c.id == conversation_id,
        conversations.c.owner != Owner.BOT.value,
        ~answered,
    )
    return await connection.scalar(query) is not None


async def edit_reply(
    connection: AsyncConnection,
    conversation_id: str,
    message_id: int,
    author_id: str,
    text: str,
    at: datetime,
) -> Message:
    """Another text for an operator's own message. Raises NotFound and Conflict."""
    query = select(messages).where(
        messages.c.id == message_id, messages.c.conversation_id == conversation_id
    )
    row = (await connection.execute(query.with_for_update())).mappings().one_or_none()
    if row is None:
        raise NotFound("no message of this conversation has this id", field="message_id")
    state = None if row["state"] is None else SendState(row["state"])
    if row["author_id"] != author_id:
        raise Conflict("only its author may change a message", field="message_id")
    if state not in _CHANGEABLE:
        raise Conflict("a message that did not arrive cannot be changed", field="message_id")
    await connection.execute(
        insert(message_versions).values(message_id=message_id, text=row["text"], until=at)
    )
    # One on its way is changed once it has arrived.
    later = None if state is SendState.PENDING else SendState.PENDING.value
    changed = await connection.execute(
        update(messages)
        .where(messages.c.id == message_id)
        .values(text=text, edited_at=at, edit_state=later)
        .returning(messages)
    )
    edited = message_from(changed.mappings().one())
    await _note_edit(connection, conversation_id, message_id)
    return edited


async def _note_edit(connection: AsyncConnection, conversation_id: str, message_id: int) -> None:
    await note(
        connection,
        StreamKind.MESSAGE,
        conversation_id=conversation_id,
        message_id=message_id,
        facts={"edited": True},
    )


async def staff_message(
    connection: AsyncConnection,
    row: InboxRow,
    conversation_id: str,
    shown: str,
    by: str,
    at: datetime,
) -> bool:
    """What a person wrote from another program; they own the conversation from now on."""
    if not await finish(connection, row.id, at):
        return False
    await add_message(
        connection,
        {
            "conversation_id": conversation_id,
            "author": Author.OPERATOR.value,
            "author_name": "",
            "text": shown,
            "buttons": [],
            "at": row.incoming.at or row.received_at,
            "state": SendState.SENT.value,
            "attempts": 0,
            "external_id": row.incoming.external_id,
            "inbox_id": row.id,
            "kind": row.incoming.kind.value,
        },
    )
    await silence_bot(connection, conversation_id)
    await changed(
        connection,
        conversation_id,
        owner=Owner.OPERATOR.value,
        operator_id=by,
        owned_since=at,
        operator_at=at,
        waiting_since=None,
        unanswered_since=None,
        escalated=0,
        warned_at=None,
        updated_at=at,
        turn_due_at=None,
        turn_since=None,
    )
    return True


async def silence_bot(connection: AsyncConnection, conversation_id: str) -> None:
    """Cancel what the bot has not yet sent: a person has it now."""
    await connection.execute(
        update(messages)
        .where(
            messages.c.conversation_id == conversation_id,
            messages.c.author == Author.BOT.value,
            messages.c.state == SendState.PENDING.value,
        )
        .values(state=SendState.CANCELLED.value, error=TAKEN_OVER)
    )


async def reach(
    connection: AsyncConnection, row: InboxRow, conversation_id: str, now: Reach, at: datetime
) -> None:
    """Note whether the customer can be reached."""
    if await finish(connection, row.id, at):
        await changed(connection, conversation_id, reach=now.value)
        await connection.execute(
            insert(events).values(
                conversation_id=conversation_id,
                episode=0,
                kind="reach",
                body={"reach": now.value},
                at=at,
            )
        )


async def changed(connection: AsyncConnection, conversation_id: str, **values: Any) -> None:
    """Change the conversation so that no decision made before can be stored any more."""
    await connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(changes=conversations.c.changes + 1, **values)
    )
