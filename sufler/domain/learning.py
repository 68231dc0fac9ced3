"""Lessons from operators, what was learned from them, and what waits for an editor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sufler.domain.knowledge import Language


class Use(StrEnum):
    """What was really done with a suggestion, told from the text that was sent and not from the
    button that was pressed."""

    VERBATIM = "verbatim"
    COSMETIC = "cosmetic"
    EXTENDED = "extended"  # the article whole, plus more
    FACTS = "facts"  # numbers, dates, links, names or a negation differ
    OTHER = "other"  # another suggestion than the first
    SEARCHED = "searched"  # an article that was not offered
    ANEW = "anew"  # written by the operator
    REJECTED = "rejected"
    IGNORED = "ignored"


class Reason(StrEnum):
    """Why a suggestion was rejected (`Lesson.reason`). Only WRONG and OUTDATED teach."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    UNCLEAR = "unclear"
    NOT_HERE = "not_here"
    PARTICULAR = "particular"


class Why(StrEnum):
    """Why a lesson or what was learned is in its state (`Outcome.why`, `Learned.why`)."""

    TAUGHT = "taught"
    KNOWN = "known"  # the wording is there already
    CONFIRMS = "confirms"  # it confirmed a wording that is there
    SHORT = "short"  # under two words with a matter of their own
    CAP = "cap"  # the operator taught enough for a day
    NEIGHBOURS = "neighbours"  # like another article's wordings, and none of its own
    OPERATOR = "operator"  # blind checks disagree with the operator too often
    TAKEN_OUT = "taken_out"  # the wording was undone or quarantined before
    GONE = "gone"  # the article is not published any more
    ASKS_BACK = "asks_back"  # the reply asks, or says nothing that an article could
    REASON = "reason"  # rejected for a reason that teaches nothing
    IGNORED = "ignored"
    PROPOSED = "proposed"
    AGREED = "agreed"  # its neighbours, without it, ask for the same article
    SECOND = "second"  # a second operator
    EDITOR = "editor"
    REFIT = "refit"  # a refit turned a frozen answer wrong
    SWEEP = "sweep"  # the nightly sweep: its neighbours ask for another article
    REJECTED = "rejected"


class LessonState(StrEnum):
    """WAITING until its moment; then LEARNED, or SKIPPED or in REVIEW with a reason; UNDONE."""

    WAITING = "waiting"
    LEARNED = "learned"
    SKIPPED = "skipped"
    REVIEW = "review"
    UNDONE = "undone"


class LearnedKind(StrEnum):
    """A wording that asks for an article, or one that does not (only near it, and fading)."""

    PHRASING = "phrasing"
    NEGATIVE = "negative"


class LearnedState(StrEnum):
    """UNCONFIRMED serves at half weight, CONFIRMED at full; the others do not serve."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    REVIEW = "review"
    QUARANTINED = "quarantined"
    UNDONE = "undone"


SERVING = (LearnedState.UNCONFIRMED, LearnedState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One act of an operator that may teach. `question` is the turn's wording that was suggested
    for; `combined`: it needed what was said before. `shown` are the article ids that were offered,
    best first; `article_id` the one that was inserted or chosen, None when written anew.
    `variables` are what answers were filled with, by name; `values` those of this customer (name
    and the like), taken out before anything is compared. `due_at`: when the undo window closes."""

    id: int
    suggestion_id: str
    question: str
    language: Language
    combined: bool
    shown: tuple[str, ...]
    by: str
    at: datetime
    due_at: datetime
    sent: str | None = None
    article_id: str | None = None
    conversation_id: str | None = None
    message_id: int | None = None
    reason: str | None = None
    values: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    use: Use | None = None
    corrected_by: str | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """One thing learned. `weight` is its phrasing's; `why` names the guard or the person that put
    it into its state. `id` is 0 until it is stored."""

    id: int
    kind: LearnedKind
    state: LearnedState
    article_id: str
    text: str
    language: Language
    weight: float
    by: str
    at: datetime
    why: str = ""
    lesson_id: int | None = None
    conversation_id: str | None = None
    confirmed_by: str | None = None
    confirmed_in: int | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LearnedFilter:
    """Which of what was learned: everything that is not None must hold. `since` is inclusive,
    `until` exclusive (aware)."""

    article_id: str | None = None
    by: str | None = None
    kind: LearnedKind | None = None
    states: tuple[LearnedState, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    lesson_id: int | None = None


class ProposalKind(StrEnum):
    """A new text for an article; a new article; a phrasing for an article that says the same."""

    TEXT = "text"
    ARTICLE = "article"
    PHRASING = "phrasing"


class ProposalState(StrEnum):
    """What became of it in the review list."""

    OPEN = "open"
    APPROVED = "approved"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What waits for an editor. `before` and `after` are answers' texts (Markdown); for a new
    article `article_id` is None; `base_revision` is the article's revision that `before` is of.
    `phrasings`: further questions that a new article answers."""

    id: int
    kind: ProposalKind
    state: ProposalState
    question: str
    language: Language
    by: str
    at: datetime
    article_id: str | None = None
    before: str = ""
    after: str = ""
    base_revision: int = 0
    lesson_id: int | None = None
    conversation_id: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    count: int = 1
    phrasings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Golden:
    """An editors' golden question: this must stay right at every refit."""

    id: int
    text: str
    language: Language
    article_id: str
    by: str
    at: datetime
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the learner made of one lesson: stored in one transaction by whoever holds the lesson.
    `confirm` are ids of learned phrasings that this act confirms."""

    state: LessonState
    use: Use
    why: str = ""
    learned: Sequence[Learned] = ()
    confirm: Sequence[int] = ()
    proposals: Sequence[Proposal] = ()


@dataclass(frozen=True, slots=True)
class Frozen:
    """A right answer that refits are checked against: a golden question, or a confirmed check."""

    text: str
    language: Language
    article_id: str
    golden: bool


@dataclass(frozen=True, slots=True)
class Flip:
    """A frozen question that a refit answers otherwise than before: `was` and `now` are the first
    article's ids (None: nothing found). `turned_wrong`, or else right."""

    question: Frozen
    was: str | None
    now: str | None
    turned_wrong: bool


@dataclass(frozen=True, slots=True)
class RefitReport:
    """What a refit did to the frozen answers. Not `accepted`: the old head stays, and the learned
    phrasings `quarantined` (ids) were held responsible. `knowledge`: the version it was of."""

    at: datetime
    head: str
    knowledge: int
    accepted: bool
    flips: Sequence[Flip] = ()
    quarantined: Sequence[int] = ()
