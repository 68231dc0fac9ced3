"""Everything of one customer, erased in one transaction; then their files, and the bytes that a
database keeps of what was deleted."""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import Column, Table, delete, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.administration import Act
from sufler.domain.customers import Erased
from sufler.domain.errors import StorageUnavailable
from sufler.domain.outside_events import EventState
from sufler.domain.ports import Clock, TextKind
from sufler.kb_index.normalise import normalise
from sufler.kb_index.vectors import content_hash
from sufler.storage.audit import write_down
from sufler.storage.database import Database
from sufler.storage.event_rows import EMPTIED
from sufler.storage.faults import faults_explained
from sufler.storage.learned import forget_learned
from sufler.storage.sharing import alone, put
from sufler.storage.tables.accuracy import draws, readers, review_tasks, reviews
from sufler.storage.tables.administration import audit
from sufler.storage.tables.alerts import alerts
from sufler.storage.tables.conversations import (
    conversations,
    episodes,
    events,
    inbox,
    message_versions,
    messages,
    stops,
)
from sufler.storage.tables.customers import bans, floods, removals
from sufler.storage.tables.desk import customer_notes, drafts
from sufler.storage.tables.files import files
from sufler.storage.tables.flows import customer_requests, flow_runs
from sufler.storage.tables.outside_events import consents, outside_events
from sufler.storage.tables.queues import notes
from sufler.storage.tables.requests import requests
from sufler.storage.tables.suggestions import feedback, suggestions
from sufler.storage.tables.vectors import vectors
from sufler.storage.tables.webhooks import deliveries, happened, stream

# In the list of what is to be removed: the pages of the database itself.
PAGES: Final = ""
# Ids in one statement: far below every database's limit.
PAGE: Final = 500
# A shorter text would be found in answers that are about somebody else.
_TELLING: Final = 8
_CHECKPOINT_TRIES: Final = 40
# Lies beside the database too, and holds nothing of anybody: `serving_lock.py`.
_LOCK: Final = ".serving"

_log = structlog.get_logger(__name__)


class ErasureStore:
    """Erases customers. `folder` holds their files."""

    def __init__(self, database: Database, folder: Path, clock: Clock) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock

    async def erase(
        self, channel: str, customer_id: str, act: Callable[[Mapping[str, int]], Act]
    ) -> Erased:
        """Erase what there is of the customer, and write `act(counts)` down in the same step.

        A message of theirs that is being handled meanwhile leaves nothing. Raises
        StorageUnavailable when it could not be done; then nothing is erased.
        """
        now = self._clock.now()
        async with self._database.write() as connection:
            # What they send in this moment is either erased with the rest, or comes after it.
            await alone(connection, f"inbox {channel} {customer_id}")
            counts = await _Eraser(connection, channel, customer_id, now).erase()
            await write_down(connection, act(counts))
            if counts["phrasings"]:
                await self._database.wakeups.announce("knowledge")
        await self.finish()
        return Erased(channel, counts, await asyncio.to_thread(self._copies))

    async def finish(self) -> int:
        """Remove from the disk what erasures and retention have left to be removed, also those of
        a process that died; how many things were removed."""
        async with self._database.read() as connection:
            paths = (await connection.execute(select(removals.c.path))).scalars().all()
        done = 0
        for path in sorted(paths, reverse=True):  # the pages last
            try:
                await (self._rewrite() if path == PAGES else self._unlink(path))
            except (OSError, StorageUnavailable) as error:
                _log.error("removal_failed", error=type(error).__name__)
                continue
            async with self._database.write() as connection:
                await connection.execute(delete(removals).where(removals.c.path == path))
            done += 1
        return done

    async def _unlink(self, path: str) -> None:
        await asyncio.to_thread((self._folder / path).unlink, missing_ok=True)

    async def _rewrite(self) -> None:
        """Rewrite the database without the bytes of deleted rows; its log too."""
        file = self._database.file
        if file is not None:
            await asyncio.to_thread(_rewritten, file)
            return
        engine = self._database.engine.execution_options(isolation_level="AUTOCOMMIT")
        with faults_explained():
            async with engine.connect() as connection:
                await connection.execute(text("VACUUM"))

    def _copies(self) -> tuple[str, ...]:
        """Copies of an SQLite file beside it, such as `sufler doctor --fix` makes."""
        file = self._database.file
        if file is None:
            return ()
        found = (each.name for each in file.parent.glob(f"{file.name}.*"))
        return tuple(sorted(name for name in found if not name.endswith(_LOCK)))


class _Eraser:
    """One erasure inside its transaction."""

    def __init__(
        self, connection: AsyncConnection, channel: str, customer_id: str, at: datetime
    ) -> None:
        self._connection = connection
        self._channel = channel
        self._customer_id = customer_id
        self._at = at
        self._counts: dict[str, int] = {}

    async def erase(self) -> dict[str, int]:
        """How many rows of each kind."""
        # In the order in which a message is handled: its row of the inbox, then the conversation.
        said = await self._inbox()
        talks = await self._column(
            select(conversations.c.id).where(*self._of(conversations)).with_for_update()
        )
        numbers = await self._in(messages.c.id, messages.c.conversation_id, talks)
        offered = await self._suggestions_of(talks)
        for column, key, ids in (
            (messages.c.text, messages.c.id, numbers),
            (message_versions.c.text, message_versions.c.message_id, numbers),
            (suggestions.c.text, suggestions.c.id, offered),
        ):
            said |= set(await self._in(column, key, ids))
        learned = await forget_learned(self._connection, talks, said, self._at)
        self._counts["phrasings"] = len(learned)
        await self._vectors(said | set(learned))
        await self._answers([*talks, *offered], said)
        await self._files(talks)
        tasks = await self._in(review_tasks.c.id, review_tasks.c.suggestion_id, offered)
        await self._delete(reviews.c.task_id, tasks)
        await self._delete(review_tasks.c.id, tasks)
        await self._delete(draws.c.suggestion_id, offered)
        await self._delete(feedback.c.suggestion_id, offered)
        await self._delete(feedback.c.conversation_id, talks)
        await self._delete(feedback.c.by, [f"customer:{talk}" for talk in talks])
        await self._delete(suggestions.c.id, offered)
        await self._delete(message_versions.c.message_id, numbers)
        await self._delete(messages.c.id, numbers)
        await self._delete(stops.c.scope, [f"conversation:{talk}" for talk in talks])
        of_talks = (notes, drafts, alerts, events, episodes, readers, flow_runs, customer_requests)
        for table in of_talks:
            await self._delete(table.c.conversation_id, talks)
        # An answer of a receiver may repeat what it was told.
        for told in (happened, stream, deliveries):
            await self._delete(told.c.conversation_id, talks)
        await self._events()
        for table in (bans, floods, customer_notes, consents):
            await self._connection.execute(delete(table).where(*self._of(table)))
        await self._audit(talks)
        await self._delete(conversations.c.id, talks)
        # Once in the list, it is done even if this process dies after the commit.
        await put(self._connection, removals, [{"path": PAGES, "at": self._at}])
        return self._counts

    async def _inbox(self) -> set[str]:
        """Rows that were not handled go whole; of the others stays that they were here, so that
        the same message is not taken again. Returns the texts in them."""
        query = select(inbox.c.id, inbox.c.external_id, inbox.c.state, inbox.c.body)
        rows = (await self._connection.execute(query.where(*self._of(inbox)))).all()
        whole = [
            row.id for row in rows if row.state != "done" or self._customer_id in row.external_id
        ]
        kept = sorted({row.id for row in rows} - set(whole))
        await self._delete(inbox.c.id, whole)
        for page in _pages(kept):
            await self._connection.execute(
                update(inbox)
                .where(inbox.c.id.in_(page))
                .values(customer_id="", body={}, error=None, claimed_by=None)
            )
        self._counts["inbox"] = len(rows)
        return {str(row.body.get("text") or "") for row in rows}

    async def _suggestions_of(self, talks: Sequence[str]) -> list[str]:
        ids: set[str | None] = set()
        for column, key in (
            (suggestions.c.id, suggestions.c.conversation_id),
            (messages.c.suggestion_id, messages.c.conversation_id),
            (events.c.suggestion_id, events.c.conversation_id),
            (conversations.c.suggestion_id, conversations.c.id),
        ):
            ids |= set(await self._in(column, key, talks))
        return sorted(each for each in ids if each is not None)

    async def _vectors(self, said: Iterable[str]) -> None:
        """The store of vectors is a cache: where somebody else has the same text, it is encoded
        again when it is next needed."""
        texts = {each for one in said for each in (one, normalise(one))}
        kinds: tuple[TextKind, ...] = ("query", "passage")
        hashes = [content_hash(each, kind) for each in texts for kind in kinds]
        await self._delete(vectors.c.content_hash, hashes)

    async def _answers(self, ids: Sequence[str], said: Iterable[str]) -> None:
        """Answers that the API keeps for requests which are sent again: those that name the
        customer. Sent again, such a request is told that it was done."""
        known = [*ids, *(each for each in said if len(each) >= _TELLING)]
        signs = [json.dumps(each, ensure_ascii=False)[1:-1].encode() for each in known]
        signs.append(json.dumps(self._customer_id, ensure_ascii=False).encode())
        query = select(requests.c.name, requests.c.body).where(requests.c.body.is_not(None))
        names = [
            row.name
            for row in (await self._connection.execute(query)).all()
            if any(sign in row.body for sign in signs)
        ]
        for page in _pages(names):
            await self._connection.execute(
                update(requests)
                .where(requests.c.name.in_(page))
                .values(status=None, headers=None, body=None, done=True, until=self._at)
            )

    async def _files(self, talks: Sequence[str]) -> None:
        whose = or_(
            (files.c.channel == self._channel) & (files.c.customer_id == self._customer_id),
            files.c.conversation_id.in_(talks),
        )
        paths = await self._column(select(files.c.path).where(whose))
        await self._connection.execute(delete(files).where(whose))
        self._counts["files"] = len(paths)
        for page in _pages(sorted(set(paths) - {PAGES})):
            rows = [{"path": path, "at": self._at} for path in page]
            await put(self._connection, removals, rows)

    async def _events(self) -> None:
        """Of events stays that they were told, so that none is taken again."""
        theirs = self._of(outside_events)
        done = await self._connection.execute(
            update(outside_events)
            .where(*theirs)
            .values(**EMPTIED, state=EventState.REFUSED.value, due_at=None, decided_at=self._at)
        )
        self._counts["outside_events"] = done.rowcount

    async def _audit(self, talks: Sequence[str]) -> None:
        """Staff's acts stay, without what names the customer."""
        about = [audit.c.subject == f"{self._channel} {self._customer_id}"]
        for talk in talks:
            about += [audit.c.subject.contains(talk), audit.c.details.contains(talk)]
        await self._connection.execute(
            update(audit).where(or_(*about)).values(subject=self._channel, details="")
        )

    def _of(self, table: Table) -> tuple[Any, Any]:
        return table.c.channel == self._channel, table.c.customer_id == self._customer_id

    async def _column(self, query: Any) -> list[Any]:
        return list((await self._connection.execute(query)).scalars().all())

    async def _in(self, column: Column[Any], key: Column[Any], ids: Sequence[Any]) -> list[Any]:
        found: list[Any] = []
        for page in _pages(ids):
            found += await self._column(select(column).where(key.in_(page)))
        return found

    async def _delete(self, key: Column[Any], ids: Sequence[Any]) -> None:
        name, count = str(key.table.name), 0
        for page in _pages(ids):
            done = await self._connection.execute(delete(key.table).where(key.in_(page)))
            count += done.rowcount
        self._counts[name] = self._counts.get(name, 0) + count


def _pages(ids: Sequence[Any]) -> list[Sequence[Any]]:
    return [ids[start : start + PAGE] for start in range(0, len(ids), PAGE)]


def _rewritten(file: Path) -> None:
    """Other connections go on meanwhile; writers wait. Raises StorageUnavailable."""
    with faults_explained(), contextlib.closing(_opened(file)) as connection:
        try:
            # The index of words keeps those of deleted messages until its parts are merged.
            connection.execute("INSERT INTO messages_fts(messages_fts) VALUES ('optimize')")
            connection.execute("VACUUM")
            # Until nobody reads an older state any more, its pages are in the log.
            for _ in range(_CHECKPOINT_TRIES):
                busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                if not busy:
                    return
        except sqlite3.Error as error:
            raise StorageUnavailable(f"the database cannot be rewritten: {error}") from error
    raise StorageUnavailable("the database's log is in use and cannot be emptied now")


def _opened(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=30.0, isolation_level=None)
    connection.execute("PRAGMA busy_timeout = 1000")
    return connection
