"""The lists that every open desk shows, read once for all of them; and filtering them."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sufler.desk.desk import Desk
from sufler.domain.conversation import Author, Conversation
from sufler.domain.queues import Queue

# The newest conversations that are listed below the queue and one's own.
RECENT = 15
# What is read of them, so that enough are left when those listed above are taken out.
NEWEST = 60

_MOST_REMEMBERED = 5000
_PREVIEW_CHARS = 90


class Promise(StrEnum):
    """How a customer's waiting stands against what their queue promises."""

    KEPT = "kept"
    DUE = "due"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation with what the customer wrote last, and what the question is about."""

    conversation: Conversation
    said: str
    topic: str


@dataclass(frozen=True, slots=True)
class Lists:
    """`waiting` has the longest waiting first, `newest` the newest talk; those of
    `escalated` have an operator who has not answered for too long. `queues` by id."""

    waiting: tuple[Listed, ...]
    newest: tuple[Listed, ...]
    escalated: tuple[Listed, ...]
    queues: Mapping[str | None, Queue]

    def promise(self, conversation: Conversation, now: datetime) -> Promise | None:
        """By how long the customer has waited for a person's words; None when they do not wait."""
        since = conversation.unanswered_since or conversation.waiting_since
        if since is None:
            return None
        queue = self.queues.get(conversation.queue_id, self.queues[None])
        minutes = (now - since).total_seconds() / 60
        if queue.supervise_min is not None and minutes >= queue.supervise_min:
            return Promise.BROKEN
        if queue.alert_min is not None and minutes >= queue.alert_min:
            return Promise.DUE
        return Promise.KEPT


class SharedLists:
    """Reads for all desks of this process: fifty pages that hear of one event read once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._said: OrderedDict[tuple[str, datetime], str] = OrderedDict()
        self._topics: OrderedDict[str, str] = OrderedDict()
        self._reading: asyncio.Task[Lists] | None = None
        self._began = -1.0

    async def read(self, since: float) -> Lists:
        """The lists as they were at `since` (the running loop's time) or later."""
        if self._reading is None or self._began < since:
            self._began = asyncio.get_running_loop().time()
            self._reading = asyncio.create_task(self._read())
        # One page that goes away must not take the reading from the others.
        return await asyncio.shield(self._reading)

    async def listed(self, conversation: Conversation) -> Listed:
        """One conversation, as it stands in a list."""
        said, topic = await self._preview(conversation), await self._topic(conversation)
        return Listed(conversation, said, topic)

    async def _read(self) -> Lists:
        waiting = await self._desk.waiting()
        newest = await self._desk.recent(NEWEST)
        return Lists(
            tuple([await self.listed(each) for each in waiting]),
            tuple([await self.listed(each) for each in newest]),
            tuple([await self.listed(each) for each in await self._desk.escalated()]),
            await self._desk.lines.queues.by_id(),
        )

    async def _preview(self, conversation: Conversation) -> str:
        key = (conversation.id, conversation.updated_at)
        if key not in self._said:
            newest = await self._desk.history(conversation.id, 20)
            said = [message.text for message in newest if message.author is Author.CUSTOMER]
            line = " ".join((said[-1] if said else "")[:400].split())
            self._said[key] = line[:_PREVIEW_CHARS]
            if len(self._said) > _MOST_REMEMBERED:
                self._said.popitem(last=False)
        return self._said[key]

    async def _topic(self, conversation: Conversation) -> str:
        if conversation.suggestion_id is None:
            return ""
        if conversation.suggestion_id not in self._topics:
            suggestion = await self._desk.current_suggestion(conversation.id)
            items = suggestion.items if suggestion else ()
            self._topics[conversation.suggestion_id] = items[0].topic if items else ""
            if len(self._topics) > _MOST_REMEMBERED:
                self._topics.popitem(last=False)
        return self._topics[conversation.suggestion_id]
