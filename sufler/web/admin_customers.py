"""/admin/customers: find a customer, ban, export and erase; who is banned."""

import asyncio
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from nicegui import ui
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from sufler.desk.customers import Customers
from sufler.domain.customers import Ban, Erased, Known
from sufler.domain.errors import BadInput, NotFound
from sufler.domain.people import Caller, Right
from sufler.domain.texts import CATALOGUE, text
from sufler.web.admin_fields import LineField
from sufler.web.admin_page import AdminPage, Table
from sufler.web.elements import heading, link, local_time
from sufler.web.frame import visit_of
from sufler.web.services import Services

EXPORT = "/admin/customers/export"


class CustomersPage(AdminPage):
    """The search, what it found, and the bans."""

    async def build(self) -> None:
        """Put the page up."""
        with self.sheet("customers_title"):
            ui.label(self.text("customers_erase_text")).classes("quiet")
            with ui.element("form").classes("fields").props("onsubmit='return false'"):
                self._words = LineField(
                    self.text("customers_find"), most=200, hint=self.text("customers_find_text")
                )
                find = ui.element("button").classes("act").props("type=submit")
                with find:
                    ui.label(self.text("customers_search"))
                find.on("click", self.refresh, args=[])
            self._found = ui.element("section")
            heading(2, self.text("customers_bans"))
            ui.label(self.text("customers_ban_text")).classes("quiet")
            with ui.element("div").classes("fields"):
                self._reason = LineField(self.text("customers_reason"), most=500)
                self._days = LineField(self.text("customers_days"), most=5)
            self._bans = ui.element("section")
        await self.refresh()

    async def refresh(self) -> None:
        """Read and draw."""
        customers, words = self._customers, str(self._words.value or "")

        async def read(caller: Caller) -> tuple[Sequence[Known], Sequence[Ban]]:
            return await customers.find(caller, words), await customers.bans(caller)

        seen = await self.act(read)
        if seen is None:
            return
        found, bans = seen
        self._found.clear()
        with self._found:
            self._draw_found(found)
        self._bans.clear()
        with self._bans:
            self._draw_bans(bans)

    @property
    def _customers(self) -> Customers:
        return self.administration.customers

    def _draw_found(self, found: Sequence[Known]) -> None:
        if not found:
            ui.label(self.text("customers_none")).classes("quiet")
            return
        keys = ("customer", "channel", "id", "last", "acts")
        heads = [self.text(f"customers_{key}") for key in keys]
        table = Table(self.text("customers_title"), *heads)
        for one in found:
            with table.row() as row:
                with row.cell():
                    name = one.name or self.text("desk_visitor", number=one.ticket)
                    link(name, f"/desk?conversation={one.conversation_id}")
                    if one.banned:
                        ui.label(self.text("customers_banned")).classes("tag bad")
                row.say(self._channel(one.channel))
                row.say(one.customer_id)
                with row.cell():
                    local_time(one.updated_at)
                with row.cell("acts"):
                    asked = urlencode({"channel": one.channel, "id": one.customer_id})
                    link(self.text("customers_export"), f"{EXPORT}?{asked}")
                    if not one.banned:
                        self._ban_button(one)
                    self._erase_button(one)

    def _erase_button(self, one: Known) -> None:
        async def erase() -> None:
            async def do(caller: Caller) -> Erased:
                return await self._customers.erase(caller, one.channel, one.customer_id)

            erased = await self.act(do)
            if erased is not None:
                counts = {"messages": erased.of("messages"), "files": erased.of("files")}
                ui.notify(self.text("customers_erased", **counts))
            await self.refresh()

        self.asking_button(self.text("customers_erase"), erase, one.name)

    def _ban_button(self, one: Known) -> None:
        async def ban() -> None:
            async def do(caller: Caller) -> Ban:
                reason, days = str(self._reason.value or ""), _days_of(self._days.value)
                return await self._customers.ban(caller, one.channel, one.customer_id, reason, days)

            await self.act(do)
            await self.refresh()

        self.asking_button(self.text("customers_ban"), ban, one.name)

    def _draw_bans(self, bans: Sequence[Ban]) -> None:
        if not bans:
            ui.label(self.text("customers_bans_none")).classes("quiet")
            return
        keys = ("channel", "id", "by", "reason", "until", "dismissed", "acts")
        heads = [self.text(f"customers_{key}") for key in keys]
        table = Table(self.text("customers_bans"), *heads)
        for each in bans:
            with table.row() as row:
                row.say(self._channel(each.channel))
                row.say(each.customer_id)
                row.say(each.by_name)
                row.say(each.reason)
                with row.cell():
                    if each.until is None:
                        ui.label(self.text("customers_for_good"))
                    else:
                        local_time(each.until)
                row.say(str(each.dismissed))
                with row.cell("acts"):
                    self._unban_button(each)

    def _unban_button(self, each: Ban) -> None:
        async def unban() -> None:
            async def do(caller: Caller) -> bool:
                await self._customers.unban(caller, each.channel, each.customer_id)
                return True

            await self.act(do)
            await self.refresh()

        self.asking_button(self.text("customers_unban"), unban, each.customer_id)

    def _channel(self, name: str) -> str:
        key = f"channel_{name}"
        return self.text(key) if key in CATALOGUE else name


class Export:
    """Answers the page's link with the customer's ZIP."""

    def __init__(self, services: Services, customers: Customers) -> None:
        self._services = services
        self._customers = customers

    async def answer(self, request: Request) -> Response:
        """The ZIP, for an administrator; 404 when there is nothing of the customer."""
        visit = await visit_of(request, self._services, Right.ADMINISTER)
        if isinstance(visit, Response):
            return visit
        asked = request.query_params
        descriptor, name = await asyncio.to_thread(tempfile.mkstemp, ".zip", "sufler-customer-")
        os.close(descriptor)
        try:
            channel, customer = asked.get("channel", ""), asked.get("id", "")
            await self._customers.export(visit.caller, channel, customer, Path(name))
        except (NotFound, BadInput):
            os.unlink(name)
            return PlainTextResponse(text("customers_none", visit.language), 404)
        except BaseException:
            os.unlink(name)
            raise
        return FileResponse(
            name,
            media_type="application/zip",
            filename="customer.zip",
            headers={"cache-control": "private, no-store"},
            background=BackgroundTask(os.unlink, name),
        )


def _days_of(value: object) -> int | None:
    words = str(value or "").strip()
    if not words:
        return None
    if not words.isascii() or not words.isdigit() or len(words) > 5:
        raise BadInput("a number of days", field="until")
    return int(words)
