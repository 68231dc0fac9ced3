"""Adds the pages of flows: /admin/flows and /admin/flows/…."""

from fastapi import Request
from nicegui import Client, ui
from starlette.responses import Response

from sufler.desk.flow_book import NAME
from sufler.domain.errors import NotFound, StorageUnavailable
from sufler.domain.people import Right
from sufler.domain.texts import text
from sufler.web.flow_list_page import FlowListPage
from sufler.web.flow_page import FlowPage
from sufler.web.flow_services import PATH, FlowServices
from sufler.web.flow_work import FlowWork
from sufler.web.frame import Visit, frame, missing, staff_page, visit_of
from sufler.web.kb_drafts import UnsavedForms
from sufler.web.services import Services

_STYLES = ("kb.css", "kb_rows.css", "kb_article.css", "learned.css", "figures.css", "flows.css")


def add_flow_pages(services: Services, flows: FlowServices) -> None:
    """Reading is for all staff; editing needs the right, asked anew at each act."""
    unsaved: UnsavedForms[str] = UnsavedForms()

    @staff_page(PATH)
    async def flow_list(request: Request, client: Client) -> Response | None:
        visit = await visit_of(request, services, Right.READ_ARTICLES)
        if isinstance(visit, Response):
            return visit
        _surround(visit)
        client.title = text("flows_title", visit.language)
        await FlowListPage(services, flows, visit).build()
        return None

    @staff_page(PATH + "/{name}")
    async def flow_page(request: Request, client: Client, name: str) -> Response | None:
        visit = await visit_of(request, services, Right.READ_ARTICLES)
        if isinstance(visit, Response):
            return visit
        try:
            if not NAME.fullmatch(name):
                raise NotFound("no flow has such a name", field="name")
            versions = await flows.book.versions(visit.caller, name)
        except (NotFound, StorageUnavailable) as error:
            return missing(visit, error, "flows_gone", ("flows_back", PATH))
        _surround(visit)
        client.title = f"{name} · {text('nav_flows', visit.language)}"
        await FlowPage(services, flows, visit, unsaved, FlowWork(name, versions)).build()
        return None


def _surround(visit: Visit) -> None:
    ui.query(".nicegui-content").classes(remove="nicegui-content", add="kb-page")
    frame(visit, styles=_STYLES, scripts=("flows.js",))
