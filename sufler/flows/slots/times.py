"""Times of day and lengths of time in a text, as people say them in Russian and in English."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sufler.flows.slots.numerals import ordinal

_HOURS = r"(?:час(?:а|ов|ам|у)?|ч\b\.?|o'?\s?clock|hours?|hrs?\b|h\b)"
_MINUTES = r"(?:минут[аыу]?|мин\b\.?|minutes?|mins?\b)"
_PART = (
    r"(?P<part>утра|ночи|дня|вечера|пополудни|in\sthe\smorning|in\sthe\safternoon|in\sthe\sevening"
    r"|at\snight|tonight|a\.?\s?m\b\.?|p\.?\s?m\b\.?)"
)
_DIGITS = re.compile(
    rf"(?<![\d:.,/-])(?P<hour>\d{{1,2}})(?:(?P<sep>[:.\-]|\s?{_HOURS}\s?(?:и\s|and\s)?)(?P<minute>\d{{2}}|\d(?=\s?{_MINUTES}))"
    rf"(?:\s?{_MINUTES})?(?::\d\d)?)?(?P<hours>\s?{_HOURS})?(?:\s?{_PART})?(?!\d|[.:/,-]\d)"
)
_SPACED = re.compile(
    rf"(?:\b(?:в|во|к|at|by|около|about|around)\s)(?P<hour>\d{{1,2}})\s(?P<minute>\d{{2}})\b(?:\s?{_PART})?(?!\s?(?:\d|[а-яa-z]*(?:янв|фев|мар|апр|май|мая|июн|июл|авг|сен|окт|ноя|дек|руб)))"
)
_CUE = re.compile(r"(?:\b(?:в|во|к|ко|с|до|после|около|at|by|around|about|after|before|@)\s*)$")
_NAMED = {
    "полдень": 12 * 60,
    "полудень": 12 * 60,
    "полночь": 0,
    "noon": 12 * 60,
    "midday": 12 * 60,
    "midnight": 0,
}
_NAMED_TIME = re.compile(rf"\b(?:{'|'.join(_NAMED)})\b")
_HALF_RU = re.compile(
    rf"\b(?:половин[аеу]\s|пол-|пол\s|пол)(?P<hour>[а-я]{{4,}}|\d{{1,2}}-?го)\b(?:\s?{_PART})?"
)
_QUARTER_RU = re.compile(
    rf"\b(?P<n>четверть|\d{{1,2}}\sминут)\s(?P<hour>[а-я]{{5,}})\b(?:\s?{_PART})?"
)
_TO_RU = re.compile(
    rf"\bбез\s(?:(?P<quarter>четверти)|(?P<n>\d{{1,2}})(?:\sминут[ыу]?)?)\s(?P<hour>\d{{1,2}}|час)\b(?:\s?{_PART})?"
)
_EN = re.compile(
    rf"\b(?:(?P<half>half)|(?:a\s)?(?P<quarter>quarter)|(?P<n>\d{{1,2}})(?:\sminutes)?)\s(?P<way>past|to|after|till)"
    rf"\s(?P<hour>\d{{1,2}})\b(?:\s?{_PART})?"
)
_EVENING = re.compile(r"\b(?:вечером|tonight|this\sevening|tomorrow\sevening)\b")
_HALF_HOUR: Final = r"(?:полчаса|half\s(?:an\s)?hour|пол\sчаса)"
_SPELL = re.compile(
    rf"\b(?:через|in)\s(?:(?P<half>{_HALF_HOUR})|(?:an?\s)?(?:(?P<n>\d{{1,3}}(?:\.\d+)?)\s?)?"
    rf"(?P<unit>час(?:а|ов|ик)?|ч\b|hours?|{_MINUTES})(?:\s(?:и\s)?(?P<more>\d{{1,2}})\s?{_MINUTES})?)"
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day at text[start:end], in minutes after midnight; `sure` when it is no number."""

    minutes: int
    start: int
    end: int
    sure: bool = True

    @property
    def written(self) -> str:
        """15:30."""
        return f"{self.minutes // 60:02d}:{self.minutes % 60:02d}"


def spell(text: str) -> tuple[timedelta, int, int] | None:
    """«через два часа», “in half an hour”: how long from now, and where it stands."""
    found = _SPELL.search(text)
    if found is None:
        return None
    if found["half"]:
        return timedelta(minutes=30), found.start(), found.end()
    count = float(found["n"] or 1)
    minutes = count * (60 if found["unit"][0] in "чh" else 1) + int(found["more"] or 0)
    return timedelta(minutes=minutes), found.start(), found.end()


def times(text: str) -> list[Clock]:
    """The times of day in `text` (folded, numerals in digits), the surest first. Never raises.

    Without «вечера» or “pm” an hour is what it is: «в 3» is 03:00, “half past five” is 05:30.
    """
    found: list[Clock] = []
    later = _EVENING.search(text) is not None
    for clock in [*_spoken(text), *_in_digits(text)]:
        if all(clock.end <= other.start or clock.start >= other.end for other in found):
            told = re.search(_PART, text[clock.start : clock.end])
            evening = later and not told and clock.minutes < 12 * 60
            found.append(replace(clock, minutes=clock.minutes + 12 * 60) if evening else clock)
    return sorted(found, key=lambda clock: (not clock.sure, clock.start))


def _spoken(text: str) -> list[Clock]:
    made = [Clock(_NAMED[each[0]], *each.span()) for each in _NAMED_TIME.finditer(text)]
    for each in _HALF_RU.finditer(text):
        hour = _hour_word(each["hour"])
        if hour:
            made.append(_clock((hour - 1) * 60 + 30, each))
    for each in _QUARTER_RU.finditer(text):
        hour = _hour_word(each["hour"])
        if hour:
            n = 15 if each["n"] == "четверть" else int(each["n"].split()[0])
            made.append(_clock((hour - 1) * 60 + n, each))
    for each in _TO_RU.finditer(text):
        hour = 1 if each["hour"] == "час" else int(each["hour"])
        n = 15 if each["quarter"] else int(each["n"])
        if 1 <= hour <= 24 and n < 60:
            made.append(_clock(hour * 60 - n, each))
    for each in _EN.finditer(text):
        n = 30 if each["half"] else 15 if each["quarter"] else int(each["n"])
        hour = int(each["hour"])
        if hour <= 23 and n < 60:
            past = each["way"] in {"past", "after"}
            made.append(_clock(hour * 60 + (n if past else -n), each))
    return made


def _hour_word(word: str) -> int | None:
    digits = word.split("-")[0].removesuffix("го")
    hour = int(digits) if digits.isdecimal() else ordinal(word)
    return hour if hour and 1 <= hour <= 12 else None


def _clock(minutes: int, found: re.Match[str]) -> Clock:
    return Clock(_in_part(minutes % (24 * 60), found["part"]), found.start(), found.end())


def _in_part(minutes: int, part: str | None) -> int:
    """`minutes` moved to where «вечера», “pm” and the like say."""
    part = re.sub(r"[\s.]", "", part or "")
    hour = minutes // 60
    if (
        part in {"дня", "вечера", "пополудни", "pm", "intheafternoon", "intheevening", "tonight"}
        and hour < 12
    ):
        return minutes + 12 * 60
    if part in {"ночи", "утра", "am", "inthemorning"} and hour == 12:
        return minutes - 12 * 60
    if part == "atnight" and hour <= 12:
        return minutes % (12 * 60) + (12 * 60 if 6 <= hour < 12 else 0)
    if part == "ночи" and hour in {10, 11}:
        return minutes + 12 * 60
    return minutes


def _in_digits(text: str) -> list[Clock]:
    made = []
    for found in [*_DIGITS.finditer(text), *_SPACED.finditer(text)]:
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        if hour > 24 or minute > 59 or (hour == 24 and minute):
            continue
        spaced = found.re is _SPACED
        before = text[: found.start()]
        separator = "" if spaced else (found["sep"] or "")
        if separator == "." and not found["part"] and not _CUE.search(before):
            continue  # 5.12 by itself is a date
        if separator == "-" and len(found["minute"]) != 2:
            continue
        sure = bool(
            found["part"] or separator == ":" or spaced
            or (separator and _CUE.search(before))
            or (not spaced and found["hours"] and not re.search(r"(?:через|in)\s$", before))
            or (separator and separator[0] in " чh")
        )  # fmt: skip
        if not sure and separator == "-":
            continue
        made.append(Clock(_in_part(hour % 24 * 60 + minute, found["part"]), *found.span(), sure))
    return made
