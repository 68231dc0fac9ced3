"""Yes or no, one of several choices, and numbers of orders, in customers' words."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import regex
from rapidfuzz import fuzz

from sufler.flows.model import Choice
from sufler.flows.slots.numerals import folded, in_digits, ordinal, words

_YES: Final = frozenset(
    words(
        """
    да ага угу ок окей хорошо конечно подтверждаю верно правильно согласен согласна
    давай давайте точно разумеется естественно подходит именно so так+ именно yes yep
    yeah yup sure ok okay correct right confirm confirmed absolutely definitely
    certainly indeed agreed y + 👍 ✅ дада есть было безусловно непременно обязательно
    хочу хотел можно ладно го валяй aye affirmative exactly course please
    """
    )
)
_NO: Final = frozenset(
    words(
        """
    нет не неа нету никак отнюдь неверно неправильно ни no nope nah not never wrong
    incorrect n negative don't dont - 👎 ❌ нельзя несогласен несогласна отказываюсь
    против nay
    """
    )
)
_NO_PHRASES = re.compile(
    r"\bконечно,? (?:же )?нет\b|\bни в коем"
    r"|\bне (?:надо|нужно|хочу|буду|подтвержда|согласн|верно|правильно|подходит|так)"
    r"|\bне было|\bда нет\b"
    r"|\bi (?:don'?t|do not|did ?n[o']?t)\b|\bnot (?:really|at all|needed)\b|\bno,? thank"
)
_YES_PHRASES = re.compile(
    r"\bвсе (?:верно|так|правильно)\b|\bтак и есть\b|\bof course\b"
    r"|\bthat'?s (?:right|it)\b|\bi do\b"
    r"|\bне против\b|\bпочему бы и нет\b|\bwhy not\b|\bsounds good\b|\bgo ahead\b"
    r"|\bno (?:problem|objections?)\b"
    r"|\bбез проблем\b|\bне возражаю\b|\bdon'?t mind\b|\bконечно,? да\b"
)
_UNSURE = re.compile(
    r"\bне (?:знаю|помню|уверен\w*|понимаю|понял\w?)\b|\b(?:not sure|no idea)\b"
    r"|\bdon'?t (?:know|remember)\b"
    r"|\bможет быть\b|\bвозможно\b|\bmaybe\b|\bперезвон|\bпозже\b"
)
_WORD = re.compile(r"[\w']+|[+👍👎✅❌-]")
_PATIENCE_S: Final = 0.05  # for one try of a pattern
_DEFAULT_PATTERN: Final = r"[A-ZА-Я]{0,4}-?\d{3,12}"
_CUE = re.compile(
    r"(?:заказ\w*|order|номер\w*|number|no|№|#|посылк\w*|parcel|отправлени\w*)[\s:№#.\-]*"
    r"(?:номер\w*|number|no\b|is|под|за|это)?[\s:№#.]*$"
)
_LIKE: Final = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")


def yes_or_no(text: str) -> bool | None:
    """True, False, or None where the words say neither or both."""
    bare = folded(text)
    if _UNSURE.search(bare):
        return None
    if re.search(r"\bof course not\b", bare) or (
        _NO_PHRASES.search(bare) and not _YES_PHRASES.search(bare)
    ):
        return False
    if _YES_PHRASES.search(bare):
        return True
    said = _WORD.findall(bare)
    yes = any(word in _YES for word in said)
    no = any(word in _NO for word in said)
    if yes and no:
        first = next(word for word in said if word in _YES or word in _NO)
        return first in _YES if said.index(first) == 0 else None
    return yes if yes or no else None


def choice_in(text: str, choices: Mapping[str, Choice], asked: bool) -> str | None:
    """The id of the choice that `text` names: by its label, other words for it, a slip of the pen,
    or, when it is what was asked, by its place: «второе», “2”. None where two fit."""
    bare = " ".join(_WORD.findall(folded(text)))
    ways = {name: list(_ways(choice)) for name, choice in choices.items()}
    exact = [name for name, words in ways.items() if bare in words]
    if len(exact) == 1:
        return exact[0]
    inside = {
        name: max((len(way) for way in words if _holds(bare, way)), default=0)
        for name, words in ways.items()
    }
    best = sorted(inside, key=lambda name: -inside[name])
    if best and inside[best[0]] and (len(best) < 2 or inside[best[0]] > inside[best[1]]):
        return best[0]
    if best and inside[best[0]]:
        return None  # two that fit alike
    if not asked:
        return None
    place = _place(bare, len(choices))
    if place is not None:
        return list(choices)[place - 1] if 1 <= place <= len(choices) else None
    scores = sorted(
        ((max(_alike(bare, way) for way in words), name) for name, words in ways.items()),
        reverse=True,
    )
    clear = scores[0][0] >= 75 and (len(scores) < 2 or scores[0][0] - scores[1][0] >= 8)
    return scores[0][1] if clear else None


def _alike(bare: str, way: str) -> float:
    """0..100: the message as a whole, or one long word of it, beside a way of saying a choice."""
    words = [word for word in bare.split() if len(word) >= 5]
    if len(way) < 5 or " " in way:
        words = []
    return max(fuzz.ratio(bare, way), *(fuzz.ratio(word, way) - 4 for word in words), 0)


def _ways(choice: Choice) -> Iterator[str]:
    for label in choice.label.values():
        yield " ".join(_WORD.findall(folded(label)))
    for others in choice.words.values():
        for word in others:
            yield " ".join(_WORD.findall(folded(word)))


def _holds(text: str, way: str) -> bool:
    """Whether the words of `way` stand in `text`, each with any ending: «размер» in «размера»."""
    if not way:
        return False
    words = way.split()
    stems = [re.escape(word[: max(4, len(word) - 2)] if len(word) > 5 else word) for word in words]
    ends = [r"\w{0,5}" if len(word) > 3 else "" for word in words]
    whole = r"\s".join(rf"{stem}{end}" for stem, end in zip(stems, ends, strict=True))
    denied = r"(?<!\bне )(?<!\bnot )(?<!\bno )(?<!\bнет )"
    return re.search(rf"{denied}\b{whole}\b(?! нет\b)", text) is not None


def _place(bare: str, many: int) -> int | None:
    if re.search(r"\b(?:последн\w+|the last|last one)\b", bare):
        return many
    digits = re.sub(r"\b(\d{1,2}) ?(?:й|ый|ой|е|ое|ю|ую)\b", r"\1", in_digits(bare))
    found = re.fullmatch(
        r"(?:вариант |номер |пункт |option |number |the )?(\d{1,2})(?:st|nd|rd|th)?"
        r"(?: вариант| option| one)?",
        digits,
    )
    if found:
        return int(found[1])
    words = [
        word for word in bare.split() if word not in {"the", "вариант", "option", "one", "пункт"}
    ]
    if len(words) == 1:
        return ordinal(words[0])
    return None


def order_number_in(text: str, pattern: str, asked: bool) -> tuple[str, int, int] | None:
    """The number of an order, in capitals without spaces, and where it stands in `text`.

    It must fit `pattern` as a whole. Unasked it needs a word before it, such as «заказ» or “#”,
    or a letter in it.
    """
    text = re.sub(r"\bNo\.?\s?(?=\d)", "№", text)  # what NFKC makes of №
    whole = regex.compile(pattern or _DEFAULT_PATTERN, regex.IGNORECASE)
    bare = folded(text)
    tokens = [found.span() for found in re.finditer(r"[\w]+", text)]
    loose: tuple[str, int, int] | None = None
    for first in range(min(len(tokens), 60)):
        for last in range(min(first + 4, len(tokens) - 1), first - 1, -1):
            start, end = tokens[first][0], tokens[last][1]
            gap = text[start:end]
            if end - start > 40 or re.search(r"[^\w\s\-_/]", gap):
                continue
            if not asked and re.search(r"[^\W\d]\s|\s[^\W\d]", gap):
                continue  # «в 1530» is no number of an order
            try:
                value = _fitting(gap, whole)
            except TimeoutError:
                return None  # an analyst's pattern that takes for ever on what a customer wrote
            if value is None:
                continue
            cued = _CUE.search(bare[:start]) is not None
            if cued or (re.search(r"[^\W\d]", value) and re.search(r"\d", value)):
                return value, start, end
            loose = loose or (value, start, end)
    return loose if asked else None


def _fitting(written: str, whole: "regex.Pattern[str]") -> str | None:
    upper = " ".join(written.upper().split())
    tight = upper.replace(" ", "")
    for value in (tight, tight.translate(_LIKE), tight.replace("-", ""), upper.replace(" ", "-")):
        if whole.fullmatch(value, timeout=_PATIENCE_S):
            return value
    return None
