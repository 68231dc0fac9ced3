"""Webhooks out: where programs are told by us, and what became of each telling."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sufler.domain.stream import StreamKind


class DeliveryState(StrEnum):
    """`PENDING` is tried again until its time is over; then it is `PARKED` until a person asks."""

    PENDING = "pending"
    DONE = "done"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told. No kinds: all. Its secrets are not in it.

    `failing_since`: nothing has arrived since then. `disabled_why` says who or what switched it
    off. `old_secret_until`: until then bodies are signed with the secret before the last, too.
    """

    id: str
    url: str
    kinds: frozenset[StreamKind]
    note: str
    active: bool
    created_at: datetime
    created_by: str
    old_secret_until: datetime | None = None
    failing_since: datetime | None = None
    disabled_at: datetime | None = None
    disabled_why: str | None = None

    @property
    def shown_url(self) -> str:
        """The address without what may be a secret in it."""
        base, mark, _ = self.url.partition("?")
        return base + ("?…" if mark else "")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event to one webhook; `event_id` None: a test. `status` and `answer` are those of the
    last try: HTTP's number and the first bytes as text. `took_ms`: milliseconds."""

    id: int
    webhook_id: str
    event_id: int | None
    kind: str
    conversation_id: str | None
    state: DeliveryState
    attempts: int
    since: datetime
    created_at: datetime
    next_at: datetime | None = None
    tried_at: datetime | None = None
    status: int | None = None
    error: str | None = None
    answer: str | None = None
    took_ms: int | None = None

    @property
    def message_id(self) -> str:
        """What the receiver tells doubles by: the same at every try and replay."""
        return f"msg_{self.webhook_id}_{self.event_id}"


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of one try. `status` None: no answer came; `error` says why it does not count as
    delivered. `retry_s`: when the receiver wants to be asked again, in seconds."""

    status: int | None
    error: str | None
    answer: str
    took_ms: int
    retry_s: float | None = None
