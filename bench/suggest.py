"""What `Prompter.suggest` takes beyond the encoder's own time."""

import time
from collections.abc import Sequence

from bench.report import Line, percentiles, spread
from bench.world import Place, large_base, messages
from sufler.app.wiring import Services
from sufler.domain.ports import TextEncoder, TextKind, Vectors
from sufler.prompter.suggest import Prompter

MESSAGES = 600
WARM_UP = 60
SIZES = ((200, 5), (10_000, 5))  # articles, phrasings of each beside its title
AIM_MS = 3.0


class TimedEncoder:
    """An encoder that adds up the wall time spent in it, in seconds."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder
        self.model_id = encoder.model_id
        self.dimension = encoder.dimension
        self.seconds = 0.0

    def encode_one(self, text: str, kind: TextKind) -> Vectors:
        """As the encoder's."""
        return self._encoder.encode_one(text, kind)

    async def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """As the encoder's, timed."""
        began = time.perf_counter()
        try:
            return await self._encoder.encode(texts, kind)
        finally:
            self.seconds += time.perf_counter() - began


async def measure(place: Place) -> list[Line]:
    """p50, p95 and p99 at 1,000 and 50,000 phrasings."""
    lines = []
    for articles, phrasings in SIZES:
        async with large_base(place, articles, phrasings) as services:
            beyond, within = await timed(services)
        large = articles * phrasings >= 50_000
        lines.append(
            Line(
                "suggest",
                f"{articles * phrasings:,} phrasings, {articles:,} articles: "
                "beyond the encoder, p50 / p95 / p99",
                spread(beyond),
                f"p95 ≤ {AIM_MS:g} ms" if large else "",
                percentiles(beyond)[1] <= AIM_MS if large else None,
                f"the encoder itself {spread(within)}",
            )
        )
    return lines


async def timed(services: Services) -> tuple[list[float], list[float]]:
    """Seconds beyond the encoder, and within it, of one message after the other."""
    encoder = TimedEncoder(services.encoder)
    basis = services.basis
    prompter = Prompter(services.knowledge, encoder, basis.heads, basis.clock)
    await prompter.start()
    texts = messages(services, MESSAGES + WARM_UP)
    beyond, within = [], []
    for number, text in enumerate(texts):
        encoder.seconds = 0.0
        began = time.perf_counter()
        await prompter.suggest(text)
        took = time.perf_counter() - began
        if number >= WARM_UP:
            beyond.append(took - encoder.seconds)
            within.append(encoder.seconds)
    return beyond, within
