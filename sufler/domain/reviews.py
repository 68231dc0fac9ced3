"""What reviewers are shown and what came of it; the words of checks themselves: `checks.py`."""

from collections.abc import Mapping
from dataclasses import dataclass

from sufler.domain.checks import Draw, Review, ReviewTask
from sufler.domain.conversation import Conversation, Message
from sufler.domain.decisions import Suggestion
from sufler.domain.knowledge import Language


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn under review with all that stands behind it. `context`: the last messages of its
    episode before it, the oldest first; `said`: the customer's own messages that it is made of.
    Nothing that came after is in it; of a foreign desk's conversation nothing but the suggestion's
    text is known. `reviews` are those that stand, in their order."""

    task: ReviewTask
    draw: Draw
    suggestion: Suggestion
    conversation: Conversation | None
    context: tuple[Message, ...]
    said: tuple[Message, ...]
    reviews: tuple[Review, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """An answer that a reviewer may pick, with its title and text as they would be sent."""

    article_id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """What one reviewer is shown of a turn: nothing tells which of the options the bot thought of,
    nor how surely."""

    task_id: int
    turn: str
    language: Language
    context: tuple[Message, ...]
    said: tuple[Message, ...]
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of `pairs` turns that two reviewers saw, in `same` they picked the same. `kappa`: that, less
    what chance alone would give; None where nothing can be said."""

    pairs: int
    same: int
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How the review stands for one person. `waiting`: turns that wait, by topic; `mine`: those of
    them that this person may review. `today`: reviewed by them since midnight, where this machine
    stands. `pace_s`: seconds that a turn takes them, as measured. `late`: automatic answers that
    have waited for their check for so long that somebody should look."""

    waiting: Mapping[str, int]
    mine: int
    today: int
    pace_s: float
    disputes: int
    late: int
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Sprint:
    """What a sprint took: `taken` turns in the order of u, of `there` that it could have taken."""

    topic: str
    taken: int
    there: int


@dataclass(frozen=True, slots=True)
class Dispute:
    """A turn that two reviewers judge differently, with their picks in words' ids."""

    turn: Turn
    picks: tuple[Review, ...]
