"""What the lower rooms need from the upper ones: clock, encoder, channel, stores."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from sufler.domain.conversation import Conversation, Message
from sufler.domain.knowledge import Article, ArticleRevision, Topic
from sufler.domain.learning import Learned

Vectors = NDArray[np.float32]
TextKind = Literal["query", "passage"]


class Clock(Protocol):
    """Time. `now` is aware, in UTC; `monotonic` is in seconds and never goes back."""

    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...


class TextEncoder(Protocol):
    """Turns texts into unit vectors; see `kb_index/encoder/runtime.py`."""

    @property
    def model_id(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    def encode_one(self, text: str, kind: TextKind) -> Vectors: ...
    async def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors: ...


class Channel(Protocol):
    """A customers' channel, for sending. Raises `ChannelError`."""

    name: str

    def slot(self, conversation: Conversation) -> float:
        """0.0, and a message to this customer may be sent now and is counted; or in how many
        seconds that may be so. Keeps to the channel's limits before anything is begun."""
        ...

    async def send(self, conversation: Conversation, message: Message) -> str | None:
        """Send a message: its text (safe Markdown subset), buttons, attachments, and what it
        quotes. Returns the channel's own id of it."""
        ...

    async def edit(self, conversation: Conversation, message: Message) -> None:
        """Put the text of a message that was sent before in place of what the customer sees."""
        ...

    async def typing(self, conversation: Conversation) -> None:
        """Show for some seconds that somebody is writing. Best effort: never raises."""
        ...


@dataclass(frozen=True, slots=True)
class ArticleChange:
    """One row of the index log: `article` as it is after knowledge version `version`."""

    version: int
    article: Article


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was answered to a request that may be sent again."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class ArticleStore(Protocol):
    """Articles and topics. Each write is one transaction, makes exactly one new knowledge
    version, and keeps every article's revision."""

    async def version(self) -> int:
        """The newest knowledge version; 0 for an empty base."""
        ...

    async def get(self, article_id: str) -> Article:
        """Raises NotFound."""
        ...

    async def get_many(self, ids: Sequence[str]) -> dict[str, Article]: ...
    def all(self) -> AsyncIterator[Article]:
        """Every article that is not archived, by id, read in pages."""
        ...

    async def changed_since(self, version: int) -> list[ArticleChange]:
        """The newest state of each article changed after `version`, archived ones included."""
        ...

    async def save_many(
        self,
        articles: Iterable[Article],
        author: str,
        expected: Mapping[str, int] | None = None,
        *,
        import_id: int | None = None,
    ) -> int:
        """Store new or changed articles, all or none; create missing topics as `suggests`.
        Articles equal to what is stored are skipped. Returns how many were written.
        The iterable may be lazy and long (100,000); memory stays bounded. Raises Conflict when an
        article is no longer at its `expected` revision (0: not stored).
        `import_id`: the run of an import that writes them."""
        ...

    async def history(self, article_id: str) -> list[ArticleRevision]:
        """Newest first. Raises NotFound."""
        ...

    async def negatives(self) -> list[Learned]:
        """Wordings that do not ask for an article, as far as they serve; each change of them is a
        knowledge version."""
        ...

    async def uncleared(self) -> frozenset[str]:
        """Ids of articles that only an operator may send, because facts of them are new; each
        change of them is a knowledge version."""
        ...

    async def topics(self) -> list[Topic]: ...
    async def set_topic(self, topic: Topic, author: str) -> None: ...


class VectorStore(Protocol):
    """Vectors by model and content hash (hex), so that a start does not re-encode."""

    async def get_many(self, model_id: str, hashes: Sequence[str]) -> dict[str, Vectors]: ...
    async def put_many(self, model_id: str, vectors: Mapping[str, Vectors]) -> None: ...


class HeadStore(Protocol):
    """Trained heads as arrays with a checksum (never pickle); the last 20 are kept."""

    async def save(
        self,
        head_id: str,
        model_id: str,
        arrays: Mapping[str, NDArray[Any]],
        meta: Mapping[str, Any],
    ) -> None: ...
    async def latest(
        self, model_id: str
    ) -> tuple[str, dict[str, NDArray[Any]], dict[str, Any]] | None: ...
    async def newest(self, model_id: str) -> str | None:
        """A mark of what `latest` gives: another one whenever a head has been stored."""
        ...


class Held(Protocol):
    """A lease that this process has, or had."""

    @property
    def lost(self) -> bool:
        """Another process may have it now."""
        ...


class Leases(Protocol):
    """Rights that one process at a time holds; a dead holder's is taken over within 10 seconds."""

    def holding(self, name: str) -> AbstractAsyncContextManager[Held]:
        """Wait until this process holds it, and hold it while the body runs. When it is lost,
        the body is cancelled and LeaseLost raised."""
        ...

    async def try_hold(self, name: str, seconds: float = ...) -> bool:
        """Take or renew it for at most 60 seconds from now; False while another holds it."""
        ...


class Announcements(Protocol):
    """The payloads of one topic, without end."""

    def __aiter__(self) -> AsyncIterator[str]: ...
    async def __anext__(self) -> str: ...
    async def wait(self, seconds: float) -> None:
        """Until something is announced, for at most `seconds`; takes all that was."""
        ...


class Wakeups(Protocol):
    """Tells every process what was stored. Topics: inbox, outbox, knowledge, head, desk, watch."""

    async def announce(self, topic: str, payload: str = "") -> None:
        """Inside a write: when that is committed, or never. Never fails outside of one."""
        ...

    def subscribe(self, topic: str) -> Announcements:
        """What is announced from this call on, by whichever process, each once. May be lost:
        whoever waits looks by itself every second as well."""
        ...
