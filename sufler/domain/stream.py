"""What programs outside are told as it happens: by the event stream, and by webhooks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sufler.domain.conversation import Conversation, Message
from sufler.domain.decisions import Suggestion


class StreamKind(StrEnum):
    """What happened."""

    MESSAGE = "conversation.message"
    OWNER = "conversation.owner"
    CLOSED = "conversation.closed"
    SENT = "message.sent"
    FAILED = "message.failed"
    SUGGESTION = "suggestion.made"
    ALERT = "alert"
    LEARNED = "learned"


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One row of the log. `id` grows in the order in which things were committed, and is never
    given twice. The log names what it is about and holds no text of it: conversation, message and
    suggestion are read with it, as they are now, and are None when they are gone, or not ours.

    `caller_id`: only this caller may see it. `queue_id`: the line that the conversation was in or
    taken from. `facts` are small and free of customers' texts.
    """

    id: int
    kind: StreamKind
    at: datetime
    conversation_id: str | None = None
    message_id: int | None = None
    suggestion_id: str | None = None
    caller_id: str | None = None
    queue_id: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    conversation: Conversation | None = None
    message: Message | None = None
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True)
class StreamFilter:
    """Which events are wanted; None: of whatever conversation or queue. No kinds: all."""

    kinds: frozenset[StreamKind] = frozenset()
    conversation_id: str | None = None
    queue_id: str | None = None


@dataclass(frozen=True, slots=True)
class StreamPage:
    """Events in their order, and how far the log was looked through for them."""

    events: tuple[StreamEvent, ...]
    until: int
