"""From a changed article to its being found, while the head is refitted beside it as in serve."""

import asyncio
import time
from contextlib import suppress
from dataclasses import replace

from bench.report import Line, percentiles, spread
from bench.world import Place, large_base
from sufler.domain.knowledge import Phrasing

ARTICLES, PHRASINGS = 10_000, 5
CHANGES = 30
AIM_MS = 200.0


async def measure(place: Place) -> list[Line]:
    """Save a new phrasing of an article, then ask it."""
    found: list[float] = []
    saving: list[float] = []
    first = offers = 0
    async with large_base(place, ARTICLES, PHRASINGS) as services:
        following = asyncio.create_task(services.prompter.train(services.basis.leases))
        for number in range(CHANGES):
            article = await services.knowledge.get(f"made-{number * 37:05}")
            text = f"как пройти в библиотеку номер {number} ночью"
            changed = replace(article, phrasings=(*article.phrasings, Phrasing(text, "ru")))
            began = time.perf_counter()
            await services.knowledge.save([changed], "bench")
            saving.append(time.perf_counter() - began)
            suggestion = await services.prompter.suggest(text)
            found.append(time.perf_counter() - began)
            offered = [item.article_id for item in suggestion.items]
            first += offered[:1] == [article.id]
            offers += article.id in offered
            await asyncio.sleep(0.1)
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
    return [
        Line(
            "change",
            f"from a changed article to its being found, {ARTICLES:,} articles, p50 / p95 / p99",
            spread(found),
            f"p95 ≤ {AIM_MS:g} ms",
            percentiles(found)[1] <= AIM_MS,
            f"saving alone {spread(saving)}; of {CHANGES} changes {offers} were offered, "
            f"{first} as the first",
        )
    ]
