"""What the desk of `desk.py` needs from storage, beside the people of `ports.py`."""

from datetime import datetime
from typing import Protocol

from sufler.conversation.ports import Reply
from sufler.domain.conversation import Conversation, Message
from sufler.domain.decisions import Feedback, Suggestion
from sufler.domain.people import Person


class ConversationRecords(Protocol):
    """`storage.conversations.ConversationStore`, as far as people act on it."""

    async def get(self, conversation_id: str) -> Conversation: ...
    async def waiting(self, limit: int = ...) -> list[Conversation]: ...
    async def owned_by(self, operator_id: str, limit: int = ...) -> list[Conversation]: ...
    async def recent(
        self, limit: int = ..., before: datetime | None = None
    ) -> list[Conversation]: ...
    async def messages(
        self, conversation_id: str, limit: int = ..., before: int | None = None
    ) -> list[Message]: ...
    async def take(self, conversation_id: str, operator_id: str, at: datetime) -> Conversation: ...
    async def reply(
        self, conversation_id: str, operator_id: str, reply: Reply, at: datetime
    ) -> tuple[Conversation, Message | None]: ...
    async def release(
        self, conversation_id: str, operator_id: str, at: datetime, *, close: bool
    ) -> Conversation | None: ...


class SuggestionRecords(Protocol):
    """`storage.suggestions.SuggestionStore`."""

    async def get(self, suggestion_id: str) -> Suggestion: ...
    async def add_feedback(self, given: Feedback) -> None: ...


class PresenceRecords(Protocol):
    """`storage.presence.PresenceStore`."""

    async def seen(self, caller_id: str, at: datetime) -> None: ...
    async def since(self, moment: datetime) -> set[str]: ...


class Staff(Protocol):
    """Everybody with a login: `storage.people.PeopleStore`."""

    async def all(self) -> list[Person]: ...
