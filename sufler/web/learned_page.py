"""/learned: what operators taught, for editors: the review list, everything learned with its undo,
golden questions, what to look at."""

import structlog
from fastapi import Request
from nicegui import Client, ui
from starlette.responses import Response

from sufler.desk.golden import GoldenDesk
from sufler.desk.learned import LearnedDesk
from sufler.domain.errors import SuflerError
from sufler.domain.people import Right
from sufler.domain.texts import text
from sufler.web.elements import heading, link, named, with_props
from sufler.web.frame import Visit, frame, staff_page, visit_of
from sufler.web.kb_services import KnowledgeServices
from sufler.web.learned_golden import show_golden, show_watch
from sufler.web.learned_list import PAGE, Shown, show_learned
from sufler.web.learned_review import show_review
from sufler.web.learned_view import LearnedView
from sufler.web.services import Services

_log = structlog.get_logger(__name__)

PATH = "/learned"
SECTIONS = ("review", "all", "golden", "watch")
_STYLES = ("kb.css", "kb_rows.css", "kb_article.css", "kb_review.css", "learned.css")
_MOST = 1000


class LearnedPage:
    """Built once for each opened tab."""

    def __init__(
        self,
        services: Services,
        kb: KnowledgeServices,
        learned: LearnedDesk,
        golden: GoldenDesk,
        visit: Visit,
        request: Request,
    ) -> None:
        query = request.query_params
        self._show = query.get("show") if query.get("show") in SECTIONS else SECTIONS[0]
        self._shown = Shown.read(query)
        most = query.get("most", "")
        self._most = min(int(most), _MOST) if most.isascii() and most.isdigit() else PAGE
        self._language = visit.language
        self._view = LearnedView(services, kb, learned, golden, visit, self.show)

    async def build(self) -> None:
        """Put the page up."""
        language = self._language
        with ui.element("div").classes("kb-main learned"):
            heading(1, text("learned_title", language))
            with named(ui.element("nav").classes("chips"), text("learned_title", language)):
                for each in SECTIONS:
                    way = link(text(f"learned_show_{each}", language), f"{PATH}?show={each}")
                    with_props(way.classes("chip"), **{"aria-current": str(each == self._show)})
            self._place = ui.element("section").classes("learned-part")
        await self.show()

    async def show(self) -> None:
        """Draw the section with what is stored now."""
        self._place.clear()
        with self._place:
            try:
                await self._view.learn_names()
                await self._draw()
            except SuflerError as error:
                _log.warning("learned_not_shown", error=error.message)
                ui.label(text("desk_not_now", self._language)).classes("banner")

    async def _draw(self) -> None:
        match self._show:
            case "all":
                await show_learned(self._view, self._shown, max(self._most, PAGE))
            case "golden":
                await show_golden(self._view, self._shown.article_id or "")
            case "watch":
                await show_watch(self._view)
            case _:
                await show_review(self._view)


def add_learned_page(
    services: Services, kb: KnowledgeServices, learned: LearnedDesk, golden: GoldenDesk
) -> None:
    """Add /learned to NiceGUI, for those who edit articles."""

    @staff_page(PATH)
    async def learned_page(request: Request, client: Client) -> Response | None:
        visit = await visit_of(request, services, Right.EDIT_ARTICLES)
        if isinstance(visit, Response):
            return visit
        ui.query(".nicegui-content").classes(remove="nicegui-content", add="kb-page")
        frame(visit, styles=_STYLES)
        client.title = text("learned_title", visit.language)
        await LearnedPage(services, kb, learned, golden, visit, request).build()
        return None
