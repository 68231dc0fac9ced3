"""What administrators see of episodes and operators: five classes of endings, uses of suggestions,
first replies with and without them, and how far off what comes in is."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import NormalDist, fmean, median, variance
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from sufler.desk.people import require
from sufler.domain.figures import (
    Asked,
    Effect,
    Ended,
    Ending,
    OperatorFigures,
    Served,
    Turns,
    Uses,
    Wrong,
)
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock

# Who comes back so soon comes back with the same matter.
REOPENED_WITHIN: Final = timedelta(days=7)
# Below these a figure is shown in grey, and no effect is told.
FEW: Final = 30
PERIODS: Final = (7, 28, 90)
MOST_READ: Final = 50
MOST_LISTED: Final = 100
MONTH: Final = timedelta(days=30)
# With less it does not pay to automate.
FEWEST_A_MONTH: Final = 800
LEAST_REPEATED: Final = 0.5

_SURE = NormalDist().inv_cdf(0.975)
_SHORTEST_S = 1.0


class FiguresRecords(Protocol):
    """`storage.figures.FiguresStore`."""

    async def ended(self, since: datetime, until: datetime) -> list[Ended]: ...
    async def open_now(self) -> int: ...
    async def uses(self, since: datetime, until: datetime) -> list[Uses]: ...
    async def served(self, since: datetime, until: datetime) -> list[Served]: ...
    async def far_off(
        self, since: datetime, until: datetime, topic: str | None = None
    ) -> list[tuple[datetime, bool]]: ...
    async def taken(
        self, topic: str, since: datetime, until: datetime
    ) -> list[tuple[datetime, bool]]: ...
    async def wrong(self, topic: str, most: int) -> list[Wrong]: ...
    async def far_turns(
        self, since: datetime, until: datetime, topic: str | None, most: int
    ) -> list[tuple[str, datetime, str]]: ...
    async def asked(self, since: datetime, until: datetime) -> Asked: ...
    async def checked(self, topic: str, most: int) -> list[tuple[str, datetime, bool]]: ...
    async def talks(self, ids: Collection[str]) -> dict[str, tuple[str, int]]: ...


@dataclass(frozen=True, slots=True)
class Endings:
    """Episodes that were closed in a period, each in its class. `nothing_asked`: closed ones in
    which there was nothing to answer, which are in no class; `fresh`: ended less than
    REOPENED_WITHIN ago, so that they may still count as reopened."""

    by_class: Mapping[Ending, tuple[Ended, ...]]
    nothing_asked: int
    fresh: int
    open_now: int

    @property
    def total(self) -> int:
        """Episodes in a class."""
        return sum(len(each) for each in self.by_class.values())


@dataclass(frozen=True, slots=True)
class Staff:
    """Operators' figures: of everybody together, one by one, and the turns behind them."""

    times: Effect
    operators: tuple[OperatorFigures, ...]
    turns: tuple[Served, ...]


def ending_of(episode: Ended) -> Ending | None:
    """The class of a closed episode, the first that fits; None when nothing was asked."""
    if episode.served:
        return Ending.HANDED_OFF
    if episode.waited:
        return Ending.ABANDONED
    if not episode.asked:
        return None
    if not episode.answered:
        return Ending.ABANDONED
    if episode.next_at is not None and episode.next_at - episode.closed_at <= REOPENED_WITHIN:
        return Ending.REOPENED
    return Ending.CONFIRMED if episode.confirmed else Ending.SILENT


def effect_of(turns: Iterable[Served]) -> Effect:
    """The built-in experiment: among turns of topics that suggest, whether the suggestion was
    hidden is by lot, so a difference in the time to the first reply is the suggestion's doing.
    The interval is Welch's on logarithms of seconds, told from FEW replies in each arm on."""
    arms: dict[bool, list[float]] = {True: [], False: []}
    for each in turns:
        if each.shown_to and each.replied_at is not None:
            arms[each.hidden].append((each.replied_at - each.at).total_seconds())
    shown, hidden = arms[False], arms[True]
    plain = Effect(
        len(shown),
        len(hidden),
        median(shown) if shown else None,
        median(hidden) if hidden else None,
    )
    if min(len(shown), len(hidden)) < FEW:
        return plain
    logs = [[math.log(max(second, _SHORTEST_S)) for second in arm] for arm in (shown, hidden)]
    difference = fmean(logs[0]) - fmean(logs[1])
    width = _SURE * math.sqrt(sum(variance(arm) / len(arm) for arm in logs))
    return Effect(
        plain.with_count,
        plain.without_count,
        plain.with_s,
        plain.without_s,
        math.exp(difference),
        math.exp(difference - width),
        math.exp(difference + width),
    )


def by_day(
    moments: Iterable[tuple[datetime, bool]], zone: ZoneInfo, first: date, last: date
) -> dict[date, Turns]:
    """Turns by the day on which they came, in the viewer's zone; every day is in it."""
    found: dict[date, Counter[bool]] = {}
    day = first
    while day <= last:
        found[day] = Counter()
        day += timedelta(days=1)
    for at, far in moments:
        here = at.astimezone(zone).date()
        if here in found:
            found[here][far] += 1
    return {day: Turns(count.total(), count[True]) for day, count in found.items()}


class Figures:
    """Every call raises Forbidden without the right to administer."""

    def __init__(self, records: FiguresRecords, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    async def endings(self, caller: Caller, days: int) -> Endings:
        """Of the last `days` days."""
        require(caller, Right.ADMINISTER)
        now = self._clock.now()
        by_class: dict[Ending, list[Ended]] = {each: [] for each in Ending}
        nothing = fresh = 0
        for episode in await self._records.ended(now - timedelta(days=days), now):
            ending = ending_of(episode)
            if ending is None:
                nothing += 1
                continue
            by_class[ending].append(episode)
            alone = ending in (Ending.CONFIRMED, Ending.SILENT)
            fresh += alone and now - episode.closed_at < REOPENED_WITHIN
        newest_first = {each: tuple(reversed(found)) for each, found in by_class.items()}
        return Endings(newest_first, nothing, fresh, await self._records.open_now())

    async def staff(self, caller: Caller, days: int) -> Staff:
        """What operators did in the last `days` days."""
        require(caller, Right.ADMINISTER)
        now = self._clock.now()
        since = now - timedelta(days=days)
        uses = {each.by: each for each in await self._records.uses(since, now)}
        turns = await self._records.served(since, now)
        theirs: dict[str, list[Served]] = {by: [] for by in uses}
        for each in turns:
            if each.by is not None:
                theirs.setdefault(each.by, []).append(each)
        people = [
            OperatorFigures(
                uses.get(by, Uses(by, {})),
                effect_of(served),
                sum(each.agreed is not None for each in served),
                sum(each.agreed is True for each in served),
            )
            for by, served in theirs.items()
        ]
        return Staff(effect_of(turns), tuple(people), tuple(turns))

    async def drift(
        self, caller: Caller, days: int, zone: ZoneInfo, topic: str | None = None
    ) -> Mapping[date, Turns]:
        """Turns far from everything the base knows, by day of the viewer's zone."""
        require(caller, Right.ADMINISTER)
        now = self._clock.now()
        first = (now - timedelta(days=days - 1)).astimezone(zone).date()
        begin = datetime(first.year, first.month, first.day, tzinfo=zone)
        moments = await self._records.far_off(begin, now, topic)
        return by_day(moments, zone, first, now.astimezone(zone).date())

    async def taken(self, caller: Caller, topic: str, days: int) -> list[tuple[datetime, bool]]:
        """For each shown suggestion of a topic that was used: when, and whether as it stood."""
        require(caller, Right.ADMINISTER)
        now = self._clock.now()
        return await self._records.taken(topic, now - timedelta(days=days), now)

    async def wrong(self, caller: Caller, topic: str) -> list[Wrong]:
        """The newest wrong checks of a topic."""
        require(caller, Right.ADMINISTER)
        return await self._records.wrong(topic, MOST_READ)

    async def far_turns(
        self, caller: Caller, days: int, topic: str | None = None
    ) -> list[tuple[str, datetime, str]]:
        """The newest turns far from everything known: conversation, when, what was asked."""
        require(caller, Right.ADMINISTER)
        now = self._clock.now()
        return await self._records.far_turns(now - timedelta(days=days), now, topic, MOST_LISTED)

    async def asked(self, caller: Caller) -> Asked:
        """How much is asked in a month, and how much of it again and again."""
        require(caller, Right.ADMINISTER)
        now = self._clock.now()
        return await self._records.asked(now - MONTH, now)

    async def checked(self, caller: Caller, topic: str) -> list[tuple[str, datetime, bool]]:
        """The conversations of a topic's newest checks."""
        require(caller, Right.ADMINISTER)
        return await self._records.checked(topic, MOST_LISTED)

    async def talks(self, caller: Caller, ids: Collection[str]) -> Mapping[str, tuple[str, int]]:
        """Names and tickets of conversations, as far as they are stored."""
        require(caller, Right.ADMINISTER)
        return await self._records.talks(ids)
