"""What fits a reply under way, pure: articles ranked by the customer's turn and the draft together,
the rest of the answer that is being typed, and the article that the draft says already."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from sufler.domain.decisions import Level, SuggestionItem
from sufler.domain.desk import NearArticle
from sufler.domain.learning import Use
from sufler.prompter.confidence import LIKELY
from sufler.prompter.learning.courtesies import without_courtesies
from sufler.prompter.learning.uses import edit_of

# How much a draft can outweigh the turn, and after how many words it does so fully; how much of
# that is for words that stand in the answer as they are written, squared: half alike is little.
# On the demo base, beside another article's title as the turn; see docs/measurements.md.
WEIGHT, FULL_WORDS, LITERAL = 2.5, 4, 0.85
# rapidfuzz's partial ratio of texts that have nothing to do with each other, 0..100.
_UNRELATED = 50.0
# A text of fewer words says nothing yet that could be sent instead.
_LEAST_WORDS = 4
# What is completed: so many letters of an answer, beginning with a whole word.
_LEAST_TYPED = 8
_LONGEST_TYPED = 400
_WORD = re.compile(r"\w{2,}")
_ENDS = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article with what the turn and the draft say for it: `turn` is its confidence (0..1) for
    the turn, `draft` what it is worth for the draft beside the best one there (0..1)."""

    item: SuggestionItem
    turn: float = 0.0
    draft: float = 0.0


def matter(draft: str, values: Sequence[str] = ()) -> str:
    """The draft without greeting, wishes and the customer's `values`: what it is about."""
    return without_courtesies(draft, values)


def gathered(
    by_turn: Sequence[SuggestionItem], by_draft: Sequence[SuggestionItem]
) -> list[Candidate]:
    """Every article of both, once. The confidence that is shown is the turn's; what only the draft
    has found is to be checked."""
    best = max((each.confidence for each in by_draft), default=0.0)
    shares = {each.article_id: each.confidence / best for each in by_draft if best > 0}
    found = {
        each.article_id: Candidate(each, each.confidence, shares.get(each.article_id, 0.0))
        for each in by_turn
    }
    for each in by_draft:
        if each.article_id not in found:
            item = replace(each, confidence=min(each.confidence, LIKELY - 0.01), level=Level.CHECK)
            found[each.article_id] = Candidate(item, 0.0, shares.get(each.article_id, 0.0))
    return list(found.values())


def ranked(draft: str, candidates: Sequence[Candidate], limit: int) -> list[SuggestionItem]:
    """The best `limit` of them for the turn and the draft together; the more is written, the more
    the draft counts. Each item's `why` names the draft's part."""
    weight = WEIGHT * min(1.0, len(_WORD.findall(draft)) / FULL_WORDS)
    scored = []
    for place, each in enumerate(candidates):
        written = overlap(draft, each.item.text) ** 2
        told = weight * (LITERAL * written + (1 - LITERAL) * each.draft)
        item = replace(each.item, why={**each.item.why, "draft": round(told, 4)})
        scored.append((-(each.turn + told), place, item))
    scored.sort(key=lambda each: each[:2])
    return [item for _, _, item in scored[:limit]]


def overlap(draft: str, answer: str) -> float:
    """How much of what is written so far stands in the answer as it is (0..1)."""
    if not draft.strip():
        return 0.0
    ratio = fuzz.partial_ratio(_plain(draft), _plain(answer))
    if len(draft) > len(answer):  # then it is the answer that is looked for in the draft
        ratio *= len(answer) / len(draft)
    return max(0.0, (ratio - _UNRELATED) / (100.0 - _UNRELATED))


def continuation(draft: str, answer: str) -> str:
    """What would follow the draft if it went on as the answer does: the draft's end stands in the
    answer, from the beginning of a word on. Empty where it does not, or nothing follows."""
    if not draft or len(draft) > 20_000:
        return ""
    folded, places = _folded(answer)
    for typed in _ends_of(draft):
        at = _at_a_word(folded, typed)
        if at < 0:
            continue
        rest = answer[places[at + len(typed)] :] if at + len(typed) < len(places) else ""
        return rest.lstrip() if draft[-1].isspace() else rest.rstrip()
    return ""


def nearest(
    draft: str, items: Sequence[SuggestionItem], values: Sequence[str] = ()
) -> NearArticle | None:
    """The article that the draft says already, in other words or with other facts; the most alike
    of several."""
    if len(_WORD.findall(matter(draft, values))) < _LEAST_WORDS:
        return None
    found = []
    for item in items:
        edit = edit_of(draft, item.text, values)
        if edit in (Use.VERBATIM, Use.COSMETIC, Use.EXTENDED, Use.FACTS):
            one, other = _plain(matter(draft, values)), _plain(matter(item.text, values))
            alike = float(Indel.normalized_similarity(one, other))
            found.append(NearArticle(item, round(alike, 4), edit is not Use.FACTS))
    return max(found, key=lambda each: each.similarity, default=None)


def _ends_of(draft: str) -> list[str]:
    """What may have been typed of an answer, the longest first: from each word of the last
    sentences on, folded."""
    end = draft.rstrip()[-_LONGEST_TYPED:]
    starts = [0, *(found.end() for found in _ENDS.finditer(end))]
    last = starts[-1]
    starts += [found.start() for found in _WORD.finditer(end) if found.start() > last]
    ends = dict.fromkeys(_folded(end[start:])[0].strip() for start in sorted(set(starts)))
    return [each for each in ends if len(each) >= _LEAST_TYPED and " " in each]


def _at_a_word(folded: str, typed: str) -> int:
    at = folded.find(typed)
    while at > 0 and folded[at - 1].isalnum():
        at = folded.find(typed, at + 1)
    return at


def _folded(text: str) -> tuple[str, list[int]]:
    """Small letters, е for ё and one space for many, with where in `text` each character was."""
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        small = " " if char.isspace() else char.lower().replace("ё", "е")
        if small == " " and chars and chars[-1] == " ":
            continue
        for one in small:  # some capitals have two small letters
            chars.append(one)
            places.append(place)
    return "".join(chars), places


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower().replace("ё", "е")))
