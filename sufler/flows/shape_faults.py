"""What does not fit in the shape of a flow or of its talks, in words for those who write them."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from difflib import get_close_matches
from typing import Any, Final, get_args

import yaml
from pydantic import ValidationError

from sufler.flows import model
from sufler.flows.faults import BadFlow, Fault

Place = tuple[str | int, ...]

_MOST: Final = 5  # faults told at once
_STEPS: Final = {get_args(kind.__annotations__["do"])[0]: kind for kind in get_args(model.AnyStep)}
_TEXTS: Final = frozenset({"title", "text", "again", "help", "confirm", "sorry", "label", "wrong"})
# Kinds of pydantic's, and what they are called here.
_CODES: Final = {
    "missing": "missing",
    "literal_error": "only",
    "string_pattern_mismatch": "pattern",
    "string_type": "text",
    "int_parsing": "whole",
    "int_type": "whole",
    "int_from_float": "whole",
    "float_parsing": "number",
    "float_type": "number",
    "bool_parsing": "flag",
    "bool_type": "flag",
    "list_type": "list",
    "too_short": "few",
    "too_long": "many",
    "string_too_short": "empty",
    "string_too_long": "long",
    "greater_than_equal": "least",
    "greater_than": "more_than",
    "less_than_equal": "most",
}
# Which of pydantic's facts the words tell.
_FACTS: Final = ("expected", "pattern", "min_length", "max_length", "ge", "gt", "le")


def entry(node: yaml.Node | None, part: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    """The key (of a map) and the value that stand at `part` of `node`."""
    if isinstance(node, yaml.MappingNode):
        return next(((k, v) for k, v in node.value if k.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return None, node.value[part]
    return None


def line_in(node: yaml.Node | None, place: Place) -> int:
    """The line (from 1) at which `place` stands, or the nearest place above it that there is."""
    line = 1
    for part in place:
        found = entry(node, part)
        if found is None:
            continue  # a tag of pydantic's between the parts, or what is missing
        key, node = found
        line = (key or node).start_mark.line + 1
    return line


def refused(error: ValidationError, where: str, data: Any, node: yaml.Node | None) -> BadFlow:
    """The faults of a file, the first with its line behind `where`: “gift.yaml, line 9: ask: …”."""
    found = error.errors(include_url=False)
    told = [replace(_fault(each, data), line=line_in(node, each["loc"])) for each in found[:_MOST]]
    faults = list(dict.fromkeys(told))
    if len(found) > _MOST:
        faults.append(Fault("", "shape_others", (("count", len(found) - _MOST),)))
    return BadFlow(faults, where=where, field=".".join(str(part) for part in found[0]["loc"]))


def _fault(fault: Any, data: Any) -> Fault:
    place = [part for part in fault["loc"] if part != "[key]"]
    step, words = "", list(place)
    if place[:1] == ["steps"] and len(place) > 1:
        step = _called(data, place, "id")
        words = place[3:] if len(place) > 2 and place[2] in _STEPS else place[2:]
    elif place[:1] == ["talks"] and len(place) > 1:
        step = _called(data, place, "name")
        words = place[2:]
    code, values = _why(fault, place)
    inside = ".".join(str(part) for part in words) or str(place[0] if place else "flow")
    return Fault(step, f"shape_{code}", tuple(({"name": inside} | values).items()))


def _called(data: Any, place: Sequence[Any], field: str) -> str:
    """The name of a step or a talk, or its number."""
    named = _at(data, place[:2])
    name = named.get(field) if isinstance(named, dict) else None
    return str(name or f"#{int(place[1]) + 1}")


def _at(data: Any, place: Sequence[str | int]) -> Any:
    for part in place:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _why(fault: Any, place: Sequence[Any]) -> tuple[str, dict[str, str]]:
    """The code without its beginning, and what the words name besides the place."""
    kind, facts = fault["type"], fault.get("ctx", {})
    match kind:
        case "unexpected_keyword_argument":
            return _unknown(place)
        case "union_tag_invalid":
            return "step", {"name": facts["tag"], "what": ", ".join(_STEPS)}
        case "union_tag_not_found":
            return "missing", {"name": "do"}
        case "string_pattern_mismatch" if "on" in place:
            return "status", {}
        case "string_pattern_mismatch" if "a-z" in facts["pattern"]:
            return "name", {}
        case "dict_type" | "dataclass_type" | "model_attributes_type":
            texts = bool(place) and place[-1] in _TEXTS
            return "form", {"what": "{ru: …, en: …}" if texts else "{name: value}"}
    if kind in _CODES:
        what = next((facts[each] for each in _FACTS if each in facts), "")
        return _CODES[kind], {"what": str(what).replace(" or ", ", ")}
    return "other", {"what": str(fault["msg"])}


def _unknown(place: Sequence[Any]) -> tuple[str, dict[str, str]]:
    """A name that is not known where it stands, with those that are."""
    known: list[str] = []
    around = [part for part in place[:-1] if not isinstance(part, int)]
    if len(around) > 1 and around[0] == "steps" and is_dataclass(_STEPS.get(around[1])):
        known = _names(model.When if around[2:] == ["when"] else _STEPS[around[1]])
    elif not around:
        known = _names(model.Flow)
    elif around[0] == "slots" and len(around) == 2:
        known = _names(model.Slot)
    elif around == ["triggers"]:
        known = _names(model.Triggers)
    if not known:
        return "unknown", {}
    near = get_close_matches(str(place[-1]), known, 1)
    return ("meant", {"what": near[0]}) if near else ("known", {"what": ", ".join(known)})


def _names(kind: Any) -> list[str]:
    return ["if" if each.name == "test" else each.name for each in fields(kind)]
