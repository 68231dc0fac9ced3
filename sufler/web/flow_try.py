"""A try-out of the flow as it stands on the page: in memory only, nothing of customers' is touched.

A call is answered by who tries, or really made when they say so.
"""

import json
import secrets
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import LANGUAGES, Language
from sufler.domain.texts import text
from sufler.flows import model, run, state
from sufler.flows.wording import shown
from sufler.web.elements import button, heading, named, with_props
from sufler.web.flow_calling import CallCard
from sufler.web.flow_fields import one_of

if TYPE_CHECKING:
    from sufler.web.flow_page import FlowPage

MAX_LINES: Final = 400
MAX_WORDS: Final = 2000
_SAMPLES: Final[dict[str, dict[str, Any]]] = {
    "photo": {"id": "try-out", "name": "photo.jpg"},
    "file": {"id": "try-out", "name": "file.pdf"},
    "location": {"latitude": 55.75, "longitude": 37.61},
    "contact": {"phone": "+79123456789", "name": "—"},
}


class TryOut:
    """One talk at a time."""

    def __init__(self, page: "FlowPage") -> None:
        self._page = page
        self._flows: run.Flows = {}
        self._state: state.State | None = None
        self._waiting: state.Call | state.CreateRequest | None = None
        self._turns = 0
        self._spoken: Language = page.language
        with ui.element("section").classes("flow-card flow-try"):
            heading(2, self._text("flows_try"))
            with ui.element("div").classes("acts"):
                spoken: dict[str, str] = {each: self._text(f"kb_in_{each}") for each in LANGUAGES}
                one_of(self._text("flows_try_language"), spoken, self._spoken, self._speak)
                button(self._text("flows_try_begin"), self._begin, "act main")
            self._log = ui.element("div").classes("flow-talk").props("tabindex=0 role=log")
            named(self._log, self._text("flows_try_log"))
            self._answering = ui.element("div").classes("flow-answering")
            self._facts = ui.element("dl").classes("flow-facts")
        self._draw_facts()
        self._draw_answering()

    def _speak(self, chosen: str) -> None:
        self._spoken = next(each for each in LANGUAGES if each == chosen)

    async def _begin(self) -> None:
        page = self._page
        typed = await page.settled()
        try:
            self._flows = await page.flows.book.others(page.work.name, typed)
        except BadInput as error:
            page.acts.say(text("flows_try_not", page.language, error=error.message), "negative")
            return
        errors = await page.faults.look()
        if errors:
            page.acts.say(text("flows_try_faults", page.language, count=errors), "negative")
            return
        flow = await page.work.flow()
        if flow is None:
            return
        self._turns = 0
        self._log.clear()
        now = page.services.clock.now()
        run_id = f"try-{secrets.token_hex(8)}"  # keys of real calls begin with it
        self._move(run.start(self._flows, flow.flow, run_id, self._spoken, now))

    async def _send(self, words: str, pressed: str = "", sent: str = "") -> None:
        if self._state is None or self._waiting is not None or not (words or pressed or sent):
            return
        self._turns += 1
        things = (state.Attachment(sent, _SAMPLES[sent]),) if sent else ()
        given = state.Input(str(self._turns), "" if pressed else words[:MAX_WORDS], pressed, things)
        with self._line("customer"):
            ui.label(words or self._text(f"flows_kind_{sent}")).classes("flow-said")
        now = self._page.services.clock.now()
        self._move(run.take(self._flows, self._state, given, now))

    def answer(self, given: state.Answer, told: str) -> None:
        """What a call or a request brought."""
        if self._state is None or self._waiting is None:
            return
        with self._line("service"):
            ui.label(told).classes("flow-mono flow-said")
        now, key = self._page.services.clock.now(), self._waiting.key
        self._move(run.answered(self._flows, self._state, key, given, now))

    def _move(self, result: run.Result) -> None:
        self._state, acts = result
        self._waiting = None
        buttons: tuple[state.Button, ...] = ()
        for act in acts:
            self._show(act)
            if isinstance(act, state.Say):
                buttons = act.buttons
            if isinstance(act, state.Call | state.CreateRequest):
                self._waiting = act
        while len(self._log.default_slot.children) > MAX_LINES:
            self._log.remove(0)
        self._draw_answering(buttons)
        self._draw_facts()
        self._page.acts.run("suflerFlows.toEnd()")

    def _line(self, who: str) -> ui.element:
        with self._log:
            line = with_props(ui.element("div").classes("flow-line"), **{"data-who": who})
        with line:
            ui.label(self._text(f"flows_who_{who}")).classes("unseen")
        return line

    def _show(self, act: state.Act) -> None:
        page = self._page
        if isinstance(act, state.Say):
            with self._line("bot"):
                ui.html(page.services.to_html(act.text), sanitize=False).classes("flow-said")
            return
        with self._line("event"):
            match act:
                case state.Aside():
                    words = self._text("flows_try_aside", words=act.text)
                case state.Call():
                    words = self._text("flows_try_call", method=act.method, url=act.url)
                case state.CreateRequest():
                    words = self._text("flows_try_request", title=act.title, queue=act.queue or "—")
                case state.Suggest():
                    words = self._text("flows_try_article", title=self._title(act.article))
                case state.HandOff():
                    words = self._text("flows_try_hand_off", queue=act.queue or "—")
                case state.End():
                    words = self._text(f"flows_try_{act.outcome}")
            ui.label(words).classes("flow-said")
            if isinstance(act, state.CreateRequest):
                _facts(act.fields)
            elif isinstance(act, state.HandOff):
                _facts(act.summary)

    def _title(self, article_id: str) -> str:
        article = self._page.services.knowledge.article(article_id)
        return article.in_language(self._spoken)[1].title if article else article_id

    def _draw_answering(self, buttons: tuple[state.Button, ...] = ()) -> None:
        self._answering.clear()
        with self._answering:
            if self._state is None:
                ui.label(self._text("flows_try_about")).classes("hint")
            elif self._state.outcome:
                ui.label(self._text("flows_try_over")).classes("hint")
            elif isinstance(self._waiting, state.Call):
                CallCard(self._page, self._waiting, self.answer)
            elif isinstance(self._waiting, state.CreateRequest):
                self._numbering()
            else:
                self._talking(buttons)

    def _talking(self, buttons: tuple[state.Button, ...]) -> None:
        if buttons:
            with ui.element("div").classes("chips"):
                for each in buttons:
                    self._choice(each)
        kind = self._asked_kind()
        if kind in _SAMPLES:

            async def send() -> None:
                await self._send("", sent=kind)

            thing = self._text(f"flows_kind_{kind}")
            button(self._text("flows_try_send_thing", thing=thing), send, "chip")
        with ui.element("div").classes("flow-write"):
            field = ui.input().props(f"borderless dense hide-bottom-space maxlength={MAX_WORDS}")
            field.classes("flow-write-field")
            named(field, self._text("flows_try_words"))

            async def say() -> None:
                await self._send(str(field.value or "").strip())

            field.on("keydown.enter", say, args=[])
            button(self._text("flows_try_send"), say, "act main")
        self._page.acts.run(f"suflerFlows.write('{field.html_id}')")

    def _choice(self, each: state.Button) -> None:
        async def press() -> None:
            await self._send(each.label, pressed=each.data)

        button(each.label, press, "chip")

    def _numbering(self) -> None:
        with ui.element("div").classes("flow-write"):
            field = ui.input(value="1").props("borderless dense hide-bottom-space maxlength=30")
            field.classes("flow-write-field")
            named(field, self._text("flows_try_number"))

            async def give() -> None:
                number = str(field.value or "").strip() or "1"
                self.answer(state.Answer(number=number), f"№ {number}")

            button(self._text("flows_try_number"), give, "act main")

    def _asked_kind(self) -> str:
        at = self._state
        flow = self._flows.get(at.flow) if at else None
        step = flow.step(at.step) if at and flow else None
        if flow is None or not isinstance(step, model.Ask):
            return ""
        slot = flow.slots.get(step.slot)
        return slot.kind if slot else ""

    def _draw_facts(self) -> None:
        at = self._state
        self._facts.clear()
        if at is None:
            return
        flow = self._flows.get(at.flow)
        with self._facts:
            where = at.step if not at.above else f"{at.flow} → {at.step}"
            _fact(self._text("flows_try_step"), where, "step")
            for name, value in at.values.items():
                if value is None:
                    continue
                slot = flow.slots.get(name) if flow else None
                words = shown(value, slot, at.language)
                kept = json.dumps(value, ensure_ascii=False, default=str)[:MAX_WORDS]
                _fact(name, words if kept.strip('"') == words else f"{words} · {kept}", name)

    def _text(self, key: str, **values: object) -> str:
        return text(key, self._page.language, **values)


def _facts(known: dict[str, str]) -> None:
    with ui.element("dl").classes("flow-facts"):
        for name, value in known.items():
            _fact(name, value, name)


def _fact(name: str, value: str, key: str) -> None:
    with with_props(ui.element("div"), **{"data-slot": key}):
        with ui.element("dt"):
            ui.label(name)
        with ui.element("dd"):
            ui.label(value or "—")
