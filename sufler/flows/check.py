"""What is wrong with a flow before it runs: `sufler flows check`, and what publishing refuses."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import regex

from sufler.flows import model, wording
from sufler.flows.calls import CallHosts, header_fits, named_host
from sufler.flows.expression import names, parse
from sufler.flows.faults import BadFlow, Fault
from sufler.flows.state import BUTTON, MAX_BUTTON_BYTES

MAX_TEXT_CHARS: Final = 4096  # Telegram's; the web chat takes more
_VALUES_ROOM: Final = 200  # characters that filled values may add
_HOST = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:[/?]|$)")
_QUESTION_DIGITS: Final = 7
# Codes of faults that depend on where the flow is to run.
OF_HERE: Final = frozenset({"secret", "not_allowed", "https"})


def check(
    flow: model.Flow,
    others: Mapping[str, model.Flow],
    secrets: Collection[str] | None = None,
    hosts: CallHosts | None = None,
) -> list[Fault]:
    """All that is wrong with `flow`, errors first. `others`: the flows it may run, itself too;
    `secrets`: the names that are set, `hosts`: those that may be called, None where that is not
    known here."""
    faults = [
        *_references(flow, others),
        *_ways(flow),
        *_circles(flow, others),
        *_slots(flow),
        *_texts(flow),
        *_expressions(flow),
        *_calls(flow),
        *lacks(flow, secrets, hosts),
    ]
    triggers = flow.triggers
    run_by_others = any(
        isinstance(step, model.Run) and step.flow == flow.flow
        for other in others.values()
        for step in other.steps
    )
    if not (triggers.phrasings or triggers.commands or triggers.events or run_by_others):
        faults.append(Fault("", "trigger", warning=True))
    return sorted(faults, key=lambda fault: fault.warning)


def leads_to(flow: model.Flow, step: model.AnyStep) -> list[tuple[str, str]]:
    """Where a step can lead: (what for, step id); "" is the end of the file."""
    following = getattr(step, "next", None) or flow.after(step.id) or ""
    match step:
        case model.End() | model.HandOff():
            return []
        case model.Branch():
            ways = [(when.test, when.go) for when in step.when]
            return [*ways, ("else", step.otherwise or flow.after(step.id) or "")]
        case model.Call():
            ways = [("", following), *sorted(step.on.items())]
            ways += [("failed", step.failed)] if step.failed else []
            return ways + ([("no", step.declined)] if step.declined else [])
        case model.CreateRequest():
            return [("", following), *([("no", step.declined)] if step.declined else [])]
        case model.Ask():
            return [("", following), *([("failed", step.failed)] if step.failed else [])]
    return [("", following)]


def _references(flow: model.Flow, others: Mapping[str, model.Flow]) -> Iterator[Fault]:
    ids = {step.id for step in flow.steps}
    for step in flow.steps:
        for _, target in leads_to(flow, step):
            if target and target not in ids:
                yield Fault(step.id, "step", (("name", target),))
        if isinstance(step, model.Run) and step.flow not in others:
            yield Fault(step.id, "flow", (("name", step.flow),))
        for name in _slots_of(step):
            if name not in flow.slots:
                yield Fault(step.id, "slot", (("name", name),))
        asked = flow.slots.get(step.slot) if isinstance(step, model.Ask) else None
        if isinstance(step, model.Ask) and asked and asked.kind == "data":
            yield Fault(step.id, "data", (("name", step.slot),))


def _slots_of(step: model.AnyStep) -> Iterator[str]:
    """Slots that a step asks for, saves or passes on."""
    if isinstance(step, model.Ask):
        yield step.slot
    if isinstance(step, model.Call):
        yield from step.save
    if isinstance(step, model.CreateRequest):
        yield from step.fields
        if step.number:
            yield step.number


def _ways(flow: model.Flow) -> Iterator[Fault]:
    by_id = {step.id: step for step in flow.steps}
    reached, waiting = set(), [flow.steps[0].id]
    while waiting:
        at = waiting.pop()
        if at in reached or at not in by_id:
            continue
        reached.add(at)
        waiting += [target for _, target in leads_to(flow, by_id[at])]
    for step in flow.steps:
        if step.id not in reached:
            yield Fault(step.id, "unreachable")
        elif any(not target for _, target in leads_to(flow, step)):
            yield Fault(step.id, "dead_end")


def _waits(step: model.AnyStep) -> bool:
    """Whether a step surely waits for the customer, however often it is passed."""
    if isinstance(step, model.Ask):
        return step.always
    return isinstance(step, model.Call | model.CreateRequest) and bool(step.confirm)


def _circles(flow: model.Flow, others: Mapping[str, model.Flow]) -> Iterator[Fault]:
    graph = {
        step.id: [target for _, target in leads_to(flow, step) if target]
        for step in flow.steps
        if not _waits(step)
    }
    for circle in _cycles(graph):
        yield Fault(circle[0], "loop", (("name", " → ".join([*circle, circle[0]])),))
    runs = {
        name: [step.flow for step in other.steps if isinstance(step, model.Run)]
        for name, other in {**others, flow.flow: flow}.items()
    }
    for circle in _cycles(runs):
        if flow.flow in circle:
            yield Fault("", "runs_itself", (("name", " → ".join([*circle, circle[0]])),))


def _cycles(graph: Mapping[str, list[str]]) -> list[list[str]]:
    """One way round for each set of nodes that lead to one another; nodes outside are no part."""
    found: list[list[str]] = []
    done: set[str] = set()
    for first in graph:
        path = [first]
        ways = [iter(graph[first])]
        while ways and first not in done:
            target = next(ways[-1], None)
            if target is None:
                done.add(path.pop())
                ways.pop()
            elif target in path:
                circle = path[path.index(target) :]
                if not any(set(circle) == set(other) for other in found):
                    found.append(circle)
            elif target in graph and target not in done:
                path.append(target)
                ways.append(iter(graph[target]))
    return found


def _slots(flow: model.Flow) -> Iterator[Fault]:
    used = {name for step in flow.steps for name in _slots_of(step)}
    used |= {name.partition(".")[0] for name in _read(flow)}
    for name, slot in flow.slots.items():
        if slot.kind == "choice" and not slot.choices:
            yield Fault("", "choices", (("name", name),))
        if slot.pattern:
            try:
                regex.compile(slot.pattern)
            except regex.error:
                yield Fault("", "pattern", (("name", name),))
        if name not in used:
            yield Fault("", "unused", (("name", name),), warning=True)
        for choice in slot.choices:
            size = len(f"{BUTTON}{'9' * _QUESTION_DIGITS}:{choice}".encode())
            if size > MAX_BUTTON_BYTES:
                yield Fault("", "button", (("name", f"{name}.{choice}"), ("count", size)))


def _read(flow: model.Flow) -> Iterator[str]:
    """Names that texts, calls and expressions read; what cannot be parsed is told elsewhere."""
    for _, _, text in _all_texts(flow):
        for words in text.values():
            yield from (name for name, _ in wording.places(words))
    for step in flow.steps:
        if isinstance(step, model.Call):
            for template in _templates(step):
                yield from (name for name, _ in wording.places(template))
    for _, expression in _all_expressions(flow):
        try:
            yield from names(parse(expression))
        except BadFlow:
            continue


def _templates(step: model.Call) -> Iterator[str]:
    yield step.url
    yield from step.headers.values()
    yield from _strings(step.body)


def _strings(body: Any) -> Iterator[str]:
    if isinstance(body, str):
        yield body
    elif isinstance(body, dict):
        for value in body.values():
            yield from _strings(value)
    elif isinstance(body, list):
        for value in body:
            yield from _strings(value)


def _all_texts(flow: model.Flow) -> Iterator[tuple[str, str, model.Text]]:
    """Step, name and text of each text that is there."""
    yield "", "title", flow.title
    for name, slot in flow.slots.items():
        yield "", f"slots.{name}.label", slot.label
        yield "", f"slots.{name}.wrong", slot.wrong
        for choice, told in slot.choices.items():
            yield "", f"slots.{name}.choices.{choice}", told.label
    for step in flow.steps:
        for field in ("text", "again", "help", "confirm", "sorry", "title"):
            yield step.id, field, getattr(step, field, {})


def _all_expressions(flow: model.Flow) -> Iterator[tuple[str, str]]:
    for slot in flow.slots.values():
        if slot.valid:
            yield "", slot.valid
    for step in flow.steps:
        if isinstance(step, model.Branch):
            yield from ((step.id, when.test) for when in step.when)


def _texts(flow: model.Flow) -> Iterator[Fault]:
    for step, field, text in _all_texts(flow):
        if not text:
            continue
        for language in flow.languages:
            if not text.get(language, "").strip():
                yield Fault(step, "translation", (("name", field), ("code", language)))
        for language, words in text.items():
            size = len(wording.PLACE.sub("", words))
            size += _VALUES_ROOM if wording.PLACE.search(words) else 0
            if size > MAX_TEXT_CHARS:
                facts = (("name", field), ("code", language), ("count", size))
                yield Fault(step, "long", (*facts, ("most", MAX_TEXT_CHARS)))
            for what in wording.strange_places(words):
                yield Fault(step, "template", (("name", field), ("what", what)))
            for name, _ in wording.places(words):
                if name.partition(".")[0] not in flow.slots:
                    yield Fault(step, "slot", (("name", name),))


def _expressions(flow: model.Flow) -> Iterator[Fault]:
    for step, expression in _all_expressions(flow):
        try:
            tree = parse(expression)
        except BadFlow as error:
            yield from (replace(each, step=step) for each in error.faults)
            continue
        for name in names(tree):
            if name.partition(".")[0] not in flow.slots:
                yield Fault(step, "slot_or_text", (("name", name),))


def lacks(
    flow: model.Flow, secrets: Collection[str] | None, hosts: CallHosts | None
) -> Iterator[Fault]:
    """What its calls need and this Sufler has not: secrets that are set, hosts that may be called.
    Either is None where that is not known."""
    for step in flow.steps:
        if not isinstance(step, model.Call):
            continue
        if secrets is not None:
            needed = {n for header in step.headers.values() for n in wording.SECRET.findall(header)}
            for name in sorted(needed - set(secrets)):
                yield Fault(step.id, "secret", (("name", name),))
        refusal = hosts.refusal(step.url) if hosts is not None and _HOST.match(step.url) else ""
        if refusal:
            yield Fault(step.id, refusal, (("name", named_host(step.url)),))


def _calls(flow: model.Flow) -> Iterator[Fault]:
    for step in flow.steps:
        if not isinstance(step, model.Call):
            continue
        if not _HOST.match(step.url):
            yield Fault(step.id, "host")
        if step.method != "GET" and not step.confirm:
            yield Fault(step.id, "confirm")
        if step.method != "GET" and step.retries:
            yield Fault(step.id, "retries")
        for template in _templates(step):
            for name, _ in wording.places(wording.SECRET.sub("", template)):
                if name.partition(".")[0] not in flow.slots:
                    yield Fault(step.id, "slot", (("name", name),))
            for what in wording.strange_places(template):
                yield Fault(step.id, "template", (("name", "call"), ("what", what)))
        for name, template in step.headers.items():
            if not header_fits(name, template):
                yield Fault(step.id, "header", (("name", name[:100]),))
        outside = [step.url, *_strings(step.body)]
        if any(wording.SECRET.search(template) for template in outside):
            yield Fault(step.id, "template", (("name", "call"), ("what", "{secret.…}")))
