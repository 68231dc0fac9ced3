"""Telling operators of news: what, is found here; desk_alerts.js sounds and shows it once."""

import asyncio
import json
from collections.abc import Callable

import structlog
from nicegui import background_tasks, events, ui

from sufler.desk.alert_links import AlertLinks
from sufler.domain.errors import SuflerError
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller
from sufler.domain.texts import text
from sufler.web.desk_board import Board, Entry
from sufler.web.elements import link, with_props
from sufler.web.my_alerts import PATH

_CHOICES = ("sound", "browser", "quiet")
_IN_VIEW = "document.visibilityState === 'visible'"
_ANSWER_S = 3.0

_log = structlog.get_logger(__name__)


class Alerts:
    """Of one tab; also its title. What was there when the page was opened is no news. The quiet
    mode is the operator's, in whatever browser; with `links` it is kept."""

    def __init__(
        self,
        language: Language,
        place: ui.element,
        links: AlertLinks | None = None,
        caller: Callable[[], Caller] | None = None,
    ) -> None:
        self._language = language
        self._links = links
        self._caller = caller
        self._told: set[str] | None = None
        self._title = ""
        self._quiet: bool | None = None
        self._chosen = 0
        self._asking = asyncio.Lock()
        with place, ui.element("details").classes("alerts") as self._root:
            with ui.element("summary").classes("pill"):
                ui.label(text("alerts_menu", language))
                self._broken = ui.label("!").classes("alerts-broken")
            refused = text("alerts_refused", language)
            with with_props(ui.element("div"), **{"data-refused": refused}):
                for choice in _CHOICES:
                    self._choice(choice)
                link(text("my_alerts", language), PATH, "alerts-own")
        self._broken.set_visibility(False)

    def _choice(self, choice: str) -> None:
        with ui.element("label"):
            box = ui.element("input").props("type=checkbox")
            with_props(box, **{"data-alert": choice})
            ui.label(text(f"alerts_{choice}", self._language))
            if choice == "quiet":
                box.on("change", self._chose, js_handler="(event) => emit(event.target.checked)")

    async def _chose(self, event: events.GenericEventArguments) -> None:
        self._quiet = event.args is True
        self._chosen += 1
        # What an earlier look told may have come to the browser after the press.
        self._tell_quiet(self._quiet)
        if self._links is not None and self._caller is not None:
            try:
                async with self._asking:
                    await self._links.quiet_desk(self._caller(), self._quiet)
            except SuflerError as error:
                _log.warning("quiet_not_stored", error=error.message)

    def beat(self) -> None:
        """Now and then: is the desk in view, and is it to be quiet? Takes no time here."""
        if self._links is not None and self._caller is not None:
            background_tasks.create(self._look(self._links, self._caller()), name="alerts")

    async def _look(self, links: AlertLinks, caller: Caller) -> None:
        if caller.person_id is None or self._root.is_deleted:
            return
        try:
            async with self._asking:
                chosen = self._chosen
                mine = await links.mine(caller)
            with self._root:
                # What was chosen meanwhile is newer than what was read.
                if chosen == self._chosen and mine.desk_quiet is not self._quiet:
                    self._quiet = mine.desk_quiet
                    self._tell_quiet(mine.desk_quiet)
                self._broken.set_visibility(mine.broken is not None)
                seen = mine.chat_id and await ui.run_javascript(_IN_VIEW, timeout=_ANSWER_S)
            if seen is True:
                await links.looked(caller)
        except TimeoutError:
            return  # the tab sleeps: nobody looks at it
        except SuflerError as error:
            _log.warning("alerts_not_read", error=error.message)

    def _tell_quiet(self, quiet: bool) -> None:
        ui.run_javascript(f"suflerAlerts.quiet({json.dumps(quiet)})")

    def show(self, board: Board, picked: str | None) -> None:
        """Tell of what is new since the last look."""
        entries = (*board.waiting, *board.mine, *board.escalated)
        self._show_title(len(board.waiting), urgent=any(each.escalated for each in entries))
        mine = {entry.alert for entry in board.mine if entry.alert}
        there = {entry.alert: entry for entry in entries if entry.alert}
        told, self._told = self._told, set(there)
        if told is None:
            return
        news = [
            {
                "key": key,
                "conversation": entry.id,
                "words": self._words(entry, mine=key in mine),
                "urgent": entry.escalated,
                # Who looks at the conversation sees it anyway.
                "unlessSeen": key in mine and entry.id == picked,
            }
            for key, entry in there.items()
            if key not in told
        ]
        if news:
            ui.run_javascript(f"suflerAlerts.tell({json.dumps(news)})")

    def _show_title(self, waiting: int, *, urgent: bool) -> None:
        title = text("desk_title", self._language)
        if waiting:
            title = f"({waiting}) {title}"
        if urgent:
            title = f"❗ {title}"
        if title != self._title:
            self._title = title
            ui.page_title(title)

    def _words(self, entry: Entry, *, mine: bool) -> str:
        if entry.escalated:
            return text("alert_escalated", self._language, name=entry.name, time=entry.time)
        if mine:
            return text("alert_mine", self._language, name=entry.name)
        return text("alert_waiting", self._language, name=entry.name)
