"""Telling operators of news: what, is found here; desk_alerts.js sounds and shows it once."""

import json

from nicegui import ui

from sufler.domain.knowledge import Language
from sufler.domain.texts import text
from sufler.web.desk_board import Board, Entry
from sufler.web.elements import with_props

_CHOICES = ("sound", "browser", "quiet")


class Alerts:
    """Of one tab. What was there when the page was opened is no news."""

    def __init__(self, language: Language, place: ui.element) -> None:
        self._language = language
        self._told: set[str] | None = None
        with place, ui.element("details").classes("alerts"):
            with ui.element("summary").classes("pill"):
                ui.label(text("alerts_menu", language))
            refused = text("alerts_refused", language)
            with with_props(ui.element("div"), **{"data-refused": refused}):
                for choice in _CHOICES:
                    with ui.element("label"):
                        box = ui.element("input").props("type=checkbox")
                        with_props(box, **{"data-alert": choice})
                        ui.label(text(f"alerts_{choice}", language))

    def show(self, board: Board, picked: str | None) -> None:
        """Tell of what is new since the last look."""
        waiting = {entry.alert: entry for entry in board.waiting if entry.alert}
        mine = {entry.alert: entry for entry in board.mine if entry.alert}
        there = waiting | mine
        told, self._told = self._told, set(there)
        if told is None:
            return
        news = [
            {
                "key": key,
                "conversation": entry.id,
                "words": self._words(entry, mine=key in mine),
                # Who looks at the conversation sees it anyway.
                "unlessSeen": key in mine and entry.id == picked,
            }
            for key, entry in there.items()
            if key not in told
        ]
        if news:
            ui.run_javascript(f"suflerAlerts.tell({json.dumps(news)})")

    def _words(self, entry: Entry, *, mine: bool) -> str:
        if mine:
            return text("alert_mine", self._language, name=entry.name)
        if entry.escalated:
            return text("alert_escalated", self._language, name=entry.name, time=entry.time)
        return text("alert_waiting", self._language, name=entry.name)
