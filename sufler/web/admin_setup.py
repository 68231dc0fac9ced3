"""Adds the administrators' pages: people, queues, channels, customers, webhooks, settings."""

from nicegui import Client
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sufler.domain.people import Right
from sufler.domain.texts import text
from sufler.web.admin_channels import ChannelsPage
from sufler.web.admin_customers import CustomersPage
from sufler.web.admin_people import PeoplePage
from sufler.web.admin_queues import QueuesPage
from sufler.web.admin_settings import SettingsPage
from sufler.web.admin_webhooks import WebhooksPage
from sufler.web.frame import staff_page, visit_of
from sufler.web.services import Administration, Services

_Kind = (
    type[PeoplePage]
    | type[QueuesPage]
    | type[ChannelsPage]
    | type[CustomersPage]
    | type[WebhooksPage]
    | type[SettingsPage]
)


def add_admin_pages(services: Services, administration: Administration) -> None:
    """Add the pages, and /admin, which leads to the first of them."""

    @staff_page("/admin")
    async def admin() -> Response:
        return RedirectResponse("/admin/people", 303)

    @staff_page("/admin/people")
    async def people(request: Request, client: Client) -> Response | None:
        return await _show(request, client, PeoplePage, "people_title")

    @staff_page("/admin/queues")
    async def queues(request: Request, client: Client) -> Response | None:
        return await _show(request, client, QueuesPage, "queues_title")

    @staff_page("/admin/channels")
    async def channels(request: Request, client: Client) -> Response | None:
        return await _show(request, client, ChannelsPage, "channels_title")

    @staff_page("/admin/customers")
    async def customers(request: Request, client: Client) -> Response | None:
        return await _show(request, client, CustomersPage, "customers_title")

    @staff_page("/admin/webhooks")
    async def webhooks(request: Request, client: Client) -> Response | None:
        return await _show(request, client, WebhooksPage, "webhooks_title")

    @staff_page("/admin/settings")
    async def settings(request: Request, client: Client) -> Response | None:
        return await _show(request, client, SettingsPage, "settings_title")

    async def _show(request: Request, client: Client, kind: _Kind, title: str) -> Response | None:
        visit = await visit_of(request, services, Right.ADMINISTER)
        if isinstance(visit, Response):
            return visit
        client.title = text(title, visit.language)
        await kind(services, administration, visit).build()
        return None
