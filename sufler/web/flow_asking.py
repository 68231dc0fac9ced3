"""Asks whether something shall really be done."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from sufler.domain.knowledge import Language
from sufler.domain.texts import text
from sufler.web.elements import button, named


def ask_first(words: str, key: str, language: Language, act: Callable[[], Awaitable[None]]) -> None:
    """A dialog with `words`; `key` names the button that does it."""
    dialog = ui.dialog()
    named(dialog, words)
    with dialog, ui.element("div").classes("sheet"):
        ui.label(words)

        async def yes() -> None:
            dialog.close()
            await act()

        async def no() -> None:
            dialog.close()

        with ui.element("div").classes("sheet-acts"):
            button(text("kb_cancel", language), no, "act")
            button(text(key, language), yes, "act main")
    dialog.on("hide", dialog.delete)
    dialog.open()
