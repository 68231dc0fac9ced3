"""What stands around every staff page: who is let in, and the bar with the way to the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sufler.desk.people import may
from sufler.desk.topic_notices import reason_words
from sufler.domain.errors import StorageUnavailable, SuflerError
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller, Right
from sufler.domain.texts import counted, text
from sufler.web import paper
from sufler.web.services import Services
from sufler.web.session import caller_of, token_of
from sufler.web.stop_strip import StopStrip


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the bar leads to, for those who have `right`."""

    path: str
    key: str
    right: Right


# Seconds for which a page is waited for: one that comes late, beside much else or from a slow
# database, is better than none.
BUILT_S = 60.0

PLACES = (
    Place("/desk", "nav_desk", Right.CONVERSE),
    Place("/desk/overview", "nav_overview", Right.SUPERVISE),
    Place("/admin/requests", "nav_requests", Right.CONVERSE),
    Place("/kb", "nav_knowledge", Right.READ_ARTICLES),
    Place("/admin/flows", "nav_flows", Right.READ_ARTICLES),
    Place("/learned", "nav_learned", Right.EDIT_ARTICLES),
    Place("/review", "nav_review", Right.CONVERSE),
    Place("/admin/gaps", "nav_gaps", Right.EDIT_ARTICLES),
    Place("/admin/accuracy", "nav_accuracy", Right.ADMINISTER),
    Place("/admin/outcomes", "nav_outcomes", Right.ADMINISTER),
    Place("/admin/people", "nav_people", Right.ADMINISTER),
    Place("/admin/queues", "nav_queues", Right.ADMINISTER),
    Place("/admin/channels", "nav_channels", Right.ADMINISTER),
    Place("/admin/customers", "nav_customers", Right.ADMINISTER),
    Place("/admin/webhooks", "nav_webhooks", Right.ADMINISTER),
    Place("/admin/settings", "nav_settings", Right.ADMINISTER),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at a page, and how. `here` is its address; `alarms` are an administrator's."""

    services: Services
    caller: Caller
    token: str
    language: Language
    here: str
    alarms: tuple[str, ...] = ()


def staff_page(path: str) -> ui.page:
    """Makes a page of what is decorated; parts of `path` in braces are given to it by name."""
    return ui.page(path, title="Sufler", response_timeout=BUILT_S)


async def visit_of(request: Request, services: Services, right: Right) -> Visit | Response:
    """The visit, or the answer that turns it away: to /login, or 403 without the right."""
    caller = await caller_of(request, services.people)
    if caller is None:
        return RedirectResponse("/login", 303)
    language = paper.language_of(request, services.language)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if not may(caller, right):
        bar = bar_values(caller, language, here)
        return paper.page("forbidden.html", language, here, 403, **bar)
    alarms: tuple[str, ...] = ()
    if may(caller, Right.ADMINISTER):
        alarms = await _alarms(services, language, at_desk=here.startswith("/desk"))
    return Visit(services, caller, token_of(request), language, here, alarms)


def frame(
    visit: Visit, *, styles: Sequence[str] = (), scripts: Sequence[str] = ()
) -> StopStrip | None:
    """Put up the bar and load the page's files of /static; the page itself comes after it. Gives
    what shows and does the stopping of answers, where there is one."""
    sheets = ("theme.css", "frame.css", *styles)
    head = [f'<link rel="stylesheet" href="/static/{name}">' for name in sheets]
    head += [f'<script src="/static/{name}"></script>' for name in ("frame.js", *scripts)]
    ui.add_head_html("\n".join(head))
    ui.query("html").props(f"lang={visit.language}")
    bar = paper.piece(
        "frame.html",
        visit.language,
        visit.here,
        alarms=visit.alarms,
        may_stop=visit.services.stops is not None and may(visit.caller, Right.SUPERVISE),
        **bar_values(visit.caller, visit.language, visit.here),
    )
    ui.html(bar, sanitize=False).classes("frame")
    services = visit.services
    if services.stops is None:
        return None
    topics = services.knowledge.topics
    return StopStrip(
        services.stops, services.people, visit.token, visit.caller, visit.language, lambda: topics
    )


def bar_values(caller: Caller | None, language: Language, here: str) -> dict[str, Any]:
    """What bar.html shows: who it is, and where they may go."""
    path = here.partition("?")[0] + "/"
    # Of places inside each other, only the inner one is where we are.
    at = max((p.path for p in PLACES if path.startswith(p.path + "/")), key=len, default="")
    places = [
        (place.path, text(place.key, language), place.path == at)
        for place in PLACES
        if caller is not None and may(caller, place.right)
    ]
    return {"caller": caller, "places": places}


async def _alarms(services: Services, language: Language, at_desk: bool) -> tuple[str, ...]:
    """What keeps customers from an answer right now; who opens the desk is on duty by that."""
    found = []
    try:
        if not at_desk and not await services.desk.anybody():
            found.append(text("alarm_nobody", language))
        if services.administration is not None and await services.administration.webhooks.broken():
            found.append(text("alarm_webhooks", language))
        if services.administration is not None and services.administration.accuracy is not None:
            for each in await services.administration.accuracy.standings.taken_back():
                reason = reason_words(each, language)
                found.append(text("topic_taken_back", language, topic=each.topic, reason=reason))
        reviewing = services.reviewing
        if reviewing is not None and (late := await reviewing.late()):
            found.append(counted("alarm_audits", language, late))
    except SuflerError:
        found.append(text("alarm_database", language))
    if services.telegram is not None and services.telegram().error is not None:
        found.append(text("alarm_telegram", language))
    return tuple(found)


def missing(visit: Visit, error: SuflerError, gone: str, back: tuple[str, str]) -> Response:
    """A plain page in place of one whose subject is `gone` (words by key), or cannot be read now.

    `back` is the words (by key) and the address of the way on.
    """
    now = isinstance(error, StorageUnavailable)
    return paper.page(
        "missing.html",
        visit.language,
        visit.here,
        503 if now else 404,
        title=text("desk_not_now" if now else gone, visit.language),
        back=text(back[0], visit.language),
        way=back[1],
        caller=visit.caller,
        places=(),
    )
