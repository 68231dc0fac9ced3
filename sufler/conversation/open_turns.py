"""Turns that wait to be decided, as `worker.py` sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OpenTurn:
    """A turn to be decided: its conversation, as of which change of it, since when, and how often
    that failed before."""

    conversation_id: str
    changes: int
    due_at: datetime
    since: datetime
    attempts: int = 0


class OpenTurns(Protocol):
    """Turns that wait to be decided: one at most in each conversation."""

    async def due(
        self, channels: Sequence[str], now: datetime, limit: int = 100
    ) -> tuple[list[OpenTurn], datetime | None]:
        """Those whose time has come, the longest due first; and when the next one becomes due."""
        ...

    async def claim(self, turn: OpenTurn, until: datetime) -> OpenTurn | None:
        """Keep it from other processes until then; None when the conversation has changed.
        Claimed again, a claim is renewed."""
        ...

    async def is_open(self, conversation_id: str) -> bool:
        """Whether a turn of this conversation waits to be decided."""
        ...

    async def release(self, turn: OpenTurn, now: datetime) -> None:
        """Give a claim up: the turn is due again, unless the customer's next message set when."""
        ...

    async def postpone(self, conversation_id: str, until: datetime) -> None:
        """Count one more failed try and wait."""
        ...

    async def resume(self, channels: Sequence[str], now: datetime) -> None:
        """At start: what a process that died had claimed is due now."""
        ...
