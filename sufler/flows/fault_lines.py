"""Where in its YAML a fault of the check stands."""

import re
from typing import Any

from sufler.domain.errors import BadInput
from sufler.flows.check import Fault
from sufler.flows.editing import Path, line_of
from sufler.flows.load import read_yaml

_LINE = re.compile(r", line (\d+): ")
_PLACE = re.compile(r"^[^:]*: ([A-Za-z0-9_.]+): ")


def line_of_fault(text: str, fault: Fault) -> int | None:
    """The line (from 1) to look at, or None where nothing more exact than the file is known."""
    named = str(dict(fault.values).get("name", ""))
    if fault.code == "unreadable" and (found := _LINE.search(named)):
        return int(found[1])
    try:
        data = read_yaml(text, "flow")
        path = _path(data, fault, named)
        return line_of(text, path) if path else None
    except BadInput:
        return None


def _path(data: Any, fault: Fault, named: str) -> Path:
    if fault.code == "unreadable":
        found = _PLACE.match(named)
        return tuple(_part(each) for each in found[1].split(".")) if found else ()
    if not isinstance(data, dict):
        return ()
    if fault.step:
        steps = data.get("steps") or []
        ids = [each.get("id") if isinstance(each, dict) else None for each in steps]
        return ("steps", ids.index(fault.step), named) if fault.step in ids else ()
    if fault.code in {"trigger", "command", "event"}:
        return ("triggers",)
    if fault.code == "name":
        return ("flow",)
    parts = tuple(named.split("."))
    return parts if parts[0] in {"slots", "title"} else ("slots", *parts)


def _part(word: str) -> str | int:
    return int(word) if word.isdigit() else word
