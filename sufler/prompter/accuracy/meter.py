"""The meter: what a number of right and wrong checks proves of a precision, at every look.

For checks that are right with a probability of at most `m` each, `evidence` is the value of a
nonnegative supermartingale that begins at 1, so the chance that it is ever 20 or more is at most
1/20 (Ville's inequality), however often one looks and while the model learns, as long as each
check is on a prediction made before its label. Robbins' mixtures; Howard, Ramdas et al. 2021;
Waudby-Smith & Ramdas 2024.
"""

from functools import lru_cache

import numpy as np

# Grants at this much evidence are wrong for at most one unfit topic in so many.
ENOUGH = 20.0
# How many alternatives above `m` are mixed, evenly spread.
_MIXED = 256
_SHARES = (np.arange(_MIXED) + 0.5) / _MIXED
_EXACT = 1e-7
_MOST_CHECKS = 1_000_000


def log_evidence(right: float, wrong: float, precision: float) -> float:
    """Natural logarithm of the evidence against "the precision is at most `precision`" (0..1,
    exclusive); higher is more. 0 without checks."""
    better = precision + (1 - precision) * _SHARES
    gains = right * np.log(better / precision) + wrong * np.log1p(-_SHARES)
    top = float(gains.max())
    return top + float(np.log(np.exp(gains - top).mean()))


def evidence(right: float, wrong: float, precision: float) -> float:
    """The evidence itself; infinite where a float cannot hold it."""
    with np.errstate(over="ignore"):
        return float(np.exp(log_evidence(right, wrong, precision)))


@lru_cache(maxsize=65536)
def certified(right: int, wrong: int, enough: float = ENOUGH) -> float:
    """The highest precision (0..1) that these checks prove; 0 when none was right."""
    if right == 0:
        return 0.0
    wanted = np.log(enough)
    low, high = 0.0, 1.0
    # The evidence falls as the precision rises: for each alternative, (better / precision) does.
    while high - low > _EXACT:
        middle = (low + high) / 2
        if log_evidence(right, wrong, middle) >= wanted:
            low = middle
        else:
            high = middle
    return low


@lru_cache(maxsize=65536)
def fewest_right(wrong: int, precision: float, enough: float = ENOUGH) -> int:
    """How many right checks, beside `wrong` wrong ones, give enough evidence. One more right check
    never lowers the evidence: there is enough from this number on."""
    wanted = np.log(enough)
    low, high = 0, 64
    while log_evidence(high, wrong, precision) < wanted:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if log_evidence(middle, wrong, precision) >= wanted:
            high = middle
        else:
            low = middle
    return high


def more_needed(
    right: int, wrong: int, precision: float, enough: float = ENOUGH, share: float | None = None
) -> int | None:
    """About how many more checks give enough evidence if the share of right ones stays as it is
    (`share`: as given). 0 when there is enough; None when that share never would."""
    if log_evidence(right, wrong, precision) >= np.log(enough):
        return 0
    if share is None:
        share = right / (right + wrong) if right + wrong else 0.0
    if share <= precision:
        return None

    def grown(more: int) -> float:
        return log_evidence(right + more * share, wrong + more * (1 - share), precision)

    low, high = 0, 64
    while grown(high) < np.log(enough):
        low, high = high, high * 2
        if high > _MOST_CHECKS:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        if grown(middle) >= np.log(enough):
            high = middle
        else:
            low = middle
    return high
