"""A flow's YAML to a `Flow`, with limits: an analyst's file is input like any other."""

import re
from collections.abc import Callable, Hashable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError
from yaml.parser import ParserError
from yaml.scanner import ScannerError

from sufler.domain.errors import BadInput
from sufler.flows.faults import BadFlow, Fault, bad
from sufler.flows.model import MAX_CHOICES, MAX_SLOTS, Flow
from sufler.flows.shape_faults import line_in, refused

MAX_BYTES: Final = 256 * 1024
MAX_DEPTH: Final = 16
MAX_NODES: Final = 20_000
SUFFIX: Final = ".yaml"
TALKS: Final = ".test.yaml"

FLOW: Final = TypeAdapter(Flow)
T = TypeVar("T")


# What most often is behind it: a text or an expression that should stand in quotes.
_STUMBLED = re.compile(r"expected|found|not allowed")


class _Loader(yaml.SafeLoader):
    """Refuses aliases, deep nesting and keys that stand twice; leaves dates and «да» as texts."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            _refuse(self._event(), "alias")
        self._nodes += 1
        self._depth += 1
        if self._depth > MAX_DEPTH or self._nodes > MAX_NODES:
            _refuse(self._event(), "large")
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1

    def _event(self) -> Any:
        return self.peek_event()  # type: ignore[no-untyped-call]

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                _refuse(key, "key")
            if key.value in seen:
                _refuse(key, "twice", key.value[:60])
            seen.add(key.value)
        return {
            str(key.value): self.construct_object(value, deep=True) for key, value in node.value
        }


def _refuse(place: Any, code: str, name: str = "") -> NoReturn:
    """Raise BadFlow, which does not know the file's name yet."""
    raise bad(f"yaml_{code}", line=place.start_mark.line + 1, name=name)


# YAML 1.1 reads «12:30» as 750 and 2026-01-05 as a date; and yes, no, on, off as true and false.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, test) for tag, test in tests if tag.rsplit(":")[-1] in {"null", "int", "float"}]
    for first, tests in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
for _first in "-+0123456789":
    _Loader.yaml_implicit_resolvers[_first] = [
        ("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]{0,17})$")),
        ("tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]{1,15}\.[0-9]{1,15}$")),
    ]


def read_yaml(text: str, where: str) -> Any:
    """Plain data of a YAML text: texts, whole numbers, fractions, true, false, null, lists, maps.

    Raises BadFlow that names `where` and the line for anything else.
    """

    def construct(loader: _Loader) -> Any:
        return loader.get_single_data()

    return _read(text, where, construct)


def read_nodes(text: str, where: str) -> yaml.Node | None:
    """The same text as nodes, which know where they stand in it. Raises BadFlow as well."""

    def compose(loader: _Loader) -> yaml.Node | None:
        return loader.get_single_node()

    return _read(text, where, compose)


def _read(text: str, where: str, what: Callable[[_Loader], T]) -> T:
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise bad("yaml_size", where=where, count=MAX_BYTES // 1024)
    try:
        loader = _Loader(text)
        try:
            return what(loader)
        finally:
            loader.dispose()
    except BadFlow as error:
        raise BadFlow(error.faults, where=where) from None
    except yaml.MarkedYAMLError as error:
        problem = error.problem or error.context or "YAML"
        # What cannot be made of a value has nothing to do with quotes.
        parsed = isinstance(error, ParserError | ScannerError) and _STUMBLED.search(problem)
        line = error.problem_mark.line + 1 if error.problem_mark else None
        code = "yaml_quotes" if parsed else "yaml_syntax"
        raise bad(code, where=where, line=line, name=problem) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise bad("yaml_syntax", where=where, name=type(error).__name__) from None


def load_flow(text: str, where: str = "flow") -> Flow:
    """The flow that `text` describes. Raises BadFlow that names the line and the step."""
    data = read_yaml(text, where)
    if not isinstance(data, dict):
        raise bad("shape_map", where=where)
    try:
        flow = FLOW.validate_python(data)
    except ValidationError as error:
        raise refused(error, where, data, read_nodes(text, where)) from None
    faults = _together(flow)
    if faults:
        node = read_nodes(text, where)
        found = [replace(each, line=line_in(node, place)) for place, each in faults]
        raise BadFlow(found, where=where, field=".".join(faults[0][0]))
    return flow


def _together(flow: Flow) -> list[tuple[tuple[str, ...], Fault]]:
    """What each part keeps and the whole does not, by the place where it stands."""
    faults: list[tuple[tuple[str, ...], Fault]] = []
    ids = [step.id for step in flow.steps]
    twice = {each for each in ids if ids.count(each) > 1}
    if twice:
        fault = Fault("", "shape_twice", (("name", ", ".join(sorted(twice))),))
        faults.append((("steps",), fault))
    if len(flow.slots) > MAX_SLOTS:
        fault = Fault("", "shape_slots", (("count", MAX_SLOTS),))
        faults.append((("slots",), fault))
    for name, slot in flow.slots.items():
        if len(slot.choices) > MAX_CHOICES:
            place = ("slots", name, "choices")
            fault = Fault("", "shape_many", (("name", ".".join(place)), ("what", MAX_CHOICES)))
            faults.append((place, fault))
    return faults


def load_file(path: Path) -> Flow:
    """The flow of a file. Raises BadInput."""
    return load_flow(text_of(path), path.name)


def load_folder(folder: Path) -> dict[str, Flow]:
    """The flows of a folder, by name. Raises BadInput, also when two files have one name."""
    flows: dict[str, Flow] = {}
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        if path.name.endswith(TALKS):
            continue
        flow = load_file(path)
        if flow.flow in flows:
            raise BadInput(f"{path.name}: there is another flow named {flow.flow}", field="flow")
        flows[flow.flow] = flow
    return flows


def text_of(path: Path) -> str:
    """What a file holds, a little more than is taken at the most. Raises BadInput."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1).decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput(f"{path.name}: not UTF-8") from None
    except OSError as error:
        raise BadInput(f"{path.name}: {error.strerror}") from None
