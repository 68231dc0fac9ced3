"""/kb/sources: what is imported again and again, how it went, what changed, and running it now."""

from collections.abc import Mapping
from functools import partial

from nicegui import Client, ui

from sufler.desk.people import may
from sufler.domain.errors import Forbidden, SuflerError
from sufler.domain.imports import ImportRun
from sufler.domain.knowledge import ArticleStatus
from sufler.domain.people import Right
from sufler.domain.sources import DAYS, Source, SourceKind, Vanished
from sufler.domain.texts import text
from sufler.kb_index.sources import kind_of
from sufler.web.admin_fields import AreaField, LineField, Select
from sufler.web.elements import Act, button, heading, link, local_time
from sufler.web.frame import Visit
from sufler.web.kb_paths import article_path
from sufler.web.kb_services import Acts, KnowledgeServices
from sufler.web.services import Services

SHOWN = 50  # lines of errors and of changes; the API has the rest
_SCHEDULES = ("manual", "hourly", "daily", *(f"weekly {day}" for day in DAYS))
_LINES = ("failed", "rejected", "conflict", "vanished")
_TIMED = ("daily", "weekly")


class SourcesPage:
    """Built once for each opened tab."""

    def __init__(self, services: Services, kb: KnowledgeServices, visit: Visit) -> None:
        self._kb = kb
        self._visit = visit
        self._language = visit.language
        self._acts = Acts(services.people, visit.token)
        self._schedule, self._vanished = "manual", Vanished.LEAVE.value

    async def build(self) -> None:
        """Put the page up."""
        language = self._language
        with ui.element("div").classes("kb-upload"):
            with ui.element("div").classes("kb-head article-head"):
                link(text("kb_back", language), "/kb", "back-link").props("data-back")
                heading(1, text("sources_title", language))
            ui.label(text("sources_text", language)).classes("hint")
            self._list = ui.element("div").classes("report")
            self._form()
        await self.refresh()

    async def refresh(self) -> None:
        """Show the sources as they are now."""
        sources = await self._kb.sources.all()
        last = {source.id: await self._kb.sources.runs(source.id, 1) for source in sources}
        self._list.clear()
        with self._list:
            if not sources:
                ui.label(self._text("sources_none")).classes("hint")
            for source in sources:
                runs = last[source.id]
                await self._card(source, runs[0] if runs else None)

    def _form(self) -> None:
        with ui.element("section").classes("card done"):
            heading(2, self._text("sources_add"))
            self._address = AreaField(self._text("sources_address"), most=200_000)
            self._name = LineField(self._text("sources_name"), most=200)
            self._topic = LineField(self._text("sources_topic"), most=200)
            Select(
                {each: self._schedule_words(each) for each in _SCHEDULES},
                self._schedule,
                self._text("sources_schedule"),
                partial(self._chosen, "_schedule"),
                shown=True,
            )
            self._time = LineField(self._text("sources_time"), "03:00", most=5)
            Select(
                {each.value: self._text(f"sources_{each.value}") for each in Vanished},
                self._vanished,
                self._text("sources_vanished"),
                partial(self._chosen, "_vanished"),
                shown=True,
            )
            with ui.element("div").classes("acts"):
                button(self._text("sources_add_act"), self._guarded(self._add), "act main")

    async def _chosen(self, field: str, value: str) -> None:
        setattr(self, field, value)

    async def _add(self) -> None:
        caller, signature = await self._acts.signed(Right.EDIT_ARTICLES)
        address = self._address.value.strip()
        if kind_of(address) is SourceKind.FOLDER and not may(caller, Right.ADMINISTER):
            raise Forbidden("a folder on the server may be added by an administrator only")
        timed = self._schedule.startswith(_TIMED)
        await self._kb.sources.add(
            address=address,
            author=signature,
            name=self._name.value,
            schedule=f"{self._schedule} {self._time.value}" if timed else self._schedule,
            vanished=Vanished(self._vanished),
            topic=self._topic.value,
        )
        for field in (self._address, self._name, self._topic):
            field.put("")
        await self.refresh()

    async def _card(self, source: Source, last: ImportRun | None) -> None:
        with ui.element("section").classes("card done source"):
            heading(2, source.name)
            kind = self._text(f"sources_{source.kind.value}")
            ui.label(f"{kind} · {self._when(source.schedule)}").classes("hint")
            first, *others = source.address.splitlines()
            ui.label(first + (f" (+{len(others)})" if others else "")).classes("hint")
            with ui.element("div").classes("hint"):
                ui.label(self._text("sources_last")).style("display:inline; margin-right:0.4em")
                if last is None:
                    ui.label(self._text("sources_never")).style("display:inline")
                else:
                    local_time(last.started_at)
                if source.next_run_at is not None:
                    words = " · " + self._text("sources_next")
                    ui.label(words).style("display:inline; margin:0 0.4em")
                    local_time(source.next_run_at)
            if last is not None:
                await self._outcome(last)
            with ui.element("div").classes("acts"):
                self._buttons(source, last)

    def _buttons(self, source: Source, last: ImportRun | None) -> None:
        if self._kb.sources.is_running(source.id):
            ui.label(self._text("sources_running")).props("role=status")
        else:
            button(self._text("sources_run"), self._guarded(partial(self._run, source)), "act main")
        if last is not None and last.counts.get("saved") and last.undone_at is None:
            button(self._text("sources_undo"), self._guarded(partial(self._undo, last)), "act")
        button(self._text("sources_remove"), self._guarded(partial(self._remove, source)), "act")

    async def _outcome(self, run: ImportRun) -> None:
        counts = run.counts
        trouble = counts.get("failed", 0) + counts.get("rejected", 0)
        named = {key: counts.get(key, 0) for key in ("new", "changed", "vanished", "conflicts")}
        words = text("sources_counts", self._language, **named, trouble=trouble)
        if run.undone_at is not None:
            words += " · " + self._text("sources_was_undone")
        ui.label(words)
        if run.errors:
            with ui.expansion(self._text("sources_errors")).classes("notes"):
                for line in run.errors[:SHOWN]:
                    kind, _, words = line.partition(": ")
                    known = kind in _LINES
                    ui.label(f"{self._text(f'sources_line_{kind}')}: {words}" if known else line)
                self._more(len(run.errors))
        if counts.get("saved"):
            changes = await self._kb.imports.changes(run.id, limit=SHOWN)
            with ui.expansion(self._text("sources_changes")).classes("notes"):
                for change in changes:
                    title = next(iter(change.now.translations.values())).title
                    what = "sources_changed" if change.before else "sources_new"
                    before = change.before.status if change.before else None
                    if before is ArticleStatus.PUBLISHED and change.now.status is not before:
                        what = "sources_gone"
                    with ui.element("div"):
                        ui.label(self._text(what)).classes("tag").style("display:inline-block")
                        link(title, article_path(change.article_id))
                self._more(counts["saved"])

    def _more(self, count: int) -> None:
        if count > SHOWN:
            ui.label(text("sources_more", self._language, count=count - SHOWN)).classes("hint")

    async def _run(self, source: Source) -> None:
        _, signature = await self._acts.signed(Right.EDIT_ARTICLES)
        ui.notify(self._text("sources_running"))
        await self._kb.sources.run(source.id, signature)
        await self.refresh()

    async def _undo(self, run: ImportRun) -> None:
        _, signature = await self._acts.signed(Right.EDIT_ARTICLES)
        report = await self._kb.imports.undo(run.id, signature)
        done: Mapping[str, int] = {"restored": report.restored, "archived": report.archived}
        skipped = len(report.skipped)
        ui.notify(text("sources_undone", self._language, **done, skipped=skipped))
        await self.refresh()

    async def _remove(self, source: Source) -> None:
        await self._acts.signed(Right.EDIT_ARTICLES)
        await self._kb.sources.remove(source.id)
        ui.notify(self._text("sources_removed"))
        await self.refresh()

    def _guarded(self, act: Act) -> Act:
        async def tried() -> None:
            try:
                await act()
            except SuflerError as error:
                words = text("sources_refused", self._language, error=error.message)
                ui.notify(words, type="negative")

        return tried

    def _when(self, schedule: str) -> str:
        kind, _, time = schedule.rpartition(" ")
        if not kind:
            return self._schedule_words(schedule)
        when = self._schedule_words(kind)
        return text("sources_at", self._language, when=when, time=time)

    def _schedule_words(self, schedule: str) -> str:
        return self._text("sources_" + schedule.replace(" ", "_"))

    def _text(self, key: str) -> str:
        return text(key, self._language)


async def sources_page(
    services: Services, kb: KnowledgeServices, visit: Visit, client: Client
) -> None:
    """Build the page for one visit."""
    client.title = text("sources_title", visit.language)
    await SourcesPage(services, kb, visit).build()
