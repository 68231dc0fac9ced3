"""The kill switch: where the bot may not answer by itself, by whose word and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

EVERYWHERE: Final = "all"
TOPIC: Final = "topic:"
CONVERSATION: Final = "conversation:"
# What is written at an answer that was to go out when the stop came.
HELD_BACK: Final = "automatic answers were stopped"


@dataclass(frozen=True, slots=True)
class Stop:
    """Automatic answers are stopped in `scope`: "all", "topic:<name>" or "conversation:<id>".
    Its topics only suggest until it is taken back."""

    scope: str
    by: str
    reason: str
    at: datetime


def topic_scope(topic: str) -> str:
    """The scope of one topic."""
    return TOPIC + topic


def conversation_scope(conversation_id: str) -> str:
    """The scope of one conversation."""
    return CONVERSATION + conversation_id
