"""Where people give up a flow: a bar for each step, with its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING, Final

from nicegui import ui

from sufler.domain.flows import FlowFigures
from sufler.domain.knowledge import Language
from sufler.domain.locales import number
from sufler.domain.texts import text
from sufler.flows.model import Flow
from sufler.web.flow_fields import one_of

if TYPE_CHECKING:
    from sufler.web.flow_page import FlowPage

WIDE: Final = 440
_ROW: Final = 40
_BAR: Final = 14
_PERIODS: Final = {"7": 7, "28": 28, "": None}
MOST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step: runs that came to it, and that ended there otherwise than finished."""

    name: str
    reached: int
    gave_up: int


def rows_of(flow: Flow | None, figures: FlowFigures) -> list[StepRow]:
    """The flow's steps in their order, then those that it had once."""
    ids = [step.id for step in flow.steps] if flow else []
    others = sorted({*figures.reached, *figures.gave_up} - set(ids))
    return [
        StepRow(each, figures.reached.get(each, 0), figures.gave_up.get(each, 0))
        for each in [*ids, *others]
    ]


def picture(rows: Sequence[StepRow], language: Language) -> str:
    """The drawing as SVG; every number stands in it as a text, and in its description."""
    most = max([row.reached for row in rows], default=0) or 1
    parts, told = [], []
    for place, row in enumerate(rows):
        top = place * _ROW
        reached = WIDE * row.reached / most
        gone = WIDE * min(row.gave_up, most) / most
        words = text(
            "flows_row",
            language,
            reached=number(row.reached, language),
            gave_up=number(row.gave_up, language),
        )
        told.append(f"{row.name}: {words}")
        name = row.name if len(row.name) <= MOST_NAME else row.name[: MOST_NAME - 1] + "…"
        parts.append(
            f'<text x="0" y="{top + 14}">{escape(name)}</text>'
            f'<text x="{WIDE}" y="{top + 14}" text-anchor="end">{escape(words)}</text>'
            f'<rect class="part five" x="0" y="{top + 19}" width="{WIDE}" height="{_BAR}" '
            'opacity="0.15"/>'
            f'<rect class="part one" x="0" y="{top + 19}" width="{reached:.1f}" '
            f'height="{_BAR}"/>'
            f'<rect class="part two" x="{max(reached - gone, 0):.1f}" y="{top + 19}" '
            f'width="{gone:.1f}" height="{_BAR}"/>'
        )
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {WIDE} {max(len(rows) * _ROW, 1)}" '
        'xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(text('flows_view_figures', language))}</title>"
        f"<desc>{escape('; '.join(told))}</desc>{''.join(parts)}</svg>"
    )


def outcomes_words(figures: FlowFigures, language: Language) -> str:
    """Started, finished, left, handed off, in one line."""
    ended = figures.ended
    left = sum(count for outcome, count in ended.items() if outcome in {"cancelled", "left"})
    return text(
        "flows_outcomes",
        language,
        started=number(figures.started, language),
        finished=number(ended.get("finished", 0), language),
        left=number(left, language),
        handed_off=number(ended.get("handed_off", 0), language),
    )


class FiguresPanel:
    """The picture, for a period that can be chosen."""

    def __init__(self, page: "FlowPage") -> None:
        self._page = page
        self._days = "28"
        options = {key: text(f"flows_days_{key or 'all'}", page.language) for key in _PERIODS}
        with ui.element("div").classes("flow-figures"):
            one_of(text("flows_period", page.language), options, self._days, self._pick)
            self._place = ui.element("div")

    def _pick(self, days: str) -> None:
        self._days = days
        with self._place:
            ui.timer(0, self.show, once=True)

    async def show(self) -> None:
        """Read the figures and draw them."""
        page, days = self._page, _PERIODS[self._days]
        since = page.services.clock.now() - timedelta(days=days) if days else None
        name = page.work.name
        found = await page.acts.do(lambda c: page.flows.book.figures(c, name, since))
        if found is None:
            return
        flow = await page.work.flow()
        self._place.clear()
        with self._place:
            ui.label(outcomes_words(found, page.language)).classes("figure-said")
            if not found.started:
                ui.label(text("flows_no_runs", page.language)).classes("nothing")
                return
            ui.label(text("flows_figures_about", page.language)).classes("hint")
            drawn = picture(rows_of(flow, found), page.language)
            ui.html(drawn, sanitize=False).classes("figure-chart")
