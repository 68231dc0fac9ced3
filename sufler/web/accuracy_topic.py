"""/admin/accuracy/topic: one topic in pictures: how precise it is and at which coverage, its
checks, the gap between agreement and acceptance, wrong answers to read, the ladder, its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from nicegui import ui
from starlette.requests import Request

from sufler.desk.fast_watch import FastReading
from sufler.domain.checks import Check, CheckKind, ModeChange
from sufler.domain.errors import SuflerError
from sufler.domain.figures import Turns, Wrong
from sufler.domain.knowledge import Mode
from sufler.domain.locales import number
from sufler.domain.people import Caller
from sufler.prompter.accuracy.certificate import Standing, coverage
from sufler.prompter.accuracy.meter import certified
from sufler.prompter.accuracy.standing import TopicStanding
from sufler.web import charts
from sufler.web.accuracy_ladder import LadderPart, refusal
from sufler.web.accuracy_overview import PATH, topic_address
from sufler.web.accuracy_services import AccuracyServices
from sufler.web.accuracy_words import (
    certificate_line,
    compared_line,
    fast_words,
    promise,
    told_as,
    watch_words,
)
from sufler.web.elements import heading, link, local_time
from sufler.web.figure_parts import Behind, FigurePage
from sufler.web.figure_sheets import (
    Week,
    by_week,
    compared_sheet,
    curve_sheet,
    history_sheet,
    weeks_sheet,
)
from sufler.web.frame import Visit
from sufler.web.kb_paths import article_path
from sufler.web.services import Administration, Services
from sufler.web.zones import zone_of

WEEKS = 12
DAYS = 28
_BLIND = (CheckKind.HIDDEN, CheckKind.REVIEW)


@dataclass(frozen=True, slots=True)
class TopicRead:
    """All that the page shows."""

    standing: TopicStanding
    curve: Sequence[Standing]
    confidences: Sequence[float]
    checks: Sequence[Check]
    taken: Sequence[tuple[datetime, bool]]
    drift: Mapping[date, Turns]
    wrong: Sequence[Wrong]
    history: Sequence[ModeChange]
    fast: FastReading | None
    names: Mapping[str, str]
    behind: Sequence[Behind]
    talks: Mapping[str, tuple[str, int]]


class TopicPage(FigurePage):
    """Built once for each opened tab. Raises NotFound for an unknown topic before it is drawn."""

    def __init__(
        self,
        services: Services,
        administration: Administration,
        accuracy: AccuracyServices,
        visit: Visit,
        request: Request,
    ) -> None:
        super().__init__(services, administration, visit)
        self._accuracy = accuracy
        self._topic = request.query_params.get("name", "")
        self._show = request.query_params.get("show", "")
        self._zone = zone_of(request)
        self._ladder = LadderPart(self, accuracy.ladder, self.redraw)

    async def build(self) -> None:
        """Put the page up."""
        read = await self.act(self._read)
        with self.sheet("acc_topic_title", topic=self._topic):
            link(self.text("acc_back"), PATH)
            self._place = ui.element("div")
        if read is None:
            with self._place:
                ui.label(self.text("acc_no_topic")).classes("banner")
            return
        self._draw(read)

    async def redraw(self) -> None:
        """Show it as it stands now."""
        read = await self.act(self._read)
        if read is not None:
            self._place.clear()
            self._draw(read)

    def in_words(self, error: SuflerError) -> str:
        """Also what the ladder refuses."""
        return refusal(self, error) or super().in_words(error)

    async def _read(self, caller: Caller) -> TopicRead:
        topic, figures = self._topic, self._accuracy.figures
        standing = await self._accuracy.standings.standing(topic)
        people = await self.services.people.list()
        behind = await self._behind(caller)
        history = await self._accuracy.standings.history(topic)
        return TopicRead(
            standing,
            await self._accuracy.standings.curve(topic),
            await self._accuracy.draws.confidences(topic),
            await self._accuracy.checks.of_topic(topic),
            await figures.taken(caller, topic, WEEKS * 7),
            await figures.drift(caller, DAYS, self._zone, topic),
            await figures.wrong(caller, topic),
            history,
            await self._accuracy.fast.reading(topic, history[::-1]),
            {f"person:{each.id}": each.name for each in people}
            | {"watch": self.text("acc_by_watch")},
            behind,
            await figures.talks(caller, {each.conversation_id for each in behind}),
        )

    async def _behind(self, caller: Caller) -> list[Behind]:
        figures = self._accuracy.figures
        if self._show == "far":
            found = await figures.far_turns(caller, DAYS, self._topic)
            return [Behind(talk, at, asked) for talk, at, asked in found]
        if self._show == "checks":
            checked = await figures.checked(caller, self._topic)
            return [
                Behind(talk, at, self.text("fig_right" if right else "fig_wrong"))
                for talk, at, right in checked
            ]
        return []

    def _draw(self, read: TopicRead) -> None:
        standing, language = read.standing, self.visit.language
        with self._place:
            ui.label(certificate_line(standing, language, self.services.clock.now()))
            ui.label(compared_line(standing, language))
            with ui.element("div").classes("counts"):
                if standing.mode is Mode.ANSWERS:
                    ui.label(f"{self.text('acc_watch')}: {watch_words(standing, language)}")
                if read.fast is not None:
                    ui.label(fast_words(read.fast, language))
                if standing.changed is not None:
                    ui.label(self.text(f"acc_since_{standing.changed.after.value}"))
                    local_time(standing.changed.at)
            ui.label(promise(standing, language)).classes("banner calm")
            if standing.without_certificate:
                words = self.text("without_certificate", reason=standing.without_certificate)
                ui.label(words).classes("banner")
            self._ladder.draw(standing)
            self._draw_curve(read)
            self._draw_checks(read)
            self._draw_compared(read)
            self.draw_drift(read.drift, self._query, topic_address(self._topic))
            if self._show:
                title = self.text("fig_behind_title", what=self.text(self._shown_key()))
                self.conversations(title, read.behind, read.talks)
            self._draw_wrong(read.wrong)
            self._draw_history(read)

    def _shown_key(self) -> str:
        return "out_far" if self._show == "far" else "fig_checks_title"

    @property
    def _query(self) -> dict[str, str]:
        return {"name": self._topic}

    def _draw_curve(self, read: TopicRead) -> None:
        language, proof = self.visit.language, read.standing.certificate
        said = self.text("fig_curve_none")
        chart = ""
        seen = [(each, each.right + each.wrong) for each in read.curve]
        if any(whole for _, whole in seen):
            points = [
                charts.Point(coverage(read.confidences, each.bar), each.right / whole)
                for each, whole in seen
                if whole
            ]
            proved = [
                charts.Point(
                    coverage(read.confidences, each.bar),
                    certified(each.right, each.wrong, proof.enough),
                )
                for each in proof.standings
                if each.right
            ]
            said = self._curve_said(read)
            drawn = charts.Curve(
                tuple(points),
                tuple(proved),
                None if read.standing.bar is None else read.standing.coverage,
                read.standing.target,
                self.text("fig_curve_seen"),
                self.text("fig_curve_proved"),
                self.text("fig_curve_bar"),
                self.text("fig_curve_target"),
                self.text("fig_coverage"),
            )
            chart = charts.curve(drawn, self.text("fig_curve_title"), said, language)
        sheet = curve_sheet(read.curve, read.confidences, proof, language)
        self.figure("curve", chart, sheet, said, self._query)

    def _curve_said(self, read: TopicRead) -> str:
        standing, language = read.standing, self.visit.language
        if standing.bar is None:
            return self.text("fig_curve_unproved", target=charts.percent(standing.target, language))
        return self.text(
            "fig_curve_said",
            coverage=charts.percent(standing.coverage, language),
            bar=number(standing.bar, language, 2),
            precision=charts.percent(standing.precision, language, 1),
        )

    def _draw_checks(self, read: TopicRead) -> None:
        language = self.visit.language
        weeks = self._weeks([(each.at, each.right) for each in read.checks])
        right, wrong = sum(w.right for w in weeks), sum(w.wrong for w in weeks)
        said = self.text("fig_checks_none")
        if right + wrong:
            said = self.counted("fig_checks_said", right + wrong, wrong=wrong, weeks=WEEKS)
        bars = [charts.Stack(_short(week.first), (week.right, week.wrong)) for week in weeks]
        names = [self.text("fig_right"), self.text("fig_wrong")]
        title = self.text("fig_checks_title")
        chart = charts.stacks(bars, names, title, said, language) if right + wrong else ""
        behind = {}
        if read.checks:
            address = topic_address(self._topic, show="checks") + "#behind"
            behind = {self.text("fig_checks_open"): address}
        self.figure("checks", chart, weeks_sheet(weeks, language), said, self._query, behind)

    def _draw_compared(self, read: TopicRead) -> None:
        language = self.visit.language
        blind = [(each.at, each.right) for each in read.checks if each.kind in _BLIND]
        hidden, shown = self._weeks(blind), self._weeks(read.taken)
        said = self.text("fig_compared_none")
        chart = ""
        agreement, acceptance = read.standing.agreement.value, read.standing.acceptance.value
        if agreement is not None and acceptance is not None:
            gap = number((acceptance - agreement) * 100, language, 1)
            said = self.text("fig_compared_said", line=compared_line(read.standing, language))
            said = f"{said} {self.text('fig_compared_gap', gap=gap)}"
        if blind or read.taken:
            series = [
                charts.Series(self.text("fig_agreement"), tuple(w.share for w in hidden)),
                charts.Series(self.text("fig_acceptance"), tuple(w.share for w in shown)),
            ]
            names = [_short(week.first) for week in hidden]
            title = self.text("fig_compared_title")
            chart = charts.lines(series, names, title, said, language)
        sheet = compared_sheet(hidden, shown, language)
        self.figure("compared", chart, sheet, said, self._query)

    def _weeks(self, moments: Sequence[tuple[datetime, bool]]) -> list[Week]:
        return by_week(moments, self._zone, self.services.clock.now(), WEEKS)

    def _draw_wrong(self, found: Sequence[Wrong]) -> None:
        heading(2, self.text("fig_wrong_title"))
        if not found:
            ui.label(self.text("acc_wrong_none")).classes("quiet")
            return
        ui.label(self.text("fig_wrong_means")).classes("quiet")
        for each in found:
            self._wrong_one(each)
        self.files("wrong", self._query, drawn=False)

    def _wrong_one(self, each: Wrong) -> None:
        """What was asked, what would have been said and why, and what a person wrote."""
        language = self.visit.language
        with ui.element("article").classes("wrong-one card"):
            with ui.element("div").classes("counts"):
                local_time(each.at)
                ui.label(self.text(f"acc_kind_{each.kind}")).classes("tag grey")
                if each.overdue:
                    ui.label(self.text("fig_overdue")).classes("tag amber")
                if each.conversation_id:
                    asked = urlencode({"conversation": each.conversation_id})
                    link(self.text("acc_open_talk"), f"/desk?{asked}")
            ui.label(each.asked or self.text("acc_text_gone")).classes("asked")
            with ui.element("dl").classes("facts"):
                for key, words in (
                    ("acc_would_say", each.title),
                    ("acc_answer", each.answer),
                    ("acc_person_said", each.reply),
                    ("acc_sure", charts.percent(each.confidence, language, 1)),
                    ("acc_because", self._why(each.why)),
                ):
                    if words:
                        with ui.element("dt"):
                            ui.label(self.text(key))
                        with ui.element("dd"):
                            ui.label(words).classes("said")
            link(self.text("acc_open_article"), article_path(each.article_id))

    def _why(self, why: Mapping[str, float]) -> str:
        """The parts of the score, the largest first."""
        language = self.visit.language
        parts = sorted(why.items(), key=lambda part: -abs(part[1]))
        return ", ".join(
            f"{told_as('acc_why_', n, language)} {number(v, language, 2)}" for n, v in parts
        )

    def _draw_history(self, read: TopicRead) -> None:
        heading(2, self.text("fig_history_title"))
        if not read.history:
            ui.label(self.text("acc_history_none")).classes("quiet")
            return
        sheet = history_sheet(read.history, read.names, self.visit.language)
        self.sheet_table(self.text("fig_history_title"), sheet)
        self.files("history", self._query, drawn=False)


def _short(day: date) -> str:
    return f"{day.day}.{day.month:02}"
