"""Conversations, their owner, messages, and the durable rows that come in and go out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sufler.domain.knowledge import Language


class Owner(StrEnum):
    """Who may speak to the customer now."""

    BOT = "bot"
    QUEUE = "queue"
    OPERATOR = "operator"


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    BOT = "bot"
    OPERATOR = "operator"


class SendState(StrEnum):
    """The state of a message that goes out. `UNKNOWN`: it may have arrived; never resend it."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class IncomingKind(StrEnum):
    """What came in. Those up to UNREADABLE are the customer's messages; the others change what
    is known: an edit or a reaction (`about` names the message), whether the customer can be
    reached, and what a person wrote to the customer from another program."""

    TEXT = "text"
    BUTTON = "button"
    START = "start"
    HELP = "help"
    UNREADABLE = "unreadable"
    EDIT = "edit"
    REACTION = "reaction"
    REACH = "reach"
    FROM_STAFF = "from_staff"


class Reach(StrEnum):
    """Whether the customer's channel takes our messages for them."""

    OPEN = "open"
    BLOCKED = "blocked"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Customer:
    """Who writes, as the channel knows them. `external_id` is unique within the channel."""

    external_id: str
    name: str = ""
    first_name: str = ""
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message; `id` names it in `storage/files.py`. `kind` is a value of
    `domain.files.FileKind`, `size` is in bytes. With an empty `id` there is no file: `name` says
    in words what the message held besides (a contact, a file too large, who wrote it first)."""

    id: str
    kind: str
    name: str
    media_type: str
    size: int


def label_of(attachments: Sequence[Attachment]) -> str:
    """What stands in place of the text when a message is nothing but files."""
    return f"[{', '.join(each.name for each in attachments)}]"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message from a customer. `external_id` is unique within the channel: a second row with
    the same one is the same message again. `button` is the data of the pressed button. For what is
    UNREADABLE, `text` names it: photo, voice, video, document, audio, sticker, contact, …; for
    REACTION it is the emoji, for REACH a `Reach`. `about` and `quotes` are the channel's ids of
    messages: the one that was edited or reacted to, and the one that this message quotes."""

    channel: str
    external_id: str
    customer: Customer
    kind: IncomingKind
    text: str = ""
    button: str | None = None
    at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    about: str | None = None
    quotes: str | None = None


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A stored incoming message, not yet or already handled. `id` grows in order of arrival."""

    id: int
    incoming: Incoming
    received_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a reply. `data` is at most 64 bytes of UTF-8."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Message:
    """One stored message of a conversation. `text` of ours is the safe Markdown subset.

    `state` is None for what the customer wrote. `id` grows within the whole database. `quotes` is
    the channel's id of the message that this one answers. `kind` and `button` (its data) say what
    the customer did; None for what is ours. `edit_state`: what became of an edit of ours;
    `author_id`: which operator wrote it. An `open` one waits for the bot's decision. Until
    `undo_until` an operator's reply waits to be sent and may be taken back.
    """

    id: int
    conversation_id: str
    author: Author
    text: str
    at: datetime
    author_name: str = ""
    buttons: tuple[Button, ...] = ()
    state: SendState | None = None
    error: str | None = None
    attempts: int = 0
    external_id: str | None = None
    suggestion_id: str | None = None
    attachments: tuple[Attachment, ...] = ()
    quotes: str | None = None
    kind: IncomingKind | None = None
    button: str | None = None
    edited_at: datetime | None = None
    edit_state: SendState | None = None
    author_id: str | None = None
    open: bool = False
    undo_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """All talk with one customer in one channel.

    `episode` counts matters from 1; 0 before the first. `waiting_since` is set while the queue
    owns it. `operator_id` is a person's id while an operator owns it. `last_article_id` is the
    article the bot answered with last in this episode. `changes` grows with every message, edit
    and change of owner: a decision is stored only if it is still what the decision saw. `misses`
    counts the bot's answers in a row that the customer called wrong. `turn_attempts` counts the
    failed tries to decide the open turn.

    `queue_id`: the line it waits in, or was taken from; None is the default one.
    `unanswered_since`: the customer waits for a person's words since then, in the queue or with an
    operator. `customer_at` and `operator_at`: their last messages in this episode. `owned_since`:
    the operator has had it since. `warned_at`: told that it will be closed. `escalated` counts the
    alerts about it; `told` is what was promised last, a value of `domain.queues.Awaits`. `tags`
    and `given` (values by the key of a field) are what staff know of the customer.
    """

    id: str
    channel: str
    customer: Customer
    owner: Owner
    language: Language
    created_at: datetime
    updated_at: datetime
    operator_id: str | None = None
    episode: int = 0
    open: bool = False
    waiting_since: datetime | None = None
    suggestion_id: str | None = None
    hand_off_reason: str | None = None
    last_article_id: str | None = None
    ticket: int = 0
    changes: int = 0
    misses: int = 0
    reach: Reach = Reach.OPEN
    turn_attempts: int = 0
    queue_id: str | None = None
    previous_operator_id: str | None = None
    owned_since: datetime | None = None
    unanswered_since: datetime | None = None
    customer_at: datetime | None = None
    operator_at: datetime | None = None
    warned_at: datetime | None = None
    escalated: int = 0
    told: str | None = None
    tags: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
