"""The steps of a running flow, one after another, until one has to wait for somebody."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sufler.domain.texts import text as catalogue_text
from sufler.flows import model, wording
from sufler.flows.expression import evaluate, lookup, parse, truth
from sufler.flows.state import (
    BUTTON,
    Act,
    Answer,
    Button,
    Call,
    CreateRequest,
    End,
    HandOff,
    Say,
    State,
    Suggest,
)

MAX_STEPS_A_TURN: Final = 100
MAX_FLOWS_DEEP: Final = 5
MAX_KEPT_CHARS: Final = 4000  # of JSON, of one value that a service gave
MAX_KEPT_DEPTH: Final = 20


@dataclass(slots=True)
class Talk:
    """A flow at work in one turn: the state that changes and the acts that come of it."""

    flows: Mapping[str, model.Flow]
    state: State
    now: datetime
    acts: list[Act] = field(default_factory=list)

    @property
    def flow(self) -> model.Flow:
        """The flow at which the talk stands."""
        return self.flows[self.state.flow]

    @property
    def step(self) -> model.AnyStep | None:
        """The step at which the talk stands."""
        return self.flow.step(self.state.step)

    def words(self, text: model.Text) -> str:
        """A text of the flow, filled in."""
        told = wording.said(text, self.state.language)
        return wording.fill(told, self.state.values, self.flow.slots, self.state.language)

    def say(self, text: model.Text) -> None:
        """Says a text of the flow, unless it is empty."""
        if words := self.words(text):
            self.acts.append(Say(words))

    def say_ours(self, key: str) -> None:
        """Says a text of the catalogue."""
        self.acts.append(Say(catalogue_text(key, self.state.language)))

    def ask(self, before: str = "", instead: model.Text | None = None) -> None:
        """Asks the question at which the flow waits, with its buttons; `before` is a key of the
        catalogue that frames it, `instead` another wording. Buttons asked before are stale."""
        step = self.step
        question = self.words(instead) if instead else ""
        if not question and isinstance(step, model.Ask):
            question = self.words(step.text)
        elif not question and isinstance(step, model.Call | model.CreateRequest):
            question = self.words(step.confirm)
        if before:
            question = catalogue_text(before, self.state.language).replace("{question}", question)
        self.state.question += 1
        self.acts.append(Say(question, tuple(self._buttons(step))))

    def _buttons(self, step: model.AnyStep | None) -> list[Button]:
        language = self.state.language
        named: list[tuple[str, str]] = []
        slot = self.flow.slots.get(step.slot) if isinstance(step, model.Ask) else None
        if slot and slot.kind == "choice":
            named += [(wording.said(c.label, language), name) for name, c in slot.choices.items()]
        if (slot and slot.kind == "yes_no") or self.state.waiting == "confirm":
            named += [(catalogue_text(f"flow_{way}", language), way) for way in ("yes", "no")]
        if isinstance(step, model.Ask) and step.optional:
            named.append((catalogue_text("flow_skip", language), "-skip"))
        return [Button(label, f"{BUTTON}{self.state.question}:{name}") for label, name in named]

    def hand_off(self, reason: str, queue: str = "") -> None:
        """Leaves to a person, and is over."""
        self.acts.append(HandOff(queue, reason, self.summary()))
        self.over("handed_off")

    def over(self, outcome: str) -> None:
        """The flow, and whatever flow runs it, is over."""
        self.state.outcome, self.state.waiting = outcome, ""
        self.acts.append(End(outcome))

    def summary(self) -> dict[str, str]:
        """What is known, label by value, for people."""
        slots = self.flow.slots
        made = {}
        for name, value in self.state.values.items():
            slot = slots.get(name)
            label = wording.said(slot.label, self.state.language) if slot else ""
            words = wording.shown(value, slot, self.state.language)
            if words:
                made[label or name] = words
        return made

    def to(self, step: str | None) -> None:
        """Goes to a step; None is the end of the flow."""
        self.state.step = step or ""
        if step and not self.state.above and step not in self.state.path:
            self.state.path.append(step)
        self.state.waiting, self.state.attempts, self.state.agreed = "", 0, False

    def past(self, step: model.AnyStep) -> None:
        """Goes to what follows `step`."""
        self.to(getattr(step, "next", None) or self.flow.after(step.id))

    def nothing_to_undo(self) -> None:
        """Something was changed: from now on there is no going back behind it."""
        self.state.given, self.state.asked = [], []

    def go_on(self) -> None:
        """Takes steps until one waits, or the flow is over. A circle ends at a person."""
        for _ in range(MAX_STEPS_A_TURN):
            if self.state.outcome or self.state.waiting:
                return
            step = self.step
            if step is None:
                self._leave()
            else:
                self._take(step)
        if not self.state.outcome and not self.state.waiting:
            self.hand_off("loop")

    def _take(self, step: model.AnyStep) -> None:
        match step:
            case model.Say():
                self.say(step.text)
                self.past(step)
            case model.Ask():
                self._reach(step)
            case model.Branch():
                self._choose(step)
            case model.Call() | model.CreateRequest():
                self._act(step)
            case model.Suggest():
                self.acts.append(Suggest(step.article))
                self.past(step)
            case model.HandOff():
                self.say(step.text)
                self.hand_off("step", step.queue)
            case model.Run():
                self._run(step)
            case model.End():
                self.say(step.text)
                self._leave()

    def _reach(self, step: model.Ask) -> None:
        known = self.state.values.get(step.slot) is not None or step.slot in self.state.skipped
        if known and not step.always:
            self.past(step)
            return
        if step.always:
            self.state.values.pop(step.slot, None)
        self.state.waiting = "slot"
        self.ask()

    def _choose(self, step: model.Branch) -> None:
        for when in step.when:
            if truth(evaluate(parse(when.test), self.state.values, self.now)):
                self.to(when.go)
                return
        self.to(step.otherwise or self.flow.after(step.id))

    def _act(self, step: model.Call | model.CreateRequest) -> None:
        if f"{self.state.flow}:{step.id}" in self.state.unsure:
            self.hand_off("failed")  # once more might be twice
            return
        if step.confirm and not self.state.agreed:
            self.state.waiting = "confirm"
            self.ask()
            return
        self.state.calls += 1
        self.state.key = f"{self.state.run}:{step.id}:{self.state.calls}"
        values, language = self.state.values, self.state.language
        if isinstance(step, model.Call):
            self.state.waiting = "call"
            headers = {k: wording.in_header(v, values) for k, v in step.headers.items()}
            self.acts.append(
                Call(
                    key=self.state.key,
                    method=step.method,
                    url=wording.in_address(step.url, values),
                    headers=headers,
                    body=None if step.body is None else wording.in_body(step.body, values),
                    timeout_s=step.timeout_s,
                    retries=step.retries if step.method == "GET" else 0,
                )
            )
            return
        self.state.waiting = "request"
        title = wording.plain(wording.said(step.title, language), values, self.flow.slots, language)
        self.acts.append(CreateRequest(self.state.key, step.queue, title, self._fields(step)))

    def _fields(self, step: model.CreateRequest) -> dict[str, str]:
        values, slots = self.state.values, self.flow.slots
        names = step.fields or list(values)
        return {
            name: wording.shown(values.get(name), slots.get(name), self.state.language)
            for name in names
        }

    def _run(self, step: model.Run) -> None:
        if step.flow not in self.flows or len(self.state.above) >= MAX_FLOWS_DEEP:
            self.hand_off("loop")
            return
        self.state.above.append([self.state.flow, self.state.version, step.id])
        self.nothing_to_undo()
        self._enter(self.flows[step.flow])

    def _enter(self, flow: model.Flow) -> None:
        self.state.flow, self.state.version = flow.flow, flow.version
        self.to(flow.steps[0].id)

    def _leave(self) -> None:
        """Back to the flow that runs this one, else the end."""
        if not self.state.above:
            self.over("finished")
            return
        name, version, step_id = self.state.above.pop()
        flow = self.flows.get(name)
        step = flow.step(step_id) if flow else None
        if flow is None or step is None:
            self.over("finished")
            return
        self.state.flow, self.state.version = name, version
        self.nothing_to_undo()
        self.past(step)

    def came(self, answer: Answer) -> None:
        """A service, or whoever creates requests, has answered."""
        step = self.step
        if isinstance(step, model.CreateRequest) and self.state.waiting == "request":
            self.nothing_to_undo()
            if step.number:
                self.state.values[step.number] = wording.in_header("{n}", {"n": answer.number})
            self.past(step)
        elif isinstance(step, model.Call) and self.state.waiting == "call":
            if step.method != "GET":
                self.nothing_to_undo()
                if not answer.status:
                    self.state.unsure.append(f"{self.state.flow}:{step.id}")
            good = 200 <= answer.status < 300
            if good:
                self._keep(step, answer.body)
            chosen = step.on.get(str(answer.status))
            if chosen:
                self.to(chosen)
            elif good:
                self.past(step)
            else:
                self._failed(step)

    def _failed(self, step: model.Call) -> None:
        if step.sorry:
            self.say(step.sorry)
        else:
            self.say_ours("flow_failed")
        if step.failed:
            self.to(step.failed)
        else:
            self.hand_off("failed")

    def _keep(self, step: model.Call, body: Any) -> None:
        for name, path in step.save.items():
            value = kept(body if path in {"", "."} else lookup({"": body}, f".{path}"))
            slot = self.flow.slots.get(name)
            if slot and slot.kind == "money" and isinstance(value, int | float):
                value = {"amount": value, "currency": slot.currency}
            if value is None:
                self.state.values.pop(name, None)
            else:
                self.state.values[name] = value


def kept(value: Any) -> Any:
    """What is kept of a service's answer: plain, finite, at most 4,000 characters of JSON and 20
    levels; else None. A long text is cut."""
    if isinstance(value, str):
        return value[:500]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict | list):
        try:
            size = len(json.dumps(value, allow_nan=False))
        except (ValueError, RecursionError, TypeError):
            return None
        return value if size <= MAX_KEPT_CHARS and _flat(value, MAX_KEPT_DEPTH) else None
    return value if isinstance(value, bool | int | float) and abs(value) < 1e15 else None


def _flat(value: Any, levels: int) -> bool:
    """Whether lists and maps stand in one another no deeper than that: states are copied deeply."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels >= 0 and all(_flat(part, levels - 1) for part in parts)
