"""Talks of the demo through the real wiring: turns of two questions, and follow-ups.

    python -m bench.talks demo/talks.csv [--half judge] [--misses FILE]

Each row is a customer of their own; every topic answers, as in `sufler serve --demo`. Each line of
a text is a message of its own; all of a turn arrive before it is decided.
"""

import argparse
import asyncio
import csv
import logging
import os
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from sufler.app.settings import load_settings
from sufler.app.wiring import Services, opened_services
from sufler.domain.conversation import (
    Button,
    Conversation,
    Customer,
    Incoming,
    IncomingKind,
    Message,
    Owner,
)

CHANNEL = "talks"


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back for a turn: articles sent, articles offered, handed over to a person."""

    sent: tuple[str, ...]
    offered: tuple[str, ...]
    handed: bool


class Paper:
    """A channel that writes down what was sent."""

    name = CHANNEL

    def __init__(self) -> None:
        self.sheets: list[tuple[str, tuple[Button, ...]]] = []

    def slot(self, conversation: Conversation) -> float:
        return 0.0

    async def send(self, conversation: Conversation, message: Message) -> str | None:
        self.sheets.append((message.text, message.buttons))
        return None

    async def edit(self, conversation: Conversation, message: Message) -> None: ...

    async def typing(self, conversation: Conversation) -> None: ...


class Talks:
    """Customers who write to a started shop."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._paper = Paper()
        services.delivery.add_channel(self._paper)
        self._number = 0
        # An answer is known by its longest piece between variables, which may be filled.
        self._pieces = {
            max(re.split(r"\{[^}]*\}", told.answer), key=len): article.id
            for article in services.knowledge.index.articles()
            for told in article.translations.values()
        }

    async def hear(self, who: str, said: str) -> Heard:
        """What this customer gets for a turn."""
        before = len(self._paper.sheets)
        for line in said.split("\n"):
            self._number += 1
            incoming = Incoming(CHANNEL, f"t{self._number}", Customer(who), IncomingKind.TEXT, line)
            await self._services.turns.receive(incoming)
        await self._services.turns.drain()
        sheets = self._paper.sheets[before:]
        found = await self._services.conversations.find(CHANNEL, who)
        offered = [
            button.data[2:] for _, row in sheets for button in row if button.data[:2] == "a:"
        ]
        return Heard(
            tuple(
                article_id
                for text, _ in sheets
                for piece, article_id in self._pieces.items()
                if piece in text
            ),
            tuple(offered),
            found is not None and found.owner is Owner.QUEUE,
        )


def verdict(wanted: Sequence[frozenset[str]], heard: Heard) -> str:
    """One word for what a turn that wants one article of each set got."""
    if any(not any(one in each for each in wanted) for one in heard.sent):
        return "a wrong answer"
    met = sum(not each.isdisjoint(heard.sent) for each in wanted)
    left = [each for each in wanted if each.isdisjoint(heard.sent)]
    if not left:
        return "all answered"
    if any(not each.isdisjoint(heard.offered) for each in left):
        return "answered and asked back" if met else "asked back"
    if heard.offered:
        return "asked back beside it"
    if heard.handed:
        return "answered and handed over" if met else "handed over"
    return "answered in part" if met else "nothing"


def rows_of(path: Path, half: str | None) -> Iterator[dict[str, str]]:
    """The rows of a file of talks, of one half or of both."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if half is None or row["half"] == half:
                yield row


async def measure(
    rows: Iterable[dict[str, str]], model: Path
) -> tuple[dict[str, Counter[str]], list[str]]:
    """Verdicts by kind of row and half, and a line about each turn that was not answered whole."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(model, os.path.join(folder, "model"))
        settings = load_settings(data_dir=Path(folder), demo=True)
        async with opened_services(settings, at_once=True) as services:
            talks = Talks(services)
            for number, row in enumerate(rows):
                if row["before"]:
                    await talks.hear(f"c{number}", row["before"])
                heard = await talks.hear(f"c{number}", row["text"])
                wanted = [frozenset(each.split("/")) for each in row["articles"].split("|")]
                got = verdict(wanted, heard)
                counts[f"{row['kind']} {row['half']}"][got] += 1
                if got != "all answered":
                    wrong.append(f"{got} | {row['articles']} | {heard} | {row['text']!r}")
    return counts, sorted(wrong)


def main() -> None:
    """Print the verdicts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--half", choices=("tune", "judge"))
    parser.add_argument("--misses", type=Path, help="write what was not answered in full")
    parser.add_argument("--model", type=Path, default=Path("data/model"))
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    rows = list(rows_of(given.path, given.half))
    counts, wrong = asyncio.run(measure(rows, given.model.resolve()))
    if given.misses:
        given.misses.write_text("\n".join(wrong) + "\n", encoding="utf-8")
    for name, found in counts.items():
        print(f"{name} ({found.total()}): " + ", ".join(f"{n} {w}" for w, n in found.most_common()))


if __name__ == "__main__":
    main()
