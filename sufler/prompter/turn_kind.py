"""What a customer's text is before any article is looked at: a question, or nothing to answer.

A text is a courtesy only when every word of it is: one word that it does not know is a question.
"""

import re
from collections.abc import Iterable, Iterator

from sufler.domain.decisions import TurnKind
from sufler.kb_index.normalise import normalise
from sufler.prompter import turn_phrases as phrases
from sufler.prompter import turn_words as words
from sufler.prompter.closing_phrases import CLOSING
from sufler.prompter.language import is_mash, language_of, relayout
from sufler.prompter.status_phrases import STATUS

__all__ = ["answerable", "language_of", "relayout", "turn_kind"]

_LONGEST = 24  # words; a courtesy is shorter, and long texts need not be looked through
_READ_CHARS = 400
_LONGEST_STATUS = 10

_TOKEN = re.compile(r"§\w|[^\W_]+(?:[-@.][^\W_]+)*|\+")
_APOSTROPHE = re.compile(r"['’`]")
_STRETCHED = re.compile(r"(\w)\1{2,}")
_DOUBLED = re.compile(r"(\w)\1+")
_LETTERS = re.compile(r"[^\W\d_]+")
_LAUGH = re.compile(
    r"(?:[ахa]*(?:ха|ах|ha|ah){2}[ахah]*|(?:хи|хе|he){2,}|l(?:o+l)+|лол|ржу|rofl|xd+)$"
)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]{2,}|https?://\S+")
_CODE = re.compile(r"(?=.*\d)[\w№#*/.-]+$")
# 4g, 100мб, ps5: a subject, no code
_UNIT = re.compile(r"\d{1,4}[^\W\d_]{1,3}$|[^\W\d_]{2,12}\d{1,4}$")
_NAME_IS = re.compile(phrases.NAME_IS + "$")
_PROMISE = re.compile("(?:" + phrases.PROMISE + ")$")
_CURSE = re.compile(words.CURSE_ROOTS)
_REQUEST = re.compile(r"\b(?:" + "|".join(phrases.PERSON_REQUEST) + ")")
_STATUS = re.compile("(?:" + "|".join(STATUS) + ")$")
_NO_WISH = re.compile(r"\b(?:" + "|".join(phrases.NO_WISH_FOR_PERSON) + ")")
_ASKING = re.compile(
    r"(?:is|are|was|do|does|did|can|could|will|would|should|may|am|how|what|have|has)\b"
)

_MARKS = {
    "closing": "§c",
    "not_it": "§n",
    "person": "§p",
    "thanks": "§t",
    "soft": "§s",
    "greeting": "§g",
    "acknowledgement": "§a",
}
# Tried in this order: «можете закрыть чат» is no thanks.
_SAID = {"closing": CLOSING, **phrases.PHRASES}
_PHRASES = {
    _MARKS[kind]: re.compile(r"\b(?:" + "|".join(_SAID[kind]) + r")(?!\w)") for kind in _MARKS
}

_MARK_OF = {
    **dict.fromkeys(words.ACKNOWLEDGEMENT | {"+"}, "§a"),
    **dict.fromkeys(words.GREETING, "§g"),
    **dict.fromkeys(words.THANKS, "§t"),
}
_BESIDE = words.SOFT | words.NAMES
_KNOWN = frozenset(_MARK_OF) | _BESIDE | words.PERSON_NOUN | words.PERSON_WORDS
_IN_PHRASES = {
    word for texts in _SAID.values() for text in texts for word in _LETTERS.findall(text)
}
_VOCABULARY = _KNOWN | _IN_PHRASES
_BY_SINGLE_LETTERS = {_DOUBLED.sub(r"\1", word): word for word in _KNOWN if len(word) > 1}


def _one_letter_less(word: str) -> Iterator[str]:
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


def _with_a_slip(known: Iterable[str]) -> dict[str, str]:
    """Every spelling that lacks one letter of a known word; two words one slip apart share one."""
    return {slip: word for word in sorted(known) for slip in (*_one_letter_less(word), word)}


_SLIPS = _with_a_slip(
    word for word in {*_MARK_OF, *words.PERSON_NOUN, *words.OFTEN_MISTYPED} if len(word) > 4
)
_STATUS_SLIPS = _with_a_slip(word for word in words.STATUS_OFTEN_MISTYPED if len(word) > 4)


def turn_kind(text: str) -> TurnKind:
    """What `text` is, as typed. Pure; never raises; about 30 µs for a usual message."""
    text = normalise(text)
    if not text:
        return TurnKind.EMPTY
    read = text[:_READ_CHARS]
    if not any(char.isalnum() for char in read):
        return TurnKind.ACKNOWLEDGEMENT if read.strip() == "+" else TurnKind.EMOJI
    return _of_reading(relayout(read) or read)


def answerable(kind: TurnKind, phrasing: str) -> bool:
    """Whether the base may answer a text of this kind whose best fitting phrasing is `phrasing`.

    Questions always, also those about an answer that is waited for; thanks and the like only where
    the phrasing is of the same kind: then an editor wrote it for just such messages.
    """
    asks = kind in (TurnKind.QUESTION, TurnKind.ASKS_STATUS)
    return asks or kind is turn_kind(phrasing)


def _of_reading(text: str) -> TurnKind:
    folded = _fold(text)
    if _asks_for_person(folded):
        return TurnKind.ASKS_FOR_PERSON
    tokens = _TOKEN.findall(folded)
    if len(tokens) > _LONGEST:
        return TurnKind.QUESTION
    if _asks_status(tokens):
        return TurnKind.ASKS_STATUS
    return (
        _value(text, tokens, folded)
        or _curse(tokens)
        or _courtesy(tokens, asks="?" in text or _ASKING.match(folded) is not None)
        or _not_words(text, tokens)
        or TurnKind.QUESTION
    )


def _fold(text: str) -> str:
    """Lower case, «е» for «ё», no apostrophes, no letter more than twice in a row."""
    text = _APOSTROPHE.sub("", text.lower().replace("ё", "е"))
    return _STRETCHED.sub(r"\1\1", text)


def _spelled(token: str) -> str:
    """The known word or two that a stretched, mistyped or glued `token` is; else itself."""
    if token in _VOCABULARY or not token.isalpha():
        return token
    single = _BY_SINGLE_LETTERS.get(_DOUBLED.sub(r"\1", token))
    if single is not None:
        return single
    if len(token) > 4:
        for slip in (token, *_one_letter_less(token)):
            if slip in _SLIPS:
                return _SLIPS[slip]
    for cut in range(2, min(len(token) - 1, 16)):
        first, second = token[:cut], token[cut:]
        if first in _VOCABULARY and second in _VOCABULARY and {first, second} & _MARK_OF.keys():
            return f"{first} {second}"
    return token


def _mended(tokens: list[str]) -> list[str]:
    """The tokens as they were meant; [] when a second word stays unknown: that is a question."""
    meant: list[str] = []
    strange = 0
    for token in tokens:
        word = _spelled(token)
        # One may stay: what somebody gives thanks for need not be known.
        strange += word == token and token not in _VOCABULARY
        if strange > 1:
            return []
        meant.append(word)
    return meant


def _courtesy(tokens: list[str], *, asks: bool) -> TurnKind | None:
    if not asks and _PROMISE.match(" ".join(tokens)):
        return TurnKind.ACKNOWLEDGEMENT
    # Mending typos costs the most, and a text with many unknown words is a question anyway.
    if sum(token not in _VOCABULARY for token in tokens) > 4:
        return None
    mended = plain = " ".join(_mended(tokens))
    if not mended:
        return None
    for mark, phrase in _PHRASES.items():
        plain = phrase.sub(mark, plain)
    tokens = plain.split()
    if _is_wish_for_person(tokens, mended):
        return TurnKind.ASKS_FOR_PERSON
    if not all(t[0] == "§" or t in _MARK_OF or t in _BESIDE or _LAUGH.match(t) for t in tokens):
        return None
    marks = {token if token[0] == "§" else _MARK_OF.get(token, "") for token in tokens}
    if "§c" in marks and not asks:
        return TurnKind.CLOSES
    if "§n" in marks:
        return TurnKind.NOT_IT
    if "§t" in marks:
        return TurnKind.THANKS
    if "§g" in marks:
        return TurnKind.GREETING
    if "§a" in marks and not (asks and any(token in words.SOFT for token in tokens)):
        return TurnKind.ACKNOWLEDGEMENT
    return TurnKind.EMOJI if all(map(_LAUGH.match, tokens)) else None


def _asks_status(tokens: list[str]) -> bool:
    """Whether somebody who waits asks for how long, or if anybody is there."""
    said = [t for t in tokens if t not in words.STATUS_BESIDE and t not in words.GREETING]
    if not said or len(said) > _LONGEST_STATUS:
        return False
    return any(_STATUS.match(" ".join(each)) for each in (said, [_status_word(t) for t in said]))


def _status_word(token: str) -> str:
    if len(token) > 4:
        for slip in (token, *_one_letter_less(token)):
            if slip in _STATUS_SLIPS:
                return _STATUS_SLIPS[slip]
    return token


def _asks_for_person(folded: str) -> bool:
    return bool(_REQUEST.search(folded)) and not _NO_WISH.search(folded)


def _is_wish_for_person(tokens: list[str], folded: str) -> bool:
    if not any(word == "§p" or word in words.PERSON_NOUN for word in tokens):
        return False
    wishes = (
        t[0] == "§" or t in words.PERSON_NOUN or t in words.PERSON_WORDS or t in _KNOWN
        for t in tokens
    )
    return all(wishes) and not _NO_WISH.search(folded)


def _curse(tokens: list[str]) -> TurnKind | None:
    cursed = False
    for token in tokens:
        if _CURSE.match(token):
            cursed = True
        elif not (token in words.CURSE_WORDS or token in _BESIDE or token in _MARK_OF):
            return None
    return TurnKind.SWEARING if cursed else None


def _value(text: str, tokens: list[str], folded: str) -> TurnKind | None:
    if _NAME_IS.match(" ".join(tokens)):
        return TurnKind.DIGITS
    if "?" in text or _ASKING.match(folded):
        return None
    rest = _EMAIL.sub(" 0000 ", folded)
    valued = 0
    for token in _TOKEN.findall(rest):
        if _CODE.match(token):
            if _UNIT.match(token):
                return None
            valued += sum(char.isdigit() for char in token)
        elif not (
            token in words.LABELS or token in words.SOFT or token in _MARK_OF or len(token) == 1
        ):
            return None
    return TurnKind.DIGITS if valued else None


def _not_words(text: str, tokens: list[str]) -> TurnKind | None:
    if len(tokens) == 1 and len(tokens[0]) == 1:
        return TurnKind.MASH
    if any(char.isdigit() for char in text):
        return None
    mashed = scraps = 0
    for part in _LETTERS.findall(text):
        if is_mash(part):
            mashed += len(part)
        elif len(part) <= 3:
            # Short scraps beside mash are mash too ("asdkjh sd"); by themselves they may be codes.
            scraps += len(part)
        else:
            return None
    return TurnKind.MASH if mashed and 2 * scraps <= mashed else None
