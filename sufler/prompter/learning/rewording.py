"""An article's text as an operator has changed it: what they left stays as its editor wrote it,
variables too; what they put in is in their words, without what is this customer's."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from sufler.domain.variables import fill, literal
from sufler.kb_index.normalise import MAX_CHARS
from sufler.prompter.learning.courtesies import without_courtesies, without_values
from sufler.prompter.learning.masking import masked_reply

_VARIABLE = re.compile(r"(?<!\\)\{[a-z_]+(?:\.[a-z_]+)*(?:\|[^{}|\n]*)?\}")
_UNIT = r"\w+|[^\w\s]"
_WORD = re.compile(r"\w")


# Signs by which a text is set, and which a reply may lack.
_MARKS = re.compile(r"[*_`#>~|\s-]*")
# Stands for the matter where courtesies around it are looked for.
_MATTER = "Ω"


@dataclass(frozen=True, slots=True)
class _Unit:
    """A word, a sign, or a variable. `key` is compared, `text` is kept with the space after it;
    `silent` are variables after it that were filled with nothing."""

    key: str
    text: str
    space: str
    silent: str = ""


def reworded(
    answer: str, sent: str, values: Sequence[str] = (), variables: Mapping[str, str] | None = None
) -> str:
    """`answer`, an article's text with its variables, changed as `sent` differs from it.

    `variables` are what the answer was filled with, `values` what is this customer's. Greetings,
    wishes and signatures around the matter are neither added nor taken out.
    """
    article = _of_answer(answer[:MAX_CHARS], variables or {})
    shown = [unit.key for unit in article if _VARIABLE.fullmatch(unit.text)]
    reply = _of_reply(sent[:MAX_CHARS], shown)
    private = _private(sent[:MAX_CHARS], {unit.key for unit in article})
    matcher = SequenceMatcher(
        None, [unit.key for unit in article], [unit.key for unit in reply], autojunk=False
    )
    text = ""
    for tag, start, end, since, until in matcher.get_opcodes():
        old, new = article[start:end], reply[since:until]
        held = _text(old)
        if tag == "equal":
            text += held
            continue
        said = without_values(_text([each for each in new if each.key not in private]), values)
        if start == 0 or end == len(article):
            held_matter = _around(held, values, first=start == 0)
            said = _around(said, values, first=start == 0)
            if not _WORD.search(held_matter) and not _WORD.search(said):
                text += held
                continue
        emptied = _WORD.search(_text(new)) and not _WORD.search(said)
        if emptied or (_MARKS.fullmatch(held) and not _WORD.search(said)):
            said = held
        elif said and not said[-1].isspace() and held[-1:].isspace():
            said += old[-1].space
        silent = ""
        if said is not held:
            silent = "".join(each.silent for each in old)
            if said and since and not text[-1:].isspace():
                text += reply[since - 1].space
        text += said.rstrip() + silent + said[len(said.rstrip()) :]
    return _tidy(text)


def _text(units: Sequence[_Unit]) -> str:
    return "".join(each.text + each.silent + each.space for each in units)


def _of_answer(answer: str, variables: Mapping[str, str]) -> list[_Unit]:
    units: list[_Unit] = []
    for found in re.finditer(rf"(?P<variable>{_VARIABLE.pattern})|{_UNIT}", answer):
        after = _space_after(answer, found)
        key = _folded(found[0] if found["variable"] is None else fill(found[0], variables))
        if key or not units:
            units.append(_Unit(key, found[0], after))
        else:
            # Nothing stood there in the reply: it goes with what is before it.
            last = units.pop()
            silent = last.silent + last.space + found[0]
            units.append(_Unit(last.key, last.text, after, silent))
    return units


def _of_reply(sent: str, shown: Sequence[str]) -> list[_Unit]:
    """A filled variable of several words is one unit."""
    whole = sorted({each for each in shown if each}, key=len, reverse=True)
    filled = "|".join(rf"(?<!\w){re.escape(each)}(?!\w)" for each in whole)
    pattern = re.compile(f"{filled}|{_UNIT}" if filled else _UNIT, re.IGNORECASE)
    units = []
    for found in pattern.finditer(sent):
        units.append(_Unit(_folded(found[0]), found[0], _space_after(sent, found)))
    return units


def _space_after(text: str, found: re.Match[str]) -> str:
    end = found.end()
    while end < len(text) and text[end].isspace():
        end += 1
    return text[found.end() : end]


def _private(sent: str, article: set[str]) -> set[str]:
    """Words and numbers of the reply that are some customer's, and not the article's."""
    left = {unit.key for unit in _of_reply(masked_reply(sent), ())}
    return {unit.key for unit in _of_reply(sent, ())} - left - article


def _around(said: str, values: Sequence[str], *, first: bool) -> str:
    """What stands before or after the matter, without courtesies."""
    if first:
        return without_courtesies(f"{said}{_MATTER}", values).removesuffix(_MATTER)
    left = without_courtesies(f"{_MATTER}.\n{said}", values)
    return left.removeprefix(_MATTER).removeprefix(".").lstrip()


def _tidy(text: str) -> str:
    lines = (re.sub(r"(?<=\S)[ \t]+(?=[,.!?;:](?:\s|$))", "", line) for line in text.split("\n"))
    return "\n".join(re.sub(r"(?<=\S) {2,}", " ", line).rstrip() for line in lines).strip()


def _folded(text: str) -> str:
    return literal(text).lower().replace("ё", "е") if len(text) > 1 else text.lower()
