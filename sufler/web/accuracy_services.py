"""What the pages of accuracy and outcomes are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sufler.desk.fast_watch import FastReading
from sufler.desk.figures import Figures
from sufler.domain.checks import Check, ModeChange
from sufler.domain.knowledge import Mode, Topic
from sufler.domain.people import Caller
from sufler.prompter.accuracy.certificate import Standing
from sufler.prompter.accuracy.standing import TopicStanding


class Standings(Protocol):
    """`desk.certifying.Certifying`."""

    async def standing(self, topic: str) -> TopicStanding: ...
    async def overview(self) -> Sequence[TopicStanding]: ...
    async def curve(self, topic: str) -> Sequence[Standing]: ...
    async def history(self, topic: str) -> Sequence[ModeChange]: ...
    async def taken_back(self) -> Sequence[ModeChange]: ...


class Ladder(Protocol):
    """`desk.ladder.Ladder`."""

    async def change(
        self, caller: Caller, topic: str, mode: Mode, words: str = ""
    ) -> ModeChange: ...
    async def tune(
        self,
        caller: Caller,
        topic: str,
        *,
        target: float | None = None,
        hold_s: int | None = None,
    ) -> Topic: ...


class CheckRecords(Protocol):
    """`storage.checks.CheckStore`."""

    async def of_topic(
        self, topic: str, since: datetime | None = None, until: datetime | None = None
    ) -> list[Check]: ...


class DrawRecords(Protocol):
    """`storage.draws.DrawStore`."""

    async def confidences(self, topic: str | None, limit: int = 300) -> list[float]: ...


class FastMeters(Protocol):
    """`desk.fast_watch.FastWatch`."""

    async def reading(self, topic: str, changes: Sequence[ModeChange]) -> FastReading | None: ...


@dataclass(frozen=True, slots=True)
class AccuracyServices:
    """Accuracy as administrators see and change it."""

    standings: Standings
    ladder: Ladder
    figures: Figures
    checks: CheckRecords
    draws: DrawRecords
    fast: FastMeters
