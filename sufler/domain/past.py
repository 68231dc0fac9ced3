"""What happened in a conversation before somebody looks: edits, what the bot tried, delays."""

from dataclasses import dataclass
from datetime import datetime

from sufler.domain.decisions import DecisionKind, Reason


@dataclass(frozen=True, slots=True)
class Version:
    """What an edited message said before, and until when."""

    text: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Tried:
    """One decision of the bot. `titles` are the articles that were sent or offered, or for a
    hand-off what came nearest, with its `confidence` (0..1). `verdict` is the customer's: True it
    helped, False it was wrong, None when nothing was said. `messages`: ids of the turn's."""

    kind: DecisionKind
    reason: Reason
    titles: tuple[str, ...]
    confidence: float | None
    verdict: bool | None
    messages: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Delay:
    """Replies wait on a channel: how many, since when. `words` are the channel's own, where this
    process sends on it and knows them; `until` is when it is tried again."""

    waiting: int
    since: datetime
    words: str = ""
    until: datetime | None = None
