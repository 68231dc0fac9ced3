"""Cutting a text into messages that Telegram takes. Knows nothing of aiogram, so that a page can
show what Telegram will show without loading it. Lengths are UTF-16 code units, as Telegram counts.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from sufler.bot.markdown import Run, Style, StyleKind, parse

LIMIT = 4096
_ZERO_WIDTH_JOINER = "\u200d"
_CLUSTER_LIMIT = 32  # code points: a longer "letter" is mischief and may be cut


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut(markdown: str, limit: int = LIMIT) -> list[tuple[str, list[Run]]]:
    """The pieces that fit, each as its text and its styled runs; none of white space only."""
    runs = list(_spelled_out(parse(markdown)))
    text = "".join(run.text for run in runs)
    return [(part, own) for part, own in _cut(runs, cuts(text, limit)) if part.strip()]


def cuts(text: str, limit: int = LIMIT) -> list[int]:
    """Where to cut `text` (code point positions, the end included) so that each part fits.

    Prefers an empty line, then a line's end, then white space, all in the second half of a
    part; otherwise between two letters. Nothing is dropped.
    """
    ends: list[int] = []
    start = 0
    while start < len(text):
        end = _furthest(text, start, limit)
        if end < len(text):
            end = _nice(text, start, end)
        ends.append(end)
        start = end
    return ends


def _furthest(text: str, start: int, limit: int) -> int:
    end = min(len(text), start + limit)
    room = limit - units(text[start:end])
    while room < 0:
        end -= 1
        room += 2 if text[end] > "\uffff" else 1
    return max(end, start + 1)


def _nice(text: str, start: int, end: int) -> int:
    middle = start + (end - start) // 2
    for separator in ("\n\n", "\n", " "):
        found = text.rfind(separator, middle, end)
        if found >= 0:
            return found + len(separator)
    for position in range(end, max(start, end - _CLUSTER_LIMIT), -1):
        if not _joined(text, position):
            return position
    return end


def _joined(text: str, position: int) -> bool:
    """Whether the code points around `position` are parts of one visible sign."""
    before, after = text[position - 1], text[position]
    return (
        after == _ZERO_WIDTH_JOINER
        or before == _ZERO_WIDTH_JOINER
        or unicodedata.category(after) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= after <= "\U0001f3ff"  # skin tones
        or (_is_flag_half(before) and _is_flag_half(after))
        or (before == "\r" and after == "\n")
    )


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _cut(runs: Sequence[Run], ends: Iterable[int]) -> Iterator[tuple[str, list[Run]]]:
    waiting = list(reversed(runs))
    start = 0
    for end in ends:
        part: list[Run] = []
        room = end - start
        while room:
            run = waiting.pop()
            if len(run.text) > room:
                waiting.append(Run(run.text[room:], run.styles))
                run = Run(run.text[:room], run.styles)
            part.append(run)
            room -= len(run.text)
        start = end
        yield "".join(run.text for run in part), part


def _spelled_out(runs: Iterable[Run]) -> Iterator[Run]:
    """Telegram drops mailto: and tel: links, but finds addresses in the text by itself."""
    for link, group in groupby(runs, key=_bare_link):
        if link is None:
            yield from group
            continue
        label = ""
        for run in group:
            label += run.text
            yield Run(run.text, tuple(style for style in run.styles if style != link))
        address = link.url.partition(":")[2].partition("?")[0]
        if address not in label:
            yield Run(f" ({address})")


def _bare_link(run: Run) -> Style | None:
    for style in run.styles:
        if style.kind is StyleKind.LINK and style.url.lower().startswith(("mailto:", "tel:")):
            return style
    return None
