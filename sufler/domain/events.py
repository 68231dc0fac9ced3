"""What onlookers are told: pages and streams that show a conversation, never the story itself."""

from dataclasses import dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """What happened in a conversation."""

    MESSAGE = "message"
    OWNER = "owner"
    SENT = "sent"
    CLOSED = "closed"
    ALERT = "alert"
    # A supervisor's note for the operator; a draft was saved; somebody looks, writes or has left;
    # what is known of the customer.
    WHISPER = "whisper"
    DRAFT = "draft"
    WATCH = "watch"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class DeskEvent:
    """Something changed; whoever shows the conversation reads it anew."""

    kind: EventKind
    conversation_id: str
