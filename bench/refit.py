"""Refitting the head at 10,000 phrasings, beside one product of the same matrices."""

import time
from collections.abc import Callable

from threadpoolctl import threadpool_limits

from bench.report import Line
from bench.world import Place, large_base
from sufler.prompter.learning.fit import fit
from sufler.prompter.learning.head import TRAINABLE, Examples, examples_of, train

SIZES = ((150, 67), (1_000, 10))  # articles, phrasings of each


async def measure(place: Place) -> list[Line]:
    """Seconds of one core, for a trained head and for one of means."""
    lines = []
    for articles, phrasings in SIZES:
        async with large_base(place, articles, phrasings) as services:
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


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _step(examples: Examples) -> object:
    logits = examples.vectors @ examples.vectors[: len(examples.article_ids)].T
    return logits.T @ examples.vectors
