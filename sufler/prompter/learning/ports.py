"""What learning needs to know of what was learned before; `storage` gives it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sufler.domain.learning import Frozen, Learned, RefitReport


@dataclass(frozen=True, slots=True)
class Checked:
    """How often blind checks agreed and disagreed with what an operator sent."""

    agreed: int = 0
    disagreed: int = 0


@dataclass(frozen=True, slots=True)
class Taught:
    """How much an operator's lessons made: wordings for articles, and wordings against them."""

    phrasings: int = 0
    negatives: int = 0


class LearnedRecords(Protocol):
    """What the learner asks before it learns."""

    async def learned_at(self, article_id: str, text: str) -> Learned | None:
        """The phrasing of exactly these words that was learned for this article, in whatever
        state; the newest of several."""
        ...

    async def learned_by(self, by: str, since: datetime) -> Taught:
        """What this operator's lessons after `since` made, in whatever state."""
        ...

    async def checked(self, by: str) -> Checked:
        """Blind checks of this operator's answers; none yet: `Checked()`."""
        ...


class FrozenAnswers(Protocol):
    """What refits are checked against, and what becomes of those that fail."""

    async def frozen(self) -> Sequence[Frozen]:
        """The golden questions and all confirmed checks, in a lasting order."""
        ...

    async def serving_since(self, knowledge: int) -> Sequence[Learned]:
        """What serves, or weighs otherwise, since after this knowledge version."""
        ...

    async def refitted(self, report: RefitReport) -> None:
        """Keep the report; with it, in the same transaction, put `report.quarantined` into
        quarantine (a new knowledge version, when there are any)."""
        ...
