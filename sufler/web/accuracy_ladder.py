"""The ladder of a topic: three steps in plain words, and what will happen on the click."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from sufler.domain.checks import ModeChange
from sufler.domain.errors import Conflict, SuflerError
from sufler.domain.knowledge import Mode, Topic
from sufler.domain.locales import number
from sufler.domain.people import Caller
from sufler.prompter.accuracy.standing import TopicStanding
from sufler.prompter.accuracy.watch import AUDITS, DEMOTED_AT, WRONG_COSTS
from sufler.web.accuracy_services import Ladder
from sufler.web.accuracy_words import needed_line, promise
from sufler.web.admin_fields import AreaField, Select
from sufler.web.charts import percent
from sufler.web.elements import button, heading, named, with_props
from sufler.web.figure_parts import FigurePage

MOST_WORDS = 300
# What may be chosen; the harmless first, money last.
TARGETS = (0.80, 0.85, 0.90, 0.95, 0.98)
HOLDS_S = (0, 15, 30, 60, 120, 300, 600)


class LadderPart:
    """The steps of one topic, as it stands now. `redraw` shows the whole page anew."""

    def __init__(
        self, page: FigurePage, ladder: Ladder, redraw: Callable[[], Awaitable[None]]
    ) -> None:
        self._page = page
        self._ladder = ladder
        self._redraw = redraw

    def draw(self, standing: TopicStanding) -> None:
        """Put it up."""
        page = self._page
        heading(2, page.text("acc_ladder"))
        with ui.element("ol").classes("ladder"):
            for mode in Mode:
                here = mode is standing.mode
                step = ui.element("li").classes("ladder-step card")
                with with_props(step, **{"aria-current": str(here).lower()}):
                    heading(3, page.text(f"kb_mode_{mode.value}"))
                    ui.label(page.text(f"kb_mode_{mode.value}_means"))
                    if here:
                        ui.label(page.text("acc_here")).classes("tag")
                        self._again(mode, standing)
                    else:
                        self._step(mode, standing)
        self._choices(standing)

    def _again(self, mode: Mode, standing: TopicStanding) -> None:
        """Who answers by a person's word may be put under the certificate that it has now."""
        if mode is Mode.ANSWERS and standing.without_certificate and standing.may_answer:
            self._step(mode, standing)

    def _step(self, mode: Mode, standing: TopicStanding) -> None:
        key = f"kb_mode_{mode.value}_do"
        if mode is Mode.ANSWERS and standing.may_answer:
            key = "acc_answers_do"

        async def ask() -> None:
            self._ask(mode, standing, self._page.text(key))

        main = mode is Mode.ANSWERS and standing.may_answer
        button(self._page.text(key), ask, "act main" if main else "act")

    def _ask(self, mode: Mode, standing: TopicStanding, do: str) -> None:
        """Say what will happen, and do it when that is wanted."""
        page = self._page
        field: AreaField | None = None
        with ui.dialog() as dialog, ui.element("div").classes("step-dialog"):
            asks = page.text("kb_mode_ask", topic=standing.topic)
            named(dialog, asks)
            heading(2, asks)
            ui.label(page.text(f"kb_mode_{mode.value}_will"))
            if mode is Mode.ANSWERS:
                field = self._consequences(standing)

            async def confirm() -> None:
                words = " ".join((field.value if field else "").split())
                if mode is Mode.ANSWERS and not standing.may_answer and not words:
                    ui.notify(page.text("kb_mode_reason_missing"), type="warning")
                    return

                async def change(caller: Caller) -> ModeChange:
                    return await self._ladder.change(caller, standing.topic, mode, words)

                if await page.act(change) is not None:
                    dialog.close()
                    await self._redraw()

            async def cancel() -> None:
                dialog.close()

            with ui.element("div").classes("acts"):
                button(page.text("kb_cancel"), cancel, "act")
                button(do, confirm, "act main")
        dialog.on("hide", dialog.delete)
        dialog.open()

    def _consequences(self, standing: TopicStanding) -> AreaField | None:
        """In numbers with a certificate; without one, why not, and a field for the reason."""
        page, language = self._page, self._page.visit.language
        audited = AUDITS[0][0]
        watched = page.text(
            "acc_will_watch",
            first=number(audited, language),
            costs=number(WRONG_COSTS, language),
            limit=number(DEMOTED_AT, language),
        )
        if standing.may_answer:
            ui.label(promise(standing, language))
            ui.label(watched)
            return None
        ui.label(page.text("kb_mode_no_certificate")).classes("banner")
        ui.label(needed_line(standing, language))
        ui.label(watched)
        return AreaField(page.text("kb_mode_reason"), most=MOST_WORDS)

    def _choices(self, standing: TopicStanding) -> None:
        """Which precision has to be proved, and how long an answer waits on the desk."""
        page, language = self._page, self._page.visit.language

        async def aim(value: str) -> None:
            await self._tune(standing, target=float(value))

        async def hold(value: str) -> None:
            await self._tune(standing, hold_s=int(value))

        targets = sorted({*TARGETS, standing.target})
        holds = sorted({*HOLDS_S, standing.hold_s})
        with ui.element("div").classes("add-form"):
            Select(
                {str(each): percent(each, language) for each in targets},
                str(standing.target),
                page.text("acc_target"),
                aim,
                shown=True,
            )
            Select(
                {
                    str(each): page.counted("acc_hold_s", each) if each else page.text("acc_hold_0")
                    for each in holds
                },
                str(standing.hold_s),
                page.text("acc_hold"),
                hold,
                shown=True,
            )
        ui.label(page.text("acc_choices_text")).classes("hint")

    async def _tune(
        self, standing: TopicStanding, target: float | None = None, hold_s: int | None = None
    ) -> None:
        async def tune(caller: Caller) -> Topic:
            topic = standing.topic
            return await self._ladder.tune(caller, topic, target=target, hold_s=hold_s)

        if await self._page.act(tune) is not None:
            ui.notify(self._page.text("acc_kept"))
        await self._redraw()


def refusal(page: FigurePage, error: SuflerError) -> str | None:
    """Why the ladder refused, in words; None where the general ones fit."""
    if isinstance(error, Conflict):
        keys = {
            "words": "kb_mode_reason_missing",
            "mode": "acc_same_mode",
            "target": "acc_unproved",
        }
        key = keys.get(error.field or "")
        return page.text(key) if key else None
    return None
