"""Following what happens while a tab is open: the picked conversation at once, lists soon after."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from nicegui import Client, background_tasks, ui

from sufler.conversation.live import Subscription
from sufler.domain.events import EventKind

# Waiting times grow, and another process may have changed something: look again after this.
LOOK_S = 10.0
# Lists are drawn twice a second at most, however much is written; beside more than ten desks, so
# much later for each: drawing them all must leave time for the conversations.
LISTS_EVERY_S = 0.5
EACH_DESK_S = 0.05
CONNECT_S = 60.0

# What is told to others of somebody who looks or writes is good for a few seconds.
SIGN_EVERY_S = 1.0

Refresh = Callable[[float], Awaitable[None]]
Act = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Looks:
    """What a tab reads and draws. `talk` and `lists` get the moment of the loop's time since which
    it must hold; `beat` says that the operator is there, `sign` where they look, `draft` takes up
    what another tab wrote, `watchers` draws who else looks, and `leave` ends it all."""

    picked: Callable[[], str | None]
    talk: Refresh
    lists: Refresh
    beat: Act
    sign: Act
    draft: Act
    watchers: Callable[[], None]
    leave: Act


class Following:
    """Endless works for one tab. Events come in bursts: what came while something was read and
    drawn leads to one more reading, not to one for each."""

    _open = 0  # tabs that are followed in this process

    def __init__(self, root: ui.element, looks: Looks) -> None:
        self._root = root
        self._looks = looks
        self._talk_news = asyncio.Event()
        self._list_news = asyncio.Event()
        self._draft_news = asyncio.Event()
        self._at = 0.0

    def begin(self, client: Client, subscribe: Callable[[], Subscription]) -> None:
        """Follow until the tab is gone."""
        task = background_tasks.create(self._run(client, subscribe), name="desk")

        async def end() -> None:
            task.cancel()
            await self._looks.leave()

        client.on_delete(end)

    async def _run(self, client: Client, subscribe: Callable[[], Subscription]) -> None:
        try:
            await client.connected(timeout=CONNECT_S)
        except TimeoutError:
            return
        events = subscribe()
        Following._open += 1
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hear(events))
                group.create_task(self._keep_talk())
                group.create_task(self._keep_lists(client))
                group.create_task(self._keep_draft())
                group.create_task(self._keep_signing(client))
        finally:
            Following._open -= 1

    async def _hear(self, events: Subscription) -> None:
        self._at = asyncio.get_running_loop().time()
        self._talk_news.set()
        self._list_news.set()
        async for event in events:
            self._at = asyncio.get_running_loop().time()
            ours = event.conversation_id == self._looks.picked()
            if event.kind is EventKind.WATCH:
                if ours:
                    with self._root:
                        self._looks.watchers()
            elif event.kind is EventKind.DRAFT:
                if ours:
                    self._draft_news.set()
            else:
                if ours:
                    self._talk_news.set()
                self._list_news.set()

    async def _keep_talk(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._talk_news.wait(), LOOK_S)
            self._talk_news.clear()
            with self._root:
                await self._looks.talk(self._at)

    async def _keep_lists(self, client: Client) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._list_news.wait(), LOOK_S)
            # All desks ask for what holds since the same event, so that one reading serves them.
            told = self._list_news.is_set()
            since = self._at if told else asyncio.get_running_loop().time()
            self._list_news.clear()
            with self._root:
                if client.has_socket_connection:
                    await self._looks.beat()
                await self._looks.lists(since)
            await asyncio.sleep(max(LISTS_EVERY_S, EACH_DESK_S * Following._open))

    async def _keep_draft(self) -> None:
        while True:
            await self._draft_news.wait()
            self._draft_news.clear()
            with self._root:
                await self._looks.draft()

    async def _keep_signing(self, client: Client) -> None:
        while True:
            if client.has_socket_connection:
                with self._root:
                    await self._looks.sign()
            await asyncio.sleep(SIGN_EVERY_S)
