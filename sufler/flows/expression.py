"""The expressions of flows: `amount > 1000 and city in ["Москва", "Тверь"]`.

Parsed by hand into a small tree; no eval, no loops. See docs/decisions/0015-flows.md.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sufler.flows.faults import BadFlow, bad

MAX_CHARS: Final = 500
_MAX_DEPTH: Final = 24
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d{1,15}(?:\.\d{1,9})?)|(?P<text>"[^"]*"|'[^']*')"""
    r"""|(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_0-9]+)*)|(?P<mark>==|!=|<=|>=|[-+*/<>()\[\],]))"""
)
_WORDS = {"and", "or", "not", "in", "true", "false", "none"}


@dataclass(frozen=True, slots=True)
class Node:
    """`what`: value, name, list, call, or an operator; `of`: its parts."""

    what: str
    value: Any = None
    of: tuple["Node", ...] = ()


def parse(text: str) -> Node:
    """The tree of an expression. Raises BadFlow that says where it stops making sense."""
    if len(text) > MAX_CHARS:
        raise bad("expression_size", count=MAX_CHARS)
    return _Parser(text).whole()


def names(node: Node) -> Iterator[str]:
    """Every name that the expression reads, with its path: `order.status`."""
    if node.what == "name":
        yield node.value
    for part in node.of:
        yield from names(part)


def evaluate(node: Node, values: Mapping[str, Any], now: datetime) -> Any:
    """The value of an expression; `now` (aware) is the company's time. Never raises: what cannot be
    computed (an unknown name, a text minus a number, a division by zero) is None, and a comparison
    with it is false, but `==` and `!=`."""
    if node.what == "value":
        return node.value
    if node.what == "name":
        return lookup(values, node.value)
    if node.what == "list":
        return [evaluate(each, values, now) for each in node.of]
    if node.what == "and":
        return all(truth(evaluate(each, values, now)) for each in node.of)
    if node.what == "or":
        return any(truth(evaluate(each, values, now)) for each in node.of)
    parts = [evaluate(each, values, now) for each in node.of]
    try:
        if node.what == "call":
            return FUNCTIONS[node.value](now, *parts)
        return _OPERATORS[node.what](*parts)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return False if node.what in {"<", "<=", ">", ">=", "in", "not in"} else None


def lookup(values: Mapping[str, Any], path: str) -> Any:
    """`order.items.0` in plain data, or None."""
    found: Any = values
    for part in path.split("."):
        if isinstance(found, Mapping):
            found = found.get(part)
        elif isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found


def truth(value: Any) -> bool:
    """None, false, 0, "" and what is empty are false."""
    return bool(value)


def _compared(sign: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(left: Any, right: Any) -> bool:
        both = (left, right)
        if all(isinstance(each, int | float) for each in both):
            return sign(left, right)
        if all(isinstance(each, str) for each in both):
            return sign(left, right)
        raise TypeError

    return compare


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() == right.casefold()
    return bool(left == right)


def _inside(part: Any, whole: Any) -> bool:
    if isinstance(whole, str) and isinstance(part, str):
        return part.casefold() in whole.casefold()
    return any(_same(part, each) for each in whole)


def _sum(left: Any, right: Any) -> Any:
    if isinstance(left, str) or isinstance(right, str):
        return f"{left if left is not None else ''}{right if right is not None else ''}"[:1000]
    return _number(left) + _number(right)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return value


_OPERATORS: dict[str, Callable[..., Any]] = {
    "==": _same,
    "!=": lambda a, b: not _same(a, b),
    "<": _compared(lambda a, b: a < b),
    "<=": _compared(lambda a, b: a <= b),
    ">": _compared(lambda a, b: a > b),
    ">=": _compared(lambda a, b: a >= b),
    "in": _inside,
    "not in": lambda a, b: not _inside(a, b),
    "not": lambda a: not truth(a),
    "+": _sum,
    "-": lambda a, b: _number(a) - _number(b),
    "*": lambda a, b: _number(a) * _number(b),
    "/": lambda a, b: _number(a) / _number(b),
    "minus": lambda a: -_number(a),
}
# Each gets the company's time first.
FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "known": lambda now, value: value is not None,
    "length": lambda now, value: len(value),
    "lower": lambda now, value: str(value).lower(),
    "today": lambda now: now.date().isoformat(),
    "clock": lambda now: now.strftime("%H:%M"),
    "weekday": lambda now, day=None: (date.fromisoformat(day[:10]) if day else now).isoweekday(),
    "days_until": lambda now, day: (date.fromisoformat(day[:10]) - now.date()).days,
}
_PLACES = {"today": {0}, "clock": {0}, "weekday": {0, 1}}


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str]] = []
        self.depth = 0
        at = 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if found is None:
                rest = text[at:].strip()
                raise self.wrong("equal" if rest.startswith("=") else "strange", rest[:10])
            kind = str(found.lastgroup)
            word = found[kind]
            self.tokens.append(("word" if kind == "name" and word in _WORDS else kind, word))
            at = found.end()

    def wrong(self, code: str, name: str = "") -> BadFlow:
        return bad(f"expression_{code}", name=name, what=self.text[:80])

    def whole(self) -> Node:
        node = self.either()
        if self.tokens:
            raise self.wrong("unexpected", self.tokens[0][1])
        return node

    def next_is(self, *words: str) -> str | None:
        if self.tokens and self.tokens[0][0] in {"mark", "word"} and self.tokens[0][1] in words:
            return self.tokens.pop(0)[1]
        return None

    def either(self) -> Node:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.wrong("deep")
        parts = [self.both()]
        while self.next_is("or"):
            parts.append(self.both())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Node("or", of=tuple(parts))

    def both(self) -> Node:
        parts = [self.denial()]
        while self.next_is("and"):
            parts.append(self.denial())
        return parts[0] if len(parts) == 1 else Node("and", of=tuple(parts))

    def denial(self) -> Node:
        denials = 0
        while self.next_is("not"):
            denials += 1
        node = self.comparison()
        if denials % 2:
            return Node("not", of=(node,))
        return Node("not", of=(Node("not", of=(node,)),)) if denials else node

    def comparison(self) -> Node:
        left = self.total()
        sign = self.next_is("==", "!=", "<=", ">=", "<", ">", "in")
        if sign is None and self.tokens[:2] == [("word", "not"), ("word", "in")]:
            del self.tokens[:2]
            sign = "not in"
        if sign is None:
            return left
        return Node(sign, of=(left, self.total()))

    def total(self) -> Node:
        return self.chain(("+", "-"), lambda: self.chain(("*", "/"), self.single))

    def chain(self, signs: tuple[str, ...], part: Callable[[], Node]) -> Node:
        node = part()
        for _ in range(_MAX_DEPTH):
            sign = self.next_is(*signs)
            if sign is None:
                return node
            node = Node(sign, of=(node, part()))
        raise self.wrong("long")

    def single(self) -> Node:
        if self.next_is("-"):
            if self.tokens[:1] == [("mark", "-")]:
                raise self.wrong("minuses")
            return Node("minus", of=(self.single(),))
        if self.next_is("("):
            node = self.either()
            self.must(")")
            return node
        if self.next_is("["):
            return Node("list", of=self.listed("]"))
        if word := self.next_is("true", "false", "none"):
            return Node("value", {"true": True, "false": False, "none": None}[word])
        if not self.tokens:
            raise self.wrong("ends")
        kind, word = self.tokens.pop(0)
        if kind == "number":
            return Node("value", float(word) if "." in word else int(word))
        if kind == "text":
            return Node("value", word[1:-1])
        if kind == "name":
            return self.called(word) if self.next_is("(") else Node("name", word)
        raise self.wrong("unexpected", word)

    def called(self, word: str) -> Node:
        of = self.listed(")")
        if word not in FUNCTIONS:
            raise self.wrong("function", word)
        if len(of) not in _PLACES.get(word, {1}):
            raise self.wrong("takes", word)
        return Node("call", word, of)

    def listed(self, closing: str) -> tuple[Node, ...]:
        parts: list[Node] = []
        while not self.next_is(closing):
            if parts:
                self.must(",")
            parts.append(self.either())
        return tuple(parts)

    def must(self, mark: str) -> None:
        if not self.next_is(mark):
            raise self.wrong("missing", mark)
