"""What the API needs of the rooms below and of the stores, as protocols."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from sufler.desk.lines import Lines
from sufler.desk.workplace import Workplace
from sufler.domain.checks import Draw
from sufler.domain.conversation import Conversation, Message, Owner
from sufler.domain.decisions import Decision, Feedback, Suggestion
from sufler.domain.desk import DraftSuggestion, Used
from sufler.domain.knowledge import Article, ArticleRevision, ArticleStatus, Language, Topic
from sufler.domain.people import Caller, Key, Role
from sufler.domain.ports import KeptAnswer
from sufler.domain.queues import Note


class Index(Protocol):
    """The snapshot that is served."""

    @property
    def version(self) -> int: ...
    @property
    def entries(self) -> int: ...
    @property
    def kind(self) -> str:
        """How entries are found by meaning: exact, signs or lists."""
        ...

    @property
    def recall(self) -> float:
        """The share (0..1) of the exact first 8 that it finds."""
        ...


class Knowledge(Protocol):
    """`kb_index.knowledge.KnowledgeBase`, as far as the API asks of it."""

    @property
    def index(self) -> Index: ...
    @property
    def topics(self) -> Mapping[str, Topic]: ...
    async def get(self, article_id: str, /) -> Article: ...
    async def get_many(self, ids: Sequence[str], /) -> Mapping[str, Article]: ...
    async def save(
        self,
        articles: Iterable[Article],
        author: str,
        expected: Mapping[str, int] | None = None,
        *,
        import_id: int | None = None,
    ) -> int: ...
    async def archive(self, article_id: str, author: str) -> Any: ...
    async def restore(self, article_id: str, revision: int, author: str) -> Any: ...
    async def history(self, article_id: str, /) -> list[ArticleRevision]: ...


class Articles(Protocol):
    """Articles as they are stored, drafts and archived ones included, for lists and export."""

    async def page(
        self,
        *,
        after: str | None,
        limit: int,
        topic: str | None = None,
        status: ArticleStatus | None = None,
        words: str | None = None,
    ) -> list[Article]:
        """At most `limit` articles with an id above `after`, by id. Without `status`, archived ones
        are left out. `words`: all of them occur in the id, a title, an answer or a phrasing."""
        ...

    async def titles(self) -> list[tuple[str, str]]:
        """(id, title) in each language of every article that is not archived."""
        ...


class Idempotency(Protocol):
    """`storage.idempotency.IdempotencyStore`."""

    async def begin(self, name: str, fingerprint: str) -> str | KeptAnswer:
        """The answer that was kept for the request `name`, or a holder that may now do it. Raises
        BadInput (something else was sent), UnderWay, and Conflict (done, the answer is lost)."""
        ...

    def held(self, name: str, holder: str) -> AbstractContextManager[None]:
        """Within it, stores note in their own transaction that the request is done."""
        ...

    async def keep(self, name: str, holder: str, answer: KeptAnswer) -> None: ...
    async def give_up(self, name: str, holder: str) -> None: ...


class Prompter(Protocol):
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


class Suggestions(Protocol):
    """`storage.suggestions.SuggestionStore`."""

    async def add_many(
        self,
        made: Sequence[tuple[Suggestion, Decision, str]],
        drawn: Mapping[str, Draw] | None = None,
        /,
    ) -> frozenset[str]: ...


class Conversations(Protocol):
    """`storage.conversation_pages.ConversationPages`."""

    async def queue(
        self, limit: int, after: tuple[datetime, str] | None, hidden: Collection[str] = ...
    ) -> list[Conversation]: ...
    async def recent(
        self,
        limit: int,
        after: tuple[datetime, str] | None,
        owner: Owner | None = ...,
        *,
        hidden: Collection[str] = ...,
        mine: str | None = ...,
    ) -> list[Conversation]: ...


class Desk(Protocol):
    """`desk.desk.Desk`."""

    @property
    def lines(self) -> Lines: ...
    @property
    def workplace(self) -> Workplace: ...
    async def get(self, conversation_id: str, /) -> Conversation: ...
    async def history(
        self, conversation_id: str, limit: int = ..., before: int | None = ...
    ) -> list[Message]: ...
    async def current_suggestion(self, conversation_id: str, /) -> Suggestion | None: ...
    async def take(self, caller: Caller, conversation_id: str, /) -> Any: ...
    async def reply(
        self,
        caller: Caller,
        conversation_id: str,
        text: str,
        /,
        *,
        used: Used | None = ...,
        undo_s: float | None = ...,
    ) -> Any: ...
    async def undo(self, caller: Caller, conversation_id: str, message_id: int, /) -> Any: ...
    async def stream(
        self, caller: Caller, conversation_id: str, limit: int = ..., before: int | None = ...
    ) -> list[Message | Note]: ...
    async def suggest_for_draft(
        self, caller: Caller, conversation_id: str, draft: str, /
    ) -> DraftSuggestion: ...
    async def edit(
        self, caller: Caller, conversation_id: str, message_id: int, text: str, /
    ) -> Any: ...
    async def return_to_bot(self, caller: Caller, conversation_id: str, /) -> Any: ...
    async def close(self, caller: Caller, conversation_id: str, /) -> Any: ...
    async def add_feedback(self, feedback: Feedback, /) -> None: ...


class People(Protocol):
    """`desk.people.People`, as far as keys go."""

    async def caller_of_key(self, secret: str, /) -> Caller: ...
    async def create_key(self, name: str, scope: Role) -> tuple[Key, str]: ...
    async def keys(self) -> Sequence[Key]: ...
    async def revoke_key(self, key_id: str, /) -> None: ...
    def when_access_ends(self, listener: Callable[[], None], /) -> None: ...
