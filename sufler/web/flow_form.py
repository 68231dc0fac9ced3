"""A flow as a form, for who knows no YAML: texts, choices and branches; each field is one place."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from sufler.domain.texts import text
from sufler.flows import model
from sufler.flows.editing import Path
from sufler.web.elements import button, heading, named, with_props
from sufler.web.flow_choices import choices_form
from sufler.web.flow_fields import one_of, text_field, ticked

if TYPE_CHECKING:
    from sufler.web.flow_page import FlowPage

# The texts of each kind of step, and whether it must have them.
TEXTS: Final[dict[str, tuple[tuple[str, bool], ...]]] = {
    "say": (("text", True),),
    "ask": (("text", True), ("again", False), ("help", False)),
    "call": (("confirm", False), ("sorry", False)),
    "create_request": (("title", True), ("confirm", False)),
    "hand_off": (("text", False),),
    "end": (("text", False),),
}
_BEGUN: Final = 60  # signs of a step's first text that its head shows
_LONGEST_EXPRESSION: Final = 500


class FormPanel:
    """Cards that open: the beginning, choices, and each step. Only open ones have fields."""

    def __init__(self, page: "FlowPage") -> None:
        self.page = page
        self._place = ui.element("div").classes("flow-form")
        self._open: set[str] = set()
        self._shown = ""
        self._cards: dict[str, Callable[[], Awaitable[None]]] = {}
        self.flow: model.Flow

    async def show(self) -> None:
        """Bring it up to the text."""
        typed = await self.page.settled()
        if typed == self._shown:
            return
        flow = await self.page.work.flow()
        self._shown = typed
        self._place.clear()
        self._cards.clear()
        with self._place:
            if flow is None:
                ui.label(text("flows_unreadable", self.page.language)).classes("nothing")
                return
            self.flow = flow
            ui.label(self._text("flows_form_about")).classes("hint")
            self._card("start", self._text("flows_start"), self._start)
            for name, slot in flow.slots.items():
                if slot.kind == "choice":
                    words = self._text("flows_choice_of", name=name)
                    self._card(f"slot {name}", words, partial(choices_form, self, name, slot))
            heading(2, self._text("flows_steps"))
            for place, step in enumerate(flow.steps):
                self._card(f"step {step.id}", "", partial(self._step, place, step), step)

    async def go_to(self, step: str) -> bool:
        """Open the card of a step; False where there is none."""
        opening = self._cards.get(f"step {step}")
        if not step or opening is None:
            return False
        if f"step {step}" not in self._open:
            await opening()
        self.page.acts.run(f"suflerFlows.goTo('step-{step}')")
        return True

    def edit(self, path: Path, value: Any) -> None:
        """One place is another now; the fields stay as they are."""
        self.page.edit(path, value)

    async def rebuild(self) -> None:
        """After something came or went."""
        self._shown = ""
        await self.show()

    def followed(self, before: str, after: str) -> None:
        """What fields of the form have changed is in the form already."""
        if self._shown == before:
            self._shown = after

    def _card(
        self, key: str, words: str, fill: Callable[[], None], step: model.AnyStep | None = None
    ) -> None:
        with ui.element("section").classes("flow-card") as card:
            head = ui.element("button").classes("flow-card-head").props("type=button")
            body = ui.element("div").classes("flow-card-body")
            if step is not None:
                with_props(card, id=f"step-{step.id}")
            with head:
                if step is None:
                    ui.label(words).classes("flow-card-name")
                else:
                    self._head_of(step)

        async def press() -> None:
            opened = key not in self._open
            (self._open.add if opened else self._open.discard)(key)
            draw(opened)

        def draw(opened: bool) -> None:
            with_props(head, **{"aria-expanded": str(opened).lower()})
            body.set_visibility(opened)
            if opened and not body.default_slot.children:
                with body:
                    fill()

        head.on("click", press, args=[])
        self._cards[key] = press
        draw(key in self._open)

    def _head_of(self, step: model.AnyStep) -> None:
        ui.label(step.id).classes("flow-card-name")
        ui.label(self._text(f"flows_do_{step.do}")).classes("tag")
        texts = [getattr(step, name) for name, _ in TEXTS.get(step.do, ())]
        told: model.Text = next((each for each in texts if each), {})
        words = told.get(self.page.language) or next(iter(told.values()), "")
        if words:
            begun = words if len(words) <= _BEGUN else words[: _BEGUN - 1] + "…"
            ui.label(begun).classes("hint flow-card-words")

    def _start(self) -> None:
        self.texts(("title",), self._text("flows_title_field"), self.flow.title, needed=True)
        for language in self.flow.languages:
            said = self.flow.triggers.phrasings.get(language, [])
            self.lines(
                ("triggers", "phrasings", language),
                self._text("flows_phrasings", spoken=self._text(f"kb_in_{language}")),
                said,
                language,
            )

    def _step(self, place: int, step: model.AnyStep) -> None:
        path: Path = ("steps", place)
        for name, needed in TEXTS.get(step.do, ()):
            value = getattr(step, name)
            self.texts((*path, name), self._text(f"flows_field_{name}"), value, needed=needed)
        match step:
            case model.Ask():
                self._ask(path, step)
            case model.Branch():
                self._branch(path, step)
            case model.HandOff() | model.CreateRequest():
                caption = self._text("flows_queue")
                self._line((*path, "queue"), caption, step.queue, most=64)
            case model.Call():
                ui.label(f"{step.method} {step.url}").classes("flow-mono")
                ui.label(self._text("flows_in_yaml")).classes("hint")
            case model.Suggest():
                self._line((*path, "article"), self._text("flows_article"), step.article, most=200)
            case model.Run():
                self._line((*path, "flow"), self._text("flows_run_flow"), step.flow, most=30)
        if hasattr(step, "next"):
            self.steps((*path, "next"), self._text("flows_next"), step.next)

    def _ask(self, path: Path, step: model.Ask) -> None:
        slot = self.flow.slots.get(step.slot)
        kind = self._text(f"flows_kind_{slot.kind}") if slot else "—"
        ui.label(self._text("flows_asks_for", name=step.slot, kind=kind)).classes("hint")
        options = {str(count): str(count) for count in range(1, 11)}

        def attempts(count: str) -> None:
            self.edit((*path, "attempts"), int(count))

        def optional(yes: bool) -> None:
            self.edit((*path, "optional"), True if yes else None)

        one_of(self._text("flows_attempts"), options, str(step.attempts), attempts)
        ticked(self._text("flows_optional"), step.optional, optional)
        self.steps((*path, "failed"), self._text("flows_failed"), step.failed, "flows_to_person")

    def _branch(self, path: Path, step: model.Branch) -> None:
        for number, when in enumerate(step.when):
            at = (*path, "when", number)
            with ui.element("div").classes("flow-when"):
                caption = self._text("flows_when", number=number + 1)
                self._line((*at, "if"), caption, when.test, most=_LONGEST_EXPRESSION, needed=True)
                self.steps((*at, "go"), self._text("flows_go"), when.go, None)
                if len(step.when) > 1:
                    self.remover(at, self._text("flows_take_away"), caption)

        async def add() -> None:
            last = self.flow.steps[-1].id
            self.edit((*path, "when", len(step.when)), {"if": "true", "go": last})
            await self.rebuild()

        button(self._text("flows_add_when"), add, "act")
        self.steps((*path, "otherwise"), self._text("flows_otherwise"), step.otherwise)
        ui.label(self._text("flows_expressions")).classes("hint")

    def texts(self, path: Path, caption: str, value: model.Text, *, needed: bool) -> None:
        """A text in the flow's languages."""
        now = dict(value)

        def entered(language: Any, words: str) -> None:
            now[language] = words.strip()
            if not any(now.values()) and not needed:
                self._forget(path)
                self.edit(path, None)
            else:
                self.edit((*path, language), words.strip() or None)

        for language in self.flow.languages:
            spoken = f"{caption}, {self._text(f'kb_in_{language}')}"
            text_field(
                spoken,
                value.get(language, ""),
                partial(entered, language),
                spoken=language,
                lines=True,
            )

    def lines(self, path: Path, caption: str, value: list[str], language: str) -> None:
        """A list, one to a line."""

        def entered(words: str) -> None:
            said = [line.strip() for line in words.splitlines() if line.strip()]
            self.edit(path, list(dict.fromkeys(said)) or None)

        hint = self._text("flows_one_a_line")
        text_field(caption, "\n".join(value), entered, spoken=language, lines=True, hint=hint)

    def _line(
        self, path: Path, caption: str, value: str, *, most: int, needed: bool = False
    ) -> None:
        def entered(words: str) -> None:
            self.edit(path, words.strip() or ("" if needed else None))

        text_field(caption, value, entered, most=most).classes("flow-mono")

    def steps(
        self, path: Path, caption: str, value: str | None, nowhere: str | None = "flows_goes_on"
    ) -> None:
        """A step to go to; `nowhere` is what it means when none is named, None: one must be."""
        options = {} if nowhere is None else {"": self._text(nowhere)}
        options |= {step.id: step.id for step in self.flow.steps}
        if value and value not in options:
            options[value] = value

        def entered(step: str) -> None:
            self.edit(path, step or None)

        one_of(caption, options, value or "", entered)

    def remover(self, path: Path, words: str, of: str) -> None:
        """A button that takes a place away."""

        async def press() -> None:
            self._forget(path)
            self.edit(path, None)
            await self.rebuild()

        named(button(words, press, "act"), f"{words}: {of}")

    def _forget(self, path: Path) -> None:
        """What waits to be written inside a place that goes."""
        waiting = self.page.work.waiting
        for each in [each for each in waiting if each[: len(path)] == path]:
            del waiting[each]

    def _text(self, key: str, **values: object) -> str:
        return text(key, self.page.language, **values)
