"""The middle of the desk: the picked conversation, who has it, and what was said in it."""

from collections.abc import Callable, Sequence

from nicegui import ui

from sufler.domain.conversation import Message, Owner
from sufler.domain.knowledge import Language
from sufler.domain.queues import Note
from sufler.domain.texts import text
from sufler.web.desk_board import FIRST_PAGE, Talk
from sufler.web.desk_lines import Line, LineActs, NoteLine, Shown
from sufler.web.elements import Act, button, heading, named, with_props


class TalkHead:
    """Whose conversation it is, and what can be done with it."""

    def __init__(
        self, language: Language, *, back: Act, take: Act, give: Act, close: Act, stop: Act
    ) -> None:
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
                self._stop = button(text("stop_here", language), stop, "act")
                self._give = _explained("desk_return", give, language)
                self._close = _explained("desk_close", close, language)

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
        self._stop.set_visibility(owner is Owner.BOT and talk.conversation.open)


class TalkHistory:
    """What was said, oldest first; messages are added and changed in place."""

    def __init__(
        self,
        language: Language,
        to_html: Callable[[str], str],
        earlier: Act,
        acts: LineActs,
    ) -> None:
        self._language = language
        self._to_html = to_html
        self._acts = acts
        self._lines: dict[int, Line] = {}
        self._notes: dict[int, NoteLine] = {}
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
            self._notes.clear()
        self._shown = talk.conversation.id if talk else None
        if talk is None:
            return
        new = not self._lines
        self._drop_undone(talk)
        stream = talk.stream()
        for number, each in enumerate(stream, start=self._above(stream)):
            element = self._note(each) if isinstance(each, Note) else self._line(talk.shown(each))
            if self._place.default_slot.children.index(element) != number:
                element.move(self._place, number)
        if new:
            ui.run_javascript("sufler.toEnd()")

    def _above(self, stream: Sequence[Message | Note]) -> int:
        """How many lines stand there that were not read this time: they are older."""
        read = {(isinstance(each, Note), each.id) for each in stream}
        there = [(False, id_) for id_ in self._lines] + [(True, id_) for id_ in self._notes]
        return sum(each not in read for each in there)

    def _drop_undone(self, talk: Talk) -> None:
        """What was taken back is no more; what is only older than what was read stays."""
        there = {each.id for each in talk.messages}
        oldest = min(there, default=0)
        for gone in [id_ for id_ in self._lines if id_ >= oldest and id_ not in there]:
            self._lines.pop(gone).element.delete()

    def _line(self, shown: Shown) -> ui.element:
        line = self._lines.get(shown.message.id)
        if line is None:
            with self._place:
                line = Line(shown, self._language, self._to_html, self._acts)
            self._lines[shown.message.id] = line
        else:
            line.show(shown)
        return line.element

    def _note(self, note: Note) -> ui.element:
        if note.id not in self._notes:
            with self._place:
                self._notes[note.id] = NoteLine(note, self._language)
        return self._notes[note.id].element


def _explained(key: str, act: Act, language: Language) -> ui.element:
    """A button that says beforehand what will happen, to eyes and ears."""
    means = text(f"{key}_means", language)
    element = button(text(key, language), act, "act explained")
    with element:
        ui.label(means).classes("means").props("aria-hidden=true")
    return with_props(element, **{"aria-description": means})


def more_than(shown: int) -> int:
    """How many messages to read when earlier ones are asked for."""
    return min(shown + FIRST_PAGE, 200)
