"""What does not fit in the shape of a flow or of its talks, in words for those who write them."""

import re
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from typing import Any, Final, get_args

import yaml
from pydantic import ValidationError

from sufler.domain.errors import BadInput
from sufler.flows import model

Place = tuple[str | int, ...]

_MOST: Final = 5  # faults told at once
_STEPS: Final = {get_args(kind.__annotations__["do"])[0]: kind for kind in get_args(model.AnyStep)}
_TEXTS: Final = frozenset({"title", "text", "again", "help", "confirm", "sorry", "label", "wrong"})
_NAME: Final = "a name is up to 30 of a-z, 0-9 and _, and begins with a letter"
_STATUS: Final = "a status is of three digits, such as '404'"


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


def refused(error: ValidationError, where: str, data: Any, node: yaml.Node | None) -> BadInput:
    """The faults of a file, the first with its line behind `where`: “gift.yaml, line 9: step …”."""
    found = error.errors(include_url=False)
    told = [(line_in(node, each["loc"]), _told(each, data)) for each in found[:_MOST]]
    first, *others = dict.fromkeys(told)
    words = [first[1], *(f"line {line}: {each}" for line, each in others)]
    more = f"; and {len(found) - _MOST} more" if len(found) > _MOST else ""
    place = ".".join(str(part) for part in found[0]["loc"])
    return BadInput(f"{where}, line {first[0]}: {'; '.join(words)}{more}", field=place)


def _told(fault: Any, data: Any) -> str:
    place = [part for part in fault["loc"] if part != "[key]"]
    step, words = "", list(place)
    if place[:1] == ["steps"] and len(place) > 1:
        named = _at(data, place[:2])
        name = named.get("id") if isinstance(named, dict) else None
        step = f"step {name or f'number {int(place[1]) + 1}'}: "
        words = place[3:] if len(place) > 2 and place[2] in _STEPS else place[2:]
    elif place[:1] == ["talks"] and len(place) > 1:
        named = _at(data, place[:2])
        name = named.get("name") if isinstance(named, dict) else None
        step = f"talk “{name}”: " if name else f"talk number {int(place[1]) + 1}: "
        words = place[2:]
    inside = ".".join(str(part) for part in words)
    return f"{step}{f'{inside}: ' if inside else ''}{_why(fault, place)}"


def _at(data: Any, place: Sequence[str | int]) -> Any:
    for part in place:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _why(fault: Any, place: Sequence[Any]) -> str:
    kind, facts = fault["type"], fault.get("ctx", {})
    match kind:
        case "missing":
            return "is missing"
        case "unexpected_keyword_argument":
            return _unknown(place)
        case "union_tag_invalid":
            return f"do: there is no “{facts['tag']}”; there are {', '.join(_STEPS)}"
        case "union_tag_not_found":
            return "`do` is missing"
        case "literal_error":
            return f"takes only {facts['expected']}"
        case "string_type":
            return "must be a text; put it in single quotes"
        case "int_parsing" | "int_type" | "int_from_float":
            return "must be a whole number"
        case "list_type":
            return "must be a list, such as [one, two]"
        case "string_pattern_mismatch":
            return (
                _STATUS if "on" in place else _NAME if "a-z" in facts["pattern"] else _said(fault)
            )
    if kind in {"dict_type", "dataclass_type", "model_attributes_type"}:
        texts = bool(place) and place[-1] in _TEXTS
        return f"must be of the form {'{ru: …, en: …}' if texts else '{name: value}'}"
    return _said(fault)


def _said(fault: Any) -> str:
    words = str(fault["msg"])
    return words[:1].lower() + words[1:]


def _unknown(place: Sequence[Any]) -> str:
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
        return "is not known here"
    near = get_close_matches(str(place[-1]), known, 1)
    return (
        f"is not known here; {f'is “{near[0]}” meant?' if near else 'known: ' + ', '.join(known)}"
    )


def _names(kind: Any) -> list[str]:
    return ["if" if each.name == "test" else each.name for each in fields(kind)]


def quoted_hint(problem: str) -> str:
    """What most often is behind the marks on which YAML stumbles."""
    stumbled = re.search(r"expected|found|not allowed", problem)
    hint = "; a text or an expression with , : ? [ ] { } or quotes must stand in single quotes"
    return hint if stumbled else ""
