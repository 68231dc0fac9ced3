"""Flows as they are kept: their versions, where each conversation stands in one, and requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class VersionState(StrEnum):
    """A flow has one draft at most, and one published version at most; the others were."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class FlowVersion:
    """One version of a flow as its YAML `text`. `number` counts published versions from 1; 0 for a
    draft. `by` and `at`: who wrote it, and when it was published (a draft: written) last."""

    name: str
    number: int
    state: VersionState
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FlowRun:
    """Where a conversation stands in a flow. `id` is unique for ever.

    `state` is the plain data of `flows.state.State`; `flow` and `version` are those that were
    begun. `waiting`: for slot, confirm, call or request, as in the state. `calling` is the plain
    data of the call or request that is to be made now. `outcome`: "" while it goes on, then
    finished, cancelled, handed_off, or left. `path`: the steps that were reached, in order.
    A `parked` one was given up by silence and goes on when the customer's words fit it.
    """

    id: str
    conversation_id: str
    episode: int
    flow: str
    version: int
    state: Mapping[str, Any]
    step: str
    waiting: str
    started_at: datetime
    changed_at: datetime
    outcome: str = ""
    calling: Mapping[str, Any] | None = None
    remind_at: datetime | None = None
    reminded: bool = False
    parked: bool = False
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerRequest:
    """What a flow has created for people to do: a ticket. `fields` are labels by values."""

    number: int
    conversation_id: str
    queue: str
    title: str
    fields: Mapping[str, str]
    created_at: datetime
    done_at: datetime | None = None
    done_by: str | None = None


@dataclass(frozen=True, slots=True)
class FlowFigures:
    """How often a flow was started, and what became of it. `ended`: outcomes by number, "" are
    under way. `reached` and `gave_up`: steps by the number of runs that came there, and that ended
    there otherwise than finished."""

    started: int = 0
    ended: Mapping[str, int] = field(default_factory=dict)
    reached: Mapping[str, int] = field(default_factory=dict)
    gave_up: Mapping[str, int] = field(default_factory=dict)
