"""What the knowledge pages are given beyond what every page has, and acts that need a right."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sufler.desk.gaps import Gaps
from sufler.desk.golden import GoldenDesk
from sufler.desk.ladder import Ladder
from sufler.desk.learned import LearnedDesk
from sufler.desk.people import People, require
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock
from sufler.kb_index.catalogue import Catalogue
from sufler.kb_index.imports import Imports
from sufler.kb_index.knowledge import KnowledgeBase
from sufler.kb_index.sources import Sources
from sufler.prompter.suggest import Prompter


class Preview(Protocol):
    """`bot.preview.Preview`."""

    @property
    def telegram(self) -> Sequence[str]: ...
    @property
    def telegram_units(self) -> int: ...
    @property
    def web(self) -> str: ...
    @property
    def plain(self) -> str: ...


class UseCounts:
    """How often each article was used, read anew after KEEP_S at the earliest: lists ask often,
    and the database has to look at every decision."""

    KEEP_S = 30.0

    def __init__(self, read: Callable[[], Awaitable[Mapping[str, int]]], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._reading = asyncio.Lock()
        self._counts: Mapping[str, int] = {}
        self._until = -1.0

    async def counts(self) -> Mapping[str, int]:
        """By article id; unused ones are not in it."""
        async with self._reading:
            if self._clock.monotonic() >= self._until:
                self._counts = await self._read()
                self._until = self._clock.monotonic() + self.KEEP_S
            return self._counts


async def _no_fields() -> Collection[str]:
    return ()


@dataclass(frozen=True, slots=True)
class KnowledgeServices:
    """The base itself, the catalogue for lists, who takes a question, how often articles were
    used, how an answer looks in each channel, the runs of imports, what operators taught, the
    keys of the fields on customers' cards, and what the base lacks."""

    base: KnowledgeBase
    catalogue: Catalogue
    prompter: Prompter
    uses: UseCounts
    preview: Callable[[str], Preview]
    imports: Imports
    sources: Sources
    ladder: Ladder
    learned: LearnedDesk | None = None
    golden: GoldenDesk | None = None
    fields: Callable[[], Awaitable[Collection[str]]] = _no_fields
    gaps: Gaps | None = None
    importing: asyncio.Lock = field(default_factory=asyncio.Lock)


class Acts:
    """Who acts on a page: asked anew before each act, because rights and sessions end."""

    def __init__(self, people: People, token: str) -> None:
        self._people = people
        self._token = token

    async def signed(self, right: Right) -> tuple[Caller, str]:
        """The caller and the signature under their change, as the API signs.

        Raises Unauthenticated and Forbidden.
        """
        caller = await self._people.caller_of_session(self._token)
        require(caller, right)
        return caller, f"{caller.name} ({caller.id})"
