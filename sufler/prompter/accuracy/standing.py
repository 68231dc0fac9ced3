"""How a topic stands: its mode, what is proved of it, and what deserves attention."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sufler.domain.checks import ModeChange, Trial
from sufler.domain.knowledge import Mode
from sufler.prompter.accuracy.certificate import Certificate
from sufler.prompter.accuracy.watch import DEMOTED_AT, Meter

# Names of what is certified beside topics: everything together, and the small topics as one.
OVERALL = "*"
POOL = "*others"
# With fewer checks than these a figure is shown in grey.
FEW_CHECKS = 30


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, both counted."""

    part: int = 0
    whole: int = 0

    @property
    def value(self) -> float | None:
        """0..1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @classmethod
    def of(cls, shares: Iterable["Share"]) -> "Share":
        """All of them together."""
        every = list(shares)
        return cls(sum(each.part for each in every), sum(each.whole for each in every))


@dataclass(frozen=True, slots=True)
class TopicStanding:
    """All that is told of a topic, or of OVERALL or the POOL (whose mode is None).

    `pooled`: a small topic, certified together with the others in the POOL; `certificate` and
    `trial` are the POOL's then. `bar` is the confidence (0..1) from which it answers, or would
    answer, by its certificate; None while nothing has passed: then what follows is of the strictest
    bar, which is being tested. `precision` is what the checks at the bar or above prove (0:
    nothing), of which there are `above`, `above_wrong` of them wrong; `coverage` the share of its
    last turns at the bar or above. `checks` and `wrong` are of the whole trial. `agreement`: right
    ones among labels made without the suggestion (hidden and review) of 90 days; `trend`: right
    ones among all labels of its own turns, by weeks, the oldest first; `acceptance`: suggestions
    sent as they stood among those shown. `watch` is the truth meter since it answers. `needed`:
    about how many more checks until it may answer, None when that cannot be told; `a_day` how many
    came a day of late.
    `certified_at`: when the certificate was granted; `expires_at`: when the checks since then are
    tested afresh. `unwatched`: audits that nobody labelled in time. `changed`: how it came to its
    mode.
    """

    topic: str
    mode: Mode | None
    certificate: Certificate
    target: float
    pooled: bool = False
    without_certificate: str | None = None
    hold_s: int = 0
    bar: float | None = None
    precision: float = 0.0
    above: int = 0
    above_wrong: int = 0
    coverage: float = 0.0
    turns: int = 0
    checks: int = 0
    wrong: int = 0
    last_wrong_at: datetime | None = None
    agreement: Share = field(default_factory=Share)
    trend: tuple[Share, ...] = ()
    acceptance: Share = field(default_factory=Share)
    watch: Meter = field(default_factory=lambda: Meter(0.0, None))
    trial: Trial | None = None
    needed: int | None = None
    a_day: float = 0.0
    certified_at: datetime | None = None
    expires_at: datetime | None = None
    unwatched: int = 0
    changed: ModeChange | None = None

    @property
    def may_answer(self) -> bool:
        """Whether "answers" needs nobody's word: its certificate allows it."""
        return self.certificate.may_answer

    @property
    def few(self) -> bool:
        """Too few checks for a figure that means much."""
        return self.checks < FEW_CHECKS

    @property
    def days_needed(self) -> float | None:
        """About how many days `needed` takes at the present rate; None when that is unknown."""
        if self.needed is None or (self.needed and not self.a_day):
            return None
        return self.needed / self.a_day if self.needed else 0.0

    @property
    def attention(self) -> int:
        """How much it deserves to be looked at; the highest first: it answers and its meter fills
        or nobody checks it, it was taken back, it answers without a certificate, it may go live,
        it has checks."""
        answers = self.mode is Mode.ANSWERS
        if answers and (self.unwatched or self.watch.level >= DEMOTED_AT / 2):
            return 5
        if self.changed is not None and self.changed.by == "watch" and not answers:
            return 4
        if answers and self.without_certificate:
            return 3
        if not answers and self.may_answer:
            return 2
        return 1 if not answers and self.checks else 0
