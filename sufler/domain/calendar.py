"""Working calendars: weekly hours, holidays and a time zone; pure, and right over DST changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from sufler.domain.knowledge import Language

DAY_MINUTES: Final = 24 * 60
# A calendar that opens on none of so many days in a row never opens, for whoever asks.
LOOKED_AHEAD: Final = 400


@dataclass(frozen=True, slots=True)
class Hours:
    """Open on `day` (0 is Monday) from minute `start` of the day to before minute `end` (of 1440).
    A night shift is two of them."""

    day: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Holiday:
    """A whole day off, with its name in some languages."""

    day: date
    name: Mapping[Language, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a queue works, by the clock on the wall of `zone` (an IANA name). `hours` None: always,
    but for holidays."""

    zone: str = "UTC"
    hours: tuple[Hours, ...] | None = None
    holidays: tuple[Holiday, ...] = ()

    def here(self, moment: datetime) -> datetime:
        """The same moment by the wall clock of this calendar."""
        return moment.astimezone(ZoneInfo(self.zone))

    def open_at(self, moment: datetime) -> bool:
        """Whether the wall clock shows working time at this (aware) moment."""
        here = self.here(moment)
        if self.holiday_at(moment) is not None:
            return False
        if self.hours is None:
            return True
        minute = here.hour * 60 + here.minute
        return any(
            each.day == here.weekday() and each.start <= minute < each.end for each in self.hours
        )

    def holiday_at(self, moment: datetime) -> Holiday | None:
        """The holiday of that moment's day."""
        today = self.here(moment).date()
        return next((each for each in self.holidays if each.day == today), None)

    def next_opening(self, moment: datetime) -> datetime | None:
        """The first moment from this one on at which it is open, on the calendar's own clock; None
        when it never opens."""
        if self.open_at(moment):
            return self.here(moment)
        first = self.here(moment).date()
        for number in range(LOOKED_AHEAD):
            found = [
                each
                for each in self._may_open(first + timedelta(days=number))
                if each >= moment and self.open_at(each)
            ]
            if found:
                return self.here(min(found))
        return None

    def _may_open(self, day: date) -> Iterator[datetime]:
        """Every moment (UTC) of the day at which a closed calendar can become open: where hours
        begin, both times when that hour is repeated, and where the clock jumps."""
        zone = ZoneInfo(self.zone)
        starts = {each.start for each in self.hours or () if each.day == day.weekday()}
        for start in {0, *starts}:
            if start < DAY_MINUTES:
                wall = datetime.combine(day, time(start // 60, start % 60))
                for fold in (0, 1):
                    yield wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        jump = _jump(self.zone, day)
        if jump is not None:
            yield jump


@lru_cache(maxsize=1024)
def _jump(zone_name: str, day: date) -> datetime | None:
    """When (UTC) on that day the clock is set forward or back; None on other days."""
    zone = ZoneInfo(zone_name)
    midnight = datetime.combine(day, time())
    early = midnight.replace(tzinfo=zone).astimezone(UTC) - timedelta(hours=1)
    late = (midnight + timedelta(days=1)).replace(tzinfo=zone).astimezone(UTC)
    before = early.astimezone(zone).utcoffset()
    if late.astimezone(zone).utcoffset() == before:
        return None
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
