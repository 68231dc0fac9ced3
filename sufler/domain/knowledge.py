"""Articles, phrasings, topics, and the matches that the index returns for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")

OTHER_TOPIC = "Прочее / Other"
# What the id of an article begins with that stands for a flow: its phrasings are what starts it.
FLOW_PREFIX = "flow:"
# The topic of such articles, where the flow names no other.
FLOW_TOPIC = "Сценарии / Flows"


def flow_of(article_id: str) -> str | None:
    """The name of the flow that an article stands for; None for an article that is an answer."""
    return article_id.removeprefix(FLOW_PREFIX) if article_id.startswith(FLOW_PREFIX) else None


class Mode(StrEnum):
    """What a topic may do with a turn; see design.md, 'mode of a topic'."""

    OBSERVES = "observes"
    SUGGESTS = "suggests"
    ANSWERS = "answers"


class ArticleStatus(StrEnum):
    """Only published articles are in the index."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class PhrasingSource(StrEnum):
    """Where a phrasing came from."""

    EDITOR = "editor"
    IMPORTED = "imported"
    LEARNED = "learned"


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way of asking for an article. `weight` is a multiplier of its vote."""

    text: str
    language: Language
    source: PhrasingSource = PhrasingSource.EDITOR
    author: str | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Translation:
    """Title (the canonical question) and answer (a safe Markdown subset) in one language."""

    title: str
    answer: str


@dataclass(frozen=True, slots=True)
class Article:
    """One answer of the knowledge base.

    `revision` counts this article's own changes from 1; 0 means not stored yet.
    `other_language_ok`: the bot may send it to a customer who writes in another language.
    `valid_from` is inclusive, `valid_until` exclusive; both aware, None is unbounded.
    `version`: the knowledge version of its newest change, of what was learned for it too; what
    was learned after it, a writer of this article has not seen.
    """

    id: str
    topic: str
    translations: Mapping[Language, Translation]
    phrasings: tuple[Phrasing, ...] = ()
    status: ArticleStatus = ArticleStatus.PUBLISHED
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    owner: str | None = None
    other_language_ok: bool = False
    updated_at: datetime | None = None
    revision: int = 0
    version: int = field(default=0, compare=False)

    def valid_at(self, moment: datetime) -> bool:
        """Whether the article may be served at `moment` (aware)."""
        return (self.valid_from is None or self.valid_from <= moment) and (
            self.valid_until is None or moment < self.valid_until
        )

    def in_language(self, language: Language) -> tuple[Language, Translation]:
        """The translation in `language`, or the one there is, with the language it is in."""
        if language in self.translations:
            return language, self.translations[language]
        other = next(iter(self.translations))
        return other, self.translations[other]


@dataclass(frozen=True, slots=True)
class ArticleRevision:
    """One kept change of an article: what it was after it, who made it and when."""

    article: Article
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of articles with one mode.

    `without_certificate` holds the reason when "answers" was set by a person's word alone, such
    as "demo"; it is shown wherever the topic is. `target` is the precision (0..1) that its
    certificate has to prove; `bar` the confidence (0..1) from which it answers, None: the policy's.
    Its automatic answers wait `hold_s` seconds on the desk first.
    """

    name: str
    mode: Mode = Mode.SUGGESTS
    without_certificate: str | None = None
    target: float = 0.95
    bar: float | None = None
    hold_s: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """An article as the index returns it.

    `score` orders matches, higher is better, no fixed range. `phrasing` is the indexed text that
    fits best. `parts` are the named parts of the score, for `why`.
    """

    article_id: str
    score: float
    phrasing: str
    parts: Mapping[str, float] = field(default_factory=dict)
