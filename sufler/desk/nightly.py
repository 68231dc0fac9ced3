"""Once a night: what was learned and no person confirmed is judged by its neighbours."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from sufler.domain.learning import Learned, LearnedState, Why
from sufler.domain.ports import Clock, Leases, TextEncoder
from sufler.kb_index.knowledge import KnowledgeBase
from sufler.prompter.learning.sweep import sweep

LEASE: Final = "sweep"
# By the machine's own clock: when few customers write.
HOUR: Final = 3
BY: Final = "sweep"

_log = structlog.get_logger(__name__)


class SweepRecords(Protocol):
    """`storage.learned_list.LearnedStore`."""

    async def serving(self) -> list[Learned]: ...
    async def change(
        self, ids: Sequence[int], state: LearnedState, by: str, why: str | None = None
    ) -> object: ...


class Nightly:
    """Quarantines and confirms; deletes nothing."""

    def __init__(
        self, records: SweepRecords, knowledge: KnowledgeBase, encoder: TextEncoder, clock: Clock
    ) -> None:
        self._records = records
        self._knowledge = knowledge
        self._encoder = encoder
        self._clock = clock

    async def run(self, leases: Leases) -> None:
        """For ever, in one process of all: each night."""
        while True:
            async with leases.holding(LEASE):
                await asyncio.sleep(until_night(self._clock.now()))
                await self.sweep()

    async def sweep(self) -> tuple[int, int]:
        """Judge now; how many were quarantined and confirmed."""
        index, background = self._knowledge.index, self._knowledge.background
        found = await sweep(index, background, self._encoder, await self._records.serving())
        for ids, state, why in (
            (found.against, LearnedState.QUARANTINED, Why.SWEEP),
            (found.agreed, LearnedState.CONFIRMED, Why.AGREED),
        ):
            if ids:
                await self._records.change(ids, state, BY, why)
        if found.against or found.agreed:
            await self._knowledge.refresh()
            _log.info("learned_swept", against=len(found.against), agreed=len(found.agreed))
        return len(found.against), len(found.agreed)


def until_night(now: datetime) -> float:
    """Seconds from `now` (aware) until the next HOUR o'clock where this machine stands."""
    local = now.astimezone()
    night = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if night <= local:
        night += timedelta(days=1)
    return (night - local).total_seconds()
