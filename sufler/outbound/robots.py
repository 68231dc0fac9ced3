"""robots.txt of the hosts that are asked: read once for each, and obeyed."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from protego import Protego

LONGEST_WAIT_S = 30.0  # a site that asks for longer pauses between pages gets this


@dataclass(slots=True)
class Rules:
    """What one host allows. `wait_s`: the pause it wants between requests, in seconds."""

    name: str
    parsed: Protego | None = None
    closed: bool = False
    wait_s: float = 0.0

    def allow(self, url: str) -> bool:
        """Whether the page may be read."""
        if self.parsed is None:
            return not self.closed
        return bool(self.parsed.can_fetch(url, self.name))


# Gives a robots.txt as (status, text). Raises FetchError.
Read = Callable[[str], Awaitable[tuple[int, str]]]


@dataclass(slots=True)
class Robots:
    """Rules by host. As RFC 9309 has it: no file (4xx) allows everything, a host that fails (5xx)
    is not to be read now."""

    name: str
    read: Read
    _known: dict[str, asyncio.Task[Rules]] = field(default_factory=dict)

    async def rules(self, origin: str) -> Rules:
        """The rules of `https://host:port`."""
        if origin not in self._known:
            self._known[origin] = asyncio.create_task(self._rules(origin))
        return await asyncio.shield(self._known[origin])

    async def _rules(self, origin: str) -> Rules:
        status, text = await self.read(f"{origin}/robots.txt")
        if status == 200:
            parsed = Protego.parse(text)
            wait = parsed.crawl_delay(self.name) or 0.0
            return Rules(self.name, parsed, wait_s=min(float(wait), LONGEST_WAIT_S))
        return Rules(self.name, closed=not 400 <= status < 500)
