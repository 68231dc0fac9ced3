"""Past conversations as plain data, and their turns. Next: `replay/run.py`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

# A customer who writes again after so long has another matter.
EPISODE_ENDS = timedelta(hours=24)

# A bot's messages are context alone: what it said is no label.
Role = Literal["customer", "operator", "bot"]


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a past conversation. `at` is aware, or None where the export has no time."""

    role: Role
    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PastTalk:
    """One conversation as it was exported; `said` in its order."""

    id: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class PastTurn:
    """What a customer asked in one go, what was said before it in the same episode, and what the
    operator replied until the customer wrote again, whatever the bot said in between. `first`: of
    its episode; `replied_at`: when the reply was whole."""

    talk_id: str
    question: str
    reply: tuple[str, ...]
    before: tuple[Said, ...]
    at: datetime | None
    first: bool
    replied_at: datetime | None = None


def by_time(said: Iterable[Said]) -> tuple[Said, ...]:
    """By their moments, where each has one; else as they are."""
    kept = tuple(said)
    if any(each.at is None for each in kept):
        return kept
    return tuple(sorted(kept, key=_seconds))


def turns(talk: PastTalk) -> Iterator[PastTurn]:
    """The turns of a conversation that an operator replied to."""
    for episode in _episodes(talk.said):
        begun = 0
        first = True
        while begun < len(episode):
            asked = _while(episode, begun, "customer")
            spoken = _while(episode, asked, "bot")
            told = _while(episode, spoken, "operator")
            if begun < asked and spoken < told:
                question = episode[begun:asked]
                yield PastTurn(
                    talk_id=talk.id,
                    question="\n".join(each.text for each in question),
                    reply=tuple(each.text for each in episode[spoken:told]),
                    before=tuple(episode[:begun]),
                    at=question[-1].at,
                    first=first,
                    replied_at=episode[told - 1].at,
                )
                first = False
            begun = told


def in_time_order(talks: Iterable[PastTalk]) -> list[PastTurn]:
    """The turns of all conversations as they came; those without a time in the export's order,
    before the others."""
    found = [turn for talk in talks for turn in turns(talk)]
    return sorted(found, key=_seconds)


def _seconds(of: Said | PastTurn) -> float:
    return of.at.timestamp() if of.at else float("-inf")


def _episodes(said: tuple[Said, ...]) -> Iterator[list[Said]]:
    episode: list[Said] = []
    for each in said:
        before = episode[-1].at if episode else None
        opens = each.role == "customer" and before and each.at and each.at - before > EPISODE_ENDS
        if opens:
            yield episode
            episode = []
        episode.append(each)
    if episode:
        yield episode


def _while(said: list[Said], begin: int, role: Role) -> int:
    """Where the run of `role`'s messages that begins at `begin` ends."""
    end = begin
    while end < len(said) and said[end].role == role:
        end += 1
    return end
