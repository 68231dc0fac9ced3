"""A flow's text while somebody works on it: what is typed, what is stored, who stored it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sufler.domain.flows import FlowVersion, VersionState
from sufler.flows.editing import Path, changed
from sufler.flows.faults import BadFlow
from sufler.flows.load import load_flow
from sufler.flows.model import Flow


@dataclass(slots=True)
class FlowWork:
    """`text` is what is on the page, `stored` what it began with. `waiting` are changes of single
    places that the form made and that are not in `text` yet."""

    name: str
    versions: Sequence[FlowVersion]
    text: str = ""
    stored: str = ""
    waiting: dict[Path, Any] = field(default_factory=dict)
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.text = self.stored = self._newest()

    @property
    def draft(self) -> FlowVersion | None:
        """What is stored and not published."""
        return self._in(VersionState.DRAFT)

    @property
    def published(self) -> FlowVersion | None:
        """What customers get."""
        return self._in(VersionState.PUBLISHED)

    @property
    def seen(self) -> datetime | None:
        """When the draft that the work began with was stored."""
        return self.draft.at if self.draft else None

    @property
    def dirty(self) -> bool:
        """Whether anything is typed that is not stored."""
        return bool(self.waiting) or self.text != self.stored

    def take(self, versions: Sequence[FlowVersion], *, keep: bool) -> None:
        """What is stored now; what is typed is replaced by it, unless it is to be kept."""
        self.versions = versions
        self.stored = self._newest()
        if not keep:
            self.text = self.stored
            self.waiting.clear()

    async def settle(self) -> list[BadFlow]:
        """Write what waits into the text; the reasons why some of it could not be."""
        async with self.writing:
            waiting, self.waiting = self.waiting, {}
            if not waiting:
                return []
            # Reading YAML is work for the processor: customers are served meanwhile.
            self.text, refused = await asyncio.to_thread(_written, self.text, waiting)
        return refused

    async def flow(self) -> Flow | None:
        """The flow that the text makes; None where it cannot be read."""
        try:
            return await asyncio.to_thread(load_flow, self.text, self.name)
        except BadFlow:
            return None

    def _in(self, state: VersionState) -> FlowVersion | None:
        return next((each for each in self.versions if each.state is state), None)

    def _newest(self) -> str:
        return (self.draft or self.published or self.versions[0]).text


def _written(text: str, waiting: dict[Path, Any]) -> tuple[str, list[BadFlow]]:
    refused = []
    for path, value in waiting.items():
        try:
            text = changed(text, path, value)
        except BadFlow as error:
            refused.append(error)
    return text, refused
