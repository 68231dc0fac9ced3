"""Whether an operator's reply is an article's text, so surely that nobody need look at it.

A matcher that forgives a fifth of the wrong answers makes five false certificates of a hundred into
forty-seven. So this one forgives a greeting, a signature, the customer's name and a typo, nothing
else: what it does not know, a reviewer decides.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from rapidfuzz.fuzz import ratio

from sufler.domain.knowledge import Article
from sufler.prompter.learning.courtesies import without_courtesies
from sufler.prompter.learning.facts import facts_of, plain, tokens

# How alike two texts must be, 0..100.
ALIKE: Final = 95.0
_VARIABLE = re.compile(r"\{[a-z_]+(?:\.[a-z_]+)*(?:\|[^{}|\n]*)?\} *,? *")


def says_the_same(sent: str, answer: str, values: Sequence[str] = ()) -> bool:
    """Whether `sent` is the text `answer`, filled or not, but for courtesies and the customer's
    `values`: nearly letter by letter, with the same numbers, dates, links, names and negations."""
    reply, article = _matter(sent, tuple(values)), _text_of(answer, tuple(values))
    return _alike(reply, article) > 0.0


def says_anything(sent: str, values: Sequence[str] = ()) -> bool:
    """Whether there is more in it than courtesies."""
    # A greeting is one where something follows, a wish where nothing does.
    both = (_matter(sent, tuple(values)), _matter(f"{sent}\n…", tuple(values)))
    return all(any(char.isalnum() for char in each) for each in both)


def article_said(
    sent: str, first: Sequence[str], articles: Iterable[Article], values: Sequence[str] = ()
) -> str | None:
    """The id of the article whose text was sent: the most alike one, and of several with one text
    one of `first` (ids), in their order. None: only a person can tell."""
    known = tuple(values)
    reply = _matter(sent, known)
    alike = {
        article.id: max(
            _alike(reply, _text_of(t.answer, known)) for t in article.translations.values()
        )
        for article in articles
    }
    best = max(alike.values(), default=0.0)
    if not best:
        return None
    found = [each for each, how in alike.items() if how == best]
    return next((one for one in first if one in found), found[0])


def _alike(reply: str, article: str) -> float:
    """0..100; 0 where they are not the same."""
    if not reply or not article:
        return 0.0
    how = ratio(reply.casefold(), article.casefold(), score_cutoff=ALIKE)
    return 0.0 if how and facts_of(tokens(reply)).differ(facts_of(tokens(article))) else how


def _matter(sent: str, values: tuple[str, ...]) -> str:
    return _one_line(without_courtesies(sent, values))


@lru_cache(maxsize=100_000)
def _text_of(answer: str, values: tuple[str, ...]) -> str:
    return _one_line(without_courtesies(_VARIABLE.sub("", answer), values))


def _one_line(text: str) -> str:
    return " ".join(plain(text).split()).strip(" .!")
