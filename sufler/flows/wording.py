"""The texts of flows: `{order}`, `{total|money}`, `{days|plural:день,дня,дней}` filled in.

Values come from customers and from services: they are one line, and nothing in them is Markdown.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from sufler.domain.knowledge import Language
from sufler.domain.locales import number, plural_form
from sufler.domain.texts import text as catalogue_text
from sufler.flows.expression import lookup
from sufler.flows.model import Slot, Text

MAX_VALUE_CHARS: Final = 500
PLACE: Final = re.compile(
    r"\{(?P<name>[a-z][a-z0-9_]*(?:\.[A-Za-z0-9_]+)*)(?P<formats>(?:\|[^{}|]*)*)\}"
)
FORMATS: Final = frozenset({"money", "number", "day", "time", "plural", "or"})
SECRET: Final = re.compile(r"\{secret\.([A-Z][A-Z0-9_]{0,63})\}")
_MARKDOWN = re.compile(r"([\\`*_\[\](){}<>#~|!&])")
_SIGNS: Final = {"RUB": "₽", "USD": "$", "EUR": "€", "GBP": "£", "KZT": "₸"}


def said(text: Text, language: Language) -> str:
    """The wording in `language`, or the other one where that is missing; "" where there is none."""
    return text.get(language) or next(iter(text.values()), "")


def fill(
    template: str, values: Mapping[str, Any], slots: Mapping[str, Slot], language: Language
) -> str:
    """`template` with its places filled, in Markdown. What is not known is left out. Never raises;
    what a value contains is never read as a place."""
    return PLACE.sub(
        lambda found: _MARKDOWN.sub(r"\\\1", _shown(found, values, slots, language)), template
    )


def plain(
    template: str, values: Mapping[str, Any], slots: Mapping[str, Slot], language: Language
) -> str:
    """The same without Markdown, for titles of requests and for bodies of calls."""
    return PLACE.sub(lambda found: _shown(found, values, slots, language), template)


def readable(markdown: str) -> str:
    """What `fill` has made, as people read it in a terminal: its escapes taken away."""
    return re.sub(r"\\([\\`*_\[\](){}<>#~|!&])", r"\1", markdown)


def in_address(template: str, values: Mapping[str, Any]) -> str:
    """An address with its values percent-encoded, slashes too, so that they stay one part of it."""
    return PLACE.sub(
        lambda found: quote(_raw(lookup(values, found["name"]))[:MAX_VALUE_CHARS], safe=""),
        template,
    )


def in_header(template: str, values: Mapping[str, Any]) -> str:
    """A header with its values on one line of printable characters; secrets stay named. A value
    loses its braces: no customer names a secret."""
    return PLACE.sub(
        lambda found: (
            found[0]
            if found["name"].startswith("secret.")
            else re.sub(r"[{}]", "", _raw(lookup(values, found["name"])))
        ),
        template,
    )


def in_body(body: Any, values: Mapping[str, Any]) -> Any:
    """A JSON body: a text that is one place alone becomes its value as it is, number or list."""
    if isinstance(body, Mapping):
        return {str(key): in_body(value, values) for key, value in body.items()}
    if isinstance(body, list):
        return [in_body(value, values) for value in body]
    if not isinstance(body, str):
        return body
    alone = PLACE.fullmatch(body)
    if alone and not alone["formats"]:
        return lookup(values, alone["name"])
    return PLACE.sub(lambda found: _raw(lookup(values, found["name"])), body)


def shown(value: Any, slot: Slot | None, language: Language) -> str:
    """A value as people read it: a choice by its label, money with its sign, a date in words."""
    if value is None:
        return ""
    if slot and slot.kind == "choice" and value in slot.choices:
        return said(slot.choices[value].label, language)
    if slot and slot.kind in {"photo", "file"} and isinstance(value, dict):
        kind = "media_photo" if slot.kind == "photo" else "media_document"
        return _line(str(value.get("name") or catalogue_text(kind, language)))
    if isinstance(value, bool):
        return catalogue_text("flow_yes" if value else "flow_no", language)
    if isinstance(value, dict) and "amount" in value:
        return _money(value["amount"], str(value.get("currency", "")), language)
    if slot and slot.kind == "date":
        return _day(value, language)
    if slot and slot.kind == "date_time":
        day, _, clock = str(value).partition("T")
        return f"{_day(day, language)}, {clock}"
    if isinstance(value, dict):
        return _line(", ".join(_raw(part) for part in value.values()))
    if isinstance(value, list):
        return _line(", ".join(_raw(part) for part in value))
    return _raw(value)


def places(template: str) -> Iterator[tuple[str, list[str]]]:
    """The names and formats that a text fills in, for the check."""
    for found in PLACE.finditer(template):
        yield found["name"], found["formats"].split("|")[1:]


def strange_places(template: str) -> list[str]:
    """What stands in braces and is no place, or has a format that there is not."""
    rest = PLACE.sub("", SECRET.sub("", template))
    strange = re.findall(r"\{[^{}]{0,60}\}?", rest)
    for found in PLACE.finditer(template):
        if any(each.partition(":")[0] not in FORMATS for each in found["formats"].split("|")[1:]):
            strange.append(found[0])
    return strange


def _shown(
    found: re.Match[str], values: Mapping[str, Any], slots: Mapping[str, Slot], language: Language
) -> str:
    value = lookup(values, found["name"])
    made = shown(value, slots.get(found["name"]), language)
    for each in found["formats"].split("|")[1:]:
        name, _, rest = each.partition(":")
        if name == "or":
            made = made or rest
        elif made:
            made = _formatted(name, rest, value, language)
    return made


def _formatted(name: str, rest: str, value: Any, language: Language) -> str:
    amount = value.get("amount") if isinstance(value, dict) else value
    if isinstance(amount, int | float) and not isinstance(amount, bool):
        if name == "money":
            currency = str(value.get("currency", "RUB")) if isinstance(value, dict) else "RUB"
            return _money(amount, currency, language)
        if name == "number":
            return number(amount, language, 0 if amount == int(amount) else 2)
        if name == "plural":
            forms = rest.split(",")
            form = forms[min(plural_form(amount, language), len(forms) - 1)]
            return f"{number(amount, language, 0 if amount == int(amount) else 1)} {form}"
    if name == "day":
        return _day(value, language)
    if name == "time":
        return str(value)[-5:]
    return _raw(value)


def _money(amount: Any, currency: str, language: Language) -> str:
    if not isinstance(amount, int | float):
        return _raw(amount)
    digits = 0 if amount == int(amount) else 2
    sign = _SIGNS.get(currency, currency)
    if language == "en" and sign in {"$", "€", "£"}:
        return f"{sign}{number(amount, language, digits)}"
    return f"{number(amount, language, digits)}\u00a0{sign}".rstrip("\u00a0")


def _day(value: Any, language: Language) -> str:
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError:
        return _raw(value)
    month = catalogue_text("months", language).split()[day.month - 1]
    return f"{day.day} {month} {day.year}"


def _raw(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return _line(str(value))


def _line(value: str) -> str:
    line = "".join(char if char.isprintable() else " " for char in value[: MAX_VALUE_CHARS * 4])
    return " ".join(line.split())[:MAX_VALUE_CHARS]
