"""One message of the picked conversation: what was said, what became of it, what can be done."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from nicegui import ui

from sufler.domain.conversation import Author, IncomingKind, Message, SendState, label_of
from sufler.domain.knowledge import Language
from sufler.domain.learning import Use
from sufler.domain.past import Version
from sufler.domain.queues import Note
from sufler.domain.stops import HELD_BACK
from sufler.domain.texts import text
from sufler.web import desk_files
from sufler.web.admin_fields import Select
from sufler.web.elements import button, named, with_props

Do = Callable[[Message], Awaitable[None]]

_TROUBLE = {SendState.FAILED, SendState.UNKNOWN, SendState.CANCELLED}
_AGAIN = {SendState.FAILED, SendState.UNKNOWN}
_QUOTE_CHARS = 140
# What a reply can have been; the others are no replies.
_OF_REPLIES = (
    Use.VERBATIM,
    Use.COSMETIC,
    Use.EXTENDED,
    Use.FACTS,
    Use.OTHER,
    Use.SEARCHED,
    Use.ANEW,
    Use.IGNORED,
)


@dataclass(frozen=True, slots=True)
class LineActs:
    """What an operator can do with a message; `versions` reads what it said before, `correct` says
    of a lesson (its id) what was really done."""

    edit: Do
    quote: Do
    again: Do
    versions: Callable[[Message], Awaitable[Sequence[Version]]]
    correct: Callable[[int, Use], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as the caller sees it. `quoted` is what it quotes, where that is stored. `use`:
    the lesson that it was, and what was made of the suggestion; who sent it corrects that."""

    message: Message
    quoted: Message | None
    may_edit: bool
    may_write: bool
    own: bool
    use: tuple[int, Use] | None = None


class Line:
    """A message; it changes in place, so that focus and scrolling stay."""

    def __init__(
        self, shown: Shown, language: Language, to_html: Callable[[str], str], acts: LineActs
    ) -> None:
        self._language = language
        self._to_html = to_html
        self._acts = acts
        self._message = message = shown.message
        self._drawn: object = None
        self._used: tuple[int, Use] | None = None
        self._repeated = False
        self.element = ui.element("article").classes(f"line {message.author.value}")
        with self.element:
            self._top(message)
            self._body = ui.element("div").classes("line-body")
            self._versions = ui.element("div").classes("line-versions")
            self._versions.set_visibility(False)
            with ui.element("div").classes("line-foot"):
                self._state = ui.label().classes("line-state")
                self._edit_state = ui.label().classes("line-edit-state")
                words = text("desk_again", language)
                self._again = button(words, self._ask_again, "line-again")
                self._use = ui.element("div").classes("line-use")
            self._sure = self._confirm()
        self.show(shown)

    def show(self, shown: Shown) -> None:
        """Show what has changed."""
        self._message = message = shown.message
        state = message.state
        quoted = shown.quoted.text if shown.quoted else None
        if (drawn := (message.text, message.attachments, message.edited_at, quoted)) != self._drawn:
            self._drawn = drawn
            self._draw(shown)
        self._state.set_text(state_words(message, self._language))
        self._state.set_visibility(state is not None)
        with_props(self._state, **{"data-state": state.value if state else ""})
        self._state.classes(**{"add" if state in _TROUBLE else "remove": "trouble"})
        self.element.classes(**{"add" if state is SendState.CANCELLED else "remove": "cancelled"})
        edit_words = _edit_words(message, self._language)
        self._edit_state.set_text(edit_words)
        self._edit_state.set_visibility(bool(edit_words))
        customers = message.author is Author.CUSTOMER
        self._quote.set_visibility(shown.may_write and customers and bool(message.external_id))
        self._edit.set_visibility(shown.may_edit)
        self._again.set_visibility(shown.may_write and state in _AGAIN and not self._repeated)

        if shown.use != self._used:
            self._used = shown.use
            self._draw_use(shown)

    def _draw_use(self, shown: Shown) -> None:
        """What was made of the suggestion; the one who did it may say that it was otherwise."""
        self._use.clear()
        if shown.use is None:
            return
        (lesson_id, use), language = shown.use, self._language
        words = {each.value: text(f"desk_use_{each.value}", language) for each in _OF_REPLIES}
        words.setdefault(use.value, text(f"desk_use_{use.value}", language))

        async def corrected(value: str) -> None:
            if value != use.value:
                await self._acts.correct(lesson_id, Use(value))

        with self._use:
            if shown.own:
                Select(words, use.value, text("desk_use", language), corrected)
            else:
                ui.label(words[use.value])

    def _top(self, message: Message) -> None:
        language = self._language
        with ui.element("div").classes("line-top"):
            ui.label(_author(message, language)).classes("line-author")
            if message.kind is IncomingKind.BUTTON:
                ui.label(text("desk_pressed", language))
            with_props(ui.element("time"), datetime=message.at.isoformat())
            self._edited = button(text("desk_edited", language), self._show_versions, "line-edited")
            named(self._edited, text("desk_versions", language))
            self._quote = self._act("↩", "desk_quote", self._acts.quote)
            self._edit = self._act("✎", "desk_edit", self._acts.edit)

    def _act(self, sign: str, key: str, act: Do) -> ui.element:
        async def acted() -> None:
            await act(self._message)

        words = text(key, self._language)
        element = with_props(named(button(sign, acted, "line-act"), words), title=words)
        return element

    def _confirm(self) -> ui.element:
        async def again() -> None:
            sure.set_visibility(False)
            await self._send_again()

        async def leave() -> None:
            sure.set_visibility(False)

        language = self._language
        with ui.element("div").classes("line-sure").props("role=group") as sure:
            ui.label(text("desk_again_sure", language))
            button(text("desk_again_yes", language), again, "act main")
            button(text("desk_no", language), leave, "act")
        sure.set_visibility(False)
        return sure

    async def _ask_again(self) -> None:
        """What certainly did not arrive goes at once; what may have arrived is asked about."""
        if self._message.state is SendState.FAILED:
            await self._send_again()
        else:
            self._sure.set_visibility(True)

    async def _send_again(self) -> None:
        self._repeated = True
        self._again.set_visibility(False)
        await self._acts.again(self._message)

    async def _show_versions(self) -> None:
        there = self._versions
        if there.visible:
            there.set_visibility(False)
            return
        versions = await self._acts.versions(self._message)
        there.clear()
        with there:
            for each in versions:
                ui.label(text("desk_version", self._language, words=each.text))
        there.set_visibility(True)

    def _draw(self, shown: Shown) -> None:
        message = shown.message
        self._edited.set_visibility(message.edited_at is not None)
        self._versions.set_visibility(False)
        self._body.clear()
        with self._body:
            if message.quotes:
                words = shown.quoted.text if shown.quoted else ""
                line = shortened(words) or text("desk_quote_gone", self._language)
                ui.label(line).classes("line-quote")
            if message.author is Author.CUSTOMER:
                if message.text != label_of(message.attachments):
                    ui.label(message.text).classes("said plain")
            elif message.text:
                # to_html has made it safe; a second cleaning in the browser would cost the page.
                ui.html(self._to_html(message.text), sanitize=False).classes("said")
            for attachment in message.attachments:
                desk_files.show(attachment)
            if message.buttons:
                with ui.element("div").classes("line-buttons"):
                    for each in message.buttons:
                        ui.label(each.label)


class NoteLine:
    """What staff wrote for staff, in its place among the messages; a whisper is a supervisor's."""

    def __init__(self, note: Note, language: Language) -> None:
        kind = "whisper" if note.whisper else "note"
        self.element = ui.element("article").classes(f"line note {kind}")
        with self.element:
            with ui.element("div").classes("line-top"):
                ui.label(note.by_name).classes("line-author")
                ui.label(text("desk_whisper" if note.whisper else "desk_note_staff", language))
                with_props(ui.element("time"), datetime=note.at.isoformat())
            ui.label(note.text).classes("said plain")


def shortened(words: str) -> str:
    """The beginning of a message in one line."""
    line = " ".join(words[:400].split())
    return line if len(line) <= _QUOTE_CHARS else line[: _QUOTE_CHARS - 1] + "…"


def state_words(message: Message, language: Language) -> str:
    """What became of a message of ours; nothing for a customer's."""
    match message.state:
        case None:
            return ""
        case SendState.PENDING if message.error:
            return text("desk_state_retry", language, error=message.error)
        case SendState.FAILED:
            return text("desk_state_failed", language, error=message.error or "—")
        case SendState.CANCELLED if message.error == HELD_BACK:
            return text("desk_state_held_back", language)
        case state:
            return text(f"desk_state_{state.value}", language)


def _edit_words(message: Message, language: Language) -> str:
    waits = message.edit_state in (SendState.PENDING, SendState.SENDING)
    if waits and message.state is SendState.SENT:
        return text("desk_edit_pending", language)
    return text("desk_edit_failed", language) if message.edit_state is SendState.FAILED else ""


def _author(message: Message, language: Language) -> str:
    if message.author is Author.CUSTOMER:
        return message.author_name or text("desk_customer", language)
    if message.author is Author.BOT:
        return text("desk_bot", language)
    if message.kind is IncomingKind.FROM_STAFF:
        return text("desk_from_elsewhere", language)
    return message.author_name or text("desk_operator", language)
