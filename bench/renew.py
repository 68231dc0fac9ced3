"""In one process: from a customer's message to the suggestion that its operator is told of; and
what `gc.freeze()` takes off a full collection."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.report import Line, spread
from bench.serving import demo_base
from bench.world import Place, demo_messages, settings
from sufler.app.wiring import Services, opened_services
from sufler.app.work import kept_up, shared_work
from sufler.domain.conversation import Conversation, Customer, Incoming, IncomingKind, Message
from sufler.domain.events import EventKind

MESSAGES = 100
WARM = 20
COLLECTIONS = 5
CUSTOMER = Customer("bench", "Bench", "Bench")
LONGEST_S = 60.0


class Nowhere:
    """A channel whose messages arrive at once."""

    name = "nowhere"

    def slot(self, _conversation: Conversation) -> float:
        return 0.0

    async def send(self, _conversation: Conversation, _message: Message) -> str | None:
        return None

    async def edit(self, _conversation: Conversation, _message: Message) -> None:
        return

    async def typing(self, _conversation: Conversation) -> None:
        return


async def measure(place: Place) -> list[Line]:
    """Latency of a suggestion that is renewed, and of collections before and after the freeze."""
    data, _ = demo_base(place)
    async with _working(data) as services:
        before = _collected()
        gc.collect()
        gc.freeze()
        after = _collected()
        gc.unfreeze()
        taken = await _taken(services)
        texts = demo_messages()
        renewed = [await _renewed(services, taken, text) for text in texts[: MESSAGES + WARM]]
        alone = [await _encoded(services, text) for text in texts[:MESSAGES]]
    return [
        Line(
            "renew",
            "an operator's conversation: message stored to suggestion told, p50 / p95 / p99",
            spread(renewed[WARM:]),
            "≤ 50 ms",
            beside=f"the encoder {spread(alone)}",
        ),
        Line(
            "renew",
            "a full collection of garbage, with everything loaded",
            f"{before * 1000:.0f} ms",
            beside=f"after gc.freeze() {after * 1000:.1f} ms",
        ),
    ]


@asynccontextmanager
async def _working(data: Path) -> AsyncIterator[Services]:
    # The pause is as it is by default: it must not matter here. One customer writes everything.
    unlimited = {"flood_minute": 0, "flood_hour": 0}
    async with opened_services(settings(data).model_copy(update=unlimited)) as services:
        services.delivery.add_channel(Nowhere())
        async with kept_up(shared_work(services)):
            yield services


async def _taken(services: Services) -> str:
    """A conversation that an operator has."""
    await _receive(services, "позовите человека")
    end = time.monotonic() + LONGEST_S
    while (found := await services.conversations.find("nowhere", CUSTOMER.external_id)) is None:
        if time.monotonic() > end:
            raise RuntimeError("the first message was not taken in")
        await asyncio.sleep(0.05)
    await services.conversations.take(found.id, "bench", services.basis.clock.now())
    await asyncio.sleep(services.policy.burst_pause_s + 1)
    return found.id


async def _renewed(services: Services, conversation_id: str, text: str) -> float:
    events = services.live.subscribe()
    await _receive(services, text)
    began = time.perf_counter()
    async with asyncio.timeout(LONGEST_S):
        async for event in events:
            if event.kind is not EventKind.MESSAGE:
                continue
            if not await services.conversations.at_hand(conversation_id, 0):
                return time.perf_counter() - began
    raise AssertionError("unreachable: events have no end")


async def _receive(services: Services, text: str) -> None:
    number = f"{time.perf_counter_ns()}"
    await services.turns.receive(Incoming("nowhere", number, CUSTOMER, IncomingKind.TEXT, text))


async def _encoded(services: Services, text: str) -> float:
    began = time.perf_counter()
    await services.encoder.encode([text], "query")
    return time.perf_counter() - began


def _collected() -> float:
    times = []
    for _ in range(COLLECTIONS):
        began = time.perf_counter()
        gc.collect()
        times.append(time.perf_counter() - began)
    return sorted(times)[COLLECTIONS // 2]
