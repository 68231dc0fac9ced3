"""The middle of the desk: the picked conversation, who has it, and what was said."""

from collections.abc import Callable

from nicegui import ui

from sufler.domain.conversation import Author, Message, Owner, SendState
from sufler.domain.knowledge import Language
from sufler.domain.texts import text
from sufler.web.desk_board import FIRST_PAGE, BoardReader, Talk
from sufler.web.elements import Act, button, heading, named, with_props

_TROUBLE = {SendState.FAILED, SendState.UNKNOWN, SendState.CANCELLED}


class TalkHead:
    """Whose conversation it is, and what can be done with it."""

    def __init__(self, language: Language, *, back: Act, take: Act, give: Act, close: Act) -> None:
        self._language = language
        with ui.element("div").classes("head") as self.element:
            back_label = text("desk_back", language)
            named(button("←", back, "pill back"), back_label)
            with ui.element("div").classes("head-words"):
                with heading(2, ""):
                    self._name = ui.label()
                self._facts = ui.label().classes("facts-line")
                with ui.element("div").classes("tags"):
                    self._owner = ui.label().classes("tag")
                    self._reason = ui.label().classes("tag reason")
            with ui.element("div").classes("acts"):
                self._take = button(text("desk_take", language), take, "act main")
                self._give = button(text("desk_return", language), give, "act")
                self._close = button(text("desk_close", language), close, "act")

    def show(self, talk: Talk | None) -> None:
        """Change what has changed; nothing is picked when None."""
        self.element.set_visibility(talk is not None)
        if talk is None:
            return
        owner = talk.conversation.owner
        self._name.set_text(talk.name)
        self._facts.set_text(talk.facts)
        self._owner.set_text(talk.owner)
        with_props(self._owner, **{"data-owner": owner.value})
        self._reason.set_text(talk.reason)
        self._reason.set_visibility(bool(talk.reason))
        self._take.set_visibility(owner is not Owner.OPERATOR)
        self._give.set_visibility(talk.mine or owner is Owner.QUEUE)
        self._close.set_visibility(talk.open_to_me and talk.conversation.open)


class _Line:
    """One message; its state changes in place."""

    def __init__(
        self, message: Message, reader: BoardReader, to_html: Callable[[str], str], words: str
    ) -> None:
        self._reader = reader
        self.element = ui.element("article").classes(f"line {message.author.value}")
        with self.element:
            with ui.element("div").classes("line-top"):
                ui.label(words).classes("line-author")
                with_props(ui.element("time"), datetime=message.at.isoformat())
            if message.author is Author.CUSTOMER:
                ui.label(message.text).classes("said plain")
            else:
                # to_html has made it safe; a second cleaning in the browser would cost the page.
                ui.html(to_html(message.text), sanitize=False).classes("said")
            if message.buttons:
                with ui.element("div").classes("line-buttons"):
                    for each in message.buttons:
                        ui.label(each.label)
            self._state = ui.label().classes("line-state")
        self.show(message)

    def show(self, message: Message) -> None:
        """Show what became of it."""
        self._state.set_text(self._reader.state_of(message))
        self._state.set_visibility(message.state is not None)
        self._state.classes(**{"add" if message.state in _TROUBLE else "remove": "trouble"})
        if message.state is SendState.CANCELLED:
            self.element.classes(add="cancelled")


class TalkHistory:
    """What was said, oldest first; messages are added and changed in place."""

    def __init__(
        self,
        language: Language,
        reader: BoardReader,
        to_html: Callable[[str], str],
        earlier: Act,
    ) -> None:
        self._language = language
        self._reader = reader
        self._to_html = to_html
        self._lines: dict[int, _Line] = {}
        self._shown: str | None = None
        label = text("desk_history_label", language)
        with named(ui.element("section").classes("talk").props("tabindex=0 role=log"), label):
            with ui.element("div").classes("pick") as self._pick:
                with_props(ui.element("img"), src="/static/mark.svg", alt="", width=56, height=56)
                heading(2, text("desk_pick_title", language))
                ui.label(text("desk_pick_text", language))
            self._earlier = button(text("desk_earlier", language), earlier, "pill earlier")
            self._place = ui.element("div").classes("lines")

    def show(self, talk: Talk | None, most: int) -> None:
        """Show the conversation; it is drawn anew only when it is another one."""
        self._pick.set_visibility(talk is None)
        self._earlier.set_visibility(talk is not None and len(talk.messages) >= most)
        if talk is None or talk.conversation.id != self._shown:
            self._place.clear()
            self._lines.clear()
        self._shown = talk.conversation.id if talk else None
        if talk is None:
            return
        new = not self._lines
        for number, message in enumerate(talk.messages):
            line = self._lines.get(message.id)
            if line is None:
                with self._place:
                    words = self._author(message)
                    line = self._lines[message.id] = _Line(
                        message, self._reader, self._to_html, words
                    )
                if self._place.default_slot.children.index(line.element) != number:
                    line.element.move(self._place, number)
            else:
                line.show(message)
        if new:
            ui.run_javascript("sufler.toEnd()")

    def _author(self, message: Message) -> str:
        if message.author is Author.CUSTOMER:
            return message.author_name or text("desk_customer", self._language)
        if message.author is Author.BOT:
            return text("desk_bot", self._language)
        return message.author_name or text("desk_operator", self._language)


def more_than(shown: int) -> int:
    """How many messages to read when earlier ones are asked for."""
    return min(shown + FIRST_PAGE, 200)
