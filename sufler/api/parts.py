"""What `setup` was given, where the routes find it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from sufler.api import ports
from sufler.api.caller import CallerCache
from sufler.api.metrics import Metrics
from sufler.api.suggestion_writer import SuggestionWriter
from sufler.conversation.decide import Policy
from sufler.desk.certifying import Certifying
from sufler.desk.customer_requests import CustomerRequests
from sufler.desk.customers import Customers
from sufler.desk.figures import Figures
from sufler.desk.flow_book import FlowBook
from sufler.desk.golden import GoldenDesk
from sufler.desk.ladder import Ladder
from sufler.desk.learned import LearnedDesk
from sufler.desk.outside_events import OutsideEvents
from sufler.desk.reviewing import Reviewing
from sufler.desk.stops import Stops
from sufler.desk.stream import Stream
from sufler.desk.webhooks import Webhooks
from sufler.domain.ports import Clock
from sufler.kb_index.imports import Imports
from sufler.kb_index.sources import Sources

Check = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything the routes work with. `ready` names the checks of /readyz: each raises when its
    part cannot serve. `depths` gives the inbox depth and outgoing messages by state."""

    knowledge: ports.Knowledge
    articles: ports.Articles
    prompter: ports.Prompter
    desk: ports.Desk
    conversations: ports.Conversations
    people: ports.People
    idempotency: ports.Idempotency
    clock: Clock
    policy: Callable[[], Policy]
    chance: Callable[[], float]
    metrics: Metrics
    ready: Mapping[str, Check]
    depths: Callable[[], Awaitable[tuple[int, Mapping[str, int]]]] | None
    callers: CallerCache
    writer: SuggestionWriter
    # Two imports at once would each compare with a base that the other is changing.
    importing: asyncio.Lock
    imports: Imports
    sources: Sources
    stops: Stops
    customers: Customers
    stream: Stream
    webhooks: Webhooks
    learned: LearnedDesk
    golden: GoldenDesk
    certifying: Certifying
    ladder: Ladder
    figures: Figures
    reviewing: Reviewing
    flows: FlowBook
    requests: CustomerRequests
    events: OutsideEvents


async def parts_of(request: Request) -> Parts:
    """The parts of the API that the request came to. Async, or it would hop to a thread."""
    parts: Parts = request.app.state.parts
    return parts


Here = Annotated[Parts, Depends(parts_of)]
