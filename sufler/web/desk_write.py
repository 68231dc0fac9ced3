"""The field for the reply. What is typed is known to the server, so a reload loses nothing."""

from collections.abc import Awaitable, Callable

from nicegui import events, ui

from sufler.domain.conversation import Owner
from sufler.domain.knowledge import Language
from sufler.domain.texts import text
from sufler.web.desk_board import Talk
from sufler.web.elements import button, with_props

# The text comes with the press itself: what is sent is what the operator sees, to the last letter.
_SEND_SCRIPT = "(event) => { event.preventDefault(); emit(sufler.written()); }"


class WriteBox:
    """Field and send button. `send` gets the text as it stood when it was sent."""

    def __init__(
        self,
        language: Language,
        *,
        send: Callable[[str], Awaitable[None]],
        changed: Callable[[str], None],
    ) -> None:
        self._language = language
        self._send = send
        self._changed = changed
        self._shown: str | None = None
        with ui.element("div").classes("write") as self._element:
            self._field = ui.textarea(on_change=self._typed)
            self._field.props("autogrow borderless dense hide-bottom-space")
            for keys in ("keydown.ctrl.enter", "keydown.meta.enter"):
                self._field.on(keys, self._sent, js_handler=_SEND_SCRIPT)
            with ui.element("div").classes("write-foot"):
                ui.label(text("desk_send_hint", language)).classes("hint")
                send_button = button(text("desk_send", language), None, "act main")
                send_button.on("click", self._sent, js_handler=_SEND_SCRIPT)

    def show(self, talk: Talk | None, draft: str) -> None:
        """Show the draft of another conversation; while it is the same one, leave it alone."""
        self._element.set_visibility(talk is not None and talk.open_to_me)
        if talk is None:
            self._shown = None
            return
        owned = talk.conversation.owner is Owner.OPERATOR
        label = text("desk_field" if owned else "desk_field_takes", self._language)
        with_props(self._field, placeholder=label, **{"aria-label": label})
        if talk.conversation.id != self._shown:
            self._shown = talk.conversation.id
            self._field.set_value(draft)

    def put(self, words: str) -> None:
        """Change the text and go on writing at its end."""
        self._field.set_value(words)
        ui.run_javascript("sufler.write()")

    def _typed(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        self._changed(event.value or "")

    async def _sent(self, event: events.GenericEventArguments) -> None:
        await self._send(str(event.args or ""))
