"""The figures of an evaluation, computed from plain arrays. Higher is better unless said."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def auroc(scores: Floats, positive: Flags) -> float | None:
    """Area under the ROC curve, ties counted half; None where a class is missing."""
    ones, zeros = int(positive.sum()), int((~positive).sum())
    if not ones or not zeros:
        return None
    order = np.sort(scores)
    low = np.searchsorted(order, scores, side="left")
    high = np.searchsorted(order, scores, side="right")
    ranks = (low + high + 1) / 2
    return float((ranks[positive].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def calibration_error(confidences: Floats, right: Flags, bins: int = 15) -> float:
    """Expected calibration error over equal-width bins; lower is better."""
    if not len(confidences):
        return 0.0
    number = np.minimum((confidences * bins).astype(int), bins - 1)
    gap = 0.0
    for each in np.unique(number):
        chosen = number == each
        difference = confidences[chosen].mean() - right[chosen].mean()
        gap += float(chosen.mean() * abs(difference))
    return gap


def coverage_at_precision(confidences: Floats, right: Flags, precision: float) -> float:
    """Largest share of all rows answered such that at least `precision` of them are right."""
    answered, correct = _running(confidences, right)
    ok = answered[correct >= precision * answered]
    return float(ok.max() / len(confidences)) if len(ok) else 0.0


def oos_recall(
    confidences: Floats, right: Flags, in_scope: Flags, in_scope_top1: float
) -> float | None:
    """Best share of out-of-scope rows below a threshold that leaves at least `in_scope_top1` of
    the in-scope rows both right and above it; None where there is nothing out of scope, or the
    base does not reach that figure at all."""
    outside = confidences[~in_scope]
    kept = np.sort(confidences[in_scope & right])[::-1]
    needed = int(np.ceil(in_scope_top1 * int(in_scope.sum()) - 1e-9))
    if not len(outside) or not needed or len(kept) < needed:
        return None
    return float((outside < kept[needed - 1]).mean())


def curve(confidences: Floats, right: Flags) -> tuple[Floats, Floats]:
    """(coverage, precision) as the threshold falls, one point for each different confidence."""
    answered, correct = _running(confidences, right)
    return answered / max(len(confidences), 1), correct / answered


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99 in the unit of `values`."""
    if not values:
        return {"p50": 0.0, "p95": 0.0, "p99": 0.0}
    points = np.percentile(np.asarray(values, dtype=np.float64), (50, 95, 99))
    return {f"p{p}": round(float(v), 3) for p, v in zip((50, 95, 99), points, strict=True)}


def _running(confidences: Floats, right: Flags) -> tuple[Floats, Floats]:
    """Counts answered, and right among them, at each different threshold from the highest on."""
    order = np.argsort(-confidences, kind="stable")
    ordered = confidences[order]
    last = np.append(ordered[1:] != ordered[:-1], True) if len(ordered) else np.zeros(0, bool)
    correct = np.cumsum(right[order])[last].astype(np.float64)
    answered = (np.arange(len(ordered)) + 1.0)[last]
    # What has no confidence at all is never answered.
    possible = ordered[last] > 0
    return answered[possible], correct[possible]
