"""What must be the same for two texts to say the same: numbers with their units, dates, links,
names and negations. Exact, in Russian and English; whatever it is not sure of differs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.fuzz import ratio

from sufler.prompter.learning.small_words import NEGATIONS

_MARKDOWN_LINK = re.compile(r"\[([^\]\n]*)\]\(([^)\s]*)\)")
_MARK = re.compile(r"[*_`~]+")
_BLOCK = re.compile(r"[#>|]+|(?m:^\s*(?:[-+•–—]|\d{1,2}[.)])\s+)")
_NOT = re.compile(r"n['’`]t\b", re.IGNORECASE)
_CANNOT = re.compile(r"\bcannot\b|\bcant\b", re.IGNORECASE)
_TOKEN = re.compile(
    r"(?P<link>(?:https?://|www\.)[^\s<>«»“”\"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|@\w{3,}"
    r"|\b(?:[a-z0-9-]+\.)+(?:ru|com|net|org|io|рф|example|eu|de|uk|me|info|app|dev)\b(?:/[^\s<>«»“”\"]*)?)"
    r"|(?P<date>\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d{2}-\d{2})"
    r"|(?P<number>\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+(?!\d)|\d+(?:[.,:]\d+)?)(?![^\W\d_])"
    r"|(?P<word>[^\W_]+(?:[-’'][^\W\d_]+)*)"
    r"|(?P<sign>[₽$€£%])"
    r"|(?P<stop>[.!?…;\n]+)",
    re.IGNORECASE,
)
_UNITS = {
    "min": ("мин", "minut"), "hour": ("час", "hour", "hrs"), "year": ("год", "лет", "year"),
    "day": ("дн", "ден", "сут", "day"), "week": ("недел", "week"), "month": ("мес", "month"),
    "rub": ("руб", "rub", "₽"), "usd": ("доллар", "dollar", "usd", "$"),
    "%": ("процент", "percent", "%"), "eur": ("евро", "euro", "€"), "gbp": ("фунт", "pound", "£"),
    "kg": ("кг", "килограм", "kg"), "km": ("км", "километр", "km"), "pcs": ("шт", "pcs", "piece"),
}  # fmt: skip
_MONTHS = (
    "январ|january jan", "феврал|february feb", "март|march", "апрел|april", "мая май|may",
    "июн|june", "июл|july", "август|august", "сентябр|september sept", "октябр|october",
    "ноябр|november", "декабр|december",
)  # fmt: skip
_DAYS = (
    "понедельник|monday", "вторник|tuesday", "сред|wednesday", "четверг|thursday", "пятниц|friday",
    "суббот|saturday", "воскресен|sunday", "сегодня|today", "завтра|tomorrow", "вчера|yesterday",
    "рабоч|business working", "календарн|calendar", "выходн|weekend", "будн|weekday",
)  # fmt: skip
_NUMERALS = {
    "два": "2", "две": "2", "двух": "2", "три": "3", "трёх": "3", "трех": "3", "четыре": "4",
    "четырёх": "4", "четырех": "4", "пять": "5", "пяти": "5", "шесть": "6", "шести": "6",
    "семь": "7", "семи": "7", "восемь": "8", "восьми": "8", "девять": "9", "девяти": "9",
    "десять": "10", "десяти": "10", "двенадцать": "12", "четырнадцать": "14",
    "четырнадцати": "14", "пятнадцать": "15", "двадцать": "20", "двадцати": "20",
    "тридцать": "30", "тридцати": "30", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "twelve": "12",
    "fourteen": "14", "fifteen": "15", "twenty": "20", "thirty": "30",
}  # fmt: skip
# "Нельзя, он передан" says another thing than "можно, пока не передан", with as many negations.
_FORBIDDING = {
    **dict.fromkeys(("нельзя", "невозможно", "запрещено", "impossible", "prohibited"), "cannot"),
    **dict.fromkeys(("без", "without"), "without"),
    **dict.fromkeys(("кроме", "except", "unless"), "except"),
}
# "среди" is no day of the week, "мая" only beside a number a month, "may" neither.
_NO_DAY = re.compile(r"сред(?:и|ств|н)\w*")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or the like: `text` in one form, `kind` as in _TOKEN; `named`: with a capital
    inside a sentence, or in Latin among Cyrillic; `sentence` counts from 0."""

    text: str
    kind: str
    named: bool
    sentence: int


@dataclass(frozen=True)
class Facts:
    """What a text states, as counted keys; `names` in lower case."""

    exact: Counter[str]
    negations: Counter[str]
    names: frozenset[str]
    words: frozenset[str]

    def other_than(self, other: "Facts") -> list[str]:
        """What is here and not there, or more often; empty where all is there."""
        found = list((self.exact - other.exact).elements())
        found += [name for name in sorted(self.names) if not _named_in(name, other.words)]
        return found

    def differ(self, other: "Facts") -> bool:
        """Whether either states what the other does not."""
        return (
            self.negations != other.negations
            or _negated(self.words, other.words)
            or bool(self.other_than(other) or other.other_than(self))
        )


def plain(text: str) -> str:
    """Markdown as what a reader sees, links with their targets; lines stay lines."""
    return _MARK.sub("", _BLOCK.sub(" ", _MARKDOWN_LINK.sub(r"\1 \2 ", text)))


def tokens(text: str) -> list[Token]:
    """The words, numbers and links of `text`, each in one form."""
    text = _CANNOT.sub("can not", _NOT.sub(" not", plain(text)).replace("ca not", "can not"))
    cyrillic = len(re.findall("[а-яё]", text, re.IGNORECASE)) * 2 > sum(c.isalpha() for c in text)
    found: list[Token] = []
    sentence, first = 0, True
    for match in _TOKEN.finditer(text):
        kind, raw = str(match.lastgroup), match[0]
        if kind == "stop":
            sentence, first = sentence + (0 if first else 1), True
            continue
        named = kind == "word" and (
            (raw[:1].isupper() and not first and raw != "I")
            or (cyrillic and raw.isascii() and not raw.isdigit())
        )
        found.append(Token(_one_form(kind, raw), *_kind(kind, raw), named, sentence))
        first = False
    return found


def facts_of(found: Sequence[Token]) -> Facts:
    """What these tokens state."""
    exact: Counter[str] = Counter()
    negations: Counter[str] = Counter()
    names: set[str] = set()
    for number, token in enumerate(found):
        if token.kind in ("link", "date"):
            exact[token.text] += 1
        elif token.kind == "number":
            exact[token.text + _unit(found[number + 1 : number + 3])] += 1
        elif token.kind == "word":
            if token.text in NEGATIONS:
                negations[_FORBIDDING.get(token.text, "not")] += 1
            beside = number > 0 and found[number - 1].kind == "number"
            if (when := _when(token.text, beside)) is not None:
                exact[when] += 1
            elif token.named and token.text not in NEGATIONS:
                names.add(token.text)
    words = frozenset(token.text for token in found if token.kind == "word")
    return Facts(exact, negations, frozenset(names), words)


def alike(one: str, other: str) -> bool:
    """Whether two words are forms of one, or one of them misspelt."""
    if one == other:
        return True
    if min(len(one), len(other)) < 4:
        return False
    return one[:3] == other[:3] and ratio(one, other) >= 75


def _kind(kind: str, raw: str) -> tuple[str]:
    if kind == "word" and raw.lower() in _NUMERALS:
        return ("number",)
    if kind == "word" and any(char.isdigit() for char in raw) and any(c.isalpha() for c in raw):
        return ("link",)  # a code: ЛЕТО10, SUMMER-5
    return (kind,)


def _one_form(kind: str, raw: str) -> str:
    if kind == "link":
        return re.sub(r"^(?:https?://)?(?:www\.)?", "", raw.lower()).rstrip("/.,;:!?)»”\"'")
    if kind == "number":
        digits = re.sub(r"[ \u00a0\u202f,.](?=\d{3}(?!\d))", "", raw)
        whole, _, rest = digits.replace(",", ".").replace(":", ".").partition(".")
        return whole if not rest.strip("0") else f"{whole}.{rest}"
    word = raw.lower().replace("ё", "е").replace("’", "'")
    return _NUMERALS.get(raw.lower(), word)


def _unit(after: Sequence[Token]) -> str:
    for token in after:
        if token.kind == "number":
            return ""
        for unit, stems in _UNITS.items():
            if token.text.startswith(stems):
                return unit
    return ""


def _when(word: str, beside_a_number: bool) -> str | None:
    for number, stems in enumerate(_MONTHS, start=1):
        if _begins(word, stems) and (beside_a_number or not stems.startswith(("мая", "март"))):
            return f"month {number}"
    if _NO_DAY.fullmatch(word):
        return None
    for stems in _DAYS:
        if _begins(word, stems):
            return stems
    return None


def _begins(word: str, stems: str) -> bool:
    return word.startswith(tuple(re.split(r"[| ]", stems)))


def _named_in(name: str, words: frozenset[str]) -> bool:
    return name in words or any(alike(name, word) for word in words)


def _negated(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether a word stands in one text and its opposite by a prefix in the other."""
    return any(
        f"{prefix}{word}" in more - less and word not in more
        for less, more in ((one, other), (other, one))
        for word in less
        if len(word) > 4
        for prefix in _PREFIXES
    )


_PREFIXES: tuple[str, ...] = ("не", "un", "in", "im", "non", "dis")


def sentences(found: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens sentence by sentence."""
    number, part = -1, list[Token]()
    for token in found:
        if token.sentence != number and part:
            yield part
            part = []
        number = token.sentence
        part.append(token)
    if part:
        yield part
