"""Small flows for tests, and one customer who talks with them."""

import json
from datetime import datetime
from typing import Any

from sufler.flows import run
from sufler.flows.load import load_flow
from sufler.flows.model import Flow
from sufler.flows.state import Act, Answer, Attachment, Call, CreateRequest, Input, Say, State

NOW = datetime.fromisoformat("2026-11-24T12:00:00+03:00")


def flow_of(steps: str, slots: str = "{}", name: str = "small", version: int = 1) -> Flow:
    """A flow of these steps, in both languages without a fuss."""
    return load_flow(
        f"flow: {name}\nversion: {version}\ntitle: {{ru: Т, en: T}}\n"
        f"triggers: {{commands: [{name}]}}\nslots: {slots}\nsteps:\n{steps}"
    )


class Customer:
    """Talks with a flow. What stands in `state` is what JSON gave back."""

    def __init__(self, *flows: Flow, first: str = "", known: dict[str, Any] | None = None) -> None:
        self.flows = {flow.flow: flow for flow in flows}
        self.turns = 0
        given = Input("first", first) if first else None
        name = flows[0].flow
        state, self.acts = run.start(self.flows, name, "r1", "ru", NOW, given, known)
        self.state = _stored(state)

    def says(self, text: str = "", button: str = "", *things: Attachment) -> list[Act]:
        self.turns += 1
        turn = Input(f"t{self.turns}", text, button, things)
        state, self.acts = run.take(self.flows, self.state, turn, NOW)
        self.state = _stored(state)
        return self.acts

    def presses(self, label: str) -> list[Act]:
        return self.says(button=self.buttons[label])

    def service(self, status: int = 200, body: Any = None, number: str = "") -> list[Act]:
        key = self.state.key
        state, self.acts = run.answered(
            self.flows, self.state, key, Answer(status, body, number), NOW
        )
        self.state = _stored(state)
        return self.acts

    @property
    def buttons(self) -> dict[str, str]:
        return {b.label: b.data for act in self.acts if isinstance(act, Say) for b in act.buttons}

    @property
    def said(self) -> str:
        return " | ".join(act.text for act in self.acts if isinstance(act, Say))

    @property
    def call(self) -> Call:
        return next(act for act in self.acts if isinstance(act, Call))

    @property
    def request(self) -> CreateRequest:
        return next(act for act in self.acts if isinstance(act, CreateRequest))


def _stored(state: State) -> State:
    return State.from_plain(json.loads(json.dumps(state.to_plain(), allow_nan=False)))
