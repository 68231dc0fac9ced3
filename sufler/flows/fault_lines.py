"""Where in its YAML a fault of the check stands."""

from typing import Any

from sufler.flows.editing import Path, line_of
from sufler.flows.faults import BadFlow, Fault
from sufler.flows.load import read_yaml


def line_of_fault(text: str, fault: Fault) -> int | None:
    """The line (from 1) to look at, or None where nothing more exact than the file is known."""
    if fault.line is not None:
        return fault.line
    try:
        path = _path(read_yaml(text, "flow"), fault)
        return line_of(text, path) if path else None
    except BadFlow:
        return None


def _path(data: Any, fault: Fault) -> Path:
    if not isinstance(data, dict):
        return ()
    named = str(dict(fault.values).get("name", ""))
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
