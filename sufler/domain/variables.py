"""Variables of an answer or a template, such as `{customer.first_name|друг}`: filled once,
literally; and the places that an operator still has to fill."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sufler.domain.conversation import Conversation
from sufler.domain.knowledge import Language
from sufler.domain.texts import text as catalogue_text

# Fields of customers' cards are `customer.<key>` besides.
KNOWN = ("customer.first_name", "customer.name", "ticket.number", "today", "operator.name")
MAX_VALUE_CHARS = 64

_VARIABLE = re.compile(r"(?<!\\)\{([a-z_]+(?:\.[a-z_]+)*)(?:\|([^{}|\n]*))?\}")
# What a person would take for a place to fill in, in whatever language; `{{x}}` and code are none.
_PLACE = re.compile(r"(?<![\\{])\{([^\W\d_][\w .-]{0,58})(?:\|[^{}|\n]*)?\}(?!\})")
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
_MARKDOWN = re.compile(r"([\\`*_\[\](){}<>#~|!&])")
_LIST_MARK = re.compile(r"^([-+]|\d+[.)])(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Place:
    """A `{place}` of a text that nobody has filled: text[start:end], with its name."""

    start: int
    end: int
    name: str


def fill(text: str, values: Mapping[str, str], *, keep: bool = False) -> str:
    """`text` with each `{name}` or `{name|fallback}` replaced by its value.

    A name without a value (or with a blank one) becomes its fallback, or nothing; with `keep` it
    stays as it is written where it has no fallback either, for a person to fill in. One pass: what
    a value contains is never read as a variable. Values are hostile (a customer picks a name):
    they become one line of at most 64 characters in which Markdown has no effect. Fallbacks are
    an editor's and stay as written. Braces that are not of this form stay, so code survives.
    """

    def replacement(found: re.Match[str]) -> str:
        value = literal(values.get(found[1], ""))
        if value or found[2] is not None:
            return value or found[2]
        return found[0] if keep else ""

    return _VARIABLE.sub(replacement, text)


def unfilled(text: str, values: Mapping[str, str] | None = None) -> tuple[Place, ...]:
    """The places of `text` that still wait to be filled, in order: `{номер заказа}`. What `values`
    or a fallback fill is none; nor is what stands in code, or behind a backslash."""
    code = [found.span() for found in _CODE.finditer(text)]
    variables = {found.start(): found for found in _VARIABLE.finditer(text)}
    known = values or {}

    def is_filled(found: re.Match[str]) -> bool:
        variable = variables.get(found.start())
        if variable is None:
            return False
        return variable[2] is not None or bool(literal(known.get(variable[1], "")))

    return tuple(
        Place(found.start(), found.end(), found[1].strip())
        for found in _PLACE.finditer(text)
        if not is_filled(found) and not any(a <= found.start() < b for a, b in code)
    )


def literal(value: str) -> str:
    """`value` as one short line in which no character is Markdown."""
    line = "".join(char if char.isprintable() else " " for char in value)
    line = " ".join(line[: MAX_VALUE_CHARS * 4].split())[:MAX_VALUE_CHARS].rstrip()
    line = _MARKDOWN.sub(r"\\\1", line)
    return _LIST_MARK.sub(lambda mark: f"{mark[1][:-1]}\\{mark[1][-1]}", line)


def unknown_names(text: str, fields: Collection[str] = ()) -> list[str]:
    """Names in `text` that no value will ever be given for, in order, each once; `fields` are the
    keys of customers' cards."""
    known = {*KNOWN, *(f"customer.{key}" for key in fields)}
    return list(dict.fromkeys(m[1] for m in _VARIABLE.finditer(text) if m[1] not in known))


def values_of(
    conversation: Conversation, now: datetime, language: Language, operator: str = ""
) -> dict[str, str]:
    """What is known for filling: `today` is the date where this machine stands, `operator` the name
    of who writes; the bot has none."""
    customer = conversation.customer
    return {
        **{f"customer.{key}": value for key, value in conversation.given.items()},
        "customer.first_name": customer.first_name,
        "customer.name": customer.name or customer.first_name,
        "ticket.number": str(conversation.ticket) if conversation.ticket else "",
        "today": day(now, language),
        "operator.name": operator,
    }


def day(moment: datetime, language: Language) -> str:
    """The date of `moment` (aware) in words: «22 ноября 2025», “22 November 2025”."""
    local = moment.astimezone()
    month = catalogue_text("months", language).split()[local.month - 1]
    return f"{local.day} {month} {local.year}"
