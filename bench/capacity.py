"""What a turn costs: a real `sufler serve`, customers who write on the web at a steady rate, and
the server's own processor time, memory and disk."""

import asyncio
import itertools
import json
import os
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from websockets.asyncio.client import connect

from bench.process import Server, serve
from bench.report import Line, spread
from bench.serving import demo_base
from bench.world import Place, demo_messages, settings
from sufler.app.wiring import opened_basis
from sufler.domain.knowledge import Mode, Topic

RATES = (1.0, 4.0)  # turns a second: 86,400 and 345,600 a day
SECONDS = 60.0
IDLE_S = 20.0
TURNS_OF_ONE = 3
PAUSE_S = 6.0  # between a customer's messages: longer than a burst, so each is a turn
ANSWER_S = 10.0
DAY_TURNS = 1_000
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Seen:
    """What the customers saw: seconds from each message to its first reply, and how many had none:
    who waits in the queue is told so once."""

    answered: list[float] = field(default_factory=list)
    unanswered: int = 0


async def measure(place: Place) -> list[Line]:
    """Costs at each rate, over the demo, with bursts as they are by default."""
    data, key = demo_base(place)
    async with opened_basis(settings(data)) as basis:
        for topic in await basis.articles.topics():
            await basis.articles.set_topic(Topic(topic.name, Mode.ANSWERS, "bench"), "bench")
    lines = []
    with serve(data, key) as server:
        idle = await _idle(server)
        before_mb, _ = server.memory_mb()
        for rate in RATES:
            lines.append(await _at(server, data, rate, idle))
        after_mb, most_mb = server.memory_mb()
    lines.append(
        Line(
            "capacity",
            "memory of the server: before, after, at most",
            f"{before_mb:.0f} / {after_mb:.0f} / {most_mb:.0f} MB",
            beside=f"idle it takes {idle:.1%} of a core",
        )
    )
    return lines


async def _idle(server: Server) -> float:
    """Share of one core that it takes while nobody writes."""
    before = _cpu_s(server)
    await asyncio.sleep(IDLE_S)
    return (_cpu_s(server) - before) / IDLE_S


async def _at(server: Server, data: Path, rate: float, idle: float) -> Line:
    seen, customers = Seen(), itertools.count()
    cpu, disk, began = _cpu_s(server), _disk(data), time.monotonic()
    async with asyncio.TaskGroup() as group:
        while time.monotonic() - began < SECONDS:
            group.create_task(_customer(server.port, next(customers), seen))
            await asyncio.sleep(TURNS_OF_ONE / rate)
    took = time.monotonic() - began
    turns = len(seen.answered) + seen.unanswered
    busy = _cpu_s(server) - cpu
    each = (busy - idle * took) / turns
    kept = (_disk(data) - disk) / turns / 1024
    return Line(
        "capacity",
        f"{rate:.0f} turns a second: of the server a turn takes",
        f"{each * 1000:.0f} ms of one core, {kept:.1f} kB of disk; {turns} turns, "
        f"{seen.unanswered} without a reply; from message to reply {spread(seen.answered)}",
        beside=f"{DAY_TURNS:,} turns a day: {each * DAY_TURNS:.0f} s of one core, "
        f"{kept * DAY_TURNS / 1024:.1f} MB; it took {busy / took:.0%} of a core",
    )


async def _customer(port: int, number: int, seen: Seen) -> None:
    """Writes three times, waiting for each reply, and goes."""
    texts = demo_messages()
    # An address of each customer's own, as a proxy would tell it: limits count by address.
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    way = f"ws://127.0.0.1:{port}/chat/socket"
    origin = {"Origin": f"http://127.0.0.1:{port}", "X-Forwarded-For": address}
    async with connect(way, additional_headers=origin) as socket:
        await socket.send(json.dumps({"type": "hello", "cursor": 0, "language": "ru"}))
        for turn in range(TURNS_OF_ONE):
            text = texts[(number * TURNS_OF_ONE + turn) % len(texts)]
            message = {"type": "message", "id": f"{number:06}-{turn:03}", "text": text}
            began = time.monotonic()
            await socket.send(json.dumps(message))
            try:
                async with asyncio.timeout(ANSWER_S):
                    while not _is_reply(json.loads(await socket.recv())):
                        pass
            except TimeoutError:
                seen.unanswered += 1
                continue
            seen.answered.append(time.monotonic() - began)
            await asyncio.sleep(max(0.0, PAUSE_S - (time.monotonic() - began)))


def _is_reply(frame: dict[str, object]) -> bool:
    messages = frame.get("items", [])
    assert isinstance(messages, list)
    return any(message["author"] != "customer" for message in messages)


def _cpu_s(server: Server) -> float:
    """Processor time of all threads of the server so far, in seconds."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _disk(data: Path) -> int:
    """Bytes in use inside the database; its file and log grow by leaps."""
    with closing(sqlite3.connect(data / "sufler.db", timeout=30)) as connection:
        size, pages, empty = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_size", "page_count", "freelist_count")
        )
    return int(size * (pages - empty))
