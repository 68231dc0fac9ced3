"""Dates in a text, as people say them in Russian and in English.

What is written in words («5 мая», “in two weeks”) is read by dateparser; numbers, days of the week
and days of the month by rules of our own, which dateparser gets wrong (docs/decisions/0015).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Final

import dateparser
from rapidfuzz import fuzz

from sufler.domain.knowledge import Language
from sufler.flows.slots.numerals import ordinal

_MOST: Final = 10  # dates in words of one message; nobody means more
_MONTHS: Final = {
    "ru": r"(?:январ[ьяе]|феврал[ьяе]|март[ае]?|апрел[ьяе]|ма[йяе]|июн[ьяе]|июл[ьяе]|август[ае]?"
    r"|сентябр[ьяе]|октябр[ьяе]|ноябр[ьяе]|декабр[ьяе]|янв|фев|мар|апр|авг|сент?|окт|ноя|дек)\b\.?",
    "en": r"(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?",
}
_ANY_MONTH = f"(?:{_MONTHS['ru']}|{_MONTHS['en']})"
_YEAR = r"(?:,?\s*(?:of\s)?(?P<year>(?:19|20)\d\d|'\d\d)\b(?:\s?(?:года|год|г)\b\.?)?)?"
_DAY_MONTH = re.compile(
    rf"\b(?:the\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th|-?го|-?е|-?ое)?\s?(?:of\s)?[-.]?"
    rf"(?P<month>{_ANY_MONTH}){_YEAR}"
)
_MONTH_DAY = re.compile(
    rf"\b(?P<month>{_MONTHS['en']})\s?(?:the\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:){_YEAR}"
)
_ISO = re.compile(
    r"(?<![\d.])(?P<year>(?:19|20)\d\d)[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})(?!\d)"
)
_NUMERIC = re.compile(
    r"(?<![\d.,:/-])(?P<one>\d{1,2})(?P<sep>[./-])(?P<two>\d{1,2})"
    r"(?:(?P=sep)(?P<year>\d{4}|\d{2}))?(?!\d|[.,:/-]\d)"
)
_SPACED = re.compile(r"(?<![\d.])(?P<one>\d{2}) (?P<two>\d{2}) (?P<year>(?:19|20)\d\d)(?!\d)")
_NEAR: Final = {
    "послезавтра": 2, "позавчера": -2, "завтра": 1, "сегодня": 0, "вчера": -1,
    "the day after tomorrow": 2, "day after tomorrow": 2, "the day before yesterday": -2,
    "day before yesterday": -2, "tomorrow": 1, "tmrw": 1, "tmr": 1, "today": 0, "tonight": 0,
    "yesterday": -1, "day after tmrw": 2, "day after tomorow": 2,
}  # fmt: skip
_LONG: Final = tuple(word for word in _NEAR if len(word) >= 6 and " " not in word)
_NEAR_DAY = re.compile(rf"\b(?:{'|'.join(sorted(_NEAR, key=len, reverse=True))})\b")
_UNIT = (
    r"(?:дн(?:я|ей|ь)|день|недел\w+|месяц\w*|год\w*|лет|сут(?:ки|ок)|days?|weeks?|months?|years?)"
)
_IN_SOME = re.compile(
    rf"\b(?:(?:через|in|within)\s(?:a\s|an\s|(?P<n>\d{{1,3}})\s)?(?P<unit>{_UNIT})"
    rf"|(?P<n2>\d{{1,3}}|a|an)\s(?P<unit2>{_UNIT})\s(?:from\snow|from\stoday|later)"
    rf"|(?P<n3>\d{{1,3}}|a|an)?\s?(?P<unit3>{_UNIT})\s(?P<ago>назад|ago))\b"
)
_WEEKDAYS: Final = (
    (r"понедельник\w?|понед\b|пн", r"monday|mon"),
    (r"вторник\w?|вт", r"tuesday|tues?"),
    (r"сред[ауы]|среде|ср", r"wednesday|wed"),
    (r"четверг\w?|чт", r"thursday|thurs?|thu"),
    (r"пятниц[ауыей]+|пт", r"friday|fri"),
    (r"суббот[ауыей]+|сб", r"saturday|sat"),
    (r"воскресень[ея]|воскресенье|вс", r"sunday|sun"),
)
_WEEKDAY = re.compile(
    r"\b(?:(?P<which>следующ\w+|на\sследующей\sнеделе\s(?:в|во)|прошл\w+|эт\w{1,2}|ближайш\w+"
    r"|next|last|this|coming)\s)?(?:"
    + "|".join(f"(?P<d{n}>{ru}|{en})" for n, (ru, en) in enumerate(_WEEKDAYS))
    + r")\b(?P<after>\s(?:на\sследующей\sнеделе|next\sweek))?"
)
_DAY_OF_MONTH = re.compile(
    r"\b(?:the\s(?P<en>\d{1,2})(?:st|nd|rd|th)\b|(?P<en2>\d{1,2})(?:st|nd|rd|th)\b"
    r"|(?P<ru>\d{1,2})(?:-?(?:го|е|ое)\b(?:\sчисл\w+)?|\sчисл[аоу]\b))(?!\sof\b)"
)
_ORDINAL_BEFORE = re.compile(
    rf"(?:(?P<tens>\b20|\b30|\btwenty|\bthirty)[\s-])?\b(?P<word>[a-zа-я]{{4,}})(?=\s(?:of\s)?(?:{_ANY_MONTH}|числ))"
)
_ORDINAL_AFTER = re.compile(r"(?<=\s)(?:(?P<tens>20|30|twenty|thirty)[\s-])?(?P<word>[a-z]{5,})\b")


@dataclass(frozen=True, slots=True)
class Day:
    """A date that text[start:end] names; `sure` when it can be nothing but a date."""

    value: date
    start: int
    end: int
    sure: bool = True


def ordinals_in_digits(text: str) -> str:
    """«двадцать пятое мая» (already «20 пятое мая») → «25 мая»; “may fifth” → “may 5th”."""

    def number(found: re.Match[str]) -> str:
        ones = ordinal(found["word"])
        if ones is None:
            return found[0]
        tens = {"20": 20, "twenty": 20, "30": 30, "thirty": 30}.get(found["tens"] or "", 0)
        return str(tens + ones)

    text = _ORDINAL_BEFORE.sub(number, text)
    before_month = re.compile(
        rf"({_MONTHS['en']}\s(?:the\s)?|\bthe\s)((?:20|30|twenty|thirty)?[\s-]?[a-z]{{5,}})"
    )

    def behind(found: re.Match[str]) -> str:
        inner = _ORDINAL_AFTER.fullmatch(" " + found[2].strip(), 1)
        made = number(inner) if inner else found[2]
        return f"{found[1]}{made}th" if made.isdigit() else found[0]

    return before_month.sub(behind, text)


def dates(text: str, now: datetime, language: Language, past: bool = False) -> list[Day]:
    """The dates in `text` (folded, numerals and ordinals in digits), surest first.

    A date without a year is the next one, today included; with `past` the last one. 05/12 is the
    fifth of December, in English the twelfth of May; 05.12 is the fifth of December in both.
    Impossible dates (31.02) are none. Never raises.
    """
    text = re.sub(r"[^\W\d_]{6,}", lambda word: _near_word(word[0]), text)
    found: list[Day] = []
    for finder in (_written, _numeric, _relative, _weekday, _of_month):
        for day in finder(text, now, language, past):
            if all(day.end <= other.start or day.start >= other.end for other in found):
                found.append(day)
    return found


def _written(text: str, now: datetime, language: Language, past: bool) -> Iterator[Day]:
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        for found in islice(pattern.finditer(text), _MOST):
            year = found["year"] or ""
            year = f"20{year[1:]}" if year.startswith("'") else year
            month = found["month"].rstrip(".")
            spoken: Language = "ru" if re.search("[а-я]", month) else "en"
            read = _parsed(f"{found['day']} {month} {year or 2024}", now, spoken)
            if read is None or read.day != int(found["day"]):
                continue
            value = read if year else _nearest(read.month, read.day, now.date(), past)
            if value:
                yield Day(value, found.start(), found.end())


def _parsed(words: str, now: datetime, language: Language) -> date | None:
    settings: Any = {
        "RELATIVE_BASE": now.replace(tzinfo=None),
        "DATE_ORDER": "DMY",
        "PARSERS": ["relative-time", "absolute-time"],
        "TIMEZONE": "UTC",
    }
    try:
        read = dateparser.parse(words, languages=[language], settings=settings)
    except (ValueError, OverflowError):
        return None
    return read.date() if read else None


def _nearest(month: int, day: int, today: date, past: bool) -> date | None:
    """The next such day, today included, or the last one; of a leap year for the 29th."""
    steps = range(0, -9, -1) if past else range(0, 9)
    for step in steps:
        value = _date(today.year + step, month, day)
        if value and (value <= today if past else value >= today):
            return value
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _numeric(text: str, now: datetime, language: Language, past: bool) -> Iterator[Day]:
    for found in _ISO.finditer(text):
        value = _date(int(found["year"]), int(found["month"]), int(found["day"]))
        if value:
            yield Day(value, found.start(), found.end())
    for found in [*_NUMERIC.finditer(text), *_SPACED.finditer(text)]:
        one, two, year = int(found["one"]), int(found["two"]), found["year"]
        slash = found.re is _NUMERIC and found["sep"] == "/"
        month_first = (slash and language == "en" and one <= 12) or two > 12
        day, month = (two, one) if month_first else (one, two)
        if year:
            value = _date(int(year) if len(year) == 4 else 2000 + int(year), month, day)
        elif found["sep"] == "-":
            continue  # 2-3: a range, or a score
        else:
            value = _nearest(month, day, now.date(), past) if 1 <= month <= 12 else None
        if value:
            sure = bool(year) or (slash or len(found["two"]) == 2)
            yield Day(value, found.start(), found.end(), sure)


def _near_word(word: str) -> str:
    """«послезавтро» is «послезавтра»: what nearly is one of the long words."""
    if len(word) < 6 or word in _NEAR:
        return word
    best = max(_LONG, key=lambda long: fuzz.ratio(word, long))
    return best if fuzz.ratio(word, best) >= 85 else word


def _relative(text: str, now: datetime, language: Language, past: bool) -> Iterator[Day]:
    for found in _NEAR_DAY.finditer(text):
        yield Day(now.date() + timedelta(_NEAR[found[0]]), found.start(), found.end())
    for found in islice(_IN_SOME.finditer(text), _MOST):
        count = found["n"] or found["n2"] or found["n3"] or "1"
        count = "1" if count in {"a", "an"} else count
        unit = found["unit"] or found["unit2"] or found["unit3"]
        russian = bool(re.search("[а-я]", unit))
        unit = re.sub(r"^сут\w+", "дней", unit)
        if russian:
            words = f"{count} {unit} назад" if found["ago"] else f"через {count} {unit}"
        else:
            words = f"{count} {unit} ago" if found["ago"] else f"in {count} {unit}"
        value = _parsed(words, now, "ru" if russian else "en")
        if value:
            yield Day(value, found.start(), found.end())


def _weekday(text: str, now: datetime, language: Language, past: bool) -> Iterator[Day]:
    today = now.date()
    for found in _WEEKDAY.finditer(text):
        number = next(n for n in range(7) if found[f"d{n}"])
        short = len(found[f"d{number}"]) <= 3
        which = found["which"] or ""
        ahead = (number - today.weekday() - 1) % 7 + 1  # the next such day, never today
        if found["after"] or "следующ" in which or which == "next":
            value = today + timedelta(7 - today.weekday() + number)
        elif "прошл" in which or which == "last" or past:
            value = today - timedelta((today.weekday() - number - 1) % 7 + 1)
        else:
            value = today + timedelta(ahead)
        yield Day(value, found.start(), found.end(), sure=not short)


def _of_month(text: str, now: datetime, language: Language, past: bool) -> Iterator[Day]:
    today = now.date()
    for found in _DAY_OF_MONTH.finditer(text):
        day = int(found["en"] or found["en2"] or found["ru"])
        months = range(0, -13, -1) if past else range(0, 13)
        for step in months:
            year, month = divmod(today.year * 12 + today.month - 1 + step, 12)
            value = _date(year, month + 1, day)
            if value and (value <= today if past else value >= today):
                yield Day(value, found.start(), found.end(), sure=False)
                break
