"""Runs a flow: the customer's turn in, acts out. Pure: the state is plain data, time is given.

`start`, `take` and `answered` never raise for what a customer or a service says.
"""

import copy
import re
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sufler.domain.knowledge import Language
from sufler.flows import model
from sufler.flows.expression import evaluate, parse, truth
from sufler.flows.slots.choices import yes_or_no
from sufler.flows.slots.reading import TELLING, Message, fits, read
from sufler.flows.state import BUTTON, Act, Answer, Aside, End, HandOff, Input, State
from sufler.flows.stepping import Talk
from sufler.flows.wishes import Wish, is_question, wish_of
from sufler.kb_index.normalise import normalise

MAX_TEXT: Final = 2000
_RUNS_APART: Final = 10_000
_QUESTIONS_A_RUN: Final = 1_000
# So few that no answer that is not understood is the last one.
_UNTRIED: Final = -1_000
_MENDS = re.compile(
    r"^\s*(?:ой|нет|не|неверно|ошиб\w+|исправ\w+|точнее|вернее|простите|извините|sorry|no|not"
    r"|actually|wait|oops|correction|i mean|i meant)\b[\s,.:;!—-]*"
    r"(?:(?:нет|не|номер|no|wait|it'?s|а)\b[\s,.:;!—-]*)*",
    re.IGNORECASE,
)
# What a short correction can be about, and whose question takes any words at all.
_MENDABLE: Final = TELLING | {"number"}
_ANYTHING: Final = frozenset({"text", "address", "yes_no"})

Flows = Mapping[str, model.Flow]
Result = tuple[State, list[Act]]


def start(
    flows: Flows,
    name: str,
    run: str,
    language: Language,
    now: datetime,
    first: Input | None = None,
    known: Mapping[str, Any] | None = None,
) -> Result:
    """Begins flow `name`; `run` is an id of this run, unique for ever (idempotency keys begin with
    it). What the customer's `first` message tells, and what is `known`, is not asked again.
    Raises KeyError for a flow that there is not."""
    flow = flows[name]
    first_step = flow.steps[0].id
    state = State(flow.flow, flow.version, run, language, step=first_step, path=[first_step])
    # Questions of different runs have different numbers: an old button must answer no new question.
    state.question = zlib.crc32(run.encode()) % _RUNS_APART * _QUESTIONS_A_RUN
    state.values = {k: v for k, v in (known or {}).items() if k in flow.slots and v is not None}
    talk = Talk(flows, state, now)
    if first is not None:
        state.last_input = first.id
        _gather(talk, _message(talk, first.text), first, besides="")
    talk.go_on()
    return state, talk.acts


def take(flows: Flows, before: State, turn: Input, now: datetime) -> Result:
    """The flow after a customer's turn. One turn counts once: the same id again does nothing, nor
    does a turn after the end. `before` stays as it is."""
    state = copy.deepcopy(before)
    if state.outcome or turn.id == state.last_input:
        return state, []
    state.last_input = turn.id
    talk = Talk(flows, state, now)
    if _is_another(flows, state):
        return _restart(talk, turn)
    message = _message(talk, turn.text)
    wish = _wish(talk, turn, message)
    if wish is Wish.OPERATOR:
        talk.hand_off("asked")
    elif wish is Wish.CANCEL:
        talk.say_ours("flow_cancelled")
        talk.over("cancelled")
    elif state.waiting in {"call", "request"}:
        talk.say_ours("flow_wait")
    elif turn.button and _is_stale(state, turn.button):
        talk.ask("flow_stale")
    elif wish is Wish.BACK:
        _back(talk)
    elif wish is Wish.HELP:
        _help(talk)
    elif state.waiting == "confirm":
        _confirmed(talk, turn, message)
    elif wish is Wish.SKIP and isinstance(talk.step, model.Ask) and talk.step.optional:
        state.skipped.append(talk.step.slot)
        talk.past(talk.step)
    else:
        _answer(talk, turn, message)
    if turn.button and is_question(message.text):
        talk.acts.append(Aside(message.text))
    talk.go_on()
    return state, talk.acts


def answered(flows: Flows, before: State, key: str, answer: Answer, now: datetime) -> Result:
    """The flow after a call or a request was answered; `key` is that of the act. An answer that is
    not waited for does nothing."""
    state = copy.deepcopy(before)
    if state.outcome or key != state.key or state.waiting not in {"call", "request"}:
        return state, []
    talk = Talk(flows, state, now)
    if state.flow not in flows:
        return _gone(talk)
    if _is_another(flows, state):
        talk.hand_off("failed")  # what the answer was for is gone; a person sorts it out
        return state, talk.acts
    talk.came(answer)
    talk.go_on()
    return state, talk.acts


def remind(flows: Flows, before: State, now: datetime) -> Result:
    """Asks the question again of a customer who has not answered it."""
    state = copy.deepcopy(before)
    if state.outcome or state.waiting not in {"slot", "confirm"} or _is_another(flows, state):
        return state, []
    talk = Talk(flows, state, now)
    talk.ask("flow_remind")
    return state, talk.acts


def left(flows: Flows, before: State, outcome: str, now: datetime) -> tuple[State, dict[str, str]]:
    """The flow ended from outside with this outcome; and what it knew, label by value, for
    people."""
    state = copy.deepcopy(before)
    known = Talk(flows, state, now).summary() if state.flow in flows else {}
    state.outcome, state.waiting = outcome, ""
    return state, known


def is_about(flows: Flows, before: State, turn: Input, now: datetime) -> bool:
    """Whether the turn is about this flow: it answers the question, mends something, or is one of
    the words that lead a flow. For one that was left alone long ago: what may be another matter
    is, and a flow that was changed since is over."""
    if _is_another(flows, before) or is_question(turn.text):
        return False
    untried = copy.deepcopy(before)
    untried.attempts = _UNTRIED
    state, acts = take(flows, untried, turn, now)
    return state.attempts != _UNTRIED + 1 and not any(isinstance(act, Aside) for act in acts)


def takes_anything(flows: Flows, state: State) -> bool:
    """Whether any words answer the question at which the flow stands."""
    flow = flows.get(state.flow)
    step = flow.step(state.step) if flow else None
    slot = flow.slots.get(step.slot) if flow and isinstance(step, model.Ask) else None
    return slot is not None and slot.kind in {"text", "address"}


def _message(talk: Talk, text: str) -> Message:
    return Message(normalise(text, MAX_TEXT), talk.now, talk.state.language)


def _is_another(flows: Flows, state: State) -> bool:
    """Whether the flow was changed or taken away since."""
    flow = flows.get(state.flow)
    return flow is None or flow.version != state.version or flow.step(state.step) is None


def _restart(talk: Talk, turn: Input) -> Result:
    """Begins the changed flow anew with what is still good of what was told."""
    state = talk.state
    root = state.above[0][0] if state.above else state.flow
    flow = talk.flows.get(root)
    if flow is None:
        state.flow = root
        return _gone(talk)
    good = {
        name: value
        for name, value in state.values.items()
        if name in flow.slots and flow.slots[name].kind != "data"
    }
    first = flow.steps[0].id
    begun = State(flow.flow, flow.version, state.run, state.language, step=first, path=[first])
    begun.values, begun.calls, begun.question = good, state.calls, state.question
    begun.last_input, begun.unsure = turn.id, state.unsure
    again = Talk(talk.flows, begun, talk.now)
    wish = wish_of(turn.text)
    if wish is Wish.OPERATOR:
        again.hand_off("asked")
    elif wish is Wish.CANCEL:
        again.say_ours("flow_cancelled")
        again.over("cancelled")
    else:
        again.say_ours("flow_changed")
        again.go_on()
    return begun, again.acts


def _gone(talk: Talk) -> Result:
    facts = {name: str(value)[:500] for name, value in talk.state.values.items()}
    talk.state.outcome, talk.state.waiting = "handed_off", ""
    return talk.state, [HandOff("", "failed", facts), End("handed_off")]


def _wish(talk: Talk, turn: Input, message: Message) -> Wish | None:
    wish = wish_of(message.text)
    if turn.button and wish is not Wish.OPERATOR:
        return Wish.SKIP if turn.button.endswith(":-skip") else None
    step = talk.step
    if wish in {None, Wish.OPERATOR} or not isinstance(step, model.Ask):
        return wish
    slot = talk.flow.slots.get(step.slot)
    if slot and slot.kind == "choice" and read(slot, message, asked=True) is not None:
        return None  # one of the choices is called so
    return wish


def _is_stale(state: State, button: str) -> bool:
    return not button.startswith(f"{BUTTON}{state.question}:")


def _back(talk: Talk) -> None:
    state = talk.state
    if not state.asked:
        talk.ask("flow_first_step")
        return
    step = talk.flow.step(state.asked.pop())
    if isinstance(step, model.Ask):
        state.values.pop(step.slot, None)
        state.given = [name for name in state.given if name != step.slot]
        state.skipped = [name for name in state.skipped if name != step.slot]
        talk.to(step.id)


def _help(talk: Talk) -> None:
    step = talk.step
    if isinstance(step, model.Ask) and step.help:
        talk.say(step.help)
    else:
        talk.say_ours("flow_no_help")
    talk.ask()


def _confirmed(talk: Talk, turn: Input, message: Message) -> None:
    step = talk.step
    assert isinstance(step, model.Call | model.CreateRequest)
    if not turn.button and _mend(talk, message):
        return
    said = _pressed(turn) == "yes" if turn.button else yes_or_no(message.text)
    if said is None:
        if is_question(message.text):
            talk.acts.append(Aside(message.text))
            talk.ask("flow_back_on")
        else:
            _unclear(talk, 3, None)
    elif said and turn.early and not turn.button:
        talk.ask()  # to what they had not seen
    elif said:
        talk.state.agreed, talk.state.waiting = True, ""
    elif step.declined:
        talk.to(step.declined)
    else:
        talk.say_ours("flow_cancelled")
        talk.over("cancelled")


def _pressed(turn: Input) -> str:
    return turn.button.rsplit(":", 1)[-1]


def _answer(talk: Talk, turn: Input, message: Message) -> None:
    step = talk.step
    assert isinstance(step, model.Ask)
    slot = talk.flow.slots.get(step.slot)
    if slot is None:
        talk.hand_off("loop")  # what the check would have found
        return
    if not turn.button and _mend(talk, message):
        return
    value = _value(slot, turn, message)
    if value is None:
        if is_question(message.text):
            talk.acts.append(Aside(message.text))
            talk.ask("flow_back_on")
        elif wish_of(message.text) is Wish.SKIP:
            _unclear(talk, step.attempts, step.failed, "flow_needed")
        else:
            _unclear(talk, step.attempts, step.failed)
        return
    if not _valid(talk, step.slot, slot, value):
        _unclear(talk, step.attempts, step.failed, "flow_wrong", slot.wrong)
        return
    _put(talk, step.slot, value)
    talk.state.asked.append(step.id)
    if turn.button or slot.kind not in _ANYTHING:
        _gather(talk, message, turn, besides=step.slot)
    talk.past(step)


def _value(slot: model.Slot, turn: Input, message: Message) -> Any:
    if turn.button:
        name = _pressed(turn)
        if slot.kind == "yes_no":
            return {"yes": True, "no": False}.get(name)
        return name if slot.kind == "choice" and name in slot.choices else None
    for attachment in turn.attachments:
        wanted = {"photo": {"photo"}, "file": {"file", "photo"}}.get(slot.kind, {slot.kind})
        if attachment.kind in wanted:
            return attachment.value
        if slot.kind == "phone" and attachment.kind == "contact":
            return read(
                slot, Message(str(attachment.value.get("phone", "")), message.now, "ru"), True
            )
    return read(slot, message, asked=True)


def _valid(talk: Talk, name: str, slot: model.Slot, value: Any) -> bool:
    if not fits(slot, value):
        return False
    values = {**talk.state.values, name: value}
    return slot.valid is None or truth(evaluate(parse(slot.valid), values, talk.now))


def _put(talk: Talk, name: str, value: Any) -> None:
    talk.state.values[name] = value
    talk.state.given = [*(each for each in talk.state.given if each != name), name]


def _unclear(
    talk: Talk,
    attempts: int,
    failed: str | None,
    framed: str = "flow_again",
    instead: model.Text | None = None,
) -> None:
    """Asks again, with the step's own words if it has some, or gives up."""
    state = talk.state
    state.attempts += 1
    if state.attempts >= attempts:
        if failed:
            talk.to(failed)
        else:
            talk.hand_off("attempts")
        return
    step = talk.step
    own = instead or (
        step.again if isinstance(step, model.Ask) and framed == "flow_again" else None
    )
    talk.ask("" if own else framed, own)


def _gather(talk: Talk, message: Message, turn: Input, besides: str) -> None:
    """Takes what the message tells of other slots: those the flow asks for and does not know."""
    slots = talk.flow.slots
    taken = {slots[besides].kind} if besides else set()
    for step in talk.flow.steps:
        if not isinstance(step, model.Ask) or step.slot not in slots:
            continue
        slot = slots[step.slot]
        if talk.state.values.get(step.slot) is not None or slot.kind in taken:
            continue
        value = read(slot, message, asked=False)
        if value is not None and _valid(talk, step.slot, slot, value):
            _put(talk, step.slot, value)
            taken.add(slot.kind)


def _mend(talk: Talk, message: Message) -> bool:
    """«Нет, 4521»: the last slot that this can be about is changed, and the flow goes on from its
    question. Whether it was a correction."""
    found = _MENDS.match(message.text)
    rest = message.text[found.end() :].strip() if found else ""
    if not rest or len(rest.split()) > 5:
        return False
    said = Message(rest, message.now, message.language)
    step = talk.step
    if isinstance(step, model.Ask):
        current = talk.flow.slots[step.slot]
        if current.kind not in _ANYTHING and read(current, said, asked=True) is not None:
            return False
    for name in reversed(talk.state.given):
        slot = talk.flow.slots.get(name)
        if slot is None or slot.kind not in _MENDABLE:
            continue
        value = read(slot, said, asked=True)
        if value is None or value == talk.state.values.get(name):
            continue
        if not _valid(talk, name, slot, value):
            continue
        _put(talk, name, value)
        asking = talk.flow.asking(name)
        if asking and asking.always:
            talk.past(asking)  # it would ask again what was just said
        else:
            talk.to(asking.id if asking else talk.state.step)
        return True
    return False
