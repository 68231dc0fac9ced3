"""A world's API on a port, in this event loop, and a reader of its event stream."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from api_world import World, built_world
from patience import PATIENCE_S

from sufler.desk.stream import StreamLimits
from sufler.domain.conversation import Customer
from sufler.domain.knowledge import Article, Mode, Topic, Translation
from sufler.storage.database import Database

QUICK = StreamLimits(longest_s=60.0, connections=3, heartbeat_s=0.1)


@asynccontextmanager
async def served_world(
    database_url: str, limits: StreamLimits = QUICK
) -> AsyncIterator[tuple[World, str]]:
    """The world and its address; with the work that a process does beside it."""
    database = Database(database_url)
    await database.migrate()
    world = await built_world(database, limits=limits)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(world.app, log_config=None))
    work = [
        asyncio.create_task(each)
        for each in (
            server.serve([listening]),
            world.outside.stream.run(),
            database.wakeups.run(),
        )
    ]
    try:
        yield world, f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        world.outside.stream.end()
        server.should_exit = True
        await work[0]
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        await world.outside.poster.close()
        await database.close()


async def shelved(world: World) -> None:
    """Two articles, one of them in a topic that only observes."""
    told = {"Доставка": Mode.SUGGESTS, "Тайна": Mode.OBSERVES}
    for name, mode in told.items():
        await world.knowledge.set_topic(Topic(name, mode), "test")
    await world.knowledge.save(
        [
            Article("where", "Доставка", {"ru": Translation("Где заказ?", "В пути.")}),
            Article("secret", "Тайна", {"ru": Translation("Что тайна?", "Не скажем.")}),
        ],
        "test",
    )


async def talk_of(world: World, customer: str = "c1") -> str:
    """A conversation's id."""
    made = await world.conversations.open_for(
        "web", Customer(customer, "Оля"), "ru", world.clock.now()
    )
    return made.id


@dataclass
class Reader:
    """Reads one connection. `ended`: the server ended it whole."""

    answer: httpx.Response
    got: list[dict[str, Any]] = field(default_factory=list)
    comments: int = 0
    ended: bool = False
    last_id: str | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        event: dict[str, str] = {}
        async for line in self.answer.aiter_lines():
            if line.startswith(":"):
                self.comments += 1
            elif line:
                name, _, value = line.partition(": ")
                event[name] = value
            else:
                if "data" in event:
                    self.got.append({"event": event["event"], **json.loads(event["data"])})
                self.last_id = event.get("id", self.last_id)
                event = {}
            self._news.set()
        self.ended = True
        self._news.set()

    async def until(self, seen: Any, seconds: float = PATIENCE_S) -> None:
        """Until `seen(self)` holds."""
        async with asyncio.timeout(seconds):
            while not seen(self):
                self._news.clear()
                await self._news.wait()

    async def kinds(self, count: int) -> list[str]:
        """The kinds of the first `count` events, once they are here."""
        await self.until(lambda each: len(each.got) >= count)
        return [each["event"] for each in self.got]


@asynccontextmanager
async def listening(
    address: str, key: str, last_id: str | None = None, **filters: Any
) -> AsyncIterator[Reader]:
    """A reader, once the server has begun to answer it."""
    headers = {"Authorization": f"Bearer {key}"}
    if last_id is not None:
        headers["Last-Event-ID"] = last_id
    async with (
        httpx.AsyncClient(base_url=address, headers=headers, timeout=None) as client,
        client.stream("GET", "/api/v1/stream", params=filters) as answer,
    ):
        reader = Reader(answer)
        if answer.status_code != 200:
            await answer.aread()
            yield reader
            return
        task = asyncio.create_task(reader.run())
        try:
            await reader.until(lambda each: each.comments > 0)
            yield reader
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError, httpx.HTTPError):
                await task
