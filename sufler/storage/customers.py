"""Customers as a whole: finding them, banning them, and all that is stored of one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Select, Table, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.administration import Act
from sufler.domain.conversation import Author, SendState
from sufler.domain.customers import Ban, Known
from sufler.storage.audit import write_down
from sufler.storage.database import Database
from sufler.storage.sharing import alone, put
from sufler.storage.tables.accuracy import checks, draws, readers, review_tasks, reviews
from sufler.storage.tables.alerts import alerts
from sufler.storage.tables.conversations import (
    conversations,
    episodes,
    events,
    inbox,
    message_versions,
    messages,
)
from sufler.storage.tables.customers import bans
from sufler.storage.tables.desk import customer_notes, drafts
from sufler.storage.tables.files import files
from sufler.storage.tables.flows import customer_requests, flow_runs
from sufler.storage.tables.gaps import gap_turns
from sufler.storage.tables.learning import golden, learned, proposals
from sufler.storage.tables.outside_events import consents, outside_events
from sufler.storage.tables.queues import notes
from sufler.storage.tables.suggestions import feedback, suggestions

BANNED = "the customer was banned"


class CustomerStore:
    """Fulfils `desk.ports.CustomerStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, words: str, most: int, now: datetime) -> list[Known]:
        """Customers whose name has these words in it, or with this id, conversation or ticket; the
        newest talk first. Without words, the newest ones."""
        query = select(conversations, bans.c.at.label("banned_at"), bans.c.until).select_from(
            conversations.outerjoin(
                bans,
                (bans.c.channel == conversations.c.channel)
                & (bans.c.customer_id == conversations.c.customer_id),
            )
        )
        if words:
            # SQLite knows capitals of ASCII letters only.
            forms = {words, words.lower(), words.upper(), words.title()}
            hits = [
                *(conversations.c.customer_name.contains(each, autoescape=True) for each in forms),
                *(
                    conversations.c.customer_first_name.contains(each, autoescape=True)
                    for each in forms
                ),
                conversations.c.customer_id == words,
                conversations.c.id == words,
            ]
            number = words.removeprefix("#")
            if number.isascii() and number.isdigit() and len(number) < 16:
                hits.append(conversations.c.ticket == int(number))
            query = query.where(or_(*hits))
        async with self._database.read() as connection:
            rows = await connection.execute(
                query.order_by(conversations.c.updated_at.desc()).limit(most)
            )
            return [
                Known(
                    channel=row.channel,
                    customer_id=row.customer_id,
                    name=row.customer_name or row.customer_first_name,
                    conversation_id=row.id,
                    ticket=row.ticket,
                    updated_at=row.updated_at,
                    banned=row.banned_at is not None and (row.until is None or row.until > now),
                )
                for row in rows
            ]

    async def bans(self) -> list[Ban]:
        """The newest first, those that are over included."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(bans).order_by(bans.c.at.desc()))
            return [Ban(**row) for row in rows.mappings()]

    async def ban(self, ban: Ban, act: Act) -> str | None:
        """Take nothing from the customer any more. What they sent and nobody answered is dropped
        from the turn; what the bot had not yet said is cancelled. Their conversation's id."""
        whose = (ban.channel, ban.customer_id)
        async with self._database.write() as connection:
            await alone(connection, f"inbox {ban.channel} {ban.customer_id}")
            row = {
                "channel": ban.channel,
                "customer_id": ban.customer_id,
                "at": ban.at,
                "until": ban.until,
                "by": ban.by,
                "by_name": ban.by_name,
                "reason": ban.reason,
                "dismissed": 0,
            }
            await put(connection, bans, [row])
            await connection.execute(
                update(inbox)
                .where(
                    inbox.c.channel == whose[0],
                    inbox.c.customer_id == whose[1],
                    inbox.c.state == "new",
                )
                .values(state="done", done_at=ban.at)
            )
            talk = await _hushed(connection, ban)
            await write_down(connection, act)
        return talk

    async def unban(self, channel: str, customer_id: str, act: Act) -> bool:
        """Take their messages again; False when they were not banned."""
        async with self._database.write() as connection:
            done: CursorResult[Any] = await connection.execute(
                delete(bans).where(bans.c.channel == channel, bans.c.customer_id == customer_id)
            )
            if done.rowcount:
                await write_down(connection, act)
        return bool(done.rowcount)

    async def everything(self, channel: str, customer_id: str) -> dict[str, Any] | None:
        """All rows that are stored of the customer, by kind, with plain values; None when there is
        nothing at all."""
        async with self._database.read() as connection:
            whole = await _everything(connection, channel, customer_id)
        return whole if any(whole.values()) else None


async def _hushed(connection: AsyncConnection, ban: Ban) -> str | None:
    query = select(conversations.c.id).where(
        conversations.c.channel == ban.channel, conversations.c.customer_id == ban.customer_id
    )
    talk: str | None = await connection.scalar(query.with_for_update())
    if talk is None:
        return None
    await connection.execute(
        update(messages)
        .where(messages.c.conversation_id == talk, messages.c.open)
        .values(open=False)
    )
    await connection.execute(
        update(messages)
        .where(
            messages.c.conversation_id == talk,
            messages.c.author == Author.BOT.value,
            messages.c.state == SendState.PENDING.value,
        )
        .values(state=SendState.CANCELLED.value, error=BANNED)
    )
    await connection.execute(
        update(conversations)
        .where(conversations.c.id == talk)
        .values(turn_due_at=None, turn_since=None, changes=conversations.c.changes + 1)
    )
    return talk


async def _everything(
    connection: AsyncConnection, channel: str, customer_id: str
) -> dict[str, Any]:
    async def rows(query: Select[Any]) -> list[Mapping[Any, Any]]:
        found = (await connection.execute(query)).mappings().all()
        return [{name: _plain(value) for name, value in row.items()} for row in found]

    def theirs(table: Table) -> Select[Any]:
        return select(table).where(table.c.channel == channel, table.c.customer_id == customer_id)

    talks = await rows(theirs(conversations))
    ids = [talk["id"] for talk in talks]
    said = await rows(
        select(messages).where(messages.c.conversation_id.in_(ids)).order_by(messages.c.id)
    )
    made = await rows(
        select(suggestions)
        .where(suggestions.c.conversation_id.in_(ids) | suggestions.c.id.in_(_named(ids)))
        .order_by(suggestions.c.at)
    )
    of_talks = {
        str(table.name): await rows(
            select(table).where(table.c.conversation_id.in_(ids)).order_by(table.c.id)
        )
        for table in (alerts, episodes, events, notes)
    }
    versions = select(message_versions).where(
        message_versions.c.message_id.in_(
            select(messages.c.id).where(messages.c.conversation_id.in_(ids))
        )
    )
    taught = {
        str(table.name): await rows(
            select(table).where(table.c.conversation_id.in_(ids)).order_by(table.c.id)
        )
        for table in (learned, proposals, golden)
    }
    given = select(feedback).where(
        feedback.c.conversation_id.in_(ids)
        | feedback.c.suggestion_id.in_(
            select(suggestions.c.id).where(
                suggestions.c.conversation_id.in_(ids) | suggestions.c.id.in_(_named(ids))
            )
        )
    )
    offered = [each["id"] for each in made]
    return {
        "conversations": talks,
        **of_talks,
        **{
            str(table.name): await rows(select(table).where(table.c.conversation_id.in_(ids)))
            for table in (readers, flow_runs, customer_requests)
        },
        "messages": said,
        "message_versions": await rows(versions.order_by(message_versions.c.id)),
        "suggestions": made,
        "feedback": await rows(given.order_by(feedback.c.id)),
        **{
            str(table.name): await rows(select(table).where(table.c.suggestion_id.in_(offered)))
            for table in (gap_turns, draws, checks, review_tasks)
        },
        "reviews": await rows(
            select(reviews).where(
                reviews.c.task_id.in_(
                    select(review_tasks.c.id).where(review_tasks.c.suggestion_id.in_(offered))
                )
            )
        ),
        **taught,
        "files": await rows(theirs(files).order_by(files.c.created_at)),
        "inbox": await rows(theirs(inbox).order_by(inbox.c.id)),
        "bans": await rows(theirs(bans)),
        "consents": await rows(theirs(consents).order_by(consents.c.id)),
        "outside_events": await rows(theirs(outside_events).order_by(outside_events.c.at)),
        "customer_notes": await rows(theirs(customer_notes).order_by(customer_notes.c.id)),
        "drafts": await rows(select(drafts).where(drafts.c.conversation_id.in_(ids))),
    }


def _named(talks: list[str]) -> Select[Any]:
    """Suggestions that the log of these conversations names: some do not name their own."""
    return select(events.c.suggestion_id).where(
        events.c.conversation_id.in_(talks), events.c.suggestion_id.is_not(None)
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
