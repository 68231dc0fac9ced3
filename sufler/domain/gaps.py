"""What the base lacks: turns that it did not serve, gathered by what they ask for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sufler.domain.knowledge import Language


class Lack(StrEnum):
    """Why a turn was not served: nothing fitted; the operator wrote anew; the operator rejected."""

    NOTHING = "nothing"
    ANEW = "anew"
    REJECTED = "rejected"


class GapKind(StrEnum):
    """No article answers it; or one does, and nobody asks for it in these words there."""

    ARTICLE = "article"
    PHRASING = "phrasing"


class GapState(StrEnum):
    """TAKEN: a draft, or phrasings, were made of it."""

    OPEN = "open"
    TAKEN = "taken"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class GapTurn:
    """A turn that was not served. `reply` is what a person sent to it, "" where nobody did, and
    `waited_s` how many seconds that took (None: nobody replied, or a foreign desk did not tell).
    `article_id`: the article that was sent instead, where that is known. `topic` is the first
    suggestion's, "" without one."""

    suggestion_id: str
    text: str
    language: Language
    lack: Lack
    at: datetime
    reply: str = ""
    waited_s: float | None = None
    conversation_id: str | None = None
    article_id: str | None = None
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Turns that ask for one thing. `question_id` and `reply_id` are the turns with the most
    central question and with the best reply (None: nobody replied). `article_id` is the article of
    a missing phrasing, or the draft that was made of it; `changed_at` when it was taken or
    dismissed, and by whom. `id` is 0 until it is stored."""

    id: int
    kind: GapKind
    state: GapState
    language: Language
    at: datetime
    question_id: str
    reply_id: str | None = None
    article_id: str | None = None
    changed_at: datetime | None = None
    changed_by: str | None = None


@dataclass(frozen=True, slots=True)
class GapSize:
    """How many turns of a gap came in a stretch of time, and how long the customer waited for a
    person then (mean seconds; None where nobody's wait is known)."""

    turns: int
    waited_s: float | None = None


@dataclass(frozen=True, slots=True)
class GapLook:
    """When was looked for gaps, who wanted it ("week": nobody did), how many turns were not served
    since the look before, and how many gaps are new."""

    at: datetime
    by: str
    turns: int
    gaps: int
