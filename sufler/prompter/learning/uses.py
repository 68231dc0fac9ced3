"""What an operator did with a suggestion, told from the text that was really sent."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from sufler.domain.knowledge import Language
from sufler.domain.learning import Use
from sufler.domain.variables import fill
from sufler.prompter.learning.courtesies import without_courtesies
from sufler.prompter.learning.facts import Token, alike, facts_of, plain, sentences, tokens
from sufler.prompter.learning.small_words import SMALL

# A sentence of the reply is the article's when this share of its words is in the article.
OWN_SENTENCE = 0.5
# Less of the article's words than this in the reply: it was written anew.
COVERED = 0.55
# Words that differ, of all, up to which an edit is cosmetic; from SURELY on only if the encoder
# finds the two texts this near (raw cosine).
LITTLE, MUCH, NEAR = 0.2, 0.45, 0.93
# A text of its own says the same as an article from here on, if it states nothing else.
SAME = 0.925
_VARIABLE = re.compile(r"\{[a-z_]+(?:\.[a-z_]+)*(?:\|([^{}|\n]*))?\}")
_BEFORE_VARIABLE = re.compile(r"\{[a-z_]+(?:\.[a-z_]+)*(?:\|[^{}|\n]*)?\} *,? *")


@dataclass(frozen=True, slots=True)
class Offer:
    """An article's text in one language. `place` counts from 0 among those shown, None: not shown.
    `inserted`: its text was put into the reply. `near`: raw cosine of reply and text, 0..1."""

    article_id: str
    language: Language
    answer: str
    place: int | None = None
    inserted: bool = False
    near: float = 0.0


@dataclass(frozen=True, slots=True)
class Done:
    """`use` as people see it; `edit` is what was done to the text of `article_id` (None: written
    anew), one of VERBATIM, COSMETIC, EXTENDED, FACTS, ANEW; `same_as` is an article that a text
    of the operator's own says the same as."""

    use: Use
    edit: Use
    article_id: str | None = None
    language: Language | None = None
    same_as: str | None = None


_BEST = (Use.VERBATIM, Use.COSMETIC, Use.EXTENDED, Use.FACTS)


def judge(sent: str, offers: Sequence[Offer], values: Sequence[str] = ()) -> Done:
    """What was done, `offers` being the inserted article, all shown, and the nearest of the base.

    Of several that fit, the least edited; then the inserted one, the better place, the nearer."""
    fitting = []
    for offer in offers:
        edit = edit_of(sent, offer.answer, values, offer.near)
        if offer.inserted and _typed(sent) == _typed(offer.answer):
            edit = Use.VERBATIM  # also an article that is nothing but a courtesy
        if edit is not Use.ANEW:
            place = 99 if offer.place is None else offer.place
            # Facts differ from many articles; only what was before the operator was edited.
            if edit is not Use.FACTS or offer.inserted or offer.place is not None:
                order = (_BEST.index(edit), not offer.inserted, place, -offer.near)
                fitting.append((order, edit, offer))
    if not fitting:
        own = [o for o in offers if o.near >= SAME and states_no_more(sent, o.answer, values)]
        same = max(own, key=lambda offer: offer.near, default=None)
        return Done(Use.ANEW, Use.ANEW, same_as=same.article_id if same else None)
    _, edit, offer = min(fitting, key=lambda each: each[0])
    return Done(_use(edit, offer.place), edit, offer.article_id, offer.language)


def _use(edit: Use, place: int | None) -> Use:
    if edit is Use.FACTS or place == 0:
        return edit
    return Use.SEARCHED if place is None else Use.OTHER


def edit_of(sent: str, answer: str, values: Sequence[str] = (), near: float = 0.0) -> Use:
    """How `sent` differs from an article's `answer`: VERBATIM, COSMETIC, EXTENDED, FACTS; or ANEW,
    it is another text. `values` are the customer's variables."""
    fallbacks = [found[1] for found in _VARIABLE.finditer(answer) if found[1]]
    reply = without_courtesies(sent, (*values, *fallbacks))
    article = without_courtesies(_BEFORE_VARIABLE.sub("", answer), values)
    if _VARIABLE.search(answer):
        reply = _without_numbers(reply, values)
    wanted = tokens(article)
    if not wanted or not reply.strip():
        return Use.ANEW
    own, more = _parts(tokens(reply), wanted)
    if not more and _typed(reply) == _typed(article):
        return Use.VERBATIM
    covered, changed = _compared(own, wanted)
    if covered < COVERED:
        return Use.ANEW
    if facts_of(own).differ(facts_of(wanted)):
        return Use.FACTS
    if changed > MUCH or (changed > LITTLE and near < NEAR):
        return Use.ANEW
    return Use.EXTENDED if more else Use.COSMETIC


def states_no_more(sent: str, answer: str, values: Sequence[str] = ()) -> bool:
    """Whether `sent` states no number, date, link or name that is not in `answer`."""
    said = facts_of(tokens(without_courtesies(sent, values)))
    held = facts_of(tokens(fill(answer, {})))
    return not said.other_than(held) and not said.negations - held.negations


def _parts(reply: list[Token], wanted: list[Token]) -> tuple[list[Token], list[Token]]:
    """The reply's sentences that are the article's, and those that are more."""
    held = [token.text for token in wanted if not _small(token)]
    own: list[Token] = []
    more: list[Token] = []
    for part in sentences(reply):
        matter = [token.text for token in part if not _small(token)]
        if not matter:
            continue
        found = len(matter) - len(_unmatched(matter, held)[0])
        (own if found / len(matter) >= OWN_SENTENCE else more).extend(part)
    return own, more


def _compared(own: list[Token], wanted: list[Token]) -> tuple[float, float]:
    """The share (0..1) of the article's words that is in `own`, and that of words which differ,
    order included."""
    said = [token.text for token in own if not _small(token)]
    held = [token.text for token in wanted if not _small(token)]
    if not held:
        return float(bool(said == held)), 0.0
    extra, lacking = _unmatched(said, held)
    changed = max(len(extra), len(lacking)) / max(len(held), len(said))
    moved = Indel.normalized_distance(
        [each for each in said if each in set(held)], [each for each in held if each in set(said)]
    )
    return 1 - len(lacking) / len(held), changed + moved / 4


def _unmatched(one: Sequence[str], other: Sequence[str]) -> tuple[list[str], list[str]]:
    """Words of each that have no like in the other; each stands for one."""
    left, right = Counter(one), Counter(other)
    left, right = left - right, right - left
    lacking = list(right.elements())
    extra = []
    for word in left.elements():
        match = next((each for each in lacking if alike(word, each)), None)
        if match is None:
            extra.append(word)
        else:
            lacking.remove(match)
    return extra, lacking


def _small(token: Token) -> bool:
    return token.text in SMALL


def _typed(text: str) -> str:
    """The text as typed, but for Markdown, spaces, and the case of its first letter."""
    line = " ".join(plain(text).split()).rstrip(" .!")
    return line[:1].lower() + line[1:]


def _without_numbers(reply: str, values: Sequence[str]) -> str:
    for value in values:
        if value.strip() and not any(char.isalpha() for char in value):
            reply = re.sub(rf"(?<!\w){re.escape(value.strip())}(?!\w)", " ", reply)
    return reply
