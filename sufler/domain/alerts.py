"""Alerts to operators in their own chats: whose chat is linked, and what is to be told there."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sufler.domain.knowledge import Language

_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)")


class AlertKind(StrEnum):
    """What an operator is told of."""

    HAND_OFF = "hand_off"
    ASSIGNED = "assigned"
    ESCALATED = "escalated"


class Linking(StrEnum):
    """What became of a code that was sent to the bot. AGAIN: the same chat sent it once more."""

    DONE = "done"
    AGAIN = "again"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Minutes of the day in a zone, from `start` up to `end`; over midnight where `end` is not
    after `start`."""

    start: int
    end: int
    zone: str

    def at(self, moment: datetime) -> bool:
        """Whether `moment` (aware) lies in them."""
        local = moment.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end

    def end_after(self, moment: datetime) -> datetime:
        """When they end next, after `moment` (aware), by the zone's own clock."""
        zone = ZoneInfo(self.zone)
        local = moment.astimezone(zone)
        end = local.replace(hour=self.end // 60 % 24, minute=self.end % 60, second=0, microsecond=0)
        return end if end > local else end + timedelta(days=1)


def minutes_of(hours: str) -> tuple[int, int] | None:
    """21:00-09:00 as minutes of the day; None when it is no such thing."""
    found = _HOURS.fullmatch(hours.strip())
    if found is None:
        return None
    start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    return None if start == end else (start, end)


@dataclass(frozen=True, slots=True)
class AlertLink:
    """How one person wants to be told. `chat_id` None: no chat is linked; `broken` says in words
    why nothing arrives there any more. `looked_at`: a desk of theirs was in view. `desk_quiet`:
    their desk neither sounds nor notifies."""

    person_id: str
    chat_id: str | None = None
    chat_name: str = ""
    language: Language = "ru"
    linked_at: datetime | None = None
    broken: str | None = None
    quiet: QuietHours | None = None
    looked_at: datetime | None = None
    desk_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that one person is told once. `since` is when it began: the wait in the queue, the
    assignment, the wait for an answer; `level` is the step of an escalation, else 0."""

    person_id: str
    conversation_id: str
    kind: AlertKind
    since: datetime
    level: int = 0
    id: int = 0
    made_at: datetime | None = None
    attempts: int = 0
