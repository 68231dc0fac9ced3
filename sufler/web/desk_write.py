"""The field for the reply, with what goes along. What is typed is known to the server, so a reload
loses nothing."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import events, ui

from sufler.domain.conversation import Attachment, Owner
from sufler.domain.files import EXTENSIONS
from sufler.domain.knowledge import Language
from sufler.domain.texts import text
from sufler.web.desk_board import Talk
from sufler.web.elements import button, named, with_props

# The text comes with the press itself: what is sent is what the operator sees, to the last letter.
_SEND_SCRIPT = "(event) => { event.preventDefault(); emit(sufler.written()); sufler.write(); }"
_KEY_SCRIPT = "(event) => { const act = sufler.keyAct(event); if (act) emit(act); }"
_TYPED_SCRIPT = "(words) => emit(sufler.typed(words))"
_DETAIL_SCRIPT = "(event) => emit(event.detail)"


@dataclass(frozen=True, slots=True)
class WriteActs:
    """What is done with the field. `send` gets the text as it stood; `attached` what the browser
    says of a file: {conversation, id} or {refused}; `key` edit_last, quote or cancel."""

    send: Callable[[str], Awaitable[None]]
    changed: Callable[[str], None]
    attached: Callable[[object], Awaitable[None]]
    detach: Callable[[str], Awaitable[None]]
    key: Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Along:
    """What goes along with the text: the reply that is being changed, or what it answers, in
    words, and files."""

    editing: str = ""
    quoting: str = ""
    attachments: tuple[Attachment, ...] = ()


class WriteBox:
    """Field and buttons."""

    def __init__(self, language: Language, acts: WriteActs, *, takes_files: bool) -> None:
        self._language = language
        self._acts = acts
        self._shown: str | None = None
        # What the field holds, as far as it was told.
        self._there = ""
        self._along: Along | None = None
        with ui.element("div").classes("write") as self._element:
            self._element.on("attached", self._attached, js_handler=_DETAIL_SCRIPT)
            self.above = ui.element("div").classes("write-above")
            self._chips = ui.element("div").classes("write-along")
            # Its value is the browser's alone: NiceGUI sends one twice, and the second time undoes
            # what was typed since. `desk.js` shows what we put there.
            self._field = ui.textarea()
            self._field.props("autogrow borderless dense hide-bottom-space")
            self._field.on("update:value", self._typed, js_handler=_TYPED_SCRIPT)
            # Ctrl+Enter, wherever the focus is; told by desk_keys.js.
            self._element.on("sendnow", self._sent, js_handler=_DETAIL_SCRIPT)
            self._field.on("keydown", self._key, js_handler=_KEY_SCRIPT)
            with ui.element("div").classes("write-foot"):
                self._files = self._file_button() if takes_files else None
                self.tools = ui.element("div").classes("write-tools")
                ui.label(text("desk_send_hint", language)).classes("hint")
                self._send = ui.element("button").classes("act main").props("type=button")
                with self._send:
                    self._send_label = ui.label(text("desk_send", language))
                self._send.on("click", self._sent, js_handler=_SEND_SCRIPT)

    def note_button(self, keep: Callable[[], Awaitable[None]]) -> None:
        """Beside the tools: keep what is written as a note for staff."""
        words = text("desk_as_note", self._language)
        means = text("desk_as_note_means", self._language)
        with_props(button(words, keep, "act"), title=means)

    def show(self, talk: Talk | None, draft: str, along: Along) -> None:
        """Show the draft of another conversation; while it is the same one, leave it alone."""
        self._element.set_visibility(talk is not None and talk.open_to_me)
        if talk is None:
            self._shown = None
            return
        owned = talk.conversation.owner is Owner.OPERATOR
        label = text("desk_field" if owned else "desk_field_takes", self._language)
        with_props(self._field, placeholder=label, **{"aria-label": label})
        self.show_along(along)
        if talk.conversation.id != self._shown:
            self._shown = talk.conversation.id
            with_props(self._element, **{"data-conversation": talk.conversation.id})
            self._put("open", talk.conversation.id, draft, self._there)

    def show_along(self, along: Along) -> None:
        """Show what goes along."""
        if along == self._along:
            return
        self._along = along
        with_props(self._element, **{"data-along": "1" if along != Along() else ""})
        self._send_label.set_text(
            text("desk_save_edit" if along.editing else "desk_send", self._language)
        )
        if self._files is not None:
            self._files.set_visibility(not along.editing)
        self._chips.set_visibility(along != Along())
        self._chips.clear()
        with self._chips:
            if along.editing:
                self._mode(text("desk_editing", self._language, words=along.editing))
            elif along.quoting:
                self._mode(text("desk_quoting", self._language, words=along.quoting))
            for each in along.attachments:
                self._file_chip(each)

    def put(self, words: str, was: str | None = None) -> None:
        """Change the text; the focus stays where it is: the operator may be elsewhere by now. It
        comes in the place of `was`, or of what is known to be there: what has been typed since
        stays behind it."""
        self._put("put", words, self._there if was is None else was)

    def insert(self, words: str) -> None:
        """Put `words` where the cursor is, and go on writing behind them, or at the first place
        that is to be filled."""
        ui.run_javascript(f"sufler.insert({json.dumps(words)})")

    def point_at(self, start: int, words: str) -> None:
        """Mark `words`, if they still stand at `start`, which counts UTF-16 units, as browsers
        do."""
        ui.run_javascript(f"sufler.pointAt({start}, {json.dumps(words)})")

    def focus(self) -> None:
        """Go on writing, at the end."""
        ui.run_javascript("sufler.write()")

    def _mode(self, words: str) -> None:
        async def cancel() -> None:
            await self._acts.key("cancel")
            self.focus()

        with ui.element("div").classes("chip mode"):
            ui.label(words)
            named(button("✕", cancel, "line-act"), text("desk_no", self._language))

    def _file_chip(self, attachment: Attachment) -> None:
        async def detach() -> None:
            await self._acts.detach(attachment.id)

        label = text("desk_detach", self._language, name=attachment.name)
        with ui.element("div").classes("chip"):
            ui.label(attachment.name)
            named(button("✕", detach, "line-act"), label)

    def _file_button(self) -> ui.element:
        label = text("desk_attach", self._language)
        accepted = ",".join(f".{each}" for each in EXTENSIONS)
        # Opened by desk_files.js, which sends what is chosen.
        chooser = ui.element("input").classes("chooser").props("type=file multiple hidden")
        with_props(chooser, accept=accepted, **{"aria-label": label, "tabindex": "-1"})
        element = button(text("desk_file", self._language), None, "act attach")
        return with_props(named(element, label), title=label)

    def _put(self, how: str, *given: str) -> None:
        self._there = given[-2]
        ui.run_javascript(f"sufler.{how}({', '.join(json.dumps(each) for each in given)})")

    def _typed(self, event: events.GenericEventArguments) -> None:
        told = event.args if isinstance(event.args, dict) else {}
        if told.get("conversation") == self._shown:
            self._there = str(told.get("words") or "")
            self._acts.changed(self._there)

    async def _sent(self, event: events.GenericEventArguments) -> None:
        await self._acts.send(str(event.args or ""))

    async def _key(self, event: events.GenericEventArguments) -> None:
        await self._acts.key(str(event.args or ""))

    async def _attached(self, event: events.GenericEventArguments) -> None:
        await self._acts.attached(event.args)
