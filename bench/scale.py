"""A million phrasings, and 50,000 articles of one title: built, searched, changed, merged."""

import asyncio
import os
import resource
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

from bench.report import Line, percentiles, spread
from bench.suggest import timed
from bench.world import Place, filled, large_base, settings
from sufler.app.wiring import Services, opened_services
from sufler.domain.knowledge import Article, Phrasing, Translation
from sufler.kb_index.nearest import LEAST_RECALL

# BENCH_ARTICLES makes it smaller, to try the bench itself.
ARTICLES = int(os.environ.get("BENCH_ARTICLES", "50000"))
PHRASINGS = 19
CHANGES = 30
AIM_MS = 50.0
TITLE = "Как вернуть товар?"
ANSWERS = 40


async def measure(place: Place) -> list[Line]:
    """Start, memory, query, change, and queries and changes while the base is merged."""
    made = time.perf_counter()
    await filled(place, ARTICLES, PHRASINGS)
    made = time.perf_counter() - made
    began = time.perf_counter()
    async with large_base(place, ARTICLES, PHRASINGS) as services:
        start = time.perf_counter() - began
        size = f"{services.knowledge.index.entries:,} questions, {ARTICLES:,} articles"
        lines = [_build(services, size, start, made), _recall(services, size)]
        lines.append(await _query(services, size))
        async with _following(services):
            lines.append(await _changes(services, size))
            lines += await _merge(services, size)
    return lines


async def measure_same_title(place: Place) -> list[Line]:
    """Articles that have one title and few answers between them: nothing may grow as a square."""
    data = place.data("same-title")
    articles = [
        Article(
            id=f"same-{number:05}",
            topic="Topic",
            translations={"ru": Translation(TITLE, f"Ответ {number % ANSWERS}: {TITLE}")},
        )
        for number in range(ARTICLES)
    ]
    async with opened_services(settings(data)) as services:
        began = time.perf_counter()
        await services.knowledge.save(articles, "bench")
        saved = time.perf_counter() - began
        began = time.perf_counter()
        await services.prompter.refit()
        fitted = time.perf_counter() - began
        beyond: list[float] = []
        offered = set()
        for _ in range(60):
            began = time.perf_counter()
            suggestion = await services.prompter.suggest(TITLE)
            beyond.append(time.perf_counter() - began)
            offered.add(tuple(item.article_id for item in suggestion.items))
    return [
        Line(
            "same-title",
            f"{ARTICLES:,} articles of one title: a suggestion, p50 / p95 / p99",
            spread(beyond),
            beside=f"saved and indexed in {saved:.1f} s, head in {fitted:.1f} s; "
            f"{len(offered)} different suggestions in 60",
        )
    ]


def _build(services: Services, size: str, start: float, made: float) -> Line:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Line(
        "scale",
        f"{size}: start of a filled base",
        f"{start:.0f} s",
        beside=f"making and storing it {made:.0f} s; "
        f"memory {_memory_mb():,.0f} MB, at most {most:,.0f} MB",
    )


def _recall(services: Services, size: str) -> Line:
    index = services.knowledge.index
    return Line(
        "scale",
        f"{size}: recall of the first 8 against comparing all ({index.kind})",
        f"{index.recall:.3f}",
        f"≥ {LEAST_RECALL}",
        index.recall >= LEAST_RECALL,
    )


async def _query(services: Services, size: str) -> Line:
    beyond, within = await timed(services)
    return Line(
        "scale",
        f"{size}: suggest beyond the encoder, p50 / p95 / p99",
        spread(beyond),
        f"p95 ≤ {AIM_MS:g} ms",
        percentiles(beyond)[1] <= AIM_MS,
        f"the encoder itself {spread(within)}",
    )


@asynccontextmanager
async def _following(services: Services) -> AsyncIterator[None]:
    """The head is fitted again after changes, as in `serve`."""
    heads = services.basis.database.wakeups.subscribe("head")
    following = asyncio.create_task(services.prompter.follow(heads))
    try:
        yield
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


async def _change(services: Services, number: int) -> tuple[float, bool]:
    """Seconds from saving a new phrasing to its suggestion, and whether it was the first."""
    article = await services.knowledge.get(f"made-{number * 37 % ARTICLES:05}")
    text = f"как пройти в библиотеку номер {number} ночью"
    changed = replace(article, phrasings=(*article.phrasings, Phrasing(text, "ru")))
    began = time.perf_counter()
    await services.knowledge.save([changed], "bench")
    suggestion = await services.prompter.suggest(text)
    took = time.perf_counter() - began
    return took, [item.article_id for item in suggestion.items][:1] == [article.id]


async def _changes(services: Services, size: str) -> Line:
    done = []
    for number in range(CHANGES):
        done.append(await _change(services, number))
        await asyncio.sleep(0.1)
    return Line(
        "scale",
        f"{size}: from a changed article to its being found, p50 / p95 / p99",
        spread([took for took, _ in done]),
        beside=f"{sum(first for _, first in done)} of {CHANGES} as the first",
    )


async def _merge(services: Services, size: str) -> list[Line]:
    """Change a tenth of the base and more, so that all of it is merged."""
    knowledge = services.knowledge
    ids = [f"made-{number:05}" for number in range(0, ARTICLES, 9)]
    articles = (await knowledge.get_many(ids)).values()
    began = time.perf_counter()
    await knowledge.save(
        [replace(a, other_language_ok=not a.other_language_ok) for a in articles], "b"
    )
    saved = time.perf_counter() - began
    began = time.perf_counter()
    waiting = asyncio.create_task(knowledge.settled())
    asked: list[float] = []
    changed: list[tuple[float, bool]] = []
    while not waiting.done():
        once = time.perf_counter()
        await services.prompter.suggest("как вернуть деньги за заказ")
        asked.append(time.perf_counter() - once)
        if len(asked) % 20 == 0:
            changed.append(await _change(services, CHANGES + len(changed)))
        await asyncio.sleep(0.05)
    took = time.perf_counter() - began
    await waiting
    return [
        Line(
            "scale",
            f"{size}: a suggestion, encoded, while all is merged, p50 / p95 / p99",
            spread(asked or [0.0]),
            beside=f"the merge {took:.0f} s, after {len(ids):,} articles changed at once in "
            f"{saved:.1f} s; {len(knowledge.index.segments)} segments after it",
        ),
        Line(
            "scale",
            f"{size}: a change found while all is merged, p50 / p95 / p99",
            spread([took for took, _ in changed] or [0.0]),
            beside=f"{sum(first for _, first in changed)} of {len(changed)} as the first",
        ),
    ]


def _memory_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
