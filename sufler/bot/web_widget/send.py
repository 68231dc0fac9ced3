"""Our reply → the pages that the customer has open. The reply is stored already: a page that is
closed now reads it when it comes back, so sending cannot fail."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import structlog

from sufler.bot.web_widget.feed import CHANNEL, History
from sufler.domain.conversation import Conversation, Message
from sufler.domain.errors import SuflerError
from sufler.domain.events import DeskEvent

_log = structlog.get_logger(__name__)

MOST_PAGES_OF_ONE = 10
_MOST_REMEMBERED = 10_000


class WebChannel:
    """Sends replies to open pages (the `Channel` port), and knows which pages are open."""

    name = CHANNEL

    def __init__(self) -> None:
        self._pages: dict[str, set[asyncio.Event]] = {}
        self._visitors: dict[str, str | None] = {}  # of conversations seen in events
        self._watching: asyncio.Task[None] | None = None

    def slot(self, conversation: Conversation) -> float:
        """Pages take everything at once."""
        return 0.0

    async def send(self, conversation: Conversation, message: Message) -> str | None:
        """Wake the customer's pages; they read what is stored."""
        self.wake(conversation.customer.external_id)
        return None

    async def edit(self, conversation: Conversation, message: Message) -> None:
        """Wake the customer's pages; they read what is stored."""
        self.wake(conversation.customer.external_id)

    async def typing(self, conversation: Conversation) -> None:
        """Wake the customer's pages; they see that a turn is open."""
        self.wake(conversation.customer.external_id)

    def wake(self, visitor: str) -> None:
        """Let each open page of `visitor` look for news."""
        for page in self._pages.get(visitor, ()):
            page.set()

    def open_page(self, visitor: str) -> asyncio.Event | None:
        """An event that is set whenever there may be news; None when too many pages are open."""
        pages = self._pages.setdefault(visitor, set())
        if len(pages) >= MOST_PAGES_OF_ONE:
            return None
        page = asyncio.Event()
        pages.add(page)
        return page

    def close_page(self, visitor: str, page: asyncio.Event) -> None:
        """The page is gone."""
        pages = self._pages.get(visitor, set())
        pages.discard(page)
        if not pages:
            self._pages.pop(visitor, None)
        if not self._pages and self._watching is not None:
            self._watching.cancel()
            self._watching = None

    def watch(self, subscribe: Callable[[], AsyncIterator[DeskEvent]], history: History) -> None:
        """Follow the events of conversations while a page is open."""
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._follow(subscribe(), history))

    async def _follow(self, events: AsyncIterator[DeskEvent], history: History) -> None:
        async for event in events:
            with suppress(SuflerError):
                visitor = await self._visitor_of(event.conversation_id, history)
                if visitor is not None:
                    self.wake(visitor)

    async def _visitor_of(self, conversation_id: str, history: History) -> str | None:
        if conversation_id not in self._visitors:
            conversation = await history.get(conversation_id)
            ours = conversation.channel == CHANNEL
            if len(self._visitors) >= _MOST_REMEMBERED:
                self._visitors.clear()
            self._visitors[conversation_id] = conversation.customer.external_id if ours else None
        return self._visitors[conversation_id]
