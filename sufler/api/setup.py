"""Mounts the API on the application: /api/…, /healthz, /readyz, /metrics, /docs, /openapi.json."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from sufler.api import (
    accuracy,
    article_files,
    articles,
    cards,
    conversations,
    customer_requests,
    customers,
    docs_page,
    drafts,
    flows,
    golden,
    health,
    import_runs,
    import_sources,
    keys,
    learning,
    outcomes,
    outside_events,
    ports,
    problems,
    queues,
    reviews,
    stops,
    stream,
    suggestions,
    supervising,
    templates,
    topics,
    webhooks,
)
from sufler.api.caller import CallerCache
from sufler.api.edge import IMPORT_BYTES, JSON_BYTES, Edge
from sufler.api.metrics import Metrics
from sufler.api.parts import Check, Parts
from sufler.api.rate import RateLimit
from sufler.api.suggestion_writer import SuggestionWriter
from sufler.conversation.decide import DEFAULT_POLICY, Policy
from sufler.conversation.turn import CHANCE
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

_DESCRIPTION = """Suggestions for operators, the knowledge base and the desk, for programs.

Send a key as `Authorization: Bearer sk_…` (`sufler keys create --scope operator`). Scopes:
**operator** asks for suggestions and works with conversations, **editor** also changes articles,
**administrator** also changes topics' modes and keys. Errors are RFC 9457 problem details.
"""

_ADDRESSES = ("/healthz", "/readyz", "/metrics", "/docs", "/openapi.json")


def setup(
    app: FastAPI,
    *,
    knowledge: ports.Knowledge,
    articles_by_page: ports.Articles,
    prompter: ports.Prompter,
    desk: ports.Desk,
    conversations_store: ports.Conversations,
    people: ports.People,
    suggestions_store: ports.Suggestions,
    imports: Imports,
    sources: Sources,
    kill_switch: Stops,
    customers_desk: Customers,
    event_stream: Stream,
    webhooks_out: Webhooks,
    learned_desk: LearnedDesk,
    golden_desk: GoldenDesk,
    certifying: Certifying,
    ladder: Ladder,
    figures: Figures,
    reviewing: Reviewing,
    flow_book: FlowBook,
    customer_requests_desk: CustomerRequests,
    outside_events_desk: OutsideEvents,
    idempotency: ports.Idempotency,
    clock: Clock,
    version: str,
    policy: Callable[[], Policy] = lambda: DEFAULT_POLICY,
    chance: Callable[[], float] = CHANCE,
    metrics: Metrics | None = None,
    ready: Mapping[str, Check] | None = None,
    depths: Callable[[], Awaitable[tuple[int, Mapping[str, int]]]] | None = None,
    json_bytes: int = JSON_BYTES,
    import_bytes: int = IMPORT_BYTES,
    rate: float = 0,
) -> FastAPI:
    """Mount the API on `app`, before other faces' routes, and return the API's own application.

    `ready` names the checks of /readyz; each raises when its part cannot serve. `depths` gives the
    inbox depth and the outgoing messages by state, for /metrics. Sizes are in bytes. `rate`:
    requests a second that one caller may send; 0: no limit. `chance` draws turns for checks.
    """
    metrics = metrics or Metrics()
    callers = CallerCache(people.caller_of_key, clock)
    people.when_access_ends(callers.forget)
    api = application(version)
    api.state.parts = Parts(
        knowledge=knowledge,
        articles=articles_by_page,
        prompter=prompter,
        desk=desk,
        conversations=conversations_store,
        people=people,
        idempotency=idempotency,
        clock=clock,
        policy=policy,
        chance=chance,
        metrics=metrics,
        ready=ready or {},
        depths=depths,
        callers=callers,
        writer=SuggestionWriter(suggestions_store),
        importing=asyncio.Lock(),
        imports=imports,
        sources=sources,
        stops=kill_switch,
        customers=customers_desk,
        stream=event_stream,
        webhooks=webhooks_out,
        learned=learned_desk,
        golden=golden_desk,
        certifying=certifying,
        ladder=ladder,
        figures=figures,
        reviewing=reviewing,
        flows=flow_book,
        requests=customer_requests_desk,
        events=outside_events_desk,
    )
    edge = Edge(
        api,
        metrics=metrics,
        callers=callers,
        rate=RateLimit(rate, clock.monotonic) if rate else None,
        json_bytes=json_bytes,
        import_bytes=import_bytes,
    )
    app.router.routes.insert(0, _Forward(edge))
    return api


def application(version: str) -> FastAPI:
    """The API's own application with its description, still without the parts that serve it."""
    api = FastAPI(
        title="Sufler",
        version=version,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for noun in (
        suggestions,
        stream,
        conversations,
        drafts,
        cards,
        templates,
        supervising,
        article_files,
        import_runs,
        import_sources,
        articles,
        flows,
        customer_requests,
        learning,
        golden,
        reviews,
        topics,
        accuracy,
        outcomes,
        queues,
        outside_events,
        customers,
        stops,
        webhooks,
        keys,
        health,
    ):
        # Taken over as they are: an included router is matched in two steps at each request.
        api.router.routes.extend(noun.router.routes)
    for route in api.routes:
        if isinstance(route, APIRoute):
            route.operation_id = route.name  # what generated clients call it
    problems.install(api)

    @api.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return HTMLResponse(docs_page.page(api.openapi()), headers=docs_page.HEADERS)

    api.openapi = _with_problems(api.openapi)  # type: ignore[method-assign]
    return api


class _Forward(BaseRoute):
    """Hands our addresses to the API with their paths as they are. A `Mount` would cut them, and
    OpenAPI would show them cut; routes of the whole application would lose 404 and 405 to pages.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path = scope.get("path", "")
        ours = scope["type"] == "http" and (path.startswith("/api/") or path in _ADDRESSES)
        return (Match.FULL if ours else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def _with_problems(openapi: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """OpenAPI with the schema of problems, and without FastAPI's own form of validation errors."""

    def described() -> dict[str, Any]:
        schema = openapi()
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        if "Problem" not in schemas:
            model = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(model.pop("$defs", {}))
            schemas["Problem"] = model
            schemas.pop("HTTPValidationError", None)
            schemas.pop("ValidationError", None)
        return schema

    return described
