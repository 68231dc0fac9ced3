"""Protection from bad teachers: what is learned at once, what waits, and how much it weighs."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sufler.prompter.learning.neighbours import Near
from sufler.prompter.learning.ports import Checked, Taught
from sufler.prompter.learning.small_words import EMPTY

# How many nearest confirmed phrasings judge a wording, and how many of them its own article needs
# to confirm it.
JUDGES, AGREEING = 5, 3
UNCONFIRMED = 0.5
# What an operator may teach the smallest base in a day.
SMALLEST_CAP = 10
# Agreements that an operator starts with; above TRUSTED an operator weighs fully, at GUESSING
# nothing; below LEAST_WEIGHT what they teach waits for an editor.
STARTING, TRUSTED, GUESSING, LEAST_WEIGHT = 10, 0.9, 0.5, 0.25


@dataclass(frozen=True, slots=True)
class Guards:
    """Limits of the guards; `sufler evaluate --stream --without` takes them out one by one.

    `same_wording`: raw cosine to a phrasing of its own article from which a wording is the same
    one. `least_words` with a matter of their own. `against`: of the JUDGES nearest, one other
    article's, when none is its own. `a_day`: of one operator; less in a small base: for each of its
    articles `for_each` phrasings, and `against_each` wordings against what was suggested, of either
    SMALLEST_CAP at least."""

    same_wording: float = 0.97
    least_words: int = 2
    against: int = 4
    a_day: int = 200
    for_each: float = 1.0
    against_each: float = 0.25

    def enough(self, taught: Taught, articles: int, *, against: bool) -> bool:
        """Whether an operator has `taught` a base of so many articles enough for a day; `against`:
        with one more wording that speaks against what was suggested."""
        if taught.phrasings >= min(self.a_day, max(articles * self.for_each, SMALLEST_CAP)):
            return True
        most = min(self.a_day, max(articles * self.against_each, SMALLEST_CAP))
        return against and taught.negatives >= most


_WORD = re.compile(r"[^\W\d_]{2,}")
_ANY_WORD = re.compile(r"\w+")


def content_words(text: str) -> int:
    """How many different words of `text` say what it is about."""
    return len({word.lower() for word in _WORD.findall(text)} - EMPTY)


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in case and punctuation only."""
    return _ANY_WORD.findall(one.lower()) == _ANY_WORD.findall(other.lower())


def speaks_against(article_id: str, judges: Sequence[Near], least: int = 4) -> bool:
    """Whether of the nearest confirmed phrasings none is the article's, and at least `least` are
    one other's."""
    counts = Counter(near.article_id for near in judges)
    return article_id not in counts and max(counts.values(), default=0) >= least


def speaks_for(article_id: str, judges: Sequence[Near]) -> bool:
    """Whether the nearest confirmed phrasings, which it is not among, confirm it: leave-one-out
    agreement."""
    return sum(near.article_id == article_id for near in judges) >= AGREEING


def operator_weight(checked: Checked) -> float:
    """0..1 by how often blind checks agree with an operator; 1 without any."""
    right = (checked.agreed + STARTING) / (checked.agreed + checked.disagreed + STARTING)
    return min(max((right - GUESSING) / (TRUSTED - GUESSING), 0.0), 1.0)
