"""Live events for onlookers: pages that show conversations. The story never depends on them."""

import asyncio
import weakref

from sufler.domain.events import DeskEvent, EventKind

# A page that does not keep up loses the oldest; it reads the conversation anew at the next one.
QUEUE_LENGTH = 1000


class Subscription:
    """An async iterator over events, without end. Dropping it ends it."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[DeskEvent] = asyncio.Queue(QUEUE_LENGTH)

    def put(self, event: DeskEvent) -> None:
        """Never waits."""
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(event)

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> DeskEvent:
        return await self._queue.get()


class LiveEvents:
    """Publish and subscribe inside this process. `publish` never waits and never fails."""

    def __init__(self) -> None:
        # Weak: a page that was closed without a word must not be kept for ever.
        self._subscriptions: weakref.WeakSet[Subscription] = weakref.WeakSet()

    def publish(self, kind: EventKind, conversation_id: str) -> None:
        """Tell every subscriber."""
        event = DeskEvent(kind, conversation_id)
        for subscription in list(self._subscriptions):
            subscription.put(event)

    def subscribe(self) -> Subscription:
        """Events from this call on."""
        subscription = Subscription()
        self._subscriptions.add(subscription)
        return subscription
