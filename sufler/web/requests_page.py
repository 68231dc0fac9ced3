"""/admin/requests: what flows asked people to do; the one that waits longest first."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from fastapi import Request
from nicegui import Client, ui
from starlette.responses import Response

from sufler.desk.customer_requests import CustomerRequests
from sufler.domain.flows import CustomerRequest
from sufler.domain.people import Caller, Right
from sufler.domain.texts import text
from sufler.web.elements import button, heading, link, local_time, named
from sufler.web.flow_fields import one_of
from sufler.web.flow_services import FlowActs
from sufler.web.frame import Visit, frame, staff_page, visit_of
from sufler.web.services import Services

PATH: Final = "/admin/requests"
PAGE: Final = 50
_ANY: Final = "*"  # no queue is called so: their names are letters and digits
_STYLES = ("kb.css", "learned.css", "flows.css")


class RequestsPage:
    """Built once for each opened tab."""

    def __init__(self, services: Services, requests: CustomerRequests, visit: Visit) -> None:
        self._requests = requests
        self._language = visit.language
        self._acts = FlowActs(services, visit)
        self._queue = _ANY
        self._done = False
        self._shown: list[CustomerRequest] = []
        self._more = False

    async def build(self) -> None:
        """Put the page up."""
        with ui.element("div").classes("kb-main flow-list") as self._acts.root:
            heading(1, self._text("requests_title"))
            ui.label(self._text("requests_about")).classes("hint")
            self._filters = ui.element("div").classes("learned-filters")
            self._place = ui.element("section").props("aria-live=polite")
        await self._draw_filters()
        await self._show()

    async def _draw_filters(self) -> None:
        queues = await self._acts.do(self._requests.queues) or {}
        with self._filters:
            if not self._done:
                options = {_ANY: self._text("requests_any_queue")}
                options |= {each: self._counted(each, queues) for each in sorted(queues)}
                one_of(self._text("requests_queue"), options, self._queue, self._pick_queue)
            states = {"open": self._text("requests_open"), "done": self._text("requests_closed")}
            now = "done" if self._done else "open"
            one_of(self._text("requests_shown"), states, now, self._pick_state)

    def _counted(self, queue: str, queues: Mapping[str, int]) -> str:
        return f"{queue or self._text('requests_no_queue')} · {queues[queue]}"

    def _pick_queue(self, queue: str) -> None:
        self._queue = queue
        self._soon()

    def _pick_state(self, state: str) -> None:
        self._done = state == "done"
        self._soon()

    def _soon(self) -> None:
        with self._acts.root:
            ui.timer(0, self._anew, once=True)

    async def _anew(self) -> None:
        self._filters.clear()
        await self._draw_filters()
        await self._show()

    async def _show(self) -> None:
        self._shown = await self._read(None)
        self._draw()

    async def _further(self) -> None:
        self._shown += await self._read(self._shown[-1].number if self._shown else None)
        self._draw()

    async def _read(self, last: int | None) -> list[CustomerRequest]:
        async def act(caller: Caller) -> Sequence[CustomerRequest]:
            if self._done:
                return await self._requests.page(caller, done=True, before=last, limit=PAGE + 1)
            queue = None if self._queue == _ANY else self._queue
            after = last or 0
            return await self._requests.waiting(caller, queue=queue, after=after, limit=PAGE + 1)

        found = list(await self._acts.do(act) or [])
        self._more = len(found) > PAGE
        return found[:PAGE]

    def _draw(self) -> None:
        self._place.clear()
        with self._place:
            if not self._shown:
                ui.label(self._text("requests_none")).classes("nothing")
            with ui.element("ul").classes("learned-list"):
                for each in self._shown:
                    with ui.element("li").classes("flow-card"):
                        self._one(each)
            if self._more:
                button(self._text("requests_more"), self._further, "pill")

    def _one(self, each: CustomerRequest) -> None:
        with ui.element("div").classes("learned-head"):
            heading(2, f"№ {each.number} · {each.title}", "flow-card-name")
            if each.queue:
                ui.label(each.queue).classes("tag")
            local_time(each.created_at)
        with ui.element("dl").classes("flow-facts"):
            for name, value in each.fields.items():
                with ui.element("div"):
                    with ui.element("dt"):
                        ui.label(name)
                    with ui.element("dd"):
                        ui.label(value or "—")
        with ui.element("div").classes("acts"):
            if each.done_at is None:
                self._button(each, "requests_done", True)
            else:
                ui.label(self._text("requests_done_by", name=each.done_by or "—")).classes("hint")
                local_time(each.done_at)
                self._button(each, "requests_reopen", False)
            way = f"/desk?{urlencode({'conversation': each.conversation_id})}"
            words = self._text("requests_talk")
            named(link(words, way, "act"), f"{words}: № {each.number}")

    def _button(self, each: CustomerRequest, key: str, done: bool) -> None:
        async def press() -> None:
            async def act(caller: Caller) -> CustomerRequest:
                return await self._requests.finish(caller, each.number, done=done)

            if await self._acts.do(act) is None:
                return
            told = "requests_is_done" if done else "requests_is_open"
            self._acts.say(self._text(told, number=each.number))
            await self._anew()

        words = self._text(key)
        named(button(words, press, "act main" if done else "act"), f"{words}: № {each.number}")

    def _text(self, key: str, **values: object) -> str:
        return text(key, self._language, **values)


def add_requests_page(services: Services, requests: CustomerRequests) -> None:
    """Add it to NiceGUI, for those who talk with customers."""

    @staff_page(PATH)
    async def requests_page(request: Request, client: Client) -> Response | None:
        visit = await visit_of(request, services, Right.CONVERSE)
        if isinstance(visit, Response):
            return visit
        ui.query(".nicegui-content").classes(remove="nicegui-content", add="kb-page")
        frame(visit, styles=_STYLES)
        client.title = text("requests_title", visit.language)
        await RequestsPage(services, requests, visit).build()
        return None
