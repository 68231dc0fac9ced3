"""Live events for onlookers: pages that show conversations. The story never depends on them."""

import asyncio
import json
import uuid
import weakref

from sufler.domain.events import DeskEvent, EventKind
from sufler.domain.ports import Announcements, Wakeups

# A page that does not keep up loses the oldest; it reads the conversation anew at the next one.
QUEUE_LENGTH = 1000
# Events told to other processes at once; their payload stays below 7,000 bytes.
TOLD_AT_ONCE = 50


class Subscription:
    """An async iterator over events, without end. Dropping it ends it."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[DeskEvent] = asyncio.Queue(QUEUE_LENGTH)

    def put(self, event: DeskEvent) -> None:
        """Never waits."""
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(event)

    def at_hand(self) -> DeskEvent | None:
        """The next one, if it is there already."""
        return None if self._queue.empty() else self._queue.get_nowait()

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> DeskEvent:
        return await self._queue.get()


class LiveEvents:
    """Publish and subscribe. `publish` never waits and never fails. Onlookers in this process are
    told at once, those in others while `carry` runs in both."""

    def __init__(self) -> None:
        self._me = uuid.uuid4().hex[:12]
        self._outward = Subscription()
        # Weak: a page that was closed without a word must not be kept for ever.
        self._subscriptions: weakref.WeakSet[Subscription] = weakref.WeakSet()

    def publish(self, kind: EventKind, conversation_id: str) -> None:
        """Tell every subscriber."""
        self.publish_here(kind, conversation_id)
        self._outward.put(DeskEvent(kind, conversation_id))

    def publish_here(self, kind: EventKind, conversation_id: str) -> None:
        """Tell this process's subscribers only."""
        self._tell(DeskEvent(kind, conversation_id))

    def subscribe(self) -> Subscription:
        """Events from this call on."""
        subscription = Subscription()
        self._subscriptions.add(subscription)
        return subscription

    async def carry(self, wakeups: Wakeups) -> None:
        """Tell other processes what happens here, and our onlookers what happens there, until
        cancelled."""
        heard = wakeups.subscribe("desk")
        async with asyncio.TaskGroup() as group:
            group.create_task(self._announce(wakeups))
            group.create_task(self._hear(heard))

    async def _announce(self, wakeups: Wakeups) -> None:
        while True:
            events = [await anext(self._outward)]
            while len(events) < TOLD_AT_ONCE and (more := self._outward.at_hand()) is not None:
                events.append(more)
            told = [(event.kind.value, event.conversation_id) for event in events]
            await wakeups.announce("desk", json.dumps([self._me, told]))

    async def _hear(self, heard: Announcements) -> None:
        async for payload in heard:
            # Empty after a lost connection: what was told meanwhile is not known any more.
            sender, told = json.loads(payload) if payload else (self._me, [])
            if sender != self._me:
                for kind, conversation_id in told:
                    self._tell(DeskEvent(EventKind(kind), conversation_id))

    def _tell(self, event: DeskEvent) -> None:
        for subscription in list(self._subscriptions):
            subscription.put(event)
