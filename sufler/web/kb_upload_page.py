"""/kb/upload: a file is rehearsed first and shown row by row, then imported, and can be undone."""

import asyncio
import shutil
import tempfile
from pathlib import Path

import structlog
from nicegui import Client, events, ui

from sufler.domain.errors import BadInput, Conflict, Forbidden, SuflerError, Unauthenticated
from sufler.domain.knowledge import ArticleStatus
from sufler.domain.people import Right
from sufler.domain.texts import counted, text
from sufler.kb_index.formats.read import READERS
from sufler.kb_index.formats.report import ImportReport
from sufler.kb_index.importing import import_upload
from sufler.web.elements import button, heading, link, with_props
from sufler.web.frame import Visit
from sufler.web.kb_report import ReportView
from sufler.web.kb_services import Acts, KnowledgeServices
from sufler.web.services import Services

_log = structlog.get_logger(__name__)

MOST_BYTES = 50_000_000
# Columns that a table's header may name in words of its own.
COLUMNS = ("title", "answer", "topic", "phrasings", "id", "language")
_BEAT_S = 0.3


class UploadPage:
    """Built once for each opened tab; the file is kept while the tab is open."""

    def __init__(
        self, services: Services, kb: KnowledgeServices, visit: Visit, folder: Path
    ) -> None:
        self._kb = kb
        self._language = visit.language
        self._acts = Acts(services.people, visit.token)
        self._folder = folder
        self._name = ""
        self._mapping: dict[str, str] = {}
        self._stage: tuple[str, int, int | None] | None = None

    def build(self) -> None:
        """Put the page up."""
        language = self._language
        with ui.element("div").classes("kb-upload") as self._root:
            with ui.element("div").classes("kb-head article-head"):
                link(text("kb_back", language), "/kb", "back-link").props("data-back")
                heading(1, text("kb_upload", language))
            kinds = ", ".join(sorted(READERS))
            ui.label(text("kb_upload_text", language, kinds=kinds)).classes("hint")
            self._upload = ui.upload(
                auto_upload=True,
                max_file_size=MOST_BYTES,
                max_files=1,
                on_upload=self._came,
                on_rejected=self._too_large,
            )
            self._upload.props(f'accept="{",".join(sorted(READERS))}"').classes("hidden")
            self._drop_place()
            self._progress = ui.label().classes("progress").props("role=status")
            self._trouble = ui.element("div").classes("notes")
            self._place = ui.element("div").classes("report")
        ui.timer(_BEAT_S, self._beat)

    def _drop_place(self) -> None:
        """Quasar's own has buttons without names: here they are plain, and hand the file to it."""
        chooser = f"document.querySelector('#{self._upload.html_id} input[type=file]')"
        with ui.element("div").classes("drop-place") as place:
            ui.label(text("kb_upload_drop", self._language))
            pick = button(text("kb_upload_pick", self._language), None, "act main")
        pick.on("click", js_handler=f"() => {chooser}.click()")
        place.on("dragover.prevent", js_handler="() => {}")
        place.on(
            "drop.prevent",
            js_handler=f"(event) => {{ const chooser = {chooser};"
            " chooser.files = event.dataTransfer.files;"
            " chooser.dispatchEvent(new Event('change', {bubbles: true})); }",
        )

    def _too_large(self) -> None:
        words = text("kb_upload_refused", self._language, most=MOST_BYTES // 1_000_000)
        ui.notify(words, type="negative")

    async def _came(self, event: events.UploadEventArguments) -> None:
        self._upload.reset()
        if event.file.size() > MOST_BYTES:
            self._too_large()
            return
        self._name, self._mapping = event.file.name, {}
        await event.file.save(self._folder / "upload")
        await self._rehearse()

    async def _rehearse(self) -> None:
        report = await self._run(dry_run=True)
        if report is None:
            return
        self._place.clear()
        with self._place:
            ReportView(report, self._name, self._language, self._import).build()

    async def _import(self, skip_rejected: bool) -> None:
        report = await self._run(dry_run=False, skip_rejected=skip_rejected)
        if report is None:
            return
        self._place.clear()
        language = self._language
        with self._place, ui.element("section").classes("done card"):
            heading(2, counted("kb_imported", language, report.saved))
            for line in report.words(language):
                ui.label(line)
            with ui.element("div").classes("acts"):
                if report.run_id is not None and report.saved:
                    run_id = report.run_id

                    async def undo() -> None:
                        await self._undo(run_id)

                    button(text("kb_import_undo", language), undo, "act")
                link(text("kb_to_list", language), "/kb", "act main")

    async def _run(self, *, dry_run: bool, skip_rejected: bool = False) -> ImportReport | None:
        kb = self._kb
        self._trouble.clear()
        if kb.importing.locked():
            with self._root:
                ui.notify(text("kb_import_waits", self._language))
        try:
            _, signature = await self._acts.signed(Right.EDIT_ARTICLES)
            async with kb.importing:
                await kb.catalogue.refresh()
                return await import_upload(
                    self._name,
                    self._folder / "upload",
                    kb.base,
                    author=signature,
                    mapping=self._mapping or None,
                    dry_run=dry_run,
                    skip_rejected=skip_rejected,
                    known_titles=self._titles(),
                    on_progress=self._progressed,
                    runs=kb.imports,
                )
        except SuflerError as error:
            self._refused(error)
            return None
        finally:
            self._stage = None

    def _titles(self) -> list[tuple[str, str]]:
        return [
            (article.id, translation.title)
            for article in self._kb.catalogue.others("")
            if article.status is not ArticleStatus.ARCHIVED
            for translation in article.translations.values()
        ]

    def _progressed(self, stage: str, done: int, total: int | None) -> None:
        self._stage = (stage, done, total)

    def _beat(self) -> None:
        if self._stage is None:
            self._progress.set_text("")
            return
        stage, done, total = self._stage
        words = text(f"kb_stage_{stage}", self._language)
        self._progress.set_text(f"{words}: {done}" + (f" / {total}" if total else ""))

    async def _undo(self, run_id: int) -> None:
        language = self._language
        try:
            _, signature = await self._acts.signed(Right.EDIT_ARTICLES)
            report = await self._kb.imports.undo(run_id, signature)
        except SuflerError as error:
            self._refused(error)
            return
        self._place.clear()
        with self._place, ui.element("section").classes("done card"):
            heading(2, text("kb_import_undone", language))
            ui.label(counted("kb_undone", language, report.restored))
            ui.label(counted("kb_undone_archived", language, report.archived))
            if report.skipped:
                ui.label(counted("kb_undone_left", language, len(report.skipped)))
            with ui.element("div").classes("acts"):
                link(text("kb_to_list", language), "/kb", "act main")

    def _refused(self, error: SuflerError) -> None:
        language = self._language
        if isinstance(error, Unauthenticated):
            with self._root:
                ui.navigate.to("/login?over")
            return
        _log.info("upload_refused", field=error.field)
        words = error.message.replace("--map:", "").replace("--map ", "")
        if isinstance(error, Forbidden):
            words = text("kb_forbidden", language)
        elif isinstance(error, Conflict):
            words = text("kb_changed_meanwhile", language)
        self._trouble.clear()
        with self._trouble, ui.element("div").classes("note conflict").props("role=alert"):
            ui.label(words)
            if isinstance(error, BadInput) and error.field in ("header", "mapping"):
                self._ask_columns()

    def _ask_columns(self) -> None:
        """The header names its columns in words that nobody knows: let a person say them."""
        language = self._language
        ui.label(text("kb_columns", language)).classes("hint")
        fields: dict[str, ui.input] = {}
        with ui.element("div").classes("columns-form"):
            for name in COLUMNS:
                label = text(f"kb_column_{name}", language)
                fields[name] = ui.input(value=self._mapping.get(name, ""))
                fields[name].props("borderless dense maxlength=200")
                with_props(fields[name], placeholder=label, **{"aria-label": label})

        async def again() -> None:
            given = {name: (field.value or "").strip() for name, field in fields.items()}
            self._mapping = {name: column for name, column in given.items() if column}
            await self._rehearse()

        button(text("kb_columns_again", language), again, "act main")


def upload_page(services: Services, kb: KnowledgeServices, visit: Visit, client: Client) -> None:
    """Build the page; the uploaded file goes when the tab does."""
    client.title = text("kb_upload", visit.language) + " · " + text("kb_title", visit.language)
    folder = Path(tempfile.mkdtemp(prefix="sufler-upload-"))
    client.on_delete(lambda: asyncio.to_thread(shutil.rmtree, folder, True))
    UploadPage(services, kb, visit, folder).build()
