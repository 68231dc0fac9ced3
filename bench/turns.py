"""Telegram turns: from a webhook update to its sent reply, beside aiogram and the encoder alone.

All three are measured in one run. Our own sending limits are off; each message is a turn.
"""

import time
from collections.abc import Mapping
from itertools import count

from bench.process import bare_telegram, serve
from bench.report import Line, spread
from bench.serving import demo_base
from bench.telegram import Emulator, emulator, webhook_settings
from bench.world import Place, demo_messages
from sufler.kb_index.encoder import load_encoder

ONE_AFTER_ANOTHER = 100
AT_ONCE = 100
ROUNDS = 4
LONGEST_S = 60.0

_customers = count(7_000_000)


async def measure(place: Place) -> list[Line]:
    """Latency of one customer after another, and turns a second of 100 at once."""
    data, key = demo_base(place)
    texts = demo_messages()
    with emulator() as telegram:

        def settings(port: int) -> Mapping[str, str]:
            return {**webhook_settings(telegram, port, limits=False), "SUFLER_BURST_PAUSE": "0"}

        with serve(data, key, settings):
            ours = _measured(telegram, texts)
    with emulator() as telegram, bare_telegram(telegram.url):
        theirs = _measured(telegram, texts)
    alone = _encoded_a_second(place, texts)
    latencies, rate = ours
    bare_latencies, bare_rate = theirs
    return [
        Line(
            "turns",
            f"webhook update to sent reply, {ONE_AFTER_ANOTHER} one after another, p50 / p95 / p99",
            spread(latencies),
            beside=f"aiogram alone {spread(bare_latencies)}",
        ),
        Line(
            "turns",
            f"{AT_ONCE} customers at once, the best of {ROUNDS} rounds",
            f"{rate:.0f} turns/s",
            beside=f"aiogram alone {bare_rate:.0f}/s, the encoder alone {alone:.0f} texts/s",
        ),
    ]


def _measured(telegram: Emulator, texts: list[str]) -> tuple[list[float], float]:
    latencies = []
    for number in range(ONE_AFTER_ANOTHER):
        before, began = telegram.sent(), time.perf_counter()
        _send(telegram, texts[number % len(texts)])
        _wait_for(telegram, before + 1)
        latencies.append(time.perf_counter() - began)
    best = 0.0
    for number in range(ROUNDS):
        before, began = telegram.sent(), time.perf_counter()
        first = next(_customers) + 10_000 * (number + 1)
        text = texts[number % len(texts)]
        telegram.ask("burst", count=AT_ONCE, users=AT_ONCE, first_user=first, text=text)
        _wait_for(telegram, before + AT_ONCE)
        best = max(best, AT_ONCE / (time.perf_counter() - began))
    return latencies, best


def _send(telegram: Emulator, text: str) -> None:
    telegram.ask("send", **{"from": next(_customers), "text": text})


def _wait_for(telegram: Emulator, sent: int) -> None:
    end = time.monotonic() + LONGEST_S
    while telegram.sent() < sent:
        if time.monotonic() > end:
            raise RuntimeError("the replies did not come")
        time.sleep(0.002)


def _encoded_a_second(place: Place, texts: list[str]) -> float:
    encoder = load_encoder(place.model)
    try:
        began = time.perf_counter()
        for text in texts:
            encoder.encode_one(text, "query")
        return len(texts) / (time.perf_counter() - began)
    finally:
        encoder.close()
