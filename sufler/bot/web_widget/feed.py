"""What one open page must still be shown, so that nothing is lost or doubled over reconnects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sufler.domain.conversation import Author, Conversation, Message, Owner, SendState

CHANNEL: Final = "web"
FIRST_PAGE: Final = 60
# Messages are stored by several writers, so one with a lower id can appear after a higher one.
# The last few are read again each time; the page knows them by their ids.
OVERLAP: Final = 20

_BATCH = 200
# An edit by another process may be stored a little after one with a later moment.
_EDITS_AGAIN = timedelta(seconds=60)
# What went to other channels only once it arrived goes to a page as soon as it may be sent: a
# page that reads it is its arrival. Pending ones may still be cancelled by an operator.
_TO_BE_SEEN = {None, SendState.SENDING, SendState.SENT, SendState.UNKNOWN}


class History(Protocol):
    """The part of the store of conversations that a page reads."""

    async def find(self, channel: str, customer_id: str) -> Conversation | None: ...
    async def get(self, conversation_id: str) -> Conversation: ...
    async def messages(
        self, conversation_id: str, limit: int = 50, before: int | None = None
    ) -> list[Message]: ...
    async def messages_after(
        self, conversation_id: str, after: int, limit: int = 200
    ) -> list[Message]: ...
    async def edited_after(
        self, conversation_id: str, after: datetime | None, limit: int = 200
    ) -> list[Message]: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand: who may speak, who of the staff does, and whether a reply is on its way;
    `open`: there is a matter that the customer can close."""

    owner: Owner = Owner.BOT
    operator: str = ""
    replying: bool = False
    open: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """What is new since the last look. `more`: there are messages before the first of these;
    None when that was not looked at. `edited`: what the page may have in an older form; it knows
    of edits up to `edits_at`."""

    messages: tuple[Message, ...]
    cursor: int
    standing: Standing
    more: bool | None = None
    edited: tuple[Message, ...] = ()
    edits_at: datetime | None = None


class Feed:
    """One page's place in its conversation. `cursor`: it has everything up to this message;
    `edits_at`: and every edit up to then."""

    def __init__(
        self, history: History, visitor: str, cursor: int, edits_at: datetime | None = None
    ) -> None:
        self._history = history
        self._visitor = visitor
        self._cursor = cursor
        self._edits_at = edits_at
        self._edits: dict[int, datetime] = {}
        # A page with nothing on it has nothing in an older form.
        self._empty = cursor == 0
        self._given: set[int] = set()
        self._operator = ""

    async def news(self) -> News | None:
        """What the page has not been given yet; None while there is no conversation."""
        conversation = await self._history.find(CHANNEL, self._visitor)
        if conversation is None:
            return None
        more = None
        # Before the messages: an edit in between is found the next time, and is not passed over.
        edited = await self._edited(conversation.id)
        if self._cursor:
            rows = await self._after(conversation.id, self._cursor)
        else:
            rows = await self._history.messages(conversation.id, FIRST_PAGE)
            more = len(rows) == FIRST_PAGE
        fresh = [row for row in rows if row.state in _TO_BE_SEEN and row.id not in self._given]
        self._move(rows)
        self._given = {id_ for id_ in self._given if id_ > self._cursor} | {m.id for m in fresh}
        standing = self._standing(conversation, rows)
        given = {message.id for message in fresh}
        older = tuple(message for message in edited if message.id not in given)
        return News(tuple(fresh), self._cursor, standing, more, older, self._edits_at)

    async def earlier(self, before: int) -> News | None:
        """A page of what was said before message `before`."""
        conversation = await self._history.find(CHANNEL, self._visitor)
        if conversation is None:
            return None
        rows = await self._history.messages(conversation.id, FIRST_PAGE, before)
        seen = tuple(row for row in rows if row.state in _TO_BE_SEEN)
        return News(seen, self._cursor, Standing(), len(rows) == FIRST_PAGE)

    async def _edited(self, conversation_id: str) -> list[Message]:
        """What was edited since the last look."""
        after = None if self._edits_at is None else self._edits_at - _EDITS_AGAIN
        rows = await self._history.edited_after(conversation_id, after, _BATCH)
        found = []
        for row in rows:
            if row.edited_at is None or self._edits.get(row.id) == row.edited_at:
                continue
            self._edits[row.id] = row.edited_at
            self._edits_at = max(self._edits_at or row.edited_at, row.edited_at)
            if not self._empty and row.state in _TO_BE_SEEN:
                found.append(row)
        self._empty = False
        return found

    async def _after(self, conversation_id: str, cursor: int) -> list[Message]:
        found: list[Message] = []
        while True:
            batch = await self._history.messages_after(conversation_id, cursor, _BATCH)
            found += batch
            if len(batch) < _BATCH:
                return found
            cursor = batch[-1].id

    def _move(self, rows: Sequence[Message]) -> None:
        """Forward to just before what may still change: pending ones and the overlap."""
        if not rows:
            return
        pending = [row.id for row in rows if row.state is SendState.PENDING]
        overlap = rows[-OVERLAP].id if len(rows) >= OVERLAP else rows[0].id
        self._cursor = max(self._cursor, min([overlap, *pending]) - 1)

    def _standing(self, conversation: Conversation, rows: Sequence[Message]) -> Standing:
        if conversation.owner is not Owner.OPERATOR:
            self._operator = ""
        for row in rows:
            if conversation.owner is Owner.OPERATOR and row.author is Author.OPERATOR:
                self._operator = row.author_name
        # Also while the burst is not over: the customer should see that they are heard.
        replying = any(row.open or row.state is SendState.PENDING for row in rows)
        return Standing(conversation.owner, self._operator, replying, conversation.open)
