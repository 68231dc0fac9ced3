"""Small pieces of NiceGUI that are plain HTML: buttons, headings, text."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

Act = Callable[[], Awaitable[None]]


def button(label: str, act: Act | None, classes: str = "pill") -> ui.element:
    """A real button, without Quasar's looks; with None it does nothing yet."""
    element = ui.element("button").classes(classes).props("type=button")
    with element:
        ui.label(label)
    if act is not None:
        element.on("click", act, args=[])
    return element


def heading(level: int, words: str, classes: str = "") -> ui.element:
    """A heading of `level`."""
    with ui.element(f"h{level}").classes(classes) as element:
        ui.label(words)
    return element


def named(element: ui.element, label: str) -> ui.element:
    """Give `element` a name for those who hear the page. Set as a value: it may hold quotes."""
    return with_props(element, **{"aria-label": label})


def with_props(element: ui.element, **props: Any) -> ui.element:
    """Set attributes by value; NiceGUI's own way reads a string, which hostile text could leave."""
    for name, value in props.items():
        if element.props.get(name) != value:
            element.props[name] = value
    return element
