"""What flows in conversations need: the published ones, their runs, and whoever calls services."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sufler.conversation.ports import Stopped
from sufler.domain.conversation import Conversation
from sufler.domain.flows import FlowRun
from sufler.flows.model import Flow
from sufler.flows.state import Answer, Call, CreateRequest


class Flows(Protocol):
    """The published flows."""

    @property
    def flows(self) -> Mapping[str, Flow]:
        """By name; each one's version is the number of its publication."""
        ...


class FlowCalls(Protocol):
    """What calls a company's services: `outbound.flow_calls`."""

    async def perform(self, call: Call) -> Answer:
        """Never raises: what could not be reached has the status 0."""
        ...


@dataclass(frozen=True, slots=True)
class RunAtHand:
    """A flow's run with its conversation, of one moment."""

    run: FlowRun
    conversation: Conversation
    stopped: Stopped


class FlowRuns(Protocol):
    """Where conversations stand in flows, and what flows have to do by themselves."""

    async def due(
        self, channels: Sequence[str], now: datetime, limit: int = 100
    ) -> tuple[list[FlowRun], datetime | None]:
        """Runs that have something to call, or whose silence is over; and when the next one's
        is."""
        ...

    async def claim(self, run: FlowRun, now: datetime, until: datetime) -> bool:
        """Keep it from other processes until then; False when it has changed, or is kept."""
        ...

    async def release(self, run: FlowRun) -> None:
        """Give a claim up."""
        ...

    async def begin(self, run: FlowRun, at: datetime) -> bool:
        """Its call is made now; False when it was begun before: what came of that, nobody knows."""
        ...

    async def at_hand(self, run_id: str) -> RunAtHand | None:
        """As it is now."""
        ...

    async def create_request(self, run: FlowRun, request: CreateRequest, at: datetime) -> int:
        """The number of the request; created once for its key."""
        ...

    async def resume(self, channels: Sequence[str]) -> None:
        """At start: what a process that died had claimed is anybody's."""
        ...
