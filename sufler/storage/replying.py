"""An operator's reply inside one transaction: owner, message and draft together; and its undo,
while it has not gone out."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.conversation.ports import Reply
from sufler.domain.conversation import Author, Conversation, Message, Owner, SendState
from sufler.domain.desk import Draft, Used
from sufler.domain.errors import Conflict, NotFound
from sufler.domain.stream import StreamKind
from sufler.storage import ownership
from sufler.storage.drafts import drop_draft, put_draft, read_draft
from sufler.storage.files import keep_files
from sufler.storage.lessons import insert_lesson, remove_lesson
from sufler.storage.rows import message_from, reply_row
from sufler.storage.stream import add_message, note
from sufler.storage.tables.conversations import conversations, message_versions, messages
from sufler.storage.tables.suggestions import feedback


async def reply(
    connection: AsyncConnection,
    conversation_id: str,
    operator_id: str,
    said: Reply,
    at: datetime,
    *,
    used: Used | None = None,
    hold_s: float = 0.0,
) -> tuple[Conversation, Message | None]:
    """Take it if it waits or the bot has it, and put the reply into the outbox, where it waits for
    `hold_s` seconds. The message is None, with nothing stored, when another operator owns it."""
    await ownership.to_operator(connection, conversation_id, operator_id, at)
    owned = await ownership.read(connection, conversation_id)
    if owned.owner is not Owner.OPERATOR or owned.operator_id != operator_id:
        return owned, None
    row = reply_row(conversation_id, said, at, owned.suggestion_id)
    if hold_s > 0:
        row["next_at"] = at + timedelta(seconds=hold_s)
        row["unanswered_before"] = owned.unanswered_since
    message = await add_message(connection, row)
    if used is not None:
        await insert_lesson(
            connection,
            used,
            by=operator_id if operator_id.startswith("key:") else f"person:{operator_id}",
            at=at,
            due_at=at + timedelta(seconds=hold_s),
            conversation_id=conversation_id,
            message_id=message.id,
        )
    await keep_files(connection, owned, said.attachments)
    answered = {"updated_at": at, "operator_at": at, "unanswered_since": None}
    ended = {"escalated": 0, "warned_at": None}
    await connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(**answered, **ended)
    )
    await drop_draft(connection, operator_id, conversation_id)
    return owned, message


async def undo(
    connection: AsyncConnection,
    conversation_id: str,
    message_id: int,
    operator_id: str,
    at: datetime,
) -> Draft:
    """Take a reply back that waits to be sent: it is gone as if it had never been written, and its
    text stands in the draft, before what is written there now. An answer of the bot that its topic
    holds is stopped: the conversation is the operator's. Raises NotFound, and Conflict for
    another's and for one that is not waiting any more."""
    talk = await ownership.locked(connection, conversation_id)
    row = await _waiting(connection, conversation_id, message_id, operator_id, at)
    if row["author"] == Author.BOT.value:
        used = Used(row["suggestion_id"]) if row["suggestion_id"] else None
        await ownership.to_operator(connection, conversation_id, operator_id, at)
        await _unanswered(connection, conversation_id, talk.unanswered_since or row["at"], at)
        return await _back_in_draft(connection, row, operator_id, used, at)
    used = await _used(connection, message_id)
    await remove_lesson(connection, message_id)
    await connection.execute(
        delete(message_versions).where(message_versions.c.message_id == message_id)
    )
    await connection.execute(delete(messages).where(messages.c.id == message_id))
    await note(
        connection,
        StreamKind.MESSAGE,
        conversation_id=conversation_id,
        message_id=message_id,
        facts={"undone": True},
    )
    since = talk.unanswered_since or row["unanswered_before"]
    await _unanswered(connection, conversation_id, since, at)
    return await _back_in_draft(connection, row, operator_id, used, at)


async def _unanswered(
    connection: AsyncConnection, conversation_id: str, since: datetime | None, at: datetime
) -> None:
    await connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(unanswered_since=since, updated_at=at)
    )


async def _back_in_draft(
    connection: AsyncConnection, row: Any, operator_id: str, used: Used | None, at: datetime
) -> Draft:
    """The text of a message stands before what the operator is writing now."""
    conversation_id = row["conversation_id"]
    said, now = message_from(row), await read_draft(connection, operator_id, conversation_id)
    back = replace(
        now,
        text="\n\n".join(each for each in (said.text, now.text) if each),
        quotes=now.quotes or said.quotes,
        attachments=tuple(dict.fromkeys((*said.attachments, *now.attachments))),
        used=now.used or used,
    )
    return await put_draft(connection, operator_id, conversation_id, back, at)


async def _used(connection: AsyncConnection, message_id: int) -> Used | None:
    query = select(feedback.c.suggestion_id, feedback.c.article_id, feedback.c.found)
    row = (await connection.execute(query.where(feedback.c.message_id == message_id))).first()
    return None if row is None else Used(row.suggestion_id, row.article_id, row.found)


async def _waiting(
    connection: AsyncConnection,
    conversation_id: str,
    message_id: int,
    operator_id: str,
    at: datetime,
) -> Any:
    """The row, which nobody begins to send until this transaction ends."""
    query = select(messages).where(
        messages.c.id == message_id, messages.c.conversation_id == conversation_id
    )
    row = (await connection.execute(query.with_for_update())).mappings().one_or_none()
    if row is None:
        raise NotFound("no message of this conversation has this id", field="message_id")
    if row["author_id"] != operator_id and row["author"] != Author.BOT.value:
        raise Conflict("only its author may take a message back", field="message_id")
    begun = row["state"] != SendState.PENDING.value or row["attempts"] > 0
    if begun or row["next_at"] is None or row["next_at"] <= at:
        raise Conflict("it is too late to take this message back", field="message_id")
    return row
