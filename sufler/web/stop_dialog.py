"""Stopping the bot's answers: where and why, and then whether really."""

from collections.abc import Awaitable, Callable, Mapping

from nicegui import ui

from sufler.desk.stops import MAX_REASON
from sufler.domain.knowledge import Language, Topic
from sufler.domain.stops import EVERYWHERE, conversation_scope, topic_scope
from sufler.domain.texts import text
from sufler.web.elements import button, heading, named


class StopDialog:
    """Two steps. `stop` gets the scope and the reason, and says whether it was done."""

    def __init__(
        self,
        language: Language,
        topics: Callable[[], Mapping[str, Topic]],
        stop: Callable[[str, str], Awaitable[bool]],
    ) -> None:
        self._language = language
        self._topics = topics
        self._stop = stop
        self._dialog = ui.dialog()
        named(self._dialog, text("stop_title", language))
        with self._dialog, ui.element("div").classes("sheet"):
            heading(2, text("stop_title", language))
            ui.label(text("stop_text", language)).classes("sheet-text")
            with ui.element("div").classes("sheet-step") as self._first:
                self._scope = ui.select({}, label=text("stop_where", language))
                self._reason = ui.input(text("stop_why", language))
                self._reason.props(f"maxlength={MAX_REASON} autofocus")
                self._reason.on("keydown.enter", self._next)
                self._needed = ui.label(text("stop_why_needed", language)).classes("sheet-trouble")
                self._needed.props("role=alert")
                with ui.element("div").classes("sheet-acts"):
                    button(text("desk_no", language), self._leave, "act")
                    button(text("stop_next", language), self._next, "act main")
            with ui.element("div").classes("sheet-step") as self._second:
                self._sure = ui.label().classes("sheet-sure")
                with ui.element("div").classes("sheet-acts"):
                    button(text("stop_back", language), self._back, "act")
                    button(text("stop_now", language), self._now, "act danger")

    def open(self, scope: str, conversation_id: str | None, *, everywhere: bool) -> None:
        """Ask; `everywhere`: the caller may stop all of it and not only a conversation."""
        options: dict[str, str] = {}
        if everywhere:
            options[EVERYWHERE] = text("stop_all", self._language)
        if conversation_id is not None:
            here = text("stop_conversation", self._language)
            options[conversation_scope(conversation_id)] = here
        if everywhere:
            for topic in sorted(self._topics()):
                options[topic_scope(topic)] = text("stop_topic", self._language, topic=topic)
        if not options:
            return
        self._scope.set_options(options, value=scope if scope in options else next(iter(options)))
        self._reason.set_value("")
        self._show(first=True)
        self._dialog.open()

    def _show(self, *, first: bool) -> None:
        self._first.set_visibility(first)
        self._second.set_visibility(not first)
        self._needed.set_visibility(False)

    async def _next(self) -> None:
        reason = " ".join(str(self._reason.value or "").split())
        if not reason:
            self._needed.set_visibility(True)
            return
        where = self._scope.options[self._scope.value]
        self._sure.set_text(text("stop_sure", self._language, where=where, reason=reason))
        self._show(first=False)

    async def _back(self) -> None:
        self._show(first=True)

    async def _leave(self) -> None:
        self._dialog.close()

    async def _now(self) -> None:
        if await self._stop(str(self._scope.value), str(self._reason.value)):
            self._dialog.close()
