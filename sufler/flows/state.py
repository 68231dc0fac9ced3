"""What goes into a running flow and comes out of it: inputs, acts, and its state as plain data."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Final

from sufler.domain.knowledge import Language

MAX_BUTTON_BYTES: Final = 64
BUTTON: Final = "f:"  # what the data of a flow's buttons begins with


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo, file, location or contact: `value` is plain data, such as {"id", "name"},
    {"latitude", "longitude"} or {"phone", "name"}."""

    kind: str
    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Input:
    """One turn of the customer: `id` tells it from all others; `button` is the data of one, and
    `text` what they wrote besides. `early`: when they wrote it, the flow's question was
    not what they had heard last."""

    id: str
    text: str = ""
    button: str = ""
    attachments: tuple[Attachment, ...] = ()
    early: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a text; its data is at most 64 bytes."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Say:
    """Say this (Markdown)."""

    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Aside:
    """The customer asked something else: answer it from the knowledge base, if that is certain;
    the question of the step is asked again after it."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """Call a service and give what came to `run.answered`. Secrets are still named in `headers`
    ({secret.NAME}); `key` is the idempotency key."""

    key: str
    method: str
    url: str
    headers: dict[str, str]
    body: Any
    timeout_s: float
    retries: int


@dataclass(frozen=True, slots=True)
class CreateRequest:
    """Create a request and give its number to `run.answered`; `key` makes it one only."""

    key: str
    queue: str
    title: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Suggest:
    """Give this article."""

    article: str


@dataclass(frozen=True, slots=True)
class HandOff:
    """Leave to a person, who sees `summary`: what is known, label by value. `reason`: asked,
    step, attempts, failed, loop."""

    queue: str
    reason: str
    summary: dict[str, str]


@dataclass(frozen=True, slots=True)
class End:
    """The flow is over: finished, cancelled or handed_off."""

    outcome: str


Act = Say | Aside | Call | CreateRequest | Suggest | HandOff | End


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call brought: the status and the JSON of its body; or `number` of a request. A service
    that could not be reached has status 0."""

    status: int = 200
    body: Any = None
    number: str = ""


@dataclass(slots=True)
class State:
    """Where a flow stands. `waiting`: for slot, confirm, call, request; "" between steps."""

    flow: str
    version: int
    run: str
    language: Language
    step: str = ""
    waiting: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)  # slots since the last change, oldest first
    asked: list[str] = field(default_factory=list)  # steps asked since then, for going back
    skipped: list[str] = field(default_factory=list)
    attempts: int = 0
    question: int = 0  # grows with each question: buttons of earlier ones are stale
    calls: int = 0
    key: str = ""
    unsure: list[str] = field(default_factory=list)  # calls that may have changed something
    agreed: bool = False  # the customer has confirmed the step at which the flow stands
    above: list[list[Any]] = field(default_factory=list)  # flows that run this one: name, step
    path: list[str] = field(default_factory=list)  # steps reached, of the flow that was begun
    last_input: str = ""
    outcome: str = ""

    @property
    def begun(self) -> tuple[str, int]:
        """The flow that was begun, and its version; it may run another one now."""
        if self.above:
            name, version, _ = self.above[0]
            return name, version
        return self.flow, self.version

    def to_plain(self) -> dict[str, Any]:
        """Data that JSON holds, and `from_plain` takes."""
        return dataclasses.asdict(self)

    @staticmethod
    def from_plain(data: dict[str, Any]) -> "State":
        """The state again. Raises TypeError for data of another shape."""
        return State(**data)
