"""The story of a replay: for each turn of the past predict first, then learn what was replied."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from sufler.domain.decisions import Suggestion
from sufler.replay.matching import Matcher
from sufler.replay.report import Predicted
from sufler.replay.talks import PastTurn, Said

# Refits come where life would have them, but at fixed places: the same history, the same report.
REFIT_AFTER = 50
_MOST_BEFORE = 10


class Prompting(Protocol):
    """`prompter.suggest.Prompter`."""

    async def suggest(
        self, text: str, *, history: Sequence[tuple[str, str]] = ..., limit: int = ...
    ) -> Suggestion: ...
    async def refit(self) -> object: ...


class Teaching(Protocol):
    """What becomes of an operator's reply to a suggestion, as on the desk."""

    async def begin(self, at: datetime | None) -> None:
        """It is `at` now; None: no time is known, so a moment after the one before."""
        ...

    async def teach(self, made: Suggestion, reply: str, turn: PastTurn) -> bool:
        """Learn from it at once; whether anything changed."""
        ...


async def replay(
    turns: Sequence[PastTurn],
    prompter: Prompting,
    matcher: Matcher,
    teaching: Teaching,
    on_progress: Callable[[int, int], None] = lambda done, wanted: None,
    *,
    refits: bool = True,
) -> list[Predicted]:
    """Predict each turn with what was known before it: with every reply that had been sent by then,
    and none that came later. `refits`: the head is trained anew as it goes."""
    predicted: list[Predicted] = []
    waiting: list[tuple[Suggestion, PastTurn]] = []
    learned = 0
    for number, turn in enumerate(turns):
        on_progress(number, len(turns))
        await teaching.begin(turn.at)
        for made, earlier in [each for each in waiting if _sent_by(each[1], turn.at)]:
            waiting.remove((made, earlier))
            if await teaching.teach(made, "\n\n".join(earlier.reply), earlier):
                learned += 1
                if refits and learned % REFIT_AFTER == 0:
                    await prompter.refit()
        before = [_role(each) for each in turn.before[-_MOST_BEFORE:]]
        made = await prompter.suggest(turn.question, history=before)
        waiting.append((made, turn))
        first = made.items[0] if made.items else None
        predicted.append(
            Predicted(
                talk_id=turn.talk_id,
                question=turn.question,
                at=turn.at,
                first=turn.first,
                suggested=tuple(item.article_id for item in made.items),
                topic=first.topic if first else "",
                confidence=first.confidence if first else 0.0,
                replied=await matcher.match(turn.reply),
                versions=made.versions,
            )
        )
    return predicted


def _sent_by(turn: PastTurn, at: datetime | None) -> bool:
    return turn.replied_at is None or at is None or turn.replied_at < at


def _role(said: Said) -> tuple[str, str]:
    return said.role, said.text
