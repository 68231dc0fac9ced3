"""Numbers written in words become digits, in Russian and in English: «двадцать пять тысяч» → 25000.

Of our own: no well-kept library reads Russian numerals (docs/decisions/0015-flows.md).
"""

import re
from typing import Final

_RU: Final = """
0 ноль нуль ноля | 1 один одна одно одного одной одному одну одним
2 два две двух двум двумя пара пару
3 три трех трем тремя | 4 четыре четырех четырем четырьмя | 5 пять пяти пятью | 6 шесть шести шестью
7 семь семи семью | 8 восемь восьми восемью | 9 девять девяти девятью | 10 десять десяти десятью
11 одиннадцать одиннадцати | 12 двенадцать двенадцати | 13 тринадцать тринадцати
14 четырнадцать четырнадцати | 15 пятнадцать пятнадцати | 16 шестнадцать шестнадцати
17 семнадцать семнадцати | 18 восемнадцать восемнадцати | 19 девятнадцать девятнадцати
20 двадцать двадцати | 30 тридцать тридцати | 40 сорок сорока | 50 пятьдесят пятидесяти
60 шестьдесят шестидесяти | 70 семьдесят семидесяти | 80 восемьдесят восьмидесяти
90 девяносто девяноста | 100 сто ста | 200 двести двухсот | 300 триста трехсот
400 четыреста четырехсот | 500 пятьсот пятисот | 600 шестьсот шестисот | 700 семьсот семисот
2 двое двоих | 3 трое троих | 4 четверо четверых | 5 пятеро пятерых | 6 шестеро шестерых
7 семеро семерых | 10 десяток
800 восемьсот восьмисот | 900 девятьсот девятисот
1.5 полтора полторы полутора
"""
_EN: Final = """
0 zero | 1 one | 2 two | 3 three | 4 four | 5 five | 6 six | 7 seven | 8 eight | 9 nine | 10 ten
11 eleven | 12 twelve | 13 thirteen | 14 fourteen | 15 fifteen | 16 sixteen | 17 seventeen
18 eighteen | 19 nineteen | 20 twenty | 30 thirty | 40 forty fourty | 50 fifty | 60 sixty
12 dozen | 2 couple | 70 seventy | 80 eighty | 90 ninety
"""


def words(text: str) -> list[str]:
    """The words of a list that is written as a text."""
    return text.split()


def _table(*texts: str) -> dict[str, float]:
    rows = (row.split() for text in texts for row in re.split(r"[|\n]", text) if row.strip())
    return {word: float(row[0]) for row in rows for word in row[1:]}


_VALUES: Final = _table(_RU, _EN)
_SCALES: Final[dict[str, int]] = {
    **dict.fromkeys(("hundred", "hundreds", "сотня", "сотни", "сотню"), 100),
    **dict.fromkeys(
        words(
            """
    тысяча тысячи тысяч тысячу тысячей тыщ тыща тыщи тыщу тыс thousand thousands grand
    """
        ),
        1000,
    ),
    **dict.fromkeys(
        words(
            """
    миллион миллиона миллионов млн лям ляма million millions mln
    """
        ),
        1_000_000,
    ),
    **dict.fromkeys(("к", "k"), 1000),
}
_TOKEN = re.compile(
    r"\d+(?:[ \u00a0]\d{3})*(?:[.,]\d+)?(?![\d:/-])|[a-zа-я]+|[^\s\w]|\S", re.IGNORECASE
)
_NONE = re.compile(r"\b(?:ни одного|ни одной|ни одну|none|нисколько)\b")
# «тыщ 30»: about thirty thousand; «тысяча 200» is 1200.
_TURNED = re.compile(r"(?<!\d )(?<!\d)\b(тыщ|тысяч|тыс|миллионов)\.? (\d{1,3})\b")
_MINUS = re.compile(r"\b(?:минус|minus)\s(?=\d)")
_ORDINALS_RU = (
    (1, "перв"), (2, "втор"), (3, "трет"), (4, "четверт"), (5, "пят"), (6, "шест"), (7, "седьм"),
    (8, "восьм"), (9, "девят"), (10, "десят"), (11, "одиннадцат"), (12, "двенадцат"),
    (13, "тринадцат"), (14, "четырнадцат"), (15, "пятнадцат"), (16, "шестнадцат"),
    (17, "семнадцат"), (18, "восемнадцат"), (19, "девятнадцат"), (20, "двадцат"), (30, "тридцат"),
)  # fmt: skip
_ORDINALS_EN = words(
    """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
    thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth
    twentieth
    """
)
_ENDING = r"(?:ого|его|ьего|ое|ье|ый|ой|ий|ая|ую|ому|ему|ым|ом)"
_ORDINAL: Final[tuple[tuple[int, re.Pattern[str]], ...]] = (
    *((n, re.compile(rf"{stem}{_ENDING}")) for n, stem in _ORDINALS_RU),
    *((n, re.compile(word)) for n, word in enumerate(_ORDINALS_EN, 1)),
    (30, re.compile("thirtieth")),
)


def folded(text: str) -> str:
    """Small letters and «е» for «ё», character for character, so that places stay the same."""
    lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lower.translate({ord("ё"): "е", ord("’"): "'", 0xA0: " ", 0x202F: " ", ord("−"): "-"})


def ordinal(word: str) -> int | None:
    """5 for «пятое», «пятого», “fifth”; None for other words (folded)."""
    return next((n for n, form in _ORDINAL if form.fullmatch(word)), None)


def in_digits(text: str) -> str:
    """`text` (folded) with its numbers in digits: «сто двадцать рублей» → «120 рублей».

    «полторы тысячи» → 1500, «два с половиной» → 2.5, «15 тыс» and “15k” → 15000, “two point five”
    → 2.5. Numbers that stand side by side stay apart: «сорок пять двенадцать» → «45 12».
    """
    text = _TURNED.sub(r"\2 \1", text)
    text = _NONE.sub(lambda found: "0".ljust(len(found[0])), text)
    tokens = [(found.start(), found.end(), found[0]) for found in _TOKEN.finditer(text)]
    made, at, place = [], 0, 0
    while place < len(tokens):
        used, value = _number_at(tokens, place)
        if not used:
            place += 1
            continue
        start, end = tokens[place][0], tokens[place + used - 1][1]
        made += [text[at:start], value]
        at, place = end, place + used
    return _MINUS.sub("-", "".join([*made, text[at:]]))


def _number_at(tokens: list[tuple[int, int, str]], first: int) -> tuple[int, str]:
    """How many tokens from `first` are one number in words, and the number; 0 if none is."""
    total, group, low, used, words = 0.0, 0.0, 1000.0, 0, 0
    place = first
    while place < len(tokens):
        word = tokens[place][2]
        value = _VALUES.get(word)
        if value is not None:
            size = _size(value)
            if size >= low or (low == 10 and group % 100 == 10):
                break
            group, low, words = group + value, size, words + 1
        elif word in _SCALES and (used or not _is_letter(word)):
            scale = _SCALES[word]
            if _is_letter(word) and tokens[place - 1][1] < tokens[place][0]:
                break
            if scale == 100:
                group = (group or 1) * 100
                low = 100
            elif total and scale >= 1000 and group == 0:
                break
            else:
                total += (group or 1) * scale
                group, low = 0, 1000
            words += 1
        elif word[0].isdecimal() and not used and len(word) <= 20:
            group, low = float(re.sub(r"\s", "", word).replace(",", ".")), 0
        elif word[0].isdecimal() and words and total and group == 0 and len(word) <= 3:
            group, low = float(word), 0  # 5 тысяч 200
        elif used and (half := _half_of(tokens, place)):
            group, place = group + 0.5, place + half
            continue
        elif word in {"a", "and", "-"} and _bridges(tokens, place, used):
            place += 1
            continue
        else:
            break
        place += 1
        used = place - first
    extra, value = _fraction(tokens, place) if used else (0, 0.0)
    if not used or not (words or extra):
        return 0, ""
    whole = total + group + value
    return used + extra, str(int(whole)) if whole == int(whole) else f"{whole:.6f}".rstrip("0")


def _is_letter(word: str) -> bool:
    return word in {"к", "k"}


def _size(value: float) -> float:
    """1 for ones, 10 for teens and tens, 100 for hundreds: a number goes on with a smaller one."""
    return 100 if value >= 100 else 10 if value >= 20 else 1


def _bridges(tokens: list[tuple[int, int, str]], place: int, used: int) -> bool:
    following = tokens[place + 1][2] if place + 1 < len(tokens) else ""
    if tokens[place][2] == "a":
        return not used and following in {"hundred", "thousand", "million", "dozen", "couple"}
    before = tokens[place - 1][2] if used else ""
    if tokens[place][2] == "and":
        return before in {"hundred", "thousand"} and following in _VALUES
    return before in _VALUES and following in _VALUES and _size(_VALUES[before]) == 10


def _half_of(tokens: list[tuple[int, int, str]], place: int) -> int:
    """How many tokens are the half of «две с половиной тысячи»; 0 where no scale follows."""
    words = [token[2] for token in tokens[place : place + 4]]
    for half in (["с", "половиной"], ["and", "a", "half"]):
        if words[: len(half)] == half and words[len(half) :][:1] and words[len(half)] in _SCALES:
            return len(half)
    return 0


def _fraction(tokens: list[tuple[int, int, str]], place: int) -> tuple[int, float]:
    """What is added behind a number: «с половиной», “and a half”, “point five”, «целых … сотых»."""
    words = [token[2] for token in tokens[place : place + 4]]
    if words[:2] == ["с", "половиной"]:
        return 2, 0.5
    if words[:3] == ["and", "a", "half"]:
        return 3, 0.5
    if words[:1] == ["point"] and len(words) > 1 and words[1] in _VALUES:
        return 2, _VALUES[words[1]] / (10 if _VALUES[words[1]] < 10 else 100)
    if words[:1] and words[0] in {"целых", "целая"} and len(words) > 2 and words[1] in _VALUES:
        share = {"десят": 10, "сотых": 100, "сотая": 100}.get(words[2][:5])
        return (3, _VALUES[words[1]] / share) if share else (0, 0.0)
    return 0, 0.0
