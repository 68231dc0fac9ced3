"""/admin/gaps: what the base lacks, for editors: look, read, make a draft, see it shrink."""

from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar

import structlog
from fastapi import Request
from nicegui import Client, ui
from starlette.responses import Response

from sufler.desk.gaps import MAX_ANSWER, MAX_TITLE, WEEKLY, GapReport, Gaps, ShownGap, Shrunk
from sufler.domain.errors import BadInput, Conflict, Forbidden, SuflerError, Unauthenticated
from sufler.domain.gaps import GapKind, GapLook
from sufler.domain.locales import number
from sufler.domain.people import Caller, Right
from sufler.domain.texts import counted, text
from sufler.web.elements import button, heading, link, local_time, named, with_props
from sufler.web.frame import Visit, frame, staff_page, visit_of
from sufler.web.kb_paths import article_path
from sufler.web.services import Services

T = TypeVar("T")
PATH = "/admin/gaps"
_STYLES = ("kb.css", "kb_rows.css", "kb_article.css", "learned.css")
_HOUR_S = 3600.0

_log = structlog.get_logger(__name__)


class GapsPage:
    """Built once for each opened tab."""

    def __init__(self, services: Services, gaps: Gaps, visit: Visit) -> None:
        self._services = services
        self._gaps = gaps
        self._visit = visit
        self._language = visit.language

    async def build(self) -> None:
        """Put the page up."""
        # What was pressed may have been drawn anew by the time something is said of it.
        with ui.element("div").classes("kb-main learned") as self._whole:
            heading(1, self._text("gaps_title"))
            ui.label(self._text("gaps_about")).classes("hint")
            self._place = ui.element("section").classes("learned-part")
        await self._show()

    async def _show(self) -> None:
        report = await self._act(self._gaps.report)
        if report is None:
            return
        self._place.clear()
        with self._place:
            self._draw(report)

    def _draw(self, report: GapReport) -> None:
        self._last(report.look)
        if not report.open:
            ui.label(self._text("gaps_none" if report.look else "gaps_never")).classes("nothing")
        with ui.element("ul").classes("learned-list"):
            for each in report.open:
                with ui.element("li").classes("learned-card"):
                    self._gap(each)
        heading(2, self._text("gaps_taken"))
        if report.taken:
            ui.label(self._text("gaps_defined")).classes("hint")
        else:
            ui.label(self._text("gaps_taken_none")).classes("nothing")
        with ui.element("ul").classes("learned-list"):
            for each in report.taken:
                with ui.element("li").classes("learned-card"):
                    self._taken(each)
        if report.dismissed:
            with ui.element("details"):
                with ui.element("summary"):
                    ui.label(f"{self._text('gaps_put_away')}: {len(report.dismissed)}")
                with ui.element("ul").classes("learned-list"):
                    for each in report.dismissed:
                        with ui.element("li").classes("learned-card"):
                            self._put_away(each)

    def _last(self, look: GapLook | None) -> None:
        with ui.element("div").classes("learned-head"):
            if look is not None:
                ui.label(self._text("gaps_last"))
                local_time(look.at)
                by = self._text("gaps_last_by", name=look.by)
                ui.label(self._text("gaps_last_week") if look.by == WEEKLY else by)
                ui.label(counted("gaps_last_turns", self._language, look.turns))
            button(self._text("gaps_look"), self._look, "act main")

    async def _look(self) -> None:
        look = await self._act(self._gaps.look, "gaps_busy")
        if look is not None:
            self._say(self._text("gaps_looked", turns=look.turns, gaps=look.gaps), "positive")
            await self._show()

    def _gap(self, shown: ShownGap) -> None:
        self._head(shown)
        self._examples(shown)
        if shown.gap.kind is GapKind.ARTICLE:
            self._drafting(shown)
            return
        with ui.element("div").classes("learned-head"):
            ui.label(self._text("gaps_meant"))
            self._article(shown)
        with ui.element("div").classes("acts"):
            self._button("gaps_dismiss", shown, self._gaps.dismiss, "gaps_dismissed")
            if shown.article is not None:
                add = self._gaps.add_phrasings
                self._button("gaps_add_phrasings", shown, add, "gaps_added", main=True)

    def _head(self, shown: ShownGap) -> None:
        with ui.element("div").classes("learned-head"):
            heading(3, shown.title)
            kind = ui.label(self._text(f"gaps_kind_{shown.gap.kind.value}")).classes("tag")
            with_props(kind, **{"data-kind": shown.gap.kind.value})
            ui.label(counted("gaps_turns", self._language, shown.size.turns)).classes("tag")
            ui.label(self._waited(shown.size.waited_s)).classes("learned-why")

    def _waited(self, seconds: float | None) -> str:
        if seconds is None:
            return self._text("gaps_waited_unknown")
        if seconds < _HOUR_S:
            minutes = number(max(seconds / 60, 0.1), self._language, 0 if seconds >= 600 else 1)
            return self._text("gaps_waited_minutes", count=minutes)
        hours = number(seconds / _HOUR_S, self._language, 1)
        return self._text("gaps_waited_hours", count=hours)

    def _examples(self, shown: ShownGap) -> None:
        words = self._text("gaps_examples")
        with named(ui.element("ul").classes("gap-examples"), words):
            for asked, talk in shown.examples:
                with ui.element("li"):
                    label = ui.label(asked).classes("learned-words")
                    label.props(f"lang={shown.gap.language}")
                    if talk is not None:
                        way = link(self._text("gaps_open_talk"), f"/desk?conversation={talk}")
                        named(way, f"{self._text('gaps_open_talk')}: {asked}")

    def _drafting(self, shown: ShownGap) -> None:
        title = self._field("gaps_draft_title", shown.title, MAX_TITLE, shown, long=False)
        key = "gaps_draft_answer" if shown.answer else "gaps_draft_no_answer"
        answer = self._field(key, shown.answer, MAX_ANSWER, shown, long=True)

        async def draft() -> None:
            async def do(caller: Caller) -> str:
                written = str(title.value or ""), str(answer.value or "")
                return await self._gaps.draft(caller, shown.gap.id, *written)

            article_id = await self._act(do)
            if article_id is not None:
                with self._whole:
                    ui.navigate.to(article_path(article_id))

        with ui.element("div").classes("acts"):
            self._button("gaps_dismiss", shown, self._gaps.dismiss, "gaps_dismissed")
            words = self._text("gaps_draft")
            named(button(words, draft, "act main"), f"{words}: {shown.title}")

    def _field(
        self, key: str, value: str, most: int, shown: ShownGap, *, long: bool
    ) -> ui.input | ui.textarea:
        with ui.element("div").classes("field"):
            caption = ui.element("label").classes("field-label")
            with caption:
                ui.label(self._text(key))
            field = ui.textarea(value=value) if long else ui.input(value=value)
            field.props(f"borderless dense hide-bottom-space maxlength={most}")
            field.props(f"lang={shown.gap.language}")
            if long:
                field.props("autogrow")
            with_props(caption, **{"for": field.html_id})
        return field

    def _taken(self, shown: ShownGap) -> None:
        self._head(shown)
        with ui.element("div").classes("learned-head"):
            self._article(shown)
        if shown.shrunk is not None and shown.article is not None:
            told = ui.label(self._shrunk(shown.shrunk)).classes("learned-words")
            with_props(told, **{"data-shrunk": ""})

    def _shrunk(self, shrunk: Shrunk) -> str:
        if shrunk.since is None:
            return self._text("gaps_not_published")
        before = number(shrunk.before, self._language, 1)
        if shrunk.after is None:
            return self._text("gaps_too_early", before=before, so_far=shrunk.so_far)
        after = number(shrunk.after, self._language, 1)
        if shrunk.after >= shrunk.before:
            return self._text("gaps_not_shrunk", before=before, after=after)
        share = round(100 * (1 - shrunk.after / shrunk.before))
        return self._text("gaps_shrunk", before=before, after=after, share=share)

    def _put_away(self, shown: ShownGap) -> None:
        self._head(shown)
        with ui.element("div").classes("acts"):
            self._button("gaps_reopen", shown, self._gaps.reopen, None)

    def _article(self, shown: ShownGap) -> None:
        if shown.article is None:
            ui.label(self._text("gaps_article_gone")).classes("learned-why")
            return
        title = shown.article.in_language(self._language)[1].title
        link(title, article_path(shown.article.id), "learned-article")

    def _button(
        self,
        key: str,
        shown: ShownGap,
        do: Callable[[Caller, int], Awaitable[object]],
        done: str | None,
        *,
        main: bool = False,
    ) -> None:
        async def press() -> None:
            async def act(caller: Caller) -> bool:
                await do(caller, shown.gap.id)
                return True

            if await self._act(act) and done is not None:
                self._say(self._text(done), "positive")
            await self._show()

        words = self._text(key)
        named(button(words, press, "act main" if main else "act"), f"{words}: {shown.title}")

    async def _act(
        self, do: Callable[[Caller], Awaitable[T]], conflict: str = "gaps_meanwhile"
    ) -> T | None:
        """Do it as the caller that the session still names, or say why not and give None."""
        try:
            people = self._services.people
            return await do(await people.caller_of_session(self._visit.token))
        except Unauthenticated:
            with self._whole:
                ui.navigate.to("/login?over")
        except SuflerError as error:
            _log.info("gaps_act_refused", error=error.message)
            match error:
                case Forbidden():
                    words = self._text("gaps_forbidden")
                case Conflict():
                    words = self._text(conflict)
                case BadInput(field="title" | "answer" as field):
                    words = self._text(f"gaps_bad_{field}")
                case _:
                    words = self._text("admin_refused", error=error.message)
            self._say(words, "negative")
        return None

    def _say(self, words: str, kind: Literal["positive", "negative"]) -> None:
        with self._whole:
            ui.notify(words, type=kind)

    def _text(self, key: str, **values: object) -> str:
        return text(key, self._language, **values)


def add_gaps_page(services: Services, gaps: Gaps) -> None:
    """Add /admin/gaps to NiceGUI, for those who edit articles."""

    @staff_page(PATH)
    async def gaps_page(request: Request, client: Client) -> Response | None:
        visit = await visit_of(request, services, Right.EDIT_ARTICLES)
        if isinstance(visit, Response):
            return visit
        ui.query(".nicegui-content").classes(remove="nicegui-content", add="kb-page")
        frame(visit, styles=_STYLES)
        client.title = text("gaps_title", visit.language)
        await GapsPage(services, gaps, visit).build()
        return None
