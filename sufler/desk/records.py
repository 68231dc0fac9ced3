"""What the desk of `desk.py` needs from storage, beside the people of `ports.py`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sufler.conversation.ports import Reply
from sufler.domain.administration import Act
from sufler.domain.conversation import Conversation, Message
from sufler.domain.decisions import Feedback, Suggestion, SuggestionItem
from sufler.domain.desk import Draft, Used
from sufler.domain.people import Person
from sufler.domain.queues import Choice, Note, Queue
from sufler.domain.waits import Mark


class ConversationRecords(Protocol):
    """`storage.conversations.ConversationStore`, as far as people act on it."""

    async def get(self, conversation_id: str) -> Conversation: ...
    async def waiting(self, limit: int = ...) -> list[Conversation]: ...
    async def escalated(self, limit: int = ...) -> list[Conversation]: ...
    async def owned_by(self, operator_id: str, limit: int = ...) -> list[Conversation]: ...
    async def recent(
        self, limit: int = ..., before: datetime | None = None
    ) -> list[Conversation]: ...
    async def messages(
        self, conversation_id: str, limit: int = ..., before: int | None = None
    ) -> list[Message]: ...
    async def take(self, conversation_id: str, operator_id: str, at: datetime) -> Conversation: ...
    async def reply(
        self,
        conversation_id: str,
        operator_id: str,
        reply: Reply,
        at: datetime,
        *,
        used: Used | None = None,
        hold_s: float = 0.0,
    ) -> tuple[Conversation, Message | None]: ...
    async def undo_reply(
        self, conversation_id: str, message_id: int, operator_id: str, at: datetime
    ) -> Draft: ...
    async def edit_reply(
        self, conversation_id: str, message_id: int, author_id: str, text: str, at: datetime
    ) -> Message: ...
    async def release(
        self, conversation_id: str, operator_id: str, at: datetime, *, close: bool
    ) -> Conversation | None: ...


class SuggestionRecords(Protocol):
    """`storage.suggestions.SuggestionStore`."""

    async def get(self, suggestion_id: str) -> Suggestion: ...
    async def add_feedback(self, given: Feedback) -> None: ...
    async def searched(
        self,
        beside: Suggestion,
        by: str,
        words: str,
        found: Sequence[SuggestionItem],
        at: datetime,
    ) -> None: ...


class PresenceRecords(Protocol):
    """`storage.presence.PresenceStore`."""

    async def seen(self, caller_id: str, at: datetime) -> None: ...
    async def all(self) -> Mapping[str, datetime]: ...


class Staff(Protocol):
    """Everybody with a login: `storage.people.PeopleStore`."""

    async def all(self) -> list[Person]: ...


class QueueRecords(Protocol):
    """`storage.queues.QueueStore`."""

    async def all(self) -> list[Queue]: ...
    async def put(self, queue: Queue, act: Act) -> None: ...
    async def remove(self, queue_id: str, act: Act) -> bool: ...


class OperatorRecords(Protocol):
    """`storage.queues.OperatorStore`."""

    async def all(self) -> Mapping[str, Choice]: ...
    async def put(self, person_id: str, choice: Choice, act: Act | None = None) -> None: ...


class WaitingRecords(Protocol):
    """`storage.waiting.WaitingStore`. Acts give False when `before` is no longer as it was."""

    async def in_queues(self) -> list[Conversation]: ...
    async def with_operators(self) -> list[Conversation]: ...
    async def silent_customers(self, since: datetime) -> list[Conversation]: ...
    async def loads(self) -> Mapping[str, int]: ...
    async def ahead(self, queue_id: str, of: Conversation) -> int: ...
    async def usual_wait(self, queue_id: str, since: datetime) -> float | None: ...
    async def marks(self, conversation_id: str) -> list[Mark]: ...
    async def topic_of(self, before: Conversation) -> str: ...
    async def to_operator(
        self,
        before: Conversation,
        operator_id: str,
        at: datetime,
        *,
        kind: str,
        by: str,
        note: Note | None = None,
    ) -> bool: ...
    async def to_queue(
        self,
        before: Conversation,
        queue_id: str,
        at: datetime,
        *,
        kind: str,
        by: str,
        say: Reply | None = None,
        told: str | None = None,
        note: Note | None = None,
    ) -> bool: ...
    async def to_bot(
        self,
        before: Conversation,
        at: datetime,
        *,
        kind: str,
        by: str,
        close: bool,
        say: Reply | None = None,
    ) -> bool: ...
    async def say(
        self,
        before: Conversation,
        say: Reply,
        at: datetime,
        *,
        told: str | None = None,
        warned: bool = False,
    ) -> bool: ...
    async def escalate(self, before: Conversation, level: int, at: datetime) -> bool: ...
    async def add_note(self, note: Note) -> Note: ...
    async def notes_of(self, conversation_id: str) -> list[Note]: ...
