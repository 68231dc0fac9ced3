"""Numbers and amounts of money in a text whose numerals are digits already."""

import re
from dataclasses import dataclass
from typing import Final

# 1500 · 1 500 · 1,500 · 1'500 · 1.500,50 · 1 500,50 · -3
_NUMBER: Final = (
    r"(?:\d{1,3}(?:[ ']\d{3})+(?:[.,]\d{1,2})?|\d{1,3}(?:,\d{3})+(?:\.\d+)?"
    r"|\d{1,3}(?:\.\d{3})+(?:,\d+)|\d+(?:[.,]\d+)?)"
)
_LONGEST: Final = 20  # characters; what is longer is no number that anybody means
_PLAIN = re.compile(rf"(?<![\w.,])(?:(?<!\d)[-])?{_NUMBER}(?![a-zа-я]?\d|[.,:/]\d)")
_SIGNS: Final = {"₽": "RUB", "$": "USD", "€": "EUR", "£": "GBP", "₸": "KZT"}
_CURRENCY: Final = (
    (
        r"₽|руб(?:л(?:ь|я|ей|ем|ю|и))?\b\.?|р\b\.?|rub(?:les?|s)?\b|roubles?\b"
        r"|деревянн\w+|целковы\w+",
        "RUB",
    ),
    (r"\$|usd\b|долл(?:ар\w*)?\b\.?|бакс\w*|dollars?\b|bucks?\b", "USD"),
    (r"€|eur(?:os?)?\b|евро\b", "EUR"),
    (r"£|gbp\b|фунт\w*|pounds?\b|quid\b", "GBP"),
    (r"₸|kzt\b|тенге\b|tenge\b", "KZT"),
    (r"byn\b", "BYN"),
    (r"юан\w*|cny\b|yuan\b", "CNY"),
)
_SMALL = (
    r"(?:\s*(?:и|and)?\s*(?P<cents>\d{1,2})\s*(?:коп(?:еек|ейки|ейка)?\b\.?|cents?\b|pence\b))?"
)
_BEFORE = re.compile(rf"(?P<sign>[$€£₽₸])\s?(?P<number>{_NUMBER})(?!\w)")
_AFTER = [
    (re.compile(rf"(?<![\w.,])(?P<number>{_NUMBER})\s?(?:{words}){_SMALL}"), code)
    for words, code in _CURRENCY
]


@dataclass(frozen=True, slots=True)
class Amount:
    """A number at text[start:end]; `currency` is "" where the text names none."""

    value: float
    start: int
    end: int
    currency: str = ""


def value_of(written: str, money: bool = False) -> float:
    """The number that is written: a comma before three digits groups thousands, a point only where
    groups go on or where it is money (nobody writes a thousandth of a rouble)."""
    bare = re.sub(r"[ ']", "", written)
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", bare):
        bare = bare.replace(",", "")
    elif re.fullmatch(r"-?\d{1,3}(?:\.\d{3})+,\d+", bare) or re.fullmatch(
        r"-?\d{1,3}(?:\.\d{3}){1,}" if money else r"-?\d{1,3}(?:\.\d{3}){2,}", bare
    ):
        bare = bare.replace(".", "").replace(",", ".")
    value = float(bare.replace(",", "."))
    return int(value) if value == int(value) else value


def amounts(text: str) -> list[Amount]:
    """Amounts with a currency in `text` (folded, numerals in digits), in order."""
    found = [
        Amount(value_of(each["number"], money=True), each.start(), each.end(), _SIGNS[each["sign"]])
        for each in _BEFORE.finditer(text)
        if len(each["number"]) <= _LONGEST
    ]
    for pattern, code in _AFTER:
        for each in pattern.finditer(text):
            if len(each["number"]) > _LONGEST:
                continue
            value = value_of(each["number"], money=True)
            if each["cents"]:
                value = round(value + int(each["cents"]) / 100, 2)
            found.append(Amount(value, each.start(), each.end(), code))
    return sorted(found, key=lambda each: each.start)


def numbers(text: str) -> list[Amount]:
    """Numbers in `text` (folded, numerals in digits) that are no part of a word, date or time."""
    return [
        Amount(value_of(each[0]), each.start(), each.end())
        for each in _PLAIN.finditer(text)
        if len(each[0]) <= _LONGEST
    ]
