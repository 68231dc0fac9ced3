"""Adds /admin/accuracy, its topics' pages, and /admin/outcomes."""

from nicegui import Client
from starlette.requests import Request
from starlette.responses import Response

from sufler.domain.people import Right
from sufler.domain.texts import text
from sufler.web.accuracy_overview import PATH, TOPIC_PATH, AccuracyPage
from sufler.web.accuracy_services import AccuracyServices
from sufler.web.accuracy_topic import TopicPage
from sufler.web.frame import staff_page, visit_of
from sufler.web.outcomes_page import PATH as OUTCOMES
from sufler.web.outcomes_page import OutcomesPage
from sufler.web.services import Administration, Services

_Kind = type[AccuracyPage] | type[TopicPage] | type[OutcomesPage]


def add_accuracy_pages(
    services: Services, administration: Administration, accuracy: AccuracyServices
) -> None:
    """For administrators only."""

    @staff_page(PATH)
    async def overview(request: Request, client: Client) -> Response | None:
        return await _show(request, client, AccuracyPage, "acc_title")

    @staff_page(TOPIC_PATH)
    async def topic(request: Request, client: Client) -> Response | None:
        return await _show(request, client, TopicPage, "acc_title")

    @staff_page(OUTCOMES)
    async def outcomes(request: Request, client: Client) -> Response | None:
        return await _show(request, client, OutcomesPage, "out_title")

    async def _show(request: Request, client: Client, kind: _Kind, title: str) -> Response | None:
        visit = await visit_of(request, services, Right.ADMINISTER)
        if isinstance(visit, Response):
            return visit
        client.title = text(title, visit.language)
        await kind(services, administration, accuracy, visit, request).build()
        return None
