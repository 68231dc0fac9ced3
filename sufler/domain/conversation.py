"""Conversations, their owner, messages, and the durable rows that come in and go out."""

from dataclasses import dataclass
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
    """What a customer sent, as far as the bot can read it."""

    TEXT = "text"
    BUTTON = "button"
    START = "start"
    HELP = "help"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Customer:
    """Who writes, as the channel knows them. `external_id` is unique within the channel."""

    external_id: str
    name: str = ""
    first_name: str = ""
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message from a customer. `external_id` is unique within the channel: a second row with
    the same one is the same message again. `button` is the data of the pressed button. For what is
    UNREADABLE, `text` names it: photo, voice, video, document, audio, sticker, contact, …"""

    channel: str
    external_id: str
    customer: Customer
    kind: IncomingKind
    text: str = ""
    button: str | None = None
    at: datetime | None = None


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

    `state` is None for what the customer wrote. `id` grows within the whole database.
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


@dataclass(frozen=True, slots=True)
class Conversation:
    """All talk with one customer in one channel.

    `episode` counts matters from 1; 0 before the first. `waiting_since` is set while the queue
    owns it. `operator_id` is a person's id while an operator owns it. `last_article_id` is the
    article the bot answered with last in this episode.
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
