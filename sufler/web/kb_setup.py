"""Adds the knowledge pages: /kb, /kb/new, /kb/articles/…, /kb/history/…, /kb/sources,
/kb/upload."""

from fastapi import Request
from nicegui import Client, ui
from starlette.responses import Response

from sufler.domain.errors import NotFound, StorageUnavailable, SuflerError
from sufler.domain.people import Right
from sufler.web.frame import Visit, frame, missing, staff_page, visit_of
from sufler.web.kb_article_page import article_page
from sufler.web.kb_begun import begun_from
from sufler.web.kb_drafts import UnsavedForms
from sufler.web.kb_form import Form
from sufler.web.kb_history_page import history_page
from sufler.web.kb_list_page import list_page
from sufler.web.kb_list_state import ListState
from sufler.web.kb_services import KnowledgeServices
from sufler.web.kb_sources import sources_page
from sufler.web.kb_upload_page import upload_page
from sufler.web.services import Services

_STYLES = ("kb.css", "kb_rows.css", "kb_article.css", "kb_review.css")
_LONGEST_TOPIC = 300


def add_pages(services: Services, kb: KnowledgeServices) -> None:
    """Add them to NiceGUI. Editing needs the right; reading is for all staff."""
    unsaved: UnsavedForms[Form] = UnsavedForms()

    @staff_page("/kb")
    async def kb_list(request: Request, client: Client) -> Response | None:
        visit = await visit_of(request, services, Right.READ_ARTICLES)
        if isinstance(visit, Response):
            return visit
        _surround(visit)
        await list_page(services, kb, visit, client, ListState.read(request.query_params))
        return None

    @staff_page("/kb/new")
    async def kb_new(request: Request, client: Client) -> Response | None:
        visit = await visit_of(request, services, Right.EDIT_ARTICLES)
        if isinstance(visit, Response):
            return visit
        topic = request.query_params.get("topic", "")[:_LONGEST_TOPIC]
        begun = None
        named = request.query_params.get("proposal", "")
        if kb.learned is not None and named.isascii() and named.isdigit() and len(named) < 10:
            try:
                begun = await begun_from(kb.learned, visit.caller, int(named))
            except SuflerError as error:
                return missing(visit, error, "kb_gone", ("kb_to_list", "/kb"))
        _surround(visit)
        await article_page(services, kb, visit, client, unsaved, None, topic, begun)
        return None

    @staff_page("/kb/sources")
    async def kb_sources(request: Request, client: Client) -> Response | None:
        visit = await visit_of(request, services, Right.EDIT_ARTICLES)
        if isinstance(visit, Response):
            return visit
        _surround(visit)
        await sources_page(services, kb, visit, client)
        return None

    @staff_page("/kb/upload")
    async def kb_upload(request: Request, client: Client) -> Response | None:
        visit = await visit_of(request, services, Right.EDIT_ARTICLES)
        if isinstance(visit, Response):
            return visit
        _surround(visit)
        upload_page(services, kb, visit, client)
        return None

    @staff_page("/kb/articles/{article_id:path}")
    async def kb_article(request: Request, client: Client, article_id: str) -> Response | None:
        visit = await visit_of(request, services, Right.READ_ARTICLES)
        if isinstance(visit, Response):
            return visit
        try:
            await kb.base.get(article_id)
        except (NotFound, StorageUnavailable) as error:
            return missing(visit, error, "kb_gone", ("kb_to_list", "/kb"))
        _surround(visit)
        await article_page(services, kb, visit, client, unsaved, article_id)
        return None

    @staff_page("/kb/history/{article_id:path}")
    async def kb_history(request: Request, client: Client, article_id: str) -> Response | None:
        visit = await visit_of(request, services, Right.READ_ARTICLES)
        if isinstance(visit, Response):
            return visit
        try:
            await kb.base.get(article_id)
        except (NotFound, StorageUnavailable) as error:
            return missing(visit, error, "kb_gone", ("kb_to_list", "/kb"))
        _surround(visit)
        await history_page(services, kb, visit, client, article_id)
        return None


def _surround(visit: Visit) -> None:
    ui.query(".nicegui-content").classes(remove="nicegui-content", add="kb-page")
    frame(visit, styles=_STYLES, scripts=("kb.js",))
