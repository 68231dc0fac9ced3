"""Small pieces of NiceGUI that are plain HTML: buttons, headings, text."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from nicegui import ui

Act = Callable[[], Awaitable[None]]

_LINK = re.compile(r"<(/?)a\b[^>]*>")


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


def link(words: str, href: str, classes: str = "") -> ui.element:
    """A real link; its address is set by value."""
    element = with_props(ui.element("a").classes(classes), href=href)
    with element:
        ui.label(words)
    return element


def without_links(html: str) -> str:
    """What `to_html` made, for the inside of a button: nothing else can be pressed there."""
    return _LINK.sub(r"<\1u>", html)


def local_time(moment: datetime | None, classes: str = "when") -> ui.element:
    """A moment (aware), which frame.js writes in the viewer's zone and language; "—" for none."""
    if moment is None:
        return ui.label("—").classes(classes)
    return with_props(ui.element("time").classes(classes), datetime=moment.isoformat())


def with_props(element: ui.element, **props: Any) -> ui.element:
    """Set attributes by value; NiceGUI's own way reads a string, which hostile text could leave."""
    for name, value in props.items():
        if element.props.get(name) != value:
            element.props[name] = value
    return element
