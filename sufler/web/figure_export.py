"""/admin/figures/NAME.csv and .xlsx: the numbers of each figure, as its page shows them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sufler.domain.checks import CheckKind
from sufler.domain.errors import NotFound
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller, Right
from sufler.domain.texts import text
from sufler.web import figure_sheets as sheets
from sufler.web.accuracy_services import AccuracyServices
from sufler.web.accuracy_topic import DAYS, WEEKS
from sufler.web.figure_files import MEDIA, as_csv, as_xlsx
from sufler.web.figure_sheets import Sheet, by_week
from sufler.web.frame import visit_of
from sufler.web.outcomes_page import days_of
from sufler.web.services import Services
from sufler.web.zones import zone_of


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks for a sheet, and how. `days` and `topic` are what its page showed."""

    caller: Caller
    language: Language
    zone: ZoneInfo
    topic: str | None
    days: int


class FigureExport:
    """Answers the links under each figure."""

    def __init__(self, services: Services, accuracy: AccuracyServices) -> None:
        self._services = services
        self._accuracy = accuracy
        self._makers: Mapping[str, Callable[[_Asked], Awaitable[Sheet]]] = {
            "overview": self._overview,
            "curve": self._curve,
            "checks": self._checks,
            "compared": self._compared,
            "drift": self._drift,
            "wrong": self._wrong,
            "history": self._history,
            "endings": self._endings,
            "episodes": self._episodes,
            "times": self._times,
            "operators": self._operators,
        }

    async def answer(self, request: Request) -> Response:
        """The file, for an administrator; 404 for what is no figure or no topic."""
        visit = await visit_of(request, self._services, Right.ADMINISTER)
        if isinstance(visit, Response):
            return visit
        name, _, kind = str(request.path_params["file"]).rpartition(".")
        if name not in self._makers or kind not in MEDIA:
            return PlainTextResponse(text("acc_no_figure", visit.language), 404)
        query = request.query_params
        asked = _Asked(
            visit.caller, visit.language, zone_of(request), query.get("name"), days_of(query)
        )
        try:
            sheet = await self._makers[name](asked)
        except NotFound:
            return PlainTextResponse(text("acc_no_topic", visit.language), 404)
        made = await run_in_threadpool(as_csv if kind == "csv" else as_xlsx, sheet, asked.zone)
        headers = {
            "content-disposition": f'attachment; filename="sufler-{name}.{kind}"',
            "cache-control": "private, no-store",
        }
        return Response(made, media_type=MEDIA[kind], headers=headers)

    async def _overview(self, asked: _Asked) -> Sheet:
        standings = await self._accuracy.standings.overview()
        return sheets.overview_sheet(standings, asked.language, self._services.clock.now())

    async def _curve(self, asked: _Asked) -> Sheet:
        topic = asked.topic or ""
        standing = await self._accuracy.standings.standing(topic)
        curve = await self._accuracy.standings.curve(topic)
        confidences = await self._accuracy.draws.confidences(topic)
        return sheets.curve_sheet(curve, confidences, standing.certificate, asked.language)

    async def _checks(self, asked: _Asked) -> Sheet:
        checks = await self._accuracy.checks.of_topic(asked.topic or "")
        now = self._services.clock.now()
        weeks = by_week([(c.at, c.right) for c in checks], asked.zone, now, WEEKS)
        return sheets.weeks_sheet(weeks, asked.language)

    async def _compared(self, asked: _Asked) -> Sheet:
        topic, now = asked.topic or "", self._services.clock.now()
        blind = (CheckKind.HIDDEN, CheckKind.REVIEW)
        checks = await self._accuracy.checks.of_topic(topic)
        taken = await self._accuracy.figures.taken(asked.caller, topic, WEEKS * 7)
        hidden = [(each.at, each.right) for each in checks if each.kind in blind]
        return sheets.compared_sheet(
            by_week(hidden, asked.zone, now, WEEKS),
            by_week(taken, asked.zone, now, WEEKS),
            asked.language,
        )

    async def _drift(self, asked: _Asked) -> Sheet:
        days = DAYS if asked.topic is not None else asked.days
        drift = await self._accuracy.figures.drift(asked.caller, days, asked.zone, asked.topic)
        return sheets.drift_sheet(drift, asked.language)

    async def _wrong(self, asked: _Asked) -> Sheet:
        wrong = await self._accuracy.figures.wrong(asked.caller, asked.topic or "")
        return sheets.wrong_sheet(wrong, asked.language)

    async def _history(self, asked: _Asked) -> Sheet:
        changes = await self._accuracy.standings.history(asked.topic or "")
        return sheets.history_sheet(changes, await self._names(), asked.language)

    async def _endings(self, asked: _Asked) -> Sheet:
        endings = await self._accuracy.figures.endings(asked.caller, asked.days)
        return sheets.endings_sheet(endings, asked.language)

    async def _episodes(self, asked: _Asked) -> Sheet:
        endings = await self._accuracy.figures.endings(asked.caller, asked.days)
        return sheets.episodes_sheet(endings, asked.language)

    async def _times(self, asked: _Asked) -> Sheet:
        staff = await self._accuracy.figures.staff(asked.caller, asked.days)
        return sheets.times_sheet(staff.times, asked.language)

    async def _operators(self, asked: _Asked) -> Sheet:
        staff = await self._accuracy.figures.staff(asked.caller, asked.days)
        return sheets.operators_sheet(staff, await self._names(), asked.language)

    async def _names(self) -> dict[str, str]:
        people = await self._services.people.list()
        return {f"person:{each.id}": each.name for each in people}
