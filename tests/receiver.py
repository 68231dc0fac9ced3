"""A program outside that is told by webhooks: a real HTTP server that does as it is bidden, and
checks signatures by itself, as the published scheme says."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from patience import PATIENCE_S

Answer = bytes
OK: Answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


def answering(status: str, more: str = "", body: str = "") -> Answer:
    length = f"Content-Length: {len(body.encode())}\r\n"
    return f"HTTP/1.1 {status}\r\n{more}{length}Connection: close\r\n\r\n{body}".encode()


@dataclass
class Told:
    """One request."""

    headers: dict[str, str]
    body: bytes
    line: str = ""  # such as GET /orders/1 HTTP/1.1

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    def signed_with(self, secret: str) -> bool:
        """Written from the specification, and not with our code."""
        key = base64.b64decode(secret.split("_", 1)[1])
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        given = self.headers["webhook-signature"].split(" ")
        return any(each == f"v1,{wanted}" for each in given)


@dataclass
class Receiver:
    """`answer` says what is answered to a request; None: nothing, for ever."""

    port: int = 0
    got: list[Told] = field(default_factory=list)
    answer: Callable[[Told], Answer | None] = lambda told: OK
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/told?token=hidden"

    async def until(self, count: int) -> None:
        """Until so many different ones are here: what comes twice is told by its id."""
        async with asyncio.timeout(PATIENCE_S):
            while len({told.id for told in self.got}) < count:
                self._news.clear()
                await self._news.wait()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lines = [line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line]
            headers = {name.lower(): value for name, value in lines}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            told = Told(headers, body, head.split("\r\n")[0])
            self.got.append(told)
            answer = self.answer(told)
            self._news.set()
            if answer is None:
                await reader.read()  # until the other side gives up
            else:
                writer.write(answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            self._news.set()
        finally:
            writer.close()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
