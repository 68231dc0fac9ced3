"""Working hours and holidays as people write them in a field, and back; it knows no page."""

import re
from datetime import date
from typing import Final

from sufler.domain.calendar import DAY_MINUTES, Holiday, Hours
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Language

_SPAN: Final = re.compile(r"(\d{1,2})(?:[:.](\d\d))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d\d))?")
_ISO: Final = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\s*(?P<name>.*)")
_DOTS: Final = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})\s*(?P<name>.*)")


def hours_of(day: int, words: str) -> tuple[Hours, ...]:
    """«9:00–13:00, 14–18» of a day (0 is Monday); nothing is a day off. Raises BadInput."""
    found = []
    for part in re.split(r"[,;]", words):
        if not part.strip():
            continue
        span = _SPAN.fullmatch(part.strip())
        if span is None:
            raise BadInput(f"{part.strip()[:40]!r} is not like 9:00-18:00", field="hours")
        first, last = (_minutes(span[n], span[n + 1]) for n in (1, 3))
        if not first < last <= DAY_MINUTES:
            raise BadInput(f"{part.strip()[:40]!r} ends before it begins", field="hours")
        found.append(Hours(day, first, last))
    return tuple(found)


def hours_words(hours: tuple[Hours, ...] | None, day: int) -> str:
    """What stands in the field of a day."""
    spans = sorted((each.start, each.end) for each in hours or () if each.day == day)
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in spans)


def holidays_of(words: str) -> tuple[Holiday, ...]:
    """One line for each: «2027-01-01 Новый год / New Year». Raises BadInput naming the line."""
    found = []
    for number, line in enumerate(words.splitlines(), 1):
        if not line.strip():
            continue
        match = _ISO.fullmatch(line.strip()) or _DOTS.fullmatch(line.strip())
        try:
            if match is None:
                raise ValueError
            day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError as error:
            raise BadInput(f"line {number} has no date", field="holidays") from error
        first, _, second = match["name"].partition(" / ")
        named: dict[Language, str] = {"ru": first.strip(), "en": second.strip()}
        found.append(Holiday(day, {code: said for code, said in named.items() if said}))
    return tuple(found)


def holidays_words(holidays: tuple[Holiday, ...]) -> str:
    """What stands in the field of holidays."""
    lines = []
    for each in holidays:
        names = " / ".join(said for code in ("ru", "en") if (said := each.name.get(code, "")))
        lines.append(f"{each.day.isoformat()} {names}".rstrip())
    return "\n".join(lines)


def by_topic_of(words: str) -> dict[str, int]:
    """One line for each: «topic = minutes». Raises BadInput naming the line."""
    found = {}
    for number, line in enumerate(words.splitlines(), 1):
        topic, sign, minutes = line.rpartition("=")
        if not line.strip():
            continue
        if not sign or not topic.strip() or not minutes.strip().isdecimal():
            raise BadInput(f"line {number} is not like: topic = 30", field="by_topic")
        found[topic.strip()] = int(minutes)
    return found


def minutes_of(field: str, words: str) -> int | None:
    """A whole number of minutes; nothing is None. Raises BadInput naming the field."""
    if not words.strip():
        return None
    if not words.strip().isdecimal() or len(words.strip()) > 6:
        raise BadInput(f"{field} is a whole number", field=field)
    return int(words)


def _minutes(hour: str, minute: str | None) -> int:
    return min(int(hour), 99) * 60 + int(minute or 0)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
