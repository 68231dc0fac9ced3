"""Texts gathered by what they say: questions that ask for one thing, the one in their middle, and
a reply as an article says it."""

from collections.abc import Sequence

import numpy as np

from sufler.domain.ports import Vectors
from sufler.kb_index.ngrams import Floats
from sufler.prompter.learning.courtesies import without_courtesies
from sufler.prompter.learning.facts import facts_of, tokens

# Questions whose groups are this near on average (cosine of centred vectors) ask for one thing;
# docs/measurements.md says how often that is right.
SAME_QUESTION = 0.5
# Texts this near (raw cosine) are one text: nothing less is ever merged.
SAME_TEXT = 0.96
# A reply of fewer words says nothing that could be an article.
FEWEST_WORDS = 4
_NEVER = -9.0


def gathered(nearness: Floats, near: float = SAME_QUESTION) -> list[int]:
    """For each row of a symmetric matrix (n, n) the number of its group, counted from 0 in the
    order of their first rows: the two nearest groups are joined as long as they are `near` on
    average (average linkage). The same matrix gives the same groups."""
    count = len(nearness)
    if not count:
        return []
    links = nearness.astype(np.float32).copy()
    np.fill_diagonal(links, _NEVER)
    sizes = np.ones(count, dtype=np.float32)
    groups = np.arange(count)
    nearest = links.argmax(axis=1)
    best = links[np.arange(count), nearest]
    while best[one := int(best.argmax())] >= near:
        other = int(nearest[one])
        joined = (links[one] * sizes[one] + links[other] * sizes[other]) / (
            sizes[one] + sizes[other]
        )
        joined[[one, other]] = _NEVER
        links[one] = links[:, one] = joined
        links[other] = links[:, other] = _NEVER
        sizes[one] += sizes[other]
        groups[groups == other] = one
        best[other] = _NEVER
        # Whose nearest was one of the two looks again; whom the joined one is nearer to takes it.
        stale = (best > _NEVER) & ((nearest == one) | (nearest == other))
        stale[one] = True
        for row in np.flatnonzero(stale):
            nearest[row] = links[row].argmax()
            best[row] = links[row, nearest[row]]
        nearer = (best > _NEVER) & (joined > best)
        nearest[nearer], best[nearer] = one, joined[nearer]
    numbers: dict[int, int] = {}
    return [numbers.setdefault(int(group), len(numbers)) for group in groups]


def with_same_replies(nearness: Floats, replies: Sequence[str], rows: Vectors) -> Floats:
    """`nearness` with 1 between any two rows that got one reply: near-duplicates (`rows` are raw
    vectors of passages) that state the same facts. An empty reply is none."""
    told = nearness.copy()
    facts = [facts_of(tokens(reply)) for reply in replies]
    alike = np.argwhere(np.triu(rows @ rows.T >= SAME_TEXT, 1))
    for one, other in alike.tolist():
        if replies[one] and replies[other] and not facts[one].differ(facts[other]):
            told[one, other] = told[other, one] = 1.0
    return told


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
