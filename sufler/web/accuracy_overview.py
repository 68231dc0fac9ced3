"""/admin/accuracy: how every topic stands, what deserves attention first, and whether it pays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from nicegui import ui
from starlette.requests import Request

from sufler.desk.figures import FEWEST_A_MONTH, LEAST_REPEATED
from sufler.domain.figures import Asked, Turns
from sufler.domain.knowledge import Mode
from sufler.domain.locales import number
from sufler.domain.people import Caller
from sufler.prompter.accuracy.standing import OVERALL, POOL, TopicStanding
from sufler.prompter.accuracy.watch import DEMOTED_AT
from sufler.web import paper
from sufler.web.accuracy_services import AccuracyServices
from sufler.web.accuracy_words import (
    certificate_line,
    compared_line,
    progress,
    topic_name,
    watch_words,
)
from sufler.web.charts import percent, spark
from sufler.web.figure_parts import Behind, FigurePage
from sufler.web.frame import Visit
from sufler.web.services import Administration, Services
from sufler.web.zones import zone_of

PATH = "/admin/accuracy"
TOPIC_PATH = "/admin/accuracy/topic"
_DRIFT_DAYS = 28
_HEADS = ("topic", "standing", "checks", "coverage", "trend", "watch", "last_wrong")


def topic_address(topic: str, **more: str) -> str:
    """The page of a topic, whatever its name holds."""
    return TOPIC_PATH + "?" + urlencode({"name": topic} | more)


@dataclass(frozen=True, slots=True)
class _Read:
    standings: Sequence[TopicStanding]
    asked: Asked
    drift: Mapping[date, Turns]
    far: Sequence[Behind]
    talks: Mapping[str, tuple[str, int]]


class AccuracyPage(FigurePage):
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
        self._accuracy = accuracy
        self._far = request.query_params.get("show") == "far"
        self._zone = zone_of(request)

    async def build(self) -> None:
        """Put the page up."""
        read = await self.act(self._read)
        with self.sheet("acc_title"):
            ui.label(self.text("acc_text")).classes("quiet")
            if read is None:
                ui.label(self.text("desk_not_now")).classes("banner")
                return
            self._advice(read)
            rows = [self._row(each, read) for each in read.standings]
            heads = [self.text(f"acc_head_{key}") for key in _HEADS]
            language, here = self.visit.language, self.visit.here
            # Made by a template, which escapes: hundreds of rows at once as elements are slow.
            table = paper.piece("accuracy_rows.html", language, here, heads=heads, rows=rows)
            ui.html(table, sanitize=False)
            self.files("overview", {}, drawn=False)
            self.draw_drift(read.drift, {"days": str(_DRIFT_DAYS)}, f"{PATH}?")
            if self._far:
                title = self.text("fig_behind_title", what=self.text("out_far"))
                self.conversations(title, read.far, read.talks)

    async def _read(self, caller: Caller) -> _Read:
        figures = self._accuracy.figures
        far = []
        if self._far:
            found = await figures.far_turns(caller, _DRIFT_DAYS)
            far = [Behind(talk, at, asked) for talk, at, asked in found]
        return _Read(
            await self._accuracy.standings.overview(),
            await figures.asked(caller),
            await figures.drift(caller, _DRIFT_DAYS, self._zone),
            far,
            await figures.talks(caller, {each.conversation_id for each in far}),
        )

    def _advice(self, read: _Read) -> None:
        """What to do next, and when not to automate at all."""
        asked, language = read.asked, self.visit.language
        if not asked.turns:
            ui.label(self.text("acc_nothing_asked")).classes("banner calm")
            return
        if asked.turns < FEWEST_A_MONTH:
            words = self.text("acc_little", least=number(FEWEST_A_MONTH, language))
            ui.label(f"{self.counted('acc_asked', asked.turns)} {words}").classes("banner")
        elif asked.repeated < LEAST_REPEATED * asked.turns:
            share = percent(asked.repeated / asked.turns, language)
            ui.label(self.text("acc_scattered", share=share)).classes("banner")
        topics = [each for each in read.standings if each.mode is Mode.SUGGESTS]
        ready = [each for each in topics if each.may_answer]
        if ready:
            names = ", ".join(each.topic for each in ready[:5])
            ui.label(self.text("acc_next_ready", topics=names)).classes("banner calm")
            return
        near = [each for each in topics if each.needed]
        if near:
            nearest = min(near, key=lambda each: each.needed or 0)
            words = self.counted("acc_next_near", nearest.needed or 0, topic=nearest.topic)
            ui.label(words).classes("banner calm")

    def _row(self, each: TopicStanding, read: _Read) -> dict[str, Any]:
        language, now = self.visit.language, self.services.clock.now()
        whole = each.topic in (OVERALL, POOL)
        trend = [week.value for week in each.trend]
        answers = each.mode is Mode.ANSWERS
        few = each.few and not answers
        return {
            "topic": each.topic,
            "name": topic_name(each.topic, language),
            "address": "" if whole else topic_address(each.topic),
            "tags": self._tags(each),
            "line": certificate_line(each, language, now),
            "compared": compared_line(each, language) if each.agreement.whole else "",
            "checks": progress(each, language),
            "coverage": percent(each.coverage, language) if each.bar is not None else "—",
            "trend": spark(trend, self.text("acc_trend", topic=topic_name(each.topic, language))),
            "watch": watch_words(each, language),
            "level": each.watch.level if answers else None,
            "limit": DEMOTED_AT,
            "last_wrong": each.last_wrong_at.isoformat() if each.last_wrong_at else "",
            "few": few,
        }

    def _tags(self, each: TopicStanding) -> list[tuple[str, str]]:
        if each.mode is None:
            return []
        answers = each.mode is Mode.ANSWERS
        found = [(self.text(f"kb_mode_{each.mode.value}"), "" if answers else "grey")]
        if each.without_certificate:
            found.append((self.text("acc_tag_without"), "amber"))
        if each.changed is not None and each.changed.by == "watch" and each.mode is Mode.SUGGESTS:
            found.append((self.text("acc_tag_taken_back"), "bad"))
        if each.mode is Mode.SUGGESTS and each.may_answer:
            found.append((self.text("acc_tag_ready"), ""))
        if each.pooled:
            found.append((self.text("acc_tag_pooled"), "grey"))
        if each.unwatched:
            found.append((self.counted("acc_tag_unwatched", each.unwatched), "bad"))
        return found
