"""Reads a slot out of a message: the one door to what stands beside this file."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sufler.domain.knowledge import Language
from sufler.flows.model import Slot
from sufler.flows.slots.amounts import amounts, numbers, value_of
from sufler.flows.slots.choices import choice_in, order_number_in, yes_or_no
from sufler.flows.slots.contacts import address_of, email_in, phone_in, place_in
from sufler.flows.slots.dates import dates, ordinals_in_digits
from sufler.flows.slots.numerals import folded, in_digits
from sufler.flows.slots.times import spell, times

# Kinds that are known by themselves in a message about something else.
TELLING: Final = frozenset(
    {"choice", "money", "date", "time", "date_time", "phone", "email", "order_number", "location"}
)
_KEYS: Final = str.maketrans(
    "qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюё"
)
_BARE_TIME = re.compile(r"\D*(\d{1,2})[.\- ]?(\d{2})\D*")


_AS_WRITTEN: Final = frozenset({"text", "address", "yes_no"})
_MENDED = re.compile(
    r"(?:[\s,.;!…-]|^)(?:(?:ой|ай|упс|oops|ops)[,.\s]+)?(?:(?:нет|no)[,.\s]+)?"
    r"(?:ой нет|а нет|нет не|ошибся|ошиблась|опечатка|опечатался|простите|извините|точнее|вернее"
    r"|то есть|ой|sorry(?:,? typo)?|no wait|wait no|i mean|actually|make that|rather|scratch that"
    r"|typo|нет|no)"
    r"[\s,.;:!—-]+(?P<after>.+)$",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:не|not|кроме|стар\w+|old|previous|раньше|прежн\w+)\s[^,;]{1,60}[,;]\s*(?:а\s|but\s)?"
    r"(?P<after>.+)$",
    re.IGNORECASE,
)


def meant(text: str) -> list[str]:
    """What counts of a message that mends itself, best first: «4512, ой нет, 4521», «не во вторник,
    в среду», “old one was a@b.ru, use c@d.ru”."""
    found = [pattern.search(text) for pattern in (_MENDED, _DENIED)]
    return [each["after"] for each in found if each]


@dataclass(frozen=True, slots=True)
class Message:
    """What a customer wrote (normalised), when by the company's clock (aware), in what language."""

    text: str
    now: datetime
    language: Language


def read(slot: Slot, message: Message, asked: bool) -> Any:
    """The slot's value in the message, as plain data that JSON can hold, or None.

    `asked`: the slot is what the customer was asked for, so that a bare «5» or «завтра» is meant
    for it. Values: text, order_number, address, phone (E.164), email: str; choice: its id; yes_no:
    bool; number: int or float; money: {"amount", "currency"}; date "2026-05-05"; time "15:30";
    date_time "2026-05-05T15:30"; location {"latitude", "longitude"}; contact {"phone"}. Files are
    no words: photo and file are None. Never raises.
    """
    if not asked and slot.kind not in TELLING:
        return None
    reader = _READERS.get(slot.kind)
    if reader is None or not message.text:
        return None
    if slot.kind not in _AS_WRITTEN:
        for text in meant(message.text):
            found = reader(slot, replace(message, text=text), asked)
            if found is not None:
                return found
    return reader(slot, message, asked)


def _digits(message: Message) -> str:
    return ordinals_in_digits(in_digits(folded(message.text)))


def _text(slot: Slot, message: Message, asked: bool) -> str | None:
    return message.text if re.search(r"\w", message.text) else None


def _choice(slot: Slot, message: Message, asked: bool) -> str | None:
    if not slot.choices:
        return None
    found = choice_in(message.text, slot.choices, asked)
    return found or choice_in(_other_layout(message), slot.choices, asked=False)


def _yes_no(slot: Slot, message: Message, asked: bool) -> bool | None:
    said = yes_or_no(message.text)
    return yes_or_no(_other_layout(message)) if said is None else said


def _other_layout(message: Message) -> str:
    """A Russian message typed on the English keyboard: «lf» is «да»; else nothing."""
    if message.language != "ru" or re.search("[а-яё]", message.text, re.IGNORECASE):
        return ""
    return message.text.lower().translate(_KEYS)


def _number(slot: Slot, message: Message, asked: bool) -> float | None:
    found = numbers(_digits(message))
    small = [each for each in found if not 1900 <= each.value <= 2100]
    found = small if len(found) > 1 and small else found  # beside another number, a year
    values = {each.value for each in found}
    return found[0].value if len(values) == 1 else None


def _money(slot: Slot, message: Message, asked: bool) -> dict[str, Any] | None:
    text = _digits(message)
    found = amounts(text)
    if found:
        return {"amount": found[0].value, "currency": found[0].currency}
    bare = numbers(text) if asked else []
    if len(bare) == 1:
        value = value_of(text[bare[0].start : bare[0].end], money=True)
        return {"amount": value, "currency": slot.currency}
    return None


def _date(slot: Slot, message: Message, asked: bool) -> str | None:
    found = dates(_digits(message), message.now, message.language, slot.past)
    fitting = [day for day in found if asked or day.sure]
    values = {day.value for day in fitting}
    return fitting[0].value.isoformat() if len(values) == 1 else None


def _time(slot: Slot, message: Message, asked: bool) -> str | None:
    text = _digits(message)
    after = spell(text)
    if after:
        return (message.now + after[0]).strftime("%H:%M")
    found = times(text)
    sure = [clock for clock in found if clock.sure]
    bare = _BARE_TIME.fullmatch(text) if asked and not sure else None
    if bare and int(bare[1]) < 24 and int(bare[2]) < 60:
        return f"{int(bare[1]):02d}:{int(bare[2]):02d}"
    fitting = sure or (found if asked else [])
    return fitting[0].written if len({clock.minutes for clock in fitting}) == 1 else None


def _date_time(slot: Slot, message: Message, asked: bool) -> str | None:
    text = _digits(message)
    after = spell(text)
    if after:
        return (message.now + after[0]).strftime("%Y-%m-%dT%H:%M")
    iso = re.search(r"\b(\d{4}-\d\d-\d\d)t(\d\d:\d\d)\b", text)
    text = text.replace(iso[0], f"{iso[1]} {iso[2]}") if iso else text
    days = [
        day for day in dates(text, message.now, message.language, slot.past) if asked or day.sure
    ]
    if len({day.value for day in days}) != 1:
        return None
    rest = text
    for day in days:
        rest = rest[: day.start] + " " * (day.end - day.start) + rest[day.end :]
    rest += " tonight" if "tonight" in text else ""  # a day and a part of the day in one word
    clocks = [clock for clock in times(rest) if asked or clock.sure]
    sure = {clock.minutes for clock in clocks if clock.sure}
    if len(sure or {clock.minutes for clock in clocks}) != 1:
        return None
    return f"{days[0].value.isoformat()}T{clocks[0].written}"


def _phone(slot: Slot, message: Message, asked: bool) -> str | None:
    for text in (message.text, _digits(message)):
        found = phone_in(text, slot.country)
        if found:
            return found[0]
    return None


def _email(slot: Slot, message: Message, asked: bool) -> str | None:
    found = email_in(message.text)
    return found[0] if found else None


def _order_number(slot: Slot, message: Message, asked: bool) -> str | None:
    for text in (message.text, in_digits(folded(message.text))):
        found = order_number_in(text, slot.pattern, asked)
        if found:
            return found[0]
    return None


def _address(slot: Slot, message: Message, asked: bool) -> str | None:
    return address_of(message.text)


def _location(slot: Slot, message: Message, asked: bool) -> dict[str, float] | None:
    found = place_in(message.text)
    return found[0] if found else None


def _contact(slot: Slot, message: Message, asked: bool) -> dict[str, str] | None:
    phone = _phone(slot, message, asked)
    return {"phone": phone} if phone else None


def fits(slot: Slot, value: Any) -> bool:
    """Whether `least` and `most` allow the value: of a number, an amount, or a text's length."""
    size: float
    if slot.kind == "money" and isinstance(value, dict):
        size = value["amount"]
    elif slot.kind == "text" and isinstance(value, str):
        size = len(value)
    elif slot.kind == "number" and isinstance(value, int | float):
        size = value
    else:
        return True
    return (
        (-math.inf if slot.least is None else slot.least)
        <= size
        <= (math.inf if slot.most is None else slot.most)
    )


_READERS: Final[dict[str, Callable[[Slot, Message, bool], Any]]] = {
    "text": _text,
    "choice": _choice,
    "yes_no": _yes_no,
    "number": _number,
    "money": _money,
    "date": _date,
    "time": _time,
    "date_time": _date_time,
    "phone": _phone,
    "email": _email,
    "order_number": _order_number,
    "address": _address,
    "location": _location,
    "contact": _contact,
}
