"""Operators' own chats, and the alerts that go there: each made once, sent at most once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.administration import Act
from sufler.domain.alerts import Alert, AlertKind, AlertLink, Linking, QuietHours
from sufler.domain.conversation import SendState
from sufler.domain.knowledge import Language
from sufler.storage.audit import write_down
from sufler.storage.database import Database
from sufler.storage.tables.alerts import alert_links, alerts
from sufler.storage.tables.conversations import events
from sufler.storage.tables.people import people

LINKED = "alerts_linked"  # a word of the log of staff's acts
_GIVING = ("assigned", "transferred")
_UNLINKED: Mapping[str, Any] = {"chat_id": None, "chat_name": "", "linked_at": None, "broken": None}
_NO_CODE: Mapping[str, Any] = {"code_hash": None, "code_until": None}


class AlertLinkStore:
    """How each person wants to be told. Who never chose anything has no row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, person_id: str) -> AlertLink | None:
        """The person's own."""
        return await self._one(alert_links.c.person_id == person_id)

    async def of_chat(self, chat_id: str) -> AlertLink | None:
        """Whose chat it is."""
        return await self._one(alert_links.c.chat_id == chat_id)

    async def linked(self) -> list[AlertLink]:
        """Everybody with a chat in which they can be told."""
        query = select(alert_links).where(
            alert_links.c.chat_id.is_not(None), alert_links.c.broken.is_(None)
        )
        async with self._database.read() as connection:
            return [_link(row) for row in await connection.execute(query)]

    async def choose(self, person_id: str, **values: Any) -> None:
        """Change columns of the person's row, which is made where there is none."""
        async with self._database.write() as connection:
            await _put(connection, person_id, values)

    async def offer(
        self, person_id: str, code_hash: str, until: datetime, language: Language
    ) -> None:
        """A new code; one that was given before is worth nothing any more."""
        values = {"code_hash": code_hash, "code_until": until, "language": language}
        await self.choose(person_id, **values)

    async def take(
        self, code_hash: str, chat_id: str, chat_name: str, now: datetime
    ) -> tuple[Linking, AlertLink | None]:
        """Use a code, once: the chat is that person's from now on, whoever had it before. It is
        written down as an act of theirs."""
        async with self._database.write() as connection:
            query = select(alert_links).where(alert_links.c.code_hash == code_hash)
            row = (await connection.execute(query.with_for_update())).one_or_none()
            if row is None:
                return Linking.REFUSED, None
            if row.code_until is None and row.chat_id == chat_id:
                return Linking.AGAIN, _link(row)
            if row.code_until is None or row.code_until <= now:
                return Linking.REFUSED, None
            await connection.execute(
                update(alert_links).where(alert_links.c.chat_id == chat_id).values(**_UNLINKED)
            )
            linked = {"chat_id": chat_id, "chat_name": chat_name, "linked_at": now, "broken": None}
            done = await connection.execute(
                update(alert_links)
                .where(alert_links.c.person_id == row.person_id)
                .values(**linked, code_until=None)
                .returning(alert_links)
            )
            link = _link(done.one())
            name = await connection.scalar(
                select(people.c.name).where(people.c.id == link.person_id)
            )
            await write_down(connection, Act(now, link.person_id, name or "", LINKED, chat_name))
        return Linking.DONE, link

    async def unlink(self, person_id: str, act: Act) -> bool:
        """Forget the chat, and a code that was given; False when there was no chat."""
        async with self._database.write() as connection:
            done = await connection.execute(
                update(alert_links)
                .where(alert_links.c.person_id == person_id, alert_links.c.chat_id.is_not(None))
                .values(**_UNLINKED, **_NO_CODE)
            )
            if done.rowcount:
                await write_down(connection, act)
        return bool(done.rowcount)

    async def broken(self, person_id: str, chat_id: str, words: str) -> None:
        """Nothing arrives in that chat any more, unless another one was linked meanwhile."""
        async with self._database.write() as connection:
            await connection.execute(
                update(alert_links)
                .where(alert_links.c.person_id == person_id, alert_links.c.chat_id == chat_id)
                .values(broken=words)
            )

    async def _one(self, which: Any) -> AlertLink | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(alert_links).where(which))).one_or_none()
        return None if row is None else _link(row)


class AlertStore:
    """Alerts on their way. The unique key of the table lets each be made only once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, wanted: Iterable[Alert], at: datetime, state: str = SendState.PENDING.value
    ) -> int:
        """Those that were not made before; how many."""
        rows = [
            {
                "person_id": each.person_id,
                "conversation_id": each.conversation_id,
                "kind": each.kind.value,
                "level": each.level,
                "since": each.since,
                "made_at": at,
                "state": state,
                "attempts": 0,
                "next_at": at,
            }
            for each in wanted
        ]
        made = 0
        async with self._database.write() as connection:
            for row in rows:
                adding = _insert(connection)(alerts).values(**row).on_conflict_do_nothing()
                made += (await connection.execute(adding)).rowcount
        return made

    async def known(self, wanted: Iterable[Alert]) -> set[Alert]:
        """Which of `wanted` were made before."""
        wanted = list(wanted)
        ids = sorted({each.conversation_id for each in wanted})
        query = select(alerts).where(alerts.c.conversation_id.in_(ids))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        made = {_key(row) for row in rows}
        return {each for each in wanted if _key(each) in made}

    async def due(self, now: datetime, limit: int) -> list[Alert]:
        """What may be sent now, the oldest first."""
        query = (
            select(alerts)
            .where(alerts.c.state == SendState.PENDING.value, alerts.c.next_at <= now)
            .order_by(alerts.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [_alert(row) for row in await connection.execute(query)]

    async def claim(self, alert_id: int, now: datetime) -> bool:
        """pending → sending; False when somebody else was quicker."""
        return await self._turned(
            alert_id, SendState.PENDING.value, state=SendState.SENDING.value, next_at=now
        )

    async def postpone(self, alert_id: int, until: datetime, error: str) -> None:
        """Back to pending, with one more try counted."""
        await self._turned(
            alert_id,
            SendState.SENDING.value,
            state=SendState.PENDING.value,
            next_at=until,
            attempts=alerts.c.attempts + 1,
            error=error,
        )

    async def end(self, alert_id: int, state: str, error: str | None = None) -> None:
        """Nothing more is done about it."""
        async with self._database.write() as connection:
            await connection.execute(
                update(alerts).where(alerts.c.id == alert_id).values(state=state, error=error)
            )

    async def interrupted(self, before: datetime) -> int:
        """What was being sent since before then may have arrived: it is not sent again."""
        async with self._database.write() as connection:
            done = await connection.execute(
                update(alerts)
                .where(alerts.c.state == SendState.SENDING.value, alerts.c.next_at < before)
                .values(state=SendState.UNKNOWN.value)
            )
        return int(done.rowcount)

    async def forget(self, before: datetime) -> int:
        """Remove those that were made before then."""
        async with self._database.write() as connection:
            done = await connection.execute(delete(alerts).where(alerts.c.made_at < before))
        return int(done.rowcount)

    async def given(self, conversation_ids: Iterable[str]) -> set[tuple[str, str, datetime]]:
        """When somebody else gave these conversations to operators: the conversation's id, the
        operator's, and the moment."""
        query = select(events.c.conversation_id, events.c.by, events.c.at, events.c.body).where(
            events.c.conversation_id.in_(sorted(conversation_ids)), events.c.kind.in_(_GIVING)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return {
            (row.conversation_id, row.body["operator"], row.at)
            for row in rows
            if row.body.get("operator") and row.by != row.body["operator"]
        }

    async def _turned(self, alert_id: int, before: str, **values: Any) -> bool:
        async with self._database.write() as connection:
            done = await connection.execute(
                update(alerts)
                .where(alerts.c.id == alert_id, alerts.c.state == before)
                .values(**values)
            )
        return bool(done.rowcount)


def _insert(connection: AsyncConnection) -> Any:
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert


async def _put(connection: AsyncConnection, person_id: str, values: Mapping[str, Any]) -> None:
    adding = _insert(connection)(alert_links).values(
        **{"person_id": person_id, "chat_name": "", "language": "ru", **values}
    )
    changed = adding.on_conflict_do_update(index_elements=["person_id"], set_=dict(values))
    await connection.execute(changed)


def _key(row: Any) -> tuple[Any, ...]:
    return row.person_id, row.conversation_id, str(row.kind), row.level, row.since


def _link(row: Row[Any]) -> AlertLink:
    quiet = None
    if row.quiet_from is not None:
        quiet = QuietHours(row.quiet_from, row.quiet_to, row.quiet_zone)
    return AlertLink(
        person_id=row.person_id,
        chat_id=row.chat_id,
        chat_name=row.chat_name,
        language=row.language,
        linked_at=row.linked_at,
        broken=row.broken,
        quiet=quiet,
        looked_at=row.looked_at,
        desk_quiet=row.desk_quiet,
    )


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        person_id=row.person_id,
        conversation_id=row.conversation_id,
        kind=AlertKind(row.kind),
        since=row.since,
        level=row.level,
        id=row.id,
        made_at=row.made_at,
        attempts=row.attempts,
    )
