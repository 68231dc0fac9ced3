"""/kb: topics, search, filters, and the list of articles, in one tab of one person."""

import asyncio
from collections.abc import Sequence
from html import escape

import structlog
from nicegui import Client, events, ui

from sufler.desk.people import may
from sufler.domain.decisions import SuggestionItem
from sufler.domain.errors import Conflict, Forbidden, SuflerError, Unauthenticated
from sufler.domain.knowledge import Mode, Topic
from sufler.domain.people import Right
from sufler.domain.texts import counted, text
from sufler.kb_index.catalogue import Only, Order
from sufler.web.elements import button, heading, link, named, with_props
from sufler.web.frame import Visit
from sufler.web.kb_bulk import Bulk, BulkBar, Change, Done
from sufler.web.kb_later import Later
from sufler.web.kb_list_state import LONGEST, PAGE, ListState
from sufler.web.kb_rows import Listed, Meant, Rows
from sufler.web.kb_services import Acts, KnowledgeServices
from sufler.web.kb_topics import TopicColumn, TopicHead
from sufler.web.services import Services

_log = structlog.get_logger(__name__)

# After the last keystroke; and how often a tab looks whether somebody changed the base.
SEARCH_S = 0.25
LOOK_S = 2.0
_MEANT = 3
_MEANT_FROM = 3  # characters


class ListPage:
    """Built once for each opened tab."""

    def __init__(
        self, services: Services, kb: KnowledgeServices, visit: Visit, state: ListState
    ) -> None:
        self._services = services
        self._kb = kb
        self._language = visit.language
        self._caller = visit.caller
        self._acts = Acts(services.people, visit.token)
        self._bulk = Bulk(kb.base)
        self._state = state
        self._picked: set[str] = set()
        self._found: list[str] = []
        self._drawn = -1
        self._drawing = asyncio.Lock()

    def build(self) -> None:
        """Put the empty page up."""
        language = self._language
        edits = may(self._caller, Right.EDIT_ARTICLES)
        rules = may(self._caller, Right.ADMINISTER)
        with ui.element("div").classes("kb") as self._root:
            self._topics = TopicColumn(language, self._pick_topic)
            with ui.element("section").classes("kb-main"):
                self._head(edits)
                self._searching()
                self._topic_head = TopicHead(
                    language, self._set_mode if rules else None, self._kb.ladder.may_answer
                )
                self._done = ui.element("div").classes("done-bar").props("role=status")
                self._done.set_visibility(False)
                self._meant = Meant(language)
                if edits:
                    self._bar = BulkBar(
                        language,
                        act=self._change,
                        pick_all=self._pick_all,
                        pick_none=self._pick_none,
                    )
                self._count = ui.label().classes("hint found-count").props("role=status")
                self._rows = Rows(language, self._turn, self._pick if edits else None)
                self._empty = ui.element("div").classes("empty")
            self._datalist = ui.element("datalist").props("id=kb-topics")
        self._later = Later(self._root, SEARCH_S, self.refresh)
        ui.timer(LOOK_S, self._look)

    def _head(self, edits: bool) -> None:
        language = self._language
        with ui.element("div").classes("kb-head"):
            heading(1, text("nav_knowledge", language))
            if edits:
                with ui.element("div").classes("acts"):
                    link(text("kb_sources", language), "/kb/sources", "act")
                    link(text("kb_upload", language), "/kb/upload", "act")
                    link(text("kb_new", language), "/kb/new", "act main").props("data-new")

    def _searching(self) -> None:
        language, state = self._language, self._state
        with ui.element("div").classes("searching").props("role=search"):
            label = text("kb_search", language)
            self._search = ui.input(value=state.words, on_change=self._typed)
            self._search.props(f"borderless dense clearable data-search maxlength={LONGEST}")
            self._search.classes("search-field")
            with_props(self._search, placeholder=label, **{"aria-label": label})
            self._order = ui.element("select").classes("order")
            with named(self._order, text("kb_order", language)):
                for order in Order:
                    words = escape(text(f"kb_order_{order.value}", language))
                    option = ui.html(words, sanitize=False, tag="option")
                    with_props(option, value=order.value)
                    if order is state.order:
                        option.props("selected")
            self._order.on("change", self._ordered, js_handler="(e) => emit(e.target.value)")
        group = ui.element("div").classes("chips").props("role=group")
        self._chips: dict[Only | None, ui.element] = {}
        with named(group, text("kb_filters", language)):
            for only in (None, *Only):

                async def narrow(only: Only | None = only) -> None:
                    await self._go(self._state.changed(only=only))

                key = f"kb_only_{only.value if only else 'all'}"
                self._chips[only] = button(text(key, language), narrow, "chip")

    async def refresh(self) -> None:
        """Read anew and draw."""
        async with self._drawing:
            try:
                with self._root:
                    await self._read_and_draw()
            except SuflerError as error:
                _log.warning("list_not_read", error=error.message)
                ui.notify(text("desk_not_now", self._language), type="negative")

    async def _read_and_draw(self) -> None:
        kb, language = self._kb, self._language
        await kb.catalogue.refresh()
        state, now = self._state, self._services.clock.now()
        uses = await kb.uses.counts()
        self._found = await kb.catalogue.select(state.wanted(language, uses), now)
        self._drawn = kb.catalogue.version
        last = max((len(self._found) - 1) // PAGE, 0)
        page = min(state.page, last)
        shown = kb.catalogue.some(self._found[page * PAGE : (page + 1) * PAGE])
        topics = kb.base.topics
        self._topics.show(topics, kb.catalogue.topics, state.topic)
        picked = topics.get(state.topic, Topic(state.topic)) if state.topic else None
        self._topic_head.show(picked)
        for only, chip in self._chips.items():
            with_props(chip, **{"aria-pressed": str(only is state.only).lower()})
            chip.update()
        self._rows.show(
            Listed(shown, len(self._found), page, uses, now, state.topic is None), self._picked
        )
        self._meant.show(await self._by_meaning())
        self._say(len(self._found))
        self._datalist.clear()
        with self._datalist:
            for name in sorted(topics):
                with_props(ui.element("option"), value=name)

    async def _by_meaning(self) -> Sequence[SuggestionItem]:
        state = self._state
        unpublished = state.only in (Only.DRAFT, Only.ARCHIVED)
        if len(state.words.strip()) < _MEANT_FROM or unpublished or state.page:
            return ()
        return (await self._kb.prompter.suggest(state.words, limit=_MEANT)).items

    def _say(self, total: int) -> None:
        language, state = self._language, self._state
        self._count.set_text(counted("kb_found", language, total))
        self._count.set_visibility(bool(total))
        self._show_picked()
        self._empty.clear()
        self._empty.set_visibility(not total)
        if total:
            return
        bare = not (state.words or state.topic or state.only)
        key = "kb_empty_found" if state.words or state.topic else f"kb_empty_{state.only}"
        with self._empty:
            ui.label(text("kb_empty_base" if bare else key, language))
            with ui.element("div").classes("acts"):
                if not bare:
                    button(text("kb_show_all", language), self._show_all, "act")
                if may(self._caller, Right.EDIT_ARTICLES):
                    if bare:
                        link(text("kb_upload", language), "/kb/upload", "act")
                    link(text("kb_new", language), "/kb/new", "act main")

    async def _look(self) -> None:
        if self._kb.base.index.version != self._drawn:
            await self.refresh()

    async def _go(self, state: ListState) -> None:
        self._state = state
        with self._root:
            ui.navigate.history.replace(state.address())
        await self.refresh()

    async def _show_all(self) -> None:
        self._search.set_value("")
        await self._go(ListState(order=self._state.order))

    async def _pick_topic(self, name: str | None) -> None:
        self._picked.clear()
        await self._go(self._state.changed(topic=name))

    async def _turn(self, page: int) -> None:
        await self._go(self._state.changed(page=page))
        with self._root:
            ui.run_javascript("suflerKb.toTop()")

    async def _ordered(self, event: events.GenericEventArguments) -> None:
        order = next((each for each in Order if each.value == event.args), Order.CHANGED)
        await self._go(self._state.changed(order=order))

    def _typed(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        self._state = self._state.changed(words=(event.value or "")[:LONGEST])
        ui.navigate.history.replace(self._state.address())
        self._later.soon()

    def _pick(self, article_id: str, picked: bool) -> None:
        (self._picked.add if picked else self._picked.discard)(article_id)
        self._show_picked()

    def _show_picked(self) -> None:
        if may(self._caller, Right.EDIT_ARTICLES):
            self._bar.show(len(self._picked), len(self._found))

    async def _pick_all(self) -> None:
        self._picked = set(self._found)
        await self.refresh()

    async def _pick_none(self) -> None:
        self._picked.clear()
        await self.refresh()

    async def _change(self, key: str, change: Change) -> None:
        """Change all picked articles, and offer to take it back."""
        try:
            _, signature = await self._acts.signed(Right.EDIT_ARTICLES)
            done = await self._bulk.change(sorted(self._picked), key, change, signature)
        except SuflerError as error:
            self._refused(error)
            return
        self._picked.clear()
        self._offer_undo(done)
        await self.refresh()

    def _offer_undo(self, done: Done) -> None:
        async def undo() -> None:
            try:
                _, signature = await self._acts.signed(Right.EDIT_ARTICLES)
                back, left = await self._bulk.undo(done, signature)
            except SuflerError as error:
                self._refused(error)
                return
            self._done.clear()
            with self._done:
                ui.label(counted("kb_undone", self._language, back))
                if left:
                    ui.label(counted("kb_undone_left", self._language, left))
            await self.refresh()

        self._done.clear()
        self._done.set_visibility(True)
        with self._done:
            ui.label(counted(done.key, self._language, len(done.before)))
            if done.before:
                button(text("kb_undo", self._language), undo, "act")

    async def _set_mode(self, name: str, mode: Mode, reason: str | None) -> bool:
        try:
            caller, _ = await self._acts.signed(Right.ADMINISTER)
            await self._kb.ladder.change(caller, name, mode, reason or "")
        except SuflerError as error:
            self._refused(error)
            return False
        await self.refresh()
        return True

    def _refused(self, error: SuflerError) -> None:
        with self._root:
            match error:
                case Unauthenticated():
                    ui.navigate.to("/login?over")
                case Forbidden():
                    ui.notify(text("kb_forbidden", self._language), type="negative")
                case Conflict():
                    ui.notify(text("kb_changed_meanwhile", self._language), type="negative")
                case _:
                    _log.info("kb_act_refused", error=error.message)
                    ui.notify(error.message, type="negative")


async def list_page(
    services: Services, kb: KnowledgeServices, visit: Visit, client: Client, state: ListState
) -> None:
    """Build the page for a tab."""
    client.title = text("kb_title", visit.language)
    page = ListPage(services, kb, visit, state)
    page.build()
    await page.refresh()
