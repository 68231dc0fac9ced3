"""From the moment a lesson is due to its effect on the next suggestion, with the lesson loop and
refits beside it as in serve."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from itertools import product

from bench.report import Line, percentiles, spread
from bench.world import Place, large_base
from sufler.app.wiring import Services
from sufler.domain.desk import Used
from sufler.storage.lessons import TOPIC, insert_lesson

SIZES = (1_000, 10_000)
PHRASINGS = 5
LESSONS = 30
# An undo window: long enough to be sure that the loop waits for its end.
WINDOW_S = 0.4
LONGEST_S = 10.0
AIM_MS = 100.0
_WHAT = ("библиотеку", "кофейню", "прачечную", "пекарню", "часовню", "оранжерею")
_WHERE = ("за мостом", "у фонтана", "возле рынка", "на холме", "под часами")


async def measure(place: Place) -> list[Line]:
    """For each size of base: lessons one after another, each looked for when it is due."""
    return [await _measured(place, size) for size in SIZES]


async def _measured(place: Place, size: int) -> Line:
    effects: list[float] = []
    first = 0
    async with large_base(place, size, PHRASINGS) as services, _as_in_serve(services):
        texts = [f"как ночью найти {what} {where}" for what, where in product(_WHAT, _WHERE)]
        for number, text in enumerate(texts[:LESSONS]):
            took, is_first = await _taught(services, text, f"person:{number}")
            effects.append(took)
            first += is_first
    return Line(
        "learning",
        f"from a lesson's moment to the next suggestion, {size:,} articles, p50 / p95 / p99",
        spread(effects),
        f"p95 ≤ {AIM_MS:g} ms",
        percentiles(effects)[1] <= AIM_MS,
        f"of {len(effects)} lessons {first} made their article the first, by their wording",
    )


async def _taught(services: Services, text: str, by: str) -> tuple[float, bool]:
    """Seconds from the lesson's moment until a suggestion made by it is there, and whether it is
    by the learned wording. What is offered is accepted: a guard would hold back anything else."""
    made = await services.prompter.suggest(text)
    article_id = made.items[0].article_id
    await services.suggestions.add(made)
    due = services.basis.clock.now() + timedelta(seconds=WINDOW_S)
    end = time.perf_counter() + WINDOW_S
    database = services.basis.database
    async with database.write() as connection:
        await insert_lesson(connection, Used(made.id, article_id), by=by, at=made.at, due_at=due)
        await database.wakeups.announce(TOPIC)
    async with asyncio.timeout(LONGEST_S):
        while not _knows(services, article_id, text):  # noqa: ASYNC110 - no event to wait for
            await asyncio.sleep(0.001)
    suggestion = await services.prompter.suggest(text)
    best = suggestion.items[0]
    return time.perf_counter() - end, (best.article_id, best.phrasing) == (article_id, text)


def _knows(services: Services, article_id: str, text: str) -> bool:
    article = services.knowledge.article(article_id)
    return article is not None and any(each.text == text for each in article.phrasings)


@asynccontextmanager
async def _as_in_serve(services: Services) -> AsyncIterator[None]:
    basis = services.basis
    announced = basis.database.wakeups.subscribe(TOPIC)
    tasks = [
        asyncio.create_task(services.lessons.run(basis.leases, announced)),
        asyncio.create_task(services.prompter.train(basis.leases)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
