"""What the conversation needs from below and above: the prompter, knowledge, stores and duty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sufler.domain.conversation import (
    Author,
    Button,
    Conversation,
    Customer,
    InboxRow,
    Incoming,
    Message,
    Owner,
)
from sufler.domain.decisions import Decision, Suggestion
from sufler.domain.knowledge import Article, Language, Topic


@dataclass(frozen=True, slots=True)
class Reply:
    """A message that is to go out. `text` is the safe Markdown subset."""

    text: str
    buttons: tuple[Button, ...] = ()
    author: Author = Author.BOT
    author_name: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One handled turn, as it is stored in one transaction.

    `before` is the conversation as the decision saw it: its owner is compared when this is
    stored. `owner` is who owns it from now on. `failure` is set when the row is parked.
    """

    row: InboxRow
    before: Conversation
    customer_text: str
    language: Language
    decision: Decision
    owner: Owner
    at: datetime
    suggestion: Suggestion | None = None
    replies: tuple[Reply, ...] = ()
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A stored decision with the suggestion it was made from, for explanations."""

    decision: Decision
    suggestion: Suggestion | None
    at: datetime


class Prompting(Protocol):
    """`prompter.suggest.Prompter`."""

    async def suggest(
        self,
        text: str,
        *,
        language: Language | None = None,
        history: Sequence[tuple[str, str]] = (),
        limit: int = 3,
        conversation_id: str | None = None,
        variables: Mapping[str, str] = ...,
    ) -> Suggestion: ...


class Knowledge(Protocol):
    """The part of `kb_index.knowledge.KnowledgeBase` that a pressed button needs."""

    @property
    def topics(self) -> Mapping[str, Topic]: ...
    def article(self, article_id: str, /) -> Article | None: ...


class Duty(Protocol):
    """Whether a person could answer: `desk.desk.Desk`."""

    async def anybody(self) -> bool:
        """Somebody who may answer has the desk open now."""
        ...

    async def exists(self) -> bool:
        """There is somebody who may answer at all."""
        ...


class Inbox(Protocol):
    """What came in, each message once."""

    async def add(self, incoming: Incoming, at: datetime) -> bool:
        """Store it; False when this channel already gave a message with this external id."""
        ...

    async def due(self, channels: Sequence[str], now: datetime, limit: int = 100) -> list[InboxRow]:
        """The first unfinished row of each customer, where its time has come, oldest first."""
        ...

    async def finished(self, row_id: int) -> bool:
        """Whether it was handled or given up."""
        ...

    async def postpone(self, row_id: int, until: datetime, error: str) -> None:
        """Count one more attempt and wait."""
        ...

    async def park(self, row_id: int, error: str, at: datetime) -> None:
        """Give the row up: it is kept as failed, and those behind it go on."""
        ...


class Conversations(Protocol):
    """Conversations, their messages and who owns them."""

    async def open_for(
        self, channel: str, customer: Customer, language: Language, at: datetime
    ) -> Conversation:
        """The customer's conversation with an open episode; made or opened when needed."""
        ...

    async def find(self, channel: str, customer_id: str) -> Conversation | None: ...
    async def get(self, conversation_id: str) -> Conversation:
        """Raises NotFound."""
        ...

    async def messages(
        self, conversation_id: str, limit: int = 50, before: int | None = None
    ) -> list[Message]:
        """The newest `limit` messages with an id below `before`, oldest first."""
        ...

    async def messages_after(
        self, conversation_id: str, after: int, limit: int = 200
    ) -> list[Message]:
        """Messages with an id above `after`, oldest first."""
        ...

    async def store_outcome(self, outcome: Outcome) -> bool:
        """Message, suggestion, decision, replies, owner and inbox row, all or nothing.

        False, with nothing stored, when the owner is no longer the one of `before`, or when the
        row has been handled by somebody else meanwhile.
        """
        ...

    async def last_told(self, conversation_id: str) -> Told | None:
        """The newest decision with its suggestion."""
        ...

    async def offered(self, conversation_id: str) -> list[str]:
        """Ids of articles that were offered to choose from lately, newest first."""
        ...


class Outbox(Protocol):
    """What must go out, in order within a conversation."""

    async def due(
        self, channels: Sequence[str], now: datetime, limit: int = 100
    ) -> list[tuple[Conversation, Message]]:
        """The first unsent message of each conversation, where its time has come."""
        ...

    async def claim(self, message_id: int) -> bool:
        """pending → sending, in one step with comparing the owner: a bot's message is cancelled
        and False returned when an operator owns the conversation."""
        ...

    async def sent(self, message_id: int, external_id: str | None) -> None: ...
    async def postpone(self, message_id: int, until: datetime, error: str) -> None:
        """Back to pending: it certainly did not arrive."""
        ...

    async def failed(self, message_id: int, error: str) -> None: ...
    async def unknown(self, message_id: int, error: str) -> None: ...
    async def interrupted(self, channels: Sequence[str]) -> int:
        """At start: what was being sent when the process died becomes unknown. How many."""
        ...
