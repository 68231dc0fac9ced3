"""Figures for administrators: how episodes ended, what operators did, what the base does not know.

Each is made from stored rows only; the definitions are in docs/accuracy.md and beside each figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

# An article that so many turns of a month are about is asked for again and again.
REPEATED: Final = 3


class Ending(StrEnum):
    """How an episode ended: each is in exactly one of these classes."""

    CONFIRMED = "confirmed"
    SILENT = "silent"
    REOPENED = "reopened"
    HANDED_OFF = "handed_off"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Ended:
    """An episode that was closed, and what happened in it. `asked`: there was something to answer;
    `answered`: the bot sent an article; `waited`: it was in a queue; `served`: an operator had it;
    `confirmed`: the customer said of the bot's last answer that it helped, or closed it as solved.
    `next_at`: when the customer's next episode began."""

    conversation_id: str
    number: int
    opened_at: datetime
    closed_at: datetime
    asked: bool
    answered: bool
    waited: bool
    served: bool
    confirmed: bool
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """A drawn turn that went to an operator. `hidden`: nobody saw a suggestion for it. `shown_to`:
    it was of a topic that suggests, so that it was by lot alone whether it was hidden.
    `replied_at`: when an operator first wrote after it, before the episode was closed; None when
    nobody did. `agreed`: the hidden check's verdict, None without one."""

    suggestion_id: str
    conversation_id: str
    at: datetime
    hidden: bool
    shown_to: bool
    by: str | None = None
    replied_at: datetime | None = None
    agreed: bool | None = None


@dataclass(frozen=True, slots=True)
class Uses:
    """What one operator did with the suggestions that were shown, by the value of
    `FeedbackAction`. `by` is the caller's id."""

    by: str
    actions: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.actions.values())


@dataclass(frozen=True, slots=True)
class Effect:
    """What suggestions change in the time to the first reply: `ratio` of the geometric means, with
    divided by without (0.8: a fifth sooner), and its 95 % interval; None where either arm is too
    small to say. `with_s` and `without_s` are medians in seconds, None for an empty arm."""

    with_count: int
    without_count: int
    with_s: float | None
    without_s: float | None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class OperatorFigures:
    """One operator's: uses of what was shown, times of first replies, hidden checks."""

    uses: Uses
    times: Effect
    checks: int
    agreed: int


@dataclass(frozen=True, slots=True)
class Wrong:
    """A check that was wrong, as it is read: what was asked, what the bot would have said, and with
    which parts of the score; what an operator wrote, where that is known."""

    check_id: int
    conversation_id: str | None
    asked: str
    title: str
    answer: str
    article_id: str
    confidence: float
    kind: str
    overdue: bool
    why: Mapping[str, float]
    reply: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Turns:
    """How many turns came in a period, and how many of them were far from everything known."""

    turns: int
    far_off: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Turns of a period, and those of them that were `repeated`: not far off, and about an article
    that at least REPEATED turns of the period were about."""

    turns: int
    repeated: int
