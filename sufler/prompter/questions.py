"""The questions of one turn: where its text could be cut, and whether that is worth it.

A turn is one question unless every part is a question by itself and finds an article of its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sufler.domain.decisions import Suggestion, TurnKind
from sufler.prompter.turn_kind import turn_kind
from sufler.prompter.turn_words import EMPTY_QUESTION

MOST_PARTS = 4
_LONGEST = 600  # characters; a longer story is one question
# A part below this (0..1) is not taken for a question of its own; one of them is above the other.
SURE_OF_ONE = 0.5
SURE_OF_EACH = 0.2

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…;])\s+|\n+|\s+(?=\d[).]\s)")
_NUMBER = re.compile(r"^\s*(?:\d[).]|[-•*])\s+")
_ASKING_WORDS = (
    r"(?:как(?:ой|ая|ие|ое|ую|их|ого|ому|им|ими)?|сколько|скока|поч[её]м|где|куда|откуда|когда|почему|зачем|"
    r"что|чем|кто|кому|можно|можете|надо ли|нужно ли|нужен ли|есть ли|до скольки|до скольких|"
    r"через сколько|во сколько|[^\W\d_]+ ли|how|what|when|where|who|which|why|"
    r"(?:can|could|may|should) (?:i|you|we|it)|(?:do|does|did) (?:i|you|we|it)|"
    r"(?:is|are) (?:there|it|you|they)|will (?:i|you|it|they|the))\b"
)
_BEFORE = (
    r"(?:(?:а|и|ну|ещё|еще|и ещё|и еще|также|тоже|вопрос|подскажите|скажите|пожалуйста|плиз|хочу|"
    r"хотел|хотела|бы|узнать|спросить|уточнить|во-первых|во-вторых|в-третьих|привет|здравствуйте|"
    r"кстати|заодно|интересно|and|also|but|so|hi|hello|please|tell|me|first|second|secondly|by the "
    r"way)[\s,:.!]+)*"
)
_ASKS = re.compile(_BEFORE + _ASKING_WORDS, re.IGNORECASE)
_MORE = r"(?:ещё|еще|также|заодно|кстати|во-вторых|also|secondly|by the way)\b"
# What begins so stands beside what was said before it, and is no part of that.
_ONE_MORE = re.compile(rf"(?:и|and)\b|(?:а |да )?{_MORE}", re.IGNORECASE)
_CONJUNCTION = re.compile(
    rf",?\s+(?:и|а|and)\s+(?=(?:then )?{_MORE}|{_ASKING_WORDS})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a turn that could be a question of its own; `message` counts the turn's messages
    from 0: the one that it ends in."""

    text: str
    message: int


def parts(texts: Sequence[str]) -> tuple[Part, ...]:
    """The messages of a turn, cut where another question may begin. Statements stay with the
    question that follows them, at the end with the last one. One part at most: it is one question.
    """
    if sum(map(len, texts)) > _LONGEST:
        return ()
    found: list[Part] = []
    told: list[Part] = []
    for piece, asks in _pieces(texts):
        if told and _ONE_MORE.match(piece.text):
            found.append(_joined(told))
            told = []
        told.append(piece)
        if asks and found and _is_empty(piece.text):
            found[-1] = _joined([found[-1], *told])
            told = []
        elif asks:
            found.append(_joined(told))
            told = []
    if told and found:
        found[-1] = replace(_joined([found[-1], *told]), message=found[-1].message)
    return tuple(found) if len(found) <= MOST_PARTS else ()


def apart(whole: Suggestion, read: Sequence[Suggestion]) -> tuple[int, ...]:
    """Which of the parts that were `read` are questions of their own, in their order; () when the
    turn is one question, which `whole` explains best."""
    by_article: dict[str, int] = {}
    for number, each in enumerate(read):
        if each.turn_kind is TurnKind.QUESTION and _sureness(each) >= SURE_OF_EACH:
            best = each.items[0].article_id
            before = by_article.get(best)
            if before is None or _sureness(read[before]) < _sureness(each):
                by_article[best] = number
    if len(by_article) < 2 or max(_sureness(read[n]) for n in by_article.values()) < SURE_OF_ONE:
        return ()
    if _sureness(whole) >= SURE_OF_ONE and whole.items[0].article_id not in by_article:
        return ()
    return tuple(sorted(by_article.values()))


def _sureness(suggestion: Suggestion) -> float:
    return suggestion.items[0].confidence if suggestion.items else 0.0


def _pieces(texts: Sequence[str]) -> Iterator[tuple[Part, bool]]:
    """Sentences and what conjunctions join in them, each with whether it asks; no courtesies."""
    for message, text in enumerate(texts):
        for sentence in _SENTENCE_END.split(text):
            numbered = _NUMBER.match(sentence) is not None
            clauses = _CONJUNCTION.split(_NUMBER.sub("", sentence))
            for clause in clauses:
                if clause.strip() and turn_kind(clause) is TurnKind.QUESTION:
                    asks = numbered or "?" in clause or _asks(clause)
                    yield Part(clause.strip(), message), asks


def _asks(clause: str) -> bool:
    return _ASKS.match(clause) is not None or _ONE_MORE.match(clause) is not None


def _is_empty(text: str) -> bool:
    """Whether it asks without saying about what: «Что делать?», "why so?"."""
    return EMPTY_QUESTION.issuperset(word.lower() for word in _WORD.findall(text))


def _joined(pieces: Sequence[Part]) -> Part:
    return Part(" ".join(piece.text for piece in pieces), pieces[-1].message)
