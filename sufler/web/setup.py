"""Puts the staff's pages into the application. Call it last: NiceGUI takes all paths left over."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from nicegui import Client, ui
from nicegui import app as nicegui_app
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from sufler.desk.alert_links import AlertLinks
from sufler.desk.customer_requests import CustomerRequests
from sufler.desk.desk import Desk
from sufler.desk.past import Past
from sufler.desk.people import People
from sufler.desk.reviewing import Reviewing
from sufler.desk.stops import Stops
from sufler.domain.errors import StorageUnavailable
from sufler.domain.knowledge import Language
from sufler.domain.people import Right
from sufler.domain.ports import Clock
from sufler.domain.texts import text
from sufler.web import paper
from sufler.web.accuracy_setup import add_accuracy_pages
from sufler.web.admin_customers import EXPORT, Export
from sufler.web.admin_setup import add_admin_pages
from sufler.web.desk_files import PATH as FILES
from sufler.web.desk_files import DeskFiles
from sufler.web.desk_lists import SharedLists
from sufler.web.desk_overview import OverviewPage
from sufler.web.desk_page import DeskPage
from sufler.web.door import Door
from sufler.web.figure_export import FigureExport
from sufler.web.figure_parts import FILES as FIGURES
from sufler.web.flow_services import FlowServices
from sufler.web.flow_setup import add_flow_pages
from sufler.web.frame import frame, staff_page, visit_of
from sufler.web.gaps_page import add_gaps_page
from sufler.web.home import Home
from sufler.web.kb_services import KnowledgeServices
from sufler.web.kb_setup import add_pages as add_knowledge_pages
from sufler.web.learned_page import add_learned_page
from sufler.web.login import Login
from sufler.web.my_alerts import add_page as add_alerts_page
from sufler.web.requests_page import add_requests_page
from sufler.web.review_page import add_review_page
from sufler.web.services import (
    Administration,
    Files,
    Knowledge,
    KnowledgeSize,
    Line,
    Services,
)
from sufler.web.session import caller_of

DESK = "/desk"
OVERVIEW = "/desk/overview"
# What begins like this is NiceGUI's, and for staff only.
STAFF = (DESK, "/kb", "/learned", "/review", "/admin")

_STYLES = (
    "desk.css",
    "desk_talk.css",
    "desk_lines.css",
    "desk_side.css",
    "desk_passing.css",
    "desk_keys.css",
    "desk_card.css",
)
_SCRIPTS = ("desk.js", "desk_keys.js", "desk_files.js", "desk_alerts.js")
# A tab that was away for less is told everything that it missed.
_RECONNECT_S = 15.0
_LONGEST_ID = 64


def setup(
    app: FastAPI,
    *,
    desk: Desk,
    people: People,
    knowledge: Knowledge,
    knowledge_size: Callable[[], KnowledgeSize],
    clock: Clock,
    to_html: Callable[[str], str],
    telegram: Callable[[], Line] | None = None,
    public_url: str | None = None,
    default_language: Callable[[], Language] = lambda: "ru",
    administration: Administration | None = None,
    files: Files | None = None,
    upload_limit: int = 10_000_000,
    past: Past | None = None,
    stops: Stops | None = None,
    alerts: AlertLinks | None = None,
    reviewing: Reviewing | None = None,
    knowledge_pages: KnowledgeServices | None = None,
    flows: FlowServices | None = None,
    requests: CustomerRequests | None = None,
) -> None:
    """Add /, /login, /logout, /language/…, /static/… and /desk, with `files` under it: customers',
    and operators' of at most `upload_limit` bytes each. NiceGUI has one application in a process,
    so the newest call wins."""
    services = Services(
        desk,
        people,
        knowledge,
        knowledge_size,
        clock,
        to_html,
        telegram,
        public_url,
        default_language,
        administration,
        files,
        past,
        stops,
        alerts,
        reviewing,
    )
    login = Login(services)
    for path, answer, method in (
        ("/", Home(services).show, "GET"),
        ("/login", login.show, "GET"),
        ("/login", login.enter, "POST"),
        ("/logout", login.leave, "POST"),
        ("/language/{language}", paper.switch_language, "GET"),
        ("/static/{name}", paper.static_file, "GET"),
    ):
        app.add_route(path, answer, methods=[method], include_in_schema=False)
    if files is not None:
        given = DeskFiles(files, services, upload_limit)
        app.add_route(FILES + "/{id}", given.answer, methods=["GET"], include_in_schema=False)
        app.add_route(FILES, given.take, methods=["POST"], include_in_schema=False)
    _add_desk(services, knowledge_pages)
    if alerts is not None:
        add_alerts_page(services, alerts)
    if reviewing is not None:
        add_review_page(services, reviewing)
    if flows is not None:
        add_flow_pages(services, flows)
    if requests is not None:
        add_requests_page(services, requests)
    if administration is not None:
        exported = Export(services, administration.customers)
        app.add_route(EXPORT, exported.answer, methods=["GET"], include_in_schema=False)
        add_admin_pages(services, administration)
        if administration.accuracy is not None:
            figures = FigureExport(services, administration.accuracy)
            path = FIGURES + "/{file}"
            app.add_route(path, figures.answer, methods=["GET"], include_in_schema=False)
            add_accuracy_pages(services, administration, administration.accuracy)
    if knowledge_pages is not None:
        add_knowledge_pages(services, knowledge_pages)
        if knowledge_pages.gaps is not None:
            add_gaps_page(services, knowledge_pages.gaps)
        if knowledge_pages.learned is not None and knowledge_pages.golden is not None:
            add_learned_page(
                services, knowledge_pages, knowledge_pages.learned, knowledge_pages.golden
            )
    # A second application in one process (tests do that) begins anew.
    nicegui_app.user_middleware.clear()
    nicegui_app.middleware_stack = None
    nicegui_app.add_middleware(Door, pages=STAFF, stopped=partial(_stopped, services))
    ui.run_with(
        app,
        title="Sufler",
        favicon=paper.STATIC_PATH / "mark.svg",
        dark=None,
        tailwind=False,
        reconnect_timeout=_RECONNECT_S,
        show_welcome_message=False,
    )


async def _stopped(services: Services, request: Request) -> Response | None:
    """Who has not logged in goes to /login; None for those who have."""
    try:
        if await caller_of(request, services.people) is not None:
            return None
    except StorageUnavailable:
        language = paper.language_of(request, services.language)
        return PlainTextResponse(text("login_not_now", language), 503)
    url = request.url
    wanted = f"{url.path}?{url.query}" if url.query else url.path
    return RedirectResponse("/login?" + urlencode({"next": wanted}), 303)


def _add_desk(services: Services, knowledge: KnowledgeServices | None) -> None:
    lists = SharedLists(services.desk)

    @staff_page(DESK)
    async def desk_page(
        request: Request, client: Client, conversation: str | None = None
    ) -> Response | None:
        visit = await visit_of(request, services, Right.CONVERSE)
        if isinstance(visit, Response):
            return visit
        client.title = text("desk_title", visit.language)
        stops = frame(visit, styles=_STYLES, scripts=_SCRIPTS)
        ui.query(".nicegui-content").classes("desk-page")
        picked = conversation if conversation and len(conversation) <= _LONGEST_ID else None
        page = DeskPage(
            services,
            lists,
            caller=visit.caller,
            token=visit.token,
            language=visit.language,
            picked=picked,
            stops=stops,
            learned=knowledge.learned if knowledge else None,
            golden=knowledge.golden if knowledge else None,
        )
        page.build()
        await page.show_status()
        await page.refresh()
        page.live(client)
        return None

    @staff_page(OVERVIEW)
    async def overview_page(request: Request, client: Client) -> Response | None:
        visit = await visit_of(request, services, Right.SUPERVISE)
        if isinstance(visit, Response):
            return visit
        client.title = text("over_title", visit.language)
        frame(visit, styles=(*_STYLES, "desk_overview.css"))
        ui.query(".nicegui-content").classes("overview-page")
        page = OverviewPage(
            services, lists, caller=visit.caller, token=visit.token, language=visit.language
        )
        page.build()
        await page.refresh()
        page.live(client)
        return None
