"""The right column of the desk: what could be answered, with how sure that is."""

from collections.abc import Awaitable, Callable, Mapping

from nicegui import ui

from sufler.domain.decisions import Suggestion, SuggestionItem
from sufler.domain.knowledge import Language, Topic
from sufler.domain.texts import text
from sufler.web.desk_board import Talk
from sufler.web.elements import heading, named, with_props

Insert = Callable[[SuggestionItem], Awaitable[None]]

_QUESTION_CHARS = 120


class SuggestionColumn:
    """Up to three suggestions for the customer's last question."""

    def __init__(
        self,
        language: Language,
        topics: Callable[[], Mapping[str, Topic]],
        to_html: Callable[[str], str],
        insert: Insert,
    ) -> None:
        self._language = language
        self._topics = topics
        self._to_html = to_html
        self._insert = insert
        self._shown: tuple[str | None, str | None, bool] | None = None
        title = text("desk_suggestions", language)
        with named(ui.element("aside").classes("side"), title) as self._element:
            heading(2, title)
            self._question = ui.label().classes("question")
            self._nothing = ui.label().classes("nothing")
            self._place = ui.element("div").classes("cards")

    def show(self, talk: Talk | None) -> None:
        """Show the suggestions of the picked conversation; nothing is drawn when none changed."""
        suggestion = talk.suggestion if talk else None
        conversation = talk.conversation.id if talk else None
        usable = talk is not None and talk.open_to_me
        shown = (conversation, suggestion.id if suggestion else None, usable)
        if shown == self._shown:
            return
        self._shown = shown
        self._element.set_visibility(talk is not None)
        self._place.clear()
        items = suggestion.items if suggestion else ()
        self._say(suggestion)
        with self._place:
            for number, item in enumerate(items, start=1):
                self._card(number, item, usable)

    def _say(self, suggestion: Suggestion | None) -> None:
        question = " ".join(suggestion.text[:400].split())[:_QUESTION_CHARS] if suggestion else ""
        self._question.set_text(text("desk_suggested_for", self._language, question=question))
        self._question.set_visibility(bool(question))
        key = "desk_no_suggestions" if suggestion else "desk_no_question"
        self._nothing.set_text(text(key, self._language))
        self._nothing.set_visibility(suggestion is None or not suggestion.items)

    def _card(self, number: int, item: SuggestionItem, usable: bool) -> None:
        async def insert() -> None:
            await self._insert(item)

        language = self._language
        card = ui.element("button").classes("card-suggestion").props("type=button")
        label = text("desk_insert", language, title=item.title, number=number)
        with named(card, label):
            with ui.element("div").classes("card-top"):
                ui.label(str(number)).classes("key")
                ui.label(item.title).classes("card-title")
            with ui.element("div").classes("tags"):
                level = ui.label(text(f"level_{item.level.value}", language)).classes("tag level")
                percent = round(item.confidence * 100)
                title = text("desk_certainty", language, percent=percent)
                with_props(level, title=title, **{"data-level": item.level.value})
                ui.label(item.topic).classes("tag")
                if not item.language_ok:
                    words = text(f"desk_language_{item.language}", language)
                    ui.label(words).classes("tag bare")
                topic = self._topics().get(item.topic)
                if topic is not None and topic.without_certificate:
                    words = text("without_certificate", language, reason=topic.without_certificate)
                    meaning = text("without_certificate_text", language)
                    with_props(ui.label(words).classes("tag amber"), title=meaning)
            ui.html(self._to_html(item.text), sanitize=False).classes("card-text")
            words = text("desk_phrasing", language, phrasing=item.phrasing)
            ui.label(words).classes("card-why")
        card.on("click", insert, args=[])
        if not usable:
            card.props("disabled")
