"""What the pages are given: the rooms below, and the few things about the whole they show."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sufler.desk.desk import Desk
from sufler.desk.people import People
from sufler.domain.knowledge import Language, Topic
from sufler.domain.ports import Clock


class Knowledge(Protocol):
    """`kb_index.knowledge.KnowledgeBase`, as far as pages show it."""

    @property
    def topics(self) -> Mapping[str, Topic]: ...


@dataclass(frozen=True, slots=True)
class KnowledgeSize:
    """How large the served base is: articles, and the knowledge version."""

    articles: int
    version: int


class Line(Protocol):
    """`bot.telegram.state.LineReport`: how the line to Telegram stands."""

    @property
    def connected(self) -> bool: ...
    @property
    def username(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a page needs. `to_html` turns our safe Markdown into HTML that is safe to show;
    `telegram` is None when no bot is set up."""

    desk: Desk
    people: People
    knowledge: Knowledge
    knowledge_size: Callable[[], KnowledgeSize]
    clock: Clock
    to_html: Callable[[str], str]
    telegram: Callable[[], Line] | None = None
    public_url: str | None = None
    language: Language = "ru"
