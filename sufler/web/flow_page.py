"""/admin/flows/…: one flow: its form, its YAML, what is wrong with it, a try-out, its versions."""

import asyncio
from typing import Any, Final, Protocol

from nicegui import ui

from sufler.desk.people import may
from sufler.domain.errors import Conflict
from sufler.domain.people import Caller, Right
from sufler.domain.texts import text
from sufler.flows.editing import Path
from sufler.flows.faults import Fault
from sufler.web.elements import button, heading, link, local_time, named, with_props
from sufler.web.flow_asking import ask_first
from sufler.web.flow_faults import FaultList
from sufler.web.flow_form import FormPanel
from sufler.web.flow_picture import FiguresPanel
from sufler.web.flow_services import PATH, FlowActs, FlowServices
from sufler.web.flow_try import TryOut
from sufler.web.flow_versions import VersionsPanel
from sufler.web.flow_work import FlowWork
from sufler.web.flow_yaml import DiagramPanel, YamlPanel
from sufler.web.frame import Visit
from sufler.web.kb_drafts import UnsavedForms
from sufler.web.kb_later import Later
from sufler.web.services import Services

CHECK_S: Final = 0.4


class Panel(Protocol):
    """What stands under one of the page's tabs; `show` brings it up to the text."""

    async def show(self) -> None: ...


class FlowPage:
    """Built once for each opened tab."""

    def __init__(
        self,
        services: Services,
        flows: FlowServices,
        visit: Visit,
        unsaved: UnsavedForms[str],
        work: FlowWork,
    ) -> None:
        self.services = services
        self.flows = flows
        self.visit = visit
        self.language = visit.language
        self.edits = may(visit.caller, Right.EDIT_ARTICLES)
        self.acts = FlowActs(services, visit)
        self.work = work
        self._unsaved = unsaved
        self._saving = asyncio.Lock()
        self._turning = asyncio.Lock()
        self._panels: dict[str, tuple[ui.element, Panel]] = {}
        self._tabs: dict[str, ui.element] = {}
        self.at = ""

    async def build(self) -> None:
        """Put the page up, with what was typed and not stored, if anything was."""
        kept = self._unsaved.of(self.visit.caller.id, self.work.name) if self.edits else None
        restored = kept is not None and kept.form != self.work.stored
        if kept is not None:
            self.work.text = kept.form
        with ui.element("div").classes("kb-main flow-page") as self.acts.root:
            self._head = ui.element("div").classes("flow-head")
            self._notes = ui.element("div").classes("notes").props("role=status")
            with ui.element("div").classes("flow-columns"):
                with ui.element("div").classes("flow-left"):
                    self._build_panels()
                with ui.element("div").classes("flow-right"):
                    self.faults = FaultList(self)
                    self.tried = TryOut(self)
        self._later = Later(self.acts.root, CHECK_S, self._looked)
        if restored:
            self._note(text("flows_restored", self.language), [("flows_discard", self._discard)])
        self.draw_head()
        await self.faults.look()
        await self.show("form" if self.edits else "diagram")

    def _build_panels(self) -> None:
        kinds: list[tuple[str, Any]] = [
            ("form", FormPanel),
            ("yaml", YamlPanel),
            ("diagram", DiagramPanel),
            ("figures", FiguresPanel),
            ("versions", VersionsPanel),
        ]
        with named(ui.element("div").classes("chips"), text("flows_views", self.language)):
            for key, _ in kinds:
                if key == "form" and not self.edits:
                    continue
                self._tabs[key] = self._tab(key)
        for key, kind in kinds:
            if key in self._tabs:
                place = ui.element("section").classes("flow-panel")
                named(place, text(f"flows_view_{key}", self.language))
                place.set_visibility(False)
                with place:
                    self._panels[key] = (place, kind(self))

    def _tab(self, key: str) -> ui.element:
        async def press() -> None:
            await self.show(key)

        made = button(text(f"flows_view_{key}", self.language), press, "chip")
        return with_props(made, **{"data-view": key})

    async def show(self, key: str) -> None:
        """Turn to a panel. What is pressed while the page turns finds the new one as `at`."""
        self.at = key
        async with self._turning:
            await self._settle()
            if self.at == key:
                await self._turn(key)

    async def _turn(self, key: str) -> None:
        for name, (place, panel) in self._panels.items():
            with_props(self._tabs[name], **{"aria-pressed": str(name == key).lower()})
            place.set_visibility(False)
            if name != key:
                continue
            # Nobody shall type into a form that is about to be drawn anew; a diagram needs room.
            if isinstance(panel, FormPanel):
                await panel.show()
            place.set_visibility(True)
            await panel.show()

    def yaml(self) -> YamlPanel:
        """The editor."""
        panel = self._panels["yaml"][1]
        assert isinstance(panel, YamlPanel)
        return panel

    async def go_to(self, fault: Fault, line: int | None) -> None:
        """Show where a fault is: the step in the form, or the line."""
        panel = self._panels["form"][1] if self.at == "form" else None
        if isinstance(panel, FormPanel) and await panel.go_to(fault.step):
            return
        await self.show("yaml")
        if line is not None:
            self.yaml().go_to(line)

    def edit(self, path: Path, value: Any) -> None:
        """The form changes one place; see `flows.editing.changed`."""
        self.work.waiting[path] = value
        self._typed()

    def write(self, whole: str) -> None:
        """The editor changes the text."""
        self.work.text = whole
        self._typed()

    def _typed(self) -> None:
        self.draw_state()
        self._later.soon()

    async def _settle(self) -> None:
        before = self.work.text
        refusals = await self.work.settle()
        if "form" in self._panels and isinstance(form := self._panels["form"][1], FormPanel):
            form.followed(before, self.work.text)
        for refused in refusals:
            words = refused.told(self.language)
            self.acts.say(text("flows_not_here", self.language, error=words), "negative")
        self._keep()

    def _keep(self) -> None:
        caller, name = self.visit.caller.id, self.work.name
        if self.work.dirty:
            self._unsaved.keep(caller, name, self.work.text, self.services.clock.now())
        else:
            self._unsaved.drop(caller, name)

    async def _looked(self) -> None:
        await self._settle()
        self.draw_state()
        await self.faults.look()
        if self.at == "diagram":
            await self._panels["diagram"][1].show()

    async def settled(self) -> str:
        """The text with all that was typed."""
        await self._settle()
        return self.work.text

    def draw_head(self) -> None:
        """Name, state, and what can be done."""
        work, language = self.work, self.language
        self._head.clear()
        with self._head:
            link(text("flows_back", language), PATH, "back-link")
            with ui.element("div").classes("kb-head"):
                heading(1, work.name)
                with ui.element("div").classes("tags"):
                    self._version_tag()
            if self.edits:
                with ui.element("div").classes("acts"):
                    self._acts()
            self._state = ui.label().classes("hint flow-state").props("role=status")
        self.draw_state()

    def _version_tag(self) -> None:
        work, language = self.work, self.language
        if work.published:
            number = text("flows_published", language, number=work.published.number)
            with_props(ui.label(number).classes("tag"), **{"data-status": "published"})
            ui.label(text("flows_by", language, name=work.published.by)).classes("hint")
            local_time(work.published.at)
        else:
            ui.label(text("flows_not_published", language)).classes("tag")
        if work.draft:
            draft = ui.label(text("flows_draft", language)).classes("tag")
            with_props(draft, **{"data-status": "draft"})
            ui.label(text("flows_by", language, name=work.draft.by)).classes("hint")
            local_time(work.draft.at)

    def _acts(self) -> None:
        language = self.language
        button(text("flows_save", language), self._save, "act").props("data-save")
        button(text("flows_publish", language), self._publish, "act main")
        if self.work.draft:
            button(text("flows_drop", language), self._drop, "act")
        if self.work.published:
            button(text("flows_withdraw", language), self._withdraw, "act")
        button(text("flows_download", language), self._download, "act")

    def draw_state(self) -> None:
        """Whether all that is typed is stored."""
        work = self.work
        if work.dirty:
            words = text("flows_unsaved", self.language)
        else:
            words = text("flows_saved" if work.draft else "flows_as_published", self.language)
        self._state.set_text(words)
        with_props(self.acts.root, **{"data-dirty": str(work.dirty).lower()})

    async def save(self) -> bool:
        """Store the draft; False when that could not be done, which was said."""
        async with self._saving:
            typed = await self.settled()
            if not self.work.dirty:
                return True
            try:
                if await self.acts.do(lambda caller: self._store(caller, typed)) is None:
                    return False
            except Conflict:
                await self._say_conflict()
                return False
            await self._stored(typed)
            return True

    async def _store(self, caller: Caller, typed: str) -> bool:
        book, work = self.flows.book, self.work
        if work.seen is None and FlowWork(work.name, await book.versions(caller, work.name)).draft:
            raise Conflict("somebody began a draft meanwhile", field="text")
        await book.save_draft(caller, work.name, typed, work.seen)
        return True

    async def _stored(self, typed: str) -> None:
        versions = await self.acts.do(lambda c: self.flows.book.versions(c, self.work.name))
        if versions is not None:
            self.work.take(versions, keep=self.work.text != typed or bool(self.work.waiting))
        self._keep()
        self._notes.clear()
        self.draw_head()

    async def _say_conflict(self) -> None:
        versions = await self.acts.do(lambda c: self.flows.book.versions(c, self.work.name))
        if versions is None:
            return
        self.work.take(versions, keep=True)
        by = self.work.draft.by if self.work.draft else "—"
        words = text("flows_conflict", self.language, name=by)
        self._note(words, [("flows_mine", self._save), ("flows_theirs", self._discard)])
        self.draw_head()

    async def _save(self) -> None:
        if await self.save():
            self.acts.say(text("flows_draft_saved", self.language))

    async def _discard(self) -> None:
        """Show what is stored in place of what was typed."""
        self.work.waiting.clear()
        self.work.text = self.work.stored
        self._notes.clear()
        self._keep()
        await self.renewed()

    async def renewed(self) -> None:
        """The text is another: draw all of it anew."""
        self.draw_head()
        await self.faults.look()
        await self.show(self.at)

    async def again(self) -> None:
        """Versions changed; what is typed and not stored stays."""
        versions = await self.acts.do(lambda c: self.flows.book.versions(c, self.work.name))
        if versions is not None:
            self.work.take(versions, keep=self.work.dirty)
        await self.renewed()

    async def _publish(self) -> None:
        if not await self.save():
            return
        if self.work.draft is None:
            self.acts.say(text("flows_nothing_new", self.language))
            return
        errors = await self.faults.look()
        if errors:
            self.acts.say(text("flows_refused", self.language, count=errors), "negative")
            self.faults.focus()
            return
        await self._tell(lambda c: self.flows.book.publish(c, self.work.name), "flows_is_published")

    async def _drop(self) -> None:
        async def do() -> None:
            async def act(caller: Caller) -> bool:
                await self.flows.book.drop_draft(caller, self.work.name)
                return True

            if not await self.acts.do(act):
                return
            self._unsaved.drop(self.visit.caller.id, self.work.name)
            if len(self.work.versions) == 1:
                with self.acts.root:
                    ui.navigate.to(PATH)
                return
            self.work.stored = self.work.text
            await self.again()

        ask_first(text("flows_drop_sure", self.language), "flows_drop", self.language, do)

    async def _withdraw(self) -> None:
        async def do() -> None:
            async def act(caller: Caller) -> bool:
                await self.flows.book.withdraw(caller, self.work.name)
                return True

            await self._tell(act, "flows_is_withdrawn")

        ask_first(text("flows_withdraw_sure", self.language), "flows_withdraw", self.language, do)

    async def _tell(self, act: Any, done: str) -> None:
        try:
            if await self.acts.do(act) is None:
                return
        except Conflict as error:
            words = text("flows_conflicting", self.language, error=error.message)
            self.acts.say(words, "negative")
            return
        self.acts.say(text(done, self.language))
        await self.again()

    async def roll_back(self, number: int) -> None:
        """Publish an earlier version anew."""
        book, name = self.flows.book, self.work.name
        await self._tell(lambda c: book.roll_back(c, name, number), "flows_is_rolled_back")

    async def _download(self) -> None:
        typed = await self.settled()
        ui.download.content(typed.encode(), f"{self.work.name}.yaml", "application/yaml")

    def _note(self, words: str, choices: list[tuple[str, Any]]) -> None:
        self._notes.clear()
        with self._notes, ui.element("div").classes("note"):
            ui.label(words)
            with ui.element("div").classes("acts"):
                for key, act in choices:
                    button(text(key, self.language), act, "act")
