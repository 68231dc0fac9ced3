"""Fields of an article: a label, the field, and what is wrong with it; tools for Markdown."""

from collections.abc import Callable
from typing import Literal

from nicegui import events, ui

from sufler.domain.knowledge import Language
from sufler.domain.texts import text
from sufler.domain.variables import KNOWN
from sufler.web.elements import button, named, with_props

Typed = Callable[[str], None]

MARKS = ("bold", "italic", "link", "list", "numbers", "code")
TELEGRAM_MOST = 4096


class Field:
    """One field. `fault` says what is wrong with it."""

    def __init__(
        self,
        label: str,
        value: str,
        typed: Typed,
        *,
        kind: Literal["line", "answer", "day"] = "line",
        lang: Language | None = None,
        editable: bool = True,
        most: int | None = None,
        hint: str = "",
    ) -> None:
        with ui.element("div").classes(f"field field-{kind}") as self.element:
            caption = ui.element("label").classes("field-label")
            with caption:
                ui.label(label)
            make = ui.textarea if kind == "answer" else ui.input

            def changed(event: events.ValueChangeEventArguments[str | None]) -> None:
                typed(event.value or "")

            self._input = make(value=value, on_change=changed)
            self._input.props("borderless dense hide-bottom-space")
            with_props(caption, **{"for": self._input.html_id})
            self.id = self._input.html_id
            if kind == "answer":
                self._input.props("autogrow")
            if kind == "day":
                self._input.props("type=date")
            if most is not None:
                self._input.props(f"maxlength={most}")
            if lang is not None:
                self._input.props(f"lang={lang}")
            if not editable:
                self._input.props("readonly")
            if hint:
                ui.label(hint).classes("hint")
            self._fault = ui.label().classes("fault").props("role=alert")
            with_props(self._fault, id=f"{self.id}-fault")
            self._fault.set_visibility(False)

    def offer(self, datalist: str) -> None:
        """Offer the values of a datalist."""
        with_props(self._input, list=datalist)

    def put(self, value: str) -> None:
        """Show another value."""
        if (self._input.value or "") != value:
            self._input.set_value(value)

    def fault(self, words: str) -> None:
        """Say what is wrong; "" when nothing is."""
        self._fault.set_text(words)
        self._fault.set_visibility(bool(words))
        about = {"aria-invalid": "true", "aria-describedby": f"{self.id}-fault"}
        if words:
            with_props(self._input, **about)
        else:
            for name in about:
                self._input.props.pop(name, None)
        self._input.update()


def toolbar(field: Field, language: Language) -> None:
    """Buttons that put Markdown around what is selected in `field`; the browser does it."""
    label = text("kb_tools", language)
    with named(ui.element("div").classes("tools").props("role=toolbar"), label):
        for mark in MARKS:
            tool = button(text(f"kb_tool_{mark}", language), None, f"tool tool-{mark}")
            words = text(f"kb_tool_{mark}_title", language)
            with_props(tool, title=words, **{"aria-label": words})
            with_props(tool, **{"data-mark": mark, "data-for": field.id})
        for name in KNOWN:
            fallback = text("kb_fallback", language) if name == "customer.first_name" else ""
            written = f"{{{name}|{fallback}}}" if fallback else f"{{{name}}}"
            tool = button(text(f"kb_variable_{name.replace('.', '_')}", language), None, "tool")
            with_props(tool, title=written)
            with_props(tool, **{"data-insert": written, "data-for": field.id})


class Counter:
    """How long the answer is in Telegram, and how many messages it becomes."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._label = ui.label().classes("counter")

    def show(self, units: int, messages: int) -> None:
        """`units` are UTF-16 code units, as Telegram counts."""
        words = text("kb_counter", self._language, units=units, most=TELEGRAM_MOST)
        if messages > 1:
            words += " " + text("kb_counter_cut", self._language, messages=messages)
        self._label.set_text(words)
        self._label.classes(**{"add" if messages > 1 else "remove": "over"})
