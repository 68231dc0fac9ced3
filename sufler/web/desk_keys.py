"""What the desk's keys do, and the list of them (`?`). Which key was pressed is told by
desk_keys.js; nothing that it tells is believed without looking."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from nicegui import events, ui

from sufler.domain.knowledge import Language
from sufler.domain.texts import text
from sufler.web.elements import heading, with_props

# An act of a key; some are of the first, second or third card.
KeyAct = Callable[[int], Awaitable[None]]

_TOLD: Final = "(event) => emit(event.detail)"
_HELP: Final = (
    ("1 2 3", "insert"),
    ("Ctrl+1 2 3", "send_card"),
    ("E", "edit"),
    ("R", "reject"),
    ("Ctrl+Enter", "send"),
    ("Tab", "complete"),
    ("Z", "undo"),
    ("W", "write"),
    ("Esc", "leave"),
    ("/", "articles"),
    ("C", "customer"),
    ("P", "templates"),
    ("T", "take"),
    ("N", "next"),
    ("J K", "down"),
    ("S", "search"),
    ("↑", "edit_last"),
    ("Alt+↑", "quote"),
    ("?", "help"),
)


class Keys:
    """Listens on the desk's own element."""

    def __init__(self, root: ui.element, acts: Mapping[str, KeyAct]) -> None:
        self._acts = acts
        root.on("deskkey", self._pressed, js_handler=_TOLD)

    async def _pressed(self, event: events.GenericEventArguments) -> None:
        told = event.args if isinstance(event.args, dict) else {}
        act, number = self._acts.get(str(told.get("act"))), told.get("number")
        if act is not None and isinstance(number, int):
            await act(number)


def keys_help(language: Language) -> None:
    """All keys, behind a button that `?` opens too."""
    with ui.element("details").classes("keys-help"):
        with ui.element("summary").classes("pill"):
            ui.label(text("desk_keys", language))
        with ui.element("div").classes("keys-panel"):
            heading(2, text("desk_keys_title", language))
            with ui.element("dl"):
                for keys, name in _HELP:
                    with ui.element("dt"):
                        for key in keys.split():
                            with with_props(ui.element("kbd")):
                                ui.label(key)
                    with ui.element("dd"):
                        ui.label(text(f"desk_key_{name}", language))
