"""A flow's versions: who published them and when, what differs, and going back to one."""

import asyncio
import difflib
from typing import TYPE_CHECKING, Final

from nicegui import ui

from sufler.domain.flows import FlowVersion, VersionState
from sufler.domain.texts import text
from sufler.web.elements import button, local_time, named, with_props
from sufler.web.flow_asking import ask_first

if TYPE_CHECKING:
    from sufler.web.flow_page import FlowPage

_AROUND: Final = 3
_MOST_LINES: Final = 2000
_TAGS: Final = {"+": "ins", "-": "del"}


class VersionsPanel:
    """The list; a picked version is compared with what is on the page."""

    def __init__(self, page: "FlowPage") -> None:
        self._page = page
        self._place = ui.element("div").classes("flow-versions")
        self._picked: int | None = None

    async def show(self) -> None:
        """Bring it up to what is stored."""
        self._place.clear()
        with self._place:
            with ui.element("ul").classes("learned-list"):
                for version in self._page.work.versions:
                    with ui.element("li").classes("flow-card flow-version"):
                        await self._version(version)

    async def _version(self, version: FlowVersion) -> None:
        language, page = self._page.language, self._page
        number = text("flows_version", language, number=version.number)
        name = text("flows_draft", language) if not version.number else number
        with ui.element("div").classes("learned-head"):
            ui.label(name).classes("flow-card-name")
            state = ui.label(text(f"flows_state_{version.state.value}", language)).classes("tag")
            with_props(state, **{"data-status": version.state.value})
            ui.label(text("flows_by", language, name=version.by)).classes("hint")
            local_time(version.at)
        with ui.element("div").classes("acts"):
            self._comparing(version, name)
            if page.edits and version.state is VersionState.RETIRED:
                self._going_back(version, name)
        if self._picked == version.number:
            await self._difference(version)

    def _comparing(self, version: FlowVersion, name: str) -> None:
        async def compare() -> None:
            self._picked = None if self._picked == version.number else version.number
            await self.show()

        opened = self._picked == version.number
        words = text("flows_compare", self._page.language)
        press = named(button(words, compare, "act"), f"{words}: {name}")
        with_props(press, **{"aria-expanded": str(opened).lower()})

    def _going_back(self, version: FlowVersion, name: str) -> None:
        async def sure() -> None:
            async def do() -> None:
                await self._page.roll_back(version.number)

            words = text("flows_roll_back_sure", self._page.language, name=name)
            with self._page.acts.root:
                ask_first(words, "flows_roll_back", self._page.language, do)

        words = text("flows_roll_back", self._page.language)
        named(button(words, sure, "act"), f"{words}: {name}")

    async def _difference(self, version: FlowVersion) -> None:
        language, typed = self._page.language, self._page.work.text
        # Comparing long texts is work for the processor: customers are served meanwhile.
        lines = await asyncio.to_thread(_differing, version.text, typed)
        ui.label(text("flows_compared", language)).classes("hint")
        if not lines:
            ui.label(text("flows_same", language)).classes("nothing")
            return
        place = ui.element("div").classes("flow-difference").props("tabindex=0 role=group")
        with named(place, text("flows_compared", language)):
            for line in lines:
                with ui.element(_TAGS.get(line[:1], "div")):
                    if line[:1] in _TAGS:
                        kind = "added" if line[0] == "+" else "removed"
                        ui.label(text(f"kb_piece_{kind}", language)).classes("unseen")
                    ui.label(line).classes("piece")


def _differing(before: str, after: str) -> list[str]:
    """Lines that went (-), that came (+), and a few around them."""
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=_AROUND)
    return [line for line in found if not line.startswith(("---", "+++"))][:_MOST_LINES]
