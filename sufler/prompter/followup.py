"""Follow-ups: short questions that are only understood with the customer's turn before («а если
самовывоз?», "and how long?")."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from sufler.domain.decisions import TurnKind
from sufler.prompter.rank import Ranked
from sufler.prompter.reading import read
from sufler.prompter.turn_kind import turn_kind
from sufler.prompter.turn_words import POINTING

# A question that finds its article this surely (0..1) is understood without the one before.
CLEAR_BY_ITSELF = 0.7
# An article that the turn before found this surely was its answer: the customer asks for another.
ANSWERED_BEFORE = 0.5

_LONGEST_OPENED = 10  # words
_LONGEST_POINTING = 9
_ELLIPTICAL = 3
_SHORT = 100  # characters
_LOOKED_BACK = 8  # messages
_MOST_CHARS = 300

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_OPENING = re.compile(
    r"(?:ну |нет |да |ок |окей |хорошо |понятно |спасибо |ok |okay |thanks |no |yes )*"
    r"(?:а|и|но|или|тогда|ещё|еще|and|or|but|then|also|so|what about|how about|what if)\b"
)


def leans_back(text: str) -> bool:
    """Whether `text` may be a follow-up: it begins like one, points at something that it does not
    name, or is too short to say what it is about. Says nothing of whether it is one."""
    if len(text) > _SHORT:
        return False
    words = [word.lower() for word in _WORD.findall(text)]
    if not words or len(words) > _LONGEST_OPENED:
        return False
    if len(words) <= _ELLIPTICAL or _OPENING.match(" ".join(words)):
        return True
    return len(words) <= _LONGEST_POINTING and not POINTING.isdisjoint(words)


def asked_before(history: Sequence[tuple[str, str]]) -> str | None:
    """What the customer asked last in `history`, (role, text) oldest first; where that is a
    follow-up itself, with what it leans on. None when nothing was asked."""
    found: list[str] = []
    for text in _questions(history[-_LOOKED_BACK:]):
        found.insert(0, text)
        if not leans_back(text):
            break
    return "\n".join(found)[-_MOST_CHARS:] or None


def _questions(history: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The customer's questions, the newest first."""
    for role, text in reversed(history):
        clean = read(text) if role == "customer" else ""
        if clean and turn_kind(clean) is TurnKind.QUESTION:
            yield clean


def together(own: Ranked, both: Ranked, without: str | None) -> Ranked:
    """One ranking from that of the follow-up and that of both turns' words: an article's score is
    the mean of its two, its parts are the higher ones. `without` is left out."""
    places = [{one: n for n, one in enumerate(each.article_ids)} for each in (own, both)]
    ids = [one for one in {**places[0], **places[1]} if one != without]
    if not ids:
        return own
    scores = np.zeros(len(ids), dtype=np.float32)
    parts = np.full((len(ids), own.parts.shape[1]), -np.inf, dtype=np.float32)
    phrasings = [""] * len(ids)
    for ranked, place in zip((both, own), reversed(places), strict=True):
        # What a ranking does not hold scores as its last.
        lowest = float(ranked.scores.min())
        for number, one in enumerate(ids):
            at = place.get(one)
            scores[number] += (lowest if at is None else float(ranked.scores[at])) / 2
            if at is not None:
                parts[number] = np.maximum(parts[number], ranked.parts[at])
                phrasings[number] = ranked.phrasings[at]
    order = np.lexsort((np.array(ids), -np.round(scores, 5)))
    return Ranked(
        tuple(ids[n] for n in order),
        scores[order],
        parts[order],
        tuple(phrasings[n] for n in order),
    )
