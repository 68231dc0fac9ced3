"""Charts as SVG that the server makes: pure functions of numbers, each with its text alternative.

Colours are classes of figures.css, so that they follow light and dark; nothing is told by colour
alone. Lengths are in the drawing's own units, which the page scales.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from sufler.domain.knowledge import Language
from sufler.domain.locales import number

WIDE: Final = 440
HIGH: Final = 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 22, 14, 44
_ROW = 18
# Of names along the bottom so many can be read.
_MOST_NAMES = 6
_MARKS = ("round", "square")
# Between lines that cross the drawing, as shares; the first that needs few enough is taken.
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)
_MOST_RUNGS = 6


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a line: both from 0 to 1."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar over `name`: its parts from the bottom up, as counts."""

    name: str
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """Values (0..1) over the names of the drawing; None leaves a gap."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision over coverage: what was seen, what is proved at the bars that were tested, the
    coverage at the bar that holds now, and the target; the words name each of them."""

    seen: tuple[Point, ...]
    proved: tuple[Point, ...]
    bar_at: float | None
    target: float
    seen_name: str
    proved_name: str
    bar_name: str
    target_name: str
    across: str


def percent(value: float, language: Language, digits: int = 0) -> str:
    """97.8 % as its readers write it."""
    return f"{number(value * 100, language, digits)}\u00a0%"


def curve(drawn: Curve, title: str, told: str, language: Language) -> str:
    """The precision-coverage curve of a topic."""
    lowest = min([drawn.target, *(p.y for p in (*drawn.seen, *drawn.proved))])
    low = max(0.0, int(lowest * 20) / 20 - 0.05)
    frame = _Frame(low, 1.0)
    parts = [frame.scale(language), frame.names_of_shares(language, drawn.across)]
    y = frame.y(drawn.target)
    parts.append(_line(_LEFT, y, WIDE - _RIGHT, y, "target"))
    if drawn.bar_at is not None:
        x = frame.x(drawn.bar_at)
        parts.append(_line(x, _TOP, x, HIGH - _BOTTOM, "bar"))
    if drawn.seen:
        parts.append(_path([(frame.x(p.x), frame.y(p.y)) for p in drawn.seen], "one"))
    for point in drawn.proved:
        parts.append(_mark(frame.x(point.x), frame.y(max(point.y, low)), 1))
    key = [("line one", drawn.seen_name), ("mark two", drawn.proved_name)]
    key.append(("line target", drawn.target_name))
    if drawn.bar_at is not None:
        key.append(("line bar", drawn.bar_name))
    return _svg(parts, key, title, told)


def stacks(
    bars: Sequence[Stack], names: Sequence[str], title: str, told: str, language: Language
) -> str:
    """Bars of counts, one over each name; `names` say what their parts are."""
    most = max([sum(bar.parts) for bar in bars], default=0)
    frame = _Frame(0, max(most, 1))
    parts = [frame.counts(language)]
    step = frame.width / max(len(bars), 1)
    for place, bar in enumerate(bars):
        x, floor = _LEFT + place * step, 0
        for kind, count in enumerate(bar.parts):
            if count:
                top, bottom = frame.y(floor + count), frame.y(floor)
                parts.append(
                    f'<rect class="part {_kind(kind)}" x="{x + step * 0.12:.1f}" y="{top:.1f}" '
                    f'width="{step * 0.76:.1f}" height="{bottom - top:.1f}"/>'
                )
            floor += count
    parts.append(_names([bar.name for bar in bars], step))
    key = [(f"part {_kind(kind)}", name) for kind, name in enumerate(names)]
    return _svg(parts, key, title, told)


def lines(
    series: Sequence[Series], names: Sequence[str], title: str, told: str, language: Language
) -> str:
    """Shares over time, one line each, with marks of its own."""
    values = [value for each in series for value in each.values if value is not None]
    low = max(0.0, int(min(values, default=0.0) * 10) / 10 - 0.1)
    high = min(1.0, (int(max(values, default=1.0) * 10) + 1) / 10)
    frame = _Frame(low, high)
    parts = [frame.scale(language)]
    step = frame.width / max(len(names), 1)
    for kind, each in enumerate(series):
        run: list[tuple[float, float]] = []
        for place, value in enumerate((*each.values, None)):
            if value is not None:
                run.append((_LEFT + (place + 0.5) * step, frame.y(value)))
                continue
            parts.append(_path(run, _kind(kind)) if len(run) > 1 else "")
            parts.extend(_mark(x, y, kind) for x, y in run)
            run = []
    parts.append(_names(names, step))
    return _svg(parts, [(f"line {_kind(k)}", s.name) for k, s in enumerate(series)], title, told)


def shares(stack: Sequence[tuple[str, int]], title: str, told: str, language: Language) -> str:
    """One bar that lies, cut into named parts; each with its count and share of the whole."""
    whole = sum(count for _, count in stack) or 1
    x, parts = 0.0, []
    for kind, (_, count) in enumerate(stack):
        width = WIDE * count / whole
        if count:
            parts.append(
                f'<rect class="part {_kind(kind)}" x="{x:.1f}" y="0" '
                f'width="{max(width - 1, 0.5):.1f}" height="34"/>'
            )
        x += width
    key = [
        (f"part {_kind(kind)}", f"{name}: {number(count, language)} ({_part(count, whole)})")
        for kind, (name, count) in enumerate(stack)
    ]
    return _svg([part.replace(".0\u00a0", "\u00a0") for part in parts], key, title, told, high=46)


def spark(values: Sequence[float | None], title: str) -> str:
    """A small line without a scale, for a row of a table; shares from 0 to 1."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    room = max(high - low, 0.02)
    step = 72 / (len(values) - 1)
    points = [
        (4 + place * step, 20 - 16 * (value - low) / room)
        for place, value in enumerate(values)
        if value is not None
    ]
    name = escape(title, quote=True)
    return (
        f'<svg class="spark" role="img" viewBox="0 0 80 24" aria-label="{name}">'
        f"{_path(points, 'one')}{_mark(*points[-1], 0)}</svg>"
    )


class _Frame:
    """Where values lie in the drawing: up from `low` to `high`."""

    def __init__(self, low: float, high: float) -> None:
        self._low, self._room = low, max(high - low, 1e-9)
        self.width = WIDE - _LEFT - _RIGHT

    def x(self, share: float) -> float:
        return _LEFT + self.width * min(max(share, 0.0), 1.0)

    def y(self, value: float) -> float:
        share = min(max((value - self._low) / self._room, 0.0), 1.0)
        return HIGH - _BOTTOM - (HIGH - _TOP - _BOTTOM) * share

    def scale(self, language: Language) -> str:
        """Shares up the left side."""
        step = next((each for each in _STEPS if self._room / each < _MOST_RUNGS), _STEPS[-1])
        first = math.ceil(self._low / step - 1e-6)
        last = math.floor((self._low + self._room) / step + 1e-6)
        rungs = [place * step for place in range(first, last + 1)]
        return self._steps([(each, percent(each, language)) for each in rungs])

    def counts(self, language: Language) -> str:
        """Whole numbers up the left side."""
        whole = sorted({round(self._low + self._room * place / 4) for place in range(5)})
        return self._steps([(each, number(each, language)) for each in whole])

    def names_of_shares(self, language: Language, across: str) -> str:
        """Shares along the bottom, and what they are."""
        places = (0.0, 0.25, 0.5, 0.75, 1.0)
        y = HIGH - _BOTTOM + 16
        named = [_text(self.x(p), y, percent(p, language), "middle") for p in places]
        return "".join([*named, _text(WIDE - _RIGHT, y + 18, across, "end")])

    def _steps(self, named: Sequence[tuple[float, str]]) -> str:
        return "".join(
            _line(_LEFT, self.y(v), WIDE - _RIGHT, self.y(v), "rung")
            + _text(_LEFT - 6, self.y(v) + 4, words, "end")
            for v, words in named
        )


def _svg(
    parts: Sequence[str], key: Sequence[tuple[str, str]], title: str, told: str, high: int = HIGH
) -> str:
    """The drawing with its key below, one name a row, so that long words fit a phone."""
    rows = []
    for place, (kind, name) in enumerate(key):
        y = high + 4 + place * _ROW
        rows.append(_sample(kind, y) + _text(30, y + 4, name, "start"))
    whole = high + len(key) * _ROW + 2
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {WIDE} {whole}" '
        'xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>"
        f"{''.join(parts)}{''.join(rows)}</svg>"
    )


def _sample(kind: str, y: float) -> str:
    shape, _, colour = kind.partition(" ")
    match shape:
        case "part":
            return f'<rect class="{kind}" x="6" y="{y - 5:.0f}" width="16" height="10"/>'
        case "mark":
            return _mark(14, y, 1)
        case _:
            line = _line(4, y, 24, y, colour)
            numbered = {"one": 0, "two": 1}
            return line + (_mark(14, y, numbered[colour]) if colour in numbered else "")


def _names(names: Sequence[str], step: float) -> str:
    every = max(1, -(-len(names) // _MOST_NAMES))
    y = HIGH - _BOTTOM + 16
    return "".join(
        _text(_LEFT + (place + 0.5) * step, y, name, "middle")
        for place, name in enumerate(names)
        if place % every == 0
    )


def _kind(place: int) -> str:
    return ("one", "two", "three", "four", "five")[place % 5]


def _part(count: int, whole: int) -> str:
    return f"{round(100 * count / whole)}\u00a0%"


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _path(points: Sequence[tuple[float, float]], kind: str) -> str:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="{kind}" points="{places}"/>'


def _mark(x: float, y: float, kind: int) -> str:
    if _MARKS[kind % 2] == "round":
        return f'<circle class="mark {_kind(kind)}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
    return (
        f'<rect class="mark {_kind(kind)}" x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" '
        'width="7" height="7"/>'
    )


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
