"""Written talks with a flow, and whether it still talks so: `sufler flows test`.

A file of talks stands beside its flow: `returns.yaml`, `returns.test.yaml`.
"""

import difflib
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from sufler.domain.knowledge import Language
from sufler.flows import model, run, state
from sufler.flows.load import read_nodes, read_yaml
from sufler.flows.shape_faults import refused
from sufler.flows.wording import readable

_STRICT = ConfigDict(extra="forbid")
MAX_CALLS_A_TURN: Final = 20


@dataclass(frozen=True, config=_STRICT)
class Recorded:
    """What the next call, or created request, brings in this talk."""

    status: int = 200
    body: Any = None
    number: str = ""


@dataclass(frozen=True, config=_STRICT)
class Line:
    """One turn: what the customer does, what is recorded for the calls that follow, and what the
    bot does. `bot` holds one line an act: a text, or an act in brackets such as [end finished]."""

    customer: str | None = None
    press: str | None = None  # the label of a button
    send: dict[str, Any] | None = None  # {photo: {id: …}}
    calls: list[Recorded] = field(default_factory=list)
    bot: list[str] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)  # some of what is known after it


@dataclass(frozen=True, config=_STRICT)
class WrittenTalk:
    """One talk. Its first turn starts the flow, with the customer's message where it has one; `now`
    is when all of it happens; `known` are slots that are known before."""

    name: str
    talk: Annotated[list[Line], Field(min_length=1, max_length=100)]
    language: Language = "ru"
    now: str = "2026-11-24T12:00:00+03:00"
    known: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, config=_STRICT)
class WrittenTalks:
    """The file."""

    flow: model.Name
    talks: Annotated[list[WrittenTalk], Field(min_length=1, max_length=200)]


_TALKS = TypeAdapter(WrittenTalks)


def load_talks(text: str, where: str) -> WrittenTalks:
    """The talks of a file. Raises BadInput that names the line and the talk."""
    data = read_yaml(text, where)
    try:
        return _TALKS.validate_python(data)
    except ValidationError as error:
        raise refused(error, where, data, read_nodes(text, where)) from None


def play(flows: Mapping[str, model.Flow], flow: str, talk: WrittenTalk) -> list[str]:
    """Plays a talk: nothing when all is as written, else a difference to read, line by line."""
    try:
        now = datetime.fromisoformat(talk.now)
    except ValueError:
        return [f"now: {talk.now!r} is no moment such as 2026-11-24T12:00:00+03:00"]
    if now.tzinfo is None:
        return [f"now: {talk.now!r} does not say its time zone (+03:00)"]
    player = _Player(flows, flow, talk, now)
    wanted: list[str] = []
    came: list[str] = []
    for number, line in enumerate(talk.talk, 1):
        said = _customer(line)
        wanted += [said, *(f"  bot: {each}" for each in line.bot)]
        came += [said, *(f"  bot: {each}" for each in player.turn(number, line))]
        for name, value in line.slots.items():
            wanted.append(f"  slot {name}: {value!r}")
            came.append(f"  slot {name}: {player.value(name)!r}")
    if wanted == came:
        return []
    lines = difflib.unified_diff(wanted, came, "written", "came", lineterm="", n=3)
    return list(lines)


class _Player:
    def __init__(
        self, flows: Mapping[str, model.Flow], flow: str, talk: WrittenTalk, now: datetime
    ) -> None:
        self.flows, self.flow, self.talk, self.now = flows, flow, talk, now
        self.state: state.State | None = None
        self.buttons: dict[str, str] = {}

    def value(self, name: str) -> Any:
        return self.state.values.get(name) if self.state else None

    def turn(self, number: int, line: Line) -> list[str]:
        """What the bot does in a turn, one line an act."""
        button = self.buttons.get(line.press or "", "")
        if line.press and not button:
            return [f"[there is no button “{line.press}”]"]
        things = tuple(state.Attachment(k, v) for k, v in (line.send or {}).items())
        given = state.Input(f"turn-{number}", line.customer or "", button, things)
        recorded = list(line.calls)
        if self.state is None:
            first = given if line.customer else None
            self.state, acts = run.start(
                self.flows, self.flow, "talk", self.talk.language, self.now, first, self.talk.known
            )
        else:
            self.state, acts = run.take(self.flows, self.state, given, self.now)
        told: list[str] = []
        for _ in range(MAX_CALLS_A_TURN):
            told += [written(act) for act in acts]
            self._see(acts)
            waiting = [a for a in acts if isinstance(a, state.Call | state.CreateRequest)]
            if not waiting or not recorded:
                break
            answer = recorded.pop(0)
            self.state, acts = run.answered(
                self.flows,
                self.state,
                waiting[0].key,
                state.Answer(answer.status, answer.body, answer.number),
                self.now,
            )
        return [*told, *(f"[recorded but not called: {each.status}]" for each in recorded)]

    def _see(self, acts: list[state.Act]) -> None:
        for act in acts:
            if isinstance(act, state.Say) and act.buttons:
                self.buttons = {button.label: button.data for button in act.buttons}


def _customer(line: Line) -> str:
    if line.press:
        return f"customer presses: {line.press}"
    if line.send:
        return f"customer sends: {', '.join(line.send)}"
    return f"customer: {line.customer}" if line.customer else "(the flow begins)"


def written(act: state.Act) -> str:
    """An act on one line, as it stands in written talks."""
    match act:
        case state.Say():
            buttons = " ".join(f"<{button.label}>" for button in act.buttons)
            words = readable(act.text).replace("\u00a0", " ").strip().replace("\n", " / ")
            return f"{words} {buttons}".strip()
        case state.Aside():
            return "[question aside]"
        case state.Call():
            return f"[call {act.method} {act.url}]"
        case state.CreateRequest():
            fields = ", ".join(f"{k}={v}" for k, v in act.fields.items() if v)
            return f"[request {act.queue or 'default'}: {act.title} ({fields})]".replace(
                "\u00a0", " "
            )
        case state.Suggest():
            return f"[article {act.article}]"
        case state.HandOff():
            return f"[hand off {act.queue or 'default'}: {act.reason}]"
        case state.End():
            return f"[end {act.outcome}]"
