"""Changes one place in a flow's YAML and leaves all else as it was: comments, quotes, order.

Each change is read back: what would change anything more is refused.
"""

import copy
import json
import re
from typing import Any, Final

import yaml

from sufler.flows.faults import bad
from sufler.flows.load import read_nodes, read_yaml
from sufler.flows.shape_faults import entry, line_in

Path = tuple[str | int, ...]

_PLAIN = re.compile(r"[a-z][a-z0-9_]*")
_WORDS: Final = frozenset({"true", "false", "null"})
_ESCAPED = {"\x85": "\\N", "\u2028": "\\L", "\u2029": "\\P", "\x7f": "\\x7f", "\ufeff": "\\uFEFF"}
_BROKEN = "\n\r\t\x85\u2028\u2029"


def changed(text: str, path: Path, value: Any) -> str:
    """`text` with the place `path`, such as ("steps", 3, "text", "ru"), changed to `value`; None
    takes it away. What is missing on the way is put in, and a list takes one more at its end.

    Raises BadFlow where `text` is no YAML, there is no such place, or it cannot be done here.
    """
    before = read_yaml(text, "flow")
    wanted = _with(copy.deepcopy(before), path, value)
    if wanted == before:
        return text
    after = _written(text, path, value)
    if read_yaml(after, "flow") != wanted:
        raise bad("edit_yaml_only")
    return after


def line_of(text: str, path: Path) -> int:
    """The line (from 1) at which `path` stands, or the nearest place above it that there is."""
    return line_in(read_nodes(text, "flow"), path)


def _with(data: Any, path: Path, value: Any) -> Any:
    """Plain data with the change made."""
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(data, dict) and isinstance(first, str):
        if value is None and not rest:
            data.pop(first, None)
        else:
            data[first] = _with(data.get(first, None if not rest else {}), rest, value)
        return data
    if isinstance(data, list) and isinstance(first, int) and 0 <= first <= len(data):
        if first == len(data):
            if value is not None:
                data.append(_with({} if rest else None, rest, value))
        elif value is None and not rest:
            data.pop(first)
        else:
            data[first] = _with(data[first], rest, value)
        return data
    raise bad("edit_place", name=".".join(map(str, path)))


def _written(text: str, path: Path, value: Any) -> str:
    node = read_nodes(text, "flow")
    flow = False
    for depth, part in enumerate(path):
        flow = flow or bool(getattr(node, "flow_style", False))
        found = entry(node, part)
        last = depth == len(path) - 1
        if found is None:
            for missing in reversed(path[depth + 1 :]):
                value = {missing: value}
            return _put_in(text, node, part, value)
        if last and value is None:
            return _taken_out(text, node, part)
        above, (_, node) = node, found
        if last:
            return _replaced(text, node, value, None if flow else _column(above))
    raise bad("edit_place", name=part)


def _replaced(text: str, node: yaml.Node, value: Any, column: int | None) -> str:
    """`column`: of the map around it, where that is written in lines."""
    start, end = node.start_mark.index, node.end_mark.index
    old = text[start:end]
    tail = old[len(old.rstrip()) :] if getattr(node, "style", None) in ("|", ">") else ""
    written = _lines(value, column + 2) if column is not None and isinstance(value, str) else None
    made = written or _flow(value)
    # What was empty stands right behind its colon.
    space = " " if start and text[start - 1] in ":-" else ""
    return text[:start] + space + made + tail + text[end:]


def _put_in(text: str, node: yaml.Node | None, part: str | int, value: Any) -> str:
    if not isinstance(node, yaml.CollectionNode):
        raise bad("edit_place", name=part)
    if node.flow_style:
        made = _flow(value) if isinstance(part, int) else f"{part}: {_flow(value)}"
        if not node.value:
            at = node.end_mark.index - 1
            return text[:at] + made + text[at:]
        at = _end(node)
        return f"{text[:at]}, {made}{text[at:]}"
    margin = " " * _column(node)
    if isinstance(part, int):
        lines = [f"{margin}- {_flow(value)}"]
        if isinstance(value, dict):
            lines = [f"{margin}  {key}: {_flow(each)}" for key, each in value.items()]
            lines[0] = f"{margin}- {lines[0].lstrip()}"
    else:
        block = _lines(value, len(margin) + 2) if isinstance(value, str) else None
        lines = [f"{margin}{part}: {block or _flow(value)}"]
    at = _line_end(text, _end(node))
    before = "" if text[:at].endswith("\n") else "\n"
    return text[:at] + before + "\n".join(lines) + "\n" + text[at:]


def _taken_out(text: str, node: yaml.Node | None, part: str | int) -> str:
    assert isinstance(node, yaml.CollectionNode)
    entries = _entries(node)
    place = part if isinstance(part, int) else [k.value for k, _ in node.value].index(part)
    first, last = entries[place]
    if node.flow_style:
        start, end = first.start_mark.index, last.end_mark.index
        if place:
            start = entries[place - 1][1].end_mark.index
        elif len(entries) > 1:
            end = entries[1][0].start_mark.index
        return text[:start] + text[end:]
    start = text.rfind("\n", 0, first.start_mark.index) + 1
    if text[start : first.start_mark.index].strip(" -" if isinstance(part, int) else " "):
        raise bad("edit_yaml_only")
    return text[:start] + text[_line_end(text, _end(last)) :]


def _entries(node: yaml.CollectionNode) -> list[tuple[yaml.Node, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return list(node.value)
    return [(each, each) for each in node.value]


def _end(node: yaml.Node) -> int:
    """Where the last thing in `node` ends; a map in lines says it ends where the next begins."""
    if isinstance(node, yaml.CollectionNode) and node.value:
        last = _entries(node)[-1][1]
        return last.end_mark.index if node.flow_style else _end(last)
    return int(node.end_mark.index)


def _line_end(text: str, at: int) -> int:
    """The beginning of the next line, unless a line begins at `at`."""
    if text[:at].endswith("\n"):
        return at
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _column(node: yaml.Node | None) -> int:
    return int(node.start_mark.column) if node is not None else 0


def _lines(value: str, indent: int) -> str | None:
    """A text of several lines as a block of lines; None where quotes are needed, or do."""
    if "\n" not in value or value.endswith("\n") or value[:1] in {" ", "\n", "\t"}:
        return None
    if any(not each.isprintable() for each in value.replace("\n", "")):
        return None
    margin = " " * indent
    lines = [f"{margin}{line}" if line else "" for line in value.split("\n")]
    return "\n".join(["|-", *lines])


def _flow(value: Any) -> str:
    """`value` on one line."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(str(k))}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(each) for each in value) + "]"
    return json.dumps(value)


def _quoted(words: str) -> str:
    if _PLAIN.fullmatch(words) and words not in _WORDS:
        return words
    if all(each.isprintable() and each not in _BROKEN for each in words):
        return "'" + words.replace("'", "''") + "'"
    made = json.dumps(words, ensure_ascii=False)
    return "".join(_ESCAPED.get(each, each) for each in made)
