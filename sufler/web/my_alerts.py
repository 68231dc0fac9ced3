"""/desk/alerts: where each operator links their own Telegram chat, and keeps quiet hours."""

import re

import structlog
from nicegui import Client, ui
from starlette.requests import Request
from starlette.responses import Response

from sufler.desk.alert_links import AlertLinks
from sufler.domain.alerts import AlertLink, QuietHours
from sufler.domain.errors import BadInput, StorageUnavailable, SuflerError, Unauthenticated
from sufler.domain.people import Caller, Right
from sufler.domain.texts import text
from sufler.web.admin_fields import LineField
from sufler.web.elements import button, heading, link, local_time
from sufler.web.frame import Visit, frame, staff_page, visit_of
from sufler.web.services import Services

PATH = "/desk/alerts"
_TIME = re.compile(r"\s*([01]?\d|2[0-3])[:.]([0-5]\d)\s*")

_log = structlog.get_logger(__name__)


def add_page(services: Services, alerts: AlertLinks) -> None:
    """Add the page."""

    @staff_page(PATH)
    async def my_alerts(request: Request, client: Client) -> Response | None:
        visit = await visit_of(request, services, Right.CONVERSE)
        if isinstance(visit, Response):
            return visit
        client.title = text("my_alerts", visit.language)
        await MyAlertsPage(services, alerts, visit).build()
        return None


class MyAlertsPage:
    """The page in one tab."""

    def __init__(self, services: Services, alerts: AlertLinks, visit: Visit) -> None:
        self._services = services
        self._alerts = alerts
        self._visit = visit
        self._caller: Caller = visit.caller

    async def build(self) -> None:
        """Put it up."""
        frame(self._visit, styles=("admin.css",), scripts=("admin.js",))
        with ui.element("div").classes("admin"):
            heading(1, self._text("my_alerts"))
            ui.label(self._text("my_alerts_what")).classes("quiet")
            with ui.element("section").classes("card"):
                heading(2, self._text("my_alerts_chat"))
                self._chat = ui.element("div").props("aria-live=polite")
            with ui.element("section").classes("card"):
                heading(2, self._text("my_alerts_quiet"))
                ui.label(self._text("my_alerts_quiet_what")).classes("hint")
                self._quiet = ui.element("div")
            link(self._text("my_alerts_back"), "/desk", "pill")
        await self._draw(hours=True)

    def _text(self, key: str, **values: object) -> str:
        return text(key, self._visit.language, **values)

    async def _draw(self, *, hours: bool = False) -> None:
        if not await self._as_caller():
            return
        mine = await self._alerts.mine(self._caller)
        self._chat.clear()
        with self._chat:
            self._draw_chat(mine)
        if hours:
            self._quiet.clear()
            with self._quiet:
                await self._draw_hours(mine.quiet)

    def _draw_chat(self, mine: AlertLink) -> None:
        if self._bot() is None and mine.chat_id is None:
            ui.label(self._text("my_alerts_no_telegram"))
            return
        if mine.chat_id is None:
            ui.label(self._text("my_alerts_none"))
        else:
            with ui.element("p"):
                ui.label(self._text("my_alerts_linked", name=mine.chat_name or mine.chat_id))
                ui.label(self._text("my_alerts_since"))
                local_time(mine.linked_at)
        if mine.broken is not None:
            words = self._text("my_alerts_broken", why=mine.broken)
            ui.label(words).classes("alarm").props("role=alert")
        with ui.element("div").classes("knobs"):
            key = "my_alerts_link" if mine.chat_id is None else "my_alerts_again"
            button(self._text(key), self._offer, "act main" if mine.chat_id is None else "act")
            if mine.chat_id is not None:
                button(self._text("my_alerts_unlink"), self._unlink, "act")

    async def _offer(self) -> None:
        """A new code, shown once."""
        bot = self._bot()
        if bot is None or not await self._as_caller():
            return
        payload = await self._alerts.code(self._caller, self._visit.language)
        self._chat.clear()
        with self._chat:
            ui.label(self._text("my_alerts_open"))
            address = f"https://t.me/{bot}?start={payload}"
            link(address, address, "deep-link").props("target=_blank rel=noreferrer")
            ui.label(self._text("my_alerts_or_send", bot=f"@{bot}"))
            with ui.element("code").props("id=alert-code tabindex=0"):
                ui.label(self._text("my_alerts_command", payload=payload))
            with ui.element("div").classes("knobs"):
                button(self._text("my_alerts_look"), self._draw, "act main")

    async def _unlink(self) -> None:
        if await self._as_caller():
            await self._alerts.unlink(self._caller)
            await self._draw()

    async def _draw_hours(self, quiet: QuietHours | None) -> None:
        queue = await self._services.desk.lines.queues.get(None)
        with ui.element("div").classes("knobs"):
            begin = LineField(
                self._text("my_alerts_from"),
                _clock(quiet.start if quiet else None),
                most=5,
                hint="22:00",
            )
            end = LineField(
                self._text("my_alerts_to"),
                _clock(quiet.end if quiet else None),
                most=5,
                hint="08:00",
            )
            known = quiet.zone if quiet else queue.calendar.zone
            zone = LineField(self._text("my_alerts_zone"), known, most=64, hint="Europe/Moscow")

        async def save() -> None:
            if not await self._as_caller():
                return
            try:
                hours = _hours(begin.value, end.value, zone.value)
                await self._alerts.keep_quiet(self._caller, hours)
            except BadInput as error:
                key = "my_alerts_zone_wrong" if error.field == "zone" else "my_alerts_hours_wrong"
                ui.notify(self._text(key), type="negative")
                return
            ui.notify(self._text("my_alerts_saved"), type="positive")

        button(self._text("my_alerts_save"), save, "act main")

    def _bot(self) -> str | None:
        telegram = self._services.telegram
        return None if telegram is None else telegram().username

    async def _as_caller(self) -> bool:
        """Whether the session still names somebody, who acts from now on."""
        try:
            people = self._services.people
            self._caller = await people.caller_of_session(self._visit.token)
        except Unauthenticated:
            ui.navigate.to("/login?over")
            return False
        except SuflerError as error:
            _log.warning("alerts_not_read", error=error.message)
            key = "login_not_now" if isinstance(error, StorageUnavailable) else "admin_forbidden"
            ui.notify(self._text(key), type="negative")
            return False
        return True


def _clock(minutes: int | None) -> str:
    return "" if minutes is None else f"{minutes // 60:02}:{minutes % 60:02}"


def _hours(begin: str, end: str, zone: str) -> QuietHours | None:
    """None where nothing is written. Raises BadInput for what is no time of the day."""
    if not begin.strip() and not end.strip():
        return None
    found = [_TIME.fullmatch(each) for each in (begin, end)]
    minutes = [int(each[1]) * 60 + int(each[2]) for each in found if each is not None]
    if len(minutes) != len(found):
        raise BadInput("times are written as 22:00", field="hours")
    return QuietHours(minutes[0], minutes[1], zone.strip())
