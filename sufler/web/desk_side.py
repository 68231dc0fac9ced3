"""The right column of the desk: three tabs, of which one is seen. The keys are in desk_keys.js."""

from collections.abc import Awaitable, Callable
from typing import Final

from nicegui import ui

from sufler.domain.knowledge import Language
from sufler.domain.texts import text
from sufler.web.elements import named, with_props

TABS: Final = ("suggestions", "customer", "articles")


class Side:
    """The tabs and their panels; what stands in a panel is put there by whoever owns it."""

    def __init__(
        self, language: Language, opened: Callable[[str], Awaitable[None]] | None = None
    ) -> None:
        """`opened` is told each tab that is opened, by its name in TABS."""
        self._opened = opened
        self.tab = TABS[0]
        self._tabs: dict[str, ui.element] = {}
        self.panels: dict[str, ui.element] = {}
        label = text("desk_side", language)
        with named(ui.element("aside").classes("side"), label) as self.element:
            with named(ui.element("div").classes("side-tabs").props("role=tablist"), label):
                for name in TABS:
                    self._tabs[name] = self._made(name, language)
            for name in TABS:
                panel = ui.element("div").classes("side-panel").props("role=tabpanel")
                with_props(panel, id=f"panel-{name}", **{"aria-labelledby": f"tab-{name}"})
                self.panels[name] = panel
        self._mark()

    async def open(self, name: str) -> None:
        """Show a tab."""
        if name != self.tab:
            self.tab = name
            self._mark()
        if self._opened is not None:
            await self._opened(name)

    def show(self, *, visible: bool) -> None:
        """The column belongs to a picked conversation."""
        self.element.set_visibility(visible)

    def _made(self, name: str, language: Language) -> ui.element:
        async def opened() -> None:
            await self.open(name)

        tab = ui.element("button").classes("side-tab").props("type=button role=tab")
        with_props(tab, id=f"tab-{name}", **{"aria-controls": f"panel-{name}"})
        with tab:
            ui.label(text(f"desk_tab_{name}", language))
        tab.on("click", opened, args=[])
        return tab

    def _mark(self) -> None:
        for name in TABS:
            here = name == self.tab
            tab = self._tabs[name]
            with_props(tab, **{"aria-selected": str(here).lower(), "tabindex": 0 if here else -1})
            self.panels[name].set_visibility(here)
