"""/admin/outcomes: how episodes ended, what operators did with suggestions, and what comes in that
the base does not know."""

from collections.abc import Mapping
from datetime import date, datetime

from nicegui import ui
from starlette.requests import Request

from sufler.desk.figures import FEW, PERIODS, Endings, Staff
from sufler.domain.figures import Effect, Ending, Turns
from sufler.domain.knowledge import Language
from sufler.domain.locales import number
from sufler.domain.people import Caller
from sufler.web import charts
from sufler.web.accuracy_services import AccuracyServices
from sufler.web.elements import link, named, with_props
from sufler.web.figure_parts import Behind, FigurePage
from sufler.web.figure_sheets import endings_sheet, operators_sheet, times_sheet
from sufler.web.frame import Visit
from sufler.web.services import Administration, Services
from sufler.web.zones import zone_of

PATH = "/admin/outcomes"
FAR, WITH, WITHOUT = "far", "with", "without"
SHOWN = (*(each.value for each in Ending), FAR, WITH, WITHOUT)


def days_of(query: Mapping[str, str]) -> int:
    """The period that an address asks for, in days; what makes no sense there is the usual one."""
    asked = query.get("days", "")
    return int(asked) if asked in map(str, PERIODS) else PERIODS[1]


class OutcomesPage(FigurePage):
    """Built once for each opened tab."""

    def __init__(
        self,
        services: Services,
        administration: Administration,
        accuracy: AccuracyServices,
        visit: Visit,
        request: Request,
    ) -> None:
        super().__init__(services, administration, visit)
        self._figures = accuracy.figures
        self._days = days_of(request.query_params)
        asked = request.query_params.get("show", "")
        self._show = asked if asked in SHOWN else ""
        self._zone = zone_of(request)

    async def build(self) -> None:
        """Put the page up."""
        read = await self.act(self._read)
        with self.sheet("out_title"):
            ui.label(self.text("out_text")).classes("quiet")
            self._periods()
            if read is None:
                ui.label(self.text("desk_not_now")).classes("banner")
                return
            endings, staff, drift, names, behind, talks = read
            self._draw_endings(endings)
            self._draw_times(staff)
            self._draw_operators(staff, names)
            self.draw_drift(drift, self._query, f"{PATH}?days={self._days}")
            if self._show:
                title = self.text("fig_behind_title", what=self.text(f"out_{self._show}"))
                self.conversations(title, behind, talks)

    async def _read(
        self, caller: Caller
    ) -> tuple[
        Endings,
        Staff,
        Mapping[date, Turns],
        dict[str, str],
        list[Behind],
        Mapping[str, tuple[str, int]],
    ]:
        figures, days = self._figures, self._days
        endings, staff = await figures.endings(caller, days), await figures.staff(caller, days)
        drift = await figures.drift(caller, days, self._zone)
        names = {f"person:{each.id}": each.name for each in await self.services.people.list()}
        behind = await self._behind(caller, endings, staff)
        talks = await figures.talks(caller, {each.conversation_id for each in behind})
        return endings, staff, drift, names, behind, talks

    async def _behind(self, caller: Caller, endings: Endings, staff: Staff) -> list[Behind]:
        """What `show` asks for, the newest first."""
        if self._show == FAR:
            found = await self._figures.far_turns(caller, self._days)
            return [Behind(talk, at, asked) for talk, at, asked in found]
        if self._show in (WITH, WITHOUT):
            wanted = self._show == WITHOUT
            return [
                Behind(each.conversation_id, each.at, self._seconds(each.replied_at, each.at))
                for each in reversed(staff.turns)
                if each.shown_to and each.hidden is wanted and each.replied_at is not None
            ]
        if not self._show:
            return []
        ending = Ending(self._show)
        words = self.text(f"out_{ending.value}")
        return [
            Behind(each.conversation_id, each.closed_at, words) for each in endings.by_class[ending]
        ]

    @property
    def _query(self) -> dict[str, str]:
        return {"days": str(self._days)}

    def _periods(self) -> None:
        with named(ui.element("nav").classes("periods"), self.text("out_period")):
            for days in PERIODS:
                way = link(self.counted("out_days", days), f"{PATH}?days={days}", "pill")
                with_props(way, **{"aria-current": str(days == self._days).lower()})

    def _draw_endings(self, endings: Endings) -> None:
        whole = endings.total
        parts = [(self.text(f"out_{e.value}"), len(endings.by_class[e])) for e in Ending]
        said = self.counted("out_said", whole) if whole else self.text("out_none")
        left = [
            self.counted(key, count)
            for key, count in (
                ("out_fresh", endings.fresh),
                ("out_nothing_asked", endings.nothing_asked),
                ("out_open", endings.open_now),
            )
            if count
        ]
        title = self.text("fig_endings_title")
        told = "; ".join(f"{name}: {count}" for name, count in parts)
        chart = charts.shares(parts, title, told, self.visit.language) if whole else ""
        behind = {
            self.text("out_open_class", what=self.text(f"out_{each.value}")): (
                f"{PATH}?days={self._days}&show={each.value}#behind"
            )
            for each in Ending
            if endings.by_class[each]
        }
        sheet = endings_sheet(endings, self.visit.language)
        self.figure("endings", chart, sheet, " ".join([said, *left]), self._query, behind)

    def _draw_times(self, staff: Staff) -> None:
        address = f"{PATH}?days={self._days}&show="
        behind = {
            self.text("out_open_class", what=self.text(f"out_{each}")): f"{address}{each}#behind"
            for each in (WITH, WITHOUT)
        }
        sheet = times_sheet(staff.times, self.visit.language)
        self.figure("times", "", sheet, self._effect(staff.times), self._query, behind)

    def _effect(self, effect: Effect) -> str:
        """The effect in a sentence, or why none can be told."""
        language = self.visit.language
        if effect.ratio is None or effect.low is None or effect.high is None:
            fewest = min(effect.with_count, effect.without_count)
            return self.text("out_effect_few", count=fewest, least=FEW)
        medians = self.text(
            "out_medians",
            shown=self._time(effect.with_s),
            hidden=self._time(effect.without_s),
            shown_count=number(effect.with_count, language),
            hidden_count=number(effect.without_count, language),
        )
        key = "out_effect_unsure"
        if effect.high < 1:
            key = "out_effect_sooner"
        elif effect.low > 1:
            key = "out_effect_later"
        told = self.text(
            key,
            change=charts.percent(abs(1 - effect.ratio), language),
            low=_signed(effect.low, language),
            high=_signed(effect.high, language),
        )
        return f"{medians} {told}"

    def _draw_operators(self, staff: Staff, names: Mapping[str, str]) -> None:
        said = self.text("out_operators_said" if staff.operators else "out_operators_none")
        few = {
            place
            for place, each in enumerate(staff.operators)
            if each.uses.total + each.checks < FEW
        }
        if few:
            said = f"{said} {self.text('fig_few', least=FEW)}"
        sheet = operators_sheet(staff, names, self.visit.language)
        self.figure("operators", "", sheet, said, self._query, few=few)

    def _seconds(self, until: datetime | None, since: datetime) -> str:
        return self._time((until - since).total_seconds()) if until else ""

    def _time(self, seconds: float | None) -> str:
        if seconds is None:
            return "—"
        if seconds < 60:
            return self.text("out_seconds", count=round(seconds))
        return self.text("out_minutes", count=number(seconds / 60, self.visit.language, 1))


def _signed(ratio: float, language: Language) -> str:
    """−32 % for 0.68."""
    sign = "−" if ratio < 1 else "+"
    return sign + charts.percent(abs(ratio - 1), language)
