"""What an upload would do, row by row, before it does anything."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import events, ui

from sufler.domain.knowledge import Language
from sufler.domain.locales import number
from sufler.domain.texts import counted, text
from sufler.kb_index.formats.report import ImportReport, Outcome, RowOutcome, TitlePair
from sufler.web.elements import button, heading, link, named, with_props
from sufler.web.kb_paths import article_path

_FIRST = 100
_PAIRS = 30


class ReportView:
    """Counts, near-duplicates, and the rows of one outcome at a time."""

    def __init__(
        self,
        report: ImportReport,
        name: str,
        language: Language,
        go: Callable[[bool], Awaitable[None]],
    ) -> None:
        """`go` imports; it is told whether rejected rows shall be passed over."""
        self._report = report
        self._name = name
        self._language = language
        self._go = go
        self._skip = False
        self._most = _FIRST
        self._outcome = next(
            (
                each
                for each in (Outcome.REJECTED, Outcome.NEW, Outcome.CHANGED)
                if report.counts[each]
            ),
            Outcome.UNCHANGED,
        )

    def build(self) -> None:
        """Draw it."""
        language, report = self._language, self._report
        heading(2, text("kb_rehearsed", language, name=self._name))
        ui.label(text("kb_rehearsed_text", language)).classes("hint")
        label = text("kb_outcomes", language)
        with named(ui.element("div").classes("outcomes").props("role=group"), label):
            self._tiles = {each: self._tile(each) for each in Outcome}
        self._build_way_on()
        for key, pairs in (
            ("kb_contradictions", report.contradictions),
            ("kb_near_in_file", report.near_duplicates),
        ):
            if pairs:
                self._pairs(key, pairs)
        if report.with_html:
            ui.label(text("import_html", language, rows=report.with_html)).classes("banner")
        self._table = ui.element("div").classes("report-table")
        self._show_rows()

    def _tile(self, outcome: Outcome) -> ui.element:
        async def pick() -> None:
            self._outcome, self._most = outcome, _FIRST
            self._show_rows()

        tile = ui.element("button").classes("tile").props("type=button")
        with_props(tile, **{"data-outcome": outcome.value})
        tile.on("click", pick, args=[])
        with tile:
            ui.label(number(self._report.counts[outcome], self._language)).classes("tile-count")
            ui.label(text(f"kb_outcome_{outcome.value}", self._language))
        return tile

    def _build_way_on(self) -> None:
        language, report = self._language, self._report
        to_save = report.counts[Outcome.NEW] + report.counts[Outcome.CHANGED]
        rejected = report.counts[Outcome.REJECTED]
        with ui.element("div").classes("way-on"):
            if rejected:
                with ui.element("label").classes("check"):
                    box = ui.element("input").props("type=checkbox")
                    box.on("change", self._skipped, js_handler="(e) => emit(e.target.checked)")
                    ui.label(counted("kb_skip_rejected", language, rejected))
            if not to_save:
                ui.label(text("kb_nothing_to_import", language)).classes("nothing")
                return

            async def go() -> None:
                self._way.props("disabled")
                try:
                    await self._go(self._skip)
                finally:
                    if not self._way.is_deleted:
                        self._allow()

            self._way = button(counted("kb_import", language, to_save), go, "act main")
            self._allow()

    def _skipped(self, event: events.GenericEventArguments) -> None:
        self._skip = bool(event.args)
        self._allow()

    def _allow(self) -> None:
        if not hasattr(self, "_way"):
            return
        refused = bool(self._report.counts[Outcome.REJECTED]) and not self._skip
        self._way.props(**{"add" if refused else "remove": "disabled"})

    def _pairs(self, key: str, pairs: Sequence[TitlePair]) -> None:
        language = self._language
        with ui.element("details").classes("pairs"):
            with ui.element("summary"):
                ui.label(counted(key, language, len(pairs)))
            with ui.element("ul"):
                for pair in pairs[:_PAIRS]:
                    with ui.element("li"):
                        ui.label(text("kb_row", language, row=pair.at.row)).classes("tag")
                        ui.label(pair.title)
                        ui.label("≈").classes("hint")
                        if pair.other_at is None:
                            link(pair.other_title, article_path(pair.other_id)).props(
                                "target=_blank rel=noopener"
                            )
                        else:
                            row = text("kb_row", language, row=pair.other_at.row)
                            ui.label(row).classes("tag")
                            ui.label(pair.other_title)

    def _show_rows(self) -> None:
        language, report = self._language, self._report
        for outcome, tile in self._tiles.items():
            with_props(tile, **{"aria-pressed": str(outcome is self._outcome).lower()})
            tile.update()
        rows = report.listed(self._outcome)
        self._table.clear()
        with self._table:
            if not rows:
                ui.label(text("kb_no_rows", language)).classes("nothing")
                return
            with ui.element("table"):
                with ui.element("thead"), ui.element("tr"):
                    for key in ("kb_row_number", "kb_row_title", "kb_row_detail"):
                        with ui.element("th").props("scope=col"):
                            ui.label(text(key, language))
                with ui.element("tbody"):
                    for row in rows[: self._most]:
                        self._row(row)
            if len(rows) > self._most:
                rest = len(rows) - self._most
                button(counted("kb_rows_more", language, rest), self._more, "pill")
            unlisted = report.counts[self._outcome] - len(rows)
            if unlisted > 0:
                ui.label(counted("kb_rows_unlisted", language, unlisted)).classes("hint")

    async def _more(self) -> None:
        self._most = len(self._report.rows)
        self._show_rows()

    def _row(self, row: RowOutcome) -> None:
        many = len(self._report.files) > 1
        at = f"{row.at.file}, {row.at.row}" if many else str(row.at.row)
        with ui.element("tr"):
            for words, classes in ((at, "at"), (row.title or "—", ""), (row.detail, "why")):
                with ui.element("td").classes(classes):
                    ui.label(words)
