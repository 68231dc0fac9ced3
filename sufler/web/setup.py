"""Puts the staff's pages into the application. Call it last: NiceGUI takes all paths left over."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from nicegui import Client, ui
from nicegui import app as nicegui_app
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from sufler.desk.desk import Desk
from sufler.desk.people import People
from sufler.domain.errors import StorageUnavailable
from sufler.domain.knowledge import Language
from sufler.domain.ports import Clock
from sufler.domain.texts import text
from sufler.web import paper
from sufler.web.desk_drafts import Drafts
from sufler.web.desk_frame import frame
from sufler.web.desk_page import DeskPage
from sufler.web.door import Door
from sufler.web.home import Home
from sufler.web.login import Login
from sufler.web.services import Knowledge, KnowledgeSize, Line, Services
from sufler.web.session import caller_of, token_of

DESK = "/desk"

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
    language: Language = "ru",
) -> None:
    """Add /, /login, /logout, /language/…, /static/… and /desk. NiceGUI has one application in
    a process, so the newest call wins."""
    services = Services(
        desk, people, knowledge, knowledge_size, clock, to_html, telegram, public_url, language
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
    _add_desk(services)
    # A second application in one process (tests do that) begins anew.
    nicegui_app.user_middleware.clear()
    nicegui_app.middleware_stack = None
    nicegui_app.add_middleware(Door, pages=frozenset({DESK}), stopped=partial(_stopped, services))
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
    return RedirectResponse("/login?" + urlencode({"next": str(request.url.path)}), 303)


def _add_desk(services: Services) -> None:
    drafts = Drafts()

    @ui.page(DESK, title="Sufler")
    async def desk_page(
        request: Request, client: Client, conversation: str | None = None
    ) -> Response | None:
        caller = await caller_of(request, services.people)
        if caller is None:
            return RedirectResponse("/login", 303)  # it ended between the door and here
        language = paper.language_of(request, services.language)
        client.title = text("desk_title", language)
        frame(caller, language)
        picked = conversation if conversation and len(conversation) <= _LONGEST_ID else None
        page = DeskPage(
            services,
            drafts,
            caller=caller,
            token=token_of(request),
            language=language,
            picked=picked,
        )
        page.build()
        await page.refresh()
        page.live(client)
        return None
