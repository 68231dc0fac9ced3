"""What is wrong with the flow, beside it, while it is written."""

import asyncio
from typing import TYPE_CHECKING

from nicegui import ui

from sufler.domain.texts import counted, text
from sufler.flows.fault_lines import line_of_fault
from sufler.flows.faults import Fault
from sufler.web.elements import heading, with_props

if TYPE_CHECKING:
    from sufler.web.flow_page import FlowPage

_MOST = 50


class FaultList:
    """The list; a finding that is pressed leads to its place."""

    def __init__(self, page: "FlowPage") -> None:
        self._page = page
        self.lines: list[tuple[int, str, bool]] = []
        self._looks = 0
        with ui.element("section").classes("flow-card flow-check"):
            heading(2, text("flows_check", page.language))
            self._said = ui.label().classes("flow-verdict").props("role=status")
            self._list = ui.element("ul").classes("flow-faults")

    async def look(self) -> int:
        """Check the text and show what is found; the number of errors."""
        page = self._page
        self._looks += 1
        mine = self._looks
        typed = page.work.text
        found = await page.flows.book.check(typed, page.work.name)
        lines = await asyncio.to_thread(
            lambda: [line_of_fault(typed, each) for each in found[:_MOST]]
        )
        errors = sum(not fault.warning for fault in found)
        if mine != self._looks:  # more was typed meanwhile: that look will show it
            return errors
        self._draw(found[:_MOST], lines)
        self._verdict(errors, len(found) - errors)
        told = [fault.told(page.language) for fault in found]
        self.lines = [
            (line, words, fault.warning)
            for fault, line, words in zip(found, lines, told, strict=False)
            if line is not None
        ]
        page.yaml().mark()
        return errors

    def focus(self) -> None:
        """Lead who asks by keys to the first finding."""
        self._page.acts.run("document.querySelector('.flow-fault')?.focus()")

    def _verdict(self, errors: int, warnings: int) -> None:
        language = self._page.language
        words = [counted("flows_errors", language, errors)] if errors else []
        words += [counted("flows_warnings", language, warnings)] if warnings else []
        self._said.set_text(", ".join(words) or text("flows_in_order", language))
        with_props(self._said, **{"data-errors": str(errors)})

    def _draw(self, found: list[Fault], lines: list[int | None]) -> None:
        self._list.clear()
        with self._list:
            for fault, line in zip(found, lines, strict=True):
                with ui.element("li"):
                    self._finding(fault, line)

    def _finding(self, fault: Fault, line: int | None) -> None:
        async def press() -> None:
            await self._page.go_to(fault, line)

        found = ui.element("button").classes("flow-fault").props("type=button")
        with_props(found, **{"data-warning": str(fault.warning).lower()})
        found.on("click", press, args=[])
        with found:
            key = "flows_warning" if fault.warning else "flows_error"
            ui.label(text(key, self._page.language)).classes("tag")
            if line is not None:
                ui.label(text("flows_line", self._page.language, line=line)).classes("hint")
            ui.label(fault.told(self._page.language)).classes("flow-fault-words")
