"""The API with an article and a conversation, served on a port from a thread of its own."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue

import uvicorn
from api_world import built_world
from patience import PATIENCE_S

from sufler.desk.stream import StreamLimits
from sufler.domain.conversation import Customer
from sufler.domain.knowledge import Article, Translation
from sufler.domain.people import Role
from sufler.storage.database import Database


@contextmanager
def served_api(database: Database) -> Iterator[tuple[str, dict[Role, str]]]:
    """Its address and a key for each role."""
    listening = socket.create_server(("127.0.0.1", 0))
    told: Queue[tuple[uvicorn.Server, dict[Role, str]]] = Queue()

    async def serve() -> None:
        await database.migrate()
        world = await built_world(database, limits=StreamLimits(longest_s=0.05))
        text = Translation("Где заказ?", "В пути.")
        await world.knowledge.save([Article("0", "Доставка", {"ru": text})], "test")
        await world.conversations.open_for("web", Customer("c1", ""), "ru", world.clock.now())
        server = uvicorn.Server(uvicorn.Config(world.app, log_config=None))
        told.put((server, world.keys))
        await server.serve([listening])  # until then, requests wait in the socket's queue
        await database.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    server, keys = told.get(timeout=PATIENCE_S)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}", keys
    server.should_exit = True
    thread.join(PATIENCE_S)
