"""HTTP suggestions with 1, 8 and 50 callers, beside the bare encoder and the bare framework."""

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bench.process import Server, bare, serve
from bench.report import Line, spread
from bench.serving import demo_base
from bench.world import Place, demo_messages, environment
from sufler.kb_index.encoder import Encoder, load_encoder

CALLERS = (1, 8, 50)
SECONDS = 6.0
ENCODER_SECONDS = 4.0
THREADS = 2
AIM = 0.60


@dataclass(frozen=True, slots=True)
class Called:
    """What callers saw: answers a second, and the seconds of each."""

    rate: float
    seconds: list[float]


async def measure(place: Place) -> list[Line]:
    """Rates; the bare encoder is measured before and after, because machines are shared."""
    data, key = demo_base(place)
    texts = demo_messages()
    encoder = load_encoder(place.model)
    lines = []
    try:
        with serve(data, key) as server:
            for callers in CALLERS:
                before = _encoder_rate(encoder, texts)
                called = _called(server, key, callers, texts, data)
                rate = (before + _encoder_rate(encoder, texts)) / 2
                lines.append(_line(callers, called, rate))
    finally:
        encoder.close()
    with bare(data) as server:
        alone = _called(server, key, CALLERS[-1], texts, data)
    os.environ["BENCH_ENCODE"] = "1"
    try:
        with bare(data) as server:
            encoding = _called(server, key, CALLERS[-1], texts, data)
    finally:
        del os.environ["BENCH_ENCODE"]
    lines.append(_beside("bare FastAPI", alone))
    lines.append(_beside("bare FastAPI that encodes the text and does nothing else", encoding))
    return lines


def _line(callers: int, called: Called, encoder_rate: float) -> Line:
    share = called.rate / encoder_rate
    most = callers == CALLERS[-1]
    return Line(
        "http",
        f"{callers} callers, demo: answers a second; p50 / p95 / p99",
        f"{called.rate:.0f}/s = {share:.0%} of the encoder; {spread(called.seconds)}",
        f"≥ {AIM:.0%}" if most else "",
        share >= AIM if most else None,
        f"bare encoder, {THREADS} threads: {encoder_rate:.0f} texts/s",
    )


def _beside(name: str, called: Called) -> Line:
    what = f"{CALLERS[-1]} callers, {name}"
    return Line("http", what, f"{called.rate:.0f}/s; {spread(called.seconds)}")


def _called(server: Server, key: str, callers: int, texts: list[str], data: Path) -> Called:
    words = [str(server.port), key, str(callers), str(SECONDS)]
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "bench.callers", *words],
        input=json.dumps(texts).encode(),
        env=environment(data, server.port),
        check=True,
        capture_output=True,
    )
    found = json.loads(done.stdout)
    return Called(found["rate"], found["seconds"])


def _encoder_rate(encoder: Encoder, texts: list[str]) -> float:
    numbers = count()
    end = time.perf_counter() + ENCODER_SECONDS
    done: list[int] = []

    def work() -> None:
        encoded = 0
        while time.perf_counter() < end:
            encoder.encode_one(texts[next(numbers) % len(texts)], "query")
            encoded += 1
        done.append(encoded)

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)
