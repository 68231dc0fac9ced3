"""Searching all history: what was found, in place of the lists."""

from collections.abc import Awaitable, Callable

import structlog
from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from sufler.desk.searching import Searching
from sufler.domain.desk import Hit, Hits, Sought
from sufler.domain.errors import BadInput, SuflerError
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller
from sufler.domain.texts import text
from sufler.web.desk_board import BoardReader
from sufler.web.elements import button, heading, local_time

_log = structlog.get_logger(__name__)

PAGE = 30


class Finding:
    """Of one tab. Only the newest search is shown, whichever answer comes last."""

    def __init__(
        self,
        searching: Searching,
        reader: BoardReader,
        language: Language,
        *,
        place: ui.element,
        caller: Callable[[], Caller],
        pick: Callable[[str], Awaitable[None]],
    ) -> None:
        self._searching = searching
        self._reader = reader
        self._language = language
        self._caller = caller
        self._pick = pick
        self._words = ""
        with place:
            heading(2, text("desk_found_label", language), "found-title")
            self._nothing = ui.label(text("desk_found_nothing", language)).classes("nothing")
            self._nothing.props("role=status")
            self._items = ui.element("div").classes("items")
            self._more = ui.element("div")
        self._nothing.set_visibility(False)

    async def find(self, words: str) -> None:
        """Look for these words; empty ones find nothing."""
        self._words = words
        self._items.clear()
        self._more.clear()
        self._nothing.set_visibility(False)
        if words:
            await self._page(words, None)

    async def _page(self, words: str, after: str | None) -> None:
        try:
            hits = await self._searching.find(self._caller(), Sought(words), PAGE, after)
        except BadInput:
            hits = Hits(())
        except SuflerError as error:
            _log.warning("history_not_searched", error=error.message)
            ui.notify(text("desk_not_now", self._language), type="negative")
            return
        if words != self._words:
            return
        self._more.clear()
        with self._items:
            for hit in hits.items:
                self._item(hit)
        self._nothing.set_visibility(after is None and not hits.items)
        if hits.following is not None:
            self._offer_more(words, hits.following)

    def _offer_more(self, words: str, following: str) -> None:
        async def more() -> None:
            with self._items:
                await self._page(words, following)

        with self._more:
            button(text("desk_found_more", self._language), more, "act")

    def _item(self, hit: Hit) -> None:
        async def picked() -> None:
            await self._pick(hit.conversation.id)

        element = ui.element("button").classes("item").props("type=button")
        element.on("click", picked, args=[])
        with element:
            with ui.element("div").classes("item-top"):
                ui.label(self._reader.name_of(hit.conversation)).classes("item-name")
                local_time(hit.at, "item-time")
            with ui.element("div").classes("item-preview"):
                self._excerpt(hit)

    @staticmethod
    def _excerpt(hit: Hit) -> None:
        at = 0
        for start, end in hit.marks:
            if start > at:
                _piece("span", hit.excerpt[at:start])
            _piece("mark", hit.excerpt[start:end])
            at = end
        if at < len(hit.excerpt):
            _piece("span", hit.excerpt[at:])


def _piece(tag: str, words: str) -> None:
    TextElement(tag=tag, text=words)
