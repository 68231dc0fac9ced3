"""What administrators see and choose: the log of acts, sessions, traffic, choices on pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sufler.domain.knowledge import Language

# Texts of the bot that a company may put in its own words. All else is fixed: the rest of the
# program relies on it, or it is read by staff.
OWN_TEXTS: Final = (
    "greeting",
    "help",
    "thanks",
    "swearing",
    "say_it_in_words",
    "unreadable",
    "clarify",
    "why_no_answer",
    "why_not_it",
    "why_failure",
    "person_will_look",
    "nobody_here",
    "nobody_exists",
    "still_waiting",
    "waiting_on_duty",
)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that an administrator did. `what` is a word of `ACTS`; `subject` names whom or
    what it was done to; no secret is in it."""

    at: datetime
    by: str
    by_name: str
    what: str
    subject: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A login that is still open. `id` is the hash of its token, which opens nothing."""

    id: str
    person_id: str
    created_at: datetime
    expires_at: datetime
    seen_at: datetime | None = None
    client: str = ""


@dataclass(frozen=True, slots=True)
class Traffic:
    """One channel's messages: since a moment, and those that did not go out, of all times."""

    came: int = 0
    sent: int = 0
    last_came: datetime | None = None
    waiting: int = 0
    failed: int = 0
    unknown: int = 0
    parked: int = 0


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message of ours that waits after a failure, failed, or may not have arrived."""

    channel: str
    conversation_id: str
    customer_name: str
    ticket: int
    state: str
    at: datetime
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """A customer's message that could not be handled. The conversation is None when not even that
    could be stored."""

    id: int
    channel: str
    received_at: datetime
    error: str
    conversation_id: str | None = None
    customer_name: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What is in force of the things that can be chosen on pages. `own_texts` are by key, then by
    language; a missing one is the catalogue's."""

    language: Language = "ru"
    answer_bar: float = 0.5
    hidden_share: float = 0.0
    name: Mapping[Language, str] = field(default_factory=dict)
    examples: Mapping[Language, tuple[str, ...]] = field(default_factory=dict)
    own_texts: Mapping[str, Mapping[Language, str]] = field(default_factory=dict)
