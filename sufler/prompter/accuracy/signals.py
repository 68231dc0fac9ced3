"""What customers did after answers, as signals that an answer was not it: no labels, only a warning
that comes sooner than labels do. Pure, over what was read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

REPEATED_WITHIN: Final = timedelta(minutes=10)
REOPENED_WITHIN: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Given:
    """An article that a customer was answered with, by the bot or by an operator."""

    conversation_id: str
    episode: int
    article_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sign:
    """What a customer did then. `refused`: they asked for a person, or said that it was not it;
    otherwise they asked something of which `article_id` was the first guess."""

    conversation_id: str
    episode: int
    at: datetime
    refused: bool
    article_id: str | None = None


def good_or_bad(answers: Sequence[Given], signs: Iterable[Sign], now: datetime) -> list[bool]:
    """Of each answer in order, whether nothing speaks against it: no refusal in its episode before
    the next answer, not the same question again within REPEATED_WITHIN, nor in another episode
    within REOPENED_WITHIN. Answers of the last REPEATED_WITHIN that nothing speaks against yet are
    left out."""
    by_conversation: dict[str, list[Sign]] = defaultdict(list)
    for sign in signs:
        by_conversation[sign.conversation_id].append(sign)
    later: dict[str, datetime] = {}
    ends: list[datetime | None] = []
    for answer in reversed(answers):
        ends.append(later.get(answer.conversation_id))
        later[answer.conversation_id] = answer.at
    found = []
    for answer, end in zip(answers, reversed(ends), strict=True):
        told = by_conversation.get(answer.conversation_id, ())
        bad = any(_against(answer, end, sign) for sign in told)
        if bad or now - answer.at >= REPEATED_WITHIN:
            found.append(not bad)
    return found


def _against(answer: Given, end: datetime | None, sign: Sign) -> bool:
    if sign.at <= answer.at:
        return False
    if sign.refused:
        return sign.episode == answer.episode and (end is None or sign.at <= end)
    if sign.article_id != answer.article_id:
        return False
    again = sign.at - answer.at
    return again <= (REPEATED_WITHIN if sign.episode == answer.episode else REOPENED_WITHIN)
