"""Checks: labels that were made without having seen the suggestion. See docs/accuracy.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sufler.domain.knowledge import Mode


class CheckKind(StrEnum):
    """How the label came about; each without having seen what the bot would have said."""

    HIDDEN = "hidden"
    HISTORY = "history"
    REVIEW = "review"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Check:
    """One label: whether sending the top article as it stood would have been `right`.

    `confidence` is the prediction's; `propensity` the chance (0..1] with which the turn was drawn;
    `predicted_at` and `at` are when the prediction and the label were made. `overdue`: nobody
    labelled it in time, so it counts as wrong.
    """

    id: int
    suggestion_id: str
    topic: str
    article_id: str
    kind: CheckKind
    confidence: float
    right: bool
    propensity: float
    predicted_at: datetime
    at: datetime
    by: str
    took_s: float | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Draw:
    """A prediction that was made for a customer's turn, before anybody labelled it.

    `u` (0..1) was drawn when the turn's first message arrived, and `share` was the chance of being
    hidden at that time. `counts`: it is the first of its episode; others are never checked.
    `hidden`: nobody sees anything derived from it. `answered`: the bot sent the top article by
    itself; `audited`: that answer was drawn for the audit. `far_off`: far from everything the base
    knows.
    """

    suggestion_id: str
    conversation_id: str
    episode: int
    topic: str
    article_id: str
    confidence: float
    u: float
    share: float
    at: datetime
    message_id: int | None = None
    counts: bool = True
    hidden: bool = False
    answered: bool = False
    audited: bool = False
    far_off: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What an operator told the customer; `by` is a person's or a key's id."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """A hidden turn that waits for its label: what operators have said since, the oldest first and
    for good; the customer's `values`, such as the name. `over`: people are done with it."""

    draw: Draw
    said: tuple[Said, ...]
    values: Sequence[str] = ()
    over: bool = False


class TaskState(StrEnum):
    """Where a turn under review stands. DISPUTED: its two reviewers disagree on whether the top
    article is right."""

    OPEN = "open"
    DISPUTED = "disputed"
    DONE = "done"
    OVERDUE = "overdue"


class Choice(StrEnum):
    """What a reviewer picks besides an article."""

    NONE = "none"
    TWO = "two"
    NOT_A_QUESTION = "not_a_question"


@dataclass(frozen=True, slots=True)
class ReviewTask:
    """A turn that waits for a blind review. `matched` is the article that the operator's reply was
    found to be, where the matcher decided and the turn is looked at all the same; `reviewers` how
    many must agree (1 or 2). Not labelled by `due_at`, it counts as wrong."""

    id: int
    suggestion_id: str
    kind: CheckKind
    topic: str
    propensity: float
    state: TaskState
    created_at: datetime
    due_at: datetime
    matched: str | None = None
    reviewers: int = 1
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What one reviewer picked: an article's id or a `Choice`; with TWO, `also` names the two.
    `shown` are the articles' ids as they were ordered on the page."""

    id: int
    task_id: int
    reviewer: str
    choice: str
    also: tuple[str, ...]
    shown: tuple[str, ...]
    took_s: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Trial:
    """One test of a topic. `bars` were read off coverage, without labels, when it started; checks
    of predictions that were made before `since` do not count (None: all do). `enough` is the
    evidence it takes: 20, doubled after each demotion for wrong answers."""

    id: int
    topic: str
    started_at: datetime
    since: datetime | None
    why: str
    target: float
    enough: float
    bars: tuple[float, ...]
    granted_at: datetime | None = None


class ModeReason(StrEnum):
    """Why a topic's mode changed. ALARM: it did not, but each of its answers is audited for a
    while, because what customers do after them became worse."""

    CHOSEN = "chosen"
    CERTIFIED = "certified"
    WITHOUT_CERTIFICATE = "without_certificate"
    WRONG_ANSWERS = "wrong_answers"
    TWO_OPERATORS = "two_operators"
    NEW_ENCODER = "new_encoder"
    DRIFT = "drift"
    NOBODY_CHECKS = "nobody_checks"
    EXPIRED = "expired"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class ModeChange:
    """Who changed what a topic may do, why, and with which numbers. `by` is a person's id, or
    "watch" where the program did."""

    topic: str
    at: datetime
    by: str
    before: Mode
    after: Mode
    reason: ModeReason
    words: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)
