"""One line of `sufler doctor`: what was looked at, how it is, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How a check came out; a red one makes the exit code 1."""

    GREEN = "ok"
    GREY = "off"
    YELLOW = "warning"
    RED = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, in words, and how to mend it."""

    what: str
    health: Health
    words: str
    mend: str = ""
