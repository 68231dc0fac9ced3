"""A flow's YAML in an editor, and the flow as a diagram."""

import asyncio
from typing import TYPE_CHECKING

from nicegui import ui

from sufler.domain.texts import text
from sufler.flows.diagram import diagram
from sufler.web.elements import named, with_props

if TYPE_CHECKING:
    from sufler.web.flow_page import FlowPage


class YamlPanel:
    """CodeMirror, as NiceGUI brings it; built when it is first looked at, because it is large."""

    def __init__(self, page: "FlowPage") -> None:
        self._page = page
        self._place = ui.element("div").classes("flow-yaml")
        with_props(self._place, **{"data-name": text("flows_view_yaml", page.language)})
        self._editor: ui.codemirror | None = None

    async def show(self) -> None:
        """Bring it up to the text."""
        typed = self._page.work.text
        if self._editor is None:
            with self._place:
                self._build(typed)
        elif self._editor.value != typed:
            self._editor.set_value(typed)
        self.mark()

    def _build(self, typed: str) -> None:
        page = self._page
        if page.edits:
            ui.label(text("flows_yaml_keys", page.language)).classes("hint")
        self._editor = ui.codemirror(
            typed,
            language="YAML",
            theme="githubLight",
            indent="  ",
            line_wrapping=True,
            on_change=lambda event: self._changed(str(event.value or "")),
        ).classes("flow-editor")
        if not page.edits:
            self._editor.disable()

    def _changed(self, whole: str) -> None:
        # Told also of what we put there ourselves.
        if whole != self._page.work.text:
            self._page.write(whole)

    def mark(self) -> None:
        """Mark the lines of what the check has found."""
        if self._editor is None:
            return
        told: dict[int, str] = {}
        for line, words, _ in self._page.faults.lines:
            told[line] = f"{told[line]}\n{words}" if line in told else words
        last = self._page.work.text.count("\n") + 1
        self._editor.line_tooltips = {line: words for line, words in told.items() if line <= last}
        wrong = {line for line, _, warning in self._page.faults.lines if not warning}
        self._editor.decorations = [
            {
                "kind": "line",
                "line": line,
                "class": f"flow-line-{'wrong' if line in wrong else 'odd'}",
            }
            for line in sorted(told)
            if line <= last
        ]

    def go_to(self, line: int) -> None:
        """Show a line, and put the cursor on the editor."""
        if self._editor is not None:
            self._page.acts.run(f"suflerFlows.toLine({self._editor.id}, {line})")


class DiagramPanel:
    """The flow as Mermaid draws it, from files of our own; its labels are entities, never HTML."""

    def __init__(self, page: "FlowPage") -> None:
        self._page = page
        self._place = ui.element("div").classes("flow-diagram").props("tabindex=0 role=group")
        named(self._place, text("flows_view_diagram", page.language))
        self._drawn = ""

    async def show(self) -> None:
        """Draw it, when it can be read and is another."""
        page = self._page
        flow = await page.work.flow()
        if flow is None:
            drawn = ""
        else:
            drawn = await asyncio.to_thread(diagram, flow, page.language)
        if drawn == self._drawn and drawn:
            return
        self._drawn = drawn
        self._place.clear()
        with self._place:
            if drawn:
                ui.mermaid(drawn, config={"securityLevel": "strict", "theme": "neutral"})
            else:
                ui.label(text("flows_unreadable", page.language)).classes("nothing")
