"""`python -m bench.soak`: customers who write for half an hour while one call in a hundred goes
wrong, and then the count: every message handled, every reply sent, none twice, memory flat."""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from sqlalchemy import func, select

from bench.process import Server, serve
from bench.serving import demo_base
from bench.telegram import Emulator, emulator, webhook_settings
from bench.world import Place, demo_messages
from sufler.kb_index.encoder import ensure_model
from sufler.storage.database import Database
from sufler.storage.tables.conversations import conversations, inbox, messages

FIRST_CUSTOMER = 5_000_000
MESSAGES_OF_ONE = 3
SAMPLE_S = 10.0
QUIET_S = 120.0
FAULTS = (
    {"kind": "html", "code": 502},
    {"kind": "status", "code": 429, "retry_after": 2},
    {"kind": "reset", "commit": True},
    {"kind": "garbage", "commit": True},
)
COURTESIES = ("спасибо", "ok", "привет", "позовите оператора", "👍")


@dataclass
class Soak:
    """What went in and what was seen meanwhile. `memory_mb` is resident memory, one a sample."""

    written: int = 0
    memory_mb: list[float] = field(default_factory=list)


def main() -> int:
    """0 when nothing was lost, nothing doubled, and memory stayed flat."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=5.0, help="messages a second")
    parser.add_argument("--faults", type=float, default=0.01, help="share of calls that go wrong")
    parser.add_argument("--model", type=Path, default=Path("data/model/default"))
    asked = parser.parse_args()
    ensure_model(asked.model)
    with tempfile.TemporaryDirectory(prefix="sufler-soak-") as folder:
        data, key = demo_base(Place(Path(folder), asked.model.resolve()))
        with emulator() as telegram:
            for fault in FAULTS:
                share = asked.faults / len(FAULTS)
                telegram.ask("fault", method="sendMessage", probability=share, **fault)
            settings = lambda port: webhook_settings(telegram, port, limits=True)  # noqa: E731
            with serve(data, key, settings) as server:
                soak = _write(telegram, server, asked.minutes * 60, asked.rate)
                _wait_until_quiet(data)
            return asyncio.run(_count(data, telegram, soak))


def _write(telegram: Emulator, server: Server, seconds: float, rate: float) -> Soak:
    texts = cycle([*demo_messages(), *COURTESIES])
    soak, began, sampled = Soak(), time.monotonic(), 0.0
    while (now := time.monotonic() - began) < seconds:
        customer = FIRST_CUSTOMER + soak.written // (20 * MESSAGES_OF_ONE) * 20 + soak.written % 20
        telegram.ask("send", **{"from": customer, "text": next(texts)})
        soak.written += 1
        if now - sampled >= SAMPLE_S:
            sampled = now
            soak.memory_mb.append(server.memory_mb()[0])
            sys.stderr.write(f"{now:6.0f} s  {soak.written} written, {soak.memory_mb[-1]:.0f} MB\n")
        time.sleep(max(0.0, soak.written / rate - (time.monotonic() - began)))
    return soak


def _wait_until_quiet(data: Path) -> None:
    end = time.monotonic() + QUIET_S
    while time.monotonic() < end:
        new, waiting, open_turns = asyncio.run(_left(data))
        if not (new or waiting or open_turns):
            return
        time.sleep(1)


async def _left(data: Path) -> tuple[int, int, int]:
    database = Database(f"sqlite:///{data}/sufler.db")
    try:
        async with database.read() as connection:
            new = await connection.scalar(
                select(func.count()).where(inbox.c.state == "new").select_from(inbox)
            )
            waiting = await connection.scalar(
                select(func.count())
                .where(messages.c.state.in_(("pending", "sending")))
                .select_from(messages)
            )
            turns = await connection.scalar(
                select(func.count())
                .where(conversations.c.turn_due_at.is_not(None))
                .select_from(conversations)
            )
            return int(new or 0), int(waiting or 0), int(turns or 0)
    finally:
        await database.close()


async def _count(data: Path, telegram: Emulator, soak: Soak) -> int:
    database = Database(f"sqlite:///{data}/sufler.db")
    async with database.read() as connection:
        handled = await connection.scalar(
            select(func.count()).select_from(messages).where(messages.c.author == "customer")
        )
        rows = await connection.execute(
            select(messages.c.state, func.count())
            .where(messages.c.state.is_not(None))
            .group_by(messages.c.state)
        )
        states = {row[0]: row[1] for row in rows}
        wanted = Counter[int]()
        of_each = await connection.execute(
            select(conversations.c.customer_id, func.count())
            .join(messages, messages.c.conversation_id == conversations.c.id)
            .where(messages.c.state.in_(("sent", "unknown")))
            .group_by(conversations.c.customer_id)
        )
        wanted.update({int(row[0]): row[1] for row in of_each})
    await database.close()
    sent = Counter(
        int(one["chat_id"]) for one in telegram.ask("sent", limit=1_000_000, method="sendMessage")
    )
    doubled = sum(max(0, count - wanted[chat]) for chat, count in sent.items())
    missing = sum(max(0, count - sent[chat]) for chat, count in wanted.items())
    sixth = max(1, len(soak.memory_mb) // 6)
    first = statistics.median(soak.memory_mb[sixth : 2 * sixth])
    last = statistics.median(soak.memory_mb[-sixth:])
    lines = {
        "written by customers": soak.written,
        "handled": handled,
        "replies by state": states,
        "arrived": sum(sent.values()),
        "doubled": doubled,
        "of unknown outcome, and not arrived": missing,
        "memory, second sixth → last sixth": f"{first:.0f} → {last:.0f} MB",
        "calls that went wrong": {f["kind"]: f["hits"] for f in telegram.ask("faults")},
    }
    for what, value in lines.items():
        sys.stdout.write(f"{what}: {value}\n")
    whole = handled == soak.written and not doubled and missing <= states.get("unknown", 0)
    whole = whole and not states.get("failed") and not states.get("pending")
    return 0 if whole and last <= first * 1.1 + 10 else 1


if __name__ == "__main__":
    sys.exit(main())
