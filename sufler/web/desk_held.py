"""A reply that waits for some seconds before it goes out, and can be taken back until then."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from nicegui import ui

from sufler.domain.conversation import Message, SendState
from sufler.domain.knowledge import Language
from sufler.domain.texts import text
from sufler.web.desk_board import Talk
from sufler.web.elements import button, with_props


def held_back(talk: Talk | None, now: datetime) -> Message | None:
    """The caller's newest reply that may still be taken back."""
    for message in reversed(talk.messages if talk else ()):
        mine = talk is not None and message.author_id == talk.operator_id
        if mine and message.undo_until is not None and message.undo_until > now:
            return message if message.state is SendState.PENDING else None
    return None


class Held:
    """A line with a countdown, which the browser counts (desk_held in desk.js)."""

    def __init__(self, language: Language, undo: Callable[[], Awaitable[None]]) -> None:
        self.element = ui.element("div").classes("held").props("role=status")
        with self.element:
            ui.label(text("desk_held", language))
            self._count = ui.element("span").classes("held-count").props("aria-hidden=true")
            element = button(text("desk_undo", language), undo, "act held-undo")
            with_props(element, title=f"{text('desk_undo', language)} · Z")
        self.element.set_visibility(False)

    def show(self, message: Message | None, now: datetime) -> None:
        """Count down to the moment at which it goes out."""
        self.element.set_visibility(message is not None)
        if message is not None and message.undo_until is not None:
            left = (message.undo_until - now).total_seconds()
            # Seconds and not a moment: the browser's clock may be another one.
            ui.run_javascript(f"sufler.countDown({message.id}, {left:.2f})")
