"""What operators work with beside the messages: drafts, templates, who looks on, customers' cards,
what a search finds, and what a supervisor sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from sufler.domain.conversation import Attachment, Author, Conversation
from sufler.domain.decisions import Suggestion, SuggestionItem
from sufler.domain.knowledge import Language
from sufler.domain.queues import Operator, Queue

# Seconds for which a reply may be held back at most.
LONGEST_UNDO_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Used:
    """Which suggestion was open when a reply was sent, and which article's text was inserted last
    (None: none was); `found`: the operator searched for that article."""

    suggestion_id: str
    article_id: str | None = None
    found: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply that an operator is writing. `quotes` is the channel's id of the message it answers,
    `quoted` the beginning of that message. `revision` grows with each save; 0: nothing is kept."""

    text: str = ""
    quotes: str | None = None
    quoted: str = ""
    attachments: tuple[Attachment, ...] = ()
    used: Used | None = None
    revision: int = 0
    at: datetime | None = None

    @property
    def empty(self) -> bool:
        """There is nothing in it that would be lost."""
        return not (self.text or self.quotes or self.attachments)


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of saving a draft. Not `stored`: another tab was first, and `draft` is what that
    one stored."""

    stored: bool
    draft: Draft


class Sharing(StrEnum):
    """Whose a template is: its author's, a queue's (all who serve it), or everybody's."""

    PRIVATE = "private"
    TEAM = "team"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Template:
    """A text that operators insert. `shortcut` is one word without spaces, may be empty. `text` is
    safe Markdown with `{variables|fallbacks}`. `queue_id` is set for TEAM only. `uses` counts."""

    id: int
    title: str
    text: str
    shortcut: str = ""
    sharing: Sharing = Sharing.PRIVATE
    owner_id: str = ""
    queue_id: str | None = None
    uses: int = 0
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Watcher:
    """An operator who has a conversation open now; `writes`: and is writing in it."""

    id: str
    name: str
    writes: bool = False


class FieldKind(StrEnum):
    """What a customers' field holds. Values are stored as text: a number as written with a point,
    a date as 2026-11-22, a choice as one of the field's."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class CustomerField:
    """One field of every customer's card. `key` is a word of a–z and _: a variable
    `{customer.key}` is filled with it. Fields are shown by `place`."""

    key: str
    name: Mapping[Language, str]
    kind: FieldKind = FieldKind.TEXT
    choices: tuple[str, ...] = ()
    place: int = 0


@dataclass(frozen=True, slots=True)
class CustomerNote:
    """What staff write down about a customer, whatever the matter."""

    id: int
    at: datetime
    by: str
    by_name: str
    text: str


@dataclass(frozen=True, slots=True)
class PastEpisode:
    """One matter of the customer's. `outcome`: open · bot (closed, and no person ever had it) ·
    operator (a person did) · queue (closed while it waited). `topic` may be empty."""

    number: int
    ticket: int
    opened_at: datetime
    closed_at: datetime | None
    outcome: str
    operator_name: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """What is known of a customer beside what was said. `values` by field key. `revision` grows
    with each change of tags and values; 0: nothing is kept yet."""

    channel: str
    customer_id: str
    conversation_id: str
    name: str
    first_name: str
    language: Language
    tags: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    revision: int = 0
    fields: tuple[CustomerField, ...] = ()
    notes: tuple[CustomerNote, ...] = ()
    episodes: tuple[PastEpisode, ...] = ()


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for in all history. Every word must occur; without words, conversations are
    listed. `since` is inclusive, `until` exclusive, both aware. `open` None: either."""

    words: str = ""
    channel: str | None = None
    operator_id: str | None = None
    queue_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    open: bool | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: a message, or with `message_id` None a conversation by its number or by the
    filters alone. `excerpt` is plain text; `marks` are (start, end) of the words in it."""

    conversation: Conversation
    at: datetime
    message_id: int | None = None
    author: Author | None = None
    author_name: str = ""
    excerpt: str = ""
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of what was found, the newest first; `following` asks for the next page."""

    items: tuple[Hit, ...]
    following: str | None = None


@dataclass(frozen=True, slots=True)
class NearArticle:
    """An article that a draft nearly says already. `similarity` is 0..1, of the words. `same`: it
    could be sent instead; otherwise the draft states other facts, and the article may be old."""

    item: SuggestionItem
    similarity: float
    same: bool


@dataclass(frozen=True, slots=True)
class DraftSuggestion:
    """What fits a reply under way. `items` are ranked by turn and draft together; `suggestion` is
    the turn's own with these items, None where nothing was suggested for a turn. The draft with
    `completion` behind it goes on as the article `completes` does. `near`: the draft says the same
    as this article already."""

    suggestion: Suggestion | None
    items: tuple[SuggestionItem, ...] = ()
    completion: str = ""
    completes: str | None = None
    near: NearArticle | None = None


@dataclass(frozen=True, slots=True)
class LineNow:
    """A queue now: how many wait, since when the longest, and what waiting usually takes (s)."""

    queue: Queue
    waiting: int
    oldest_since: datetime | None
    usual_wait_s: float | None


@dataclass(frozen=True, slots=True)
class OperatorNow:
    """Somebody who may converse, and how many conversations they have of how many."""

    operator: Operator
    load: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What a supervisor sees: the queues, who is there, and every conversation that waits for a
    person or has one, the longest unanswered first."""

    lines: tuple[LineNow, ...]
    operators: tuple[OperatorNow, ...]
    conversations: tuple[Conversation, ...]
