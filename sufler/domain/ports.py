"""What the lower rooms need from the upper ones: clock, encoder, channel, stores."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from sufler.domain.conversation import Button, Conversation
from sufler.domain.knowledge import Article, ArticleRevision, Topic

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

    async def send(
        self, conversation: Conversation, text: str, buttons: Sequence[Button]
    ) -> str | None:
        """Send `text` (safe Markdown subset); return the channel's own id of the message."""
        ...


@dataclass(frozen=True, slots=True)
class ArticleChange:
    """One row of the index log: `article` as it is after knowledge version `version`."""

    version: int
    article: Article


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

    async def save_many(self, articles: Iterable[Article], author: str) -> int:
        """Store new or changed articles, all or none; create missing topics as `suggests`.
        Articles equal to what is stored are skipped. Returns how many were written.
        The iterable may be lazy and long (100,000); memory stays bounded."""
        ...

    async def history(self, article_id: str) -> list[ArticleRevision]:
        """Newest first. Raises NotFound."""
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
