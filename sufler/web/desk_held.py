"""What waits for some seconds before it goes out, a reply or an answer of the bot: till then it can
be taken back."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from nicegui import ui

from sufler.domain.conversation import Author, Message, SendState
from sufler.domain.knowledge import Language
from sufler.domain.texts import text
from sufler.web.desk_board import Talk
from sufler.web.elements import button, with_props


def held_back(talk: Talk | None, now: datetime) -> Message | None:
    """The caller's newest reply that may still be taken back, or an answer of the bot that is held
    so that it can be stopped."""
    for message in reversed(talk.messages if talk else ()):
        mine = talk is not None and message.author_id == talk.operator_id
        may = mine or message.author is Author.BOT
        if may and message.undo_until is not None and message.undo_until > now:
            return message if message.state is SendState.PENDING else None
    return None


class Held:
    """A line with a countdown, which the browser counts (desk_held in desk.js)."""

    def __init__(self, language: Language, undo: Callable[[], Awaitable[None]]) -> None:
        self.element = ui.element("div").classes("held").props("role=status")
        with self.element:
            self._words = ui.label()
            self._count = ui.element("span").classes("held-count").props("aria-hidden=true")
            self._undo = button(text("desk_undo", language), undo, "act held-undo")
            with_props(self._undo, title=f"{text('desk_undo', language)} · Z")
            self._stop = button(text("desk_held_stop", language), undo, "act held-undo")
        self._language = language
        self.element.set_visibility(False)

    def show(self, message: Message | None, now: datetime) -> None:
        """Count down to the moment at which it goes out."""
        self.element.set_visibility(message is not None)
        if message is not None and message.undo_until is not None:
            bots = message.author is Author.BOT
            self._words.set_text(text("desk_held_bot" if bots else "desk_held", self._language))
            self._undo.set_visibility(not bots)
            self._stop.set_visibility(bots)
            left = (message.undo_until - now).total_seconds()
            # Seconds and not a moment: the browser's clock may be another one.
            ui.run_javascript(f"sufler.countDown({message.id}, {left:.2f})")
