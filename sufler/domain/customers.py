"""What is done with one customer as a whole: a ban, an erasure, and what is kept for how long."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class Ban:
    """Nothing is taken from this customer until then (None: for good). `dismissed` counts what
    was not taken."""

    channel: str
    customer_id: str
    at: datetime
    by: str
    by_name: str
    reason: str
    until: datetime | None = None
    dismissed: int = 0

    def holds_at(self, now: datetime) -> bool:
        """Whether it is in force."""
        return self.until is None or self.until > now


@dataclass(frozen=True, slots=True)
class Known:
    """A customer as a list shows them."""

    channel: str
    customer_id: str
    name: str
    conversation_id: str
    ticket: int
    updated_at: datetime
    banned: bool = False


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased, by kind; nothing of what it was. `copies` are copies of the database
    that lie beside it and may still hold the customer."""

    channel: str
    counts: Mapping[str, int] = field(default_factory=dict)
    copies: tuple[str, ...] = ()

    def of(self, kind: str) -> int:
        """How many of a kind."""
        return self.counts.get(kind, 0)


# Days for each kind of data, 0 for ever; see `storage/retention.py` for what goes.
KINDS: Final = (
    "messages",
    "files",
    "inbox",
    "suggestions",
    "learned",
    "events",
    "audit",
    "parked",
    "stream",
    "flows",
)


def learned_from(conversation_id: str) -> str:
    """The author of a phrasing that was learned from a customer's words: who erases the customer
    finds it by that."""
    return f"customer:{conversation_id}"
