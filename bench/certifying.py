"""Certificates of many topics from many stored checks: how long it takes to compute them anew."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from bench.report import Line
from bench.world import Place
from sufler.app.accuracy import certifying_over
from sufler.app.clock import SystemClock
from sufler.domain.checks import Trial
from sufler.domain.knowledge import Topic
from sufler.prompter.accuracy.certificate import candidate_bars
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database
from sufler.storage.tables.accuracy import checks
from sufler.storage.trials import TrialStore

TOPICS = 200
CHECKS = 100_000
SEED = 20_261_122
PAGE = 5_000
START = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds: all certificates from a database that nobody has read yet, and again after one more
    check was read; the whole overview; how many topics have a certificate."""

    first: float
    again: float
    overview: float
    certified: int


async def measure(place: Place) -> list[Line]:
    """One base, on SQLite."""
    took = await recomputed(place.folder)
    what = f"{TOPICS} topics with {CHECKS:,} checks"
    return [
        Line(
            "certificates",
            f"{what}: every certificate computed anew",
            f"{took.first:.2f} s",
            "at most 1 s",
            took.first <= 1.0,
        ),
        Line("certificates", f"{what}: again, after one more", f"{took.again:.2f} s"),
        Line("certificates", f"{what}: the overview", f"{took.overview:.2f} s"),
    ]


async def recomputed(folder: Path) -> Took:
    """Fill a database, and compute."""
    clock = SystemClock()
    database = Database(f"sqlite:///{folder / 'certificates.db'}")
    await database.migrate()
    try:
        await _fill_topics(database, clock)
        certifying = certifying_over(database, clock)
        times: list[float] = []
        for _ in range(2):
            await _fill_checks(database, len(times) * CHECKS, CHECKS if not times else 1)
            began = time.perf_counter()
            books = await certifying.books()
            proved = [books.certificate(unit) for unit in books.trials]
            times.append(time.perf_counter() - began)
        began = time.perf_counter()
        await certifying.overview()
        seen = time.perf_counter() - began
        return Took(times[0], times[1], seen, sum(each.may_answer for each in proved))
    finally:
        await database.close()


async def _fill_topics(database: Database, clock: SystemClock) -> None:
    draw = np.random.default_rng(SEED)
    articles, trials = ArticleStore(database, clock), TrialStore(database)
    bars = candidate_bars(list(draw.beta(6, 2, 300)))
    for number in range(TOPICS):
        name = f"topic {number}"
        await articles.set_topic(Topic(name), "bench")
        await trials.begin(Trial(0, name, START, None, "begins", 0.95, 20.0, bars), None)


async def _fill_checks(database: Database, begin: int, count: int) -> None:
    draw = np.random.default_rng(SEED + begin)
    confidence = draw.beta(6, 2, count)
    right = draw.random(count) < 0.9 + 0.1 * confidence
    for first in range(0, count, PAGE):
        rows = [
            {
                "suggestion_id": f"s{begin + number}",
                "kind": "hidden",
                "topic": f"topic {number % TOPICS}",
                "article_id": f"a{number % 1000}",
                "confidence": float(confidence[number]),
                "right": bool(right[number]),
                "propensity": 0.1,
                "predicted_at": START + timedelta(seconds=10 * number),
                "versions": {"model": "e5"},
                "at": START + timedelta(seconds=10 * number + 5),
                "by": "person:1",
                "overdue": False,
            }
            for number in range(first, min(first + PAGE, count))
        ]
        async with database.write() as connection:
            await connection.execute(insert(checks), rows)
