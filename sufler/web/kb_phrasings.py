"""The phrasings of an article in one language: where each came from, its weight, adding many."""

import math
from collections.abc import Callable
from dataclasses import replace

from nicegui import events, ui

from sufler.domain.knowledge import Language, Phrasing
from sufler.domain.texts import counted, text
from sufler.kb_index.formats.rows import MAX_WEIGHT
from sufler.web.elements import button, heading, named, with_props
from sufler.web.kb_form import Form

# More are drawn when they are asked for: an imported article may have five hundred.
_FIRST = 12


class PhrasingList:
    """Shows and changes the phrasings of one language in the form, and tells `changed`."""

    def __init__(
        self,
        form: Callable[[], Form],
        spoken: Language,
        language: Language,
        changed: Callable[[], None],
        author: str | None,
    ) -> None:
        """`author` None: they can only be read."""
        self._form = form
        self._spoken = spoken
        self._language = language
        self._changed = changed
        self._author = author
        self._all = False
        with ui.element("section").classes("phrasings"):
            with heading(3, text(f"kb_phrasings_{spoken}", language)):
                self._count = ui.label().classes("count")
            self._place = ui.element("ul").classes("phrasing-list")
            self._more = button("", self._show_all, "pill")
            if author is not None:
                self._adding()
        self.show()

    def _adding(self) -> None:
        label = text("kb_phrasing_add", self._language)
        with ui.element("div").classes("adding"):
            self._field = ui.textarea().props("autogrow borderless dense hide-bottom-space")
            self._field.props(f"lang={self._spoken}")
            with_props(self._field, placeholder=label, **{"aria-label": label})
            for keys in ("keydown.ctrl.enter", "keydown.meta.enter"):
                self._field.on(keys, self._add, args=[])
            button(text("kb_add", self._language), self._add, "act")

    def show(self) -> None:
        """Draw what the form holds now."""
        mine = [
            (place, each)
            for place, each in enumerate(self._form().phrasings)
            if each.language == self._spoken
        ]
        self._count.set_text(str(len(mine)))
        self._place.clear()
        shown = mine if self._all else mine[:_FIRST]
        with self._place:
            if not mine:
                with ui.element("li").classes("nothing"):
                    ui.label(text("kb_no_phrasings", self._language))
            for place, each in shown:
                self._row(place, each)
        rest = len(mine) - len(shown)
        self._more.set_visibility(bool(rest))
        words = self._more.default_slot.children[0]
        assert isinstance(words, ui.label)
        words.set_text(counted("kb_phrasings_more", self._language, rest))

    def _row(self, place: int, phrasing: Phrasing) -> None:
        language = self._language
        with ui.element("li").classes("phrasing"):
            ui.label(phrasing.text).classes("phrasing-text").props(f"lang={self._spoken}")
            source = text(f"kb_source_{phrasing.source.value}", language)
            about = f"{source}, {phrasing.author}" if phrasing.author else source
            ui.label(about).classes("phrasing-from")
            if self._author is None:
                ui.label(f"×{phrasing.weight:g}").classes("phrasing-from")
                return
            weight = ui.element("input").props("type=number min=0 step=0.1").classes("weight")
            label = text("kb_weight", language, phrasing=phrasing.text)
            with_props(weight, value=f"{phrasing.weight:g}", max=f"{MAX_WEIGHT:g}", title=label)
            named(weight, label)

            def weigh(event: events.GenericEventArguments) -> None:
                self._weigh(place, phrasing, event.args)

            async def remove() -> None:
                self._remove(place, phrasing)

            weight.on("change", weigh, js_handler="(e) => emit(e.target.value)")
            cross = button("×", remove, "remove")
            named(cross, text("kb_phrasing_remove", language, phrasing=phrasing.text))

    def _weigh(self, place: int, phrasing: Phrasing, given: object) -> None:
        try:
            weight = float(str(given).replace(",", "."))
        except ValueError:
            weight = math.nan
        if not 0 <= weight <= MAX_WEIGHT:
            ui.notify(text("kb_weight_range", self._language, most=f"{MAX_WEIGHT:g}"))
            self.show()
            return
        self._replace(place, phrasing, replace(phrasing, weight=weight))

    def _remove(self, place: int, phrasing: Phrasing) -> None:
        self._replace(place, phrasing, None)

        async def back() -> None:
            self._form().phrasings.insert(min(place, len(self._form().phrasings)), phrasing)
            self._changed()
            self.show()

        with self._place, ui.element("li").classes("phrasing removed"):
            ui.label(phrasing.text).classes("phrasing-text")
            button(text("kb_undo", self._language), back, "pill")

    def _replace(self, place: int, phrasing: Phrasing, after: Phrasing | None) -> None:
        """Change the phrasing that the row showed; another tab may have moved it meanwhile."""
        phrasings = self._form().phrasings
        if not (place < len(phrasings) and phrasings[place] == phrasing):
            self.show()
            return
        phrasings[place : place + 1] = [after] if after else []
        self._changed()
        self.show()

    async def _add(self) -> None:
        words = self._field.value or ""
        added = self._form().add_phrasings(words, self._spoken, self._author or "")
        if not added:
            if words.strip():
                ui.notify(text("kb_phrasing_known", self._language))
            return
        self._field.set_value("")
        self._all = True
        self._changed()
        self.show()

    async def _show_all(self) -> None:
        self._all = True
        self.show()
