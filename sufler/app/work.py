"""The endless work of a process: what every process does, and how it is kept up and ended."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial

import structlog

from sufler.app.accuracy import watch_of
from sufler.app.over_basis import retention_of
from sufler.app.wiring import Services
from sufler.domain.errors import StorageUnavailable, SuflerError
from sufler.domain.ports import Announcements
from sufler.storage.checks import TOPIC as CHECKS
from sufler.storage.flows import TOPIC as FLOWS

# Seconds before work that failed is begun again; the last one is repeated.
RESTART_S = (1.0, 2.0, 5.0, 15.0, 30.0)

log = structlog.get_logger(__name__)
Work = Callable[[], Awaitable[None]]


def shared_work(services: Services) -> dict[str, Work]:
    """Turns and delivery, and following what other processes store."""
    basis, wakeups = services.basis, services.basis.database.wakeups
    return {
        "wakeups": wakeups.run,
        "settings": services.chosen.follow,
        "turns": services.turns.run,
        "timers": services.timers.run,
        "inbox": partial(_on_each, wakeups.subscribe("inbox"), services.turns.wake),
        "outbox": partial(_on_each, wakeups.subscribe("outbox"), services.delivery.wake),
        "knowledge": partial(services.knowledge.follow, wakeups.subscribe("knowledge")),
        "lessons": partial(services.lessons.run, basis.leases, wakeups.subscribe("lessons")),
        "accuracy": partial(watch_of(services).run, basis.leases, wakeups.subscribe(CHECKS)),
        "nightly": partial(services.nightly.run, basis.leases),
        "gaps": partial(services.gaps.run, basis.leases),
        "flows": partial(services.flows.follow, wakeups.subscribe(FLOWS)),
        "training": partial(services.prompter.train, basis.leases),
        "sources": partial(services.sources.follow, basis.leases),
        "retention": partial(retention_of(basis).run, basis.leases),
        "heads": partial(services.prompter.follow, wakeups.subscribe("head")),
        "live events": partial(services.live.carry, wakeups),
        "stream": services.outside.stream.run,
        "webhooks": partial(services.outside.sending.run, basis.leases),
        "watching": partial(services.desk.workplace.watching.run, wakeups),
    }


@asynccontextmanager
async def kept_up(work: Mapping[str, Work]) -> AsyncIterator[None]:
    """All of `work` while the body runs: what fails is begun again."""
    tasks = [asyncio.create_task(_kept_up(name, run)) for name, run in work.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _on_each(announced: Announcements, wake: Callable[[], None]) -> None:
    async for _ in announced:
        wake()


async def _kept_up(name: str, run: Work) -> None:
    """Run endless work; when it fails, say so and begin it again. While the database is away that
    is tried every second, and said once."""
    failures, said = 0, ""
    while True:
        try:
            await run()
            log.error("work_ended", work=name)
        except Exception as error:
            first = _first(error)
            if not isinstance(first, SuflerError):
                log.exception("work_failed", work=name)
            elif first.message != said:
                log.error("work_failed", work=name, reason=first.message)
            said = first.message if isinstance(first, SuflerError) else ""
            if isinstance(first, StorageUnavailable):
                failures = 0
        await asyncio.sleep(RESTART_S[min(failures, len(RESTART_S) - 1)])
        failures += 1


def _first(error: Exception) -> Exception:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
