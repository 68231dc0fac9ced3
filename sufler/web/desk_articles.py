"""Searching articles beside a conversation, and answering with one that was not offered."""

from collections.abc import Awaitable, Callable

import structlog
from nicegui import events, ui

from sufler.desk.drafting import Drafting
from sufler.domain.decisions import SuggestionItem
from sufler.domain.errors import BadInput, SuflerError
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller
from sufler.domain.texts import text
from sufler.web.desk_board import Talk
from sufler.web.elements import button, named, with_props, without_links

_log = structlog.get_logger(__name__)

_SEEK = "debounce=250 borderless dense clearable hide-bottom-space maxlength=300 type=search"

Insert = Callable[[str, SuggestionItem], Awaitable[None]]
Send = Callable[[str, SuggestionItem], Awaitable[bool]]


class ArticleSearch:
    """The third tab. `insert` and `send` get the id of the suggestion that was open, or ""."""

    def __init__(
        self,
        drafting: Drafting,
        language: Language,
        to_html: Callable[[str], str],
        *,
        place: ui.element,
        caller: Callable[[], Caller],
        insert: Insert,
        send: Send,
    ) -> None:
        self._drafting = drafting
        self._language = language
        self._to_html = to_html
        self._caller = caller
        self._insert = insert
        self._send = send
        self._talk: Talk | None = None
        self._words = ""
        with place:
            label = text("desk_article_seek", language)
            self._field = ui.input(placeholder=label, on_change=self._sought)
            named(self._field.props(_SEEK).classes("article-seek"), label)
            self._nothing = ui.label(text("desk_found_nothing", language)).classes("nothing")
            self._nothing.props("role=status")
            self._place = ui.element("div").classes("cards found-articles")
        self._nothing.set_visibility(False)

    def show(self, talk: Talk | None) -> None:
        """Articles are filled for the customer of this conversation."""
        before = self._talk.conversation.id if self._talk else None
        self._talk = talk
        if before != (talk.conversation.id if talk else None) and self._words:
            self._field.set_value("")

    async def _sought(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        self._words = words = " ".join((event.value or "").split())
        talk = self._talk
        found: list[SuggestionItem] = []
        if words and talk is not None:
            try:
                caller, id_ = self._caller(), talk.conversation.id
                found = list(await self._drafting.search_articles(caller, id_, words))
            except BadInput:
                pass
            except SuflerError as error:
                _log.warning("articles_not_searched", error=error.message)
                ui.notify(text("desk_not_now", self._language), type="negative")
                return
        if words != self._words:
            return
        self._nothing.set_visibility(bool(words) and not found)
        self._place.clear()
        with self._place:
            for item in found:
                self._card(item, usable=talk is not None and talk.open_to_me)

    def _card(self, item: SuggestionItem, *, usable: bool) -> None:
        async def insert() -> None:
            await self._insert(self._suggestion_id(), item)

        async def send() -> None:
            await self._send(self._suggestion_id(), item)

        language = self._language
        with named(ui.element("article").classes("card-suggestion"), item.title):
            main = ui.element("button").classes("card-main").props("type=button")
            with named(main, text("desk_article_insert", language, title=item.title)):
                ui.label(item.title).classes("card-title")
                with ui.element("div").classes("tags"):
                    ui.label(item.topic).classes("tag")
                    if not item.language_ok:
                        words = text(f"desk_language_{item.language}", language)
                        ui.label(words).classes("tag bare")
                html = without_links(self._to_html(item.text))
                ui.html(html, sanitize=False).classes("card-text")
            main.on("click", insert, args=[])
            if not usable:
                main.props("disabled")
                return
            with ui.element("div").classes("card-acts"):
                words = text("desk_card_send", language)
                element = button(words, send, "card-act")
                with_props(named(element, f"{words}: {item.title}"), title=words)

    def _suggestion_id(self) -> str:
        suggestion = self._talk.suggestion if self._talk else None
        return suggestion.id if suggestion else ""
