"""A flow's YAML to a `Flow`, with limits: an analyst's file is input like any other."""

import re
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError
from yaml.parser import ParserError
from yaml.scanner import ScannerError

from sufler.domain.errors import BadInput
from sufler.flows.model import MAX_CHOICES, MAX_SLOTS, Flow
from sufler.flows.shape_faults import quoted_hint, refused

MAX_BYTES: Final = 256 * 1024
MAX_DEPTH: Final = 16
MAX_NODES: Final = 20_000
SUFFIX: Final = ".yaml"
TALKS: Final = ".test.yaml"

FLOW: Final = TypeAdapter(Flow)
T = TypeVar("T")


class _Loader(yaml.SafeLoader):
    """Refuses aliases, deep nesting and keys that stand twice; leaves dates and «да» as texts."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            _refuse(self._event(), "aliases (*name) are not taken")
        self._nodes += 1
        self._depth += 1
        if self._depth > MAX_DEPTH or self._nodes > MAX_NODES:
            _refuse(self._event(), "too deep or too large")
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
                _refuse(key, "a name must be plain text")
            if key.value in seen:
                _refuse(key, f"“{key.value[:60]}” stands twice")
            seen.add(key.value)
        return {
            str(key.value): self.construct_object(value, deep=True) for key, value in node.value
        }


def _refuse(place: Any, words: str) -> None:
    raise yaml.MarkedYAMLError(problem=words, problem_mark=place.start_mark)


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

    Raises BadInput that names `where` and the line for anything else.
    """

    def construct(loader: _Loader) -> Any:
        return loader.get_single_data()

    return _read(text, where, construct)


def read_nodes(text: str, where: str) -> yaml.Node | None:
    """The same text as nodes, which know where they stand in it. Raises BadInput as well."""

    def compose(loader: _Loader) -> yaml.Node | None:
        return loader.get_single_node()

    return _read(text, where, compose)


def _read(text: str, where: str, what: Callable[[_Loader], T]) -> T:
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise BadInput(f"{where}: larger than {MAX_BYTES // 1024} KB")
    try:
        loader = _Loader(text)
        try:
            return what(loader)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        problem = error.problem or error.context or "not YAML"
        # Our own refusals and the makers of values have nothing to do with quotes.
        parsed = isinstance(error, ParserError | ScannerError)
        raise BadInput(
            f"{where}{line}: {problem}{quoted_hint(problem) if parsed else ''}"
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadInput(f"{where}: not YAML ({type(error).__name__})") from None


def load_flow(text: str, where: str = "flow") -> Flow:
    """The flow that `text` describes. Raises BadInput that names the line and the step."""
    data = read_yaml(text, where)
    if not isinstance(data, dict):
        raise BadInput(f"{where}: a flow is a map that begins with `flow:`")
    try:
        flow = FLOW.validate_python(data)
    except ValidationError as error:
        raise refused(error, where, data, read_nodes(text, where)) from None
    _hold_together(flow, where)
    return flow


def _hold_together(flow: Flow, where: str) -> None:
    ids = [step.id for step in flow.steps]
    twice = {each for each in ids if ids.count(each) > 1}
    if twice:
        raise BadInput(f"{where}: step ids stand twice: {', '.join(sorted(twice))}", field="steps")
    if len(flow.slots) > MAX_SLOTS:
        raise BadInput(f"{where}: more than {MAX_SLOTS} slots", field="slots")
    for name, slot in flow.slots.items():
        if len(slot.choices) > MAX_CHOICES:
            raise BadInput(f"{where}: slots.{name}: more than {MAX_CHOICES} choices", field=name)


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
