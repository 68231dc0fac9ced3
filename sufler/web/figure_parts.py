"""A figure on a page: the chart, how it is counted, its numbers, and the ways to take it along."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from urllib.parse import urlencode

from nicegui import ui

from sufler.domain.figures import Turns
from sufler.domain.knowledge import Language
from sufler.domain.locales import number
from sufler.domain.texts import text
from sufler.web import paper
from sufler.web.admin_page import AdminPage, Table
from sufler.web.charts import Stack, percent, stacks
from sufler.web.elements import heading, link, local_time, with_props
from sufler.web.figure_sheets import Cell, Sheet, drift_sheet

FILES: Final = "/admin/figures"
STYLES: Final = ("admin.css", "figures.css")
SCRIPTS: Final = ("admin.js", "figures.js")
_MOST_ROWS = 60
_MOST_BEHIND = 100


@dataclass(frozen=True, slots=True)
class Behind:
    """A conversation behind a figure: when, and in a few words what happened."""

    conversation_id: str
    at: datetime
    words: str = ""


class FigurePage(AdminPage):
    """An administrators' page with figures."""

    styles = STYLES
    scripts = SCRIPTS

    def figure(
        self,
        name: str,
        chart: str,
        sheet: Sheet,
        said: str,
        query: Mapping[str, str],
        behind: Mapping[str, str] | None = None,
        few: Collection[int] | None = None,
    ) -> None:
        """Show the figure `name`: `said` in a sentence, drawn as `chart` (none: an empty string),
        with what `sheet` holds. `behind`: words and addresses of the conversations it counts.
        `few`: the sheet stands open, and its rows at these places are grey."""
        with with_props(ui.element("section").classes("figure card"), id=f"figure-{name}"):
            heading(2, self.text(f"fig_{name}_title"))
            ui.label(said).classes("figure-said")
            if chart:
                # Made by charts.py, which escapes every word.
                ui.html(chart, sanitize=False).classes("figure-chart")
            for words, address in (behind or {}).items():
                link(words, address, "figure-behind")
            if few is not None:
                self.sheet_table(self.text(f"fig_{name}_title"), sheet, few)
            with ui.element("details").classes("figure-more"):
                with ui.element("summary"):
                    ui.label(self.text("fig_means"))
                ui.label(self.text(f"fig_{name}_means"))
            if few is None:
                with ui.element("details").classes("figure-more"):
                    with ui.element("summary"):
                        ui.label(self.text("fig_numbers"))
                    self.sheet_table(self.text(f"fig_{name}_title"), sheet)
            self.files(name, query, drawn=bool(chart))

    def files(self, name: str, query: Mapping[str, str], *, drawn: bool) -> None:
        """Links to the sheet `name` as CSV and XLSX, and to the chart as a picture."""
        asked = f"?{urlencode(query)}" if query else ""
        with ui.element("div").classes("figure-files"):
            for kind in ("csv", "xlsx"):
                words = text("fig_take", self.visit.language, kind=kind.upper())
                link(words, f"{FILES}/{name}.{kind}{asked}", "pill").props("download")
            if drawn:
                taken = ui.element("button").classes("pill").props("type=button")
                with with_props(taken, **{"data-png": f"sufler-{name}.png"}):
                    ui.label(text("fig_take", self.visit.language, kind="PNG"))

    def draw_drift(
        self, days: Mapping[date, Turns], query: Mapping[str, str], address: str
    ) -> None:
        """What comes in, by day, and how much of it the base does not know; `address` is the
        page's own."""
        language = self.visit.language
        turns = sum(each.turns for each in days.values())
        far = sum(each.far_off for each in days.values())
        said = self.text("fig_drift_none")
        if turns:
            share = percent(far / turns, language, 1)
            said = self.text("fig_drift_said", share=share, turns=number(turns, language))
        bars = [
            Stack(f"{day.day}.{day.month:02}", (each.turns - each.far_off, each.far_off))
            for day, each in days.items()
        ]
        names = [self.text("fig_drift_known"), self.text("fig_drift_far")]
        title = self.text("fig_drift_title")
        chart = stacks(bars, names, title, said, language) if turns else ""
        behind = {self.text("fig_drift_open"): f"{address}&show=far#behind"} if far else {}
        self.figure("drift", chart, drift_sheet(days, language), said, query, behind)

    def sheet_table(self, caption: str, sheet: Sheet, few: Collection[int] = ()) -> None:
        """The sheet's first rows; those at the places `few` are grey. A template makes them, which
        escapes: hundreds of cells as elements are slow."""
        language = self.visit.language
        table = paper.piece(
            "sheet.html",
            language,
            self.visit.here,
            caption=caption,
            heads=sheet.heads,
            rows=[(place in few, cells) for place, cells in enumerate(sheet.rows[:_MOST_ROWS])],
            say=lambda cell: written(cell, language),
        )
        # Wider than some windows: it scrolls by itself, by keyboard too.
        ui.html(table, sanitize=False).classes("figure-table").props("tabindex=0")
        if len(sheet.rows) > _MOST_ROWS:
            ui.label(self.text("fig_rows_more", count=len(sheet.rows))).classes("quiet")

    def conversations(
        self, title: str, found: Sequence[Behind], named: Mapping[str, tuple[str, int]]
    ) -> None:
        """The conversations behind a figure, each as a link to the desk; `named`: the customer's
        name and the ticket's number of each that is still stored."""
        with with_props(ui.element("section").classes("behind"), id="behind"):
            heading(2, title)
            if not found:
                ui.label(self.text("fig_behind_none")).classes("quiet")
                return
            ui.label(self.counted("fig_behind_count", len(found))).classes("quiet")
            heads = [self.text(f"fig_{key}") for key in ("when", "conversation", "what")]
            table = Table(title, *heads)
            for each in found[:_MOST_BEHIND]:
                with table.row() as row:
                    with row.cell():
                        local_time(each.at)
                    with row.cell():
                        self._talk(each.conversation_id, named.get(each.conversation_id))
                    row.say(each.words)
            if len(found) > _MOST_BEHIND:
                ui.label(self.text("fig_behind_more", count=_MOST_BEHIND)).classes("quiet")

    def _talk(self, conversation_id: str, named: tuple[str, int] | None) -> None:
        if named is None:
            ui.label(self.text("fig_behind_gone"))
            return
        name, ticket = named
        words = name or self.text("desk_visitor", number=ticket or conversation_id[:4])
        link(words, "/desk?" + urlencode({"conversation": conversation_id}))


def written(cell: Cell, language: Language) -> str:
    """A cell in words: whole numbers whole, fractions with three digits."""
    if cell is None or isinstance(cell, datetime):
        return "—"
    if isinstance(cell, str):
        return cell
    return number(cell, language, 0 if cell == int(cell) else 3)
