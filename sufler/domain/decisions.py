"""Suggestions, and what the bot decides to do with a turn, with the versions that made them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sufler.domain.knowledge import Language, Mode


class DecisionKind(StrEnum):
    """What the bot does with a turn."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    FLOW = "flow"
    HAND_OFF = "hand_off"
    STAY_SILENT = "stay_silent"
    COURTESY = "courtesy"
    STATUS = "status"
    CLOSE = "close"


class Reason(StrEnum):
    """Why; one for each rule of `conversation/decide.py`."""

    OPERATOR_OWNS = "operator_owns"
    ASKS_FOR_PERSON = "asks_for_person"
    IN_QUEUE = "in_queue"
    NOTHING_TO_ANSWER = "nothing_to_answer"
    NOT_IT = "not_it"
    CONFIDENT = "confident"
    CLOSE_CANDIDATES = "close_candidates"
    CHOSEN = "chosen"
    TOPIC_SUGGESTS = "topic_suggests"
    TOPIC_OBSERVES = "topic_observes"
    LOW_CONFIDENCE = "low_confidence"
    OTHER_LANGUAGE = "other_language"
    EMPTY_KNOWLEDGE = "empty_knowledge"
    UNREADABLE = "unreadable"
    GONE = "gone"
    FAILURE = "failure"
    RUNNER_UP = "runner_up"
    CONFIRMED = "confirmed"
    STALE = "stale"
    STOPPED = "stopped"
    SOLVED = "solved"
    DRAWN = "drawn"
    COMMAND = "command"
    UNDER_WAY = "under_way"
    FLOW_LEAVES = "flow_leaves"
    EVENT = "event"
    WITHDRAWN = "withdrawn"


class TurnKind(StrEnum):
    """What a text is before any article is looked at (`prompter/turn_kind.py`)."""

    QUESTION = "question"
    GREETING = "greeting"
    THANKS = "thanks"
    ACKNOWLEDGEMENT = "acknowledgement"
    EMOJI = "emoji"
    DIGITS = "digits"
    MASH = "mash"
    SWEARING = "swearing"
    NOT_IT = "not_it"
    ASKS_FOR_PERSON = "asks_for_person"
    ASKS_STATUS = "asks_status"
    CLOSES = "closes"
    EMPTY = "empty"


class Level(StrEnum):
    """A word for a confidence: точно · вероятно · проверьте."""

    SURE = "sure"
    LIKELY = "likely"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Versions:
    """What a suggestion was made with; together they let it be replayed to the same result."""

    knowledge: int
    model: str
    head: str
    policy: str
    onnxruntime: str


@dataclass(frozen=True, slots=True)
class SuggestionItem:
    """One offered article. `text` has its variables filled where they were known.

    `confidence` is a calibrated probability (0..1) that sending this answer as it stands would be
    right. `why` holds the named parts of the score.
    """

    article_id: str
    title: str
    text: str
    topic: str
    mode: Mode
    language: Language
    language_ok: bool
    confidence: float
    level: Level
    phrasing: str
    why: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is offered for a turn: at most `limit` items, best first. `took_ms` is milliseconds.
    `hidden`: drawn for a check, nobody may see anything of it."""

    id: str
    text: str
    language: Language
    turn_kind: TurnKind
    items: tuple[SuggestionItem, ...]
    versions: Versions
    took_ms: float
    at: datetime
    conversation_id: str | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What the bot does with a turn. `article_ids`: the one sent, or those offered to choose."""

    kind: DecisionKind
    reason: Reason
    article_ids: tuple[str, ...] = ()
    confidence: float | None = None


# Of a turn that people answer without a suggestion: not even which rule would have held.
UNSEEN = Decision(DecisionKind.HAND_OFF, Reason.DRAWN)


class FeedbackAction(StrEnum):
    """What an operator did with a suggestion. CONFIRMED is the customer's: the answer helped."""

    ACCEPTED = "accepted"
    EDITED = "edited"
    REPLACED = "replaced"
    REJECTED = "rejected"
    IGNORED = "ignored"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One stored act on a suggestion. `by` is a person's or a key's id."""

    suggestion_id: str
    action: FeedbackAction
    by: str
    at: datetime
    article_id: str | None = None
    final_text: str | None = None
    reason: str | None = None
