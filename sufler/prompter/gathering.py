"""Texts gathered by what they say: questions that ask for one thing, the one in their middle, and
a reply as an article says it."""

from collections.abc import Sequence

import numpy as np

from sufler.domain.ports import Vectors
from sufler.prompter.learning.courtesies import without_courtesies

# Questions this near (cosine of centred vectors) ask for one thing; see docs/measurements.md.
SAME_QUESTION = 0.6
# Texts this near (raw cosine) are one text: nothing less is ever merged.
SAME_TEXT = 0.96
# A reply of fewer words says nothing that could be an article.
FEWEST_WORDS = 4


def gathered(rows: Vectors, leaders: Vectors, near: float = SAME_QUESTION) -> list[int]:
    """For each of `rows` (unit vectors, shape (n, dimension)) the number of its group: below
    len(leaders) that of the leader it belongs to, else a new one, counted on. In their order: each
    joins the nearest group that is near enough, and moves the middle of a new one. The same rows
    give the same groups."""
    middles = list(leaders)
    sums = [leader.astype(np.float64) for leader in leaders]
    groups: list[int] = []
    for row in rows:
        found = -1
        if middles:
            nearness = np.stack(middles) @ row
            found = int(np.argmax(nearness))
            if nearness[found] < near:
                found = -1
        if found < 0:
            middles.append(row)
            sums.append(row.astype(np.float64))
            found = len(middles) - 1
        elif found >= len(leaders):
            sums[found] += row
            middles[found] = (sums[found] / np.linalg.norm(sums[found])).astype(np.float32)
        groups.append(found)
    return groups


def central(rows: Vectors) -> int:
    """The place of the row nearest to all the others (unit vectors, at least one)."""
    return int(np.argmax(rows @ rows.mean(axis=0)))


def distinct(rows: Vectors) -> list[int]:
    """Places of the rows that are no near-duplicate of one before them."""
    kept: list[int] = []
    for place, row in enumerate(rows):
        if not kept or float((rows[kept] @ row).max()) < SAME_TEXT:
            kept.append(place)
    return kept


def says_something(reply: str) -> bool:
    """Whether there are enough words in it, greetings aside, to be an article."""
    return len(without_courtesies(reply).split()) >= FEWEST_WORDS


def as_article(reply: str, values: Sequence[str] = ()) -> str:
    """A reply as an article says it: greetings and signatures are said around that; "" where
    nothing else was said."""
    text = without_courtesies(reply, values).strip()
    if not text:
        return ""
    ended = text if text[-1:] in ".!?…)" else f"{text}."
    return ended[:1].upper() + ended[1:]
