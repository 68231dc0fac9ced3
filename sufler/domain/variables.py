"""Variables of an answer, such as `{customer.first_name|друг}`: filled once, literally."""

import re
from collections.abc import Mapping
from datetime import datetime

from sufler.domain.conversation import Conversation
from sufler.domain.knowledge import Language
from sufler.domain.texts import text as catalogue_text

KNOWN = ("customer.first_name", "ticket.number", "today")
MAX_VALUE_CHARS = 64

_VARIABLE = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)*)(?:\|([^{}|\n]*))?\}")
_MARKDOWN = re.compile(r"([\\`*_\[\]()<>#~|!&])")
_LIST_MARK = re.compile(r"^([-+]|\d+[.)])(?=\s|$)")


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with each `{name}` or `{name|fallback}` replaced by its value.

    A name without a value (or with a blank one) becomes its fallback, or nothing. One pass: what
    a value contains is never read as a variable. Values are hostile (a customer picks a name):
    they become one line of at most 64 characters in which Markdown has no effect. Fallbacks are
    an editor's and stay as written. Braces that are not of this form stay, so code survives.
    """

    def replacement(found: re.Match[str]) -> str:
        value = literal(values.get(found[1], ""))
        return value or (found[2] or "")

    return _VARIABLE.sub(replacement, text)


def literal(value: str) -> str:
    """`value` as one short line in which no character is Markdown."""
    line = "".join(char if char.isprintable() else " " for char in value)
    line = " ".join(line[: MAX_VALUE_CHARS * 4].split())[:MAX_VALUE_CHARS].rstrip()
    line = _MARKDOWN.sub(r"\\\1", line)
    return _LIST_MARK.sub(lambda mark: f"{mark[1][:-1]}\\{mark[1][-1]}", line)


def unknown_names(text: str) -> list[str]:
    """Names in `text` that no value will ever be given for, in order, each once."""
    return list(dict.fromkeys(m[1] for m in _VARIABLE.finditer(text) if m[1] not in KNOWN))


def values_of(conversation: Conversation, now: datetime, language: Language) -> dict[str, str]:
    """What is known for filling: `today` is the date where this machine stands."""
    return {
        "customer.first_name": conversation.customer.first_name,
        "ticket.number": str(conversation.ticket) if conversation.ticket else "",
        "today": day(now, language),
    }


def day(moment: datetime, language: Language) -> str:
    """The date of `moment` (aware) in words: «22 ноября 2025», “22 November 2025”."""
    local = moment.astimezone()
    month = catalogue_text("months", language).split()[local.month - 1]
    return f"{local.day} {month} {local.year}"
