"""Refitting the head at 10,000 phrasings, beside one product of the same matrices; and what a
refit costs those who are answered meanwhile."""

import asyncio
import time
from collections.abc import Callable, Sequence

from threadpoolctl import threadpool_limits

from bench.report import Line, percentiles, spread
from bench.world import Place, large_base, messages
from sufler.app.wiring import Services
from sufler.prompter.learning.fit import fit
from sufler.prompter.learning.head import TRAINABLE, Examples, examples_of, train

MESSAGES = 300
SIZES = ((150, 67), (1_000, 10))  # articles, phrasings of each


async def measure(place: Place) -> list[Line]:
    """Seconds of one core, for a trained head and for one of means."""
    lines = []
    for articles, phrasings in SIZES:
        async with large_base(place, articles, phrasings) as services:
            lines.append(await _while_serving(services, articles * phrasings))
            index, background = services.knowledge.index, services.knowledge.background
            whole = _seconds(lambda: fit(index, background))  # noqa: B023 - called at once
            examples = examples_of(index)
            with threadpool_limits(1):
                head = _seconds(lambda: train(examples, index.version))  # noqa: B023
                product = _seconds(lambda: _step(examples))  # noqa: B023
        means = len(examples.labels) * articles > TRAINABLE
        lines.append(
            Line(
                "refit",
                f"{articles:,} articles, {articles * phrasings:,} phrasings, "
                f"head of {'means' if means else 'logistic regression'}",
                f"{whole:.2f} s",
                beside=f"its head alone {head:.2f} s; the two products of one step {product:.3f} s",
            )
        )
    return lines


async def _while_serving(services: Services, phrasings: int) -> Line:
    """Suggestions one after the other, without and with refits without a pause beside them."""
    texts = messages(services, MESSAGES)
    await _suggested(services, texts)
    alone = await _suggested(services, texts)
    refitting = asyncio.create_task(_refitting(services))
    beside = await _suggested(services, texts)
    refitting.cancel()
    await asyncio.wait([refitting])
    times = percentiles(beside)[1] / percentiles(alone)[1]
    return Line(
        "refit",
        f"{phrasings:,} phrasings: suggestions while the head is refitted, p50 / p95 / p99",
        spread(beside),
        "p95 not more than doubled",
        times <= 2.0,
        f"{times:.2f} times the p95 without a refit: {spread(alone)}",
    )


async def _refitting(services: Services) -> None:
    while True:
        await services.prompter.refit()


async def _suggested(services: Services, texts: Sequence[str]) -> list[float]:
    """Seconds of each suggestion."""
    found = []
    for text in texts:
        began = time.perf_counter()
        await services.prompter.suggest(text)
        found.append(time.perf_counter() - began)
    return found


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _step(examples: Examples) -> object:
    logits = examples.vectors @ examples.vectors[: len(examples.article_ids)].T
    return logits.T @ examples.vectors
