"""/review: turns to judge blindly, for everybody who answers customers; sprints and disputes for
supervisors."""

import math
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlencode

import structlog
from fastapi import Request
from nicegui import Client, events, ui
from starlette.responses import Response

from sufler.desk.people import may
from sufler.desk.reviewing import Reviewing
from sufler.domain.errors import (
    Conflict,
    Forbidden,
    NotFound,
    SuflerError,
    Unauthenticated,
)
from sufler.domain.people import Caller, Right
from sufler.domain.reviews import Card, Progress
from sufler.domain.texts import text
from sufler.web.elements import button, heading, link, named, with_props
from sufler.web.frame import Visit, frame, staff_page, visit_of
from sufler.web.kb_services import Acts
from sufler.web.review_card import ReviewCard
from sufler.web.review_more import Disputes, SprintForm, standing
from sufler.web.services import Services

_log = structlog.get_logger(__name__)

PATH = "/review"
Do = Callable[[Caller], Awaitable[None]]

_STYLES = ("kb.css", "kb_rows.css", "learned.css", "review.css")
_LONGEST_TOPIC = 300


class ReviewPage:
    """Built once for each opened tab."""

    def __init__(
        self, services: Services, reviewing: Reviewing, visit: Visit, request: Request
    ) -> None:
        query = request.query_params
        self._services = services
        self._reviewing = reviewing
        self._caller = visit.caller
        self._language = visit.language
        self._acts = Acts(services.people, visit.token)
        self._topic = query.get("topic", "")[:_LONGEST_TOPIC] or None
        task = query.get("task", "")
        # One disputed turn that a supervisor decides.
        self._task = int(task) if task.isascii() and task.isdigit() and len(task) < 10 else None
        self._supervises = may(visit.caller, Right.SUPERVISE)
        self._disputes = self._supervises and query.get("show") == "disputes"

    async def build(self) -> None:
        """Put the page up."""
        language = self._language
        self._client = ui.context.client
        with ui.element("div").classes("kb-main review") as root:
            heading(1, text("review_title", language))
            self._head = ui.element("div").classes("review-head")
            self._place = ui.element("section").classes("review-place")
            self._foot = ui.element("div").classes("review-foot")
        root.on("reviewundo", self._undo, args=[])
        await self.show()

    async def show(self, card: Card | None = None) -> None:
        """Draw what is to be done now; `card`: this one, instead of the next."""
        for each in (self._head, self._place, self._foot):
            each.clear()
        try:
            progress = await self._reviewing.progress(self._caller, self._topic)
            if self._disputes:
                names = {f"person:{p.id}": p.name for p in await self._services.people.list()}
                found = await self._reviewing.disputes(self._caller)
                with self._place:
                    Disputes(found, names, self._language).draw()
            else:
                await self._show_card(progress, card)
            with self._head:
                self._draw_head(progress)
            with self._foot:
                self._draw_foot(progress)
        except SuflerError as error:
            _log.warning("review_not_shown", error=error.message)
            with self._place:
                ui.label(text("desk_not_now", self._language)).classes("banner")

    async def _show_card(self, progress: Progress, card: Card | None) -> None:
        if card is None and self._task is not None:
            card = await self._decided_here(self._task)
        elif card is None:
            card = await self._reviewing.next(self._caller, self._topic)
        with self._place:
            if card is not None:
                ReviewCard(card, self._language, self._services.to_html, self._pick)
                return
            waiting = progress.waiting
            count = sum(waiting.values()) if self._topic is None else waiting.get(self._topic, 0)
            key = "review_nothing_for_you" if count else "review_nothing"
            ui.label(text(key, self._language, count=count)).classes("nothing")

    async def _decided_here(self, task_id: int) -> Card | None:
        try:
            return await self._reviewing.disputed_turn(self._caller, task_id)
        except (Forbidden, NotFound):  # by now it is settled
            self._task = None
            return await self._reviewing.next(self._caller, self._topic)

    def _draw_head(self, progress: Progress) -> None:
        language = self._language
        if self._disputes:
            link(text("review_back", language), PATH, "pill")
            return
        ui.label(text("review_hint", language)).classes("hint")
        with ui.element("div").classes("review-progress"):
            done = ui.element("progress")
            with_props(done, value=progress.today, max=max(progress.today + progress.mine, 1))
            named(done, text("review_progress_label", language))
            numbers = {
                "today": progress.today,
                "mine": progress.mine,
                "minutes": math.ceil(progress.mine * progress.pace_s / 60),
            }
            ui.label(text("review_progress", language, **numbers)).props("role=status")
            undo = button(text("review_undo", language), self._undo, "act review-undo")
            with undo:
                ui.label("Z").classes("key").props("aria-hidden=true")
            with_props(undo, **{"aria-keyshortcuts": "Z"})
        self._draw_topics(progress)

    def _draw_topics(self, progress: Progress) -> None:
        topics = dict(progress.waiting)
        if self._topic is not None:
            topics.setdefault(self._topic, 0)
        if len(topics) < 2 and self._topic is None:
            return
        with named(ui.element("nav").classes("chips"), text("review_topics", self._language)):
            for topic, words in [(None, text("review_all_topics", self._language))] + [
                (name, f"{name} · {count}") for name, count in topics.items()
            ]:
                way = link(words, _address(topic)).classes("chip")
                with_props(way, **{"aria-current": str(topic == self._topic).lower()})

    def _draw_foot(self, progress: Progress) -> None:
        language = self._language
        if self._disputes:
            return
        ui.label(text("review_how", language)).classes("hint")
        standing(progress, language)
        if not self._supervises:
            return
        if progress.disputes:
            words = text("review_disputes", language, count=progress.disputes)
            link(words, f"{PATH}?show=disputes", "pill")
        topics = sorted(self._services.knowledge.topics)
        if topics:
            SprintForm(topics, self._topic, progress.pace_s, language, self._sprint).draw()

    async def _pick(self, task_id: int, choice: str, also: Sequence[str]) -> None:
        async def pick(caller: Caller) -> None:
            await self._reviewing.pick(caller, task_id, choice, also)

        done = await self._act(pick)
        if done and self._task is not None:
            ui.navigate.to(f"{PATH}?show=disputes")
        elif done is not None:
            await self.show()
            self._to_turn()

    async def _undo(self, _event: events.GenericEventArguments | None = None) -> None:
        found: list[Card] = []

        async def undo(caller: Caller) -> None:
            found.append(await self._reviewing.undo(caller))

        if await self._act(undo, "review_too_late"):
            ui.notify(text("review_taken_back", self._language), type="positive")
            await self.show(found[0])
            self._to_turn()

    def _to_turn(self) -> None:
        # By the client: what was pressed is gone from the page by now.
        self._client.run_javascript("suflerReview.toTurn()")

    async def _sprint(self, topic: str, checks: int) -> None:
        taken: list[tuple[int, int]] = []

        async def begin(caller: Caller) -> None:
            sprint = await self._reviewing.sprint(caller, topic, checks)
            taken.append((sprint.taken, sprint.there))

        if not await self._act(begin):
            return
        count, there = taken[0]
        if not count:
            ui.notify(text("review_sprint_empty", self._language), type="info")
            return
        words = text("review_sprint_taken", self._language, taken=count, there=there)
        ui.notify(words, type="positive")
        self._topic, self._task = topic, None
        await self.show()

    async def _act(self, what: Do, conflict: str = "review_meanwhile") -> bool | None:
        """Do it as whoever is logged in now; whether it was done. None: they are no more."""
        language = self._language
        try:
            caller, _ = await self._acts.signed(Right.CONVERSE)
            await what(caller)
        except Unauthenticated:
            ui.navigate.to("/login?over")
            return None
        except (Forbidden, Conflict, NotFound) as error:
            key = "review_not_yours" if isinstance(error, Forbidden) else conflict
            ui.notify(text(key, language), type="warning")
            return False
        except SuflerError as error:
            _log.warning("review_not_done", error=error.message)
            ui.notify(text("desk_not_now", language), type="negative")
            return False
        return True


def add_review_page(services: Services, reviewing: Reviewing) -> None:
    """Add /review to NiceGUI."""

    @staff_page(PATH)
    async def review_page(request: Request, client: Client) -> Response | None:
        visit = await visit_of(request, services, Right.CONVERSE)
        if isinstance(visit, Response):
            return visit
        ui.query(".nicegui-content").classes(remove="nicegui-content", add="kb-page")
        frame(visit, styles=_STYLES, scripts=("review.js",))
        client.title = text("review_title", visit.language)
        await ReviewPage(services, reviewing, visit, request).build()
        return None


def _address(topic: str | None) -> str:
    return PATH if topic is None else f"{PATH}?{urlencode({'topic': topic})}"
